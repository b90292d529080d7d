"""Calls in Slack: who may see them, the list, a summary that covers the whole call."""

import json
import urllib.request
from typing import Any

import pytest

from tests.journeys.conftest import People
from tests.journeys.house import House
from tests.journeys.replies import ERROR_ID
from tests.journeys.screen import GENERAL, words

pytestmark = pytest.mark.usefixtures("bot")


def conversations(house: House) -> list[dict[str, Any]]:
    """All calls as Telnyx's API tells them."""
    key = house.ready["env"]["TELNYX_API_KEY"]
    url = f"{house.ready['telnyx_base_url']}/ai/conversations?limit=100"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"})  # noqa: S310 - our own loopback server
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
        found: list[dict[str, Any]] = json.load(answer)["data"]
    return found


def messages(house: House, call_id: str) -> int:
    """How many messages a call has."""
    key = house.ready["env"]["TELNYX_API_KEY"]
    url = f"{house.ready['telnyx_base_url']}/ai/conversations/{call_id}/messages"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"})  # noqa: S310 - as above
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
        return int(json.load(answer)["meta"]["total_results"])


async def test_an_admin_sees_the_latest_calls_with_masked_numbers(person: People, house: House) -> None:
    ada = person("U0ADA")
    before = await ada.say(GENERAL, "Which calls were there?")
    said = await ada.command(GENERAL, "/telnyx", "calls \u2014last 3")

    listing = await ada.wait_for(
        lambda m: m["kind"] == "ephemeral" and "Newest first" in words(m) and m["ts"] > before,
        channel=GENERAL,
    )

    newest = max(conversations(house), key=lambda c: c["last_message_at"])
    assert said["ok"]
    assert newest["id"][:8] in words(listing)
    assert {b["accessory"]["text"]["text"] for b in listing["blocks"] if "accessory" in b} == {"Summarize"}
    number = newest["metadata"]["telnyx_end_user_target"]
    assert number not in words(listing)
    assert number[-4:] in words(listing)


async def test_a_member_is_told_who_may_read_calls(person: People, house: House) -> None:
    mia = person("U0MIA")
    listed = await mia.command(GENERAL, "/telnyx", "calls")
    first = await mia.wait_for(lambda m: "only workspace admins" in words(m), channel=GENERAL)
    await mia.command(GENERAL, "/telnyx", f"summarize {conversations(house)[0]['id']}")
    second = await mia.wait_for(
        lambda m: "only workspace admins" in words(m) and m["ts"] > first["ts"], channel=GENERAL
    )

    assert listed["ok"]
    assert not ERROR_ID.search(words(first) + words(second)), "a refusal is no incident"


async def test_a_call_is_summarised_under_its_headings_and_says_what_it_covers(
    person: People, house: House
) -> None:
    ada = person("U0ADA")
    sizes = {call["id"]: messages(house, call["id"]) for call in conversations(house)}
    call_id = min((size, key) for key, size in sizes.items() if size > 3)[1]
    await ada.command(GENERAL, "/telnyx", f"summarize {call_id}")

    summary = await ada.wait_for(lambda m: "Covers all" in words(m), 20, channel=GENERAL)

    for heading in ("What it was about", "Outcome", "Decisions", "Action items", "Mood", "Follow-up"):
        assert f"## {heading}" in words(summary)
    assert words(summary).split("## What it was about")[1].split("##")[0].strip() != "Not mentioned."


async def test_a_call_longer_than_the_model_takes_is_read_in_parts_and_nothing_is_left_out(
    person: People, house: House
) -> None:
    ada = person("U0ADA")
    longest = max(conversations(house), key=lambda call: messages(house, call["id"]))
    await ada.command(GENERAL, "/telnyx", f"summarize {longest['id']} --model acme/pocket-1b")

    summary = await ada.wait_for(
        lambda m: "Covers all" in words(m) and "parts" in words(m), 30, channel=GENERAL
    )

    assert f"Covers all {messages(house, longest['id'])} messages" in words(summary)
    assert "acme/pocket-1b" in words(summary)


async def test_an_unknown_call_is_said_in_words(person: People) -> None:
    ada = person("U0ADA")
    await ada.command(GENERAL, "/telnyx", "summarize 00000000-0000-0000-0000-000000000000")

    told = await ada.wait_for(lambda m: "There's no call" in words(m), channel=GENERAL)

    assert "/telnyx calls" in words(told)
