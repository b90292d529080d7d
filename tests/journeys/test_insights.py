"""Insights from Slack: made and changed in forms, deleted after a question, and what they found for whom calls are granted."""

import json
from typing import Any

import pytest

from sandbox.slack.person import Json, Person
from tests.journeys.conftest import People
from tests.journeys.house import House, until
from tests.journeys.replies import private as reply
from tests.journeys.screen import GENERAL, buttons, words
from tests.journeys.telnyx_side import telnyx

pytestmark = pytest.mark.usefixtures("bot")
MIA, ADA = "U0MIA", "U0ADA"
EVERY, GROUPS = "/ai/conversations/insights", "/ai/conversations/insight-groups"
SCHEMA = {"type": "object", "properties": {"mood": {"type": "string", "enum": ["happy", "angry"]}}}


def made(house: House, name: str, **more: Any) -> Json:
    """A new insight, past the bot."""
    about = {"name": name, "instructions": "How did they feel?", **more}
    insight: Json = telnyx(house, EVERY, "POST", about)["data"]
    return insight


def there(house: House, insight: Json) -> Json:
    """An insight as it is now."""
    now: Json = telnyx(house, f"{EVERY}/{insight['id']}")["data"]
    return now


def grouped(house: House, name: str, insight: Json) -> str:
    """A new group with an insight in it; its id."""
    group = telnyx(house, GROUPS, "POST", {"name": name})["data"]["id"]
    telnyx(house, f"{GROUPS}/{group}/insights/{insight['id']}/assign", "POST")
    return str(group)


def called(house: House, assistant: str, said: str, group: str) -> str:
    """A call that has ended; its id."""
    call = telnyx(house, "/ai/conversations", "POST", {"metadata": {"assistant_id": assistant}})["id"]
    telnyx(house, f"/ai/conversations/{call}/message", "POST", {"role": "user", "content": said})
    house.ask("telnyx", "conversations/end", {"conversation_id": call, "insight_group_id": group})
    return str(call)


def computed(house: House, calls: list[str]) -> None:
    """Wait until the insights of these calls are there."""

    def done(call: str) -> bool:
        runs = telnyx(house, f"/ai/conversations/{call}/conversations-insights")["data"]
        return any(run["conversation_insights"] for run in runs)

    until(lambda: all(map(done, calls)), "the insights")


async def window(person: Person, text: str) -> Json:
    """The window that shows ``text``."""
    return await person.wait_in(
        person.views, lambda view: view["type"] == "modal" and text in json.dumps(view, ensure_ascii=False)
    )


async def form(person: Person, callback: str) -> Json:
    """The form of this verb, filled."""
    return await person.wait_in(person.views, lambda view: view.get("callback_id") == callback)


def fields(view: Json) -> dict[str, str]:
    """What stands in the fields of a form."""
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    return {block["block_id"]: block["element"].get("initial_value", "") for block in inputs}


async def test_a_schema_is_corrected_at_its_field_and_an_address_is_https(
    person: People, house: House
) -> None:
    ada = person(ADA)
    await ada.command(GENERAL, "/telnyx", "insights create")
    view = await form(ada, "insights create")
    given = {
        "name": "Mood of a form",
        "instructions": "How did they feel?",
        "webhook": "https://example.com/hook",
    }
    odd = json.dumps({"properties": {"score": {"type": "numbr"}}})

    wrong = await ada.submit(view["id"], given | {"json_schema": odd, "webhook": "http://example.com"})
    await ada.submit(view["id"], given | {"json_schema": json.dumps(SCHEMA)})

    assert wrong["errors"]["json_schema"].startswith("At properties.score.type: “numbr” is no type.")
    assert "https://" in wrong["errors"]["webhook"]
    await window(ada, "I created the insight *Mood of a form*")
    (mood,) = [one for one in telnyx(house, f"{EVERY}?page[size]=99")["data"] if one["name"] == given["name"]]
    assert (json.loads(mood["json_schema"]), mood["webhook"]) == (SCHEMA, given["webhook"])


async def test_a_form_is_filled_with_what_is_there_and_changes_only_what_was_changed(
    person: People, house: House
) -> None:
    ada, mood = person(ADA), made(house, "Kept", json_schema=SCHEMA, webhook="https://example.com/hook")
    await ada.command(GENERAL, "/telnyx", "insights edit Kept")
    view = await form(ada, "insights edit")
    filled = fields(view)
    telnyx(house, f"{EVERY}/{mood['id']}", "PUT", {"instructions": "Someone else wrote this."})

    await ada.submit(view["id"], {**filled, "name": "Renamed", "webhook": ""})

    done = await window(ada, "I changed the insight *Renamed*")
    assert (filled["name"], filled["webhook"]) == ("Kept", "https://example.com/hook")
    assert json.loads(filled["json_schema"]) == SCHEMA
    now = there(house, mood)
    assert (now["name"], now["webhook"]) == ("Renamed", "")
    assert (now["instructions"], now["json_schema"]) == ("Someone else wrote this.", SCHEMA)
    assert "Name: Kept → Renamed" in str(done["blocks"])
    assert "_nothing_" in str(done["blocks"])


