"""Files that came with a question, as the passages that they are made into: as citable as those of documents, and of no bucket. Pure."""

from collections.abc import Iterator, Sequence

from bot.services.bm25 import scores
from bot.services.passages import FRAME_TOKENS, Passage
from bot.services.tokens import tokens

PART_CHARACTERS = 4_000
MOST = 60
"""Passages of files that go to the model; the numbers of more would be hard to tell apart."""
PICTURE = "picture"
"""The place of a passage that is a picture, and has no text."""
PICTURE_TOKENS = 1_600
"""What a picture costs, about; models differ."""
ASKS = 2_000
"""Characters of a file that may be nothing but a question."""
SHARE = 0.75
"""What files may take of the room for passages, where documents were found too."""


def asks(text: str) -> bool:
    """Return whether a file's text is a question rather than something to answer from."""
    return len(text) <= ASKS and text.rstrip().endswith(("?", "？", "؟"))  # noqa: RUF001 - signs of other scripts


def of_text(file: str, name: str, text: str) -> list[Passage]:
    """Return the parts of a text, each with its lines where there are several."""
    lines = text.split("\n")
    parts: list[tuple[int, list[str]]] = [(1, [])]
    room = PART_CHARACTERS
    for number, line in enumerate(lines, 1):
        for piece in _pieces(line) or [""]:
            if parts[-1][1] and len(piece) >= room:
                parts.append((number, []))
                room = PART_CHARACTERS
            parts[-1][1].append(piece)
            room -= len(piece) + 1
    ends = [*(first for first, _ in parts[1:]), len(lines) + 1]
    places = [f"lines {first}–{max(first, end - 1)}" for (first, _), end in zip(parts, ends, strict=True)]  # noqa: RUF001 - as ranges are written
    several = len(parts) > 1
    return [
        _passage(file, name, "\n".join(said), place if several else None)
        for place, (_, said) in zip(places, parts, strict=True)
        if "".join(said).strip()
    ]


def of_pages(file: str, name: str, pages: Sequence[str]) -> list[Passage]:
    """Return the pages of a document; one that is long in several parts."""
    return [
        _passage(file, name, piece, f"page {number}")
        for number, page in enumerate(pages, 1)
        for piece in _pieces(page)
    ]


def of_picture(file: str, name: str) -> Passage:
    """Return the passage that stands for a picture: an answer can cite it."""
    return _passage(file, name, "", PICTURE)


def chosen(beside: Sequence[Passage], question: str, budget_tokens: int) -> tuple[Passage, ...]:
    """Return what fits into the budget, in its order: everything, or what has most of the words of the question."""
    near = scores(question, [passage.text for passage in beside])
    best = sorted(range(len(beside)), key=lambda at: (beside[at].text != "", -near[at], at))
    kept: list[int] = []
    for at in best:
        size = cost(beside[at])
        if size <= budget_tokens and len(kept) < MOST:
            kept.append(at)
            budget_tokens -= size
    return tuple(beside[at] for at in sorted(kept))


def cost(passage: Passage) -> int:
    """Return how many tokens a passage takes, about."""
    return FRAME_TOKENS + (tokens(passage.text) if passage.text else PICTURE_TOKENS)


def left_out(beside: Sequence[Passage], read: Sequence[Passage]) -> Iterator[tuple[str, int, int]]:
    """Yield each file of which a part was not read: its name, how many of its passages were, and of how many."""
    taken = {id(passage) for passage in read}
    for file in dict.fromkeys(passage.file for passage in beside):
        of = [passage for passage in beside if passage.file == file]
        kept = sum(id(passage) in taken for passage in of)
        if kept < len(of):
            yield of[0].document, kept, len(of)


def _pieces(text: str) -> list[str]:
    return [text[at : at + PART_CHARACTERS] for at in range(0, len(text), PART_CHARACTERS)]


def _passage(file: str, name: str, text: str, place: str | None) -> Passage:
    return Passage(bucket="", document=name, text=text, distance=float("nan"), place=place, file=file)
