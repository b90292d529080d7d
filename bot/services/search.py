"""Passages about something, found as an answer's are, and no model asked."""

from collections.abc import Sequence

from bot.services.access import Asker, Audience, Place, Right, Rights
from bot.services.query import Query
from bot.services.retrieval import Found, Retrieval


class Search:
    """The use case behind ``/telnyx search``."""

    def __init__(self, retrieval: Retrieval, rights: Rights) -> None:
        self._retrieval = retrieval
        self._rights = rights

    async def near(
        self,
        words: str,
        audience: Audience,
        place: Place,
        asker: Asker,
        *,
        top: int,
        buckets: Sequence[str] = (),
    ) -> Found:
        """Return the ``top`` passages nearest to some words, best first: of these buckets, else of those that answers come from there.

        Raises:
            RefusedError, UsageError: they may read no document; there's no such bucket, or none at all.
            TelnyxError: every search failed.
        """
        audience.require(Right.DOCUMENTS)
        # Nothing is set for a window, a direct message, or a terminal.
        kept = None if place.direct else await self._rights.set_for(place, asker, private=True)
        here = kept.buckets if kept is not None else None
        return await self._retrieval.near(Query(words, audience, tuple(buckets), top, here=here or ()))
