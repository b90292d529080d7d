"""`bot forget` and `bot export`, on both databases with the engine's real rows: nothing stays, no one else is touched, all is exported."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from bot.cli import main
from bot.store.database import OneProcess, postgres_engine, sqlite_engine
from bot.store.migrate import upgrade
from bot.store.schema import metadata
from config.settings import variables
from tests.databases import FIXTURES, Databases, PostgresDatabase, SqliteFiles

ROOT = Path(__file__).resolve().parents[4]
MIA, BEN, ADA = "U0MIA", "U0BEN", "U0ADA"
OLD = time.time() - 30 * 86_400
WORDS = "of-mia"
"""In every text that is hers alone."""
LONG = f"{WORDS} " * 2_000
FILES = ("bot.sqlite3", "bot.sqlite3-wal", "engine.sqlite3", "engine.sqlite3-wal")

Cell = tuple[str, str, str, object]
"""A table, its row's key, a column, and what stands there."""


class Kept:
    """Both databases of a bot that was killed in the middle of its work (the fixture), with more rows in them."""

    def __init__(self, kept: Databases, bots: sa.Engine, engines: sa.Engine, data: Path) -> None:
        self.data = data
        self.settings = kept.settings
        self._both = ((bots, None), (engines, "dbos" if engines.dialect.name == "postgresql" else None))
        with bots.begin() as connection:
            upgrade(connection)
            connection.execute(sa.text("DELETE FROM turns WHERE state = 'written'"))

    def add(self, table: str, **row: Any) -> None:
        with self._both[0][0].begin() as connection:
            connection.execute(metadata.tables[table].insert(), row)

    def work(self, table: str, **row: Any) -> None:
        """A row of the engine's."""
        engine, schema = self._both[1]
        with engine.begin() as connection:
            connection.execute(sa.table(table, *map(sa.column, row), schema=schema).insert(), row)

    def cells(self) -> set[Cell]:
        """Everything that is kept."""
        return {cell for engine, schema in self._both for cell in _cells(engine, schema)}

    def close(self) -> None:
        for engine, _ in self._both:
            engine.dispose()


def _cells(engine: sa.Engine, schema: str | None) -> Iterator[Cell]:
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        for table in inspector.get_table_names(schema):
            keys = inspector.get_pk_constraint(table, schema)["constrained_columns"]
            names = [one["name"] for one in inspector.get_columns(table, schema)]
            found = sa.select(sa.table(table, *map(sa.column, names), schema=schema))
            for row in connection.execute(found).mappings():
                key = "|".join(str(row[name]) for name in keys)
                for name in names:
                    value = row[name]
                    value = json.dumps(value, default=str) if isinstance(value, dict | list) else value
                    yield table, key, name, value


@contextmanager
def made(data: Path, postgres: str | None) -> Iterator[Kept]:
    data.mkdir()
    if postgres is None:
        files = SqliteFiles(data)
        files.load(FIXTURES / "0005")
        kept = Kept(files, sqlite_engine(files.files["bot"]), sqlite_engine(files.files["engine"]), data)
    else:
        server = PostgresDatabase(postgres, "one")
        server.load(FIXTURES / "0005")
        kept = Kept(server, postgres_engine(postgres, pool=1), postgres_engine(postgres, pool=1), data)
    fill(kept)
    yield kept
    kept.close()


