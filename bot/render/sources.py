"""What an answer stands on: its sources with the words that support it, what stands in none of them, the passages, and the way to a document.

Passages that a search found are named, drawn, and opened in the same way.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from re import compile as pattern
from typing import Annotated, Any

from pydantic import Field

from bot.render.blocks import (
    BUTTON_URL,
    BUTTON_VALUE,
    SECTION_TEXT,
    Block,
    actions,
    button,
    context,
    divider,
    literal,
    row,
    section,
)
from bot.render.call_places import ShowPlace
from bot.render.inert import break_links
from bot.render.intent import Intent, Name
from bot.render.markdown import link, moment, plain, shortened, verbatim
from bot.render.mrkdwn import sections
from bot.render.numbers import seconds
from bot.render.outcomes import NEXT, PREVIOUS, Modal
from bot.render.parts import split
from bot.render.support import Claims, claims, support
from bot.render.unsupported import unsupported
from bot.services.calls import stamp
from bot.services.passages import Heard, closeness
from bot.services.sources import Address, can_open, website
from bot.store.turns import Turn

QUOTED_CHARACTERS = 240
HEADING = 80
LISTED_SOURCES = 10
LISTED_CLAIMS = 5
OPENED = 5
"""Documents with a button under an answer; the others are opened from *Show passages*."""
NAME = 40
PAGE_BLOCKS = 90
"""A view takes 100 blocks; below them stand the number of the page and its buttons."""
PAGE_BYTES = 150_000
"""A view takes 250,000; counted as our client sends them, where a Japanese character is six."""
UNCITED = "This answer doesn't cite a source. Check *Show passages* before you rely on it."
LASTS = "This link works for {}. Anyone who has it can read the document, so keep it to yourself."
WEBSITE = "This document is a page of a website."
TOO_LONG = "The link to this document is too long for Slack. Ask the person who runs the bot for the file."

_STAMP = pattern(r"(?m)^\[(?:(\d+):)?(\d{2}):(\d{2})\] ")
"""How the lines of a call begin."""

Passage = dict[str, Any]


class ShowPassages(Intent, verb="show_passages"):
    """*Show passages* under an answer."""

    turn: Name
    page: int = Field(default=1, ge=1, le=1_000)


class OpenDocument(Intent, verb="open_document"):
    """*Open document* under an answer, and beside each of its passages."""

    turn: Name
    passage: int = Field(ge=1, le=1_000)


class OpenFound(Intent, verb="open_found"):
    """*Open document* beside a passage that a search found."""

    bucket: Name
    document: Annotated[str, Field(min_length=1, max_length=BUTTON_VALUE)]
    """The name of the object in the bucket."""
    url: Annotated[str, Field(max_length=BUTTON_VALUE)] = ""
    """Of the page, where the document is one of a website."""


def sources(turn: Turn, said: Claims) -> list[Block]:
    """Return the cited sources of an answer, and what it says that stands in none of them; ``said`` are its claims."""
    passages = turn.passages or []
    if not passages:
        return []
    used = _cited(turn)
    if not used:
        return [context(UNCITED), *_unsupported(turn, passages)]
    lines = [_source(passage, said.get(passage["n"], ())) for passage in used[:LISTED_SOURCES]]
    if len(used) > LISTED_SOURCES:
        lines[-1] = f"and {len(used) - LISTED_SOURCES + 1} more under *Show passages*"
    return [context(*lines), *_unsupported(turn, used)]


def source_buttons(turn: Turn) -> list[Block]:
    """Return the buttons that lead to what an answer stands on: all passages, and each document or call that it cites."""
    if not turn.passages:
        return []
    return [button("Show passages", ShowPassages(turn=turn.id)), *_openings(turn)]


def _openings(turn: Turn) -> Iterator[Block]:
    cited = _cited(turn)
    said = claims(turn.answer or "") if any(passage.get("heard") for passage in cited) else {}
    places = (_at(one, support(one["text"], said.get(one["n"], ())).text) for one in cited)
    shown_places = (_place_button(one, several=len(cited) > 1) for one in places)
    yield from islice(filter(None, shown_places), OPENED)
    documents: dict[tuple[str, str], Passage] = {}
    for passage in filter(can_open, cited):
        documents.setdefault((passage["bucket"], passage["document"]), passage)
    shown = list(documents.values())[:OPENED]
    names = [passage["document"] for passage in shown]
    for passage in shown:
        name = " ".join(passage["document"].rpartition("/")[2].split()) or "document"
        short = name if len(name) <= NAME else f"{name[: NAME - 1]}…"
        several = f" ({passage['bucket']})" if names.count(passage["document"]) > 1 else ""
        text = f"Open {short}{several}" if len(documents) > 1 else "Open document"
        yield _opening(turn, passage, text)


def _opening(turn: Turn, passage: Passage, text: str = "Open document") -> Block:
    number = passage["n"]
    return button(text, OpenDocument(turn=turn.id, passage=number), name=str(number))


def _place_button(passage: Passage, *, several: bool = False) -> Block | None:
    """Return the button that shows what was said around a passage of a call, where its time is known."""
    heard: Heard | None = passage.get("heard")
    if heard is None or not heard["call"] or heard["at"] is None:
        return None
    number = passage["n"]
    text = f"Show the place [{number}]" if several else "Show the place"
    return button(text, ShowPlace(call=heard["call"], at=heard["at"]), name=str(number))


def _ways(turn: Turn, passage: Passage) -> list[Block]:
    """Return what stands beside a passage: the way to its document, or to its place in a call."""
    if can_open(passage):
        return [_opening(turn, passage)]
    return [made] if (made := _place_button(passage)) else []


def _cited(turn: Turn) -> list[Passage]:
    return [passage for passage in turn.passages or [] if passage["cited"]]


def _source(passage: Passage, said: Sequence[str]) -> str:
    """File, nearest heading, bucket, and the sentence that supports the citation."""
    found = support(passage["text"], said)
    quoted = verbatim(plain(found.text, QUOTED_CHARACTERS).replace("“", "‘").replace("”", "’"))  # noqa: RUF001 - signs of other scripts
    where = f"[{passage['n']}] {place(_at(passage, found.text), found.heading)}"
    return where + (f" — “{quoted}”" if quoted else "")


def _at(passage: Passage, quoted: str) -> Passage:
    """Return a passage of a call with the time of the line that is quoted, where one is."""
    before, found, _ = passage["text"].partition(quoted) if passage.get("heard") and quoted else ("", "", "")
    stamped = _STAMP.findall(before + found)
    if not found or not stamped:
        return passage
    hours, minutes, seconds = (int(part or 0) for part in stamped[-1])
    at = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    heard = {**passage["heard"], "at": int(at.total_seconds())}
    return {**passage, "place": stamp(at), "heard": heard}


def place(passage: Passage, heading: str = "") -> str:
    """Return where a passage stands: its document, the nearest heading or what else is known of its place, its bucket; or its call."""
    if heard := passage.get("heard"):
        when = moment(heard["when"], "{date_short_pretty} {time}") if heard["when"] is not None else ""
        said = verbatim(passage["place"] or "")
        return " · ".join(filter(None, (f"*{verbatim(passage['document'])}*", when, said)))
    if passage.get("file"):
        return " › ".join(filter(None, (f"*{verbatim(passage['document'])}*", passage["place"])))  # noqa: RUF001 - see below
    near = verbatim(plain(heading or passage.get("place") or "", HEADING))
    inside = f" › {near}" if near else ""  # noqa: RUF001  # as on any path of a page
    return f"{link(website(passage), passage['document'])}{inside} · {verbatim(passage['bucket'])}"


def drawn(passage: Passage) -> list[Block]:
    """Return the text of a passage, which is Markdown, drawn in full; of a call, what was said line by line."""
    if passage.get("file") and not passage["text"]:
        return [section("_(the picture beside the question)_")]
    if passage.get("heard") or passage.get("file"):
        return [literal(part.text) for part in split(passage["text"], SECTION_TEXT)]
    return [section(part) for part in sections(passage["text"])] or [section("(empty)")]


def _unsupported(turn: Turn, used: list[Passage]) -> list[Block]:
    if any(p.get("file") and not p["text"] for p in used):  # no one can tell what stands in a picture
        return []
    texts = [text for p in used for text in (p["text"], p["document"], p["bucket"], p.get("place") or "")]
    found = unsupported(turn.answer or "", texts, turn.question or "")
    if not found:
        return []
    shown = ", ".join(verbatim(shortened(break_links(claim), NAME)) for claim in found[:LISTED_CLAIMS])
    more = f", and {len(found) - LISTED_CLAIMS} more" if len(found) > LISTED_CLAIMS else ""
    return [context(f"Not in the sources: {shown}{more}")]


def passages(turn: Turn, page: int = 1) -> Modal:
    """Return all passages the answer was made from, in full, page by page."""
    pages: list[list[Block]] = [[]]
    room = PAGE_BYTES
    for block in _passages(turn):
        size = len(json.dumps(block))
        if pages[-1] and (size > room or len(pages[-1]) == PAGE_BLOCKS):
            pages.append([])
            room = PAGE_BYTES
        if pages[-1] or block != divider():
            pages[-1].append(block)
            room -= size
    number = min(page, len(pages))
    shown = pages[number - 1] or [section("No passage was close enough to this question.")]
    turns = [
        button(text, ShowPassages(turn=turn.id, page=other), name=name)
        for text, name, other in (("Previous", PREVIOUS, number - 1), ("Next", NEXT, number + 1))
        if 1 <= other <= len(pages)
    ]
    below = [context(f"Page {number} of {len(pages)}"), actions(*turns)] if turns else []
    return Modal("Passages", [*shown, *below])


def _passages(turn: Turn) -> Iterator[Block]:
    passages = turn.passages or []
    close = closeness([passage["distance"] for passage in passages])
    for number, (passage, near) in enumerate(zip(passages, close, strict=True)):
        if number:
            yield divider()
        used = "cited" if passage["cited"] else "not cited"
        yield from row(
            f"[{passage['n']}] {place(passage)}\n{'came with the question' if passage.get('file') else near} · {used}",
            *_ways(turn, passage),
        )
        yield from drawn(passage)


def opened(passage: Passage, address: Address) -> Modal:
    """Return the window with the way to a document."""
    named = section(f"*{verbatim(passage['document'])}* · {verbatim(passage['bucket'])}")
    if len(address.url) > BUTTON_URL:
        return Modal("Open document", [named, section(TOO_LONG)])
    lasts = context(LASTS.format(seconds(address.seconds)) if address.seconds else WEBSITE)
    return Modal("Open document", [named, actions(button("Open", url=address.url)), lasts])
