import asyncio
import time
from collections.abc import Collection
from typing import Any, cast

import pytest
import sqlalchemy as sa

from bot.store.database import Database
from bot.store.messages import Messages
from bot.store.schema import messages as owned
from bot.store.schema import turns as table
from bot.store.turn_columns import Columns
from bot.store.turns import Turn, Turns
from bot.workflows.engine import Engine
from bot.workflows.order import after_others


@pytest.fixture
def turns(database: Database) -> Turns:
    return Turns(database)


async def begin(turns: Turns, ts: str, boot: str = "b1", **more: Any) -> Turn:
    fields = {"kind": "ask", "team": "T", "channel": "C", "root": "1.0", "user": "U", "question": f"q{ts}"}
    return await turns.begin(id=f"t{ts}", boot=boot, **{**fields, "ts": ts, **more})


async def test_a_second_attempt_is_counted_and_keeps_what_is_known(turns: Turns) -> None:
    first = await begin(turns, "2.0")
    await turns.update("t2.0", private=1, note="n")
    second = await begin(turns, "2.0", boot="b2")
    stored = await turns.get("t2.0")

    assert (first.attempts, first.note, second.attempts, second.note) == (1, None, 2, "n")
    assert stored is not None
    assert (stored.attempts, stored.boot, stored.private) == (2, "b2", 1)


async def test_a_new_turn_reads_the_same_from_memory_as_from_the_file(turns: Turns) -> None:
    made = await begin(turns, "2.0")

    assert await turns.get("t2.0") == made


async def test_an_unknown_turn_is_none(turns: Turns) -> None:
    assert await turns.get("nobody") is None


async def test_only_answered_questions_before_this_one_are_remembered_oldest_first(turns: Turns) -> None:
    for ts, outcome in (("2.0", "answered"), ("3.0", "failed"), ("4.0", "answered"), ("5.0", "answered")):
        await begin(turns, ts)
        await turns.update(f"t{ts}", outcome=outcome)
    await begin(turns, "2.5", root="other")
    await turns.update("t2.5", outcome="answered")

    earlier = await turns.earlier("C", "1.0", before="5.0", limit=6)
    latest = await turns.earlier("C", "1.0", before="6.0", limit=2)

    assert [turn.ts for turn in earlier] == ["2.0", "4.0"]
    assert [turn.ts for turn in latest] == ["4.0", "5.0"]


async def test_what_was_answered_to_someone_alone_is_remembered_for_them_alone(turns: Turns) -> None:
    for ts, user, private in (("2.0", "U", 0), ("3.0", "U", 1), ("4.0", "V", 1), ("4.5", "V", None)):
        await begin(turns, ts, user=user, private=private)
        await turns.update(f"t{ts}", outcome="answered")

    def remembered(alone: str = "") -> Any:
        return turns.earlier("C", "1.0", before="5.0", limit=6, alone=alone)

    assert [turn.ts for turn in await remembered()] == ["2.0", "4.5"]
    assert [turn.ts for turn in await remembered("U")] == ["2.0", "3.0", "4.5"]
    assert [turn.ts for turn in await remembered("V")] == ["2.0", "4.0", "4.5"]


async def test_the_states_of_many_turns_are_told_at_once(turns: Turns) -> None:
    await begin(turns, "2.0")
    await begin(turns, "3.0")
    await turns.update("t3.0", state="done")

    assert await turns.states(["t2.0", "t3.0", *(f"nobody{n}" for n in range(1_000))]) == {
        "t2.0": "running",
        "t3.0": "done",
    }
    assert await turns.states([]) == {}


async def test_threads_are_listed_by_their_latest_question_without_private_ones(turns: Turns) -> None:
    for ts, root, at in (("1.0", "1.0", 10.0), ("2.0", "2.0", 20.0), ("3.0", "1.0", 30.0), ("4.0", "", 40.0)):
        await begin(turns, ts, root=root)
        await turns.update(f"t{ts}", created_at=at)
    await begin(turns, "5.0", team="other")

    assert await turns.threads("T", since=5.0, limit=9) == [("C", "1.0"), ("C", "2.0")]
    assert await turns.threads("T", since=25.0, limit=9) == [("C", "1.0")]
    assert await turns.threads("T", since=5.0, limit=1) == [("C", "1.0")]


