"""What handlers and the clock are given: use cases, durable work, and the workspace they are shown in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.observability.health import Health
from bot.services.access import Rights
from bot.services.action_items import ActionItems
from bot.services.answers import Answers
from bot.services.audit import Audit
from bot.services.call_changes import CallChanges
from bot.services.call_search import CallSearch
from bot.services.calls import Calls
from bot.services.channels import ChannelSettings
from bot.services.clusters import Clusters
from bot.services.documents import Documents
from bot.services.feedback import Feedback
from bot.services.finetune import FineTuning
from bot.services.grants import Granting
from bot.services.groups import Groups
from bot.services.home import HomeTab
from bot.services.insights import Insights
from bot.services.jobs import JobWatch
from bot.services.jobs.board import JobBoard
from bot.services.models import Models
from bot.services.prompts import Prompts
from bot.services.rate import Rate
from bot.services.search import Search
from bot.services.sources import Sources
from bot.services.subscriptions import Subscribing
from bot.services.transcripts import Transcripts
from bot.services.usage import Usage
from bot.slack.workspace import Workspaces
from bot.store.presence import Presence
from bot.workflows.deed import DeedWorkflow
from bot.workflows.experts import Experts
from bot.workflows.interrupts import Interrupts
from bot.workflows.job_cards import JobCards
from bot.workflows.keep import Keeper
from bot.workflows.missed import MissedWorkflow
from bot.workflows.notify import NotifyWorkflow
from bot.workflows.share import Sharing
from bot.workflows.stopping import Stopping
from bot.workflows.turn import TurnWorkflow
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases that a verb may call; all that a verb is given of the bot."""

    actions: ActionItems
    answers: Answers
    audit: Audit
    call_changes: CallChanges
    calls: Calls
    call_search: CallSearch
    transcripts: Transcripts
    channels: ChannelSettings
    clusters: Clusters
    documents: Documents
    experts: Experts
    feedback: Feedback
    finetune: FineTuning
    grants: Granting
    groups: Groups
    insights: Insights
    job_cards: JobCards
    jobs: JobBoard
    keeper: Keeper
    models: Models
    search: Search
    sharing: Sharing
    sources: Sources
    stopping: Stopping
    subscriptions: Subscribing
    usage: Usage


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
    remembering: Callable[[], Awaitable[None]]
    """Writes down which blocks Slack refuses, and reads what other processes learned of them."""
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
    home: HomeTab
    prompts: Prompts
    work: Work
    clock: Clock
