r"""Phone numbers in any text, shown by their last four digits.

Our own rules and no library: `phonenumbers` needs the caller's country, calls 555-010-4477 invalid, and finds numbers in UUIDs.
What could be a number is one; a row of 7 digits is enough. What is certainly none stays: dates, times, UUIDs, IP addresses,
amounts with thousands separators, versions, hexadecimal ids. Digits that are read out count too (`spoken_digits`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.services import spoken_digits

MARK = "•••"
SHOWN = 4
FEWEST = 7
"""Digits from which on something may be a phone number."""
MOST = 15
"""Digits of a number at most, https://www.itu.int/rec/T-REC-E.164"""
_LIKELY = 10
"""From so many digits on, a comma ends the number rather than a pause."""

# Nd of every script, superscripts, subscripts, and digits in circles.
_DIGIT = r"[\d\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089\u24ea\u2460-\u2468]"
_PLUS = r"(?:[+\uff0b\ufe62]|%2b|\\u002b|&\#43;|&plus;)"
# Spaces, hyphens, and brackets as URIs, JSON, and HTML spell them.
_ESCAPED = (
    r"(?:%(?:09|20|28|29|2[d-f]|c2|a0|e2|8[0-9a-f]|9[0-5]|af)|\\u(?:00[2a][0-9a-f]|20[0-6][0-9a-f]|3000|feff|ff0[0-9a-f])"
    r"|\\[nrt]|&(?:nbsp|shy|ensp|emsp|thinsp|hyphen|dash|ndash|mdash|lpar|rpar|sol|period|\#(?:x[0-9a-f]{1,5}|\d{1,5}));)"
)
# A word, and what stands between two things rather than inside one, is no part of a number.
_PIECE = rf"""(?:{_ESCAPED}|_|[^\w@:;?=<>%+\uff0b\ufe62,\uff0c\u3001"'\u2019\u201c\u201d&|\#!$€£¥₹•{{}}])"""
_JOINED = re.compile(rf"{_PIECE}{{0,6}}|{_PIECE}{{1,6}}{spoken_digits.BETWEEN}{_PIECE}{{1,6}}", re.IGNORECASE)
_PAUSED = re.compile(rf"{_PIECE}{{0,3}}[,\uff0c\u3001]{_PIECE}{{0,3}}")
_EXTENSION = re.compile(
    rf"(?:{_PIECE}|[,;]){{0,3}}(?:extension|ext|isub|postd|durchwahl|dw|x)[.:=]?{_PIECE}{{0,3}}",
    re.IGNORECASE,
)

# Behind digits, but not behind those of a masked number, nothing new begins.
_BEFORE = rf"(?<![\d+])(?:(?<={MARK}\d{{4}}[-./,])|(?<!\d[-./,]))"
_BEFORE_AMOUNT = rf"{_BEFORE}(?:(?<={MARK}\d{{4}}[ \u00a0\u202f])|(?<!\d[ \u00a0\u202f]))"
_AFTER = r"(?![-./,]?\d)"
_DAY, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:19|20)\d\d"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_CURRENCY = r"(?:[$€£¥₹]|(?<![^\W\d_])(?:EUR|USD|GBP|CHF|euros?|dollars?|pounds?|franken|kr|zł)(?![^\W\d_]))"
_THOUSANDS = r"[1-9]\d{0,2}(?:[ .,\u00a0\u202f]\d{3}(?!\d))+(?:[.,]\d{1,2}(?!\d))?"
_KEPT = "|".join(
    (
        r"(?<!\w)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?!\w)",
        r"(?<!\w)(?=\w*\d[a-f]+\d)(?=\w*[a-f]\d+[a-f])[0-9a-f]{16,}(?!\w)",
        rf"(?<!\w){_YEAR}\d{{4}}T\d{{4,12}}Z?(?!\w)",
        rf"{_BEFORE}{_YEAR}(?P<ymd>[-./] ?){_DAY}(?P=ymd){_DAY}{_AFTER}",
        rf"{_BEFORE}{_DAY}(?P<dmy>[-./] ?){_DAY}(?P=dmy){_YEAR}{_AFTER}",
        rf"{_BEFORE}{_YEAR} ?[-/\u2013] ?{_YEAR}{_AFTER}",
        r"(?<![\d:+])\d{1,2}:[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?(?![:\d])",
        rf"{_BEFORE}(?:{_OCTET}\.){{3}}{_OCTET}{_AFTER}",
        rf"(?<!\w)(?:v|version ?|release ?)\d{{1,2}}(?:\.\d{{1,5}}){{1,3}}{_AFTER}",
        rf"{_CURRENCY} ?{_THOUSANDS}(?! ?\d){_AFTER}",
        rf"{_BEFORE_AMOUNT}{_THOUSANDS} ?{_CURRENCY}",
        rf"{_BEFORE}[1-9]\d{{0,2}}(?:,\d{{3}}(?!\d))+(?:\.\d{{1,9}})?{_AFTER}",
        rf"{_BEFORE}0\.\d{{1,20}}{_AFTER}",
    )
)
_TOKEN = re.compile(
    rf"(?P<mask>{MARK}{_DIGIT}{{{SHOWN}}}(?!{_DIGIT}))|(?P<kept>{_KEPT})|(?P<escaped>(?!{_PLUS}){_ESCAPED})"
    rf"|(?P<plus>{_PLUS}{_PIECE}{{0,3}})?(?P<digits>{_DIGIT}+)",
    re.IGNORECASE,
)
_ANY = re.compile(_DIGIT)
_NORTH_AMERICAN = [3, 3, 4]


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    digits: str
    kept: bool = False
    """Isn't part of a number, but after the ``+`` of one."""
    mask: bool = False
    plus: bool = False
    spoken: bool = False


