"""What answers took, on both databases: sums by person, channel, and model, and how one was made."""

import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import turns as table
from bot.store.turns import Turns
from bot.store.usage import Made, Spent, Usages

ONE, TWO = "acme/one", "acme/two"


async def answered(
    database: Database, key: str, model: str | None = ONE, tokens: int | None = 100, **place: str
) -> None:
    known = {"team": "T", "channel": "C1", "root": "", "ts": "", "user": "U1"} | place
    turns = Turns(database)
    await turns.begin(id=key, boot="b", kind="ask", question="q", **known)  # type: ignore[arg-type] # as it is called
    await turns.update(key, model=model, prompt_tokens=tokens, completion_tokens=tokens and tokens // 10)


async def test_sums_are_by_what_is_asked_and_by_model(database: Database) -> None:
    await answered(database, "1")
    await answered(database, "2", tokens=0)
    await Turns(database).update("2", estimated=1)
    await answered(database, "3", TWO, user="U2", channel="C2")
    await answered(database, "4", None, None)  # failed before a model was asked
    await answered(database, "5", team="T2")
    usages = Usages(database)

    by_user = await usages.spent("T", 0.0, "user")
    by_model = await usages.spent("T", 0.0, "model")

    first = Spent("U1", ONE, answers=2, estimated=1, prompt_tokens=100, completion_tokens=10)
    second = Spent("U2", TWO, answers=1, estimated=0, prompt_tokens=100, completion_tokens=10)
    assert sorted(by_user, key=lambda one: one.of) == [first, second]
    assert {(one.of, one.model, one.answers) for one in by_model} == {(ONE, ONE, 2), (TWO, TWO, 1)}
    assert [one.of for one in await usages.spent("T", 0.0, "channel", user="U2")] == ["C2"]
    assert await usages.spent("T", time.time() + 60, "user") == []


async def test_how_an_answer_was_made_is_kept_beside_it(database: Database) -> None:
    await answered(database, "1")
    trace = {"passages": [{"text": "x\x00"}], "seconds": {"search": 0.1}, "request": "r"}
    await Turns(database).update("1", trace=trace, created_at=7.0)

    made = await Usages(database).of("1")

    assert made == Made(trace | {"passages": [{"text": "x"}]}, None, 100, 10, None, 7.0)
    assert await Usages(database).of("2") is None


@pytest.mark.slow
async def test_a_hundred_thousand_answers_are_summed_in_a_moment(tmp_path: Path) -> None:
    database = Database.sqlite(tmp_path / "bot.sqlite3")
    await database.prepare()
    now = time.time()
    same = {"kind": "ask", "team": "T", "root": "", "ts": "", "state": "done", "attempts": 1, "boot": ""}
    same |= {"question": "q", "outcome": "answered", "prompt_tokens": 2_000, "completion_tokens": 200}

    def fill(connection: sa.Connection) -> None:
        for start in range(0, 100_000, 5_000):
            rows = [
                {"id": str(n), "user": f"U{n % 300}", "channel": f"C{n % 40}", "model": f"m{n % 2}"}
                | {"created_at": now - n, **same}
                for n in range(start, start + 5_000)
            ]
            connection.execute(table.insert(), rows)

    await database.run(fill)
    usages = Usages(database)
    begun = time.process_time()
    for by in ("user", "channel", "model"):
        assert sum(one.answers for one in await usages.spent("T", 0.0, by)) == 100_000
    took = time.process_time() - begun
    database.close()

    # Of processor time, which other work on the machine doesn't lengthen.
    assert took < 3 * 0.2
