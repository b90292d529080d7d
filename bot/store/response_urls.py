"""The way back to someone who typed a command: encrypted, counted, dropped after thirty minutes."""

import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.store.database import Database
from bot.store.folder import KEY, DataDirError, private_file, usable
from bot.store.schema import SKEW_SECONDS, response_urls
from config.values import split_keys

LIFETIME_SECONDS = 30 * 60
"""Slack's limit: a response_url works for thirty minutes. https://docs.slack.dev/interactivity/handling-user-interaction"""
USES = 5
"""Slack's limit: and for five messages."""


def keys(given: str | None, folder: Path) -> MultiFernet:
    """Return the keys that encrypt; the first of ``given`` writes, all read. Without any, one is kept in ``folder``.

    Raises:
        StartError: the kept one can't be used.
    """
    if given:
        return MultiFernet([Fernet(key) for key in split_keys(given)])
    path = private_file(folder / KEY)
    with usable(path):
        if not path.stat().st_size:  # the process ended while it was made
            path.write_bytes(Fernet.generate_key())
        kept = path.read_bytes()
    try:
        return MultiFernet([Fernet(kept)])
    except ValueError:
        raise DataDirError(
            f"{path} doesn't hold a key. Restore it from a backup, or delete it: I make a new one then, "
            "and commands that I haven't answered yet get their answer in a direct message."
        ) from None


class ResponseUrls:
    """Repository of response_urls by the id of the work they answer."""

    def __init__(
        self, database: Database, cipher: MultiFernet, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._clock = clock

    async def keep(self, work_id: str, url: str) -> None:
        """Remember the URL; a second time changes nothing."""
        row = {
            "id": work_id,
            "url": self._cipher.encrypt(url.encode()),
            "uses": 0,
            "created_at": self._clock(),
        }

        def work(connection: sa.Connection) -> None:
            known = connection.scalar(sa.select(response_urls.c.id).where(response_urls.c.id == work_id))
            if known is None:
                connection.execute(response_urls.insert(), row)

        await self._database.run(work)

    async def use(self, work_id: str, *, leave: int = 0) -> str | None:
        """Take one use; None when it is too old, used up, no longer readable, or fewer than ``leave`` uses would remain."""

        def work(connection: sa.Connection) -> bytes | None:
            row = connection.execute(
                response_urls.select().where(response_urls.c.id == work_id)
            ).one_or_none()
            if (
                row is None
                or row.uses + 1 + leave > USES
                or self._clock() - row.created_at > LIFETIME_SECONDS
            ):
                return None
            connection.execute(
                response_urls.update().where(response_urls.c.id == work_id).values(uses=row.uses + 1)
            )
            return bytes(row.url)

        cipher_text = await self._database.run(work)
        if cipher_text is None:
            return None
        try:
            return self._cipher.decrypt(cipher_text).decode()
        except InvalidToken:  # its key was taken away; the one who asks has another way to the person
            return None

    async def drop_expired(self) -> int:
        """Delete what is too old to be used; the number of rows. One of the future (a clock was set back) is of now at most."""
        now = self._clock()

        def work(connection: sa.Connection) -> int:
            ahead = response_urls.c.created_at > now + SKEW_SECONDS
            connection.execute(response_urls.update().where(ahead).values(created_at=now))
            old = response_urls.c.created_at < now - LIFETIME_SECONDS
            return connection.execute(response_urls.delete().where(old)).rowcount

        return await self._database.run(work)
