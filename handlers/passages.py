"""*Show passages*: a look-up, so nothing durable; rights are asked again each time."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, ClassVar

from slack_bolt.async_app import AsyncApp

from bot.errors import UsageError
from bot.render.ask import TurnButton, passages_view
from bot.render.blocks import ActionId
from bot.runtime import Runtime
from handlers.capability import Needs, SlackCommand
from handlers.errors import telling
from handlers.origin import person_at


class Passages:
    """Opens the passages of an answer."""

    needs: ClassVar[Needs] = Needs(scopes=frozenset({"users:read"}))

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def register(self, app: AsyncApp) -> None:
        """The button."""
        app.action(ActionId.SHOW_PASSAGES.value)(self.on_click)

    def commands(self) -> list[SlackCommand]:
        """None of its own."""
        return []

    async def on_click(
        self, ack: Callable[..., Awaitable[Any]], body: dict[str, Any], action: dict[str, Any]
    ) -> None:
        """A modal for whoever pressed, if they may read the documents."""
        await ack()
        async with telling(self._runtime, body):
            turn = await self._runtime.turns.get(TurnButton.unpack(action["value"]).turn)
            if turn is None:
                raise UsageError("This answer is no longer kept. Ask again to see its passages.")
            (
                await self._runtime.rights.of(replace(person_at(body), team=turn.team, private=True))
            ).require_documents()
            view = passages_view(turn)
            await self._runtime.slack.call("views.open", patience=2, trigger_id=body["trigger_id"], view=view)
