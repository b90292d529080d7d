"""A process opens no more connections to PostgreSQL than it was given, and works with as few as five."""

import asyncio
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from cryptography.fernet import Fernet
from dbos import DBOS

import bot.cli.check
from bot.cli import main
from bot.store.database import Database, postgres_engine
from bot.store.replicas import Replica
from bot.store.storage import pools
from bot.store.turns import Turns
from bot.workflows.engine import PORTABLE, Engine

assert bot.cli.check
STORES: list[Turns] = []
DONE: list[str] = []


@DBOS.workflow(name="test_connections", serialization_type=PORTABLE)
async def question(data: dict[str, Any]) -> str:
    row: dict[str, Any] = {
        "kind": "ask",
        "team": "T",
        "channel": "C",
        "root": "1.0",
        "ts": "1.0",
        "user": "U",
        "question": "q",
    }
    await STORES[0].begin(id=data["id"], boot="b", **row)
    await STORES[0].update(data["id"], state="done")
    DONE.append(data["id"])
    return "done"


@pytest.fixture
def limited(postgres_url: str) -> Iterator[tuple[str, str]]:
    """The database for a user with few connections, and the user's name."""
    name = f"few_{sa.make_url(postgres_url).database}"
    database = sa.make_url(postgres_url).database
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN CONNECTION LIMIT 5".encode())
        connection.execute(f"ALTER DATABASE {database} OWNER TO {name}".encode())
        connection.execute(f"ALTER SCHEMA public OWNER TO {name}".encode())
        yield sa.make_url(postgres_url).set(username=name).render_as_string(hide_password=False), name


async def test_thirty_questions_need_no_more_than_five_connections(
    limited: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    url, _ = limited
    own, engines = pools(5)
    database, kept = Database.postgres(url, own), postgres_engine(url, engines)
    DONE.clear()
    async with Replica(url, "one", on_lost=lambda: None):
        await database.prepare()
        STORES[:] = [Turns(database)]
        engine = Engine(kept, executor_id="one")
        await engine.launch()
        ids = [f"turn:{number}" for number in range(30)]
        starts = await asyncio.gather(
            *(engine.start(one, question, {"id": one}) for one in ids), return_exceptions=True
        )
        async with asyncio.timeout(60):
            while await engine.alive(ids):  # noqa: ASYNC110 - DBOS offers nothing to wait on
                await asyncio.sleep(0.05)
        await engine.close(deadline=5)
    database.close()
    kept.dispose()

    assert [start for start in starts if start is not None] == []
    assert sorted(DONE) == sorted(ids)
    assert "too many" not in caplog.text


@pytest.mark.parametrize(
    ("needed", "limit", "says"),
    [
        ("14", 5, "5 allowed, 14 needed for each replica. Raise max_connections"),
        ("14", 5, "or lower DATABASE_CONNECTIONS to 5."),
        ("5", 5, "5 allowed, 5 needed for each replica: room for 1 replica"),
        ("14", 30, "30 allowed, 14 needed for each replica: room for 2 replicas"),
        (
            "14",
            4,
            "4 allowed, 14 needed for each replica. Raise max_connections (or the limit of the user or the database).",
        ),
    ],
)
def test_check_compares_with_what_the_server_allows(
    limited: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
    needed: str,
    limit: int,
    says: str,
) -> None:
    url, name = limited
    for variable, value in {
        "DATABASE_URL": url,
        "DATABASE_CONNECTIONS": needed,
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    }.items():
        monkeypatch.setenv(variable, value)
    with psycopg.connect(
        sa.make_url(url).set(username="postgres").render_as_string(hide_password=False), autocommit=True
    ) as admin:
        admin.execute(f"ALTER ROLE {name} CONNECTION LIMIT {limit}".encode())

    said = CliRunner().invoke(main, ["check"]).output

    assert says in said
