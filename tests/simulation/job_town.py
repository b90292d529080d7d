"""Processes of the bot that watch the jobs of one account, on one store, beside both stand-ins; and everything that can go wrong around them."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import cast

import aiohttp
import httpx
import sqlalchemy as sa
from aiohttp import web
from dbos._dbos import _get_or_create_dbos_registry

from bot.jobs.watcher import Watcher
from bot.observability.health import Health
from bot.services.access import Rights
from bot.services.jobs import JobWatch
from bot.services.jobs.kinds import KINDS
from bot.slack.api import SlackApi
from bot.slack.limits import Limits
from bot.slack.time_of_day import TimeOfDay
from bot.slack.workspace import Me, Workspace, Workspaces
from bot.store.channels import Channels
from bot.store.database import Database
from bot.store.grants import Grants
from bot.store.job_marks import Marks
from bot.store.jobs import Jobs
from bot.store.messages import Messages
from bot.store.polls import Polls
from bot.store.subscriptions import Subscriptions
from bot.telnyx import RetryPolicy, Telnyx
from bot.workflows.engine import Engine
from bot.workflows.job_cards import JobCards
from bot.workflows.knowing import Knowing
from bot.workflows.messages import OwnMessages
from bot.workflows.news import News
from bot.workflows.notify import NotifyWorkflow
from bot.workflows.order import Order
from bot.workflows.targets import Targets
from config.access import AccessSettings
from handlers.manifest import manifest
from sandbox.clock import SandboxClock
from sandbox.slack import SlackStandIn
from sandbox.slack.world import BOT_USER, Channel, Human, World, default_world
from sandbox.telnyx import TelnyxStandIn
from tests.loopback import PLAIN
from tests.simulation.plans import Account, Plan
from tests.simulation.starter import Ledger, Luck, Starter
from tests.simulation.timelapse import now
from tests.simulation.town import EPOCH
from tests.simulation.wires import Line, Sky, Watched
from tests.unit.bot.conftest import served

JOBS, TEAM, KEY = "C0JOBS", "T0ACME", "KEY-of-these-tests"
POLL_SECONDS = 120.0
TICK_SECONDS = 120.0
SELDOM = 20.0
"""So much less often than in a real process one who waits for another's card looks at it: a look is a query."""
AWAKE_SECONDS = 30.0
"""After this a successor takes up what a process left."""
PEOPLE = tuple(f"U0P{number:02}" for number in range(39))


