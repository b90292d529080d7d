"""Both databases for a command that reads or erases: beside the bot where that can be done, and a sentence where it can't."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.errors import StartError
from bot.store.database import (
    Database,
    DatabaseInUseError,
    OneProcess,
    postgres_engine,
    sqlite_engine,
    written_anew,
)
from bot.store.folder import BOT, ENGINE, usable
from bot.store.migrate import current, known
from bot.store.replicas import DEAD_SECONDS
from bot.store.schema import REVISION
from bot.store.starting import starting
from bot.store.storage import POSTGRES, open_database
from config.settings import Settings

PATIENCE_SECONDS = 1.0
"""How long to wait for a bot that is just ending."""
CONNECTIONS = 2
"""To PostgreSQL for the engine's tables; the bot's own have those of the settings."""


class NotNowStoppedError(StartError):
    """The bot has to be stopped for this."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Both databases."""

    database: Database
    engine: sa.Engine
    files: bool
    """They are files."""

    async def served(self) -> bool:
        """Return whether a bot works on them now."""
        if self.files:
            return False  # what changes files has them alone

        def work(connection: sa.Connection) -> bool:
            if not sa.inspect(connection).has_table("replicas"):
                return False
            living = "SELECT count(*) FROM replicas WHERE confirmed_at > clock_timestamp() - make_interval(secs => :dead)"
            return bool(connection.scalar(sa.text(living), {"dead": DEAD_SECONDS}))

        return await self.database.run(work)

    async def clean(self) -> None:
        """Leave nothing of what was erased in files: they are written anew. A server does that itself (VACUUM)."""
        if not self.files:
            return
        await self.database.run(written_anew)
        with self.engine.connect() as connection:
            written_anew(connection)


@asynccontextmanager
async def reading(settings: Settings) -> AsyncIterator[Beside]:
    """Open both to read, also while the bot works on them.

    Raises:
        StartError: there are none, they are another release's, or they can't be used.
    """
    if settings.database_url is not None:
        async with _server(settings) as found:
            yield found
        return
    _exist(settings.data_dir)
    bots, engine = (sqlite_engine(settings.data_dir / name) for name in (BOT, ENGINE))
    for opened in (bots, engine):
        sa.event.listen(opened, "connect", _only_read)
    database = Database(bots, threads=1)
    with _closing(database, engine):
        await _same_release(database, str(settings.data_dir / BOT))
        yield Beside(database, engine, files=True)


@asynccontextmanager
async def changing(settings: Settings) -> AsyncIterator[Beside]:
    """Open both to change: files alone, a server beside the bot's processes.

    Raises:
        StartError: as for ``reading``, or the bot has to be stopped first.
    """
    if settings.database_url is not None:
        async with _server(settings) as found:
            yield found
        return
    _exist(settings.data_dir)
    try:
        with OneProcess(settings.data_dir, PATIENCE_SECONDS):
            database = Database.sqlite(settings.data_dir / BOT)
            engine = sqlite_engine(settings.data_dir / ENGINE)
            with _closing(database, engine):
                await _same_release(database, str(settings.data_dir / BOT))
                yield Beside(database, engine, files=True)
    except DatabaseInUseError:
        raise NotNowStoppedError(
            f"The bot is running on {settings.data_dir}, and with SQLite only one process can change its files. "
            "Stop the bot first, then run this again."
        ) from None


@asynccontextmanager
async def _server(settings: Settings) -> AsyncIterator[Beside]:
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    async with open_database(settings) as database:
        await _same_release(database, POSTGRES)
        engine = postgres_engine(url, CONNECTIONS)
        try:
            yield Beside(database, engine, files=False)
        finally:
            engine.dispose()


@contextmanager
def _closing(database: Database, engine: sa.Engine) -> Iterator[None]:
    try:
        yield
    finally:
        database.close()
        engine.dispose()


def _exist(folder: Path) -> None:
    with usable(folder):
        if not (folder / BOT).exists():
            raise StartError(f"There's no database in {folder}. Set DATA_DIR to the folder the bot works in.")


async def _same_release(database: Database, what: str) -> None:
    with starting(what):
        revision = known(await database.run(current))
    if revision != REVISION:
        found = f"at revision {revision}" if revision else "empty"
        raise StartError(
            f"The database is {found}; this release works with {REVISION}. Run `bot migrate` first."
        )


def _only_read(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON")
