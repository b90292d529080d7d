"""The audit log of changes, on both databases: asked, begun, ended, told; and how its words go."""

import asyncio
from typing import Any

import pytest

from bot.store.database import Database
from bot.store.deeds import KEPT_SECONDS, Deed, Deeds, Sought
from tests.unit.bot.conftest import Clock

WHO: dict[str, Any] = {"team": "T", "channel": "C", "user": "U", "user_team": "T"}
WHAT: dict[str, Any] = {"verb": "docs disable", "given": {"bucket": "handbook"}, **WHO}


@pytest.fixture
def database(either: Database) -> Database:
    return either


@pytest.fixture
def deeds(database: Database, clock: Clock) -> Deeds:
    return Deeds(database, clock)


async def stored(deeds: Deeds, deed_id: str = "d") -> Deed:
    found = await deeds.get(deed_id)
    assert found is not None
    return found


async def ended(deeds: Deeds, deed_id: str = "d", **more: Any) -> None:
    """A change that was done and told."""
    await deeds.begin(deed_id, **WHAT | more)
    await deeds.note(deed_id, result="done", shown={"text": "I no longer search it.", "blocks": []}, told=1)


async def test_a_question_is_a_change_that_has_not_begun(deeds: Deeds, clock: Clock) -> None:
    await deeds.ask("d", until=clock.now + 600, **WHAT)

    deed = await stored(deeds)
    assert (deed.attempts, deed.result, deed.told) == (0, None, 0)
    assert (deed.verb, deed.given, deed.user) == ("docs disable", {"bucket": "handbook"}, "U")
    assert (deed.at, deed.until) == (clock.now, clock.now + 600)


async def test_what_is_shown_last_is_what_can_be_confirmed(deeds: Deeds) -> None:
    await deeds.ask("d", until=10.0, **WHAT)

    await deeds.ask("d", until=20.0, **WHAT | {"given": {"bucket": "other"}})

    now = await stored(deeds)
    assert (now.given, now.until) == ({"bucket": "other"}, 20.0)


@pytest.mark.parametrize("begun", [True, False])
async def test_asking_again_changes_nothing_once_it_was_answered(
    begun: bool, deeds: Deeds, clock: Clock
) -> None:
    await deeds.ask("d", until=10.0, **WHAT)
    if begun:
        await deeds.begin("d", **WHAT)
    else:
        await deeds.cancel("d")
    first = await stored(deeds)
    clock.now += 5

    await deeds.ask("d", until=20.0, **WHAT | {"given": {"bucket": "other"}})

    assert await stored(deeds) == first


async def test_what_was_never_wanted_is_none(deeds: Deeds) -> None:
    assert await deeds.get("nothing") is None


async def test_a_question_can_be_canceled_until_its_change_begins(deeds: Deeds) -> None:
    await deeds.ask("asked", until=10.0, **WHAT)
    await deeds.ask("begun", until=10.0, **WHAT)
    await deeds.begin("begun", **WHAT)

    canceled = [await deeds.cancel(deed_id) for deed_id in ("asked", "begun", "nothing")]

    assert canceled == [True, False, False]
    assert [(await stored(deeds, deed_id)).result for deed_id in ("asked", "begun")] == ["canceled", None]


async def test_what_was_canceled_does_not_begin(deeds: Deeds) -> None:
    await deeds.ask("d", until=10.0, **WHAT)
    await deeds.cancel("d")

    begun = await deeds.begin("d", **WHAT)

    assert (begun.result, begun.attempts, begun.told) == ("canceled", 0, 1)
    assert begun == await stored(deeds)


async def test_a_change_that_nobody_was_asked_about_begins_by_itself(deeds: Deeds, clock: Clock) -> None:
    begun = await deeds.begin("d", **WHAT)

    assert (begun.attempts, begun.at, begun.until, begun.result) == (1, clock.now, None, None)
    assert begun == await stored(deeds)


async def test_each_attempt_is_counted_and_keeps_what_was_noted(deeds: Deeds, clock: Clock) -> None:
    await deeds.ask("d", until=10.0, **WHAT)
    first = await deeds.begin("d", **WHAT)
    await deeds.note("d", noted={"file": "F1"})
    clock.now += 60

    second = await deeds.begin("d", **WHAT)

    assert (first.attempts, first.noted) == (1, None)
    assert (second.attempts, second.noted, second.at) == (2, {"file": "F1"}, first.at)
    assert second == await stored(deeds)


async def test_a_change_that_ended_is_not_touched_by_another_attempt(deeds: Deeds) -> None:
    await ended(deeds)
    before = await stored(deeds)

    again = await deeds.begin("d", **WHAT | {"given": {"bucket": "other"}})

    assert again == before == await stored(deeds)


async def test_attempts_that_begin_together_are_all_counted(deeds: Deeds) -> None:
    await deeds.begin("d", **WHAT)

    await asyncio.gather(*(deeds.begin("d", **WHAT) for _ in range(5)))

    assert (await stored(deeds)).attempts == 6


