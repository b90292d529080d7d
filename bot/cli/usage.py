"""What is wrong with a command line, in our words instead of click's."""

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


def sentence(error: click.UsageError) -> str:
    """Return what is wrong and what to type."""
    context, names = error.ctx, ["--help"]
    while context is not None and context.parent is not None:
        names, context = [str(context.info_name), *names], context.parent
    return f"{_wrong(error)} `bot {' '.join(names)}` shows how it's typed."


def _wrong(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption():
            return f"There's no option `{error.option_name}`.{_meant(error.possibilities)}"
        case click.NoSuchCommand():
            return f"There's no command `{error.command_name}`.{_meant(error.possibilities)}"
        case click.BadOptionUsage():
            return f"`{error.option_name}` {'needs a' if 'requires' in error.message else 'takes no'} value."
        case click.BadParameter():
            missing = isinstance(error, click.MissingParameter)
            name = error.param.opts[-1] if error.param else "This"
            wrong = "is missing" if missing else "doesn't take this value"
            return f"`{name}` {wrong}."
    return "There's one word too many."


def _meant(near: Sequence[str] | None) -> str:
    return f" Did you mean `{near[0]}`?" if near else ""
