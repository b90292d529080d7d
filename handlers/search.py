"""``/telnyx search``."""

from collections.abc import Sequence

from bot.render.forms import Choice, Form
from bot.render.outcomes import Listing
from bot.render.search import Search, listing
from handlers.verb import AnyVerb, Request, Verb


async def search(request: Request[Search]) -> Listing:
    """Show the passages that are nearest to what is looked for."""
    it, services = request.intent, request.services
    found = await services.search.near(
        it.query, request.audience, request.place, request.asker, top=it.top, buckets=it.bucket
    )
    return listing(it, found)


async def searchable(request: Request[Search]) -> Sequence[Choice]:
    """Offer the buckets whose passages this person may read."""
    names = await request.services.documents.buckets(request.audience)
    return [Choice(name) for name in request.audience.buckets.among(names)]


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        Search,
        search,
        help="Find passages in the documents, without an answer.",
        example="carrying days of leave over --bucket handbook",
        paid=True,
        operations=("embeddings.similarity_search", "embeddings.buckets.list"),
        form=Form("Search the docs", "Search", ("query", "bucket"), "Searching…"),
        choices={"bucket": searchable},
        home="Search",
    ),
)
