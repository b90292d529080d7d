"""What a tick of the watch costs when 100, 1,000, and 10,000 jobs are known, beside the plainest watcher that could do it.

    .venv/bin/python -m benchmarks.jobs [ROUNDS]

The stand-ins run in a process of their own; here are our watcher, its real store (SQLite), its real lines, and only in place of the durable
engine one that does at once what it takes. All jobs are running, each in a bucket and on a card of its own. Counted of each tick, until all
it begins is done: requests to Telnyx, SQL statements, calls of Slack, and processor time of this process. Once nothing changed since the
last tick, once one job of a hundred went on. Slack's limits and ours are off, so nothing waits.

The reference reads everything with the same readers, compares each job by itself in a SQLite of its own, and edits every card at each tick.
"""

from __future__ import annotations

import asyncio
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import sqlalchemy as sa
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.jobs.watcher import Watcher
from bot.observability.health import Health
from bot.render import job_cards as render
from bot.services.access import Rights
from bot.services.jobs import JobWatch
from bot.services.jobs.kind import Extra, Look
from bot.services.jobs.kinds import KINDS
from bot.slack.api import SlackApi
from bot.slack.limits import Limits
from bot.slack.workspace import Me, Workspace, Workspaces
from bot.store.channels import Channels
from bot.store.database import Database
from bot.store.grants import Grants
from bot.store.job_marks import Marks
from bot.store.jobs import Job, Jobs, Sighting
from bot.store.messages import Messages
from bot.store.polls import Polls
from bot.telnyx import Telnyx
from bot.workflows.job_cards import JobCards
from bot.workflows.knowing import Knowing
from bot.workflows.messages import OwnMessages
from bot.workflows.news import News
from bot.workflows.targets import Targets
from config.access import AccessSettings
from sandbox.telnyx.filling import FillBody
from tests.journeys.house import House

SIZES = (100, 1_000, 10_000)
ROUNDS = 5
PERIOD = 15.0
CHANNEL = "C0JOBS"


@dataclass(frozen=True)
class Cost:
    """What one tick took."""

    requests: int
    statements: int
    calls: int
    milliseconds: float


class Meter:
    """Counts what this process does between two looks."""

    def __init__(self, house: House, database: Database) -> None:
        self._house = house
        self._statements = 0
        sa.event.listen(database._engine, "before_cursor_execute", self._count)  # noqa: SLF001 - it's what is measured

    def _count(self, *_: Any) -> None:
        self._statements += 1

    async def of(self, tick: Callable[[], Awaitable[object]]) -> Cost:
        """Do a tick, and return what it took."""
        before = await self._seen()
        self._statements, began = 0, time.process_time()
        await tick()
        spent, statements = time.process_time() - began, self._statements
        after = await self._seen()
        return Cost(after[0] - before[0], statements, after[1] - before[1], spent * 1_000)

    async def _seen(self) -> tuple[int, int]:
        """Return how many requests Telnyx, and how many calls Slack had so far."""
        telnyx = await asyncio.to_thread(self._house.ask, "telnyx", "calls")
        return len(telnyx["calls"]), len(await asyncio.to_thread(self._house.ask, "slack", "calls"))


class AtOnce:
    """Tells each notice at once, several at a time, in place of a durable engine."""

    def __init__(self, news: News) -> None:
        self._news = news
        self._several = asyncio.Semaphore(16)
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, change: Any, target: str) -> None:
        """See ``NotifyWorkflow.start``."""
        data = {
            "kind": change.kind,
            "job": change.job,
            "number": change.number,
            "channel": target,
            "card": change.burst,
        }
        task = asyncio.create_task(self._tell(data))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, data: dict[str, Any]) -> None:
        async with self._several:
            await self._news.tell(data, f"job:{data['kind']}:{data['job']}:{data['number']}:{CHANNEL}")

    async def done(self) -> None:
        """Wait until everything was told."""
        await asyncio.gather(*self._tasks)


