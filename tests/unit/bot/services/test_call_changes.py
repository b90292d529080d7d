"""Changes to calls: nothing that wasn't named is lost, and only those who may see a call change it."""

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from bot.errors import RefusedError, UsageError
from bot.services.access import EVERYTHING, Audience, Right, Some
from bot.services.call_changes import CallChanges
from bot.services.calls import Calls
from bot.telnyx import Conversation
from tests.unit.bot.conftest import TelnyxHouse, without

CALL = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
OTHER = "00000000-0000-4000-8000-000000000001"
ABOUT = {
    "assistant_id": "assistant-1",
    "telnyx_end_user_target": "+4930123456",
    "team": "north",
    "due": "today",
}


def changes(house: TelnyxHouse) -> CallChanges:
    for call, metadata in ((CALL, dict[str, Any](ABOUT)), (OTHER, {"assistant_id": "assistant-2"})):
        about = {
            "id": call,
            "created_at": "2026-01-01T10:00:00+00:00",
            "last_message_at": "2026-01-01T10:05:00+00:00",
            "metadata": metadata,
            "name": f"Call {metadata['assistant_id']}",
        }
        house.standin.conversations.add({"conversation": about, "messages": [], "insights": []})
    return CallChanges(house.client, Calls(house.client))


def metadata(house: TelnyxHouse, call: str = CALL) -> Mapping[str, Any]:
    found: Mapping[str, Any] = house.standin.conversations.records[call]["conversation"]["metadata"]
    return found


def operator(*assistants: str) -> Audience:
    """Someone who isn't an admin and may hear these assistants' calls."""
    return replace(without(Right.ADMIN), calls=Some(frozenset(assistants)))


async def test_a_tag_is_set_another_removed_and_the_rest_stays(telnyx: TelnyxHouse) -> None:
    service = changes(telnyx)

    done = await service.tag(CALL, {"priority": "high", "due": "", "absent": ""}, EVERYTHING, again=False)

    assert metadata(telnyx) == {key: value for key, value in ABOUT.items() if key != "due"} | {
        "priority": "high"
    }
    assert (done.changed, done.refused) == (True, ())
    assert done.call.metadata["due"] == "today"


async def test_what_is_like_that_already_is_not_sent(telnyx: TelnyxHouse) -> None:
    service = changes(telnyx)

    done = await service.tag(CALL, {"team": "north", "absent": ""}, EVERYTHING, again=False)

    assert not done.changed
    assert await telnyx.calls("conversations.update") == 0


async def test_what_telnyx_shows_as_no_text_is_sent_back_as_text(telnyx: TelnyxHouse) -> None:
    service = changes(telnyx)
    telnyx.standin.conversations.records[CALL]["conversation"][
        "metadata"
    ].update(  # what a documented boolean may be
        ai_disabled=True, attempts=3, gone=None, more={"a": [1]}
    )

    await service.tag(CALL, {"team": "south"}, EVERYTHING, again=False)

    assert metadata(telnyx) == ABOUT | {
        "team": "south",
        "ai_disabled": "true",
        "attempts": "3",
        "more": '{"a": [1]}',
    }


async def test_done_again_someone_elses_tag_of_the_meantime_stays(telnyx: TelnyxHouse) -> None:
    service = changes(telnyx)
    await service.tag(CALL, {"priority": "high"}, EVERYTHING, again=False)
    telnyx.standin.conversations.records[CALL]["conversation"]["metadata"]["seen"] = "yes"

    done = await service.tag(CALL, {"priority": "high"}, EVERYTHING, again=True)

    assert done.changed
    assert metadata(telnyx) == ABOUT | {"priority": "high", "seen": "yes"}
    assert await telnyx.calls("conversations.update") == 1


async def test_where_telnyx_merges_what_was_not_removed_is_told() -> None:
    """Whether a PUT replaces or merges isn't documented."""
    there = {"team": "north", "due": "today"}

    class Merging:
        async def get(self, call: str) -> Conversation:
            return Conversation(id=call, metadata=dict(there))

        async def update(self, call: str, sent: dict[str, str]) -> Conversation:
            there.update(sent)
            return Conversation(id=call, metadata=dict(there))

    client: Any = SimpleNamespace(conversations=Merging())

    done = await CallChanges(client, Calls(client)).tag(
        CALL, {"due": "", "team": "south"}, EVERYTHING, again=False
    )

    assert (done.changed, done.refused) == (True, ("due",))


