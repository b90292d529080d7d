"""What is wrong with a command line, in our words instead of click's."""

import difflib
import sys
from collections.abc import Sequence
from typing import Any

import click

MISTYPED = 2
"""The exit status."""


class Commands(click.Group):
    """A group whose errors are sentences of ours."""

    def main(self, *args: Any, standalone_mode: bool = True, **more: Any) -> Any:
        """Run a command and end the process with its exit status."""
        try:
            status = super().main(*args, standalone_mode=False, **more)  # type: ignore[call-overload] # passed on as it came
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            status = MISTYPED
        except click.UsageError as error:
            click.echo(sentence(error), err=True)
            status = MISTYPED
        except click.Abort:
            status = 1
        if standalone_mode:
            sys.exit(status if isinstance(status, int) else 0)
        return status

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was meant."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            meant = _meant(args[0], self.list_commands(ctx))
            raise click.UsageError(
                f"There's no command `{args[0]}`.{meant} `bot --help` lists them all.", ctx
            )
        return super().resolve_command(ctx, args)


def sentence(error: click.UsageError) -> str:
    """Return what is wrong and what to type."""
    where = " ".join(["bot", *(error.ctx.command_path.split("bot", 1)[1].split() if error.ctx else ())])
    look = f"`{where} --help` shows how it's typed."
    match error:
        case click.NoSuchOption():
            options = [name for one in error.ctx.command.params for name in one.opts] if error.ctx else []
            return f"There's no option `{error.option_name}`.{_meant(error.option_name, options)} {look}"
        case click.BadOptionUsage() if "requires" in error.message:
            return f"`{error.option_name}` needs a value. {look}"
        case click.BadOptionUsage():
            return f"`{error.option_name}` takes no value. {look}"
        case click.MissingParameter():
            name = (error.param.human_readable_name if error.param else "") or "A value"
            return f"`{name}` is missing. {look}"
        case click.BadParameter():
            name = error.param.opts[-1] if error.param else "A value"
            return f"`{name}` isn't something I can use like this. {look}"
    if "unexpected extra argument" in error.message:
        return f"There's a word too many. {look}"
    return error.message


def _meant(typed: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(
        typed, [name for name in known if name.startswith("-") == typed.startswith("-")], 1
    )
    return f" Did you mean `{near[0]}`?" if near else ""
