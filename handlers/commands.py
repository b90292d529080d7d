"""The command family ``/telnyx NOUN VERB`` and its short form ``/ask``: words, options, usage, near misses."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar

import click
from slack_bolt.async_app import AsyncApp

from bot.errors import UsageError
from bot.render.markdown import escape_mrkdwn
from bot.runtime import Runtime
from handlers.capability import Needs, SlackCommand, Typed
from handlers.errors import telling
from handlers.origin import typed_by
from handlers.typed import near, words

FAMILY = "/telnyx"
HELP = frozenset({"help", "--help", "-h", "?"})
SHORT = {"/ask": "ask"}
"""Commands of their own that stand for a word of the family."""


class Commands:
    """Reads what was typed and runs what it means."""

    needs: ClassVar[Needs] = Needs(
        scopes=frozenset({"commands"}),
        commands={
            FAMILY: (
                "Ask documents, summarise calls, see jobs",
                "help | ask QUESTION | calls | summarize CALL-ID",
            ),
            "/ask": ("Ask the documents; only you see the answer", "QUESTION [--bucket NAME]"),
        },
    )

    def __init__(self, runtime: Runtime, commands: Sequence[SlackCommand]) -> None:
        self._runtime = runtime
        self._commands = {str(command.name): command for command in commands}

    def register(self, app: AsyncApp) -> None:
        """One listener for each slash command."""
        for name in self.needs.commands:
            app.command(name)(self.on_command)

    async def on_command(self, ack: Callable[..., Awaitable[Any]], command: dict[str, Any]) -> None:
        """Run the command, or say how it is used. Acknowledging is the command's own business: first durable, then ack."""
        name = command["command"]
        said = words(command.get("text") or "")
        if name in SHORT:
            said = [SHORT[name], *said]
        typed = Typed(typed_by(command), command["trigger_id"], command["response_url"], ack)
        chosen = self._commands.get(said[0].lower()) if said else None
        if chosen is None:
            await ack(text=self.overview(said))
        elif len(said) == 2 and said[-1].lower() in HELP:  # noqa: PLR2004 - the command and the word
            await ack(text=usage(chosen))
        else:
            try:
                given = chosen.main(args=said[1:], prog_name=f"{FAMILY} {chosen.name}", standalone_mode=False)
            except click.ClickException as error:
                await ack(text=f"{escape_mrkdwn(error.format_message())}\n\n{usage(chosen)}")
            else:
                async with telling(self._runtime, command):
                    try:
                        await chosen.run(given, typed)
                    except UsageError as error:  # said before anything was taken in
                        await ack(text=f"{escape_mrkdwn(error.text)}\n\n{usage(chosen)}")

    def overview(self, said: Sequence[str]) -> str:
        """All commands; for an unknown word the nearest one first."""
        lines = [f"`{FAMILY} {command.example}`\n{command.help}" for command in self._commands.values()]
        short = ", ".join(f"`{name}` for `{FAMILY} {word}`" for name, word in SHORT.items())
        text = (
            "\n".join(lines)
            + f"\n\nShort: {short}. Or mention me in a channel, or write me a direct message."
        )
        if said and said[0].lower() not in HELP:
            nearest = near(said[0], self._commands)
            hint = f" Did you mean `{FAMILY} {nearest}`?" if nearest else ""
            text = f"I do not know “{escape_mrkdwn(said[0][:40])}”.{hint}\n\n{text}"
        return text


def usage(command: SlackCommand) -> str:
    """How one command is typed, with an example of that very command."""
    context = click.Context(command, info_name=f"{FAMILY} {command.name}")
    pieces = " ".join(command.collect_usage_pieces(context))
    options = [f"`{', '.join(p.opts)}` {p.help}" for p in command.params if isinstance(p, click.Option)]
    return "\n".join(
        [
            f"*{command.help}*",
            f"`{FAMILY} {command.name} {pieces}`",
            *options,
            f"For example: `{FAMILY} {command.example}`",
        ]
    )
