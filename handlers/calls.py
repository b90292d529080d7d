"""``/telnyx calls``: a look-up, answered at once and privately."""

from typing import Any, ClassVar

import click
from slack_bolt.async_app import AsyncApp

from bot.render.calls import listing
from bot.runtime import Runtime
from bot.slack.private import respond
from handlers.capability import Needs, SlackCommand, Typed


class Calls:
    """Lists the latest calls."""

    needs: ClassVar[Needs] = Needs(scopes=frozenset({"users:read"}))

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def register(self, app: AsyncApp) -> None:
        """Nothing but its command."""

    def commands(self) -> list[SlackCommand]:
        """``calls``."""
        return [
            SlackCommand(
                "calls",
                run=self.on_command,
                example="calls --last 5",
                help="List the latest calls.",
                params=[
                    click.Option(
                        ["--last"], type=click.IntRange(1, 40), default=10, help="How many, at most 40."
                    )
                ],
            )
        ]

    async def on_command(self, typed: dict[str, Any], command: Typed) -> None:
        """The list, for those who may read calls.

        Raises:
            RefusedError, TelnyxError: ``Commands`` tells the person.
        """
        await command.ack()
        (await self._runtime.rights.of(command.destination)).require_calls()
        calls = await self._runtime.calls.latest(typed["last"])
        await respond(self._runtime.http, command.response_url, listing(calls), replace=True)
