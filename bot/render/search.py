"""What a search found."""

from typing import Annotated

from pydantic import Field

from bot.render.ask import lacking, named, unsearched
from bot.render.cards import CARDS, cards
from bot.render.intent import Names, Paged, Phrase
from bot.render.markdown import code, escape_mrkdwn
from bot.render.outcomes import Listing
from bot.services.retrieval import Found


class Search(Paged, verb="search"):
    """Passages about something."""

    query: Annotated[Phrase, Field(title="Look for", examples=["carrying days of leave over"])]
    bucket: Names = Field(default=(), description="Search only this bucket.")
    top: int = Field(default=10, ge=1, le=50, description="Passages to show; 10 without it.")


def listing(intent: Search, found: Found) -> Listing:
    """Return the page that was asked for, one passage a card, best first, and what was not searched."""
    query = intent.query
    where, notes = named(found.buckets), (unsearched(found.unsearched), lacking(found.lacking))
    return Listing(
        f"Passages about “{query}”",
        cards(found.passages, query, intent.place(len(found.passages), CARDS)),
        f"I found no passage about {code(query)} in {where}. Try other words.",
        f"Best first, from {where}",
        lead=escape_mrkdwn(" ".join(filter(None, notes))),
        size=CARDS,
        total=len(found.passages),
    )
