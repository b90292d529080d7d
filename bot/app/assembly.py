"""How the parts are joined: each is given only what it needs."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Self

import aiohttp

from bot.app.slack import fence, no_redirects
from bot.app.telnyx import CONNECTIONS, ask_service, proxied
from bot.runtime import Services, Work
from bot.services.access import Rights
from bot.services.answers import Answers
from bot.services.audit import Audit
from bot.services.calls import Calls
from bot.services.channels import ChannelSettings
from bot.services.clusters import Clusters
from bot.services.documents import Documents
from bot.services.feedback import Feedback
from bot.services.grants import Granting
from bot.services.insights import Insights
from bot.services.jobs import JobWatch
from bot.services.models import Models
from bot.services.prices import Prices
from bot.services.sources import Sources
from bot.services.summarize import Summaries
from bot.services.usage import Usage
from bot.slack.limits import Limits
from bot.slack.workspace import Workspace, Workspaces
from bot.store.channels import Channels
from bot.store.deeds import Deeds
from bot.store.feedback import Opinions
from bot.store.grants import Grants
from bot.store.interruptions import Interruptions
from bot.store.jobs import Jobs
from bot.store.messages import Messages
from bot.store.presence import Presence
from bot.store.replicas import Replica
from bot.store.response_urls import ResponseUrls, keys
from bot.store.storage import Storage
from bot.store.turns import Turns
from bot.store.usage import Usages
from bot.telnyx import Telnyx
from bot.workflows.answer import AnswerProducer
from bot.workflows.asked import Producer
from bot.workflows.deed import DeedWorkflow, Perform
from bot.workflows.engine import Engine
from bot.workflows.experts import Experts
from bot.workflows.heeding import ModeOf
from bot.workflows.interrupts import Interrupts
from bot.workflows.knowing import MayKnow
from bot.workflows.material import Material
from bot.workflows.messages import OwnMessages
from bot.workflows.missed import MissedWorkflow
from bot.workflows.news import News
from bot.workflows.notify import NotifyWorkflow
from bot.workflows.order import Order
from bot.workflows.producing import Producing
from bot.workflows.removed import ShareWorkflow
from bot.workflows.replies import Replies
from bot.workflows.share import Sharing
from bot.workflows.summarize import SummaryProducer
from bot.workflows.turn import TurnWorkflow
from config.settings import Settings
from handlers.ask import read_options


@dataclass(frozen=True, slots=True)
class Stores:
    """What outlives a restart, a repository for each noun."""

    turns: Turns
    deeds: Deeds
    interruptions: Interruptions
    urls: ResponseUrls
    jobs: Jobs
    messages: Messages
    presence: Presence
    channels: Channels
    grants: Grants
    opinions: Opinions
    usages: Usages

    @classmethod
    def of(cls, kept: Storage, settings: Settings, *, surely: Callable[[], float]) -> Self:
        """Return the repositories of the bot's database; ``surely`` is a time that has come."""
        given = settings.encryption_keys.get_secret_value() if settings.encryption_keys else None
        database = kept.database
        return cls(
            turns=Turns(database, settings.answers.retention_days * 86_400, surely=surely),
            deeds=Deeds(database, surely=surely),
            interruptions=Interruptions(database),
            urls=ResponseUrls(database, keys(given, settings.data_dir)),
            jobs=Jobs(database),
            messages=Messages(database, surely=surely),
            presence=Presence(database),
            channels=Channels(database),
            grants=Grants(database),
            opinions=Opinions(database),
            usages=Usages(database),
        )

    @property
    def housekeeping(self) -> tuple[Callable[[], Awaitable[int]], ...]:
        """Return what deletes what no one needs anymore."""
        return (
            self.urls.drop_expired,
            self.interruptions.drop_old,
            self.turns.drop_old,
            self.deeds.drop_words,
            self.deeds.expire_questions,
        )


@dataclass(frozen=True, slots=True)
class Floor:
    """What all durable work stands on."""

    engine: Engine
    order: Order
    workspaces: Workspaces
    stores: Stores


