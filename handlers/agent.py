"""Slack's agent surface of 2026 (``agent_view``): suggested prompts when the conversation is opened, and the stop button."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.runtime import Runtime
from bot.slack.codes import code_of
from bot.workflows.acceptance import NotDurableInTimeError
from handlers.came import installed, moment, reading
from handlers.home import home
from handlers.verb import Needs

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 5.0
"""The one who opens a tab has gone on by then."""
PROMPTS = (
    {"title": "What can you do?", "message": "What can you do?"},
    {"title": "Where do your answers come from?", "message": "Which documents do you answer from?"},
)
"""What I can answer in every workspace, whatever its documents say."""
MOST_PROMPTS = 4
"""Slack refuses more."""


class Agent:
    """Greets the one who opens the conversation, and stops for the one who presses stop."""

    needs: ClassVar[Needs] = Needs(
        events=frozenset({"app_home_opened", "agent_session_stopped"}),
        scopes=frozenset({"assistant:write", "chat:write"}),
    )

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def register(self, app: AsyncApp) -> None:
        """The opening of the messages tab; stop, which is written down before it is acknowledged."""
        app.event("app_home_opened")(self.on_opened)
        app.event("agent_session_stopped", middleware=[self.stop])(self.stopped)

    async def stop(self, event: dict[str, Any], next_: Callable[[], Awaitable[None]]) -> BoltResponse | None:
        """End the answer that is being written in the thread; a press that names no thread means none."""
        channel, thread, user = (str(event.get(name) or "") for name in ("channel", "thread_ts", "user"))
        if channel and thread and user:
            try:
                await self._runtime.work.interrupts.stop(channel, thread, user, moment(event))
            except NotDurableInTimeError:
                return BoltResponse(status=500, body="not durable in time")
        await next_()
        return None

    async def stopped(self) -> None:
        """Nothing is left to do: the turn ends by itself."""

    async def on_opened(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """Show the Home tab, or suggest prompts. Under ``agent_view`` a ``thread_ts`` would make Slack ignore that call."""
        tab = event.get("tab")
        with reading():
            api = self._runtime.workspaces.of(installed(body)[0]).api
            where = str(event["user"] if tab == "home" else event["channel"])
        try:
            if tab == "home":
                await api.call("views.publish", patience=PATIENCE_SECONDS, user_id=where, view=home())
            elif tab == "messages":
                await api.call(
                    "assistant.threads.setSuggestedPrompts",
                    patience=PATIENCE_SECONDS,
                    channel_id=where,
                    prompts=self._prompts(),
                )
        except SlackApiError as error:
            log.info("not_greeted", tab=tab, error=code_of(error))
        except OutcomeUnknownError:
            log.info("not_greeted", tab=tab, error="no answer")

    def _prompts(self) -> list[dict[str, str]]:
        """Return the prompts of ANSWERS_PROMPTS, if there are any."""
        chosen = self._runtime.settings.answers.prompts[:MOST_PROMPTS]
        return [{"title": prompt, "message": prompt} for prompt in chosen] or [*PROMPTS]
