"""The words of a command, after Slack's clients have dressed them up: dashes, curly quotes, links, mentions, escapes. Pure."""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.slack.markup import TOKEN, linked, named, unescape

_SPACES = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff]")
_QUOTES = str.maketrans(
    dict.fromkeys("“”„‟«»", '"') | dict.fromkeys("\u2018\u2019\u201a", "'")
)  # curly, low and angular
_LONG_DASH = re.compile(r"(?<!\S)[\u2014\u2013](?=[A-Za-z])")  # clients write -- as an em or en dash
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was meant, and where it stands in the line as it came."""

    text: str
    start: int
    end: int


def lex(line: str) -> list[Word]:
    """The words of a line. Mentions become bare ids (`C123`, `U123`, `S123`), links what was typed for them.

    Quotes keep words together as in a shell; one that is never closed is an ordinary character, and so is an apostrophe.
    """
    # One character for one, so that places in it are places in the line; what is inside <…> never ends a word.
    plain = TOKEN.sub(lambda m: "\0" * len(m[0]), _SPACES.sub(" ", line).translate(_QUOTES))
    return [
        Word(_meant(line[a:b] if not quoted else _unquoted(line[a:b], plain[a:b])), a, b)
        for a, b, quoted in _spans(plain)
    ]


def words(line: str) -> list[str]:
    """The words alone."""
    return [word.text for word in lex(line)]


def _meant(raw: str) -> str:
    dashed = _LONG_DASH.sub("--", _INVISIBLE.sub("", _SPACES.sub(" ", TOKEN.sub(_id, raw))))
    return unescape(dashed)


def _unquoted(raw: str, plain: str) -> str:
    """Without the quotes around it, or around what follows its `=`."""
    at = next(n for n, character in enumerate(plain) if character in "\"'")
    return raw[:at] + raw[at + 1 : -1]


def _spans(plain: str) -> Iterator[tuple[int, int, bool]]:
    """Where words begin and end, and whether quotes hold them together."""
    at = 0
    while at < len(plain):
        if plain[at].isspace() or _INVISIBLE.match(plain[at]):
            at += 1
            continue
        start, quoted = at, False
        while at < len(plain) and not plain[at].isspace():
            opens = plain[at] in "\"'" and (at == start or plain[at - 1] == "=")
            closing = plain.find(plain[at], at + 1) if opens else -1
            if closing >= 0 and (closing + 1 == len(plain) or plain[closing + 1].isspace()):
                at, quoted = closing + 1, True
                break
            at += 1
        yield start, at, quoted


def near(word: str, choices: Iterable[str], alike: float = _ALIKE) -> str | None:
    """The choice that `word` was probably meant to be: one that begins with it, else the most similar one."""
    known = sorted(choices)
    wanted = word.casefold()
    begins = [choice for choice in known if wanted and choice.casefold().startswith(wanted)]
    if begins:
        return min(begins, key=len)
    folded = {choice.casefold(): choice for choice in known}
    found = difflib.get_close_matches(wanted, folded, n=1, cutoff=alike)
    return folded[found[0]] if found else None


def _id(match: re.Match[str]) -> str:
    inside, label = match[1], match[2]
    if inside[0] in "#@":
        return inside[1:]
    if inside.startswith("!subteam^"):
        return inside.removeprefix("!subteam^")
    return named(match) if inside[0] == "!" else linked(inside, label)
