"""What a database refuses while the bot starts, as a sentence with its fix."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bot.errors import StartError

_CLOSED = "can't be opened for writing. Give my user the right to read and write it."
# What the database's own words contain, and what that means for the person who starts the bot. The first row that fits counts.
_REASONS = (
    (
        ("not a database", "malformed", "file format"),
        "isn't a database that I can read. Restore it from a backup, or move it away to begin anew.",
    ),
    (("is full", "no space left"), "is full. Free some space, or raise LIMITS_DATABASE_MEGABYTES."),
    (
        ("unable to open", "readonly", "read-only", "permission denied"),
        _CLOSED,
    ),
    (
        ("too many", "connection slots"),
        "has no connection left. Raise max_connections, or stop what holds them; `bot check` tells how many I need.",
    ),
    (("starting up", "shutting down", "recovery mode"), "is just starting or ending. Try again in a moment."),
    (
        ("authentication", "password", "role", "pg_hba.conf"),
        "refuses the user or the password. Check both in DATABASE_URL.",
    ),
    (
        (
            "invalid sslmode",
            "invalid port",
            "invalid integer",
            "bad value",
            "support ssl",
            "ssl error",
            "certificate",
        ),
        "doesn't take what stands behind the ? in DATABASE_URL, such as sslmode. Check it.",
    ),
    (
        ("already exists", "no such table", "no such column"),
        "holds other tables than mine. Move it away, or give me a place of my own: DATA_DIR, or the database in DATABASE_URL.",
    ),
    (("does not exist",), "isn't there. Create it, or check its name in DATABASE_URL."),
)
_NAMES = re.compile(r'"[^"]*"')


class UnusableDatabaseError(StartError):
    """The database can't be opened, read, or changed."""


@contextmanager
def starting(what: str) -> Iterator[None]:
    """Turn what a database refuses inside into a sentence.

    Args:
        what: the file, or the database of DATABASE_URL.

    Raises:
        UnusableDatabaseError: as above.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error, psycopg.Error) as error:
        raise UnusableDatabaseError(f"{what} {_reason(error)}") from None


def refuse_read_only(what: str, connection: sa.Connection) -> None:
    """Look whether a PostgreSQL takes changes.

    Raises:
        UnusableDatabaseError: it doesn't.
    """
    if connection.scalar(sa.text("SHOW transaction_read_only")) == "on":
        raise UnusableDatabaseError(f"{what} {_CLOSED}")


def _reason(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    # Names are quoted, and may be any of these words.
    said = _NAMES.sub("", str(cause)).lower()
    for signs, words in _REASONS:
        if any(sign in said for sign in signs):
            return words
    if isinstance(cause, psycopg.OperationalError):
        return "can't be reached. Check the host and port in DATABASE_URL, and that the server runs."
    return f"can't be used ({type(cause).__name__}). Check it, or restore it from a backup."
