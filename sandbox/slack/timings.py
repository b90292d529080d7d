"""The durations after which Slack gives up, closes or forgets something; all in seconds, all replaceable."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Timings:
    """Slack's durations as documented, or (stream) as reported by several public issues."""

    ack: float = 3.0
    """Events, commands and interactions must be acknowledged within this time."""
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    """Pauses before the repeated deliveries of an event that no one acknowledged."""
    stream: float = 300.0
    """An open stream ends by itself after this time."""
    status: float = 120.0
    """A thread's status disappears after this time."""
    trigger: float = 3.0
    """A trigger id opens a view within this time."""
    response_url: float = 1800.0
    """A response URL works for this time."""
    upload: float = 3600.0
    """An address for the bytes of a file works for this time (Slack does not say how long; assumed)."""
    share: float = 0.1
    """A completed file appears in its channel this long after the call was answered."""
    view: float = 0.1
    """What the acknowledgement of a modal asks for is done this long after it came; until then the new view is not found."""
    ping: float = 30.0
    """Interval of the server's pings on a socket."""