class Replica:
    """One process of the bot, as far as jobs go."""

    def __init__(self, town: "JobTown", name: str) -> None:
        self.name, self._town = name, town
        steady = now().time
        wire = Watched(
            token=town.slack.credentials.bot_token,
            base_url=f"{town.slack.root}/api/",
            session=town.http,
            retry_handlers=[],
        )
        wire.weather, wire.shown, wire.idle, wire.edits = town.sky, town.shown, town.idle, town.edits
        api = SlackApi(wire, Limits(steady, sharers=lambda: len(town.replicas)), clock=steady)
        api.time = TimeOfDay(town.clock, steady)
        workspace = Workspace(api, town.http)
        workspace.me = Me(TEAM, "U0BOT")
        workspaces = Workspaces(workspace)
        self.line = Line(town.sky, town.transport)
        http = httpx.AsyncClient(transport=self.line, trust_env=False)
        telnyx = Telnyx(http, api_key=KEY, base_url=f"{town.root}/telnyx/v2", retry=RetryPolicy(attempts=1))
        rights = Rights(
            workspaces.of, Channels(town.database), Grants(town.database), AccessSettings(calls="all")
        )
        self.starter = Starter(name, town.ledger)
        self.order = Order()
        jobs, messages = Jobs(town.database), Messages(town.database, surely=town.clock)
        knowing = Knowing(rights, workspaces)
        targets = Targets(jobs, Subscriptions(town.database), knowing, JOBS)
        cards = JobCards(
            jobs=jobs,
            marks=Marks(town.database),
            polls=Polls(town.database),
            workspaces=workspaces,
            messages=messages,
            targets=targets,
            knowing=knowing,
            kinds=KINDS,
            clock=town.clock,
            pause=lambda seconds: asyncio.sleep(SELDOM * seconds),
        )
        watch = JobWatch(
            telnyx, jobs, Polls(town.database), kinds=KINDS, period=town.poll, heard=targets.heard
        )
        own = OwnMessages(workspaces.only.posts, messages)
        news = News(jobs, own, cards, watch.not_embedded, steady=steady, clock=town.clock)
        _get_or_create_dbos_registry().instance_info_map.clear()
        self.notices = NotifyWorkflow(cast("Engine", self.starter), news, self.order)
        self.watcher = Watcher(
            watch,
            self.notices,
            targets=targets.of,
            redraw=cards.redraw,
            elsewhere=cards.stands_elsewhere,
            health=Health(),
            clock=town.clock,
        )
        self.order.begin()
        self._ticking = asyncio.create_task(self._tick())

    def take_up(self) -> None:
        """Go on with what an earlier process of this name left."""
        left = self._town.ledger.left_by(self.name)
        for entry in left:
            self.notices.expect(json.loads(entry.data))
        for entry in left:
            self.starter.begin(entry, self.notices.run)

    def kill(self) -> None:
        """End at once, in the middle of everything."""
        self._ticking.cancel()
        self.starter.kill()

    async def _tick(self) -> None:
        while True:
            try:
                await self.watcher.tick()
            except Exception as error:
                self.starter.failures.append(error)
                raise
            await asyncio.sleep(self._town.tick)


class JobTown:
    """An account whose jobs are watched, the people who start some of them, and the processes that watch."""

    def __init__(self, slack: SlackStandIn, account: Account, database: Database, sky: Sky) -> None:
        self.slack, self.account, self.database, self.sky = slack, account, database, sky
        self.root, self.poll, self.tick = "", POLL_SECONDS, TICK_SECONDS
        self.http: aiohttp.ClientSession
        self.transport: httpx.AsyncBaseTransport
        self.ledger = Ledger(sky.random, Luck())
        self.shown: dict[tuple[str, str], str] = {}
        self.idle: list[tuple[str, str]] = []
        self.edits = Counter[str]()
        self.replicas: dict[str, Replica] = {}
        self.ended: list[Replica] = []
        self.began = 0.0
        self.set_by = 0.0
        """By so many seconds the clock of the bot's computers is wrong."""

    @property
    def clock(self) -> Callable[[], float]:
        """The time of day as the bot's computers have it."""
        steady = now().time
        return lambda: EPOCH + steady() + self.set_by

    # ------------------------------------------------------------------------------- what happens to processes
    def start(self, *names: str) -> None:
        for name in names:
            self.replicas[name] = Replica(self, name)

    async def stop(self, *names: str) -> None:
        """Processes end at once, and no one goes on with what they left."""
        for name in names:
            gone = self.replicas.pop(name)
            gone.kill()
            self.ended.append(gone)

    async def restart(self, name: str) -> None:
        """A process ends at once; a little later its successor goes on."""
        await self.stop(name)
        await asyncio.sleep(AWAKE_SECONDS)
        self.start(name)
        self.replicas[name].take_up()

    def take_up(self) -> None:
        """Each process goes on with what its predecessor left."""
        for replica in self.replicas.values():
            replica.take_up()

    @contextmanager
    def out_of(self, channel: str) -> Iterator[None]:
        """Someone takes the bot out of a channel, and lets it in again."""
        members = self.slack.workspace.world.channels[channel].members
        members.discard(BOT_USER)
        try:
            yield
        finally:
            members.add(BOT_USER)

    # ------------------------------------------------------------------------------------ what happens to jobs
    async def live_through(self, plans: Sequence[Plan]) -> None:
        """Let each job of a day begin in its time, and go where it goes."""
        steady, self.began = now().time, now().time()
        async with asyncio.TaskGroup() as going:
            for plan in plans:
                await asyncio.sleep(max(0.0, self.began + plan.at - steady()))
                made = self.account.begin(plan)
                if plan.starter:
                    await self.note(plan, made)
                if plan.gone is not None:
                    going.create_task(self._forget(plan))
                if plan.length:
                    going.create_task(self._talk(plan))

    async def note(self, plan: Plan, job: str) -> None:
        """Someone started it from Slack."""
        await Jobs(self.database).started(
            plan.kind, job, team=TEAM, user=plan.starter, channel=f"D0{plan.starter[2:]}", at=self.clock()
        )

    async def _forget(self, plan: Plan) -> None:
        await asyncio.sleep(plan.gone or 0)
        self.account.forget(plan)

    async def _talk(self, plan: Plan) -> None:
        end = now().time() + plan.length
        while now().time() < end:
            self.account.says(plan)
            await asyncio.sleep(100)

    async def settled(self, hours: float) -> None:
        """Let time pass until everything happened and was told."""
        ends = max(plan.ends for plan in self.account.ids)
        await asyncio.sleep(max(0.0, self.began + ends - now().time()))
        async with asyncio.timeout(hours * 3_600):
            while self.ledger.open or await self._waiting():  # noqa: ASYNC110 - there is nothing to wait on
                await asyncio.sleep(60)
            await asyncio.sleep(1_200)  # every kind is read whole once more
            assert not self.ledger.open
            assert not await self._waiting()

    async def _waiting(self) -> bool:
        jobs = Jobs(self.database)
        return bool(await jobs.untold() or await jobs.to_redraw(1) or await jobs.unfinished())

    def assert_nothing_broke(self) -> None:
        everyone = [*self.ended, *self.replicas.values()]
        assert [one for replica in everyone for one in replica.starter.failures] == []
        assert self.slack.workspace.findings.since(0) == []


