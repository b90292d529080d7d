"""What is a question: the one rule for messages, whether Slack brought them or they were found in a history. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot import ids
from bot.services.access import Asker, Place
from bot.slack.markup import as_written, without_mention
from bot.slack.reading.contents import files, forwarded
from bot.slack.reading.recordings import only_recordings
from bot.text import is_plain
from bot.workflows.asked import FILES, FORWARDED, Asked

_SAID = frozenset({None, "file_share", "thread_broadcast", "bot_message"})
"""Message subtypes that are someone saying something; all others report edits, joins and the like."""
_SUMMARIZE = re.compile(r"summari[sz]e (?:the )?call ([0-9a-f][0-9a-f-]{7,35})[.!]?", re.IGNORECASE)
"""What a suggested prompt says, and no question to the documents: a call, by its id or the beginning of it."""
SLACKBOT = "USLACKBOT"
"""Writes reminders and notices; its messages carry no ``bot_id``."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a message stands: what an event's envelope says beside it, or the conversation it was found in."""

    team: str
    """The workspace that the bot is installed in."""
    bot_user: str
    """Who the bot is there; empty when Slack did not say."""
    channel: str


def asked_in(message: Mapping[str, Any], where: Where) -> Asked | None:
    """Return the question in a message that was said to the bot, or None when no one asks anything with it.

    Args:
        message: as events and histories show it. Whether it is for the bot (a mention, a direct message) the caller knows.
        where: where it stands.

    Returns:
        A question, or recordings without a word, under the id that each way to the same message shares, so it is answered once.
    """
    user, ts = _author(message), message.get("ts") or ""
    if not ts or not _is_said(message, user, where):
        return None
    thread = message.get("thread_ts") or ts
    user_team = message.get("user_team") or message.get("team") or where.team
    if not all(is_plain(name) for name in (where.team, where.channel, ts, thread, user, user_team)):
        return None
    said = as_written(without_mention(message.get("text") or "", where.bot_user))
    along, passed_on = files(message), forwarded(message)
    text = "".join([said, *(f"{FORWARDED}{words}" for words in passed_on)])
    spoken = not text.strip() and only_recordings(message)
    call = _SUMMARIZE.fullmatch(text.strip()) if not along else None
    return Asked(
        id=ids.question(where.team, where.channel, ts),
        kind="transcription" if spoken else "summary" if call else "ask",
        text=call[1] if call else text,
        ts=ts,
        place=Place(where.team, where.channel, thread),
        asker=Asker(user, user_team),
        private=False,
        bot_user=where.bot_user,
        options={FILES: along} if along else {},
    )


def _author(message: Mapping[str, Any]) -> str:
    """Return who wrote it. Workflows and older apps have no user; they are known by their own id."""
    return message.get("user") or message.get("bot_id") or ""


def _is_said(message: Mapping[str, Any], user: str, where: Where) -> bool:
    """Return whether someone who is answered says something with it."""
    if user in ("", where.bot_user, SLACKBOT):
        return False
    if message.get("hidden") or message.get("subtype") not in _SAID:
        return False
    return not message.get("bot_id") or _worth_answering(message)


def _worth_answering(message: Mapping[str, Any]) -> bool:
    """Return whether an app's message, a workflow's or one sent with a person's token, is a question of its own.

    In threads apps are not answered: two that mention each other would never end.
    """
    named_by_slack = bool(message.get("app_id") or message.get("bot_profile"))
    return named_by_slack and message.get("thread_ts") in (None, message["ts"])
