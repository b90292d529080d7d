"""What a question that was asked back means is said once, by the one who asked, within an hour."""

from typing import Any

import pytest

from bot import ids
from bot.errors import RefusedError, UsageError
from bot.services.access import Asker
from bot.services.answers import EXPIRED, NO_QUESTION, NOT_YOURS, Answers
from bot.services.unclear import ASK_SECONDS, MEANT, asked_back
from bot.store.database import Database
from bot.store.turns import Turns
from bot.workflows.asked import Asked

TURN, MIA, BEN = "turn:T:C:1.0", Asker("U0MIA", "T"), Asker("U0BEN", "T")
MEANINGS = ("Parental leave", "Annual leave")
ROW: dict[str, Any] = {
    "kind": "ask",
    "team": "T",
    "channel": "C",
    "root": "1.0",
    "ts": "1.0",
    "user": MIA.user,
}


class House:
    """A question of Mia's that was asked back, at a time that a test moves on."""

    def __init__(self, database: Database) -> None:
        self.turns, self.now = Turns(database), 0.0
        nothing: Any = None
        self.answers = Answers(self.turns, nothing, nothing, clock=lambda: self.now)

    async def asked_back(self, **columns: Any) -> None:
        """Write it down."""
        await self.turns.begin(boot="b", id=TURN, question="How much leave?", options={"top": 3}, **ROW)
        known: dict[str, Any] = {
            "state": "done",
            "outcome": "unclear",
            "answer": asked_back(MEANINGS),
            "created_at": 0.0,
        }
        await self.turns.update(TURN, **(known | columns))

    async def choose(self, meaning: str | int, asker: Asker = MIA) -> Asked:
        """Say what it means, and begin the turn of it."""
        turn, meant = await self.answers.meant(TURN, meaning, asker)
        asked = Asked.as_meant(turn, meant, asker.user_team)
        await self.turns.begin(boot="b", **asked.row())
        return asked


@pytest.fixture
async def house(database: Database) -> House:
    made = House(database)
    await made.asked_back()
    return made


async def test_it_is_asked_again_in_its_place_with_what_was_chosen(house: House) -> None:
    asked = await house.choose(2)

    assert (asked.id, asked.text, asked.ts) == (ids.meant(TURN), "How much leave?", "1.0")
    assert asked.options == {"top": 3, MEANT: "Annual leave"}
    assert (asked.place.channel, asked.place.thread, asked.asker) == ("C", "1.0", MIA)


async def test_every_press_is_the_same_work_and_another_meaning_is_too_late(house: House) -> None:
    first = await house.choose(1)
    house.now = ASK_SECONDS * 2

    assert await house.choose(1) == first
    for other in (2, "Sabbaticals"):
        with pytest.raises(UsageError, match="You chose “Parental leave” before"):
            await house.choose(other)


async def test_it_may_mean_something_else(house: House) -> None:
    assert (await house.choose("Sabbaticals")).options[MEANT] == "Sabbaticals"


@pytest.mark.parametrize("asker", [BEN, Asker("U0EVE", "T2")])
async def test_only_the_one_who_asked_can_say_what_it_means(house: House, asker: Asker) -> None:
    with pytest.raises(RefusedError, match=NOT_YOURS):
        await house.choose(1, asker)
    with pytest.raises(RefusedError, match=NOT_YOURS):
        await house.answers.unclear(TURN, asker)


async def test_after_an_hour_it_says_so(house: House) -> None:
    house.now = ASK_SECONDS
    await house.answers.unclear(TURN, MIA)
    house.now += 1.0

    for late in (house.answers.unclear(TURN, MIA), house.answers.meant(TURN, 1, MIA)):
        with pytest.raises(UsageError, match=EXPIRED):
            await late


@pytest.mark.parametrize("number", [3, 4])
async def test_a_meaning_that_was_not_offered_is_none(house: House, number: int) -> None:
    with pytest.raises(UsageError, match=NO_QUESTION):
        await house.choose(number)


@pytest.mark.parametrize("outcome", ["answered", "refused", "deleted"])
async def test_what_was_not_asked_back_has_no_meanings(database: Database, outcome: str) -> None:
    house = House(database)
    await house.asked_back(outcome=outcome)

    with pytest.raises(UsageError, match=NO_QUESTION):
        await house.choose(1)


async def test_a_question_back_of_an_app_is_anyones(database: Database) -> None:
    house = House(database)
    await house.asked_back(user="B0ALERTS")

    assert (await house.choose(1, BEN)).options[MEANT] == "Parental leave"


async def test_those_who_write_on_in_the_thread_refer_to_it(house: House) -> None:
    await house.choose(1)
    await house.turns.update(
        ids.meant(TURN), state="done", outcome="answered", answer="16 weeks.", created_at=9.0
    )

    earlier = await house.turns.earlier("C", "1.0", "2.0", 6)

    assert [turn.outcome for turn in earlier] == ["unclear", "answered"]
