import asyncio

import pytest

from bot.store.channels import Channel, Channels
from bot.store.database import Database


@pytest.fixture
def channels(database: Database) -> Channels:
    return Channels(database, clock=lambda: 100.0)


async def test_what_slack_says_and_what_was_set_stand_side_by_side(channels: Channels) -> None:
    await channels.known("T", "C1", kind="public", shared=False, archived=False)
    await channels.set("T", "C1", buckets=("handbook", "manual"), mode="follow")
    await channels.known("T", "C1", shared=True)

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
    await channels.known("T", "C1", kind="private", shared=False, archived=True)
    await channels.set("T", "C1", buckets=("handbook",), model="m", tone="Be brief.", experts="S1")
    await channels.set("T", "C1", buckets=None, tone=None)

    kept = await channels.get("T", "C1")

    assert (kept.buckets, kept.tone, kept.model, kept.experts) == (None, None, "m", "S1")
    assert (kept.kind, kept.archived) == ("private", True)


async def test_a_doubt_lets_slack_be_asked_again_and_forgets_no_setting(channels: Channels) -> None:
    await channels.known("T", "C1", kind="public", shared=True, archived=False)
    await channels.set("T", "C1", mode="off")

    await channels.doubt("T", "C1")

    kept = await channels.get("T", "C1")
    assert (kept.known_at, kept.shared, kept.mode) == (0.0, True, "off")


async def test_two_who_note_a_conversation_at_once_both_do(channels: Channels) -> None:
    await asyncio.gather(
        channels.known("T", "C1", kind="public"),
        channels.set("T", "C1", mode="follow"),
        channels.set("T", "C1", model="m"),
    )

    kept = await channels.get("T", "C1")

    assert (kept.kind, kept.mode, kept.model) == ("public", "follow", "m")


async def test_a_word_that_is_no_column_is_a_mistake_of_ours(channels: Channels) -> None:
    with pytest.raises(TypeError, match="settings"):
        await channels.set("T", "C1", kind="public")
    with pytest.raises(TypeError, match="facts"):
        await channels.known("T", "C1", mode="off")
