"""Deliveries that are signed and lack something, or have something else in its place: an answer below 500, and at most a line."""

import copy
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.inbound.connections import Connections
from bot.inbound.refusals import Refusals
from tests.unit.bot.inbound.conftest import Door, signed, standing

pytestmark = pytest.mark.slow  # 2,000 deliveries

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ODD: tuple[Any, ...] = (None, "", 7, True, [], {}, ["x"], {"id": None}, "\ud83d\ude00\u202e")
BODY = {"type": "event_callback", "team_id": "T0", "api_app_id": "A0", "event_id": "Ev1"}
INSTALLED = {"authorizations": [{"team_id": "T0", "user_id": "U0BOT", "enterprise_id": None}]}
SAID = {"user": "U0MIA", "channel": "C0GENERAL", "ts": "1.1", "event_ts": "1.1", "text": "<@U0BOT> how?"}
FILES = {"files": [{"id": "F1", "name": "a.txt"}], "attachments": [{"is_share": True, "text": "words"}]}
EVENTS: list[dict[str, Any]] = [
    {"type": "app_mention", **SAID, "thread_ts": "1.0", **FILES},
    {"type": "message", "channel_type": "im", **SAID, **FILES},
    {
        "type": "message",
        "subtype": "message_changed",
        "channel": "C0GENERAL",
        "event_ts": "1.2",
        "message": {**SAID, "text": "<@U0BOT> how much?"},
        "previous_message": SAID,
    },
    {"type": "message", "subtype": "message_deleted", "channel": "C0GENERAL", "previous_message": SAID},
    {"type": "member_joined_channel", "user": "U0MIA", "channel": "C0GENERAL"},
    {"type": "member_left_channel", "user": "U0MIA", "channel": "C0GENERAL"},
    {
        "type": "user_change",
        "user": {"id": "U0MIA", "team_id": "T0", "profile": {"display_name": "mia"}, "deleted": False},
    },
    {"type": "subteam_updated", "subteam": {"id": "S0", "users": ["U0MIA"], "date_delete": 0}},
    {"type": "subteam_members_changed", "subteam_id": "S0"},
    {"type": "channel_archive", "channel": "C0GENERAL", "user": "U0MIA"},
    {"type": "channel_id_changed", "old_channel_id": "C0GENERAL", "new_channel_id": "C0NEW"},
    {"type": "agent_session_stopped", "channel": "C0GENERAL", "thread_ts": "1.1", "user": "U0MIA"},
    {"type": "app_home_opened", "user": "U0MIA", "channel": "D0MIA", "tab": "messages"},
]
PRESS = {
    "type": "block_actions",
    "team": {"id": "T0"},
    "user": {"id": "U0MIA", "team_id": "T0"},
    "trigger_id": "1.2.3",
    "channel": {"id": "C0GENERAL"},
    "container": {"type": "message", "message_ts": "1.1", "channel_id": "C0GENERAL"},
    "response_url": "https://hooks.slack.com/actions/T0/1/x",
    "actions": [
        {"action_id": "of an earlier release", "type": "button", "action_ts": "1.2", "value": "{}"},
    ],
}
VIEW = {"id": "V1", "hash": "h", "callback_id": "old", "title": {"text": "Old"}, "state": {"values": {}}}
SENT = {
    "type": "view_submission",
    "team": {"id": "T0"},
    "user": {"id": "U0MIA", "team_id": "T0"},
    "trigger_id": "1.2.3",
    "view": {**VIEW, "type": "modal", "private_metadata": "", "blocks": []},
}
SHORTCUT = {
    "type": "shortcut",
    "team": {"id": "T0"},
    "user": {"id": "U0MIA", "team_id": "T0"},
    "callback_id": "old",
    "trigger_id": "1.2.3",
    "action_ts": "1.2",
}
ENTRY = {
    **SHORTCUT,
    "type": "message_action",
    "channel": {"id": "C0GENERAL"},
    "message": {**SAID, **FILES},
    "message_ts": "1.1",
    "response_url": "https://hooks.slack.com/app/T0/1/x",
}
CHOICES = {
    "type": "block_suggestion",
    "team": {"id": "T0"},
    "user": {"id": "U0MIA", "team_id": "T0"},
    "action_id": "bucket",
    "value": "h",
    "view": VIEW,
}
CLOSED = {**SENT, "type": "view_closed", "is_cleared": False}
PICKED = {
    **PRESS,
    "actions": [
        {
            "action_id": "menu",
            "type": "overflow",
            "action_ts": "1.2",
            "selected_option": {"value": "of an earlier release:{}"},
        }
    ],
}
LATER = {"type": "app_rate_limited", "team_id": "T0", "api_app_id": "A0", "minute_rate_limited": 1}
COMMAND = {
    "command": "/telnyx",
    "text": "help",
    "team_id": "T0",
    "channel_id": "C0GENERAL",
    "user_id": "U0MIA",
    "trigger_id": "1.2.3",
    "response_url": "https://hooks.slack.com/commands/T0/1/x",
}


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """A door at which Bolt may say that it knows no such payload."""
    async with standing(Connections(Refusals())) as made:
        yield made


