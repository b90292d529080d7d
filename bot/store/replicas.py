"""Many processes on one PostgreSQL: who is alive, whose work may be taken over, and when a process must end itself.

A process holds a session-level advisory lock on its id and confirms once a second, in a row of its own, that it lives. A process
whose lock is free, or which has not confirmed for ``DEAD_SECONDS``, is dead: another one ends its session, counts up its
``epoch`` and resumes its work. A process that finds its epoch changed has been taken for dead and must end at once; one that
could not confirm for ``FRESH_SECONDS`` shows nothing in Slack until it has. Needs a direct connection: a pooler that hands one
session to several clients breaks the lock.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Self

import psycopg
import structlog

from bot.errors import StartError
from bot.observability.outage import Outage
from bot.store.migrate import LOCK

log = structlog.get_logger(__name__)

LOCK_CLASS = 0x7E1A
"""The first half of each advisory lock's key: ours, beside those of other programs in the same database."""
CONFIRM_SECONDS = 1.0
FRESH_SECONDS = 4.0
"""A process that confirmed longer ago than this waits before it shows anything."""
RELEASE_SECONDS = 0.1
"""Between two looks whether an ended session has let go of its lock."""
DEAD_SECONDS = 6.0
"""A process that confirmed longer ago than this, by the server's clock, may be taken for dead."""

_ALONE = "SELECT pg_advisory_xact_lock(%(lock)s)"
_TABLE = """
CREATE TABLE IF NOT EXISTS replicas (
    id text PRIMARY KEY,
    backend integer NOT NULL,
    epoch bigint NOT NULL,
    confirmed_at timestamptz NOT NULL
)"""
_JOIN = """
INSERT INTO replicas (id, backend, epoch, confirmed_at) VALUES (%(id)s, pg_backend_pid(), 1, clock_timestamp())
ON CONFLICT (id) DO UPDATE SET backend = pg_backend_pid(), epoch = replicas.epoch + 1, confirmed_at = clock_timestamp()
RETURNING epoch"""
_REJOIN = """
UPDATE replicas SET backend = pg_backend_pid(), confirmed_at = clock_timestamp() WHERE id = %(id)s AND epoch = %(epoch)s"""
_CONFIRM = """
UPDATE replicas SET confirmed_at = clock_timestamp() WHERE id = %(id)s AND epoch = %(epoch)s
RETURNING (SELECT count(*) FROM replicas WHERE confirmed_at > clock_timestamp() - make_interval(secs => %(dead)s))"""
# The one who holds the lock, not the number that was noted: after a restart of the server someone else may have that number.
_END_SESSION = """
SELECT pg_terminate_backend(held.pid) FROM pg_locks AS held, replicas
WHERE held.locktype = 'advisory' AND held.granted AND held.pid <> pg_backend_pid()
AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
AND held.classid = %(class)s AND held.objid::bigint = hashtext(%(id)s)::bigint & 4294967295
AND replicas.id = %(id)s AND replicas.confirmed_at < clock_timestamp() - make_interval(secs => %(dead)s)"""
_EPOCH = "SELECT epoch FROM replicas WHERE id = %(id)s"
_TAKE = "SELECT pg_try_advisory_lock(%(class)s, hashtext(%(id)s))"
_GIVE = "SELECT pg_advisory_unlock(%(class)s, hashtext(%(id)s))"
_COUNT_UP = "UPDATE replicas SET epoch = epoch + 1 WHERE id = %(id)s"


class DuplicateReplicaError(StartError):
    """Another living process has the same id."""


