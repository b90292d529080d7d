"""Every SQL engine of the process: the bot's own database and the engine DBOS works on.

SQLite rules are those that were measured: WAL with ``synchronous=FULL``, writers queue on one connection,
``IMMEDIATE`` transactions, and one process per file (a lock file, not SQLite, refuses the second one).
"""

import asyncio
import fcntl
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import IO, Any, Self, TypeVar

import psycopg
import sqlalchemy as sa
import stamina
from sqlalchemy.exc import DBAPIError

from bot.errors import StartError
from bot.observability.outage import Outage
from bot.store.folder import LOCK, make_private, private_file, usable
from bot.store.migrate import upgrade

# It would tell each try; here the beginning and the end are told.
stamina.instrumentation.set_on_retry_hooks([])

T = TypeVar("T")

BUSY_SECONDS = 30
"""How long SQLite itself waits for a lock before it says so."""

PATIENCE_SECONDS = 3600.0
"""How long one piece of work is tried again while the database is locked or away: a turn that gives up is lost."""


_AWAY = ("57P", "53300")
"""SQLSTATEs of a server that ends, begins, or has no connection left. One that does not answer at all sends none."""


class DatabaseInUseError(StartError):
    """Another process works on the same DATA_DIR."""


def sqlite_engine(path: Path, megabytes: float | None = None) -> sa.Engine:
    """Return an engine with one connection, on which writers queue fairly. Beyond ``megabytes`` SQLite says that the disk is full."""
    engine = sa.create_engine(
        f"sqlite:///{path}", pool_size=1, max_overflow=0, pool_timeout=BUSY_SECONDS, hide_parameters=True
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in (
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=FAST",
        ):
            connection.execute(f"PRAGMA {pragma}")
        if megabytes is not None:
            (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
            connection.execute(f"PRAGMA max_page_count={int(megabytes * 2**20 / page_bytes)}")

    return engine


def postgres_engine(url: str, pool: int) -> sa.Engine:
    """Return an engine for many replicas, with ``pool`` connections at most; ``postgresql://`` is read as psycopg 3."""
    engine = sa.create_engine(
        sa.make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
    )

    @sa.event.listens_for(engine, "handle_error")
    def _tell_apart(context: sa.ExceptionContext) -> None:
        """A server that cannot be reached counts as a lost connection, for DBOS too: both wait for it then."""
        error = context.original_exception
        if isinstance(error, psycopg.Error):
            _without_words(error)
        if isinstance(error, psycopg.OperationalError) and (error.sqlstate or _AWAY[0]).startswith(_AWAY):
            context.is_disconnect = True
        if context.sqlalchemy_exception is not None:
            context.sqlalchemy_exception.args = (f"({type(error).__name__}) {error}",)

    return engine


def _without_words(error: psycopg.Error) -> None:
    """Take the server's details out of an error: they quote the row, and with it what people wrote."""
    error.args = (str(error).partition("\n")[0],)


def without_traces(connection: sa.Connection) -> None:
    """Take what was deleted out of SQLite's journal too; the file itself is written over (``secure_delete``)."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def settled(engine: sa.Engine) -> None:
    """Move what stands in SQLite's journal into the file, beside those who write; what ``without_traces`` finds left takes a moment."""
    if engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(str(engine.url.database))) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


def written_anew(connection: sa.Connection) -> None:
    """Write SQLite's file anew, so nothing is left of what was ever deleted. Takes a while, and room for a second file."""
    connection.exec_driver_sql("VACUUM")
    without_traces(connection)


def passing(error: BaseException) -> bool:
    """Is this a fault that passes (a lock, a server that is away) rather than a mistake of ours?"""
    if isinstance(error, sa.exc.TimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or "locked" in str(error.orig) or "busy" in str(error.orig)


def refused(error: BaseException) -> bool:
    """Is it what was to be written that can never be written, rather than the state the database is in?"""
    if isinstance(error, sa.exc.OperationalError | sa.exc.InternalError | sa.exc.InterfaceError):
        return False
    return isinstance(error, sa.exc.StatementError)


class Database:
    """The bot's own database. Work is a plain function of a connection; it runs in one transaction on a thread of ours."""

    def __init__(self, engine: sa.Engine, threads: int) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="store")
        self._own = threading.local()
        self._closing = False
        self._waits = Outage("database_waits", "database_answers_again")
        self._connections: list[sa.Connection] = []

    @classmethod
    def sqlite(cls, path: Path, megabytes: float | None = None) -> Self:
        """One file, one connection, one thread: first come, first served. It grows to ``megabytes`` at most."""
        return cls(sqlite_engine(path, megabytes), threads=1)

    @classmethod
    def postgres(cls, url: str, connections: int = 4) -> Self:
        """Return a server; as many pieces of work at a time as there are connections."""
        return cls(postgres_engine(url, pool=connections), threads=connections)

    async def prepare(self) -> None:
        """Bring the tables to the revision this release works with."""
        await self.run(upgrade)

    async def run(self, work: Callable[[sa.Connection], T]) -> T:
        """Return the result of ``work`` in one transaction; waits out a locked or absent database for up to an hour."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._transaction, work)

    async def leave_no_traces(self) -> None:
        """Take what was deleted out of SQLite's journal too; work waits for its last few pages only."""
        await self.settle()
        await self.run(without_traces)

    async def pages(
        self, query: sa.Select[Any], *order: sa.Column[Any], size: int
    ) -> AsyncIterator[Sequence[sa.Row[Any]]]:
        """Yield what a query finds, page by page, each read on its own; ``order`` are columns of it that tell all rows apart."""
        ordered = query.order_by(*order).limit(size)
        page = await self.run(partial(_rows, ordered))
        while page:
            yield page
            last = sa.tuple_(*(sa.literal(getattr(page[-1], column.name)) for column in order))
            behind = ordered.where(sa.tuple_(*order) > last)
            page = await self.run(partial(_rows, behind))

    async def by_pages(self, page: Callable[[sa.Connection], int]) -> int:
        """Do a long change page by page, each a transaction of its own, until one changes nothing; the number of rows."""
        count = 0
        while changed := await self.run(page):
            count += changed
            await self.settle()
        return count

    async def settle(self) -> None:
        """Between pages of a long change: move it into SQLite's file now, or the work of someone else does, and waits."""
        if self._engine.dialect.name == "sqlite":
            await asyncio.to_thread(settled, self._engine)

    def _transaction(self, work: Callable[[sa.Connection], T]) -> T:
        try:
            return self._once(work)
        except Exception as error:
            if not passing(error):
                raise
            self._waits.seen(
                error=type(error).__name__, fix="check the database; work waits for it for up to an hour"
            )
        return stamina.retry(
            on=lambda error: passing(error) and not self._closing,
            attempts=None,
            timeout=PATIENCE_SECONDS,
            wait_initial=0.05,
            wait_max=2.0,
        )(self._once)(work)

    def _once(self, work: Callable[[sa.Connection], T]) -> T:
        """One transaction on this thread's own connection: a pool's care between two of them costs more than they do."""
        connection: sa.Connection | None = getattr(self._own, "connection", None)
        if connection is None or connection.closed or connection.invalidated:
            connection = self._own.connection = self._engine.connect()
            self._connections.append(connection)
        with connection.begin():
            result = work(connection)
        self._waits.gone()
        return result

    def close(self) -> None:
        """Finish what was begun and let go of the file; a database that is away is waited for no longer."""
        self._closing = True
        self._threads.shutdown(wait=True)
        for connection in self._connections:
            connection.close()
        self._engine.dispose()


class OneProcess:
    """A lock on DATA_DIR, held inside the block: two processes on the same SQLite files would each do the other's work.

    Args:
        folder: DATA_DIR; made when missing.
        patience: seconds to wait for a predecessor that is just ending.

    Raises:
        DatabaseInUseError: another process keeps it.
    """

    def __init__(self, folder: Path, patience: float = 5.0) -> None:
        self._folder = folder
        self._patience = patience
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        make_private(self._folder)
        with usable(self._folder / LOCK):
            self._file = private_file(self._folder / LOCK).open("a+")
            self._wait_for_the_lock(self._file)
        return self

    def _wait_for_the_lock(self, file: IO[str]) -> None:
        end = time.monotonic() + self._patience
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= end:
                    file.close()
                    raise DatabaseInUseError(
                        f"Another bot already works in {self._folder}. Stop it, or give this one its own DATA_DIR."
                    ) from None
                time.sleep(0.1)
            else:
                return

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()


def _rows(query: sa.Select[Any], connection: sa.Connection) -> Sequence[sa.Row[Any]]:
    return connection.execute(query).all()