@dataclass(frozen=True)
class Lines:
    """The ways to both stand-ins."""

    house: House
    telnyx: Telnyx
    workspaces: Workspaces


@asynccontextmanager
async def lines(house: House) -> AsyncIterator[Lines]:
    """Open them."""
    env = house.ready["env"]
    async with httpx.AsyncClient(trust_env=False) as http, aiohttp.ClientSession() as session:
        telnyx = Telnyx(http, api_key=env["TELNYX_API_KEY"], base_url=house.ready["telnyx_base_url"])
        client = AsyncWebClient(
            token=env["SLACK_BOT_TOKEN"], base_url=env["SLACK_API_URL"], session=session, retry_handlers=[]
        )
        workspace = Workspace(SlackApi(client, Limits()), session)
        workspace.me = Me("T0ACME", "U0BOT")
        yield Lines(house, telnyx, Workspaces(workspace))


class Ours:
    """Our watcher on a store of its own."""

    def __init__(self, at: Lines, database: Database) -> None:
        self._now = time.time()
        jobs, messages = Jobs(database), Messages(database)
        rights = Rights(at.workspaces.of, Channels(database), Grants(database), AccessSettings())
        knowing = Knowing(rights, at.workspaces)
        targets = Targets(jobs, knowing, CHANNEL)
        cards = JobCards(
            jobs=jobs,
            marks=Marks(database),
            polls=Polls(database),
            workspaces=at.workspaces,
            messages=messages,
            targets=targets,
            knowing=knowing,
            kinds=KINDS,
        )
        watch = JobWatch(at.telnyx, jobs, Polls(database), kinds=KINDS, period=PERIOD, heard=targets.heard)
        own = OwnMessages(at.workspaces.only.posts, messages)
        self._telling = AtOnce(News(jobs, own, cards, watch.not_embedded))
        self._watcher = Watcher(
            watch, self._telling, targets=targets.of, redraw=cards.redraw, health=Health()
        )  # type: ignore[arg-type] # in place of the durable one

    async def tick(self) -> None:
        """One look at what is due, and all that follows from it."""
        self._now += PERIOD + 1
        await self._watcher.tick(self._now)
        await self._telling.done()


class Plainest:
    """The reference: everything is read, compared, and shown, one after the other, whether it changed or not."""

    def __init__(self, at: Lines, database: Database) -> None:
        self._at = at
        self._database = database
        self._shown: dict[tuple[str, str], str] = {}

    async def prepare(self) -> None:
        """Make its table."""
        await self._database.run(
            lambda c: c.exec_driver_sql(
                "CREATE TABLE seen (kind TEXT, id TEXT, status TEXT, PRIMARY KEY (kind, id))"
            )
        )

    async def tick(self) -> None:
        """Look at everything."""
        now = time.time()
        for kind in KINDS.values():
            for seen in await kind.read(Look(self._at.telnyx, now, True, {}, Extra(20))):
                await self._database.run(partial(_compare, seen.kind, seen.id, seen.status))
                await self._show(_job(seen), now)

    async def _show(self, job: Job, now: float) -> None:
        message = render.card(KINDS[job.kind], [job], render.Seen(now=now))
        given: dict[str, Any] = {"text": message.text, "blocks": message.blocks, "channel": CHANNEL}
        client, key = self._at.workspaces.only.api.client, (job.kind, job.id)
        if key in self._shown:
            await client.chat_update(ts=self._shown[key], **given)
        else:
            self._shown[key] = (await client.chat_postMessage(**given))["ts"]


def _compare(kind: str, name: str, status: str, connection: sa.Connection) -> None:
    of = {"kind": kind, "id": name, "status": status}
    known = connection.execute(
        sa.text("SELECT status FROM seen WHERE kind = :kind AND id = :id"), of
    ).scalar()
    if known is None:
        connection.execute(sa.text("INSERT INTO seen VALUES (:kind, :id, :status)"), of)
    elif known != status:
        connection.execute(sa.text("UPDATE seen SET status = :status WHERE kind = :kind AND id = :id"), of)


