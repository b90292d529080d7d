"""Passages on their way from the search to the model: joined, fitted into its context, quoted."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from math import isnan
from typing import Any, TypedDict

from bot.services.access import Audience
from bot.services.phone_numbers import masked
from bot.services.tokens import beginning, tokens
from bot.telnyx import Match
from bot.text import clean

UNNAMED = "a document without a name"
OPENED = ("https://", "http://127.0.0.1:", "http://localhost:")
"""How an address begins that a source may lead to: the sandbox serves its documents on this computer."""
FRAME_TOKENS = 40
"""What the tags around a passage cost."""
OVERLAP = 32
"""Characters that two passages have to share at their ends, at least, to be read as one."""
_SMALLEST_CUT_TOKENS = 50
# CJK documents end sentences without a space behind, Thai ones with nothing else. "e.g.", "Dr.", "U.S." end none.
_NO_END = (
    r"(?<!\b[^\W\d_]\.)(?<!\b(?:Dr|Mr|Ms|St|No|Nr|vs|cf|ca|al|Co|Jr|Sr)\.)(?<!\b(?:Mrs|Art|Abs|Fig|Sec|Str|Tel|bzw|vgl)\.)"
    r"(?<!\bProf\.)(?![ \t]+[a-zß-öø-ÿа-я])"
)
SENTENCE_ENDS = re.compile(
    rf"(?:[!?…؟।॥۔։።។။]|\.{_NO_END})[\"')\]»”]*(?=\s|$)|[。！？｡][」』）”]*|(?<=[\u0e01-\u0e5b])[ ]+(?=[\u0e01-\u0e5b])|\n{{2,}}"  # noqa: RUF001 - signs of other scripts
)
_WORD_ENDS = re.compile(r"\s+")
_HUGE_TOKENS = 1_500
"""No embedded chunk of a usual size is larger."""
# Invisible characters and other scripts' angle brackets are read as these by models too.
_URLS = re.compile(r"(?:https?://|www\.)[a-z0-9._~:/?#@!$&'()*+,;=%-]+", re.IGNORECASE | re.ASCII)
_MAIL = re.compile(
    r"(?<![\w.+%-])[a-z0-9][\w.+%-]{0,63}@(?:[a-z0-9-]+\.)+[a-z]{2,24}(?![\w-]|\.\w)", re.IGNORECASE
)
_UNSEEN = "[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]{0,3}"
_OURS = "|".join(_UNSEEN.join(name) for name in ("passage", "call", "thread"))
_OUR_TAG = re.compile(rf"[<＜‹〈〈⟨❮≺﹤](?=[\W_]{{0,8}}(?:{_OURS}){_UNSEEN}s?{_UNSEEN}\b)", re.IGNORECASE)  # noqa: RUF001 - signs of other scripts


class Heard(TypedDict):
    """Which call a passage is of, and when in it: ids are empty, and times None, where no one knows."""

    call: str
    assistant: str
    at: int | None
    """Seconds since the call began."""
    when: float | None
    """When it was, in Unix seconds."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk of a document, or a part of a call, that search returned; `distance` is the cosine distance, smaller is nearer."""

    bucket: str
    document: str
    text: str
    distance: float
    url: str | None = None
    place: str | None = None
    heard: Heard | None = None
    """Of a part of a call alone, which is of no bucket."""
    file: str | None = None
    """Slack's id of a file that came with the question, where it is a part of one: of no bucket either."""


def readable(passage: Mapping[str, Any], audience: Audience) -> bool:
    """Return whether an audience may read a passage of an answer that was given."""
    if heard := passage.get("heard"):
        return heard["assistant"] in audience.calls
    if passage.get("file"):  # whoever may see the answer
        return True
    return passage["bucket"] in audience.buckets


def read_by(
    audience: Audience, passages: Iterable[Mapping[str, Any]], *, files: bool = True
) -> list[dict[str, Any]]:
    """Return those passages of an answer that an audience may read now, with as much of phone numbers as they may see now.

    What came with a question that was asked alone stays with the one who asked (``files``), though its answer be shared.
    """
    return [
        _seen(one, audience) for one in passages if readable(one, audience) and (files or not one.get("file"))
    ]


def _seen(passage: Mapping[str, Any], audience: Audience) -> dict[str, Any]:
    heard = passage.get("heard")
    if not heard or heard["assistant"] in audience.numbers:
        return {**passage}
    return {**passage, "text": masked(passage["text"]), "document": masked(passage["document"])}


