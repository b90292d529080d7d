"""What handlers and the clock are given; nothing else."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp

from bot.observability.health import Health
from bot.services.calls import Calls
from bot.services.jobs import JobWatch
from bot.services.rate import Rate
from bot.slack.api import SlackApi
from bot.store.presence import Presence
from bot.store.turns import Turns
from bot.workflows.action import ShareWorkflow
from bot.workflows.answer import Rights
from bot.workflows.interrupts import Interrupts
from bot.workflows.missed import MissedWorkflow
from bot.workflows.notify import NotifyWorkflow
from bot.workflows.turn import TurnWorkflow
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is to Slack."""

    team: str
    user: str


@dataclass(frozen=True, slots=True)
class Runtime:
    """The running bot."""

    settings: Settings
    slack: SlackApi
    http: aiohttp.ClientSession
    health: Health
    turns: Turns
    rights: Rights
    rate: Rate
    calls: Calls
    watch: JobWatch
    answers: TurnWorkflow
    shares: ShareWorkflow
    notices: NotifyWorkflow
    interrupts: Interrupts
    presence: Presence
    missed: MissedWorkflow
    me: Callable[[], Me | None]
    """None until Slack has said so."""
    housekeeping: tuple[Callable[[], Awaitable[int]], ...]
    """What deletes what nobody needs any more; each says how many rows."""
