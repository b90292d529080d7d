"""How many connections a PostgreSQL allows: to all, to this user, and to this database."""

import psycopg

from bot.store.starting import starting

_ALLOWED = """
SELECT least(
    current_setting('max_connections')::int - CASE WHEN rolsuper THEN 0 ELSE
        current_setting('superuser_reserved_connections')::int
        + coalesce(current_setting('reserved_connections', true)::int, 0) END,
    CASE WHEN rolsuper THEN NULL ELSE nullif(rolconnlimit, -1) END,
    CASE WHEN rolsuper THEN NULL ELSE nullif(datconnlimit, -1) END)
FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()"""


def allowed(url: str, what: str, timeout: int) -> int:
    """Return the number, no matter who uses them now.

    Args:
        url: the database.
        what: its name in a message.
        timeout: seconds.

    Raises:
        StartError: the database can't be used.
    """
    with starting(what), psycopg.connect(url, connect_timeout=timeout) as connection:
        row = connection.execute(_ALLOWED).fetchone()
        return int(row[0]) if row else 0
