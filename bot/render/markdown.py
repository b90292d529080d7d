"""Text in the forms that Slack takes: safe Markdown, mrkdwn, the plain line of a notification, parts of a long text."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from bot.render.inert import BREAK, break_control
from bot.render.safe_text import SafeText, safe_markdown

__all__ = ["SafeText", "escape_mrkdwn", "moment", "plain", "safe_markdown", "split_markdown"]

SPLIT_LIMIT = 11_000  # a message takes 12,000 characters of Markdown; sources and buttons need some of it
PLAIN_LIMIT = 300  # what a notification or a list of messages shows at most

_BROADCAST = re.compile(r"@(?=(?:here|channel|everyone)\b)", re.IGNORECASE)
_FENCE_LINE = re.compile(r"^[ ]*(`{3,})([^`\n]*)$", re.MULTILINE)
_IMAGE_OR_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s[^()]*)?\)")
_LINE_MARK = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+(?:\[[ xX]\][ \t]+)?|\d+[.)][ \t]+|(?:-{3,}|\*{3,}|_{3,})[ \t]*$)",
    re.MULTILINE,
)
_EMPHASIS = re.compile(r"(?<!\w)(\*{1,3}|_{1,3}|~~)(?=\S)(.{1,200}?)(?<=\S)\1(?!\w)", re.DOTALL)
_BACKTICKS = re.compile(r"`+")
_LABELLED = re.compile(r"<[^<>|\s]+\|([^<>]*)>")


def escape_mrkdwn(text: str) -> str:
    """`text` shown literally in a section or context: control characters escaped, no @here.

    Source: https://docs.slack.dev/messaging/formatting-message-text/#escaping
    """
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _BROADCAST.sub("@" + BREAK, escaped)


def moment(seconds: float, form: str) -> str:
    """A time in the reader's own time zone, as mrkdwn; `form` is of Slack's tokens, such as `{date} at {time}`.

    Source: https://docs.slack.dev/messaging/formatting-message-text/#date-formatting
    """
    fallback = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(seconds)}^{form}|{fallback}>"


def plain(text: str, limit: int = PLAIN_LIMIT) -> str:
    """`text` as one paragraph without markup, at most `limit` characters, cut at a word.

    Safe as a message's `text`, where nothing escapes it, and no worse for being escaped elsewhere: what Slack acts on is broken.
    """
    bare = _FENCE_LINE.sub("", text[: limit * 4 + 400])
    bare = _IMAGE_OR_LINK.sub(r"\1", _LABELLED.sub(r"\1", bare))
    bare = _LINE_MARK.sub("", bare)
    bare = _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", bare))
    bare = _BROADCAST.sub("@" + BREAK, break_control(" ".join(_BACKTICKS.sub("", bare).split())))
    return _cut(bare, limit)


def _cut(text: str, limit: int) -> str:
    """At most `limit` characters: the last whole word, then "…"."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    space = kept.rfind(" ")
    if space > limit // 2:
        kept = kept[:space]
    return kept.rstrip(" ,;:.") + "…"


def split_markdown(text: str, limit: int = SPLIT_LIMIT) -> list[str]:
    """`text` in parts of at most `limit` characters, cut between paragraphs where possible, else lines, else words.

    A code fence that a cut goes through is closed before it and opened again behind it.
    """
    parts: list[str] = []
    opened = ""  # the line that opened the fence which the next part begins in
    rest = text
    while len(opened) + len(rest) > limit:
        room = limit - len(opened) - len("\n````")
        end = _cutting_place(rest, max(room, 1))
        part = opened + rest[:end]
        rest = rest[end:]
        opened = _open_fence(part)
        if opened:
            part = part.rstrip("\n") + "\n" + opened.strip()[: _run(opened)]
        else:
            rest = rest.lstrip("\n")
        parts.append(part.rstrip("\n"))
    if rest.strip():
        parts.append(opened + rest)
    return [part for part in parts if part.strip()]


def _cutting_place(text: str, room: int) -> int:
    for border in ("\n\n", "\n", " "):
        place = text.rfind(border, room // 2, room)
        if place > 0:
            return place + len(border)
    return room


def _open_fence(text: str) -> str:
    """The line that opened a fence which is still open at the end of `text`, with its line feed; else nothing."""
    opening = ""
    for match in _fences(text):
        if not opening:
            opening = match[0].strip() + "\n"
        elif len(match[1]) >= _run(opening) and not match[2].strip():
            opening = ""
    return opening


def _fences(text: str) -> Iterator[re.Match[str]]:
    return _FENCE_LINE.finditer(text)


def _run(line: str) -> int:
    return len(line) - len(line.lstrip("`"))
