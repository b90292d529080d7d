"""By which time old words are deleted: never by a clock that is ahead of Slack's."""

import time
from email.utils import formatdate
from typing import Any

import pytest

from bot.slack.time_of_day import TimeOfDay
from bot.store.database import Database
from bot.store.deeds import Deeds
from bot.store.turns import Turns
from tests.unit.bot.conftest import Clock
from tests.unit.bot.slack.conftest import SlackHouse

NOW, DAY = 1_790_000_000.0, 86_400.0
YEAR = 365 * DAY


@pytest.mark.parametrize(
    ("ahead", "dates", "passed", "surely"),
    [
        (0.0, [formatdate(NOW)], 0.0, NOW),
        (YEAR, [formatdate(NOW)], 0.0, NOW),
        (YEAR, [formatdate(NOW - 60), formatdate(NOW)], 0.0, NOW),
        (YEAR, [formatdate(NOW), "", "yesterday", "Thu, 99 Abc 0000 00:00:00 GMT"], 0.0, NOW),
        (YEAR, [formatdate(NOW)], 3_600.0, NOW + 3_600),
        (-DAY, [formatdate(NOW)], 0.0, NOW - DAY),
        (YEAR, [], 0.0, float("-inf")),
    ],
    ids=["right", "ahead", "the latest counts", "unreadable", "an hour later", "behind", "not heard yet"],
)
def test_a_time_has_come_if_slack_and_this_computer_say_so(
    ahead: float, dates: list[str], passed: float, surely: float
) -> None:
    clock, steady = Clock(), Clock()
    clock.now, steady.now = NOW + ahead, 5.0
    told = TimeOfDay(clock, steady)
    for date in dates:
        told.heard(date)
    clock.now, steady.now = clock.now + passed, steady.now + passed

    assert told.at_least() == surely


async def test_a_clock_that_is_set_ahead_by_a_year_deletes_no_question_and_no_words_of_a_change(
    slack: SlackHouse, database: Database
) -> None:
    ahead = Clock()
    slack.api.time = TimeOfDay(lambda: time.time() + ahead.now)
    surely = slack.api.time.at_least
    turns, deeds = Turns(database, 90 * DAY, surely=surely), Deeds(database, surely=surely)
    who: dict[str, Any] = {"team": "T", "channel": "C", "user": "U"}
    asked: dict[str, Any] = {"kind": "ask", "root": "1.0", "ts": "1.0", "question": "q"}
    await turns.begin(id="t", boot="b", **asked, **who)
    await turns.end("t", state="done", outcome="answered")
    await deeds.begin("d", verb="docs disable", given={"bucket": "handbook"}, user_team="T", **who)

    ahead.now = YEAR
    unheard = (await turns.drop_old(), await deeds.drop_words())
    await slack.api.call("auth.test")
    heard = (await turns.drop_old(), await deeds.drop_words())

    assert (unheard, heard) == ((0, 0), (0, 0))


async def test_what_is_old_by_slacks_clock_goes(slack: SlackHouse, database: Database) -> None:
    surely = slack.api.time.at_least
    turns = Turns(database, 90 * DAY, surely=surely)
    await turns.accept(
        id="t",
        kind="ask",
        team="T",
        channel="C",
        user="U",
        root="1.0",
        ts="1.0",
        question="q",
        created_at=time.time() - 91 * DAY,
    )

    unheard = await turns.drop_old()
    await slack.api.call("auth.test")

    assert (unheard, await turns.drop_old()) == (0, 1)
