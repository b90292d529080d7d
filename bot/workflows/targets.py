"""Where the news of a job is told: in the channel of the settings, and to the person who started it from Slack."""

from bot.services.access import Right
from bot.services.jobs import JobKind
from bot.store.jobs import Jobs, Transition
from bot.workflows.knowing import Knowing


class Targets:
    """Says where; a target is a channel's id, or that of a person, who is told in a direct message.

    Args:
        jobs: who started what, and where.
        knowing: what a channel's readers may see.
        channel: that of the settings.
    """

    def __init__(self, jobs: Jobs, knowing: Knowing, channel: str | None) -> None:
        self._jobs = jobs
        self._knowing = knowing
        self._channel = channel

    async def of(self, change: Transition) -> tuple[str, ...]:
        """Return where a change is told; nowhere, where there's no channel and no one started it from Slack."""
        return await self.of_card(change.kind, change.burst)

    async def of_card(self, kind: str, card: str) -> tuple[str, ...]:
        """Return where a card stands, or will, each target once: who started one of its jobs sees all of them there."""
        found = dict.fromkeys([self._channel] if self._channel else [])
        starts = await self._jobs.starts_on(kind, card)
        found |= dict.fromkeys(start.user for start in starts if start.channel != self._channel)
        return tuple(found)

    async def heard(self, kind: JobKind) -> bool:
        """Return whether anyone is told of a kind that no one starts from Slack: the readers of the channel, if they may see calls.

        Raises:
            OutcomeUnknownError: Slack doesn't say who they are.
        """
        if kind.right is not Right.CALLS:
            return True
        if self._channel is None:
            return False
        audience = await self._knowing(self._channel)
        return audience is not None and audience.has(Right.CALLS)
