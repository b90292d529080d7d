"""Slack comes in here: one module per capability, listed once, registered in one visible function."""

import re

from slack_bolt.async_app import AsyncApp

from bot.runtime import Runtime
from handlers.agent import Agent
from handlers.ask import Ask
from handlers.calls import Calls
from handlers.capability import Capability, Needs
from handlers.commands import Commands
from handlers.errors import Errors
from handlers.middleware import correlate
from handlers.passages import Passages
from handlers.retry import Retry
from handlers.share import Share
from handlers.shortcut import Shortcut
from handlers.summarize import Summarize

CAPABILITIES: tuple[type[Capability], ...] = (
    Ask,
    Shortcut,
    Passages,
    Share,
    Retry,
    Summarize,
    Calls,
    Agent,
)


def register(app: AsyncApp, runtime: Runtime) -> None:
    """Everything this bot listens to. The first match wins, so what catches the rest comes last."""
    app.use(correlate)
    app.error(Errors(runtime).on_error)
    capabilities = [capability(runtime) for capability in CAPABILITIES]
    for capability in capabilities:
        capability.register(app)
    Commands(runtime, [command for capability in capabilities for command in capability.commands()]).register(
        app
    )
    # Unmatched deliveries are answered 404, and Slack sends events again that were not answered 200.
    app.event(re.compile(".*"))(_nothing)
    app.action(re.compile(".*"))(_acknowledge)


def all_needs() -> list[Needs]:
    """What every part asks of Slack."""
    return [*(capability.needs for capability in CAPABILITIES), Commands.needs]


async def _nothing() -> None:
    """A subscribed event that needs no work."""


async def _acknowledge(ack) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001 - Bolt injects by name
    """A button of an older release: nothing happens, and Slack shows no error."""
    await ack()
