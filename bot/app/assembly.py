"""How the parts are joined: each is given only what it needs."""

from dataclasses import dataclass

import aiohttp

from bot.app.slack import fence, no_redirects
from bot.app.stores import Stores
from bot.app.telnyx import CONNECTIONS, ask_service, proxied, retrieval
from bot.runtime import Services, Work
from bot.services.access import Rights
from bot.services.access.wider import Wider
from bot.services.action_items import ActionItems
from bot.services.answers import Answers
from bot.services.ask import Ask
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
from bot.services.insights import Insights
from bot.services.jobs import KINDS, JobWatch
from bot.services.jobs.board import JobBoard
from bot.services.keeping import Keeping
from bot.services.models import Models
from bot.services.prices import Prices
from bot.services.search import Search
from bot.services.sources import Sources
from bot.services.subscriptions import Subscribing
from bot.services.transcripts import Transcripts
from bot.services.usage import Usage
from bot.slack.limits import Limits
from bot.slack.workspace import Workspace, Workspaces
from bot.store.replicas import Replica
from bot.telnyx import Telnyx
from bot.workflows.deed import DeedWorkflow, Perform
from bot.workflows.engine import Engine
from bot.workflows.experts import Experts
from bot.workflows.heeding import ModeOf
from bot.workflows.interrupts import Interrupts
from bot.workflows.job_cards import JobCards
from bot.workflows.keep import Keeper
from bot.workflows.knowing import Knowing
from bot.workflows.messages import OwnMessages
from bot.workflows.missed import MissedWorkflow
from bot.workflows.news import News
from bot.workflows.notify import NotifyWorkflow
from bot.workflows.order import Order
from bot.workflows.producing import Producing
from bot.workflows.removed import ShareWorkflow
from bot.workflows.replies import Replies
from bot.workflows.share import Sharing
from bot.workflows.stopping import Stopping
from bot.workflows.targets import Targets
from bot.workflows.turn import TurnWorkflow
from config.settings import Settings


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
        cookie_jar=aiohttp.DummyCookieJar(),  # the token says who we are
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
    *,
    interrupts: Interrupts,
) -> tuple[Services, Ask]:
    """Return what a verb may call, and the service behind every question. Answers and searches share one list of buckets."""
    ask, models = ask_service(telnyx, settings, found := retrieval(telnyx, settings))
    calls, prices, answers = Calls(telnyx), Prices(models), Answers(stores.turns, stores.messages, rights)
    return Services(
        actions=ActionItems(stores.items, lambda team, user: workspaces.of(team).people.names(user)),
        answers=answers,
        audit=Audit(stores.deeds),
        call_changes=CallChanges(telnyx, calls),
        calls=calls,
        call_search=CallSearch(telnyx, calls, settings.calls.collection),
        transcripts=Transcripts(calls, rights),
        channels=_channels(settings, telnyx, models, workspaces=workspaces, stores=stores, rights=rights),
        clusters=Clusters(telnyx, rights),
        documents=Documents(telnyx),
        experts=Experts(workspaces=workspaces, messages=stores.messages, rights=rights),
        feedback=Feedback(answers, stores.opinions, stores.usages, prices),
        finetune=FineTuning(telnyx, models),
        grants=Granting(telnyx, stores.grants, settings.access, rights.forget),
        groups=Groups(telnyx),
        insights=Insights(telnyx),
        job_cards=_job_cards(settings, workspaces, stores, rights),
        jobs=JobBoard(stores.jobs, stores.polls, stores.marks, telnyx),
        keeper=_keeper(settings, telnyx, workspaces, stores, rights),
        models=models,
        search=Search(found, rights),
        sharing=Sharing(workspaces=workspaces, turns=stores.turns, messages=stores.messages, rights=rights),
        sources=Sources(telnyx, answers),
        stopping=Stopping(stores.turns, interrupts),
        subscriptions=_subscribing(settings, telnyx, workspaces, stores, rights),
        usage=Usage(stores.usages, prices),
    ), ask


def job_watch(settings: Settings, telnyx: Telnyx, stores: Stores, targets: Targets) -> JobWatch:
    """Return what looks at jobs."""
    period, heard = settings.jobs.poll_seconds, targets.heard
    return JobWatch(telnyx, stores.jobs, stores.polls, kinds=KINDS, period=period, heard=heard)


def _job_cards(settings: Settings, workspaces: Workspaces, stores: Stores, rights: Rights) -> JobCards:
    """Return what draws the cards of jobs."""
    knowing = Knowing(rights, workspaces)
    return JobCards(
        jobs=stores.jobs,
        polls=stores.polls,
        marks=stores.marks,
        workspaces=workspaces,
        messages=stores.messages,
        targets=Targets(stores.jobs, stores.subscriptions, knowing, settings.jobs.channel),
        knowing=knowing,
        kinds=KINDS,
    )


def _subscribing(
    settings: Settings, telnyx: Telnyx, workspaces: Workspaces, stores: Stores, rights: Rights
) -> Subscribing:
    """Return what subscribes places to news of jobs."""

    async def joined(team: str, channel: str) -> bool:
        return await workspaces.of(team).places.joined(channel)

    return Subscribing(telnyx, stores.subscriptions, rights, joined=joined, channel=settings.jobs.channel)


def _keeper(
    settings: Settings, telnyx: Telnyx, workspaces: Workspaces, stores: Stores, rights: Rights
) -> Keeper:
    """Return what keeps threads and files of Slack's as documents."""
    wider = Wider(stores.grants, settings.access, workspaces.of)
    return Keeper(workspaces=workspaces, keeping=Keeping(telnyx, wider, rights, workspaces.of))


def _channels(
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
    cards: JobCards,
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
        notices=NotifyWorkflow(engine, _news(floor, watch, cards), order),
        interrupts=interrupts,
        missed=MissedWorkflow(engine, workspaces, stores.turns, turns, per_minute=per_minute),
    )


def _news(floor: Floor, watch: JobWatch, cards: JobCards) -> News:
    """Return the news of jobs."""
    own = OwnMessages(floor.workspaces.only.posts, floor.stores.messages)
    return News(floor.stores.jobs, own, cards, watch.not_embedded)


def _deeds(floor: Floor, perform: Perform) -> DeedWorkflow:
    return DeedWorkflow(
        engine=floor.engine,
        order=floor.order,
        deeds=floor.stores.deeds,
        urls=floor.stores.urls,
        workspaces=floor.workspaces,
        perform=perform,
    )
