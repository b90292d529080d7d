"""*Share in channel* and *Add me*: they change something, so they are durable under the id of the press."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, ClassVar

from slack_bolt.async_app import AsyncApp

from bot.render.ask import ChannelButton, TurnButton
from bot.render.blocks import ActionId
from bot.runtime import Runtime
from bot.workflows.action import Pressed
from bot.workflows.engine import NotDurableInTimeError
from handlers.capability import Needs, SlackCommand
from handlers.origin import act_id, person_at


class Share:
    """Takes the two buttons in."""

    needs: ClassVar[Needs] = Needs(
        scopes=frozenset(
            {
                "chat:write",
                "channels:read",
                "groups:read",
                "channels:join",
                "channels:history",
                "groups:history",
            }
        )
    )

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def register(self, app: AsyncApp) -> None:
        """The buttons."""
        app.action(ActionId.SHARE.value)(self.on_share)
        app.action(ActionId.ADD_ME.value)(self.on_add_me)

    def commands(self) -> list[SlackCommand]:
        """None of its own."""
        return []

    async def on_share(
        self, ack: Callable[..., Awaitable[Any]], body: dict[str, Any], action: dict[str, Any]
    ) -> None:
        """Share the answer the button stands under."""
        await self._start(ack, body, action, TurnButton.unpack(action["value"]).turn, join=False)

    async def on_add_me(
        self, ack: Callable[..., Awaitable[Any]], body: dict[str, Any], action: dict[str, Any]
    ) -> None:
        """Enter the channel, then share."""
        await self._start(ack, body, action, ChannelButton.unpack(action["value"]).turn, join=True)

    async def _start(
        self,
        ack: Callable[..., Awaitable[Any]],
        body: dict[str, Any],
        action: dict[str, Any],
        turn: str,
        *,
        join: bool,
    ) -> None:
        to = person_at(body)
        work_id = act_id(body, action)
        with suppress(NotDurableInTimeError):  # it goes on; a second press finds the first one's message
            await self._runtime.shares.start(Pressed(work_id, turn, to, join), body["response_url"])
        await ack()