class Replica:
    """This process among the others; an async context manager.

    Args:
        url: the database, as psycopg takes it.
        replica_id: unique and stable: a restarted process takes up its own work under it.
        on_lost: called once when another process has taken this one for dead; it must end the process.

    Raises:
        DuplicateReplicaError: the id is taken by a living process.
    """

    def __init__(self, url: str, replica_id: str, on_lost: Callable[[], None]) -> None:
        self.id = replica_id
        self.living = 1
        """Processes that have confirmed lately, this one among them."""
        self._url = url
        self._on_lost = on_lost
        self._connection: psycopg.AsyncConnection[tuple[object, ...]] | None = None
        self._epoch = 0
        self._confirmed_at = float("-inf")
        self._back_at = float("-inf")
        self._confirmed = asyncio.Event()
        self._unconfirmed = Outage("replica_unconfirmed", "replica_confirmed_again")
        self._keeper: asyncio.Task[None] | None = None
        self._busy = asyncio.Lock()

    async def __aenter__(self) -> Self:
        self._connection = await self._connect()
        try:
            await self._join(self._connection)
        except BaseException:
            await self._connection.close()
            raise
        self._seen()
        self._keeper = asyncio.create_task(self._keep())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self._connection is not None:
            await self._connection.close()

    async def _join(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        # IF NOT EXISTS fails where another process makes it at the same time.
        async with connection.transaction():
            await connection.execute(_ALONE, {"lock": LOCK})
            await connection.execute(_TABLE)
        if not await self._take_from_the_dead():
            raise DuplicateReplicaError(
                f"Another process already runs as REPLICA_ID {self.id}. Stop it, or give this one an id of its own."
            )
        row = await (await connection.execute(_JOIN, {"id": self.id})).fetchone()
        self._epoch = int(str(row[0])) if row else 0

    async def confirmed(self) -> None:
        """Wait until this process is known to be alive; at once, as long as the database answers."""
        while time.monotonic() - self._confirmed_at > FRESH_SECONDS:
            self._confirmed.clear()
            await self._confirmed.wait()

    async def adopt(self, other: str) -> bool:
        """Is ``other`` dead? Then its work is this process's to resume, and ``other`` must end if it wakes.

        After a restart of the server all locks are free: for a while no one is dead, so all can come back.
        The one who adopts calls ``release`` once the work is resumed.

        Raises:
            psycopg.Error, TimeoutError: the server does not answer.
        """
        if self._connection is None or time.monotonic() - self._back_at < DEAD_SECONDS:
            return False
        async with asyncio.timeout(FRESH_SECONDS), self._busy:
            await self._end_session(other, DEAD_SECONDS)
            async with self._letting_go():
                if not await self._take(other):
                    return False
                await self._connection.execute(_COUNT_UP, {"id": other})
        return True

    async def release(self, other: str) -> None:
        """Give the id back, so the process can start again under it."""
        if self._connection is not None:
            async with asyncio.timeout(FRESH_SECONDS), self._busy, self._letting_go():
                await self._connection.execute(_GIVE, {"class": LOCK_CLASS, "id": other})

    async def _connect(self) -> psycopg.AsyncConnection[tuple[object, ...]]:
        return await psycopg.AsyncConnection.connect(self._url, autocommit=True, connect_timeout=5)

    async def _take(self, replica_id: str) -> bool:
        if self._connection is None:
            return False
        cursor = await self._connection.execute(_TAKE, {"class": LOCK_CLASS, "id": replica_id})
        row = await cursor.fetchone()
        return bool(row and row[0])

    def _seen(self) -> None:
        self._confirmed_at = time.monotonic()
        self._confirmed.set()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(CONFIRM_SECONDS)
            try:
                async with asyncio.timeout(FRESH_SECONDS):
                    alive = await self._confirm()
            except (psycopg.Error, OSError, TimeoutError) as error:
                self._unconfirmed.seen(
                    error=type(error).__name__,
                    fix="check the database; I show nothing in Slack until it answers",
                )
                await self._hang_up()  # or a server that vanished is waited for a quarter of an hour
                continue
            if not alive:
                log.error("replica_lost", meaning="another process took over; this one ends")
                self._on_lost()
                return
            self._unconfirmed.gone()
            self._seen()

    async def _confirm(self) -> bool:
        """Say that this process lives; False when it has been replaced."""
        async with self._busy:
            if self._connection is None or self._connection.closed:
                return await self._come_back()
            cursor = await self._connection.execute(_CONFIRM, self._own | {"dead": DEAD_SECONDS})
            row = await cursor.fetchone()
            self.living = max(1, int(str(row[0]))) if row else self.living
            return row is not None

    async def _come_back(self) -> bool:
        """Connect anew after the connection was lost, which says nothing about this process; False when it was replaced."""
        self._connection = await self._connect()
        self._back_at = time.monotonic()
        row = await (await self._connection.execute(_EPOCH, {"id": self.id})).fetchone()
        if row is None or row[0] != self._epoch:
            return False
        # No one has counted the epoch up, so a session that holds the lock is our own of before, which the server has not missed.
        await self._end_session(self.id, 0)
        while not await self._take(self.id):  # noqa: ASYNC110 - the server sets no event here
            await asyncio.sleep(RELEASE_SECONDS)
        return (await self._connection.execute(_REJOIN, self._own)).rowcount == 1

    async def _take_from_the_dead(self) -> bool:
        """Take our own id. Who holds it may be dead without the server's knowing, or may just be resuming our work."""
        end = time.monotonic() + DEAD_SECONDS + CONFIRM_SECONDS
        while not await self._take(self.id):
            if time.monotonic() > end:
                return False
            await self._end_session(self.id, DEAD_SECONDS)
            await asyncio.sleep(RELEASE_SECONDS)
        return True

    @asynccontextmanager
    async def _letting_go(self) -> AsyncIterator[None]:
        """Whatever breaks off inside ends our session, so no lock of another's id stays with us; ours is taken anew."""
        try:
            yield
        except BaseException:
            if self._connection is not None:
                await self._connection.close()
            raise

    async def _end_session(self, replica_id: str, unconfirmed: float) -> None:
        """End the session of a process that has not confirmed for this many seconds."""
        if self._connection is not None:
            given = {"class": LOCK_CLASS, "id": replica_id, "dead": unconfirmed}
            await self._connection.execute(_END_SESSION, given)

    async def _hang_up(self) -> None:
        async with self._busy:
            if self._connection is not None:
                await self._connection.close()

    @property
    def _own(self) -> dict[str, object]:
        return {"id": self.id, "epoch": self._epoch}