async def test_the_assistant_falls_silent_and_answers_again(telnyx: TelnyxHouse) -> None:
    service = changes(telnyx)

    first = await service.silence(CALL, EVERYTHING, silent=True, again=False)
    silent = dict(metadata(telnyx))
    again = await service.silence(CALL, EVERYTHING, silent=True, again=False)
    back = await service.silence(CALL, EVERYTHING, silent=False, again=False)

    assert silent == ABOUT | {"ai_disabled": "true"}
    assert metadata(telnyx) == ABOUT | {"ai_disabled": "false"}
    assert [done.changed for done in (first, again, back)] == [True, False, True]


async def test_a_call_that_was_never_taken_over_is_not_handed_back(telnyx: TelnyxHouse) -> None:
    service = changes(telnyx)

    assert not (await service.silence(CALL, EVERYTHING, silent=False, again=False)).changed
    assert await telnyx.calls("conversations.update") == 0


async def test_a_note_is_added_once_for_a_key(telnyx: TelnyxHouse) -> None:
    service = changes(telnyx)

    for _ in range(2):
        await service.note(CALL, "Call back", "user", EVERYTHING, key="k1")

    (message,) = telnyx.standin.conversations.records[CALL]["messages"]
    assert (message["role"], message["text"]) == ("user", "Call back")


async def test_a_call_is_deleted_once_and_again_is_done(telnyx: TelnyxHouse) -> None:
    service = changes(telnyx)

    first = await service.delete(CALL, EVERYTHING, again=False)
    second = await service.delete(CALL, EVERYTHING, again=True)

    assert (first, second) == ("Call assistant-1", "")
    assert CALL not in telnyx.standin.conversations.records
    with pytest.raises(UsageError, match="no call"):
        await service.delete(CALL, EVERYTHING, again=False)


@pytest.mark.parametrize("given", [OTHER, "Call assistant-2"])
async def test_a_call_of_another_assistant_is_none_for_an_operator(telnyx: TelnyxHouse, given: str) -> None:
    service, them = changes(telnyx), operator("assistant-1")

    for attempt in (
        service.tag(given, {"a": "1"}, them, again=False),
        service.silence(given, them, silent=True, again=False),
        service.note(given, "Hello", "user", them, key="k"),
    ):
        with pytest.raises(UsageError, match="There's no call"):
            await attempt

    assert metadata(telnyx, OTHER) == {"assistant_id": "assistant-2"}
    await service.tag(CALL, {"a": "1"}, them, again=False)
    assert metadata(telnyx)["a"] == "1"


async def test_an_operator_deletes_nothing(telnyx: TelnyxHouse) -> None:
    service, them = changes(telnyx), operator("assistant-1")

    for attempt in (service.delete(CALL, them, again=False), service.losing(CALL, them)):
        with pytest.raises(RefusedError):
            await attempt


async def test_a_new_call_is_one_that_its_maker_can_see(telnyx: TelnyxHouse) -> None:
    service, them = changes(telnyx), operator("assistant-1")

    made = await service.create("Callback", "assistant-1", {"team": "north", "empty": ""}, them, key="k1")
    same = await service.create("Callback", "assistant-1", {"team": "north"}, them, key="k1")

    assert (made.id, made.metadata) == (same.id, {"team": "north", "assistant_id": "assistant-1"})
    with pytest.raises(UsageError, match="You can't see calls of an assistant “assistant-2”"):
        await service.create(None, "assistant-2", {}, them, key="k2")
    with pytest.raises(UsageError, match="--assistant"):
        await service.create(None, "", {}, them, key="k3")
    with pytest.raises(RefusedError):
        await service.create(None, "", {}, operator(), key="k4")
    assert await telnyx.calls("conversations.create") == 2
