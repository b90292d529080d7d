"""Two paths for one operation: the one that is deprecated and the one that will replace it.

Telnyx deprecated `/ai/chat/completions` and `/ai/models` in May 2026 in favor of `/ai/openai/...`, and named no date. The old
path is asked first; where it is gone, the new one answers, and is remembered for the life of the client once it has.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.telnyx._problems import is_unknown_route
from bot.telnyx.errors import TelnyxNotFoundError

T = TypeVar("T")


class MovedRoute:
    """The paths of one operation, and which of them is known to answer."""

    def __init__(self, path: str, successor: str) -> None:
        self._path = path
        self._successor = successor
        self._moved = False

    async def ask(self, send: Callable[[str], Awaitable[T]]) -> T:
        """Return what `send` gives for the path that answers.

        When neither path exists the error is that of the old one, and both are tried again the next time.
        """
        if self._moved:
            return await send(self._successor)
        try:
            return await send(self._path)
        except TelnyxNotFoundError as error:
            if not is_unknown_route(error):
                raise
            gone = error
        try:
            answer = await send(self._successor)
        except TelnyxNotFoundError as error:
            raise (gone if is_unknown_route(error) else error) from None
        self._moved = True
        return answer
