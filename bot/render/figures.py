"""Numbers, dates, times, and codes in a text as what they stand for: "2,5" is "2.5", "5 pm" is "17:00", "12 March" is in "2024-03-12"."""

import re
from collections.abc import Callable, Iterator
from itertools import chain
from operator import attrgetter
from typing import NamedTuple
from unicodedata import normalize

from bot.text import clean

LETTER = r"[A-Za-zÀ-ɏͰ-ϿЀ-ӿ]"
"""Of the scripts that have capitals and put spaces between words."""
MONTHS = (
    "january|januar|jänner|janvier|enero|jan", "february|februar|février|febrero|feb", "march|märz|mars|marzo|mar|mär",
    "april|avril|abril|apr", "may|mai|mayo", "june|juni|juin|junio|jun", "july|juli|juillet|julio|jul",
    "august|août|agosto|aug", "september|septembre|septiembre|sept|sep", "october|oktober|octobre|octubre|oct|okt",
    "november|novembre|noviembre|nov", "december|dezember|décembre|diciembre|dec|dez",
)  # fmt: skip
DAYS = (
    "monday|montag|lundi|lunes|mon|mo", "tuesday|dienstag|mardi|martes|tue|di", "wednesday|mittwoch|mercredi|miércoles|wed|mi",
    "thursday|donnerstag|jeudi|jueves|thu|do", "friday|freitag|vendredi|viernes|fri|fr", "saturday|samstag|samedi|sábado|sat|sa",
    "sunday|sonntag|dimanche|domingo|sun|so",
)  # fmt: skip
_NUMBER_WORDS = (
    "zero|null one|eins|ein|eine|einen|once|first|a two|zwei|twice|second|both|double|beide three|drei|third|triple four|vier|fourth "
    "five|fünf|fifth six|sechs seven|sieben eight|acht nine|neun ten|zehn eleven|elf twelve|zwölf|dozen|noon|midnight thirteen|dreizehn "
    "fourteen|vierzehn fifteen|fünfzehn sixteen|sechzehn seventeen|siebzehn eighteen|achtzehn nineteen|neunzehn twenty|zwanzig"
)
_SAID: dict[str, tuple[float, ...]] = {
    **{word: (float(n),) for n, words in enumerate(_NUMBER_WORDS.split()) for word in words.split("|")},
    "thirty": (30.0,), "dreißig": (30.0,), "forty": (40.0,), "fifty": (50.0,), "sixty": (60.0,), "ninety": (90.0,),
    "hundred": (100.0,), "thousand": (1000.0,), "half": (0.5, 50.0), "halbe": (0.5,), "quarter": (0.25, 25.0),
}  # fmt: skip
_MONTH = {word: number for number, words in enumerate(MONTHS, 1) for word in words.split("|")}
_NAME = rf"(?:{'|'.join(sorted(_MONTH, key=len, reverse=True))})\.?(?!{LETTER})"
_FRACTIONS = str.maketrans({"½": ".5", "¼": ".25", "¾": ".75"})
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\\\\]")
_SPACED = re.compile(r"[\u00a0\u2009\u202f'’](?<=\d.)(?=\d{3}(?!\d))")  # noqa: RUF001 - what stands between thousands
_WORD = re.compile(rf"{LETTER}+")
_RUNS = re.compile(rf"\d+|{LETTER}+")
_DIGITS = re.compile(r"\d+")
_REACH = 80
"""Characters between a digit and the further end of its figure, at most, but for the rest of a word: "2024, am 12. September"."""
_GROUP, _YEAR_DIGITS, _SHORT_YEAR = 3, 4, 2
"""Digits between separators of thousands, of a year, of a year as in '24."""
_HOURS, _MINUTES, _DAYS_OF_MONTH = 24, 60, 31
_TELEPHONE = range(7, 16)
"""Digits of a number that is called."""

Key = tuple[str, float | str]
_Read = Callable[[re.Match[str]], "Figure | None"]


class Figure(NamedTuple):
    """One of them in a text.

    Attributes:
        text: as it is written; of a number, with its unit.
        start: where.
        bare: as it is written, without its unit.
        means: what it may stand for; of each reading, all keys.
        loosely: further readings that are enough for it to be supported, but support nothing.
        spelled: what of it has to stand in a row, whatever separates it; of codes and telephone numbers.
    """

    text: str
    start: int
    bare: str
    means: tuple[frozenset[Key], ...] = ()
    loosely: tuple[frozenset[Key], ...] = ()
    spelled: tuple[str, ...] = ()


def normal(text: str) -> str:
    """Return a text in one form: digits of any width, no characters that no one sees, no backslashes of Markdown."""
    joined = _SPACED.sub("", _UNSEEN.sub("", clean(text)))
    return normalize("NFKC", joined.translate(_FRACTIONS))


