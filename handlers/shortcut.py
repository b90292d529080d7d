"""The global shortcut *Ask the docs*: a window from anywhere, and the answer in a direct message."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, ClassVar

from slack_bolt.async_app import AsyncApp

from bot.render.shortcut import QUESTION, asked_view, question_view
from bot.runtime import Runtime
from bot.services.access import Destination
from bot.workflows.asked import Asked
from bot.workflows.engine import NotDurableInTimeError
from handlers.capability import Needs, SlackCommand
from handlers.errors import telling
from handlers.origin import view_id

CALLBACK = "ask_docs"


class Shortcut:
    """Opens the window and takes its question in."""

    needs: ClassVar[Needs] = Needs(
        scopes=frozenset({"commands", "im:write", "chat:write"}),
        shortcuts={CALLBACK: ("Ask the docs", "Ask your team's documents from anywhere")},
    )

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def register(self, app: AsyncApp) -> None:
        """The shortcut, and the window it opens."""
        app.global_shortcut(CALLBACK)(self.on_shortcut)
        app.view(CALLBACK)(self.on_submit)

    def commands(self) -> list[SlackCommand]:
        """None of its own."""
        return []

    async def on_shortcut(self, ack: Callable[..., Awaitable[Any]], body: dict[str, Any]) -> None:
        """Open the window."""
        await ack()
        async with telling(self._runtime, body):
            view = question_view(CALLBACK)
            await self._runtime.slack.call("views.open", patience=2, trigger_id=body["trigger_id"], view=view)

    async def on_submit(
        self, ack: Callable[..., Awaitable[Any]], body: dict[str, Any], view: dict[str, Any]
    ) -> None:
        """Take the question in; the window then says where the answer will be."""
        asked = _asked(body, view)
        if wait := self._runtime.rate.wait(asked.destination.user, asked.id):
            text = f"That is more than I may answer for one person in a minute. Go on in {wait:.0f} seconds."
            await ack(response_action="errors", errors={QUESTION: text})
            return
        with suppress(NotDurableInTimeError):  # it goes on regardless
            await self._runtime.answers.start(asked)
        await ack(response_action="update", view=asked_view())


def _asked(body: dict[str, Any], view: dict[str, Any]) -> Asked:
    user, team = body["user"]["id"], view["team_id"]
    return Asked(
        id=view_id(view),
        kind="ask",
        text=view["state"]["values"][QUESTION][QUESTION]["value"].strip(),
        ts="",
        destination=Destination(
            team=team,
            channel="",
            thread="",
            user=user,
            user_team=body["user"].get("team_id") or team,
            private=True,
            shared=False,
        ),
    )
