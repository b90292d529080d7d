"""Which passages an answer cites, however models write it: the one grammar.

In brackets of any kind stand numbers, alone or with a word such as "Passage": `[1]`, `[1, 3]`, `[1-3]`, `[1 and 2]`, `[^1]`, `[Passage 1]`,
`【1†source】`, and all of it in full width; also raised, as `¹` or `<sup>1</sup>`.
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
    r"(?:passages?|sources?|src|documents?|docs?|references?|refs?|citations?|cites?|chunks?|excerpts?|snippets?|quotes?|context"
    r"|foot-?notes?|notes?|fu(?:ß|ss)noten?|dokumente?|documentos?"
    r"|quellen?|passagen|textstellen?|belege?|fuentes?|pasajes?|fonti?|brani?|fontes?|bronn?e?n?|źródł[oa]|источники?|отрывок|документ"
    r"|出典|資料|文書|引用|来源|段落|文档|출처|문서)"
)
_ONE = (
    rf"(?:(?:see|siehe|vgl\.?|cf\.?|voir)\s+)?(?:{_WORDS}[\s:#=.\"'_-]*)?(?:(?:n|id)\s*[=:]\s*\"?|no\.?\s*|nr\.?\s*)?"
    r"[\^#]?(?:\d{1,4}:(?=\d+†))?\d{1,4}[\"^]?(?:\s*†[^,;\n]*)?"
)
_RANGE = r"\s*[-‐‑–—~〜]\s*|\s+(?:to|through|bis|à|a)\s+"  # noqa: RUF001  # models write all of these
_LIST = r"\s*(?:,|;|、|&)\s*(?:(?:and|und|et|y|e|or)\s+)?|\s+(?:and|und|et|y|e|en|i|и|or|oder)\s+|\s*[と及和과와]\s*"
_CITATION = re.compile(rf"{_ONE}(?:(?:{_RANGE}|{_LIST}){_ONE})*")
_SURE = re.compile(rf"{_WORDS}|[†^]")
# Behind it may stand what it is called: [Passage 1: Leave], [1: leave.md].
_CALLED = re.compile(
    rf"({_WORDS}[\s:#=._-]*\d{{1,4}})\s*[:(|–—-]\s*[^\W\d].{{0,60}}|(\d{{1,4}})\s*[:(|,–—-]\s*\S{{0,60}}[^\W\d]\.[a-z]{{2,5}}\)?"  # noqa: RUF001 - signs of other scripts
)
_DRESSED = re.compile(r"([*_]{1,2})(.+)\1")
_BEFORE_COLON = re.compile(r"\d+:(?=\d)")
_DAGGER = re.compile(r"†[^,;\n]*")
_PART = re.compile(rf"(\d+)\"?(?:(?:{_RANGE})[^\d]*?(\d+))?")
_BRACKETS = re.compile(
    r"<sup>\s*(\[?[^<>\[\]\n]{1,40}\]?)\s*</sup>|([⁰¹²³⁴-⁹]{1,2})|"
    + "|".join(rf"{re.escape(a)}([^{re.escape(a + z)}\n]{{1,80}}){re.escape(z)}" for a, z in CLOSING.items()),
    re.IGNORECASE,
)
_RAISED_BEHIND = re.compile(r"(?:[^\W\d_]{4}|[⁰¹²³⁴-⁹] |[.,;:!?)\]\"'”’»」。！？])\Z")  # noqa: RUF001 - signs of other scripts
_VALUE_BEHIND = re.compile(r"=\s?\Z")


def numbers(inside: str, count: int) -> list[int] | None:
    """Return the passages meant by what stands between two brackets, each within 1..count, in written order.

    Returns None when it is no citation at all ("[sic]", "[2019]", "[0]"), and an empty list when it is one of passages that do not exist.
    """
    if inside.isdecimal():  # most of them
        return [int(inside)] if 1 <= int(inside) <= count else [] if 1 <= int(inside) <= LARGEST else None
    text = normalize("NFKC", inside).strip().casefold().removesuffix("\\")
    if dressed := _DRESSED.fullmatch(text):
        text = dressed[2]
    if not _CITATION.fullmatch(text):
        called = _CALLED.fullmatch(text)
        if called is None:
            return None
        text = called[1] or called[2]
    bare = _BEFORE_COLON.sub("", _DAGGER.sub("", text))
    ranges = [(int(m[1]), int(m[2] or m[1])) for m in _PART.finditer(bare)]
    sure = _SURE.search(text) is not None
    if not sure and any(first == 0 for first, _ in ranges):
        return None  # passages are counted from 1, so this is an index or an interval
    found = dict.fromkeys(
        n for first, last in ranges for n in range(max(first, 1), min(last, count) + 1) if n <= count
    )
    made_up = sure or all(last <= LARGEST for _, last in ranges)
    return [*found] if found or made_up else None


def raised(inside: str, before: str, count: int) -> list[int]:
    """Return the passages meant by a raised number behind ``before``. Behind a short word it is a power or a unit, as in "m²"."""
    bare = inside.strip("[]")
    if bare == inside and not _RAISED_BEHIND.search(before):
        return []
    return numbers(normalize("NFKC", bare), count) or []


def is_value(before: str) -> bool:
    """Return whether what stands in brackets behind ``before`` is a list in a program, as in "x = [1, 2]"."""
    return _VALUE_BEHIND.search(before) is not None


def cited(text: str, count: int) -> list[int]:
    """Return the numbers of the passages that `text` cites, in order of first use; code is not read."""
    found: dict[int, None] = {}
    read = prose(clean(text))
    for match in _BRACKETS.finditer(read):
        label, before = match[match.lastindex or 0], read[max(0, match.start() - 4) : match.start()]
        if match.lastindex in (1, 2):
            found.update(dict.fromkeys(raised(label, before, count)))
        elif not is_value(before):
            found.update(dict.fromkeys(numbers(label, count) or ()))
    return [*found]
