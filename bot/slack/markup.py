"""Reads the markup of Slack's messages: mentions, links and escapes back to what a person wrote. Pure.

Source: https://docs.slack.dev/messaging/formatting-message-text/#retrieving-messages
"""

import re

TOKEN = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def as_written(text: str) -> str:
    """`text` as the person saw it while typing: names for mentions, addresses for links. For questions and prose."""
    return unescape(TOKEN.sub(named, text))


def unescape(text: str) -> str:
    """The three characters that Slack escapes."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def named(match: re.Match[str]) -> str:
    """A `TOKEN` as people see it."""
    inside, label = match[1], match[2]
    if inside[0] in "#@":
        return inside[0] + (label or inside[1:])
    if inside[0] == "!":
        return label or "@" + inside[1:].partition("^")[0]
    return linked(inside, label)


def linked(url: str, label: str | None) -> str:
    """What was typed: the label when Slack made the link itself (`notes.md`, an e-mail address), else the URL."""
    made_by_slack = label and url.removeprefix("mailto:").removeprefix("tel:").removeprefix("http://").rstrip(
        "/"
    ) == label.rstrip("/")
    return label if label and made_by_slack else url


def mentions(text: str, user: str) -> bool:
    """Is this person mentioned?"""
    return any(found[1] == user for found in _MENTION.finditer(text))


def without_mention(text: str, user: str) -> str:
    """The text without the first mention of `user` (of anybody, when `user` is not known); other mentions stay."""
    for found in _MENTION.finditer(text):
        if user in ("", found[1]):
            return f"{text[: found.start()]} {text[found.end() :]}".strip()
    return text.strip()
