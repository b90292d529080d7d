"""Insight groups through the real Slack protocol: made, filled, shown, emptied, changed, and deleted; and what a member sees of them."""

from functools import partial
from typing import Any

import pytest

from sandbox.slack.person import Json, Person
from tests.journeys.conftest import People
from tests.journeys.house import House
from tests.journeys.replies import private
from tests.journeys.screen import GENERAL, words
from tests.journeys.telnyx_side import asked, telnyx

MIA, ADA = "U0MIA", "U0ADA"
GROUPS, INSIGHTS = "/ai/conversations/insight-groups", "/ai/conversations/insights"
pytestmark = pytest.mark.usefixtures("bot")


# ------------------------------------------------------------------------------------------- what people see
async def said(person: Person, typed: str, text: str) -> Json:
    """The answer to a line that holds ``text``."""
    before = await person.say(GENERAL, typed)
    await person.command(GENERAL, "/telnyx", typed)
    return await shown(person, text, before)


shown = partial(private, seconds=15)


async def form(person: Person, callback: str) -> Json:
    """The window of this form, filled."""
    return await person.wait_in(person.views, lambda view: view.get("callback_id") == callback)


async def window(person: Person, text: str) -> Json:
    """The window that shows ``text``."""
    return await person.wait_in(person.views, lambda view: view["type"] == "modal" and text in str(view), 15)


def field(view: Json, name: str) -> Json:
    """A field of a form."""
    element: Json = next(block["element"] for block in view["blocks"] if block.get("block_id") == name)
    return element


def options(view: Json, name: str) -> dict[str, str]:
    """What a field offers: its words, each with its value."""
    return {one["text"]["text"]: one["value"] for one in field(view, name)["options"]}


def elements(message: Json) -> list[Json]:
    """What can be pressed in it: its buttons and menus, in their order."""
    blocks = message["blocks"]
    found = [one for block in blocks for one in (*block.get("elements", ()), block.get("accessory")) if one]
    return [one for one in found if "action_id" in one]


def pressable(message: Json) -> list[str]:
    """The labels of its buttons, with … for a menu."""
    return [one["text"]["text"] if one["type"] == "button" else "…" for one in elements(message)]


async def pick(person: Person, message: Json, group: str, entry: str) -> None:
    """Choose an entry in the menu of a group's row."""
    menus = [one for one in elements(message) if one["type"] == "overflow"]
    chosen = next(
        one["value"]
        for menu in menus
        for one in menu["options"]
        if one["text"]["text"] == entry and one["value"].endswith(group)
    )
    await person.click(GENERAL, message["ts"], "menu", chosen)


# --------------------------------------------------------------------------------------------- what there is
def insight(house: House, name: str) -> str:
    """The id of a new insight."""
    return str(telnyx(house, INSIGHTS, "POST", {"name": name, "instructions": f"{name}?"})["data"]["id"])


def group(house: House, name: str, *inside: str) -> str:
    """The id of a new group that holds these insights."""
    made = str(telnyx(house, GROUPS, "POST", {"name": name})["data"]["id"])
    for one in inside:
        telnyx(house, f"{GROUPS}/{made}/insights/{one}/assign", "POST")
    return made


def there(house: House, name: str) -> dict[str, Any]:
    """The group of this name, as Telnyx has it; empty where there is none."""
    found = telnyx(house, f"{GROUPS}?page[size]=99")["data"]
    return next((one for one in found if one["name"] == name), {})


def inside(house: House, name: str) -> list[str]:
    """The names of the insights that a group holds."""
    return [one["name"] for one in there(house, name)["insights"]]


