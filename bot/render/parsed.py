"""Markdown taken apart by the library that keeps to CommonMark, with tables, struck words, and phone codes that are no emphasis."""

from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from bot.render.inert import dialed, phone_code


@lru_cache(maxsize=4)
def parsed(text: str) -> Sequence[Token]:
    """Return the tokens of ``text``; HTML in it is text. An answer is read more than once in a row, so the last few are remembered."""
    return _MARKDOWN.parse(text)


def _phone_code(state: StateInline, silent: bool) -> bool:  # as the library calls it
    code = phone_code(state.src, state.pos) if state.src[state.pos] in "*#\\" else None
    if code is None:
        return False
    shown = dialed(code[0])
    if "`" not in shown:  # a number in bold
        return False
    if not silent:
        if shown.startswith("*"):
            state.push("strong_open", "strong", 1)
        state.push("code_inline", "code", 0).content = shown.strip("*").strip("`")
        if shown.startswith("*"):
            state.push("strong_close", "strong", -1)
    state.pos = code.end()
    return True


_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_MARKDOWN.inline.ruler.before("escape", "phone_code", _phone_code)