def session(replica: Replica | None) -> aiohttp.ClientSession:
    """Return the session for everything that goes to Slack."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=CONNECTIONS),
        trust_env=proxied(),
        middlewares=[no_redirects],
        trace_configs=[fence(replica)] if replica else None,
    )


def workspace(settings: Settings, http: aiohttp.ClientSession, replica: Replica | None) -> Workspace:
    """Return the workspace of the settings' token; replicas share what Slack allows it."""
    token = settings.slack.bot_token
    return Workspace.of_token(
        token.get_secret_value() if token else None,
        http,
        api_url=settings.slack.api_url,
        limits=Limits(sharers=lambda: replica.living if replica else 1),
        readers_max=settings.access.readers_max,
    )


def use_cases(
    settings: Settings,
    telnyx: Telnyx,
    workspaces: Workspaces,
    stores: Stores,
    rights: Rights,
) -> tuple[Services, Mapping[str, Producer]]:
    """Return what a verb may call, and what writes the answer of each kind of turn."""
    ask, models = ask_service(telnyx, settings)
    calls, prices = Calls(telnyx), Prices(models)
    answers = Answers(stores.turns, stores.messages, rights)
    services = Services(
        answers=answers,
        audit=Audit(stores.deeds),
        calls=calls,
        channels=channel_settings(
            settings, telnyx, models, workspaces=workspaces, stores=stores, rights=rights
        ),
        clusters=Clusters(telnyx),
        documents=Documents(telnyx),
        experts=Experts(workspaces=workspaces, messages=stores.messages, rights=rights),
        feedback=Feedback(answers, stores.opinions, stores.usages, prices),
        grants=Granting(telnyx, stores.grants, settings.access, rights.forget),
        insights=Insights(telnyx),
        models=models,
        sharing=Sharing(workspaces=workspaces, turns=stores.turns, messages=stores.messages, rights=rights),
        sources=Sources(telnyx, answers),
        usage=Usage(stores.usages, prices),
        jobs_channel=settings.jobs.channel,
    )
    summaries = Summaries(telnyx, calls, models, settings.answers.temperature)
    return services, {
        "ask": AnswerProducer(ask, Material(stores.turns, workspaces, rights, read_options), rights),
        "summary": SummaryProducer(summaries),
    }


def channel_settings(
    settings: Settings,
    telnyx: Telnyx,
    models: Models,
    *,
    workspaces: Workspaces,
    stores: Stores,
    rights: Rights,
) -> ChannelSettings:
    """Return what shows and changes how a channel is set."""
    return ChannelSettings(
        telnyx,
        models,
        channels=stores.channels,
        grants=stores.grants,
        answers=settings.answers,
        access=settings.access,
        about=rights.about,
        directory=workspaces.of,
        forget=rights.forget,
    )


def durable_work(
    floor: Floor,
    settings: Settings,
    producing: Producing,
    interrupts: Interrupts,
    *,
    mode: ModeOf,
    perform: Perform,
    watch: JobWatch,
    rights: Rights,
) -> Work:
    """Return durable work of each kind."""
    engine, order, workspaces, stores = floor.engine, floor.order, floor.workspaces, floor.stores
    turns = TurnWorkflow(
        engine=engine,
        turns=stores.turns,
        urls=stores.urls,
        workspaces=workspaces,
        replies=Replies(workspaces, stores.turns, stores.urls, stores.messages),
        order=order,
        interrupts=interrupts,
        producing=producing,
        mode=mode,
    )
    deeds = _deeds(floor, perform)
    ShareWorkflow(deeds)  # registered, so what a release before left is finished
    per_minute = settings.limits.questions_per_minute
    return Work(
        turns=turns,
        deeds=deeds,
        notices=NotifyWorkflow(engine, _news(floor, watch, rights), order),
        interrupts=interrupts,
        missed=MissedWorkflow(engine, workspaces, stores.turns, turns, per_minute=per_minute),
    )


def _news(floor: Floor, watch: JobWatch, rights: Rights) -> News:
    """Return the news of jobs."""
    own = OwnMessages(floor.workspaces.only.posts, floor.stores.messages)
    may_know = MayKnow(rights, floor.workspaces)
    return News(floor.stores.jobs, own, watch.not_embedded, may_know=may_know)


def _deeds(floor: Floor, perform: Perform) -> DeedWorkflow:
    return DeedWorkflow(
        engine=floor.engine,
        order=floor.order,
        deeds=floor.stores.deeds,
        urls=floor.stores.urls,
        workspaces=floor.workspaces,
        perform=perform,
    )
