"""Where everything is kept: two SQLite files in DATA_DIR for one process, or one PostgreSQL for many."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import quote

import psycopg
import sqlalchemy as sa

from bot.store.database import Database, OneProcess, postgres_engine, sqlite_engine
from bot.store.folder import BOT, ENGINE, private_file, usable
from bot.store.migrate import current, known, upgrade
from bot.store.replicas import Replica
from bot.store.starting import refuse_read_only, starting
from bot.store.writable import Writable
from config.settings import Settings

ALONE = 2
"""Connections that are no pool's: one confirms that this process lives, one hears what the engine is told."""
ONE = "one"
"""The executor's id of a process that is alone; the name of its host may change between two starts."""
CONNECT_SECONDS = 5
POSTGRES = "The database of DATABASE_URL"


@dataclass(frozen=True, slots=True)
class Storage:
    """What the rest of the process is given."""

    database: Database
    engine: sa.Engine
    """What DBOS works on."""
    place: str
    """Where that is, in words for operators."""
    executor_id: str
    replica: Replica | None
    writable: Writable


def pools(connections: int) -> tuple[int, int]:
    """Return how many of a process's connections to PostgreSQL are for the bot's own tables, and how many for the engine's."""
    shared = connections - ALONE
    own = max(1, shared // 3)
    return own, shared - own


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """Open the bot's own database, as it is found.

    Raises:
        StartError: another process works in this DATA_DIR, or the database can't be used.
    """
    if settings.database_url is None:
        with OneProcess(settings.data_dir):
            path = private_file(settings.data_dir / BOT)
            database = Database.sqlite(path, settings.limits.database_megabytes)
            try:
                yield database
            finally:
                database.close()
        return
    url = settings.database_url.get_secret_value()
    with starting(POSTGRES):
        # SQLAlchemy would wait for a server that is away; at the start that is a mistake more often than an outage.
        await (await psycopg.AsyncConnection.connect(url, connect_timeout=CONNECT_SECONDS)).close()
    own, _ = pools(settings.database_connections)
    database = Database.postgres(url, own)
    try:
        yield database
    finally:
        database.close()


@asynccontextmanager
async def storage(settings: Settings, on_lost: Callable[[], None]) -> AsyncIterator[Storage]:
    """Open everything that is kept, at the revision of this release.

    Raises:
        StartError: as for ``open_database``; another process has this REPLICA_ID; the tables are a newer release's.
    """
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings))
        if settings.database_url is None:
            await prepared(database, settings)
            path = private_file(settings.data_dir / ENGINE)
            engine = sqlite_engine(path, settings.limits.database_megabytes)
            with starting(str(path)), engine.connect() as connection:
                connection.execute(sa.text("SELECT count(*) FROM sqlite_master"))
            files = (settings.data_dir / BOT, path)
            writable = Writable(database, files, settings.limits.database_megabytes)
            yield Storage(database, engine, str(path), ONE, None, writable)
            return
        url = settings.database_url.get_secret_value()
        with starting(POSTGRES):
            replica = await stack.enter_async_context(Replica(url, settings.replica_id, on_lost))
        await prepared(database, settings)
        _, engines = pools(settings.database_connections)
        engine = postgres_engine(url, engines)
        yield Storage(database, engine, POSTGRES, settings.replica_id, replica, Writable(database))


async def prepared(database: Database, settings: Settings) -> str | None:
    """Bring the tables to the revision of this release. Return the revision they were at before, None if there were none.

    Raises:
        StartError: they can't be read or changed, or are a newer release's.
    """
    with starting(POSTGRES if settings.database_url else str(settings.data_dir / BOT)):
        return await database.run(upgrade)


def revision(settings: Settings) -> str | None:
    """Return the revision of the tables, None if there are none yet. Nothing is made or changed.

    Raises:
        StartError: the database can't be used, or is a newer release's.
    """
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        address = sa.make_url(url).set(drivername="postgresql+psycopg")
        return _seen(sa.create_engine(address, connect_args={"connect_timeout": CONNECT_SECONDS}), POSTGRES)
    found = None
    for name in (BOT, ENGINE):
        path = settings.data_dir / name
        with usable(path):
            exists = path.exists()
        if exists:
            # As a file that is there already and is only read, by a process beside the one that works on it.
            found = (
                _seen(sa.create_engine(f"sqlite:///file:{quote(str(path))}?mode=rw&uri=true"), str(path))
                or found
            )
    return found


def _seen(engine: sa.Engine, what: str) -> str | None:
    try:
        with starting(what), engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                refuse_read_only(what, connection)
            return known(current(connection))
    finally:
        engine.dispose()
