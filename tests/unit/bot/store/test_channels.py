import asyncio
from typing import Any

import pytest

from bot.store.channels import Channel, Channels
from bot.store.database import Database


@pytest.fixture
def channels(database: Database) -> Channels:
    return Channels(database, clock=lambda: 100.0)


def said(at: float = 100.0, **facts: Any) -> Channel:
    """What Slack said of a channel, asked at a time."""
    return Channel("T", "C1", known_at=at, **{"kind": "public"} | facts)


async def test_what_slack_says_and_what_was_set_stand_side_by_side(channels: Channels) -> None:
    await channels.learn([said(50.0)])
    await channels.set("T", "C1", buckets=("handbook", "manual"), mode="follow")
    await channels.learn([said(shared=True)])

    kept = await channels.get("T", "C1")

    assert kept == Channel(
        "T",
        "C1",
        kind="public",
        shared=True,
        known_at=100.0,
        buckets=("handbook", "manual"),
        mode="follow",
    )
    assert await channels.get("T2", "C1") == Channel("T2", "C1")


async def test_a_setting_is_taken_back_and_the_facts_stay(channels: Channels) -> None:
    await channels.learn([said(kind="private", archived=True)])
    await channels.set("T", "C1", buckets=("handbook",), model="m", tone="Be brief.", experts="S1")
    await channels.set("T", "C1", buckets=None, tone=None)

    kept = await channels.get("T", "C1")

    assert (kept.buckets, kept.tone, kept.model, kept.experts) == (None, None, "m", "S1")
    assert (kept.kind, kept.archived) == ("private", True)


async def test_what_an_event_tells_counts_at_once_and_lets_slack_be_asked_again(channels: Channels) -> None:
    await channels.learn([said(50.0)])
    await channels.set("T", "C1", mode="off")

    await channels.told("T", "C1", {"shared": True})
    before = await channels.get("T", "C1")
    await channels.learn([said(99.0)])  # asked before the event, so it is older
    older = await channels.get("T", "C1")
    await channels.learn([said(101.0, archived=True)])
    newer = await channels.get("T", "C1")

    assert (before.known_at, before.shared, before.mode) == (-100.0, True, "off")
    assert older == before
    assert (newer.known_at, newer.shared, newer.archived, newer.mode) == (101.0, False, True, "off")


async def test_many_places_are_noted_together(channels: Channels) -> None:
    many = [Channel("T", f"C{number}", kind="public", known_at=1.0) for number in range(300)]

    await channels.learn(many)
    await channels.learn(many)

    assert await channels.get("T", "C299") == many[299]


async def test_two_who_note_a_conversation_at_once_both_do(channels: Channels) -> None:
    await asyncio.gather(
        channels.learn([said()]),
        channels.set("T", "C1", mode="follow"),
        channels.set("T", "C1", model="m"),
    )

    kept = await channels.get("T", "C1")

    assert (kept.kind, kept.mode, kept.model) == ("public", "follow", "m")


async def test_a_word_that_is_no_column_is_a_mistake_of_ours(channels: Channels) -> None:
    with pytest.raises(TypeError, match="settings"):
        await channels.set("T", "C1", kind="public")
    with pytest.raises(TypeError, match="facts"):
        await channels.told("T", "C1", {"mode": "off"})
