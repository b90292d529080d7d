"""Whose an action item is, who may see it now, and what becomes of it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.errors import RefusedError, UsageError
from bot.services.access import EVERYTHING, NONE, Audience, Some
from bot.services.action_items import ActionItem, ActionItems, who
from bot.services.call_marks import Agreed
from bot.services.calls import Call
from bot.store.action_items import Items
from bot.store.database import Database
from tests.unit.bot.conftest import Clock

CALL = Call("call-1", "Porting", "phone_call", "", None, None, assistant="sales")
TEAM, ADA, BEN = "T0ACME", "U0ADA", "U0BEN"
NAMES = {ADA: ("ada", "Ada Lovelace"), BEN: ("ben.b", "Ben Bitdiddle")}
SALES = replace(EVERYTHING, calls=Some(frozenset({"sales"})))
OTHERS = replace(EVERYTHING, calls=Some(frozenset({"support"})))
SEND = Agreed("Ada Lovelace", "send the contract to +49 30 1234567", 75)
CALL_BACK = Agreed("Ben", "call back", None)


async def names_of(team: str, user: str) -> Sequence[str]:
    assert team == TEAM
    return NAMES[user]


@pytest.fixture
def items(database: Database, clock: Clock) -> ActionItems:
    return ActionItems(Items(database), names_of, clock=clock)


async def keep(items: ActionItems, *found: Agreed, call: Call = CALL) -> list[ActionItem]:
    return [*await items.keep(call, found, EVERYTHING, turn="t", team=TEAM, user=ADA)]


async def mine(items: ActionItems, user: str, audience: Audience = EVERYTHING) -> list[tuple[str, bool]]:
    return [(item.owner, item.perhaps) for item in await items.mine(TEAM, user, audience)]


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Ada Lovelace", "ada lovelace"),
        (" **ADA** (sales) ", "ada"),
        ("@ben.b", "ben.b"),
        ("O’Neil", "o’neil"),
        ("—", ""),
    ],
)
def test_names_are_compared_without_what_stands_around_them(written: str, compared: str) -> None:
    assert who(written) == compared


async def test_an_item_is_theirs_by_their_whole_name_and_perhaps_by_the_first(items: ActionItems) -> None:
    await keep(items, SEND, CALL_BACK)

    assert await mine(items, ADA) == [("Ada Lovelace", False)]
    assert await mine(items, BEN) == [("Ben", True)]


async def test_an_item_without_an_owner_is_no_ones(items: ActionItems) -> None:
    await keep(items, Agreed("", "send it", 75))

    assert await mine(items, ADA) == []


async def test_who_may_not_see_the_call_now_sees_nothing_of_it_and_changes_nothing(
    items: ActionItems,
) -> None:
    (item, _) = await keep(items, SEND, CALL_BACK)
    await items.take(item.id, TEAM, ADA, SALES)

    assert await mine(items, ADA, SALES) == [("Ada Lovelace", False)]
    assert await mine(items, ADA, OTHERS) == []
    assert await items.did(TEAM, ADA, OTHERS) == ()
    for act in (items.take, items.give_back, items.done, items.reopen):
        with pytest.raises(UsageError, match="no longer have"):
            await act(item.id, TEAM, ADA, OTHERS)
        with pytest.raises(UsageError, match="no longer have"):
            await act("another", TEAM, ADA, EVERYTHING)
        with pytest.raises(UsageError, match="no longer have"):
            await act(item.id, "T0OTHER", ADA, EVERYTHING)


async def test_one_takes_it_and_no_one_else(items: ActionItems) -> None:
    (item,) = await keep(items, SEND)

    await items.take(item.id, TEAM, BEN, EVERYTHING)
    again = await items.take(item.id, TEAM, BEN, EVERYTHING)

    assert again.taken_by == BEN
    assert await mine(items, BEN) == [("Ada Lovelace", False)]
    assert await mine(items, ADA) == []
    for act in (items.take, items.give_back, items.done, items.reopen):
        with pytest.raises(RefusedError, match="Someone else"):
            await act(item.id, TEAM, ADA, EVERYTHING)
    await items.give_back(item.id, TEAM, BEN, EVERYTHING)
    assert await mine(items, ADA) == [("Ada Lovelace", False)]


async def test_what_is_done_leaves_the_list_and_comes_back(items: ActionItems) -> None:
    (item,) = await keep(items, SEND)

    await items.done(item.id, TEAM, ADA, EVERYTHING)
    assert await mine(items, ADA) == []
    assert [one.done for one in await items.did(TEAM, ADA, EVERYTHING)] == [True]
    with pytest.raises(UsageError, match="done already"):
        await items.take(item.id, TEAM, BEN, EVERYTHING)

    await items.reopen(item.id, TEAM, ADA, EVERYTHING)
    assert await mine(items, ADA) == [("Ada Lovelace", False)]
    assert await items.did(TEAM, ADA, EVERYTHING) == ()


async def test_a_new_summary_replaces_what_no_one_has_touched(items: ActionItems) -> None:
    first, second = await keep(items, SEND, CALL_BACK)
    await items.take(second.id, TEAM, BEN, EVERYTHING)

    await keep(items, Agreed("Ada Lovelace", "mail the contract", 75), CALL_BACK)

    assert [one.text for one in await items.mine(TEAM, ADA, EVERYTHING)] == ["mail the contract"]
    assert [one.taken_by for one in await items.mine(TEAM, BEN, EVERYTHING)] == [BEN]
    with pytest.raises(UsageError):
        await items.take(first.id, TEAM, ADA, EVERYTHING)


async def test_what_a_summary_says_twice_is_one_item(items: ActionItems) -> None:
    kept = await keep(items, SEND, replace(SEND, text="Send  the contract to +49 30 1234567"))

    assert len(kept) == len(await items.mine(TEAM, ADA, EVERYTHING)) == 1


async def test_numbers_are_masked_for_those_who_may_not_see_them(items: ActionItems) -> None:
    await keep(items, SEND)

    (whole,) = await items.mine(TEAM, ADA, replace(EVERYTHING, numbers=Some(frozenset({"sales"}))))
    (masked,) = await items.mine(TEAM, ADA, replace(EVERYTHING, numbers=NONE))

    assert whole.text == "send the contract to +49 30 1234567"
    assert masked.text == "send the contract to •••4567"


async def test_old_ones_are_no_longer_kept(database: Database, clock: Clock) -> None:
    kept = Items(database, 60, surely=clock)
    items = ActionItems(kept, names_of, clock=clock)
    await keep(items, SEND)
    clock.now += 30
    await keep(items, CALL_BACK, call=replace(CALL, id="call-2"))

    clock.now += 40

    assert await kept.drop_old() == 1
    assert await mine(items, ADA) == []
    assert await mine(items, BEN) == [("Ben", True)]