async def test_an_attempt_that_said_that_it_left_is_no_crash_and_one_that_did_not_is(turns: Turns) -> None:
    await begin(turns, "2.0", boot="b1")
    after_a_kill = await begin(turns, "2.0", boot="b2")
    await turns.update("t2.0", boot="")
    after_a_stop = await begin(turns, "2.0", boot="b3")

    assert (after_a_kill.crashes, after_a_stop.crashes, after_a_stop.attempts) == (1, 1, 3)


async def test_a_question_that_begun_holds_up_its_thread_however_old_it_is_one_that_was_only_noted_does_not(
    turns: Turns,
) -> None:
    later = await begin(turns, "3.0")
    await begin(turns, "2.0")
    await turns.update("t2.0", created_at=0.0)
    begun = await turns.ahead(later)
    await turns.update("t2.0", state="accepted")
    noted = await turns.ahead(later)

    assert (begun, noted) == (True, False)


@pytest.mark.slow  # over a thousand questions
async def test_questions_are_kept_as_long_as_the_setting_says_and_unfinished_ones_longer(
    database: Database,
) -> None:
    turns, messages = Turns(database, kept_seconds=86_400.0), Messages(database)
    for number in range(1_300):
        await begin(turns, f"{number}.0")
    await turns.update("t5.0", answer="still at it")
    await database.run(
        lambda c: c.execute(table.update().values(state="done", created_at=time.time() - 90_000))
    )
    for ts, state in (("5.0", "running"), ("6.0", "written"), ("7.0", "accepted")):
        await turns.update(f"t{ts}", state=state)
    await turns.update("t8.0", created_at=time.time() - 80_000)
    for ts in ("4.0", "5.0", "6.0", "8.0"):
        await messages.opened(f"t{ts}", "C", "1.0", team="T", kind="stream", ts=f"{ts}1")
    await messages.expect("card:1", "C", kind="card")
    await database.run(lambda c: c.execute(owned.update().values(tried_at=time.time() - 90_000)))
    await database.run(
        lambda c: c.execute(owned.update().where(owned.c.key == "t8.0").values(tried_at=time.time()))
    )

    deleted = await turns.drop_old()

    left = await turns.states([f"t{number}.0" for number in range(1_300)])
    assert deleted == 1_297
    assert set(left) == {"t5.0", "t6.0", "t8.0"}
    assert await messages.standing("C", "1.0") == {"5.01", "6.01", "8.01"}
    assert await messages.get("card:1", "C") is not None
    assert await turns.drop_old() == 0


@pytest.mark.parametrize("name", ["turns_question", "turns_age"])
async def test_what_is_looked_for_often_has_an_index(database: Database, name: str) -> None:
    queries = {
        "turns_question": "SELECT id FROM turns WHERE channel = 'C' AND ts = '1.0'",
        "turns_age": "SELECT id FROM turns WHERE created_at < 1 AND state NOT IN ('running')",
    }
    plan = await database.run(lambda c: c.execute(sa.text(f"EXPLAIN QUERY PLAN {queries[name]}")).all())

    assert name in str(plan)


async def test_an_earlier_question_whose_work_is_dead_holds_up_nobody(turns: Turns) -> None:
    class Alive:
        async def alive(self, work_ids: Collection[str]) -> set[str]:
            assert set(work_ids) == {"t2.0"}
            return set()

    later = await begin(turns, "3.0")
    await begin(turns, "2.0")

    async with asyncio.timeout(20):
        await after_others(later, turns, cast("Engine", Alive()))

    assert await turns.begun_before(later) == {"t2.0"}


def test_the_columns_that_are_written_by_name_are_those_of_the_table() -> None:
    assert set(Columns.__optional_keys__) == set(table.columns.keys())
