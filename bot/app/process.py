"""The running process: opens resources, builds the runtime, starts and stops everything in order."""

import asyncio
import gc
import os
import signal
from contextlib import AsyncExitStack
from functools import partial

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.slack import bolt_app, fence, no_redirects
from bot.app.telnyx import CONNECTIONS, TelnyxSeen, ask_service, check_key, proxied, telnyx_client
from bot.errors import NotNowError, OutcomeUnknownError
from bot.inbound import http as web
from bot.inbound.socket_mode import SocketMode
from bot.jobs.scheduler import keep_time, schedule
from bot.observability.health import Health, State
from bot.observability.outage import Outage
from bot.runtime import Clock, Me, Runtime, Services, Work, Workspace
from bot.services.answers import Answers
from bot.services.calls import Calls
from bot.services.clusters import Clusters
from bot.services.documents import Documents
from bot.services.insights import Insights
from bot.services.jobs import JobWatch
from bot.services.rate import Rate
from bot.services.summaries import Summaries
from bot.slack.api import SlackApi
from bot.slack.codes import code_of
from bot.slack.limits import Budget
from bot.slack.reading.attached import Attachments
from bot.slack.reading.channels import Places
from bot.slack.reading.people import People
from bot.slack.reading.threads import Threads
from bot.slack.ways import Ways
from bot.slack.writing.files import Files
from bot.slack.writing.posts import Posts
from bot.slack.writing.status_line import StatusLine
from bot.slack.writing.stop_button import Sessions
from bot.store.deeds import Deeds
from bot.store.inputs import Inputs
from bot.store.interruptions import Interruptions
from bot.store.jobs import Jobs
from bot.store.presence import Presence
from bot.store.response_urls import ResponseUrls, keys
from bot.store.starting import starting
from bot.store.storage import storage
from bot.store.turns import Turns
from bot.telnyx import Telnyx
from bot.workflows.answer import AnswerProducer, Rights
from bot.workflows.asked import Producer
from bot.workflows.deed import DeedWorkflow
from bot.workflows.engine import Engine
from bot.workflows.interrupts import Interrupts
from bot.workflows.material import Material
from bot.workflows.missed import MissedWorkflow
from bot.workflows.news import News
from bot.workflows.notify import NotifyWorkflow
from bot.workflows.order import Order
from bot.workflows.producing import Producing
from bot.workflows.removed import ShareWorkflow
from bot.workflows.replies import Replies
from bot.workflows.share import Sharing
from bot.workflows.summary import SummaryProducer
from bot.workflows.turn import TurnWorkflow
from config.settings import Settings
from handlers.ask import read_options
from handlers.perform import Performer

log = structlog.get_logger(__name__)

TOKEN_SECONDS = 10.0
ASK_SECONDS = 1.0
YOUNG_OBJECTS = 10_000
"""New objects between two looks of the garbage collector; Python's 700 is for programs that hold less."""
TAKEN_OVER = 75
"""Exit status of a process whose work another one has taken over (EX_TEMPFAIL: start it again)."""


