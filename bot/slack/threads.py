"""What other people wrote in a thread before a question."""

from typing import Any

from bot.slack.api import SlackApi

PATIENCE_SECONDS = 5.0
"""An answer should not wait longer for the rest of its thread."""
KEPT_CHARACTERS = 6_000
MESSAGES = 200
PAGES = 5


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
        found: list[dict[str, Any]] = []
        cursor: dict[str, Any] = {}
        for _ in range(PAGES):  # Slack pages a thread from its beginning; what was said last matters most
            where = {"channel": channel, "ts": thread, "latest": before, "limit": MESSAGES, **cursor}
            answer = await self._api.call("conversations.replies", patience=PATIENCE_SECONDS, **where)
            found += answer.get("messages", ())
            following = (answer.get("response_metadata") or {}).get("next_cursor")
            if not following:
                break
            cursor = {"cursor": following}
        lines = [
            f"{message.get('user', 'somebody')}: {' '.join(str(message.get('text', '')).split())}"
            for message in found
            if _by_somebody_else(message, bot) and message["ts"] not in known and message["ts"] < before
        ]
        return "\n".join(lines)[-KEPT_CHARACTERS:]


def _by_somebody_else(message: dict[str, Any], bot: str) -> bool:
    return message.get("user") != bot and not message.get("bot_id") and bool(message.get("text"))
