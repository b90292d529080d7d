import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.store.columns import IDS, named
from bot.store.database import postgres_engine, sqlite_engine
from bot.store.job_tables import jobs, transitions
from bot.store.migrate import FOLDER, NewerDatabaseError, current, upgrade
from bot.store.schema import REVISION, metadata, turns
from bot.store.schema import messages as owned
from tests.databases import FIXTURES, Databases, PostgresDatabase, SqliteFiles, revisions, story


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> sa.Engine:
    if request.param == "sqlite":
        return sqlite_engine(tmp_path / "bot.sqlite3")
    return postgres_engine(request.getfixturevalue("postgres_url"), pool=2)


def test_the_revisions_make_the_tables_that_the_code_works_with(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        before = upgrade(connection)
    with engine.begin() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
        after = current(connection)
        again = upgrade(connection)
    engine.dispose()

    assert before is None
    assert after == again == REVISION
    assert differences == []


@pytest.mark.parametrize("revision", revisions())
def test_a_database_of_an_earlier_release_gets_the_tables_that_the_code_works_with(
    engine: sa.Engine, tmp_path: Path, revision: str
) -> None:
    old: Databases = SqliteFiles(tmp_path)
    if engine.dialect.name == "postgresql":
        old = PostgresDatabase(engine.url.set(drivername="postgresql").render_as_string(False), "one")
    old.load(FIXTURES / revision)
    with engine.begin() as connection:
        before = upgrade(connection)
        compared = MigrationContext.configure(connection, opts={"include_object": _is_alembics})
        differences = compare_metadata(compared, metadata)
        after = current(connection)
    engine.dispose()

    assert before == revision
    assert after == REVISION
    assert differences == []


def test_what_is_known_of_messages_is_taken_over_by_the_table_of_messages(
    engine: sa.Engine, tmp_path: Path
) -> None:
    old: Databases = SqliteFiles(tmp_path)
    if engine.dialect.name == "postgresql":
        old = PostgresDatabase(engine.url.set(drivername="postgresql").render_as_string(False), "one")
    old.load(FIXTURES / "0004")
    told = story("0004")["engines"]["sqlite" if engine.dialect.name == "sqlite" else "postgresql"]
    private, *_ = old.rows("SELECT id FROM turns WHERE reply_kind = 'private'")[0]
    note = (
        '{"beside": true, "shared": {"C1": {"since": 700.0, "ts": ""}, "C2": {"since": 800.0, "ts": "9.9"}}}'
    )
    old.change(f"UPDATE turns SET options = '{note}' WHERE id = '{private}'")  # noqa: S608 - words of this file
    ((claim,),) = old.rows("SELECT ts FROM cards WHERE number = 0")
    with engine.begin() as connection:
        upgrade(connection)
        found = connection.execute(owned.select()).all()
        options = connection.scalar(sa.select(turns.c.options).where(turns.c.id == private))
        alone = connection.execute(sa.select(turns.c.id).where(turns.c.private == 1)).scalars().all()
    engine.dispose()

    replies = {(f"turn:T0ACME:{q['channel']}:{q['ts']}", q["thread"], q["reply"]) for q in told["questions"]}
    assert {(m.key, m.thread, m.ts) for m in found if m.kind == "stream"} == {
        reply for reply in replies if reply[2] is not None
    }
    shares = [(m.key, m.channel, m.thread, m.ts, m.tried_at) for m in found if m.kind == "share"]
    assert sorted(shares) == [(private, "C1", "", "", 1_000.0), (private, "C2", "", "9.9", 1_100.0)]
    assert (options, alone) == ({"beside": True}, [private])
    standing = {(m.key, m.ts) for m in found if m.kind == "card" and m.ts}
    assert standing == {(f"card:{j['kind']}:{j['job']}:C0JOBS", j["ts"]) for j in told["jobs"]["told"]}
    (held,) = [m for m in found if m.kind == "card" and not m.ts]
    assert held.key == f"card:{told['jobs']['untold']['kind']}:{told['jobs']['untold']['job']}:C0JOBS"
    assert f"?{held.holder}" == claim
    assert held.tried_at > 1e9


def test_jobs_of_the_release_before_stand_in_their_rows_as_their_changes_told(
    engine: sa.Engine, tmp_path: Path
) -> None:
    old: Databases = SqliteFiles(tmp_path)
    if engine.dialect.name == "postgresql":
        old = PostgresDatabase(engine.url.set(drivername="postgresql").render_as_string(False), "one")
    old.load(FIXTURES / "0009")
    old.change("INSERT INTO jobs VALUES ('embedding', 'silent', 'manual', 'success', 0, 5, 6)")
    with engine.begin() as connection:
        upgrade(connection)
        found = {job.id: job for job in connection.execute(jobs.select()).all()}
        told = connection.execute(transitions.select().order_by(transitions.c.number)).all()
    engine.dispose()

    silent = found.pop("silent")
    assert (silent.card, silent.finished, silent.moved_at, silent.detail) == ("silent", 1, 6, {})
    assert {change.job for change in told} <= set(found)
    for change in told:
        job, detail = found[change.job], change.detail
        assert (job.card, job.bucket, job.began) == (
            detail["burst"],
            detail.get("bucket"),
            detail["created_at"],
        )
        assert (job.status, job.finished) == (change.status, int(detail["finished"]))


ODD = {
    "long": {"bucket": "b" * 300, "burst": "c" * 300, "created_at": 1},
    "wrong": {"bucket": ["b"], "burst": {"a": 1}, "created_at": "monday", "finished_at": True},
    "large": {"bucket": 7, "created_at": 10**400, "finished_at": -(10**13)},
    "nul": {"bucket": "b\0", "burst": "\0\ud800", "created_at": 2.5, "finished_at": 1.5},
    "list": [1],
    "null": None,
}


def test_an_odd_row_of_the_release_before_stops_no_start(engine: sa.Engine, tmp_path: Path) -> None:
    old: Databases = SqliteFiles(tmp_path)
    if engine.dialect.name == "postgresql":
        old = PostgresDatabase(engine.url.set(drivername="postgresql").render_as_string(False), "one")
    old.load(FIXTURES / "0009")
    said = {name: json.dumps(detail) for name, detail in ODD.items()}
    if engine.dialect.name == "sqlite":
        said |= {"torn": '{"bucket": ', "nan": '{"created_at": NaN, "bucket": "b"}'}
    for name, detail in said.items():
        old.change(f"INSERT INTO jobs VALUES ('embedding', '{name}', 't', 'success', 1, 5, 6)")  # noqa: S608 - words of this file
        old.change(f"INSERT INTO transitions VALUES ('embedding', '{name}', 1, 'success', '{detail}', 5, 1)")  # noqa: S608 - as above
    with engine.begin() as connection:
        upgrade(connection)
        found = {job.id: job for job in connection.execute(jobs.select()).all()}
    engine.dispose()

    stand = {
        name: (job.card, job.bucket, job.began, job.ended, job.took)
        for name, job in found.items()
        if name in said
    }
    assert stand.pop("long") == (named("c" * 300, IDS), named("b" * 300, IDS), 1.0, None, None)
    assert stand.pop("nul") == ("nul", "b", 2.5, 1.5, 0.0)
    assert stand.pop("nan", ("nan", "b", None, None, None)) == ("nan", "b", None, None, None)
    assert stand == {name: (name, None, None, None, None) for name in stand}


def _is_alembics(_thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """All but the table in which replicas confirm that they live, which they make themselves."""
    return (kind, name) != ("table", "replicas")


def test_a_database_of_a_newer_release_is_left_alone(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        upgrade(connection)
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(NewerDatabaseError, match="9999"), engine.begin() as connection:
        upgrade(connection)

    engine.dispose()


@pytest.fixture
def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return ScriptDirectory.from_config(config)


def test_the_named_revision_is_the_newest_one(scripts: ScriptDirectory) -> None:
    assert scripts.get_current_head() == REVISION


def test_every_revision_but_the_newest_has_fixture_databases(scripts: ScriptDirectory) -> None:
    """The newest gets its own when it is released: ``make fixture-db``."""
    released = {script.revision for script in scripts.walk_revisions()} - {REVISION}

    assert released - set(revisions()) == set()
    for revision in revisions():
        assert {file.name for file in (FIXTURES / revision).iterdir()} == {
            "bot.sqlite.sql",
            "engine.sqlite.sql",
            "postgresql.sql",
            "story.json",
        }