def _world() -> World:
    world = default_world()
    for person in PEOPLE:
        world.people[person] = Human(person, person[2:].lower(), f"Person {person[3:]}", world.team.id)
        world.channels["C0JOBS"].members.add(person)
        world.channels[f"D0{person[2:]}"] = Channel(f"D0{person[2:]}", "", "im", {person, "U0BOT"})
    return world


def sqlite(folder: Path) -> Database:
    """A file that no power cut will meet, so nothing waits for the disk."""
    made = Database.sqlite(folder / "bot.sqlite3")
    sa.event.listen(
        made._engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF")
    )
    return made


@asynccontextmanager
async def opened(
    database: Database, seed: int, *names: str, poll: float = POLL_SECONDS, tick: float = TICK_SECONDS
) -> AsyncIterator[JobTown]:
    """A town with these processes, which tick so often, and look at what runs so often, in seconds."""
    steady, sky = now().time, Sky(Random(seed))  # noqa: S311 - the same every time
    slack = SlackStandIn(_world(), clock=lambda: EPOCH + steady())
    telnyx = TelnyxStandIn(
        keys=[KEY], clock=SandboxClock(datetime.fromtimestamp(EPOCH + steady(), UTC), monotonic=steady)
    )
    app = web.Application()
    app.add_subapp("/slack", slack.app)
    app.add_subapp("/telnyx", telnyx.app)
    async with AsyncExitStack() as stack:
        root = await stack.enter_async_context(served(app))
        slack.root = f"{root}/slack"
        slack.install(manifest())
        town = JobTown(slack, Account(telnyx, EPOCH + steady()), database, sky)
        town.root, town.poll, town.tick = root, poll, tick
        town.http = await stack.enter_async_context(aiohttp.ClientSession())
        town.transport = httpx.AsyncHTTPTransport(verify=PLAIN, trust_env=False)
        stack.push_async_callback(town.transport.aclose)
        await database.prepare()
        town.start(*names)
        try:
            yield town
        finally:
            await town.stop(*town.replicas)
            _get_or_create_dbos_registry().instance_info_map.clear()
