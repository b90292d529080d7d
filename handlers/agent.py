"""The direct message as an assistant: suggested prompts when it is opened (Slack's ``agent_view`` of 2026)."""

from typing import Any, ClassVar

import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.runtime import Runtime
from bot.slack.api import OutcomeUnknownError, code_of
from handlers.capability import Needs, SlackCommand

log = structlog.get_logger(__name__)

PROMPTS = (
    {"title": "Ask the documents", "message": "How many days of leave do I have?"},
    {"title": "What can you do?", "message": "What can I ask you, and from which documents do you answer?"},
)


class Agent:
    """Greets whoever opens the conversation."""

    needs: ClassVar[Needs] = Needs(
        events=frozenset({"app_home_opened"}), scopes=frozenset({"assistant:write", "chat:write"})
    )

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def register(self, app: AsyncApp) -> None:
        """The opening of the messages tab."""
        app.event("app_home_opened")(self.on_opened)

    def commands(self) -> list[SlackCommand]:
        """None of its own."""
        return []

    async def on_opened(self, event: dict[str, Any]) -> None:
        """Suggest prompts. Under ``agent_view`` a ``thread_ts`` would make Slack ignore the call, so none is sent."""
        if event.get("tab") != "messages":
            return
        try:
            await self._runtime.slack.call(
                "assistant.threads.setSuggestedPrompts",
                patience=5,
                channel_id=event["channel"],
                prompts=list(PROMPTS),
            )
        except SlackApiError as error:
            log.info("prompts_not_set", error=code_of(error))
        except OutcomeUnknownError:
            log.info("prompts_not_set", error="no answer")
