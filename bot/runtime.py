"""What handlers and the clock are given: use cases, durable work, and the workspace they are shown in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.observability.health import Health
from bot.services.access import Rights
from bot.services.answers import Answers
from bot.services.audit import Audit
from bot.services.calls import Calls
from bot.services.channels import ChannelSettings
from bot.services.clusters import Clusters
from bot.services.documents import Documents
from bot.services.grants import Granting
from bot.services.insights import Insights
from bot.services.jobs import JobWatch
from bot.services.models import Models
from bot.services.rate import Rate
from bot.slack.workspace import Workspaces
from bot.store.presence import Presence
from bot.workflows.deed import DeedWorkflow
from bot.workflows.experts import Experts
from bot.workflows.interrupts import Interrupts
from bot.workflows.missed import MissedWorkflow
from bot.workflows.notify import NotifyWorkflow
from bot.workflows.share import Sharing
from bot.workflows.turn import TurnWorkflow
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases that a verb may call; all that a verb is given of the bot."""

    answers: Answers
    audit: Audit
    calls: Calls
    channels: ChannelSettings
    clusters: Clusters
    documents: Documents
    experts: Experts
    grants: Granting
    insights: Insights
    models: Models
    sharing: Sharing
    jobs_channel: str | None


@dataclass(frozen=True, slots=True)
class Work:
    """Durable work of each kind."""

    turns: TurnWorkflow
    deeds: DeedWorkflow
    notices: NotifyWorkflow
    interrupts: Interrupts
    missed: MissedWorkflow


@dataclass(frozen=True, slots=True)
class Clock:
    """What only recurring jobs use."""

    watch: JobWatch
    presence: Presence
    housekeeping: tuple[Callable[[], Awaitable[int]], ...]
    """What deletes what no one needs anymore; each says how many rows."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """The running bot."""

    settings: Settings
    health: Health
    rate: Rate
    workspaces: Workspaces
    rights: Rights
    services: Services
    work: Work
    clock: Clock
