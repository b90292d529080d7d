"""The embedded DBOS engine: work is durable before Slack hears that it was accepted.

Everything here follows what was measured of DBOS 3.4: a start is never canceled, few starts write at a time, rows without a
task are found and resumed, and the engine lives on the event loop's own thread.
"""

import asyncio
import contextlib
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSConfig, SetWorkflowID, WorkflowSerializationFormat, WorkflowStatus
from dbos._core import WorkflowHandleAsyncTask  # the public names do not tell a begun run from a known one
from dbos._dbos import _get_or_create_dbos_registry  # nor which kinds of work there are

from bot.observability.logs import adopt
from bot.text import storable
from bot.workflows.acceptance import in_time
from bot.workflows.running import Running

log = structlog.get_logger(__name__)

APPLICATION_VERSION = "1"
"""Pinned: the default is a hash of the source, and an upgrade would strand unfinished rows. Change it only with their migration."""

PORTABLE = WorkflowSerializationFormat.PORTABLE
"""Plain JSON. The default is pickle, with which the one who can write the database could run code."""

WRITERS = 8
"""Starts that write at a time, so steps keep threads."""
RECONCILE_SECONDS = 5.0
REMEMBERED = 20_000
"""Accepted ids that are known without asking the database."""
TAKE_OVER_SECONDS = 1.0
LISTENER_SECONDS = 0.1
"""DBOS listens for messages between workflows, of which we have none; an end of the process waits for its next look."""
PAGE = 500
"""Rows that are deleted at a time, so no one waits long for the database."""


class Peers(Protocol):
    """The other processes on the same database."""

    async def adopt(self, other: str) -> bool:
        """Return whether this executor is dead, and its work therefore ours."""

    async def release(self, other: str) -> None:
        """Let it start again: its work is resumed."""