def places(thing: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a payload below its top."""
    inside = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    for key, value in inside:
        yield (*path, key)
        yield from places(value, (*path, key))


def spoiled(payload: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The payload without each of its parts, and with something else in its place."""
    for path in places(payload):
        for odd in (..., *ODD):
            one = copy.deepcopy(payload)
            holder: Any = one
            for key in path[:-1]:
                holder = holder[key]
            if odd is ...:
                del holder[path[-1]]
            else:
                holder[path[-1]] = odd
            yield one


async def answered(door: Door, payload: dict[str, Any], *, form: bool) -> None:
    """No 500, no traceback, no word to the person."""
    body = urlencode({"payload": json.dumps(payload)}).encode() if form else json.dumps(payload).encode()
    status = await door.post(body, signed(body, FORM if form else None))

    assert status in (200, 400, 404), (status, payload)
    assert not [line for line in door.lines if line.get("exc_info")], (payload, door.lines)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: f"{event['type']} {event.get('subtype', '')}")
async def test_an_event_that_lacks_something(door: Door, event: dict[str, Any]) -> None:
    for one in spoiled({**BODY, **INSTALLED, "event": event}):
        await answered(door, one, form=False)


@pytest.mark.parametrize(
    "payload",
    [PRESS, PICKED, SENT, CLOSED, SHORTCUT, ENTRY, CHOICES, LATER],
    ids=lambda payload: payload["type"],
)
async def test_a_press_or_a_form_that_lacks_something(door: Door, payload: dict[str, Any]) -> None:
    for one in spoiled(payload):
        await answered(door, one, form=True)


async def test_a_command_that_lacks_something(door: Door) -> None:
    for one in spoiled(COMMAND):
        body = urlencode(one, errors="replace").encode()

        assert await door.post(body, signed(body, FORM)) in (200, 400, 404), one
        assert not [line for line in door.lines if line.get("exc_info")], (one, door.lines)


async def test_events_that_slack_leaves_out_are_told(door: Door) -> None:
    body = json.dumps(LATER).encode()

    assert await door.post(body) == 200
    assert [line["event"] for line in door.lines] == ["slack_leaves_events_out"]


@pytest.mark.parametrize("odd", ["1.1\x00", "1.1\u202e", "1.1\n", "\ud83d\ude00", 1.1, ["1.1"]])
@pytest.mark.parametrize("name", ["ts", "channel", "user", "thread_ts"])
async def test_an_id_that_would_be_stored_as_another_begins_nothing(door: Door, name: str, odd: Any) -> None:
    event = {**EVENTS[0], name: odd}

    await answered(door, {**BODY, **INSTALLED, "event": event}, form=False)

    assert door.asked == []


@pytest.mark.parametrize("name", ["trigger_id", "user_id", "channel_id", "team_id"])
async def test_a_command_with_such_an_id_is_refused(door: Door, name: str) -> None:
    body = urlencode({**COMMAND, name: "1.2\u202e"}).encode()

    assert await door.post(body, signed(body, FORM)) == 400


async def test_what_is_unreadable_is_one_line_and_the_next_delivery_is_taken(door: Door) -> None:
    event = {key: value for key, value in EVENTS[0].items() if key != "channel"}
    body = json.dumps({**BODY, **INSTALLED, "event": event}).encode()
    whole = json.dumps({**BODY, **INSTALLED, "event": EVENTS[0]}).encode()

    assert (await door.post(body), await door.post(whole)) == (400, 200)
    assert [line["event"] for line in door.lines] == ["delivery_unreadable"]
    assert len(door.asked) == 1
