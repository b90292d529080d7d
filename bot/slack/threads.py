"""What other people wrote in a thread before a question."""

from typing import Any

from bot.slack.api import SlackApi
from bot.slack.sending import replies

PATIENCE_SECONDS = 5.0
"""An answer should not wait longer for the rest of its thread."""
KEPT_CHARACTERS = 6_000


class Threads:
    """Reads threads."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api

    async def others(self, channel: str, thread: str, *, before: str, known: set[str], bot: str) -> str:
        """The words of others, oldest first, one line each, without the bot's own and without questions it knows.

        Raises:
            SlackApiError: Slack does not let us read here.
            OutcomeUnknownError: Slack did not answer.
        """
        where = {"channel": channel, "ts": thread, "latest": before}
        found = [message async for message in replies(self._api, patience=PATIENCE_SECONDS, **where)]
        lines = [
            f"{message.get('user', 'somebody')}: {' '.join(str(message.get('text', '')).split())}"
            for message in found
            if _by_somebody_else(message, bot) and message["ts"] not in known and message["ts"] < before
        ]
        return "\n".join(lines)[-KEPT_CHARACTERS:]


def _by_somebody_else(message: dict[str, Any], bot: str) -> bool:
    return message.get("user") != bot and not message.get("bot_id") and bool(message.get("text"))
