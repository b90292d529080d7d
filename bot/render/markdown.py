"""Text in the forms that Slack takes: safe Markdown, mrkdwn, the plain line of a notification."""

import re
from datetime import UTC, datetime

from bot.render.inert import BREAK, break_control
from bot.render.safe_text import SafeText, safe_markdown

__all__ = ["SafeText", "escape_mrkdwn", "moment", "plain", "safe_markdown"]

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
