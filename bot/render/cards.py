"""A passage that a search found, as a card: where it stands, its text, and the ways on from it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from bot.render.ask import AskAbout
from bot.render.blocks import Block, actions, button, divider, section
from bot.render.feedback import as_question
from bot.render.sources import OpenFound, drawn, place
from bot.render.support import support
from bot.services.passages import Passage, closeness
from bot.services.sources import can_open, stored_as, website

CARDS = 5
"""Passages of a page: each of a usual size is shown whole."""
OPENS = 1_500
"""Characters of a document's name and address that a button carries, in JSON."""


def cards(passages: Sequence[Passage], words: str, place: slice) -> list[list[Block]]:
    """Return a card for each passage of a page that was found by these words; how close one is, all of them tell."""
    close = closeness([one.distance for one in passages])
    return [_card(one, words, near) for one, near in zip(passages[place], close[place], strict=True)]


def _card(found: Passage, words: str, near: str) -> list[Block]:
    """Return a card: a passage longer than a section is cut, its document has the rest."""
    passage, heading = asdict(found), support(found.text, [words]).heading
    text, *more = drawn(passage)
    rest = [section("…")] if more else []
    return [
        divider(),
        section(f"{place(passage, heading)}\n{near}"),
        text,
        *rest,
        actions(*_ways(passage, words, heading)),
    ]


def _ways(passage: dict[str, object], words: str, heading: str) -> Iterator[Block]:
    bucket, document, url = str(passage["bucket"]), stored_as(passage), website(passage)
    if can_open(passage) and len(document) + len(url) <= OPENS:
        yield button("Open document", OpenFound(bucket=bucket, document=document, url=url))
    yield button("Ask about this", AskAbout(bucket=bucket, question=as_question(words, heading)))
