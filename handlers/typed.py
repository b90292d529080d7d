"""The words of a command, after Slack's clients have dressed them up: dashes, curly quotes, links, mentions, escapes. Pure."""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.slack.markup import TOKEN, linked, named, unescape

_SPACES = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Curly, low and angular quotes.
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"') | dict.fromkeys("\u2018\u2019\u201a", "'"))
# Clients turn -- into an em or en dash while one types.
_LONG_DASH = re.compile(r"[\u2014\u2013](?=[A-Za-z])")
_OPTION = re.compile(r"--?[a-z][a-z_-]*", re.IGNORECASE)
_ALIKE = 0.6
_SHOWN = 40
# A word that no one would type for one of ours isn't compared with them: difflib takes long over long words.
_COMPARED = 60


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was meant, and where it stands in the line as it came."""

    text: str
    start: int
    end: int
    quoted: bool = False
    """It begins with a quote, so it is a value and never an option or a request for help."""

    @property
    def option(self) -> str:
        """Return ``--bucket`` of ``--bucket`` and ``--bucket=hr``; nothing for a word that doesn't look like an option."""
        if not self.text.startswith("-"):
            return ""
        key = self.text.partition("=")[0]
        return key if not self.quoted and _OPTION.fullmatch(key) else ""


def lex(line: str) -> list[Word]:
    """Return the words of a line. Mentions become bare ids (`C123`, `U123`, `S123`), links what was typed for them.

    Quotes keep words together as in a shell; one that is never closed is an ordinary character, and so is an apostrophe.
    """
    # One character for one, so places in it are places in the line; what is inside <…> never ends a word.
    plain = TOKEN.sub(lambda m: "\0" * len(m[0]), _SPACES.sub(" ", line).translate(_QUOTES))
    return [
        Word(
            _meant(line[start:end], None if opening is None else opening - start),
            start,
            end,
            opening == start,
        )
        for start, end, opening in _spans(plain)
    ]


def code(word: str) -> str:
    """Return a word as it stands in a sentence: cut, without what could end its backticks or the line."""
    bare = "".join(character for character in word if character.isprintable() and character != "`")
    return f"`{bare[: _SHOWN - 1]}…`" if len(bare) > _SHOWN else f"`{bare}`"


def near(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice that `word` was probably meant to be: one that begins with it, else the most similar one."""
    known = sorted(choices)
    begins = [choice for choice in known if word and choice.casefold().startswith(word.casefold())]
    return min(begins, key=len) if begins else alike(word, known, _ALIKE)


def alike(word: str, choices: Iterable[str], at_least: float) -> str | None:
    """Return the most similar choice; 1 is the same word, 0 has no letter of it."""
    folded = {choice.casefold(): choice for choice in choices}
    found = difflib.get_close_matches(word[:_COMPARED].casefold(), folded, n=1, cutoff=at_least)
    return folded[found[0]] if found else None


def _spans(plain: str) -> Iterator[tuple[int, int, int | None]]:
    """Yield where words begin and end, and where the quote stands that holds one together."""
    at = 0
    while at < len(plain):
        if plain[at].isspace() or _INVISIBLE.match(plain[at]):
            at += 1
            continue
        start, opening = at, None
        while at < len(plain) and not plain[at].isspace():
            opens = plain[at] in "\"'" and (at == start or plain[at - 1] == "=")
            closing = plain.find(plain[at], at + 1) if opens else -1
            if closing >= 0 and (closing + 1 == len(plain) or plain[closing + 1].isspace()):
                at, opening = closing + 1, at
                break
            at += 1
        yield start, at, opening


def _meant(raw: str, opening: int | None) -> str:
    """Return a word without its quotes (from ``opening`` to the end) and without what a client made of it."""
    if opening is None and raw.isascii() and raw.isalnum():  # most words: nothing to be done for them
        return raw
    bare = raw if opening is None else raw[:opening] + raw[opening + 1 : -1]
    text = unescape(_INVISIBLE.sub("", _SPACES.sub(" ", TOKEN.sub(_id, bare))))
    return text if opening == 0 else _LONG_DASH.sub("--", text, count=1) if _LONG_DASH.match(text) else text


def _id(match: re.Match[str]) -> str:
    inside, label = match[1], match[2]
    if inside[0] in "#@":
        return inside[1:]
    if inside.startswith("!subteam^"):
        return inside.removeprefix("!subteam^")
    if inside.startswith("tel:"):
        return label or inside.removeprefix("tel:")
    return named(match) if inside[0] == "!" else linked(inside, label)
