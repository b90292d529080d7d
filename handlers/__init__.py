"""Slack comes in here: verbs (one list, one dispatcher), and the events that are no verbs."""

import re

from slack_bolt.async_app import AsyncApp

from bot.runtime import Runtime
from handlers.agent import Agent
from handlers.comings import Comings
from handlers.errors import Errors
from handlers.inbound import Inbound
from handlers.mentions import Mentions
from handlers.middleware import correlate, rate_limited

LISTENERS = (Mentions, Agent, Comings)


def register(app: AsyncApp, runtime: Runtime) -> None:
    """Everything this bot listens to. The first match wins, so what catches the rest comes last."""
    app.use(correlate)
    app.use(rate_limited)
    app.error(Errors(runtime).on_error)
    for listener in LISTENERS:
        listener(runtime).register(app)
    Inbound(runtime).register(app)
    # Unmatched deliveries are answered 404, and Slack sends events again that were not answered 200.
    app.event(re.compile(".*"))(_nothing)


async def _nothing() -> None:
    """A subscribed event that needs no work."""