class _Number:
    """A number that grows token by token. What stands before it plays no part, so what is masked changes nothing."""

    def __init__(self, first: _Token) -> None:
        self._first = self._last = first
        self.start, self.end = first.start, first.end
        self.count = len(first.digits)
        """How many digits it has."""
        self.ending = first.digits
        """Its last digits."""
        self.closed = 0
        """How many brackets are closed in it that were opened before it."""
        # How many digits stand together, without a country code 1; None if this can't be a North American number.
        self._sizes: list[int] | None = [] if first.digits == "1" else None
        if first.digits and first.digits[0] not in "01":
            self._sizes = [self.count]

    def add(self, gap: str, token: _Token) -> None:
        """Grow by a token behind a gap."""
        size = len(token.digits)
        self.closed += gap.count(")") - gap.count("(")
        self._sizes = [*self._sizes, size] if self._sizes is not None and self._american(size) else None
        self.count += size
        self.ending = (self.ending + token.digits)[-SHOWN:]
        self._last, self.end = token, token.end

    def goes_on(self, gap: str, token: _Token) -> bool:
        """Return whether a token behind a gap belongs to it."""
        size = len(token.digits)
        if token.plus or token.mask or self._first.kept:
            return False
        if token.kept and not (self._first.plus and self.count < FEWEST):
            return False
        if _JOINED.fullmatch(gap):
            ended = self._whole() or (self.count + size > MOST and size >= FEWEST)
            return not (ended and re.search(r"\s", gap))
        if _PAUSED.fullmatch(gap):
            return not self._whole() and self._pauses(token)
        return self.count >= FEWEST > size and bool(_EXTENSION.fullmatch(gap))

    @property
    def is_one(self) -> bool:
        """Whether it has the digits of a phone number."""
        return self.count >= FEWEST and not self._first.kept

    def _pauses(self, token: _Token) -> bool:
        """Return whether a comma before the token is a pause rather than an end."""
        size = len(token.digits)
        digit_by_digit = size == len(self._last.digits) == 1
        dialed = self._first.plus or (self._first.digits[0] == "0" and len(self._first.digits) > 1)
        spoken = self._last.spoken or token.spoken
        return digit_by_digit or ((dialed or spoken) and self.count < _LIKELY) or self._american(size)

    def _american(self, size: int) -> bool:
        """Return whether this and so many digits are a North American number or the beginning of one."""
        sizes = None if self._sizes is None else [*self._sizes, size]
        return sizes is not None and sizes == _NORTH_AMERICAN[: len(sizes)]

    def _whole(self) -> bool:
        """Return whether nothing is missing: a digit behind a space belongs to something else."""
        coded = self._first.plus and self._first.digits[0] == "1" and self.count == 1 + sum(_NORTH_AMERICAN)
        return coded or self._sizes == _NORTH_AMERICAN


def masked(text: str) -> str:
    """Return ``text`` with each phone number in it as ``•••4477``. What is masked stays as it is."""
    parts, end = [], 0
    for number in _numbers(text):
        start = number.start
        if number.closed > 0 and text[end:start].endswith("("):
            start -= 1
        parts += [text[end:start], MARK, number.ending[-SHOWN:]]
        end = number.end
    return "".join([*parts, text[end:]])


def _numbers(text: str) -> Iterator[_Number]:
    said = [_Token(start, end, digits, spoken=True) for start, end, digits in spoken_digits.runs(text)]
    number: _Number | None = None
    for token in sorted([*said, *_written(text)], key=lambda token: token.start):
        if number is not None and number.goes_on(gap := text[number.end : token.start], token):
            number.add(gap, token)
            continue
        if number is not None and number.is_one:
            yield number
        number = _Number(token)
    if number is not None and number.is_one:
        yield number


def _written(text: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text) if _ANY.search(text) else ():
        start, end = found.span()
        if found["mask"]:
            yield _Token(start, end, "", kept=True, mask=True)
        elif found["kept"]:
            yield _Token(start, end, "".join(re.findall(_DIGIT, found[0])), kept=True)
        elif found["digits"]:
            yield _Token(start, end, found["digits"], plus=bool(found["plus"]))
