"""Which buckets a question is asked of."""

import difflib
import time
from collections.abc import Callable, Sequence

from bot.errors import UsageError
from bot.fresh import Fresh
from bot.services.access import Audience, Right
from bot.telnyx import Telnyx

LISTED, LONGEST = 20, 63
"""How many buckets a sentence names, and how much of a name it repeats: as long as a bucket's name can be."""
FRESH_SECONDS = 2.0
"""How long a list of bucket names is believed: the one who reads that a job has ended asks about its documents at once."""

NO_BUCKETS = (
    "There are no embedded documents yet, so I have nothing to answer from. Put files into a Telnyx storage bucket and "
    "embed it (Mission Control portal → AI → Storage, or POST /v2/ai/embeddings with the bucket's name); then ask again."
)


NONE_OF_YOURS = "There are no documents right now that I may search here. Ask a workspace admin for access."
SETTING = "ANSWERS_BUCKETS"


class Buckets:
    """The names of the embedded buckets, read from Telnyx at most every two seconds."""

    def __init__(
        self, telnyx: Telnyx, preferred: Sequence[str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._telnyx = telnyx
        self._preferred = tuple(dict.fromkeys(preferred))
        self._names = Fresh(self._read, FRESH_SECONDS, clock=clock)

    async def names(self) -> tuple[str, ...]:
        """Return all embedded buckets of the account."""
        names = await self._names.get(())
        if not names:
            self._names.forget(())  # the first bucket is found at once
        return names

    async def chosen(
        self, audience: Audience, asked: Sequence[str] = (), here: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Return the buckets to search: those asked for, else those set for the channel, else the configured ones, else all.

        Args:
            audience: what they may not read is not there.
            asked: named in the question.
            here: set for the channel.

        Raises:
            RefusedError: they may read none.
            UsageError: a name that does not exist (with the nearest one), no bucket at all, or a setting that names none.
        """
        audience.require(Right.DOCUMENTS)
        names = audience.buckets.among(await self.names())
        if not names:
            raise UsageError(NO_BUCKETS if audience.buckets.everything else NONE_OF_YOURS)
        for name in asked:
            if name not in names:
                raise unknown(name, names)
        if asked:
            return tuple(dict.fromkeys(asked))
        preferred = here or self._preferred
        if not preferred:
            return names
        configured = tuple(name for name in preferred if name in names)
        if not configured:
            known = audience.buckets.among(preferred)
            raise UsageError(nothing_configured(known, names, here=bool(here)) if known else NONE_OF_YOURS)
        return configured

    def lacking(self, audience: Audience, chosen: Sequence[str], here: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the configured buckets that are not among those that were ``chosen`` because of the setting."""
        known = audience.buckets.among(here or self._preferred)
        return tuple(name for name in known if name not in chosen)

    async def _read(self, _all: tuple[()]) -> tuple[str, ...]:
        return await self._telnyx.embeddings.buckets()


def nothing_configured(preferred: Sequence[str], names: Sequence[str], *, here: bool = False) -> str:
    """Return the sentence for a setting none of whose buckets is embedded."""
    named = ", ".join(f"“{name[:LONGEST]}”" for name in preferred[:LISTED])
    is_none = (
        "which isn't an embedded bucket" if len(preferred) == 1 else "and none of them is an embedded bucket"
    )
    hint = _hint(preferred[0], names) if len(preferred) == 1 else ""
    if here:
        who, fix = (
            "This channel is set to search",
            "Ask a workspace admin to correct it with `/telnyx channel set`.",
        )
    else:
        who, fix = f"`{SETTING}` names", "Ask the person who runs the bot to correct it."
    return f"{who} {named}, {is_none}, so I searched nothing.{hint}{_there(names)} {fix}"


def unknown(bucket: str, names: Sequence[str]) -> UsageError:
    """Return the error for a bucket that is not embedded: the nearest name, and which there are."""
    return UsageError(
        f"There's no embedded bucket “{bucket[:LONGEST]}”.{_hint(bucket, names)}{_there(names)}"
    )


async def existing(telnyx: Telnyx, buckets: Sequence[str], audience: Audience) -> None:
    """Raise ``UsageError`` for the first that is not embedded, as far as the audience may know it."""
    names = audience.named.among(await telnyx.embeddings.buckets()) if buckets else ()
    for bucket in buckets:
        if bucket not in names:
            raise unknown(bucket, names)


def _hint(bucket: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(bucket, names, 1)
    return f" Did you mean “{near[0]}”?" if near else ""


def _there(names: Sequence[str]) -> str:
    return f" There are: {', '.join(names[:LISTED])}{' …' if len(names) > LISTED else ''}." if names else ""
