"""Which passages an answer cites, however models write it: the one grammar.

In brackets of any kind stand numbers, alone or with a word such as "Passage": `[1]`, `[1, 3]`, `[1-3]`, `[1 and 2]`, `[^1]`, `[Passage 1]`,
`【1†source】`, and all of it in full width.
"""

import re
from unicodedata import normalize

from bot.services.fences import prose
from bot.text import clean

LARGEST = 99
"""A larger number alone is none that a model made up for a passage: a year, a status, a paragraph of the law."""
CLOSING = {"[": "]", "【": "】", "［": "］"}  # noqa: RUF001  # what models write
"""The brackets that a citation may stand in."""

_WORDS = (
    r"(?:passages?|sources?|documents?|docs?|references?|refs?|citations?|cites?|chunks?|excerpts?|snippets?|quotes?|context"
    r"|quellen?|passagen|textstellen?|belege?|fuentes?|pasajes?|fonti?|brani?|fontes?|bronn?e?n?|źródł[oa]|источники?|отрывок|документ"
    r"|出典|資料|文書|引用|来源|段落|文档|출처|문서)"
)
_ONE = rf"(?:{_WORDS}[\s:#=.\"'_-]*(?:n\s*=\s*\"?|no\.?\s*|nr\.?\s*)?)?[\^#]?\d{{1,4}}\"?(?:\s*†[^,;\n]*)?"
_RANGE = r"\s*[-‐‑–—~〜]\s*|\s+(?:to|through|bis|à|a)\s+"  # noqa: RUF001  # models write all of these
_LIST = r"\s*(?:,|;|、|&)\s*(?:(?:and|und|et|y|e|or)\s+)?|\s+(?:and|und|et|y|e|en|i|и|or|oder)\s+|\s*[と及和과와]\s*"
_CITATION = re.compile(rf"{_ONE}(?:(?:{_RANGE}|{_LIST}){_ONE})*")
_SURE = re.compile(rf"{_WORDS}|[†^]")
_DAGGER = re.compile(r"†[^,;\n]*")
_PART = re.compile(rf"(\d+)\"?(?:(?:{_RANGE})[^\d]*?(\d+))?")
_BRACKETS = re.compile(
    "|".join(rf"{re.escape(a)}([^{re.escape(a + z)}\n]{{1,80}}){re.escape(z)}" for a, z in CLOSING.items())
)


def numbers(inside: str, count: int) -> list[int] | None:
    """Return the passages meant by what stands between two brackets, each within 1..count, in written order.

    Returns None when it is no citation at all ("[sic]", "[2019]", "[0]"), and an empty list when it is one of passages that do not exist.
    """
    if inside.isdecimal():  # most of them
        return [int(inside)] if 1 <= int(inside) <= count else [] if 1 <= int(inside) <= LARGEST else None
    text = normalize("NFKC", inside).strip().casefold()
    if not _CITATION.fullmatch(text):
        return None
    ranges = [(int(m[1]), int(m[2] or m[1])) for m in _PART.finditer(_DAGGER.sub("", text))]
    if any(
        first == 0 for first, _ in ranges
    ):  # passages are counted from 1, so this is an index or an interval
        return None
    found = dict.fromkeys(
        n for first, last in ranges for n in range(first, min(last, count) + 1) if n <= count
    )
    made_up = _SURE.search(text) or all(last <= LARGEST for _, last in ranges)
    return [*found] if found or made_up else None


def cited(text: str, count: int) -> list[int]:
    """Return the numbers of the passages that `text` cites, in order of first use; code is not read."""
    found: dict[int, None] = {}
    for match in _BRACKETS.finditer(prose(clean(text))):
        found.update(dict.fromkeys(numbers(match[match.lastindex or 0], count) or ()))
    return [*found]
