"""Who may press below an answer, who learns how it was made, and what of it."""

from dataclasses import replace
from typing import Any, cast

import pytest

from bot.errors import RefusedError, UsageError
from bot.services.access import EVERYTHING, Asker, Audience, Place, Rights, Role, Some
from bot.services.answers import Answers
from bot.services.feedback import Feedback
from bot.services.models import Models
from bot.services.prices import Prices
from bot.store.database import Database
from bot.store.feedback import Opinions, Value
from bot.store.messages import Messages
from bot.store.turns import Turns
from bot.store.usage import Usages
from bot.telnyx.models import Model

MIA, BEN = Asker("U0MIA", "T"), Asker("U0BEN", "T")
HERE, ELSEWHERE = Place("T", "C1", "1.0"), Place("T", "C2", "")
KEY = "turn:T:C1:1.0"


class In:
    """``Rights``, as far as they say who is in which channel."""

    def __init__(self) -> None:
        self.members: set[tuple[str, str]] = set()

    async def present(self, place: Place, asker: Asker) -> bool:
        return (place.channel, asker.user) in self.members


class NoModels:
    """``Models`` of an account that has none."""

    async def catalog(self) -> list[Model]:
        return []


def found(bucket: str, **more: Any) -> dict[str, Any]:
    return {"bucket": bucket, "document": f"{bucket}.md", "text": "words", "distance": 0.1} | more


@pytest.fixture
async def feedback(database: Database) -> Feedback:
    turns = Turns(database)
    place = {"channel": "C1", "root": "1.0", "ts": "1.0", "user": MIA.user}
    await turns.begin(id=KEY, boot="b", kind="ask", team="T", question="q", **place)  # type: ignore[arg-type] # as it is called
    passages = [found("handbook", n=1, cited=True), found("salaries", n=2, cited=False)]
    trace = {"passages": [found("handbook", kept=1), found("salaries", kept=2)], "seconds": {"search": 1.0}}
    await turns.update(
        KEY, outcome="answered", passages=passages, buckets=["handbook", "salaries"], trace=trace, model="m"
    )
    answers = Answers(turns, Messages(database), cast("Rights", In()))
    return Feedback(answers, Opinions(database), Usages(database), Prices(cast("Models", NoModels())))


def may(*buckets: str, admin: bool = False) -> Audience:
    names = Some.of(buckets)
    roles = frozenset(Role) if admin else frozenset[Role]()
    return replace(EVERYTHING, buckets=names, named=names, roles=roles)


async def test_anyone_who_reads_the_answer_may_press(feedback: Feedback, database: Database) -> None:
    await feedback.up(KEY, HERE, BEN)
    await feedback.down(KEY, HERE, MIA, reason="Wrong", comment="27")

    kept = [one.opinion async for one in Opinions(database).since(0.0)]

    assert {(one.user, one.value, one.reason) for one in kept} == {
        (BEN.user, Value.UP, None),
        (MIA.user, Value.DOWN, "Wrong"),
    }


async def test_one_who_does_not_see_the_answer_may_not_press(feedback: Feedback, database: Database) -> None:
    with pytest.raises(RefusedError):
        await feedback.up(KEY, ELSEWHERE, BEN)
    with pytest.raises(UsageError):
        await feedback.down(KEY, replace(HERE, team="T2"), BEN)

    assert [one async for one in Opinions(database).since(0.0)] == []


async def test_how_it_was_made_is_for_the_asker_and_for_admins(feedback: Feedback) -> None:
    everything = may("handbook", "salaries")

    mine = await feedback.why(KEY, everything, HERE, MIA)
    admins = await feedback.why(KEY, may("handbook", "salaries", admin=True), HERE, BEN)

    assert mine == admins
    assert [one["bucket"] for one in mine.made.trace["passages"]] == ["handbook", "salaries"]
    assert not mine.hidden
    with pytest.raises(RefusedError, match="workspace admins"):
        await feedback.why(KEY, everything, HERE, BEN)


@pytest.mark.parametrize("admin", [False, True])
async def test_a_bucket_that_they_may_not_see_now_is_not_named(feedback: Feedback, *, admin: bool) -> None:
    found_now = await feedback.why(KEY, may("handbook", admin=admin), HERE, MIA)

    assert "salaries" not in str(found_now)
    assert found_now.hidden
    assert found_now.made.trace["seconds"] == {"search": 1.0}
