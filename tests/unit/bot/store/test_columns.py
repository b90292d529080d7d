"""Whatever models, services, and people say, both databases store it: their border is the columns."""

import json
from typing import Any

import pytest

from bot.store.database import Database
from bot.store.deeds import Deeds
from bot.store.turns import Turns
from tests.unit.bot.sightings import Account, sighting

TURN: dict[str, Any] = {
    "kind": "ask",
    "team": "T",
    "channel": "C",
    "root": "1.0",
    "ts": "1.0",
    "user": "U",
    "question": "q",
}


@pytest.fixture
def database(either: Database) -> Database:
    return either


def nested(levels: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(levels):
        found = [found]
    return found


WORDS = ["nul \x00 in it", "half \ud83d of a sign", "\udfff", "\uffff end", "line\r\nend", "x" * 300_000]
NUMBERS = [10**23, -(10**23), 2**31, 10**400, float("inf"), float("-inf"), float("nan"), 12.7, True, None]
JSON = [
    [{"text": "nul \x00", "distance": float("nan"), "n": 10**5000}],
    [{"key \x00 \ud83d": [1, (2, "\udc00")], "inf": float("-inf")}],
    nested(2_000),
]


@pytest.mark.parametrize("word", WORDS)
async def test_any_words_are_stored(database: Database, word: str) -> None:
    turns = Turns(database)
    await turns.begin(id="t", boot="b", **TURN | {"question": word, "user": word, "ts": word})

    await turns.update("t", answer=word, note=word, model=word, error_id=word, state="done")

    stored = await turns.get("t")
    assert stored is not None
    assert stored.state == "done"
    assert stored.answer == stored.question
    assert len(stored.answer or "") >= len(word) - 2
    assert len(stored.ts) <= 32


@pytest.mark.parametrize("number", NUMBERS)
async def test_any_numbers_are_stored(database: Database, number: Any) -> None:
    turns = Turns(database)
    await turns.begin(id="t", boot="b", **TURN)

    await turns.update("t", prompt_tokens=number, completion_tokens=number, crashes=number, state="done")

    stored = await turns.get("t")
    assert stored is not None
    assert stored.state == "done"
    assert stored.crashes is None or abs(stored.crashes) < 2**31


@pytest.mark.parametrize("data", JSON)
async def test_any_json_is_stored(database: Database, data: Any) -> None:
    turns, deeds, account = Turns(database), Deeds(database), Account(database, k={})
    await turns.begin(id="t", boot="b", options={"x": data}, **TURN)
    await deeds.begin("d", verb="v", given={"x": data}, team="T", channel="C", user="U", user_team="T")

    await turns.update("t", passages=data, buckets=data, state="done")
    await deeds.note("d", shown={"x": data}, result="done")
    long = sighting("j" * 300, "s" * 300, kind="k", title="title \x00", bucket="b" * 300, detail={"x": data})
    await account.see(long)

    stored = await turns.get("t")
    assert stored is not None
    assert stored.state == "done"
    json.dumps(stored.passages, allow_nan=False).encode()
    (change,) = await account.jobs.history("k", "j" * 300)
    await account.see(long)
    await account.see(sighting("j" * 300, "t" * 300, kind="k"))
    assert len(change.job) <= 200
    assert len(await account.jobs.history("k", "j" * 300)) == 2
    assert change.detail["title"] == "title "


async def test_names_longer_than_their_column_stay_two_and_are_found(database: Database) -> None:
    turns = Turns(database)
    first, second = "act:" + "x" * 300 + "1", "act:" + "x" * 300 + "2"
    await turns.begin(id=first, boot="b", **TURN | {"question": "first"})
    await turns.begin(id=second, boot="b", **TURN | {"question": "second"})

    found = [await turns.get(name) for name in (first, second)]

    assert [one.question if one else None for one in found] == ["first", "second"]
