"""The running process: opens resources, builds the runtime, starts and stops everything in order."""

import asyncio
import gc
import os
import signal
from contextlib import AsyncExitStack
from functools import partial

import structlog
from slack_sdk.errors import SlackApiError

from bot.app.assembly import Floor, durable_work, job_watch, session, use_cases, workspace
from bot.app.greeting import greeting
from bot.app.producers import producers
from bot.app.slack import bolt_app
from bot.app.stores import Stores
from bot.app.telnyx import TelnyxSeen, check_key, telnyx_client
from bot.errors import NotNowError, OutcomeUnknownError
from bot.inbound import http as web
from bot.inbound.socket_mode import SocketMode
from bot.jobs.scheduler import keep_time, schedule
from bot.observability.health import Health, State
from bot.observability.outage import Outage
from bot.runtime import Clock, Runtime, Work
from bot.services.access import Rights
from bot.services.rate import Rate
from bot.slack.api import SlackApi
from bot.slack.codes import code_of
from bot.slack.workspace import Me, Workspace, Workspaces
from bot.store.inputs import Inputs
from bot.store.starting import starting
from bot.store.storage import Storage, storage
from bot.telnyx import Telnyx
from bot.workflows.engine import Engine
from bot.workflows.interrupts import Interrupts
from bot.workflows.order import Order
from bot.workflows.producing import Producing
from bot.workflows.transcribe import LONGER
from config.settings import Settings
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
        http = await stack.enter_async_context(session(kept.replica))
        workspaces = Workspaces(workspace(settings, http, kept.replica))
        stores = Stores.of(kept, settings, surely=workspaces.only.api.time.at_least)
        rights = Rights(workspaces.of, stores.channels, stores.grants, settings.access)
        interrupts = Interrupts(stores.interruptions, stores.turns, Inputs(kept.engine).erase)
        services, ask = use_cases(settings, telnyx, workspaces, stores, rights, interrupts=interrupts)
        written = producers(telnyx, settings, workspaces, stores, rights, ask=ask, services=services)
        home, prompts = greeting(settings, telnyx, stores, rights, services=services, directory=workspaces.of)
        rate = Rate(settings.limits.questions_per_minute)
        engine = Engine(kept.engine, executor_id=kept.executor_id, peers=kept.replica)
        making = Producing(written, rights.of, rate, settings.answers.max_seconds, longer=LONGER)
        cards = services.job_cards
        watch = job_watch(settings, telnyx, stores, cards.targets)
        floor = Floor(engine, Order(), workspaces, stores)
        perform = Performer(services, rights.of).deed
        work = durable_work(
            floor, settings, making, interrupts, mode=rights.mode, perform=perform, watch=watch, cards=cards
        )
        remembering = partial(workspaces.only.api.ladder.keep, stores.refused_blocks)
        with starting(kept.place):
            await remembering()
        await self._launch(stack, floor, work, kept)
        return Runtime(
            settings=settings,
            health=self.health,
            rate=rate,
            workspaces=workspaces,
            rights=rights,
            services=services,
            home=home,
            prompts=prompts,
            work=work,
            clock=Clock(watch, stores.presence, remembering, (engine.forget_ended, *stores.housekeeping)),
        )

    async def _launch(self, stack: AsyncExitStack, floor: Floor, work: Work, kept: Storage) -> None:
        """Start the engine; what an earlier process left goes on at once, each piece in its old place."""
        stack.push_async_callback(floor.engine.close, self._settings.limits.stop_seconds)
        with starting(kept.place):
            left = await floor.engine.launch()
        expect = {"turn": work.turns.expect, "notify": work.notices.expect}  # other work stands in no line
        for name, _, data in left:
            if name in expect:
                expect[name](data)
        floor.order.begin()
        if kept.replica is not None:
            following = asyncio.create_task(work.interrupts.follow())
            stack.callback(following.cancel)
        self.health.set("engine", True, "launched")

    async def _telnyx(self, stack: AsyncExitStack) -> Telnyx:
        seen = TelnyxSeen()
        self.health.watch("telnyx", seen.state)
        telnyx = await stack.enter_async_context(telnyx_client(self._settings, on_exchange=seen.note))
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
        checker = asyncio.create_task(self._check_token(runtime.workspaces.only))
        stack.callback(checker.cancel)
        token = settings.slack.app_token
        if token:
            socket = SocketMode(
                app,
                runtime.workspaces.only.http,
                token.get_secret_value(),
                silent_seconds=settings.slack.silent_seconds,
            )
            self.health.watch("slack", socket.state)
            stack.push_async_callback(socket.close)
            socket.begin()
        else:
            self.health.set("slack", True, "waiting for Slack's requests")

    async def _check_token(self, workspace: Workspace) -> None:
        """Say early, and in words, that the token is wrong, until it is right. Nothing else waits for this."""
        refusal = Outage("slack_refuses_the_token", "slack_takes_the_token")
        while True:
            try:
                me = await workspace.api.call("auth.test", patience=ASK_SECONDS)
            except (SlackApiError, NotNowError) as error:
                code = code_of(error) if isinstance(error, SlackApiError) else error.code
                refusal.seen(error=code, fix="check SLACK_BOT_TOKEN; `bot check` shows the details")
                self.health.set("slack_token", False, code)
            except OutcomeUnknownError:
                self.health.set("slack_token", False, "Slack didn't answer")
            else:
                refusal.gone()
                workspace.me = Me(me["team_id"], me["user_id"], str(me.get("url") or ""))
                workspace.api.ladder.team = workspace.me.team
                self.health.watch("slack_token", partial(_token, workspace.api))
                return
            await asyncio.sleep(TOKEN_SECONDS)


def _token(api: SlackApi) -> State:
    return not api.token_refused, api.token_refused or "accepted"


def _leave_alone_what_stays() -> None:
    """Spare the garbage collector what lives as long as the process: most of the memory is modules and their classes.

    What little garbage a start leaves stays too: to look for it is a tenth of the start.
    """
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
    gc.enable()  # see bot/__main__.py


def _end_at_once() -> None:
    """Another process has taken over this one's work: whatever is still running here must not be seen."""
    os._exit(TAKEN_OVER)