def passage_of(bucket: str, match: Match) -> Passage:
    """Return a match of the search as a passage."""
    about = match.metadata
    extra = about.loader_metadata or {}
    url = extra.get("article_url") or about.source
    place = extra.get("heading") or (f"page {extra['page']}" if extra.get("page") is not None else None)
    return Passage(
        bucket=bucket,
        document=about.filename or (about.source or "").rpartition("/")[2] or UNNAMED,
        text=match.document_chunk,
        distance=match.distance,
        url=url if isinstance(url, str) and url.startswith(OPENED) else None,
        place=place if isinstance(place, str) else None,
    )


def joined(first: str, second: str) -> str | None:
    """Return both texts as one, if the second begins in the first and goes on where that ends; else None."""
    head = second[:OVERLAP]
    at = first.find(head) if len(head) == OVERLAP else -1
    while at >= 0:
        shared = len(first) - at
        if shared < len(second) and second.startswith(first[at:]):
            return first + second[shared:]
        at = first.find(head, at + 1)
    return None


def pack(passages: Sequence[Passage], budget_tokens: int) -> list[tuple[int, Passage]]:
    """Return what fits into the budget, each with the number from 1 that it had: cut where it must be, best after a sentence."""
    packed: list[tuple[int, Passage]] = []
    left = budget_tokens
    # One that is no usual chunk leaves room for those behind it.
    largest = budget_tokens if len(passages) == 1 else budget_tokens // 2
    for number, passage in enumerate(passages, 1):
        room = left - FRAME_TOKENS
        size = tokens(passage.text)
        if size > _HUGE_TOKENS:
            room = min(room, largest)
        if text := passage.text if size <= room else _cut(passage.text, room):
            packed.append((number, passage if text == passage.text else replace(passage, text=text)))
            left -= tokens(text) + FRAME_TOKENS
    return packed


def _cut(text: str, room: int) -> str:
    """`text` up to its last whole sentence within `room` tokens, or its last word; empty when too little would be left."""
    if room < _SMALLEST_CUT_TOKENS:
        return ""
    whole = beginning(text, room)
    for ends in (SENTENCE_ENDS, _WORD_ENDS):
        if end := max((match.end() for match in ends.finditer(whole)), default=0):
            return whole[:end].rstrip()
    return whole


def closeness(distances: Sequence[float | None]) -> tuple[str, ...]:
    """Return in words how close each passage is beside the others: what a distance alone means, each embedding model has its own way.

    None, and what is no number, say nothing: JSON has no such number, so what is kept of it is None.
    """
    told = [one for one in distances if one is not None and not isnan(one)]
    nearest, spread = min(told, default=0.0), max(told, default=0.0) - min(told, default=0.0)
    return tuple(
        "match"
        if distance is None or isnan(distance)
        else "closest match"
        if distance == nearest
        else "close match"
        if distance - nearest <= spread / 2
        else "loose match"
        for distance in distances
    )


def links(passages: Iterable[Passage]) -> frozenset[str]:
    """Return the addresses an answer may link to: those of the documents, and what stands in the passages, letter by letter."""
    found = {passage.url for passage in passages if passage.url}
    for passage in passages:
        text = passage.text
        if "@" in text:  # no address has a space in it, and to look into each word would take longer
            found.update(mail for word in text.split() if "@" in word for mail in _MAIL.findall(word))
        if "://" in text or "www." in text.lower():
            found.update(_urls(text))
    return frozenset(found)


def _urls(text: str) -> Iterator[str]:
    for match in _URLS.finditer(text):
        if not text[match.end() : match.end() + 1].isalnum():  # or it goes on in another script
            yield _bare(match[0])


def _bare(url: str) -> str:
    """Return a URL without the punctuation of the sentence, or the mark of Markdown, that it stands in."""
    while url[-1] in ".,;:!?'*_~" or (url[-1] == ")" and url.count("(") < url.count(")")):
        url = url[:-1]
    return url


def prompt_block(passages: Sequence[Passage]) -> str:
    """Return the passages as the model reads them, numbered from 1. No document can end its passage or begin another one."""
    return "\n".join(
        f'<passage n="{number}" {_where(passage)}>\n{fenced(passage.text)}\n</passage>'
        for number, passage in enumerate(passages, 1)
    )


def _where(passage: Passage) -> str:
    document = f'document="{_attribute(passage.document)}"'
    if passage.file is None:
        return f'bucket="{_attribute(passage.bucket)}" {document}'
    return f'attached="yes" {document} place="{_attribute(passage.place or "")}"'


def fenced(text: str) -> str:
    """Return other people's words as they stand between tags of ours: nothing in them ends or begins such a part of a prompt."""
    return _OUR_TAG.sub("&lt;", clean(text))


def _attribute(value: str) -> str:
    return escape(" ".join(clean(value).split()), quote=True)