def _job(seen: Sighting) -> Job:
    return Job(
        seen.kind,
        seen.id,
        seen.title,
        seen.status,
        card=seen.id,
        bucket=seen.bucket,
        began=seen.began,
        ended=seen.ended,
        finished=seen.finished,
        done=seen.done,
        total=seen.total,
        detail=seen.detail,
    )


class Account:
    """So many running jobs, some of which wait so that they can go on."""

    def __init__(self, house: House, size: int, rounds: int) -> None:
        self._house = house
        self._part = max(1, size // 100)
        self._next = 0
        house.ask("slack", "limits", {"on": False})
        house.ask("telnyx", "fill", FillBody(running_tasks=size).model_dump())
        for number in range(self._part * (rounds + 1)):
            self._put(number, "queued")

    def go_on(self) -> None:
        """One job of a hundred goes on."""
        for _ in range(self._part):
            self._put(self._next, "processing")
            self._next += 1

    def _put(self, number: int, status: str) -> None:
        self._house.ask("telnyx", "tasks", {"bucket": f"running-{number:05}", "status": status})


async def measure(house: House, account: Account, folder: Path, rounds: int) -> list[tuple[str, Cost, Cost]]:
    """Return what ticks of both cost: the first, those without a change, and those with some."""
    async with AsyncExitStack() as stack:
        at = await stack.enter_async_context(lines(house))
        databases = [Database.sqlite(folder / name) for name in ("ours.sqlite3", "plainest.sqlite3")]
        for database in databases:
            stack.callback(database.close)
        await databases[0].prepare()
        ours, meter = Ours(at, databases[0]), Meter(house, databases[0])
        first = await meter.of(ours.tick)
        await ours.tick()
        same, moved = [], []
        for _ in range(rounds):
            same.append(await meter.of(ours.tick))
            await asyncio.to_thread(account.go_on)
            moved.append(await meter.of(ours.tick))
        plainest, plain = Plainest(at, databases[1]), Meter(house, databases[1])
        await plainest.prepare()
        began, still = await plain.of(plainest.tick), await plain.of(plainest.tick)
        await asyncio.to_thread(account.go_on)
        after = await plain.of(plainest.tick)
    return [
        ("the first look", first, began),
        ("nothing changed", median(same), still),
        ("1 % changed", median(moved), after),
    ]


def median(costs: list[Cost]) -> Cost:
    """Return the median of each figure."""
    return Cost(
        *(
            int(statistics.median(getattr(one, name) for one in costs))
            for name in ("requests", "statements", "calls")
        ),
        milliseconds=statistics.median(one.milliseconds for one in costs),
    )


def main(rounds: int) -> None:
    """Measure each size in a sandbox of its own."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print(
        "| jobs | tick | requests | statements | calls of Slack | ms of CPU | the plainest watcher | ratio of CPU |"
    )
    print("| ---: | --- | ---: | ---: | ---: | ---: | --- | ---: |")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            house = House(Path(folder))
            try:
                account = Account(house, size, rounds)
                for what, our, their in asyncio.run(measure(house, account, Path(folder), rounds)):
                    report(size, what, our, their)
            finally:
                house.stop()


def report(size: int, what: str, our: Cost, their: Cost) -> None:
    """Print a line of the table."""
    reference = f"{their.requests:,}; {their.statements:,}; {their.calls:,}; {their.milliseconds:,.0f} ms"
    ratio = our.milliseconds / their.milliseconds
    own = f"{our.requests:,} | {our.statements:,} | {our.calls:,} | {our.milliseconds:,.1f}"
    print(f"| {size:,} | {what} | {own} | {reference} | {ratio:.3f} |", flush=True)


if __name__ == "__main__":
    main(int((sys.argv[1:] or [str(ROUNDS)])[0]))
