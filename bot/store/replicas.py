"""Many processes on one PostgreSQL: who is alive, whose work may be taken over, and when a process must end itself.

A process holds a session-level advisory lock on its id and confirms once a second, in a row of its own, that it lives. A process
whose lock is free, or which has not confirmed for ``DEAD_SECONDS``, is dead: another one ends its session, counts up its
``epoch`` and resumes its work. A process that finds its epoch changed has been taken for dead and must end at once; one that
could not confirm for ``FRESH_SECONDS`` shows nothing in Slack until it has. Needs a direct connection: a pooler that hands one
session to several clients breaks the lock.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Self

import psycopg
import structlog

log = structlog.get_logger(__name__)

LOCK_CLASS = 0x7E1A
"""The first half of each advisory lock's key: ours, beside those of other programs in the same database."""
CONFIRM_SECONDS = 1.0
FRESH_SECONDS = 4.0
"""A process that confirmed longer ago than this waits before it shows anything."""
DEAD_SECONDS = 6.0
"""A process that confirmed longer ago than this, by the server's clock, may be taken for dead."""

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
_END_SESSION = """
SELECT pg_terminate_backend(backend) FROM replicas
WHERE id = %(id)s AND confirmed_at < clock_timestamp() - make_interval(secs => %(dead)s)"""
_TAKE = "SELECT pg_try_advisory_lock(%(class)s, hashtext(%(id)s))"
_GIVE = "SELECT pg_advisory_unlock(%(class)s, hashtext(%(id)s))"
_COUNT_UP = "UPDATE replicas SET epoch = epoch + 1 WHERE id = %(id)s"


class DuplicateReplicaError(Exception):
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
        self._confirmed = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._busy = asyncio.Lock()

    async def __aenter__(self) -> Self:
        self._connection = await self._connect()
        await self._connection.execute(_TABLE)
        if not await self._take(self.id):
            await self._connection.close()
            raise DuplicateReplicaError(
                f"Another process already runs as REPLICA_ID {self.id}. Stop it, or give this one an id of its own."
            )
        row = await (await self._connection.execute(_JOIN, {"id": self.id})).fetchone()
        self._epoch = int(str(row[0])) if row else 0
        self._seen()
        self._keeper = asyncio.create_task(self._keep())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self._connection is not None:
            await self._connection.close()

    async def confirmed(self) -> None:
        """Wait until this process is known to be alive; at once, as long as the database answers."""
        while time.monotonic() - self._confirmed_at > FRESH_SECONDS:
            self._confirmed.clear()
            await self._confirmed.wait()

    async def adopt(self, other: str) -> bool:
        """Is ``other`` dead? Then its work is this process's to resume, and ``other`` must end if it wakes.

        Whoever adopts calls ``release`` once the work is resumed.
        """
        if self._connection is None:
            return False
        async with self._busy:
            await self._connection.execute(_END_SESSION, {"id": other, "dead": DEAD_SECONDS})
            if not await self._take(other):
                return False
            await self._connection.execute(_COUNT_UP, {"id": other})
        return True

    async def release(self, other: str) -> None:
        """Give the id back, so that the process can start again under it."""
        if self._connection is not None:
            async with self._busy:
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
                log.warning("replica_unconfirmed", error=type(error).__name__)
                continue
            if not alive:
                log.error("replica_lost", meaning="another process took over; this one ends")
                self._on_lost()
                return
            self._seen()

    async def _confirm(self) -> bool:
        """Say that this process lives; False when it has been replaced."""
        async with self._busy:
            if self._connection is None or self._connection.closed:
                self._connection = await self._connect()
                if not await self._take(self.id):
                    return False
                return (await self._connection.execute(_REJOIN, self._own)).rowcount == 1
            cursor = await self._connection.execute(_CONFIRM, self._own | {"dead": DEAD_SECONDS})
            row = await cursor.fetchone()
            self.living = max(1, int(str(row[0]))) if row else self.living
            return row is not None

    @property
    def _own(self) -> dict[str, object]:
        return {"id": self.id, "epoch": self._epoch}
