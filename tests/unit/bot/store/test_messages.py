import asyncio
from pathlib import Path

import pytest

from bot.store.database import Database
from bot.store.messages import Messages

CARD = "card:embedding:j:C1"


@pytest.fixture
def messages(database: Database) -> Messages:
    return Messages(database)


async def test_a_message_is_noted_before_it_is_posted_and_after(messages: Messages) -> None:
    first = await messages.expect("k", "C1", kind="share", team="T")
    second = await messages.expect("k", "C1", kind="share", team="T")
    assert await messages.moved(second, ts="1.0", shown="a")
    third = await messages.expect("k", "C1", kind="share", team="T")

    assert (first.new, first.ts, second.new, second.ts) == (True, "", False, "")
    assert (third.new, third.ts, third.shown) == (False, "1.0", "a")
    assert third.tried_at == first.tried_at


async def test_the_same_key_in_other_places_is_another_message(messages: Messages) -> None:
    for channel, thread, ts in (("C1", "", "1.0"), ("C1", "1.0", "1.1"), ("C2", "", "2.0")):
        own = await messages.expect("k", channel, thread, kind="share")
        assert await messages.moved(own, ts=ts, shown="")

    found = [await messages.get("k", *place) for place in (("C1", ""), ("C1", "1.0"), ("C2", ""), ("C3", ""))]

    assert [own and own.ts for own in found] == ["1.0", "1.1", "2.0", None]


async def test_a_burst_has_one_card_in_each_channel(messages: Messages) -> None:
    for channel, holder, ts in (("C1", "a", "1.0"), ("C2", "b", "2.0")):
        claimed = await messages.expect("card", channel, kind="card", holder=holder)
        assert (claimed.holder, claimed.ts, claimed.shown) == (holder, "", "")
        assert await messages.moved(claimed, ts=ts, shown="1")
    first = await messages.get("card", "C1")
    assert first is not None
    assert await messages.moved(first, ts="1.0", shown="3")

    cards = [await messages.get("card", channel) for channel in ("C1", "C2", "C3")]
    assert [card and (card.ts, card.shown) for card in cards] == [("1.0", "3"), ("2.0", "1"), None]


async def test_one_of_many_posts_a_card_and_none_overwrites_what_another_has_shown(empty: Path) -> None:
    both = [Database.sqlite(empty) for _ in range(2)]
    holders = [(Messages(both[n % 2]), f"{n}") for n in range(10)]

    seen = await asyncio.gather(
        *(own.expect(CARD, "C1", kind="card", holder=holder) for own, holder in holders)
    )
    (holder,) = {card.holder for card in seen}
    (card,) = [card for card in seen if card.new]
    moves = [
        await Messages(one).moved(card, ts="1.0", shown=shown)
        for one, shown in zip(both, ("2", "1"), strict=True)
    ]
    now = await Messages(both[0]).get(CARD, "C1")
    for one in both:
        one.close()

    assert card.holder == holder
    assert moves == [True, False]
    assert now is not None
    assert (now.ts, now.shown) == ("1.0", "2")


async def test_a_reply_is_noted_once_however_often_it_is_opened(messages: Messages) -> None:
    for kind, ts in (("stream", "2.1"), ("post", "2.2")):
        await messages.opened("t", "C", "1.0", team="T", kind=kind, ts=ts)

    own = await messages.get("t", "C", "1.0")

    assert own is not None
    assert (own.kind, own.ts) == ("post", "2.2")


async def test_the_known_replies_of_a_thread_are_those_of_that_thread_alone(messages: Messages) -> None:
    await messages.opened("t2.0", "C", "1.0", team="T", kind="stream", ts="2.1")
    await messages.expect("t3.0", "C", "1.0", kind="post")
    await messages.opened("t4.0", "C", "other", team="T", kind="stream", ts="4.1")
    await messages.opened("t5.0", "C", "1.0", team="T", kind="stream", ts="5.1")
    await messages.forget("t5.0", "C", "1.0")

    assert await messages.standing("C", "1.0") == {"2.1"}


async def test_what_was_deleted_is_tried_anew_from_now_on(database: Database) -> None:
    now = 1_000.0
    messages = Messages(database, surely=lambda: now)
    own = await messages.expect("k", "C1", kind="share")
    await messages.moved(own, ts="1.0", shown="a")
    stood = await messages.get("k", "C1")
    assert stood is not None

    now = 2_000.0
    again = await messages.gone(stood)
    late = await messages.gone(stood)

    assert (again.ts, again.tried_at, again.new) == ("", 2_000.0, True)
    assert (late.ts, late.tried_at, late.new) == ("", 2_000.0, False), "another one was faster"


async def test_before_slack_says_a_time_this_computers_is_noted(database: Database) -> None:
    own = await Messages(database, surely=lambda: float("-inf")).expect("k", "C1", kind="share")

    assert own.tried_at > 1e9
