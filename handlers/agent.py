"""Slack's agent surface of 2026 (``agent_view``): suggested prompts when the conversation is opened, and the stop button."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.render.home import RefreshHome
from bot.runtime import Runtime
from bot.services.access import Asker
from bot.slack.codes import code_of
from bot.workflows.acceptance import NotDurableInTimeError
from handlers.came import installed, moment, person_of, reading
from handlers.home import PATIENCE_SECONDS, HomeScreen
from handlers.verb import Needs

log = structlog.get_logger(__name__)

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
        self._home = HomeScreen(runtime)

    def register(self, app: AsyncApp) -> None:
        """The opening of the messages tab; stop, which is written down before it is acknowledged."""
        app.event("app_home_opened")(self.on_opened)
        app.action(RefreshHome.verb)(self.on_refresh)
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
        tab = str(event.get("tab"))
        with reading():
            team, channel = installed(body)[0], str(event["channel"])
            asker = Asker(str(event["user"]), str(event.get("user_team") or ""))
        if tab == "home":
            await self._greet(tab, self._home.show(team, asker))
        elif tab == "messages":
            await self._greet(tab, self._suggest(team, channel, asker))

    async def on_refresh(self, ack: Callable[[], Awaitable[None]], body: dict[str, Any]) -> None:
        """Show the Home tab anew."""
        await ack()
        with reading():
            place, asker = person_of(body)
        await self._greet("home", self._home.show(place.team, asker))

    async def _greet(self, tab: str, greeting: Awaitable[None]) -> None:
        try:
            await greeting
        except SlackApiError as error:
            log.info("not_greeted", tab=tab, error=code_of(error))
        except OutcomeUnknownError:
            log.info("not_greeted", tab=tab, error="no answer")

    async def _suggest(self, team: str, channel: str, asker: Asker) -> None:
        """Suggest the prompts of ANSWERS_PROMPTS, or else what this person can really ask."""
        chosen = self._runtime.settings.answers.prompts[:MOST_PROMPTS]
        prompts = [{"title": prompt, "message": prompt} for prompt in chosen] or await self._theirs(
            team, asker
        )
        api = self._runtime.workspaces.of(team).api
        await api.call(
            "assistant.threads.setSuggestedPrompts",
            patience=PATIENCE_SECONDS,
            channel_id=channel,
            prompts=prompts,
        )

    async def _theirs(self, team: str, asker: Asker) -> list[dict[str, str]]:
        """Return prompts about what is there for this person, and those that suit everyone."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                found = await self._runtime.prompts.of(team, asker)
        except Exception as error:  # noqa: BLE001 - whatever it is, there is something to suggest without it
            log.info("prompts_not_known", error=type(error).__name__)
            found = []
        return [*({"title": one.title, "message": one.message} for one in found), *PROMPTS][:MOST_PROMPTS]
