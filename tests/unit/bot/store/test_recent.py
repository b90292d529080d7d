"""What was asked lately, by whom and where, on both databases."""

import time
from typing import Any

import pytest

from bot.store.channels import Channels
from bot.store.database import Database
from bot.store.recent import Recent
from bot.store.turns import Turns


async def asked(database: Database, key: str, words: str, *, at: float = 0.0, **more: Any) -> None:
    known = {"team": "T", "channel": "C1", "root": key, "ts": key, "user": "U1", "kind": "ask"}
    ends = {name: more.pop(name) for name in ("outcome", "model") if name in more}
    turns = Turns(database)
    await turns.begin(id=key, boot="b", question=words, **(known | more))
    await turns.update(key, created_at=at or float(key), **ends)


async def test_the_latest_questions_of_one_person_come_first_and_each_once(database: Database) -> None:
    await asked(database, "1", "How long is leave?")
    await asked(database, "2", "Who pays?", private=1, root="", ts="", channel="D1")
    await asked(database, "3", "How  long is leave?")  # asked again, with a blank more
    await asked(database, "4", "Not mine", user="U2")
    await asked(database, "5", "Elsewhere", team="T2")
    await asked(database, "6", "3fa85f64", kind="summary")
    await asked(database, "7", "")  # its words were deleted

    found = await Recent(database).questions("T", "U1", 5)

    assert [(one.turn, one.channel, one.ts) for one in found] == [("3", "C1", "3"), ("2", "D1", "")]
    assert [one.turn for one in await Recent(database).questions("T", "U1", 1)] == ["3"]


@pytest.mark.parametrize(
    ("outcome", "count"), [("silent", 0), ("deleted", 0), ("off", 0), ("failed", 1), (None, 1)]
)
async def test_what_was_no_question_to_me_is_none(
    database: Database, outcome: str | None, count: int
) -> None:
    await asked(database, "1", "See you at noon", outcome=outcome)

    assert len(await Recent(database).questions("T", "U1", 5)) == count


async def test_places_where_a_model_answered_lately_come_latest_first(database: Database) -> None:
    now = time.time()
    await asked(database, "1", "a", at=now - 50, model="m")
    await asked(database, "2", "b", at=now - 40, model="m", channel="C2")
    await asked(database, "3", "c", at=now - 30, model="m")
    await asked(database, "4", "long ago", at=now - 5_000, model="m", channel="C3")
    await asked(database, "5", "never answered", at=now, channel="C4")
    await asked(database, "6", "elsewhere", at=now, model="m", team="T2", channel="C5")

    assert await Recent(database).channels("T", now - 1_000) == ["C1", "C2"]


async def test_channels_with_a_setting_are_found(database: Database) -> None:
    channels = Channels(database)
    await channels.set("T", "C2", mode="off")
    await channels.set("T", "C1", buckets=("handbook",))
    await channels.set("T", "C3", tone="short", buckets=("handbook",))
    await channels.set("T", "C3", tone=None, buckets=None)
    await channels.set("T2", "C4", mode="off")
    await channels.told("T", "C5", {"kind": "public"})

    assert await Recent(database).settings("T") == ["C1", "C2"]
