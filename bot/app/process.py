"""The running process: opens resources, builds the runtime, starts and stops everything in order."""

import asyncio
import contextlib
import os
import signal
from contextlib import AsyncExitStack

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from bot import web
from bot.app.slack import bolt_app, fence
from bot.app.telnyx import CONNECTIONS, ask_service, telnyx_client
from bot.jobs.scheduler import schedule
from bot.observability.health import Health
from bot.runtime import Runtime
from bot.services.calls import Calls
from bot.services.jobs import JobWatch
from bot.services.rate import Rate
from bot.services.summaries import Summaries
from bot.slack.api import OutcomeUnknownError, SlackApi, code_of
from bot.slack.budget import Budget
from bot.slack.people import People
from bot.slack.poster import Poster
from bot.slack.threads import Threads
from bot.store.jobs import Jobs
from bot.store.response_urls import ResponseUrls, keys
from bot.store.storage import storage
from bot.store.turns import Turns
from bot.workflows.action import ShareWorkflow
from bot.workflows.answer import AnswerProducer, Rights
from bot.workflows.engine import Engine
from bot.workflows.notify import NotifyWorkflow
from bot.workflows.order import Order
from bot.workflows.summary import SummaryProducer
from bot.workflows.turn import Producer, TurnWorkflow
from config.settings import Settings

log = structlog.get_logger(__name__)

WATCH_SECONDS = 1.0
UNEASY_SECONDS = 5.0
"""A socket that is closed for longer is worth a line in the log; Slack asks for a new one every few hours."""
TOKEN_SECONDS = 10.0
TAKEN_OVER = 75
"""Exit status of a process whose work another one has taken over (EX_TEMPFAIL: start it again)."""