@pytest.fixture(params=["sqlite", "postgres"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    with made(tmp_path / "data", url) as found:
        yield found


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Kept]:
    with made(tmp_path / "data", None) as found:
        yield found


@pytest.fixture
def typed(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """What a command says."""
    monkeypatch.chdir(kept.data)
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    for name, value in (kept.settings | {"DATA_DIR": str(kept.data)}).items():
        monkeypatch.setenv(name, value)
    return lambda *words: CliRunner().invoke(main, words)


def process(kept: Kept, *words: str) -> "subprocess.CompletedProcess[str]":
    """The same as a process of its own."""
    clean = {name: value for name, value in os.environ.items() if name not in variables()}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=kept.data,
        env=clean | kept.settings | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# ---------------------------------------------------------------------------------------------- what is kept
def fill(kept: Kept) -> None:
    """Rows of every kind: of one person, who is forgotten, and of others."""
    for user, words in ((MIA, LONG), (BEN, "of-ben"), (ADA, "of-ada")):
        for at, number in ((OLD, "1"), (time.time(), "2")):
            key = f"turn:T0ACME:C0GENERAL:{user}.{number}".replace(user, str(sum(map(ord, user))))
            kept.add("turns", **turn(key, user, words, at))
            kept.add("messages", **message(key))
            kept.add("response_urls", id=key, url=b"secret", uses=1, created_at=at)
            kept.add("interruptions", turn=key, kind="edited", text=words, user=user, at=at)
        kept.add("turns", **turn(f"act:T0ACME:C:x:{user}:1", user, words, time.time()))
        kept.add("feedback", **judged("turn:stopped", user, words))
        kept.add("feedback", **judged(key, "U0JUDGE", words))
        kept.add("deeds", **deed(f"do:done:{user}", user, words, result="done", told=1, attempts=1))
        kept.add("deeds", **deed(f"do:asked:{user}", user, words, until=time.time() + 600))
        kept.add("response_urls", id=f"do:done:{user}", url=b"secret", uses=1, created_at=OLD)
        kept.add("grants", **grant(f"g-{user}", kind="person", grantee=user))
        kept.add("grants", **grant(f"by-{user}", kind="channel", grantee="C1", by=user))
        kept.add("action_items", **agreed(f"item-{user}", words, asked_by=user, taken_by=user))
        kept.add(
            "action_items",
            **agreed(f"others-{sum(map(ord, user))}", "of-others", asked_by=user, taken_by="U0OTHER"),
        )
        kept.add(
            "job_starts", kind="embedding", id=f"job-{user}", team="T0ACME", user=user, channel="C1", at=OLD
        )
        card = message(f"card:embedding:job-1:{user}") | {"channel": f"D{user[1:]}", "kind": "card"}
        kept.add("messages", **card)
        notice = f"job:embedding:job-1:1:{user}"
        for table, row in work(
            notice, user, words, {"kind": "embedding", "job": "job-1", "channel": user}
        ).items():
            kept.work(table, **row)
        kept.add(
            "job_marks",
            kind="call",
            card=f"c-{user}",
            channel="",
            what="on_it",
            user=user,
            at=OLD,
            until=None,
        )
        for table, row in work(f"do:done:{user}", user, words).items():
            kept.work(table, **row)
    kept.add(
        "turns",
        **turn("turn:stopped", BEN, "of-ben", OLD) | {"outcome": "stopped", "note": f"Stopped by <@{MIA}>."},
    )
    kept.add("interruptions", turn="turn:stopped", kind="stopped", user=MIA, at=OLD)
    kept.add(
        "deeds", **deed("do:grant", ADA, "", result="done", told=1) | {"given": {"to": [MIA], "why": WORDS}}
    )
    kept.add("turns", **turn("turn:direct", MIA, WORDS, OLD) | {"channel": "D0MIA"})
    kept.add("channels", team="T0ACME", channel="D0MIA", kind="im", shared=0, archived=0, known_at=OLD)
    kept.add(
        "channels", team="T0ACME", channel="C0GENERAL", kind="public", shared=0, archived=0, known_at=OLD
    )


def turn(key: str, user: str, words: str, at: float) -> dict[str, Any]:
    said = dict.fromkeys(("question", "answer", "note"), words)
    data = {"options": {"files": [[words, words]]}, "passages": [{"text": words}], "buckets": [words[:30]]}
    row = {
        "id": key,
        "kind": "ask",
        "team": "T0ACME",
        "channel": "C0GENERAL",
        "root": "1.0",
        "ts": "1.0",
        "user": user,
    }
    end = {
        "state": "done",
        "attempts": 1,
        "boot": "b",
        "outcome": "answered",
        "created_at": at,
        "finished_at": at,
    }
    trace = {"passages": [{"text": words}], "request": words}
    return row | said | data | end | {"model": words[:50], "trace": trace}


def judged(key: str, user: str, words: str) -> dict[str, Any]:
    row = {"turn": key, "user": user, "team": "T0ACME", "value": "down", "reason": "Wrong"}
    return row | {"comment": words, "at": OLD}


def agreed(key: str, words: str, **people: str) -> dict[str, Any]:
    about = {"team": "T0ACME", "call": "c", "assistant": "a", "turn": "t", "at": 75, "created_at": OLD}
    return about | {"id": key, "title": "Porting", "who": "", "owner": "", "text": words} | people


def message(key: str) -> dict[str, Any]:
    place = {"key": key, "channel": "C0GENERAL", "thread": "1.0", "team": "T0ACME"}
    return place | {"kind": "stream", "ts": "2.0", "shown": "", "holder": "", "tried_at": OLD}


def deed(key: str, user: str, words: str, **more: Any) -> dict[str, Any]:
    row = {
        "id": key,
        "verb": "docs embed",
        "team": "T0ACME",
        "channel": "C0GENERAL",
        "user": user,
        "user_team": "T0ACME",
    }
    said = {name: {"text": words, "blocks": []} for name in ("given", "noted", "shown")}
    return row | said | {"at": OLD, "attempts": 0, "told": 0} | more


def grant(key: str, **more: Any) -> dict[str, Any]:
    return {"id": key, "team": "T0ACME", "thing": "bucket", "name": "hr", "by": ADA, "at": OLD} | more


def work(key: str, user: str, words: str, told: dict[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    """What the engine keeps of a change that has ended, or of news of a job that someone was told."""
    given = told or {
        "id": key,
        "verb": "docs embed",
        "given": {"text": words},
        "asker": {"user": user, "user_team": "T"},
    }
    named = {"workflow_uuid": key}
    return {
        "workflow_status": named
        | {
            "status": "SUCCESS",
            "name": "notify" if told else "deed",
            "priority": 0,
            "was_forked_from": False,
            "rate_limited": False,
            "is_debounced": False,
        },
        "workflow_input": named | {"inputs": json.dumps({"positionalArgs": [given], "namedArgs": {}})},
        "workflow_output": named | {"output": json.dumps(words)},
        "operation_outputs": named | {"function_id": 1, "function_name": "step", "output": json.dumps(words)},
        "workflow_events": named | {"key": "k", "value": json.dumps(words)},
    }


def of(cells: set[Cell], word: str) -> dict[tuple[str, str], object]:
    return {(cell[0], cell[2]): cell[3] for cell in cells if word in str(cell[3])}


def leaves(value: Any) -> set[str]:
    """Every text in plain JSON, also in JSON in a text."""
    if isinstance(value, Mapping):
        return {leaf for one in value.values() for leaf in leaves(one)}
    if isinstance(value, list):
        return {leaf for one in value for leaf in leaves(one)}
    if isinstance(value, str) and value[:1] in ("{", "[", '"'):
        try:
            return leaves(json.loads(value))
        except ValueError:
            pass
    return {value} if isinstance(value, str) else set()


# -------------------------------------------------------------------------------------------------- forgetting
def test_nothing_of_a_forgotten_person_is_kept_and_nothing_of_others_is_touched(
    kept: Kept, typed: Callable[..., Result]
) -> None:
    before = kept.cells()

    said = typed("forget", f"<@{MIA}|mia>")

    after = kept.cells()
    assert said.exit_code == 0, said.output
    assert "I've erased what I kept about U0MIA: " in said.output
    assert of(after, WORDS) == {}
    left = of(after, MIA)
    assert {place for place in left if place[0] != "deeds"} == {("grants", "by"), ("grants", "id")}
    assert {place[1] for place in left if place[0] == "deeds"} == {"user", "id"}
    for other in ("of-ben", "of-ada"):
        assert {c for c in before if other in str(c)} == {c for c in after if other in str(c)}
    assert {c for c in before if c[0] in ("jobs", "transitions", "presence", "polls")} <= after
    assert ("turns", "turn:stopped", "note", "Stopped by someone.") in after


def test_the_audit_log_of_a_forgotten_person_says_who_what_when_and_how_it_ended(
    typed: Callable[..., Result],
) -> None:
    typed("forget", MIA)

    lines = [json.loads(line) for line in typed("export", "audit").output.splitlines()]
    (done,) = [line for line in lines if line["id"] == f"do:done:{MIA}"]
    assert (done["who"], done["verb"], done["place"], done["result"]) == (
        MIA,
        "docs embed",
        "C0GENERAL",
        "done",
    )
    assert done["arguments"] is None
    assert done["when"].endswith("Z")
    (asked,) = [line for line in lines if line["id"] == f"do:asked:{MIA}"]
    assert asked["result"] == "canceled"
    (named,) = [line for line in lines if line["id"] == "do:grant"]
    assert (named["who"], named["arguments"]) == (ADA, None)


def test_what_had_not_ended_ends_unanswered_and_without_words(
    kept: Kept, typed: Callable[..., Result]
) -> None:
    before = kept.cells()
    running = {c[1] for c in before if c[0] == "turns" and c[2:] == ("user", MIA)} & {
        c[1] for c in before if c[0] == "turns" and c[2:] == ("state", "running")
    }

    said = typed("forget", MIA)

    after = kept.cells()
    assert len(running) == 2
    assert "questions or changes of theirs had not ended" in said.output
    for key in running:
        assert {
            ("turns", key, "user", ""),
            ("turns", key, "question", ""),
            ("interruptions", key, "kind", "deleted"),
        } <= after
        (given,) = [c[3] for c in after if c[:3] == ("workflow_input", key, "inputs")]
        assert json.loads(str(given))["positionalArgs"][0]["text"] == ""


def test_a_change_in_the_middle_is_left_to_end_and_said_so(kept: Kept, typed: Callable[..., Result]) -> None:
    said = typed("forget", ADA)

    assert said.exit_code == 1
    assert "1 change or question of theirs can't be erased before it ends." in said.output
    assert ("deeds", "given") in of(kept.cells(), '"manual"')


def test_twice_is_as_good_as_once(kept: Kept, typed: Callable[..., Result]) -> None:
    typed("forget", MIA)
    once = kept.cells()

    again = typed("forget", MIA)

    assert again.output == "I keep nothing about U0MIA.\n"
    assert kept.cells() == once


def test_a_young_question_leaves_an_empty_row_so_it_is_not_answered_again(
    kept: Kept, typed: Callable[..., Result]
) -> None:
    typed("forget", MIA)

    key = f"turn:T0ACME:C0GENERAL:{sum(map(ord, MIA))}"
    rows = {c[1]: c[3] for c in kept.cells() if c[0] == "turns" and c[2] == "outcome"}
    assert rows[f"{key}.2"] == "deleted"
    assert f"{key}.1" not in rows


# -------------------------------------------------------------------------------------------------- exporting
def test_all_that_is_erased_was_exported(kept: Kept, typed: Callable[..., Result]) -> None:
    before = kept.cells()
    exported = json.loads(typed("export", MIA).output)
    typed("forget", MIA)

    texts = leaves(exported)
    gone = {cell for cell in before - kept.cells() if isinstance(cell[3], str)}
    missing = {cell[:3] for cell in gone if not leaves(cell[3]) <= texts}
    assert {table for table, *_ in gone} >= {
        "turns",
        "deeds",
        "messages",
        "interruptions",
        "response_urls",
        "grants",
        "channels",
        "feedback",
        "action_items",
        "job_starts",
        "job_marks",
        "workflow_input",
        "workflow_output",
        "operation_outputs",
        "workflow_events",
    }
    assert missing == set()


def test_an_export_is_one_document_with_moments_in_words_and_no_way_to_the_person(
    typed: Callable[..., Result],
) -> None:
    said = typed("export", MIA)

    document = json.loads(said.output)
    assert list(document) == [
        "person", "exported_at", "questions", "changes", "named_in", "stopped", "interruptions", "grants", "direct_messages", "feedback",
        "action_items", "jobs_started", "jobs_told", "jobs_marked", "work",
    ]  # fmt: skip
    question = next(one for one in document["questions"] if one["response_url"])
    assert question["created_at"][:4].isdecimal()
    assert question["created_at"].endswith("Z")
    assert set(question["response_url"][0]) == {"id", "uses", "created_at"}
    assert "secret" not in said.output
    assert "of-ben" not in said.output
    assert [one["id"] for one in document["stopped"]] == ["turn:stopped"]
    assert {one["id"] for one in document["grants"]} == {f"g-{MIA}", f"by-{MIA}"}
    ended = next(one for one in document["work"] if one["id"] == f"do:done:{MIA}")
    assert ended["workflow_output"][0]["output"] == LONG


@pytest.mark.parametrize(
    "words", [("forget", "mia"), ("export", "mia"), ("forget", "C0GENERAL"), ("forget", "<@U0MIA> <@U0BEN>")]
)
def test_nonsense_gets_a_sentence(
    files: Kept, words: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files.data)

    said = CliRunner().invoke(main, words)

    assert said.exit_code == 2
    assert "isn't the ID of a person" in said.output


@pytest.mark.parametrize(
    "typed",
    [("export", MIA, "--csv"), ("export", MIA, "--since", "3d"), ("export", "audit", "--since", "ever")],
)
def test_options_of_the_audit_log_that_do_not_fit_are_refused(
    files: Kept, typed: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files.data)

    said = CliRunner().invoke(main, typed)

    assert said.exit_code != 0
    assert "--since" in said.output


# ---------------------------------------------------------------------------------------------- as processes
@pytest.mark.slow
def test_no_file_holds_a_trace_of_a_forgotten_person(files: Kept) -> None:
    def found(word: str) -> list[str]:
        return [
            name
            for name in FILES
            if (files.data / name).exists() and word.encode() in (files.data / name).read_bytes()
        ]

    assert found(WORDS)
    files.close()

    done = process(files, "forget", MIA)

    assert done.returncode == 0, done.stderr
    assert found(WORDS) == []
    assert found("of-ben")


@pytest.mark.slow
def test_beside_a_running_bot_files_are_exported(files: Kept) -> None:
    files.add("deeds", **deed("do:today", ADA, "", at=time.time(), result="done", told=1))
    before = files.cells()
    with OneProcess(files.data), ThreadPoolExecutor() as both:
        exported = both.submit(process, files, "export", MIA)
        table = both.submit(process, files, "export", "audit", "--csv", "--since", "1d")
    lines = table.result().stdout.splitlines()

    assert json.loads(exported.result().stdout)["person"] == MIA
    assert lines[0] == "when,who,team,place,verb,arguments,result,id"
    assert [line.split(",")[-1] for line in lines[1:]][-1:] == ["do:today"]
    assert {line.split(",")[1] for line in lines[1:]} == {ADA}
    assert files.cells() == before


def test_files_that_a_running_bot_works_on_are_not_changed(
    files: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files.data)
    monkeypatch.setenv("DATA_DIR", str(files.data))
    before = files.cells()
    with OneProcess(files.data):
        refused = CliRunner().invoke(main, ["forget", MIA])

    assert refused.exit_code == 2
    assert "Stop the bot first" in refused.output
    assert files.cells() == before