class Engine:
    """Starts durable work under natural ids. One engine a process.

    Args:
        engine: where the rows are.
        executor_id: names this process to its peers and to its successor.
        peers: other processes on the same database.
        threads: at a time.
        running: what runs now.
        pause: waits between two looks at the rows.
    """

    def __init__(
        self,
        engine: sa.Engine,
        *,
        executor_id: str,
        peers: Peers | None = None,
        threads: int = 16,
        running: Running | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.boot = secrets.token_hex(8)
        """Names this process; a turn's row says which process ran its last attempt."""
        self._executor_id = executor_id
        self._peers = peers
        self._starting: dict[str, asyncio.Task[None]] = {}
        self._accepted: OrderedDict[str, None] = OrderedDict()
        self._writers = asyncio.Semaphore(WRITERS)
        self._running = running or Running()
        self._pause = pause
        self._keepers: list[asyncio.Task[None]] = []
        self._kinds: frozenset[str] = frozenset()
        self._strange: set[str] = set()
        config: DBOSConfig = {
            "name": "telnyx-slack-bot",
            "system_database_url": engine.url.render_as_string(hide_password=False),
            "system_database_engine": engine,
            "application_version": APPLICATION_VERSION,
            "executor_id": executor_id,
            "max_executor_threads": threads,
            "notification_listener_polling_interval_sec": LISTENER_SECONDS,
            "log_level": "WARNING",
        }
        DBOS(config=config)
        adopt("dbos", without="Asyncio task cancelled")  # that line shows the input of what is broken off

    @property
    def has_peers(self) -> bool:
        """Return whether other processes work on the same database."""
        return self._peers is not None

    async def launch(self) -> list[tuple[str, str, Any]]:
        """Start the engine; recovery of what an earlier process left begins at once.

        Returns:
            The workflow's name, the id, and the input of each piece of unfinished work that this release can do.
        """
        self._kinds = frozenset(_get_or_create_dbos_registry().workflow_info_map)
        DBOS.launch()  # on the loop's own thread: launched elsewhere it would run recovered work in another loop
        # Alone, all rows are ours: recovery, which runs by now, takes them from their executor before it runs them again.
        mine = None if self._peers is None else self._executor_id
        rows = await DBOS.list_workflows_async(status=["PENDING", "ENQUEUED"], executor_id=mine)
        self._keepers = [asyncio.create_task(self._reconcile())]
        if self._peers is not None:
            self._keepers.append(asyncio.create_task(self._take_over(self._peers)))
        known = self._known(rows)
        return [
            (row.name, row.workflow_id, row.input["args"][-1] if row.input and row.input["args"] else None)
            for row in rows
            if row.workflow_id in known
        ]

    async def start(
        self,
        work_id: str,
        work: Callable[[Any], Coroutine[Any, Any, Any]],
        data: dict[str, Any],
        *,
        before: Callable[[], Awaitable[None]] | None = None,
        otherwise: Callable[[], None] | None = None,
    ) -> None:
        """Make ``work(data)`` durable under ``work_id``; a repetition joins what was started before.

        Args:
            work_id: the natural id.
            work: a workflow method.
            data: its input, plain JSON.
            before: something else to write down first, such as a way back to the person.
            otherwise: called when this start begins nothing, because the work was done before or could not be written down.

        Raises:
            NotDurableInTimeError: two seconds were not enough. The start goes on regardless.
        """
        if work_id in self._accepted:
            return
        task = self._starting.get(work_id)
        if task is None:
            task = self._starting[work_id] = asyncio.create_task(
                self._insert(work_id, work, data, before, otherwise)
            )
            task.add_done_callback(lambda _: self._starting.pop(work_id, None))
        await in_time(task, work_id)

    def knows(self, work_id: str) -> bool:
        """Return whether this process has accepted it, or is about to."""
        return work_id in self._accepted or work_id in self._starting

    @contextlib.asynccontextmanager
    async def running(self, work_id: str, *, breakable: bool = False) -> AsyncIterator[None]:
        """Mark work as being done by this process. A second run of the same work waits until the first has ended.

        DBOS may run work twice at a time when a row is resumed although its task is only slow. A first run that does
        not end in half an hour is broken off.

        Args:
            work_id: the natural id.
            breakable: no one sees it half done, so an end of the process need not wait for it.
        """
        async with self._running.alone(work_id, breakable=breakable):
            yield

    @contextlib.contextmanager
    def breakable(self, work_id: str) -> Iterator[None]:
        """Mark running work as breakable for a while: what it waits for may as well be waited for by a successor."""
        with self._running.breakable(work_id):
            yield

    async def close(self, deadline: float) -> None:
        """Give running work ``deadline`` seconds to end, then break it off. What is left is taken up at the next start."""
        for keeper in self._keepers:
            keeper.cancel()
        await self._running.end(deadline, *self._starting.values())
        await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=0)

    async def _insert(
        self,
        work_id: str,
        work: Callable[[Any], Coroutine[Any, Any, Any]],
        data: dict[str, Any],
        before: Callable[[], Awaitable[None]] | None,
        otherwise: Callable[[], None] | None,
    ) -> None:
        begins = False
        try:
            async with self._writers:
                if before is not None:
                    await before()
                with SetWorkflowID(work_id):
                    handle = await DBOS.start_workflow_async(work, storable(data))
            begins = isinstance(handle, WorkflowHandleAsyncTask)  # any other is to work of an earlier start
        finally:
            if not begins and otherwise is not None:
                otherwise()
        self._accepted[work_id] = None
        if len(self._accepted) > REMEMBERED:
            self._accepted.popitem(last=False)

    async def _reconcile(self) -> None:
        """Resume rows that are pending here although nothing runs them. Seen twice, so a row just begun is left alone."""
        suspected: set[str] = set()
        while True:
            await self._pause(RECONCILE_SECONDS)
            try:
                rows = await DBOS.list_workflows_async(
                    status="PENDING", executor_id=self._executor_id, load_input=False, load_output=False
                )
                stray = self._known(rows) - set(self._running.ids) - self._starting.keys()
                if again := sorted(stray & suspected):
                    log.warning("stray_work_resumed", count=len(again))
                    await DBOS.resume_workflows_async(again)
                suspected = stray
            except Exception:
                log.exception("reconcile_failed")  # the next pass tries again

    def _known(self, rows: Sequence[WorkflowStatus]) -> set[str]:
        """Return the ids of work that this release can run. Another's is left to it, and the log says so once for each kind."""
        strange = {row.name for row in rows} - self._kinds
        if strange - self._strange:
            log.warning("work_of_another_release", kinds=sorted(strange))
            self._strange |= strange
        return {row.workflow_id for row in rows if row.name in self._kinds}

    async def forget_ended(self, kept: timedelta = timedelta(hours=24)) -> int:
        """Delete rows of work that ended a day ago: longer than Slack ever delivers an event again. The number of rows.

        What became of a question stays in its turn's row, so even then it is not answered again.
        """
        limit = datetime.now(UTC) - kept
        rows = await DBOS.list_workflows_async(
            status=["SUCCESS", "ERROR", "CANCELLED"],
            completed_before=limit.isoformat(),
            limit=PAGE,
            load_input=False,
            load_output=False,
        )
        if rows:
            await DBOS.delete_workflows_async([row.workflow_id for row in rows])
        return len(rows)

    async def alive(self, work_ids: Collection[str]) -> set[str]:
        """Return which of these are still to be done, here or by another process."""
        if not work_ids:
            return set()
        left = ["PENDING", "ENQUEUED"]
        rows = await DBOS.list_workflows_async(
            workflow_ids=list(work_ids), status=left, load_input=False, load_output=False
        )
        return {row.workflow_id for row in rows}

    async def _take_over(self, peers: Peers) -> None:
        """Resume the work of peers that died."""
        while True:
            await self._pause(TAKE_OVER_SECONDS)
            try:
                rows = await DBOS.list_workflows_async(status="PENDING", load_input=False, load_output=False)
                known = self._known(rows)
                owners = {row.executor_id for row in rows if row.executor_id and row.workflow_id in known}
                for other in owners - {self._executor_id}:
                    if await peers.adopt(other):
                        try:
                            await self._resume_of(other)
                        finally:
                            await peers.release(other)
            except Exception:
                log.exception("take_over_failed")  # the next pass tries again

    async def _resume_of(self, other: str) -> None:
        """Resume what a dead process has now: what was seen before it was adopted another one may have resumed since."""
        rows = await DBOS.list_workflows_async(
            status="PENDING", executor_id=other, load_input=False, load_output=False
        )
        if known := sorted(self._known(rows)):
            log.warning("work_taken_over", of=other, count=len(known))
            await DBOS.resume_workflows_async(known)
