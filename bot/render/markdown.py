"""Text in the forms that Slack takes: safe Markdown, mrkdwn, the plain line of a notification."""

import re
from datetime import UTC, datetime
from urllib.parse import quote

from markdown_it.token import Token

from bot.render.inert import break_control, break_links, code, verbatim
from bot.render.parsed import parsed
from bot.render.safe_text import SafeText, safe_markdown
from bot.text import clean

__all__ = [
    "SafeText",
    "code",
    "escape_mrkdwn",
    "link",
    "moment",
    "plain",
    "safe_markdown",
    "verbatim",
    "words",
]

PLAIN_LIMIT = 300  # what a notification or a list of messages shows at most

_LABELLED = re.compile(r"<[^<>|\s]+\|([^<>]*)>")
_TASK = re.compile(r"\A\[[ xX]\][ \t]+")
_ADDRESS = re.compile(r"(https?)://([^/?#\\]+)((?:[/?#].*)?)", re.DOTALL | re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9_-]+\.)*[a-z0-9-]+(?::[0-9]{1,5})?", re.IGNORECASE)
_IN_ADDRESSES = "!$&'()*+,/:;=?@[]~-._%#"
_LONGEST_ADDRESS = 2_000


def escape_mrkdwn(text: str) -> str:
    """Return ``text`` as it is shown literally anywhere: as `verbatim` does, and with nothing that becomes a link by itself."""
    return break_links(verbatim(text))


def link(url: str | None, words: str) -> str:
    """Return a link in mrkdwn, or the words in bold where ``url`` is no address that can be one."""
    address = _address(url or "")
    return f"<{address}|{verbatim(words)}>" if address else f"*{verbatim(words)}*"


def _address(url: str) -> str:
    """Return the URL with all in it encoded that is a sign of Slack's or a control; nothing when it has no host that can be one."""
    parts = _ADDRESS.fullmatch(url.strip())
    if parts is None:
        return ""
    scheme, host, rest = parts.groups()
    try:
        host = host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        return ""
    address = f"{scheme.lower()}://{host}{quote(rest, safe=_IN_ADDRESSES, errors='replace')}".replace(
        "&", "&amp;"
    )
    return address if _HOST.fullmatch(host) and len(address) <= _LONGEST_ADDRESS else ""


def moment(seconds: float, form: str) -> str:
    """Return a time in the reader's own time zone, as mrkdwn; `form` is of Slack's tokens, such as `{date} at {time}`.

    Source: https://docs.slack.dev/messaging/formatting-message-text/#date-formatting
    """
    fallback = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(seconds)}^{form}|{fallback}>"


def plain(text: str, limit: int = PLAIN_LIMIT) -> str:
    """`text` as one paragraph without markup, at most `limit` characters, cut at a word.

    Safe as a message's `text`, where nothing escapes it, and no worse for being escaped elsewhere: what Slack acts on is broken.
    """
    begun = clean(_LABELLED.sub(r"\1", text[: limit * 4 + 400]))
    bare = " ".join(" ".join(words(token) for token in parsed(begun)).split())
    return shortened(break_links(break_control(bare or " ".join(begun.split()))), limit)


def words(token: Token) -> str:
    """Return what is to be read in a token of Markdown, without its marks."""
    if token.type == "inline":
        return _TASK.sub("", "".join(words(child) for child in token.children or ()))
    if token.children:  # of a picture: what it shows
        return "".join(words(child) for child in token.children)
    return " " if token.type in ("softbreak", "hardbreak") else token.content


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters: the last whole word, then "…"."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    space = kept.rfind(" ")
    if space > limit // 2:
        kept = kept[:space]
    return kept.rstrip(" ,;:.") + "…"
