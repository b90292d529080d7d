"""What there is to read in a message besides its text: other apps' blocks and attachments, forwarded messages. Pure.

Shapes: https://docs.slack.dev/reference/block-kit and https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.slack.markup import as_written
from bot.text import clean

_TEXTS = frozenset({"plain_text", "mrkdwn", "text", "raw_text", "markdown"})
_SILENT = frozenset({"actions", "input", "image", "video", "file"})
"""Blocks and elements that say nothing of their own, or ask instead."""

Message = Mapping[str, Any]


def words_of(message: Message) -> str:
    """Return everything that people read in a message; what stands in two places is there once."""
    said: list[str] = []
    parts = [str(message.get("text") or ""), *_attached(message), _in_blocks(message.get("blocks") or ())]
    for part in map(as_written, parts):
        bare = _bare(part)
        if bare and not any(bare in _bare(known) for known in said):
            said = [known for known in said if _bare(known) not in bare] + [part.strip()]
    return "\n".join(said)


def forwarded(message: Message) -> list[str]:
    """Return the words of the messages that were forwarded with this one."""
    shared = (one for one in message.get("attachments") or () if _is_forwarded(one))
    return [words for one in shared if (words := as_written(_forwarded_words(one)).strip())]


def files(message: Message) -> list[list[str]]:
    """Return id and name of each file that stands in a message or in one that was forwarded with it."""
    return [[str(file["id"]), clean(str(file.get("name") or "a file"))] for file in files_of(message)]


def files_of(message: Message) -> list[Message]:
    """Return Slack's objects of these files."""
    holders = [message, *(one for one in message.get("attachments") or () if _is_forwarded(one))]
    return [file for holder in holders for file in holder.get("files") or () if file.get("id")]


def author(message: Message) -> str:
    """Return the name of the app that wrote a message; "" for a person's."""
    if not message.get("bot_id") and message.get("subtype") != "bot_message":
        return ""
    profile = message.get("bot_profile") or {}
    return str(message.get("username") or profile.get("name") or "an app")


def _is_forwarded(attached: Message) -> bool:
    return bool(attached.get("is_share") or attached.get("is_msg_unfurl") or attached.get("message_blocks"))


def _forwarded_words(attached: Message) -> str:
    inside = [part.get("message") or {} for part in attached.get("message_blocks") or ()]
    in_blocks = "\n".join(_in_blocks(message.get("blocks") or ()) for message in inside)
    shown = [
        str(attached.get("text") or in_blocks),
        *(part for one in (attached, *inside) for part in _attached(one)),
    ]
    return "\n".join(filter(None, shown)) or str(attached.get("fallback") or "")


def _attached(message: Message) -> Iterator[str]:
    for attached in message.get("attachments") or ():
        if _is_forwarded(attached):
            yield _forwarded_words(attached)
            continue
        fields = [f"{one.get('title', '')}: {one.get('value', '')}" for one in attached.get("fields") or ()]
        shown = [str(attached[key]) for key in ("pretext", "title", "text") if attached.get(key)]
        blocks = _in_blocks(attached.get("blocks") or ())
        yield "\n".join(part for part in (*shown, *fields, blocks) if part) or str(
            attached.get("fallback") or ""
        )


def _in_blocks(blocks: Any) -> str:
    return "\n".join(line for block in _each(blocks) if (line := "".join(_pieces(block)).strip()))


def _each(blocks: Any) -> Iterator[Any]:
    """Yield each block; of a container its title and what stands in it."""
    for block in blocks:
        if isinstance(block, Mapping) and block.get("type") == "container":
            yield block.get("title")
            yield from block.get("child_blocks") or ()
        else:
            yield block


def _pieces(node: Any) -> Iterator[str]:
    """Yield the text in a block in its order."""
    if isinstance(node, list):
        for one in node:
            yield from _pieces(one)
        return
    if not isinstance(node, Mapping) or node.get("type") in _SILENT:
        return
    match node.get("type"):
        case "user":
            yield f"<@{node.get('user_id', '')}>"
        case "usergroup":
            yield f"<!subteam^{node.get('usergroup_id', '')}>"
        case "channel":
            yield f"<#{node.get('channel_id', '')}>"
        case "link":
            yield str(node.get("text") or node.get("url") or "")
        case kind if kind in _TEXTS and isinstance(node.get("text"), str):
            yield node["text"]
        case _:
            for key in ("text", "fields", "elements", "rows"):
                yield from _pieces(node.get(key))
            yield "\n"


def _bare(text: str) -> str:
    """Return a text's letters and digits alone, to compare two that differ in markup."""
    return "".join(character for character in text.casefold() if character.isalnum())
