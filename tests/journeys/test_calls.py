"""Calls in Slack: who may see them, the list, a summary that covers the whole call."""

import json
import re
import urllib.request
from functools import partial
from typing import Any

import pytest

from sandbox.slack.person import Json, Person
from tests.journeys.conftest import People
from tests.journeys.house import House, until
from tests.journeys.replies import ERROR_ID, private
from tests.journeys.screen import GENERAL, JOBS, buttons, words
from tests.journeys.telnyx_side import asked, telnyx

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
    made(house, "A call with a number", "assistant-numbers", "Hello?")
    before = await ada.say(GENERAL, "Which calls were there?")
    said = await ada.command(GENERAL, "/telnyx", "calls \u2014last 3")

    listing = await ada.wait_for(
        lambda m: m["kind"] == "ephemeral" and "Newest first" in words(m) and m["ts"] > before,
        channel=GENERAL,
    )

    newest = max(conversations(house), key=lambda c: c["last_message_at"])
    assert said["ok"]
    assert newest["id"][:8] in words(listing)
    assert buttons(listing)[:3] == ["Summarize", "Transcript", "Insights"]
    shown = [one["metadata"] for one in conversations(house) if one["id"][:8] in words(listing)]
    numbers = [about["telnyx_end_user_target"] for about in shown if "telnyx_end_user_target" in about]
    assert numbers, "a call that another test wrote may have none"
    assert not [number for number in numbers if number in words(listing)]
    assert all(number[-4:] in words(listing) for number in numbers)


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

    summary = await ada.wait_for(lambda m: "Covers" in words(m), 20, channel=GENERAL)

    for heading in ("What it was about", "Outcome", "Decisions", "Action items", "Mood", "Follow-up"):
        assert f"## {heading}" in words(summary)
    assert words(summary).split("## What it was about")[1].split("##")[0].strip() != "Not mentioned."


async def test_a_call_longer_than_the_model_takes_is_read_in_parts_and_nothing_is_left_out(
    person: People, house: House
) -> None:
    ada = person("U0ADA")
    longest = max(conversations(house), key=lambda call: messages(house, call["id"]))
    await ada.command(GENERAL, "/telnyx", f"summarize {longest['id']} --model acme/pocket-1b")

    summary = await ada.wait_for(lambda m: "Covers" in words(m) and "parts" in words(m), 30, channel=GENERAL)

    count = messages(house, longest["id"])
    assert f"Covers {count} of {count} messages, minutes 0–" in words(summary)
    assert "acme/pocket-1b" in words(summary)


async def test_an_unknown_call_is_said_in_words(person: People) -> None:
    ada = person("U0ADA")
    await ada.command(GENERAL, "/telnyx", "summarize 00000000-0000-0000-0000-000000000000")

    told = await ada.wait_for(lambda m: "There's no call" in words(m), channel=GENERAL)

    assert "/telnyx calls" in words(told)


# ------------------------------------------------------------------------------------ found, looked at, read
ADA, MIA = "U0ADA", "U0MIA"
CALLS = "/ai/conversations"
LONG = "Planning the move of four offices"
QUESTION, OURS = "1600000000.000500", "1600000000.000600"
"""The ts of a thread's first message, and of one with our button in it."""


shown = partial(private, seconds=15)


async def file(person: Person, channel: str, after: str, thread_ts: str | None = None) -> Json:
    """The file that came into a conversation since then."""
    message = await person.wait_for(
        lambda m: bool(m.get("files")) and m["ts"] > after, 15, channel=channel, thread_ts=thread_ts
    )
    found: Json = message["files"][0]
    return found


async def window(person: Person, text: str) -> Json:
    """The window that shows ``text``."""
    return await person.wait_in(person.views, lambda view: text in json.dumps(view, ensure_ascii=False), 15)


def of(house: House, name: str) -> str:
    """The id of a call of the example data."""
    return next(str(one["id"]) for one in conversations(house) if one["name"] == name)


def made(house: House, name: str, assistant: str, *said: str) -> str:
    """The id of a new call."""
    about = {
        "assistant_id": assistant,
        "telnyx_conversation_channel": "web_call",
        "telnyx_end_user_target": "+15550104477",
    }
    call = str(telnyx(house, CALLS, "POST", {"name": name, "metadata": about})["id"])
    for text in said:
        telnyx(house, f"{CALLS}/{call}/message", "POST", {"role": "user", "content": text})
    return call


