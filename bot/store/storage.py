"""Where everything is kept: two SQLite files in DATA_DIR for one process, or one PostgreSQL for many."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import psycopg
import sqlalchemy as sa

from bot.store.database import Database, OneProcess, postgres_engine, sqlite_engine
from bot.store.replicas import Replica
from config.settings import Settings

ALONE = 2
"""Connections that are no pool's: one confirms that this process lives, one hears what the engine is told."""
ONE = "one"
"""The executor's id of a process that is alone; the name of its host may change between two starts."""


class DatabaseUnreachableError(Exception):
    """The server does not answer, or refuses this user."""


@dataclass(frozen=True, slots=True)
class Storage:
    """What the rest of the process is given."""

    database: Database
    engine: sa.Engine
    """What DBOS works on."""
    executor_id: str
    replica: Replica | None


def pools(connections: int) -> tuple[int, int]:
    """Return how many of a process's connections to PostgreSQL are for the bot's own tables, and how many for the engine's."""
    shared = connections - ALONE
    own = max(1, shared // 3)
    return own, shared - own


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The bot's own database, as it is found.

    Raises:
        DatabaseInUseError: another process works in this DATA_DIR.
        DatabaseUnreachableError: the server does not answer.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if settings.database_url is None:
        with OneProcess(settings.data_dir):
            database = Database.sqlite(settings.data_dir / "bot.sqlite3", settings.limits.database_megabytes)
            try:
                yield database
            finally:
                database.close()
        return
    url = settings.database_url.get_secret_value()
    try:  # SQLAlchemy would wait for a server that is away; at the start that is a mistake more often than an outage
        await (await psycopg.AsyncConnection.connect(url, connect_timeout=5)).close()
    except psycopg.OperationalError as error:
        raise DatabaseUnreachableError(
            f"The database of DATABASE_URL cannot be reached ({type(error).__name__}). Check its host, user and password."
        ) from None
    own, _ = pools(settings.database_connections)
    database = Database.postgres(url, own)
    try:
        yield database
    finally:
        database.close()


@asynccontextmanager
async def storage(settings: Settings, on_lost: Callable[[], None]) -> AsyncIterator[Storage]:
    """Everything that is kept, at the revision of this release.

    Raises:
        DatabaseInUseError, DatabaseUnreachableError: see ``open_database``.
        DuplicateReplicaError: another process has this REPLICA_ID.
        NewerDatabaseError: the tables are a newer release's.
    """
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings))
        if settings.database_url is None:
            await database.prepare()
            engine = sqlite_engine(settings.data_dir / "engine.sqlite3", settings.limits.database_megabytes)
            yield Storage(database, engine, ONE, None)
            return
        url = settings.database_url.get_secret_value()
        replica = await stack.enter_async_context(Replica(url, settings.replica_id, on_lost))
        await database.prepare()
        _, engines = pools(settings.database_connections)
        yield Storage(database, postgres_engine(url, engines), settings.replica_id, replica)
