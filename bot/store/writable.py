"""Whether the database takes changes now: what `/ready` asks, because accepting a question is a change."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from bot.errors import StartError
from bot.observability.health import State
from bot.store.database import Database
from bot.store.starting import starting

PATIENCE_SECONDS = 2.0
"""A database that takes longer for one small change counts as away; those who ask wait no longer either."""
BELIEVED_SECONDS = 1.0
ROOM_BYTES = 64 * 1024
"""What accepting a question may need."""
# It goes all the way to the disk, and changes nothing.
_CHANGE = sa.text("UPDATE alembic_version SET version_num = version_num")


class Writable:
    """Looks whether the database takes changes, once at a time and at most once a second.

    Args:
        database: the bot's own.
        files: of SQLite, each of which may be full.
        megabytes: the most that each of them may hold.
        patience: seconds to wait for an answer.
    """

    def __init__(
        self,
        database: Database,
        files: Sequence[Path] = (),
        megabytes: float | None = None,
        *,
        patience: float = PATIENCE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._files, self._megabytes = database, files, megabytes
        self._patience, self._clock = patience, clock
        self._looking: asyncio.Task[State] | None = None
        self._seen: tuple[float, State] = (float("-inf"), (False, ""))

    async def state(self) -> State:
        """Return whether it takes changes. A look that hangs stays the only one until it ends."""
        if self._clock() - self._seen[0] < BELIEVED_SECONDS:
            return self._seen[1]
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        done, _ = await asyncio.wait({self._looking}, timeout=self._patience)
        if not done:
            return False, "doesn't answer"
        self._seen = (self._clock(), self._looking.result())
        self._looking = None
        return self._seen[1]

    async def _look(self) -> State:
        try:
            with starting("the database"):
                for path in self._files:
                    if not await asyncio.to_thread(_has_room, path, self._megabytes):
                        return False, f"{path.name} is full"
                await self._database.run(lambda connection: connection.execute(_CHANGE))
        except StartError as error:
            return False, str(error)
        except (OSError, sa.exc.SQLAlchemyError, RuntimeError) as error:  # the last: it is being closed
            return False, f"can't be used ({type(error).__name__})"
        return True, "takes changes"


def _has_room(path: Path, megabytes: float | None) -> bool:
    disk = os.statvfs(path)
    if disk.f_bavail * disk.f_frsize < ROOM_BYTES:
        return False
    if megabytes is None:
        return True
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as connection:
        size, used, free = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_size", "page_count", "freelist_count")
        )
    return bool(megabytes * 2**20 - (used - free) * size >= ROOM_BYTES)
