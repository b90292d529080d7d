"""Which passages an answer cites: the grammar of `[1]`, `[1][2]`, `[1, 2]` and `[1-3]`, in one place."""

import re

_NUMBERS = re.compile(r"[0-9]{1,4}(?:[ \t]*[,;–-][ \t]*[0-9]{1,4})*")  # noqa: RUF001  # models write the en dash too
_RANGE_OR_NUMBER = re.compile(r"([0-9]+)(?:[ \t]*[–-][ \t]*([0-9]+))?")  # noqa: RUF001  # as above
_CODE = re.compile(
    r"^[ ]*(`{3,}).*?(?:^[ ]*\1`*[ \t]*$|\Z)|(?<!`)(`{1,2})(?!`)[^\n]+?(?<!`)\2(?!`)",
    re.DOTALL | re.MULTILINE,
)
_BRACKETS = re.compile(r"\[([^\[\]\n]{1,80})\]")


def numbers(inside: str, count: int) -> list[int] | None:
    """The passages meant by what stands between two brackets, each within 1..count, in written order.

    Returns None when it is no citation at all ("[sic]"), and an empty list when it is one of passages that do not exist.
    """
    if not _NUMBERS.fullmatch(inside.strip(" \t")):
        return None
    found: dict[int, None] = {}
    for match in _RANGE_OR_NUMBER.finditer(inside):
        first = int(match[1])
        last = int(match[2]) if match[2] else first
        found.update(dict.fromkeys(range(max(first, 1), min(last, count) + 1)))
    return [*found]


def cited(text: str, count: int) -> list[int]:
    """The numbers of the passages that `text` cites, in order of first use; code is not read."""
    found: dict[int, None] = {}
    for match in _BRACKETS.finditer(_CODE.sub("", text)):
        found.update(dict.fromkeys(numbers(match[1], count) or ()))
    return [*found]