def pressed(house: House, channel: str, text: str, action: str, value: Json) -> None:
    """A message of the bot's in a thread, with one button."""
    label = {"type": "plain_text", "text": text}
    button = {"type": "button", "text": label, "action_id": action, "value": json.dumps(value)}
    blocks = [{"type": "actions", "elements": [button]}]
    asked_for = {"channel": channel, "ts": QUESTION, "user": ADA, "kind": "user", "text": "Which call?"}
    ours = {"channel": channel, "ts": OURS, "user": "U0BOT", "kind": "post", "thread_ts": QUESTION}
    for message in (asked_for, ours | {"text": "This one", "blocks": blocks}):
        house.ask("slack", "restore", message)


async def test_filters_hold_on_the_next_page_too(person: People, house: House) -> None:
    ada = person(ADA)
    found = [
        c for c in conversations(house) if c["metadata"].get("telnyx_conversation_channel") == "sms_chat"
    ]
    newest = sorted(found, key=lambda c: str(c["last_message_at"]), reverse=True)
    since = await ada.say(GENERAL, "Which text messages were there?")
    await ada.command(GENERAL, "/telnyx", "calls --channel sms_chat --since 2020-01-01 --last 1")
    first = await shown(ada, f"`{newest[0]['id'][:8]}`", since)

    await ada.click(GENERAL, first["ts"], "calls#next")
    second = await shown(ada, f"`{newest[1]['id'][:8]}`", since)

    assert second["ts"] == first["ts"], "in its place"
    for page in (first, second):
        assert "Only calls over `sms_chat`, since" in words(page)
        assert len(re.findall(r"sms chat", words(page))) == 1


async def test_calls_are_filtered_by_a_form_and_a_masked_number_by_its_last_digits(
    person: People, house: House
) -> None:
    ada = person(ADA)
    call = made(house, "By form", "assistant-form", "Hello?")
    since = await ada.say(GENERAL, "Who was that?")
    await ada.command(GENERAL, "/telnyx", "calls --last 3")
    listing = await shown(ada, "Newest first", since)
    await ada.click(GENERAL, listing["ts"], "calls filter")
    form = await ada.wait_in(ada.views, lambda view: view.get("callback_id") == "calls filter")
    offered = json.dumps(form["blocks"])

    wrong = await ada.submit(form["id"], {"number": "77"})
    await ada.submit(form["id"], {"number": "+49 999 4477", "assistant": "assistant-form"})
    found = await window(ada, call[:8])

    assert all(word in offered for word in ("assistant-form", "assistant-acme-support", "sms_chat"))
    assert "at least the last four digits" in wrong["errors"]["number"]
    assert "•••4477" in json.dumps(found, ensure_ascii=False)
    assert "15550104477" not in json.dumps(found)


async def test_a_card_leads_to_all_of_a_call_and_to_its_insights_as_a_table(
    person: People, house: House
) -> None:
    ada = person(ADA)
    schema = {"type": "object", "properties": {"score": {"type": "integer"}, "reason": {"type": "string"}}}
    about = {"name": "Card score", "instructions": "How glad were they?", "json_schema": schema}
    insight = telnyx(house, f"{CALLS}/insights", "POST", about)["data"]["id"]
    group = telnyx(house, f"{CALLS}/insight-groups", "POST", {"name": "Cards"})["data"]["id"]
    telnyx(house, f"{CALLS}/insight-groups/{group}/insights/{insight}/assign", "POST")
    call = made(house, "With a card", "assistant-card", "Thank you, I'm very happy. Call +15550104477.")
    house.ask("telnyx", "conversations/end", {"conversation_id": call, "insight_group_id": group})
    results = f"{CALLS}/{call}/conversations-insights"
    until(lambda: any(run["conversation_insights"] for run in telnyx(house, results)["data"]), "the insights")
    since = await ada.say(GENERAL, "How was it?")
    await ada.command(GENERAL, "/telnyx", "calls --assistant assistant-card")
    card = await shown(ada, "With a card", since)

    await ada.click(GENERAL, card["ts"], "calls insights")
    told = await ada.wait_for(
        lambda m: m["kind"] == "ephemeral" and any(b["type"] == "data_table" for b in m["blocks"]),
        channel=GENERAL,
    )
    await ada.click(GENERAL, card["ts"], "menu", f"calls show\u241f{call}")
    whole = await shown(ada, "*With a card*", told["ts"])

    assert "insights ready" in words(card)
    (table,) = [block for block in told["blocks"] if block["type"] == "data_table"]
    cells = [cell["text"] for row in table["rows"] for cell in row]
    assert cells[:4] == ["Insight", "Field", "Result", "Card score"]
    assert {"score", "reason"} <= {*cells}
    assert "assistant-card" in json.dumps(whole["blocks"])
    for message in (card, told, whole):
        assert "15550104477" not in json.dumps(message)


