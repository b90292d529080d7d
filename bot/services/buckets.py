"""Which buckets a question is asked of."""

import asyncio
import difflib
import time
from collections.abc import Callable, Sequence

from bot.errors import UsageError
from bot.telnyx import Telnyx

FRESH_SECONDS = 15.0
"""How long a list of bucket names is believed."""

NO_BUCKETS = (
    "There are no embedded documents yet, so I have nothing to answer from. Put files into a Telnyx storage bucket and "
    "embed it (Mission Control portal → AI → Storage, or POST /v2/ai/embeddings with the bucket's name); then ask again."
)


class Buckets:
    """The names of the embedded buckets, read from Telnyx at most every fifteen seconds."""

    def __init__(
        self, telnyx: Telnyx, preferred: Sequence[str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._telnyx = telnyx
        self._preferred = tuple(preferred)
        self._clock = clock
        self._names: tuple[str, ...] = ()
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    async def names(self) -> tuple[str, ...]:
        """All embedded buckets of the account."""
        async with self._reading:
            if self._clock() - self._read_at > FRESH_SECONDS or not self._names:
                self._names = await self._telnyx.embeddings.buckets()
                self._read_at = self._clock()
        return self._names

    async def chosen(self, asked: Sequence[str] = ()) -> tuple[str, ...]:
        """The buckets to search: those asked for, else the configured ones, else all.

        Raises:
            UsageError: a name that does not exist (with the nearest one), or no bucket at all.
        """
        names = await self.names()
        if not names:
            raise UsageError(NO_BUCKETS)
        for name in asked:
            if name not in names:
                near = difflib.get_close_matches(name, names, 1)
                hint = f" Did you mean “{near[0]}”?" if near else ""
                raise UsageError(
                    f"There is no embedded bucket “{name}”.{hint} There are: {', '.join(names)}."
                )
        configured = tuple(name for name in self._preferred if name in names)
        return tuple(asked) or configured or names
