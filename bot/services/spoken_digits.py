"""Digits that are said as words, in English and German: “five five five, oh one oh” is 555010."""

import re
from collections.abc import Iterator

IN_A_ROW = 3
"""So many single digits in a row are a number that is read out; an amount has at most one before its next “hundred”."""

_ONES = {
    word: digit
    for digit, words in enumerate(
        (
            ("zero", "oh", "o", "nought", "null"),
            ("one", "eins"),
            ("two", "zwei", "zwo"),
            ("three", "drei"),
            ("four", "vier"),
            ("five", "fünf", "fuenf"),
            ("six", "sechs"),
            ("seven", "sieben"),
            ("eight", "acht"),
            ("nine", "niner", "neun"),
        )
    )
    for word in words
}
_TEENS = {
    word: 10 + digit
    for digit, words in enumerate(
        (
            ("ten", "zehn"),
            ("eleven", "elf"),
            ("twelve", "zwölf", "zwoelf"),
            ("thirteen", "dreizehn"),
            ("fourteen", "vierzehn"),
            ("fifteen", "fünfzehn", "fuenfzehn"),
            ("sixteen", "sechzehn"),
            ("seventeen", "siebzehn"),
            ("eighteen", "achtzehn"),
            ("nineteen", "neunzehn"),
        )
    )
    for word in words
}
_TENS = {
    word: digit
    for digit, words in enumerate(
        (
            ("twenty", "zwanzig"),
            ("thirty", "dreißig", "dreissig"),
            ("forty", "vierzig"),
            ("fifty", "fünfzig", "fuenfzig"),
            ("sixty", "sechzig"),
            ("seventy", "siebzig"),
            ("eighty", "achtzig"),
            ("ninety", "neunzig"),
        ),
        start=2,
    )
    for word in words
}
_ZEROS = {"hundred": "00", "hundert": "00", "thousand": "000", "tausend": "000"}
_TIMES = {"double": 2, "doppel": 2, "triple": 3, "dreifach": 3}


def _any(words: dict[str, int] | dict[str, str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_WORD = re.compile(
    rf"(?<![^\W_])(?:(?P<times>{_any(_TIMES)})[\s-]?(?P<timed>{_any(_ONES)})"
    rf"|(?P<unit>ein|{_any(_ONES)})und(?P<ten>{_any(_TENS)})"
    rf"|(?P<tens>{_any(_TENS)})(?:[\s-](?P<and_one>{_any(_ONES)}))?"
    rf"|(?P<teen>{_any(_TEENS)})|(?P<zeros>{_any(_ZEROS)})|(?P<one>{_any(_ONES)}))(?![^\W_])",
    re.IGNORECASE,
)
_PAUSE = r"[\s,.…/()\u2010-\u2015-]"
BETWEEN = r"(?:dash|hyphen|minus|dot|point|slash|space|uhm?|umm?|erm?|ähm?|strich|bindestrich|punkt)"
_GAP = re.compile(rf"{_PAUSE}{{0,6}}(?:(?:{BETWEEN}|and|then|und|dann){_PAUSE}{{1,6}}){{0,2}}", re.IGNORECASE)


def runs(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where digits are read out, from the start to the end, and the digits."""
    found: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        if found and not _GAP.fullmatch(text, found[-1].end(), word.start()):
            yield from _run(found)
            found = []
        found.append(word)
    yield from _run(found)


def _run(words: list[re.Match[str]]) -> Iterator[tuple[int, int, str]]:
    longest = now = 0
    for word in words:
        now = now + 1 if word["one"] else now + _TIMES[word["times"].lower()] if word["times"] else 0
        longest = max(longest, now)
    if longest >= IN_A_ROW:
        yield words[0].start(), words[-1].end(), "".join(map(_digits, words))


def _digits(word: re.Match[str]) -> str:
    said = {name: value.lower() for name, value in word.groupdict().items() if value}
    if "times" in said:
        return str(_ONES[said["timed"]]) * _TIMES[said["times"]]
    if "unit" in said:
        return f"{_TENS[said['ten']]}{_ONES.get(said['unit'], 1)}"
    if "tens" in said:
        return f"{_TENS[said['tens']]}{_ONES[said['and_one']] if 'and_one' in said else 0}"
    if "teen" in said:
        return str(_TEENS[said["teen"]])
    return _ZEROS[said["zeros"]] if "zeros" in said else str(_ONES[said["one"]])