class Bot:
    """The running process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stop = asyncio.Event()
        self.health = Health(expected=("engine", "slack"))

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then end well: no new work, time for what runs, the rest is durable.

        Raises:
            DatabaseInUseError: another process works in this DATA_DIR.
            DuplicateReplicaError: another process has this REPLICA_ID.
            PortInUseError: somebody else listens on the port (HTTP mode).
        """
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, self._stop.set)
        for host in self._settings.foreign_hosts():
            log.warning("not_the_real_service", setting=host, meaning="it receives the keys")
        if self._settings.metrics_port is not None:
            log.warning(
                "setting_without_effect", setting="METRICS_PORT", meaning="this release exports no metrics"
            )
        async with AsyncExitStack() as stack:
            runtime = await self._build(stack)
            await self._begin(stack, runtime)
            log.info("running", mode="socket" if self._settings.slack.socket_mode else "http")
            await self._stop.wait()
            log.info("stopping")

    async def _build(self, stack: AsyncExitStack) -> Runtime:
        """Resources first, then services, then durable work, each given only what it needs."""
        settings = self._settings
        kept = await stack.enter_async_context(storage(settings, on_lost=_end_at_once))
        telnyx = await stack.enter_async_context(telnyx_client(settings))
        http = await stack.enter_async_context(
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                trust_env=True,
                trace_configs=[fence(kept.replica)] if kept.replica else [],
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
        turns, jobs = Turns(kept.database), Jobs(kept.database)
        given = settings.encryption_keys.get_secret_value() if settings.encryption_keys else None
        urls = ResponseUrls(kept.database, keys(given, settings.data_dir))
        poster = Poster(api, http, turns, urls)
        rights = Rights(People(api), settings.access)
        ask, models = ask_service(telnyx, settings)
        calls = Calls(telnyx)
        engine = Engine(kept.engine, executor_id=kept.executor_id, others=kept.replica)
        order = Order()
        temperature = settings.answers.temperature
        producers: dict[str, Producer] = {
            "ask": AnswerProducer(ask, turns, Threads(api), rights),
            "summary": SummaryProducer(Summaries(telnyx, calls, models, temperature), rights),
        }
        answers = TurnWorkflow(
            engine=engine, turns=turns, urls=urls, poster=poster, order=order, producers=producers
        )
        shares = ShareWorkflow(
            engine=engine,
            order=order,
            api=api,
            http=http,
            poster=poster,
            turns=turns,
            urls=urls,
            rights=rights,
        )
        notices = NotifyWorkflow(engine, jobs, poster, order)
        stack.push_async_callback(engine.close, settings.limits.stop_seconds)
        for work_id, data in await engine.launch():
            kind = work_id.partition(":")[0]
            if kind == "job":
                notices.expect(data)
            elif kind in ("turn", "cmd", "again"):  # other work stands in no line
                answers.expect(data)
        order.begin()
        self.health.set("engine", True, "launched")
        watch = JobWatch(telnyx, jobs, settings.jobs.poll_seconds)
        return Runtime(
            settings,
            api,
            http,
            self.health,
            turns,
            urls,
            rights,
            Rate(settings.limits.questions_per_minute),
            calls,
            watch,
            answers,
            shares,
            notices,
            engine.forget_ended,
        )

    async def _begin(self, stack: AsyncExitStack, runtime: Runtime) -> None:
        """Take work in, last of all; what is pushed here is stopped first."""
        settings = self._settings
        scheduler = schedule(runtime)
        scheduler.start()
        stack.callback(scheduler.shutdown, wait=False)
        app = bolt_app(settings, runtime)
        socket_mode = settings.slack.socket_mode
        try:
            runner = await web.serve(
                web.application(self.health, None if socket_mode else app), settings.port
            )
            stack.push_async_callback(runner.cleanup)
        except web.PortInUseError:
            if not socket_mode:
                raise
            log.warning("no_probes", reason=f"port {settings.port} is in use", cure="set PORT to a free port")
        checker = asyncio.create_task(self._check_token(runtime.slack))
        stack.callback(checker.cancel)
        if socket_mode:
            await self._connect(stack, app)
        else:
            self.health.set("slack", True, "waiting for Slack's requests")

    async def _connect(self, stack: AsyncExitStack, app: AsyncApp) -> None:
        """Open the socket; the client itself tries for ever and reconnects."""
        token = self._settings.slack.app_token
        handler = AsyncSocketModeHandler(app, token.get_secret_value() if token else "")
        stack.push_async_callback(handler.close_async)
        watcher = asyncio.create_task(self._watch_socket(handler.client))
        stack.callback(watcher.cancel)
        connecting = asyncio.create_task(handler.connect_async())  # type: ignore[no-untyped-call] # slack_bolt has no type there
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait({connecting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not connecting.done():
            connecting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await connecting

    async def _watch_socket(self, client: SocketModeClient) -> None:
        """Tell /ready how the socket is; say once in the log that it is not open, and once that it is."""
        connected, since = True, 0.0
        while True:
            now = await client.is_connected()
            since = 0.0 if now else since + WATCH_SECONDS
            self.health.set("slack", now, "connected" if now else "the socket is not open")
            if connected and since >= UNEASY_SECONDS:
                connected = False
                log.warning(
                    "socket_not_open", cure="check SLACK_APP_TOKEN and the network; `bot check` tells more"
                )
            elif now and not connected:
                connected = True
                log.info("socket_open_again")
            await asyncio.sleep(WATCH_SECONDS)

    async def _check_token(self, api: SlackApi) -> None:
        """Say early, and in words, that the token is wrong, until it is right. Nothing else waits for this."""
        while True:
            try:
                me = await api.call("auth.test")
            except SlackApiError as error:
                log.warning(
                    "slack_refuses_the_token",
                    error=code_of(error),
                    cure="check SLACK_BOT_TOKEN; `bot check` tells more",
                )
                self.health.set("slack_token", False, code_of(error))
            except OutcomeUnknownError:
                self.health.set("slack_token", False, "Slack did not answer")
            else:
                self.health.set("slack_token", True, f"{me.get('user')} in {me.get('team')}")
                return
            await asyncio.sleep(TOKEN_SECONDS)


def _end_at_once() -> None:
    """Another process has taken over this one's work: whatever is still running here must not be seen."""
    os._exit(TAKEN_OVER)