async def test_a_note_is_of_one_change_alone(deeds: Deeds) -> None:
    await deeds.begin("d", **WHAT)
    await deeds.begin("other", **WHAT)

    await deeds.note("d", result="unknown", told=1)

    assert (await stored(deeds, "other")).result is None


WORDS = ("given", "noted", "shown")


def words(deed: Deed) -> list[Any]:
    return [getattr(deed, name) for name in WORDS]


async def test_words_go_after_thirty_days_and_who_did_what_with_which_result_stays(
    deeds: Deeds, clock: Clock
) -> None:
    await ended(deeds)
    await deeds.note("d", noted={"file": "F1"})
    before = await stored(deeds)
    clock.now += KEPT_SECONDS - 1
    early = await deeds.drop_words()
    clock.now += 2

    late = await deeds.drop_words()

    after = await stored(deeds)
    assert (early, late) == (0, 1)
    assert words(after) == [None, None, None]
    assert [getattr(after, name) for name in Deed.__slots__ if name not in WORDS] == [
        getattr(before, name) for name in Deed.__slots__ if name not in WORDS
    ]


async def test_words_that_are_gone_are_not_counted_again(deeds: Deeds, clock: Clock) -> None:
    await ended(deeds)
    clock.now += KEPT_SECONDS + 1
    await deeds.drop_words()

    assert await deeds.drop_words() == 0


async def test_questions_that_nobody_answered_lose_their_words_too(deeds: Deeds, clock: Clock) -> None:
    await deeds.ask("d", until=clock.now + 600, **WHAT)
    clock.now += KEPT_SECONDS + 1

    dropped = await deeds.drop_words()

    assert (dropped, words(await stored(deeds))) == (1, [None, None, None])


@pytest.mark.parametrize("asked", [True, False])
async def test_a_change_in_the_middle_keeps_the_words_that_it_needs(
    asked: bool, deeds: Deeds, clock: Clock
) -> None:
    if asked:
        await deeds.ask("d", until=clock.now + 600, **WHAT)
    await deeds.begin("d", **WHAT)
    await deeds.note("d", noted={"file": "F1"})
    clock.now += KEPT_SECONDS - 1

    dropped = [await deeds.drop_words(), await deeds.drop_words(user="U")]

    assert dropped == [0, 0]
    assert words(await stored(deeds)) == [{"bucket": "handbook"}, {"file": "F1"}, None]


async def test_no_words_stay_for_longer_than_thirty_days_even_if_an_end_could_not_be_noted(
    deeds: Deeds, clock: Clock
) -> None:
    await deeds.begin("d", **WHAT)
    clock.now += KEPT_SECONDS + 1

    assert await deeds.drop_words() == 1
    assert words(await stored(deeds)) == [None, None, None]


async def test_the_words_of_a_person_who_is_forgotten_go_at_once(deeds: Deeds) -> None:
    await ended(deeds)
    await deeds.ask("asked", until=10.0, **WHAT)
    await ended(deeds, "other", user="U2")

    dropped = await deeds.drop_words(user="U")

    assert dropped == 2
    assert [words(await stored(deeds, deed_id)) for deed_id in ("d", "asked")] == [[None, None, None]] * 2
    assert (await stored(deeds, "other")).given == {"bucket": "handbook"}


async def test_the_latest_changes_are_found_by_person_command_and_time_page_by_page(
    deeds: Deeds, clock: Clock
) -> None:
    wanted = [
        ("do:1", "T", "U0ADA", "docs embed"),
        ("do:2", "T", "U0ADA", "docs"),
        ("do:3", "T", "U0BEN", "docsets delete"),
        ("do:4", "T", "U0BEN", "grant"),
        ("do:5", "T2", "U0ADA", "grant"),
    ]
    for deed_id, team, user, verb in wanted:
        clock.now += 1
        await deeds.begin(deed_id, verb=verb, given={}, team=team, channel="C1", user=user, user_team=team)

    async def found(sought: Sought, count: int = 9, before: str = "") -> list[str]:
        return [deed.id for deed in await deeds.latest(sought, count, before)]

    assert await found(Sought("T"), 2) == ["do:4", "do:3"]
    assert await found(Sought("T"), 9, "do:3") == ["do:2", "do:1"]
    assert await found(Sought("T"), 9, "do:no") == []
    assert await found(Sought("T", user="U0BEN")) == ["do:4", "do:3"]
    assert await found(Sought("T", verb="docs")) == ["do:2", "do:1"]
    assert await found(Sought("T", verb="docs embed")) == ["do:1"]
    assert await found(Sought("T", verb="%")) == []
    assert await found(Sought("T", "U0BEN", "grant", clock.now)) == []
    assert await found(Sought("T", since=clock.now - 1)) == ["do:4"]
