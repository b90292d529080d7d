"""Server-sent events, read as the bytes arrive: cuts anywhere, CR, LF or CRLF, comments, several data lines.

Pure: bytes in, payloads out. Event names and ids are not kept, since chat streams do not use them.
Rules: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
"""

from __future__ import annotations

_BOM = b"\xef\xbb\xbf"
_CR, _LF = b"\r\n"  # as numbers, which are found ten times as fast as bytes of one byte
_LIMIT = 4 * 1024 * 1024


class EventTooLargeError(ValueError):
    """One event is larger than any chat chunk can be; the other side does not speak this protocol."""


class EventParser:
    """Cuts a byte stream into the `data` payloads of its events."""

    __slots__ = ("_after_cr", "_data", "_held", "_size", "_start")

    def __init__(self) -> None:
        self._data: list[bytes] = []  # data lines of the event that is not closed yet
        self._held: list[bytes] = []  # pieces of the line that is not closed yet, joined once
        self._size = 0
        self._after_cr = False
        self._start = True

    def feed(self, chunk: bytes) -> list[bytes]:
        """Payloads of the events that this chunk closes, oldest first. Raises EventTooLargeError."""
        if self._after_cr or _CR in chunk:
            chunk = self._plain_newlines(chunk)
        self._size += len(chunk)
        if self._size > _LIMIT:
            raise EventTooLargeError
        if _LF not in chunk:
            self._held.append(chunk)
            return []
        return self._cut(chunk)

    def close(self) -> list[bytes]:
        """Return the payload of a last event that lacks its blank line; servers that end abruptly leave one."""
        return self._cut(b"\n\n")

    def _cut(self, chunk: bytes) -> list[bytes]:
        if self._held:
            self._held.append(chunk)
            chunk = b"".join(self._held)
        if self._start:
            self._start = False
            chunk = chunk.removeprefix(_BOM)
        lines = chunk.split(b"\n")
        rest = lines.pop()
        self._held = [rest] if rest else []
        data = self._data
        events: list[bytes] = []
        for line in lines:
            if line:
                name, _, value = line.partition(b":")  # a name alone is a field with an empty value
                if name == b"data":
                    data.append(value.removeprefix(b" "))
            elif data:
                events.append(b"\n".join(data))
                data.clear()
        # Comments keep a silent stream alive for hours; they must not add up to a "large" event.
        if events or not data:
            self._size = len(rest)
        return events

    def _plain_newlines(self, chunk: bytes) -> bytes:
        if self._after_cr and chunk[:1] == b"\n":
            chunk = chunk[1:]  # the second half of a CRLF that was cut in two
            self._after_cr = False
        if chunk:
            self._after_cr = chunk[-1:] == b"\r"
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