def figures(text: str) -> list[Figure]:
    """Return the figures of a text in ``normal`` form, in their order, none within another."""
    found: list[Figure] = []
    taken = bytearray(len(text))
    for matches, read in _kinds(text):
        for match in matches:
            start, end = match.span()
            if taken.find(1, start, end) < 0 and (figure := read(match)):
                taken[start:end] = b"\1" * (end - start)
                found.append(figure)
    return sorted(found, key=attrgetter("start"))


def held(text: str) -> frozenset[Key]:
    """Return all keys of a text in ``normal`` form, read in every way: what stands there supports what stands for the same."""
    keys: set[Key] = {("number", 1.0)}  # "a week"
    for matches, read in _kinds(text):
        for figure in filter(None, map(read, matches)):
            keys.update(chain.from_iterable(figure.means))
            keys.update(("number", float(run)) for run in figure.spelled if run.isdecimal())
    for word in set(_WORD.findall(text.casefold())):
        keys.update(("number", value) for value in _SAID.get(word, ()))
        if word in _MONTH:
            keys.add(("month", _MONTH[word]))
    return frozenset(keys)


def _kinds(text: str) -> Iterator[tuple[Iterator[re.Match[str]], _Read]]:
    """Yield what may be a figure, kind by kind, with how it is read. Most of a text is far from any digit, and no one looks there."""
    near = [*_near_digits(text)]
    # Dates with a month's name are dear to look for.
    months = [
        one for one in near if not _MONTH.keys().isdisjoint(_WORD.findall(text[slice(*one)].casefold()))
    ]
    for pattern, read in _KINDS:
        for start, end in months if read is _of_named_date else near:
            yield pattern.finditer(text, start, end), read


def _near_digits(text: str) -> Iterator[tuple[int, int]]:
    """Yield where figures can be: from a space well before a digit to one well behind it."""
    start = end = 0
    for digits in _DIGITS.finditer(text):
        if digits.end() + _REACH <= end:
            continue
        begin = max(text.rfind(" ", 0, max(digits.start() - _REACH, 0)), 0)
        if begin > end:
            if end:
                yield start, end
            start = begin
        end = text.find(" ", digits.end() + _REACH)
        if end < 0:
            end = len(text)
    if end:
        yield start, end


def _number(value: str) -> frozenset[Key]:
    return frozenset({("number", float(value))})


def _time(hour: int, minute: int = 0) -> frozenset[Key]:
    return frozenset({("time", float(hour * _MINUTES + minute))})


def _readings(written: str) -> Iterator[str]:
    """Yield the values that a number may have: a lone separator before three digits may be of thousands or of tenths."""
    signs = re.sub(r"\d", "", written)
    whole, sign, part = written.rpartition(signs[-1]) if signs else (written, "", "")
    thousands = len(part) == _GROUP and 0 < len(whole) <= _GROUP and whole[0] != "0"
    if not signs:
        yield written
    elif len(set(signs)) == 1 and (len(signs) > 1 or thousands):
        yield written.replace(sign, "")
        if len(signs) == 1:
            yield f"{whole}.{part}"
    else:
        yield f"{re.sub(r'[.,]', '', whole) or '0'}.{part}"


def _of_number(match: re.Match[str]) -> Figure:
    written, text = match["value"], match[0].strip()
    if " " in written:
        parts = frozenset[Key]().union(*map(_number, written.split(" ")))
        return Figure(text, match.start(), written, (_number(written.replace(" ", "")), parts))
    hour = int(written) if written.isdecimal() and len(written) < _GROUP else _HOURS + 1
    times = (hour, hour + 12) if hour <= _HOURS else ()
    means = tuple(map(_number, _readings(written)))
    return Figure(text, match.start(), written, means, tuple(map(_time, times)))


def _of_time(match: re.Match[str]) -> Figure | None:
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"][:1].casefold()
    if hour > _HOURS or minute >= _MINUTES:
        return None
    hours = [hour % 12 + 12 * (half == "p")] if half in ("a", "p") else [hour, (hour + 12) % 24]
    means = tuple(_time(hour, minute) for hour in hours)
    written = match[0].strip()
    return Figure(written, match.start(), written, means, () if minute else (_number(match["hour"]),))


def _of_named_date(match: re.Match[str]) -> Figure:
    month: frozenset[Key] = frozenset({("month", _MONTH[match["name"].rstrip(".").casefold()])})
    keys = month.union(*(_number(part) for part in match.group("day", "year") if part))
    written = match[0].rstrip(". ")
    return Figure(written, match.start(), written, (keys,))