class Bot:
    """The running process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stop = asyncio.Event()
        self._me: Me | None = None
        self.health = Health(needed=("database", "engine", "slack"))

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then end well: no new work, time for what runs, the rest is durable.

        Raises:
            StartError: the database, DATA_DIR, REPLICA_ID, or the port (HTTP mode) can't be used.
        """
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, self._stop.set)
        for host in self._settings.foreign_hosts():
            log.warning("not_the_real_service", setting=host, meaning="it receives the keys")
        async with AsyncExitStack() as stack:
            runtime = await self._build(stack)
            await self._begin(stack, runtime)
            _leave_alone_what_stays()
            log.info("running", mode="socket" if self._settings.slack.socket_mode else "http")
            await self._stop.wait()
            log.info("stopping")

    async def _build(self, stack: AsyncExitStack) -> Runtime:
        """Resources first, then services, then durable work, each given only what it needs."""
        settings = self._settings
        kept = await stack.enter_async_context(storage(settings, on_lost=_end_at_once))
        self.health.watch("database", kept.writable.state)
        telnyx = await self._telnyx(stack)
        http = await stack.enter_async_context(
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                trust_env=proxied(),
                middlewares=[no_redirects],
                trace_configs=[fence(kept.replica)] if kept.replica else None,
            )
        )
        token = settings.slack.bot_token
        client = AsyncWebClient(
            token=token.get_secret_value() if token else None,
            base_url=settings.slack.api_url,
            session=http,
            retry_handlers=[],  # the default repeats posts whose answer was lost, and they would show twice
        )
        replica = kept.replica
        api = SlackApi(client, Budget(sharers=lambda: replica.living if replica else 1))
        surely, jobs = api.time.at_least, Jobs(kept.database)
        turns = Turns(kept.database, settings.answers.retention_days * 86_400, surely=surely)
        interruptions = Interruptions(kept.database)
        given = settings.encryption_keys.get_secret_value() if settings.encryption_keys else None
        urls = ResponseUrls(kept.database, keys(given, settings.data_dir))
        posts, status = Posts(api), StatusLine(api)
        people = People(api)
        rights = Rights(people, Places(api, people), settings.access)
        ask, models = ask_service(telnyx, settings)
        calls = Calls(telnyx)
        engine = Engine(kept.engine, executor_id=kept.executor_id, others=kept.replica)
        order, rate = Order(), Rate(settings.limits.questions_per_minute)
        material = Material(turns, Threads(api, people), people, Attachments(api, http), read_options)
        producers: dict[str, Producer] = {
            "ask": AnswerProducer(ask, material, rights),
            "summary": SummaryProducer(Summaries(telnyx, calls, models, settings.answers.temperature)),
        }
        interrupts = Interrupts(interruptions, turns, Inputs(kept.engine).erase)
        answers = TurnWorkflow(
            engine=engine,
            turns=turns,
            urls=urls,
            replies=Replies(api, http, turns, urls, status),
            status=status,
            order=order,
            interrupts=interrupts,
            sessions=Sessions(api),
            producing=Producing(producers, rights.asker, rate, settings.answers.max_seconds),
        )
        ways = Ways(api, http)
        services = Services(
            answers=Answers(turns),
            calls=calls,
            clusters=Clusters(telnyx),
            documents=Documents(telnyx),
            insights=Insights(telnyx),
            models=models,
            sharing=Sharing(api=api, posts=posts, turns=turns, rights=rights),
            jobs_channel=settings.jobs.channel,
        )
        kept_deeds = Deeds(kept.database, surely=surely)
        deeds = DeedWorkflow(
            engine=engine,
            order=order,
            deeds=kept_deeds,
            urls=urls,
            ways=ways,
            files=Files(api, http),
            perform=Performer(services, rights.of).deed,
        )
        ShareWorkflow(deeds)  # registered, so what a release before left is finished
        watch = JobWatch(telnyx, jobs, settings.jobs.poll_seconds)
        notices = NotifyWorkflow(engine, News(jobs, posts, watch.not_embedded), order)
        missed = MissedWorkflow(engine, api, turns, answers, per_minute=settings.limits.questions_per_minute)
        stack.push_async_callback(engine.close, settings.limits.stop_seconds)
        with starting(kept.place):
            left = await engine.launch()
        for work_id, data in left:
            kind = work_id.partition(":")[0]
            if kind == "job":
                notices.expect(data)
            elif kind in ("turn", "cmd", "view", "again"):  # other work stands in no line
                answers.expect(data)
        order.begin()
        if kept.replica is not None:
            following = asyncio.create_task(interrupts.follow())
            stack.callback(following.cancel)
        self.health.set("engine", True, "launched")
        return Runtime(
            settings=settings,
            health=self.health,
            rate=rate,
            workspace=Workspace(api, http, rights, ways, lambda: self._me),
            services=services,
            work=Work(answers, deeds, notices, interrupts, missed),
            clock=Clock(
                watch,
                Presence(kept.database),
                (
                    engine.forget_ended,
                    urls.drop_expired,
                    interruptions.drop_old,
                    turns.drop_old,
                    kept_deeds.drop_words,
                    kept_deeds.expire_questions,
                ),
            ),
        )

    async def _telnyx(self, stack: AsyncExitStack) -> Telnyx:
        seen = TelnyxSeen()
        self.health.watch("telnyx", seen.state)
        telnyx = await stack.enter_async_context(telnyx_client(self._settings, on_call=seen.note))
        checking = asyncio.create_task(check_key(telnyx))
        stack.callback(checking.cancel)
        return telnyx

    async def _begin(self, stack: AsyncExitStack, runtime: Runtime) -> None:
        """Take work in, last of all; what is pushed here is stopped first."""
        settings = self._settings
        scheduler = schedule(runtime)
        scheduler.start()
        stack.callback(scheduler.shutdown, wait=False)
        timekeeper = asyncio.create_task(keep_time(scheduler))
        stack.callback(timekeeper.cancel)
        socket_mode = settings.slack.socket_mode
        app = bolt_app(settings, runtime)
        secret = settings.slack.signing_secret
        try:
            listener = await web.serve(
                self.health,
                None if socket_mode else app,
                secret.get_secret_value() if secret else "",
                settings.port,
            )
            stack.push_async_callback(listener.close)
        except web.PortInUseError:
            if not socket_mode:
                raise
            log.warning("no_probes", reason=f"port {settings.port} is in use", fix="set PORT to a free port")
        checker = asyncio.create_task(self._check_token(runtime.workspace.api))
        stack.callback(checker.cancel)
        token = settings.slack.app_token
        if token:
            socket = SocketMode(
                app,
                runtime.workspace.http,
                token.get_secret_value(),
                silent_seconds=settings.slack.silent_seconds,
            )
            self.health.watch("slack", socket.state)
            stack.push_async_callback(socket.close)
            socket.begin()
        else:
            self.health.set("slack", True, "waiting for Slack's requests")

    async def _check_token(self, api: SlackApi) -> None:
        """Say early, and in words, that the token is wrong, until it is right. Nothing else waits for this."""
        refusal = Outage("slack_refuses_the_token", "slack_takes_the_token")
        while True:
            try:
                me = await api.call("auth.test", patience=ASK_SECONDS)
            except (SlackApiError, NotNowError) as error:
                code = code_of(error) if isinstance(error, SlackApiError) else error.code
                refusal.seen(error=code, fix="check SLACK_BOT_TOKEN; `bot check` shows the details")
                self.health.set("slack_token", False, code)
            except OutcomeUnknownError:
                self.health.set("slack_token", False, "Slack didn't answer")
            else:
                refusal.gone()
                self._me = Me(me["team_id"], me["user_id"])
                self.health.watch("slack_token", partial(_token, api))
                return
            await asyncio.sleep(TOKEN_SECONDS)


def _token(api: SlackApi) -> State:
    return not api.token_refused, api.token_refused or "accepted"


def _leave_alone_what_stays() -> None:
    """Spare the garbage collector what lives as long as the process: most of the memory is modules and their classes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


def _end_at_once() -> None:
    """Another process has taken over this one's work: whatever is still running here must not be seen."""
    os._exit(TAKEN_OVER)