async def test_a_transcript_comes_as_a_text_file_into_a_direct_message(person: People, house: House) -> None:
    ada, call = person(ADA), of(house, LONG)
    since = await ada.say(GENERAL, "What was said?")

    await ada.command(GENERAL, "/telnyx", f"calls transcript {call[:8]}")
    given = await file(ada, "D0ADA", since)

    text = (await ada.download(given["id"])).decode()
    assert given["title"] == f"Transcript of {LONG}"
    assert f"· {messages(house, call)} messages" in text
    assert len(re.findall(r"^\[\d\d:\d\d\] \w+: ", text, re.MULTILINE)) == messages(house, call)
    assert not re.search(r"\+\d{6}", text), "numbers are masked"
    await shown(ada, "is in a direct message", since)
    assert not [m for m in await ada.messages(GENERAL) if m.get("files") and m["ts"] > since]


async def test_where_calls_are_granted_a_transcript_stands_in_the_thread_it_was_wanted_in(
    person: People, house: House
) -> None:
    ada, mia = person(ADA), person(MIA)
    call = made(house, "For all", "assistant-jobs", "Call me at +15550104477.")
    since = await ada.say(JOBS, "These calls are for us.")
    await ada.command(JOBS, "/telnyx", f"grant <#{JOBS}> --calls assistant-jobs")
    await shown(ada, "can now see", since, JOBS)
    pressed(house, JOBS, "Transcript", "calls transcript", {"call": call})

    await mia.click(JOBS, OURS, "calls transcript")
    given = await file(ada, JOBS, OURS, thread_ts=QUESTION)

    text = (await ada.download(given["id"])).decode()
    assert "[00:00] Caller: Call me at +15550104477." in text
    await ada.command(JOBS, "/telnyx", f"revoke <#{JOBS}> --calls assistant-jobs")
    await shown(ada, "I withdrew", since, JOBS)


async def test_a_transcript_is_refused_to_whom_it_is_not_granted_as_if_there_were_none(
    person: People, house: House
) -> None:
    ada, mia = person(ADA), person(MIA)
    theirs = made(house, "Hers", "assistant-mia", "Hello?")
    nowhere, other = "00000000-0000-4000-8000-000000000000", of(house, LONG)
    since = await mia.say(GENERAL, "May I?")
    await mia.command(GENERAL, "/telnyx", f"calls transcript {other}")
    await shown(mia, "only workspace admins", since)
    await ada.command(GENERAL, "/telnyx", f"grant <@{MIA}> --calls assistant-mia")
    await shown(ada, "can now see", since)
    before = asked(house, "conversations.messages")
    told = []
    for call in (other, nowhere):
        after = await mia.say(GENERAL, f"And {call}?")
        await mia.command(GENERAL, "/telnyx", f"calls transcript {call}")
        told.append(words(await shown(mia, "There's no call", after)).replace(call, "…"))

    assert told[0] == told[1]
    assert asked(house, "conversations.messages") == before
    await mia.command(GENERAL, "/telnyx", f"calls transcript {theirs}")
    assert (await file(mia, "D0MIA", since))["title"] == "Transcript of Hers"
    await ada.command(GENERAL, "/telnyx", f"revoke <@{MIA}> --calls assistant-mia")
    await shown(ada, "I withdrew", since)


async def test_a_place_is_shown_in_a_window_and_turned_by_a_click(person: People, house: House) -> None:
    ada, call = person(ADA), of(house, LONG)
    pressed(house, GENERAL, "Show the place", "calls place", {"call": call, "at": 300})

    await ada.click(GENERAL, OURS, "calls place")
    place = await window(ada, ":point_right:")
    await ada.click_view(place["id"], "calls place#next")
    later = await ada.wait_in(
        ada.views, lambda view: ":point_right:" not in json.dumps(view) and view["id"] == place["id"]
    )

    lines = re.findall(r"lines (\d+) to (\d+) of 89", json.dumps([place, later]))
    assert int(lines[1][0]) == int(lines[0][1]) + 1
    assert "*04:" in json.dumps(place["blocks"])
