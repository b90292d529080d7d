"""``/telnyx summarize CALL-ID``: long work, so it is a durable turn."""

from typing import Any, ClassVar

import click
from slack_bolt.async_app import AsyncApp

from bot.runtime import Runtime
from bot.workflows.asked import Asked
from handlers.capability import Needs, SlackCommand, Typed

SLOW = "My database is slow right now. The summary is being taken in; if none comes within a minute, please try again."


class Summarize:
    """Takes the command in."""

    needs: ClassVar[Needs] = Needs(scopes=frozenset({"users:read", "chat:write", "im:write"}))

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def register(self, app: AsyncApp) -> None:
        """Nothing but its command."""

    def commands(self) -> list[SlackCommand]:
        """``summarize``."""
        return [
            SlackCommand(
                "summarize",
                run=self.on_command,
                example="summarize 3fa85f64-5717-4562-b3fc-2c963f66afa6",
                help="Summarise a call; only you see it.",
                params=[
                    click.Argument(["call_id"]),
                    click.Option(["--model"], help="Summarise with this model."),
                ],
            )
        ]

    async def on_command(self, typed: dict[str, Any], command: Typed) -> None:
        """The summary of one call."""
        asked = Asked(
            id=f"cmd:{command.destination.team}:{command.trigger_id}",
            kind="summary",
            text=typed["call_id"],
            ts="",
            destination=command.destination,
            options={"model": typed["model"]},
        )
        await command.take_in(self._runtime.answers.start(asked, command.response_url), slow=SLOW)