# ------------------------------------------------------------------------------------------------- journeys
async def test_a_group_is_made_filled_shown_emptied_changed_and_deleted(person: People, house: House) -> None:
    ada, ids = person(ADA), {name: insight(house, name) for name in ("Hold time", "Refunds")}

    await ada.command(GENERAL, "/telnyx", "insights groups create")
    view = await form(ada, "insights groups create")
    given = {"name": "Second line", "description": "After each call"}
    wrong = await ada.submit(view["id"], given | {"webhook": "http://crm.example.com/x"})
    await ada.submit(view["id"], given | {"webhook": "https://crm.example.com/x?token=secret"})
    created = await window(ada, "I created the insight group *Second line*")
    made = there(house, "Second line")["id"]
    assert wrong["errors"].keys() == {"webhook"}
    assert "crm.example.com" in str(created)
    assert "secret" not in str(created)

    await ada.command(GENERAL, "/telnyx", "insights groups assign")
    view = await form(ada, "insights groups assign")
    assert options(view, "group")["Second line"] == made
    assert options(view, "insight").items() >= ids.items()
    await ada.submit(view["id"], {"group": made, "insight": ids["Refunds"]})
    added = await window(ada, "I added *Refunds* to *Second line*")
    await ada.click_view(added["id"], "insights groups assign")
    view = await form(ada, "insights groups assign")
    assert options(view, "group") == {"Second line": made}
    assert field(view, "group")["initial_option"]["value"] == made
    assert options(view, "insight").keys() & ids == {"Hold time"}
    await ada.submit(view["id"], {"group": made, "insight": ids["Hold time"]})
    await window(ada, "I added *Hold time* to *Second line*")
    assert inside(house, "Second line") == ["Refunds", "Hold time"]

    page = await said(ada, "insights groups show Second line", "After each call")
    assert pressable(page) == ["Show", "Remove", "Show", "Remove", "Add an insight…", "Edit…", "Delete…"]
    removes = [one["value"] for one in elements(page) if one["action_id"] == "insights groups unassign"]
    await ada.click(GENERAL, page["ts"], "insights groups unassign", removes[1])
    await shown(ada, "I removed *Hold time* from *Second line*", page["ts"])
    assert inside(house, "Second line") == ["Refunds"]

    listed = await said(ada, "insights groups", "*Second line* · 1 insight")
    await pick(ada, listed, made, "Edit…")
    view = await form(ada, "insights groups edit")
    assert field(view, "description")["initial_value"] == "After each call"
    kept = {"webhook": field(view, "webhook")["initial_value"]}
    await ada.submit(view["id"], {"name": "Third line", "description": "", **kept})
    await window(ada, "I changed the name and the description of the insight group *Third line*")
    changed = there(house, "Third line")
    assert (changed["id"], changed["description"]) == (made, "")
    assert changed["webhook"] == "https://crm.example.com/x?token=secret"

    listed = await said(ada, "insights groups", "*Third line* · 1 insight")
    await pick(ada, listed, made, "Delete…")
    question = await shown(ada, "Delete the insight group *Third line*? Its 1 insight stays.", listed["ts"])
    assert there(house, "Third line")
    await ada.click(GENERAL, question["ts"], "confirm")
    await shown(ada, "I deleted the insight group *Third line*", listed["ts"])
    assert not there(house, "Third line")
    assert telnyx(house, f"{INSIGHTS}/{ids['Refunds']}")["data"]["name"] == "Refunds"


async def test_a_member_sees_groups_without_what_changes_them(person: People, house: House) -> None:
    mia = person(MIA)
    one = insight(house, "Waiting")
    made, before = group(house, "Queue", one), asked(house, "insight_groups.assign")

    listed = await said(mia, "insights groups", "*Queue* · 1 insight")
    page = await said(mia, "insights groups show queue", "*Waiting*")

    assert {*pressable(listed)} == {"Show"}
    assert pressable(page) == ["Show"]
    for line in (
        f"insights groups assign Queue {one}",
        f"insights groups unassign {made} Waiting",
        "insights groups edit Queue --name Line",
        "insights groups delete Queue",
        "insights groups create Line",
    ):
        await said(mia, line, "Only workspace admins")
    assert inside(house, "Queue") == ["Waiting"]
    assert asked(house, "insight_groups.assign") == before
    assert not there(house, "Line")


async def test_two_groups_of_a_name_are_asked_about_and_an_id_is_enough(person: People, house: House) -> None:
    ada = person(ADA)
    one, two = (group(house, "Twins", insight(house, name)) for name in ("Left", "Right"))

    question = await said(
        ada, "insights groups show Twins", "There are several insight groups called “Twins”"
    )
    page = await said(ada, f"insights groups show {two[:8]}", "*Right*")

    assert one[:8] in str(question)
    assert two[:8] in str(question)
    assert "*Left*" not in words(page)
