"""What is a question: the one rule for messages, whether Slack brought them or they were found in a history. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.services.access import Destination
from bot.slack.markup import as_written, without_mention
from bot.workflows.asked import Asked

_SAID = frozenset({None, "file_share", "thread_broadcast"})
"""Message subtypes that are somebody saying something; all others report edits, joins and the like."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a message stands: what an event's envelope says beside it, or the conversation it was found in."""

    team: str
    """The workspace that the bot is installed in."""
    bot_user: str
    """Who the bot is there; empty when Slack did not say."""
    channel: str
    shared: bool
    """Another organisation reads along."""


def asked_in(message: Mapping[str, Any], where: Where) -> Asked | None:
    """The question in a message that was said to the bot, or None when nobody asks anything with it.

    Args:
        message: as events and histories show it. Whether it is for the bot (a mention, a direct message) the caller knows.
        where: where it stands.

    Returns:
        A question under the id that each way to the same message shares, so that it is answered once.
    """
    user: str = message.get("user") or ""
    ts: str = message.get("ts") or ""
    by_person = user not in ("", where.bot_user) and not message.get("bot_id")
    if not ts or not by_person or message.get("hidden") or message.get("subtype") not in _SAID:
        return None
    return Asked(
        id=f"turn:{where.team}:{where.channel}:{ts}",
        kind="ask",
        text=as_written(without_mention(message.get("text") or "", where.bot_user)),
        ts=ts,
        destination=Destination(
            team=where.team,
            channel=where.channel,
            thread=message.get("thread_ts") or ts,
            user=user,
            user_team=message.get("user_team") or message.get("team") or where.team,
            private=False,
            shared=where.shared,
        ),
        bot_user=where.bot_user,
    )
