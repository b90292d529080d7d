"""The words of a command, after Slack's clients have dressed them up: dashes, curly quotes, links, mentions, escapes. Pure."""

import difflib
import re
from collections.abc import Iterable

from bot.slack.markup import TOKEN, linked, named, unescape

_SPACES = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff]")
_QUOTES = str.maketrans(
    dict.fromkeys("“”„‟«»", '"') | dict.fromkeys("\u2018\u2019\u201a", "'")
)  # curly, low and angular
_LONG_DASH = re.compile(r"(?<!\S)[\u2014\u2013](?=[A-Za-z])")  # clients write -- as an em or en dash
_ALIKE = 0.6


def words(text: str) -> list[str]:
    """The words of a command. Mentions become bare ids (`C123`, `U123`, `S123`), links what was typed for them.

    Quotes keep words together as in a shell; one that is never closed is an ordinary character, and so is an apostrophe.
    """
    spaced = _INVISIBLE.sub("", _SPACES.sub(" ", TOKEN.sub(_id, text)))
    return _split(_LONG_DASH.sub("--", unescape(spaced).translate(_QUOTES)))


def near(word: str, choices: Iterable[str]) -> str | None:
    """The choice that `word` was probably meant to be: one that begins with it, else the most similar one."""
    known = sorted(choices)
    wanted = word.casefold()
    begins = [choice for choice in known if wanted and choice.casefold().startswith(wanted)]
    if begins:
        return min(begins, key=len)
    folded = {choice.casefold(): choice for choice in known}
    found = difflib.get_close_matches(wanted, folded, n=1, cutoff=_ALIKE)
    return folded[found[0]] if found else None


def _id(match: re.Match[str]) -> str:
    inside, label = match[1], match[2]
    if inside[0] in "#@":
        return inside[1:]
    if inside.startswith("!subteam^"):
        return inside.removeprefix("!subteam^")
    return named(match) if inside[0] == "!" else linked(inside, label)


def _split(text: str) -> list[str]:
    found: list[str] = []
    word = ""
    quoted = False
    at = 0
    while at < len(text):
        character = text[at]
        opens = character in "\"'" and (not word or word.endswith("="))
        closing = text.find(character, at + 1) if opens else -1
        if closing >= 0 and _ends_word(text, closing + 1):
            word += text[at + 1 : closing]
            quoted = True
            at = closing + 1
            continue
        if character.isspace():
            if word or quoted:
                found.append(word)
            word, quoted = "", False
        else:
            word += character
        at += 1
    return [*found, word] if word or quoted else found


def _ends_word(text: str, at: int) -> bool:
    return at == len(text) or text[at].isspace()
