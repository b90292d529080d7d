"""*Try again* under a failure: the same question once more, as work of its own."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, ClassVar

from slack_bolt.async_app import AsyncApp

from bot.errors import RefusedError, UsageError
from bot.render.ask import TurnButton
from bot.render.blocks import ActionId
from bot.runtime import Runtime
from bot.workflows.asked import Asked
from bot.workflows.engine import NotDurableInTimeError
from handlers.capability import Needs, SlackCommand
from handlers.errors import telling
from handlers.origin import person_at


class Retry:
    """Takes the button in."""

    needs: ClassVar[Needs] = Needs(scopes=frozenset({"chat:write"}))

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def register(self, app: AsyncApp) -> None:
        """The button."""
        app.action(ActionId.TRY_AGAIN.value)(self.on_click)

    def commands(self) -> list[SlackCommand]:
        """None of its own."""
        return []

    async def on_click(
        self, ack: Callable[..., Awaitable[Any]], body: dict[str, Any], action: dict[str, Any]
    ) -> None:
        """Ask again, once for each failure; its own failure may be tried again in turn."""
        async with telling(self._runtime, body):
            presser = person_at(body)
            turn = await self._runtime.turns.get(TurnButton.unpack(action["value"]).turn)
            if turn is None:
                raise UsageError("This question is no longer kept. Please ask it again.")
            if turn.user != presser.user:
                raise RefusedError("Only the person who asked can try again.")
            asked = Asked.again(turn, presser.user_team)
            if wait := self._runtime.rate.wait(turn.user, asked.id):
                raise UsageError(
                    f"That is more than I may answer for one person in a minute. Try again in {wait:.0f} seconds."
                )
            with suppress(NotDurableInTimeError):  # it goes on, and a second press finds it
                by_url = (
                    asked.destination.private and asked.destination.channel
                )  # a window's answer has no place
                await self._runtime.answers.start(asked, body["response_url"] if by_url else None)
        await ack()