def _of_date(match: re.Match[str]) -> Figure | None:
    first, second, third = (part or "" for part in match.group("a", "b", "c"))
    if len(first) == _YEAR_DIGITS:
        orders = [(second, third, first)]
    else:
        year = f"20{third}" if len(third) == _SHORT_YEAR else third
        orders = [(second, first, year), (first, second, year)]
    means = [
        frozenset[Key]({("month", int(month))}).union(*(_number(part) for part in (day, year) if part))
        for month, day, year in orders
        if 1 <= int(month) <= len(MONTHS) and 1 <= int(day or 1) <= _DAYS_OF_MONTH
    ]
    loosely = (
        (_number(f"{first}.{second}"),) if match[0].endswith(".") else ()
    )  # or a number at the end of a sentence
    written = match[0].rstrip(".")
    return Figure(written, match.start(), written, tuple(means), loosely) if means else None


def _of_code(match: re.Match[str]) -> Figure | None:
    written, runs = match[0], tuple(_RUNS.findall(match[0]))
    if not any(map(str.isdecimal, runs)):
        return None
    loosely: tuple[frozenset[Key], ...] = ()
    if "-" in written and all(run.isdecimal() or run.islower() for run in runs):  # mid-2024
        loosely = (frozenset[Key]().union(*map(_number, filter(str.isdecimal, runs))),)
    return Figure(written, match.start(), written, (), loosely, runs)


def _of_signs(match: re.Match[str]) -> Figure:
    return Figure(match[0], match.start(), match[0], spelled=tuple(re.findall(r"\d+|[*#+]", match[0])))


def _of_digits(match: re.Match[str]) -> Figure | None:
    digits = tuple(re.findall(r"\d", match[0]))
    return Figure(match[0], match.start(), match[0], spelled=digits) if len(digits) in _TELEPHONE else None


_BEFORE, _BEHIND = rf"(?<![\d.,:])(?<!{LETTER})", r"(?!\d)(?![.,:]\d)"
_DAY, _YEAR = r"(?P<day>[12]\d|3[01]|0?[1-9])", r"(?:,?\s+(?:de\s+)?(?P<year>\d{4}))?(?!\d)"
_NUMERAL = r"[1-9]\d{0,2}(?: \d{3}){1,5}|\d{1,3}(?:[.,]\d{3}){1,5}(?:[.,]\d{1,9})?|\d{1,15}[.,]\d{1,15}|\d{1,15}|(?<!\w)[.,]\d{1,9}"
_NO_UNIT = r"(?!(?:and|or|to|is|are|in|at|of|for|as|und|oder|bis|ist|sind|et|y|i|a|o)\b)"
_UNIT = rf"(?P<unit>\s?(?:%|[°€$£¥]{LETTER}?|{_NO_UNIT}{LETTER}{{1,14}}(?!{LETTER})|[年月日時分秒回人円歳個件台週])|-{LETTER}+)?"
_KINDS: tuple[tuple[re.Pattern[str], _Read], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (r"(?<![\w*#])[*#]{1,3}\d{1,15}(?:[*#]{1,3}(?:\+?\d{1,15})?){1,9}", _of_signs),
        (rf"(?<!\d){_DAY}(?:st|nd|rd|th|\.|er)?\s+(?:of\s+|de\s+)?(?P<name>{_NAME}){_YEAR}", _of_named_date),
        (
            rf"(?<!{LETTER})(?=[adefjmnos])(?P<name>{_NAME})\s+{_DAY}(?:st|nd|rd|th)?(?!\d){_YEAR}",
            _of_named_date,
        ),
        (r"(?<![\w.,/-])(?P<a>\d{4})-(?P<b>\d{1,2})(?:-(?P<c>\d{1,2}))?(?![\w-])", _of_date),
        (r"(?<![\w.,/-])(?P<a>\d{1,2})(?P<s>[./])(?P<b>\d{1,2})(?P=s)(?P<c>\d{4}|\d{2})?(?![\w/])", _of_date),
        (
            rf"{_BEFORE}(?P<hour>\d{{1,2}})(?:[:h.](?P<minute>\d{{2}}))?\s?(?P<half>[ap]\.?m\b\.?|uhr\b|o'clock)",
            _of_time,
        ),
        (rf"{_BEFORE}(?P<hour>\d{{1,2}})[:h](?P<minute>\d{{2}})(?P<half>)(?![\d:])", _of_time),
        (r"(?<![\w.,/])(?:\+|\(?0)\d(?:[ ()/.-]{0,2}\d){4,12}(?!\w)", _of_digits),
        (r"(?<![\d.])(?!\d{1,3}(?:\.\d{3})+(?![.\d]))v?\d{1,9}(?:\.\d{1,9}){2,5}(?!\d)", _of_signs),
        (
            rf"(?<!\w)(?=[\w./-]{{0,40}}\d){LETTER}{{1,20}}(?:[-_./]?(?:{LETTER}{{1,20}}|\d{{1,20}})){{1,9}}",
            _of_code,
        ),
        (rf"{_BEFORE}(?P<value>{_NUMERAL}){_BEHIND}{_UNIT}", _of_number),
    )
)
