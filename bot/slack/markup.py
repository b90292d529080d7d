"""Reads the markup of Slack's messages: mentions, links and escapes back to what a person wrote. Pure.

Source: https://docs.slack.dev/messaging/formatting-message-text/#retrieving-messages
"""

import re

TOKEN = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
NAMELESS = re.compile(r"(?<![\w@#/])[@#]([UWCGS][A-Z0-9]{4,})\b")
"""A person, a channel or a group of which Slack sent the id alone, as ``as_written`` leaves it."""
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_SCHEMES = re.compile(r"^(?:mailto:|tel:|https?://)")


def as_written(text: str) -> str:
    """Return `text` as the person saw it while typing: names for mentions, words and address for links."""
    return unescape(TOKEN.sub(named, text))


def unescape(text: str) -> str:
    """Return the three characters that Slack escapes as they were typed."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def named(match: re.Match[str]) -> str:
    """Return a `TOKEN` as people see it."""
    inside, label = match[1], match[2]
    if inside[0] in "#@":
        return inside[0] + (label or inside[1:]).removeprefix(inside[0])
    if inside.startswith("!subteam^"):
        return "@" + (label or inside.removeprefix("!subteam^")).removeprefix("@")
    if inside[0] == "!":
        return label or "@" + inside[1:].partition("^")[0]
    if label and inside.startswith("tel:"):
        return label
    shown = linked(inside, label)
    return f"{label} ({shown})" if label and shown != label else shown


def linked(url: str, label: str | None) -> str:
    """Return what was typed: the label when Slack made the link itself (`notes.md`, an e-mail address), else the URL."""
    made_by_slack = label and _SCHEMES.sub("", url).rstrip("/") == _SCHEMES.sub("", label).rstrip("/")
    return label if label and made_by_slack else url.removeprefix("mailto:").removeprefix("tel:")


def mentions(text: str, user: str) -> bool:
    """Return whether this person is mentioned."""
    return any(found[1] == user for found in _MENTION.finditer(text))


def without_mention(text: str, user: str) -> str:
    """Return the text without the first mention of `user` (of anyone, when `user` is not known); other mentions stay."""
    for found in _MENTION.finditer(text):
        if user in ("", found[1]):
            return f"{text[: found.start()]} {text[found.end() :]}".strip()
    return text.strip()
