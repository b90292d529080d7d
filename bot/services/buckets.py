"""Which buckets a question is asked of."""

import asyncio
import difflib
import time
from collections.abc import Callable, Sequence

from bot.errors import UsageError
from bot.telnyx import Telnyx

LISTED, LONGEST = 20, 63
"""How many buckets a sentence names, and how much of a name it repeats: as long as a bucket's name can be."""
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
                raise unknown(name, names)
        configured = tuple(name for name in self._preferred if name in names)
        return tuple(asked) or configured or names


def unknown(bucket: str, names: Sequence[str]) -> UsageError:
    """The error for a bucket that is not embedded: the nearest name, and which there are."""
    near = difflib.get_close_matches(bucket, names, 1)
    hint = f" Did you mean “{near[0]}”?" if near else ""
    there = f" There are: {', '.join(names[:LISTED])}{' …' if len(names) > LISTED else ''}." if names else ""
    return UsageError(f"There is no embedded bucket “{bucket[:LONGEST]}”.{hint}{there}")