async def test_what_two_people_change_at_once_is_shown_before_it_is_replaced(
    person: People, house: House
) -> None:
    ada, mood = person(ADA), made(house, "Contested")
    await ada.command(GENERAL, "/telnyx", f"insights edit {mood['id'][:8]}")
    view = await form(ada, "insights edit")
    telnyx(house, f"{EVERY}/{mood['id']}", "PUT", {"name": "Faster"})
    wanted = {**fields(view), "name": "Slower"}

    await ada.submit(view["id"], wanted)
    again = await window(ada, "Someone else changed this while you had it open: the name to “Faster”")
    between = there(house, mood)["name"]
    await ada.submit(again["id"], wanted)

    await window(ada, "I changed the insight *Slower*")
    assert (between, there(house, mood)["name"]) == ("Faster", "Slower")


async def test_two_of_one_name_are_asked_about_and_a_row_needs_no_name(person: People, house: House) -> None:
    ada = person(ADA)
    first, second = made(house, "Aa twice"), made(house, "Aa twice")
    await ada.command(GENERAL, "/telnyx", 'insights show "Aa twice"')

    asked = words(await reply(ada, "There are several insights called"))

    assert first["id"][:8] in asked
    assert second["id"][:8] in asked
    await ada.command(GENERAL, "/telnyx", "insights")
    listed = await reply(ada, "Telnyx runs them over each call")
    await ada.click(GENERAL, listed["ts"], "insights show", f'{{"insight":"{second["id"]}"}}')
    shown = await reply(ada, f"`{second['id']}`")
    assert buttons(shown) == ["Results", "Edit…", "Delete…"]
    assert "in no group" in words(shown)


async def test_what_goes_is_asked_about_with_the_groups_that_it_leaves(person: People, house: House) -> None:
    ada, doomed = person(ADA), made(house, "Doomed")
    group = grouped(house, "Nightly", doomed)
    await ada.command(GENERAL, "/telnyx", "insights delete Doomed")
    question = await reply(ada, "It disappears from the group *Nightly*")
    still = there(house, doomed)["name"]

    await ada.click(GENERAL, question["ts"], "confirm")

    await reply(ada, "I deleted the insight *Doomed*")
    assert still == "Doomed"
    assert telnyx(house, f"{GROUPS}/{group}")["data"]["insights"] == []


async def test_results_are_counted_for_whom_calls_are_granted_and_for_no_one_else(
    person: People, house: House
) -> None:
    ada, mia, scored = person(ADA), person(MIA), made(house, "Scored", json_schema=SCHEMA)
    group = grouped(house, "Scoring", scored)
    spoken = (("anna", "I am happy."), ("anna", "So happy!"), ("bela", "I am angry."))
    computed(house, [called(house, f"assistant-{assistant}", said, group) for assistant, said in spoken])

    await ada.command(GENERAL, "/telnyx", "insights results Scored")
    whole = await reply(ada, "Since")
    await ada.command(GENERAL, "/telnyx", "insights results Scored --assistant assistant-bela")
    bela = await reply(ada, "Since", after=whole["ts"])
    before = await mia.say(GENERAL, "And I?")
    for line in ("insights results Scored", "insights results Nothing"):
        await mia.command(GENERAL, "/telnyx", line)
        refused = await reply(mia, "only workspace admins", after=before)
        before = refused["ts"]
        assert "Scored" not in words(refused)
    await ada.command(GENERAL, "/telnyx", f"grant <@{MIA}> --calls assistant-anna")
    await reply(ada, "can now see")
    await mia.command(GENERAL, "/telnyx", "insights results Scored")
    anna = await reply(mia, "Since", after=before)

    assert rows(whole) == [["mood", "happy", "2", "67%"], ["mood", "angry", "1", "33%"]]
    assert rows(bela) == [["mood", "angry", "1", "100%"]]
    assert rows(anna) == [["mood", "happy", "2", "100%"]]
    (chart,) = [block for block in whole["blocks"] if block["type"] == "data_visualization"]
    assert chart["chart"]["axis_config"]["categories"] == ["happy", "angry"]
    await ada.command(GENERAL, "/telnyx", f"revoke <@{MIA}> --calls assistant-anna")
    await reply(ada, "I withdrew the grant")


async def test_what_can_not_be_counted_is_shown_call_by_call(person: People, house: House) -> None:
    ada, plain = person(ADA), made(house, "In words", instructions="Which action was promised?")
    call = called(house, "assistant-anna", "I will send you the plan.", grouped(house, "Wordy", plain))
    computed(house, [call])

    await ada.command(GENERAL, "/telnyx", 'insights results "In words"')

    shown = await reply(ada, "I will send you the plan.")
    assert call[:8] in words(shown)
    assert "Results of In words" in words(shown)


def rows(message: Json) -> list[list[str]]:
    """The rows of its table, below the headers."""
    table = next(block for block in message["blocks"] if block["type"] == "data_table")
    return [[cell["text"] for cell in line] for line in table["rows"][1:]]
