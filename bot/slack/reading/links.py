"""The web addresses in a message, wherever in it they stand. Pure.

Shapes: https://docs.slack.dev/messaging/formatting-message-text and https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.slack.markup import unescape

_IN_TEXT = re.compile(r"<(https?://[^<>|\s]+)|(?<![\w<])(https?://[^\s<>|()\[\]\"'`]+)", re.IGNORECASE)
"""As Slack writes a link, or bare, as some apps leave it."""
_ENDS = ".,;:!?*_~"
_NOT_READ = frozenset({"actions", "input", "image", "video", "file"})
"""Blocks whose addresses no one reads."""
_OF_ATTACHMENT = ("from_url", "original_url", "title_link")

Message = Mapping[str, Any]


def first_address(message: Message) -> str:
    """Return the first web address of a message as it was sent, or of what was forwarded with it; "" where there is none."""
    found = (address for part in _parts(message) for address in part)
    return next(found, "")


def _parts(message: Message) -> Iterator[Iterator[str]]:
    """Yield what people read first: the text, then blocks, then what is attached."""
    yield _in_text(message.get("text"))
    yield _in_blocks(message.get("blocks"))
    for attached in message.get("attachments") or ():
        yield from (_in_text(attached.get(key)) for key in ("pretext", "title", "text"))
        yield _in_blocks(attached.get("blocks"))
        for part in attached.get("message_blocks") or ():
            yield from _parts(part.get("message") or {})
        yield (str(attached[key]) for key in _OF_ATTACHMENT if _is_web(attached.get(key)))
        yield _in_text(attached.get("fallback"))


def _in_text(text: object) -> Iterator[str]:
    for found in _IN_TEXT.finditer(text if isinstance(text, str) else ""):
        yield unescape(found[1] or found[2].rstrip(_ENDS))


def _in_blocks(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for one in node:
            yield from _in_blocks(one)
    elif isinstance(node, Mapping) and node.get("type") not in _NOT_READ:
        if node.get("type") == "link" and _is_web(node.get("url")):
            yield str(node["url"])
        for key in ("text", "fields", "elements", "rows"):
            inside = node.get(key)
            yield from _in_text(inside) if isinstance(inside, str) else _in_blocks(inside)


def _is_web(url: object) -> bool:
    return isinstance(url, str) and url.lower().startswith(("https://", "http://"))
