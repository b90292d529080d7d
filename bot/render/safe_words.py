"""Signs between and around words that Slack or Markdown would make something of: entities, emphasis, and dots of addresses."""

import re
from collections.abc import Iterable

from bot.render.inert import BREAK, Step, dialed, dials_on, phone_code

ALONE = re.compile(r"\Z|[\s)\]>|\"”’」』）]|[.,;:!?。、！？](?:[\s)\"”’」』）]|\Z)")  # noqa: RUF001 - signs of other scripts
"""What stands behind an address that no reader of Markdown makes longer."""
CONTEXT = 64
"""So many characters that were read before are seen again: enough to know a word by its beginning."""
_WORD = re.compile(r"[^\s<>()\[\]\"'`,;:|*]*\Z")
_ENTITY = re.compile(r"&[a-z][a-z0-9]{0,31}", re.IGNORECASE)
_HARMLESS_ENTITIES = frozenset({"&amp", "&quot", "&apos", "&nbsp", "&gt"})

_MARKS = r"[ \t>*+\-.)\d]"
_LINE_BEGINS = re.compile(rf"(?:\n|{_MARKS}{{{CONTEXT - 4}}}){_MARKS}*\Z")
_TAG_BEGINS = re.compile(r"<[a-z/?]", re.IGNORECASE)


def opens_html(data: str, at: int) -> bool:
    """Return whether the `<` at ``at`` could begin a block of HTML, in which no fence begins until a blank line ends it.

    https://spec.commonmark.org/0.31.2/#html-blocks
    """
    if not _TAG_BEGINS.match(data, at):
        return False
    return _LINE_BEGINS.search(data, max(0, at - CONTEXT + 3), at) is not None


def entity(data: str, at: int, final: bool) -> Step | None:
    """An HTML entity could spell what was broken elsewhere: only those that cannot keep their meaning."""
    match = _ENTITY.match(data, at, at + 40)
    if match is None:
        return "&" + BREAK, at + 1
    end = match.end()
    if end == len(data) and not final:
        return None
    if not data.startswith(";", end):
        return "&", at + 1
    name = match[0].lower()
    if name == "&lt":
        return "&lt;" + BREAK, end + 1
    return (data[at : end + 1], end + 1) if name in _HARMLESS_ENTITIES else ("&" + BREAK, at + 1)


def sign(data: str, at: int, final: bool) -> Step | None:
    """Return a phone code, as code: it is no emphasis."""
    if not final and dials_on(data, at):
        return None
    code = phone_code(data, at)
    if code is None or data[at - 1] == "`":
        return data[at], at + 1
    return dialed(code[0]), code.end()


class Joints:
    """Dots between words; `words` are the addresses without a scheme, such as mail addresses, that may stay whole."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)

    def read(self, data: str, at: int, final: bool) -> Step | None:
        """Return a dot between words, broken but in an address that a passage holds."""
        word = _WORD.search(data, max(0, at - CONTEXT), at) if self._words else None
        begun = f"{word[0]}." if word else ""
        for known in self._words if begun else ():
            if known.startswith(begun):
                end = at - len(begun) + 1 + len(known)
                if data.startswith(known, end - len(known)) and (len(data) >= end + 2 or final):
                    if ALONE.match(data[end : end + 2]):
                        return data[at:end], end
                elif known.startswith(data[end - len(known) : end + 2][: len(known)]) and not final:
                    return None
        return f".{BREAK}", at + 1
