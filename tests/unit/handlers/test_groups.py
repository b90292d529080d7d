"""Forms of insight groups: which open for what was said, and what they offer. And verbs of three words."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.render.groups import Assign, Edit, Unassign
from bot.render.outcomes import Modal
from handlers import line
from handlers.tree import TREE
from handlers.typed import lex
from handlers.verbs import BY_WORDS
from sandbox.slack.web_api.views import checked_view
from tests.unit.bot.conftest import telnyx_house
from tests.unit.handlers.scene import Scene, button, option
from tests.unit.handlers.verb_house import Bot, VerbHouse


@pytest.fixture
async def house() -> AsyncIterator[VerbHouse]:
    """An account with two groups and three insights, of which one is in a group."""
    async with telnyx_house() as telnyx:
        client = telnyx.client
        made = {}
        for name in ("Mood", "Pace", "Tone"):
            made[name] = (await client.insights.create(name, f"{name}?")).id
        for name in ("Support", "Sales"):
            made[name] = (await client.insight_groups.create(name, webhook="https://crm.example.com/x")).id
        await client.insight_groups.assign(made["Support"], made["Pace"])
        yield VerbHouse(telnyx, Bot(client), made)


async def window(house: VerbHouse, wanted: str | dict[str, Any]) -> Modal:
    """The form that opens for a line or a press."""
    scene = Scene(services=house.bot.services)
    await (scene.type(wanted) if isinstance(wanted, str) else scene.press(wanted))
    assert scene.kinds == ["ack", "opened", "rights", "shown"]
    shown: Modal = scene.only("shown").what
    checked_view(shown.view(external_id="do:1"), "modal")
    return shown


def offered(form: Modal) -> dict[str, list[str]]:
    """What can be chosen, by field."""
    fields = {block["block_id"]: block["element"] for block in form.blocks if block["type"] == "input"}
    return {name: [one["text"]["text"] for one in element["options"]] for name, element in fields.items()}


def chosen(form: Modal) -> dict[str, str]:
    """What is filled in, by field."""
    fields = {block["block_id"]: block["element"] for block in form.blocks if block["type"] == "input"}
    found = {
        name: element.get("initial_value") or element.get("initial_option", {}).get("value")
        for name, element in fields.items()
    }
    return {name: value for name, value in found.items() if value}


# ---------------------------------------------------------------------------------------------------- forms
async def test_a_form_without_words_offers_all_groups_and_all_insights(house: VerbHouse) -> None:
    form = await window(house, "insights groups assign")

    assert offered(form) == {"group": ["Sales", "Support"], "insight": ["Mood", "Pace", "Tone"]}
    assert chosen(form) == {}
    assert not [block for block in form.blocks if block.get("optional")]


@pytest.mark.parametrize("way", ["typed", "pressed", "picked"])
async def test_a_form_for_a_group_offers_what_is_not_in_it(house: VerbHouse, way: str) -> None:
    intent = Assign(group=house.made["Support"])
    ways: dict[str, Any] = {
        "typed": "insights groups assign support",
        "pressed": button(intent),
        "picked": option(intent),
    }

    form = await window(house, ways[way])

    assert offered(form) == {"group": ["Support"], "insight": ["Mood", "Tone"]}
    assert chosen(form) == {"group": "support" if way == "typed" else house.made["Support"]}


async def test_a_form_to_remove_offers_what_is_in_the_group_or_in_any(house: VerbHouse) -> None:
    await house.telnyx.client.insight_groups.assign(house.made["Sales"], house.made["Tone"])

    of_one = await window(house, button(Unassign(group=house.made["Support"])))
    of_any = await window(house, "insights groups unassign")

    assert offered(of_one) == {"group": ["Support"], "insight": ["Pace"]}
    assert offered(of_any) == {"group": ["Sales", "Support"], "insight": ["Pace", "Tone"]}


async def test_groups_of_one_name_are_told_apart_by_their_ids(house: VerbHouse) -> None:
    other = (await house.telnyx.client.insight_groups.create("Sales")).id

    form = await window(house, "insights groups delete")

    apart = {f"Sales · {one[:8]}" for one in (other, house.made["Sales"])}
    assert {*offered(form)["group"]} == {*apart, "Support"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("insights groups unassign Sales", "There's no insight in it."),
        ("insights groups assign Support", "All insights are in this group already."),
    ],
)
async def test_where_there_is_nothing_to_choose_no_form_opens(
    house: VerbHouse, typed: str, said: str
) -> None:
    for name in ("Mood", "Tone"):
        await house.telnyx.client.insight_groups.assign(house.made["Support"], house.made[name])
    scene = Scene(services=house.bot.services)

    await scene.type(typed)

    shown = scene.only("shown").what
    assert said in f"{shown}"
    assert not isinstance(shown, Modal) or not shown.submit


async def test_more_than_a_hundred_insights_are_searched_while_one_types(house: VerbHouse) -> None:
    for number in range(101):
        await house.telnyx.client.insights.create(f"Insight {number:03}", "?")

    form = await window(house, "insights groups assign")

    kinds = [block["element"]["type"] for block in form.blocks]
    assert kinds == ["static_select", "external_select"]


@pytest.mark.parametrize("way", ["typed", "picked"])
async def test_a_group_is_edited_in_a_form_that_shows_what_is_there(house: VerbHouse, way: str) -> None:
    ways: dict[str, Any] = {
        "typed": "insights groups edit Support",
        "picked": option(Edit(group=house.made["Support"])),
    }

    form = await window(house, ways[way])

    assert chosen(form) == {"name": "Support", "webhook": "https://crm.example.com/x"}
    assert form.memo.startswith(house.made["Support"])


@pytest.mark.parametrize(
    ("verb", "webhook", "wrong"),
    [
        ("insights groups create", "http://crm.example.com", True),
        ("insights groups create", "https://crm.example.com/x", False),
        ("insights groups edit", "ftp://crm.example.com", True),
    ],
)
async def test_a_webhook_is_an_https_address_or_it_is_said_at_its_field(
    house: VerbHouse, verb: str, webhook: str, wrong: bool
) -> None:
    scene = Scene(services=house.bot.services)

    await scene.send(verb, {"name": "Sales", "webhook": webhook}, private_metadata=house.made["Support"])

    errors = scene.all("ack")[0].get("errors", {})
    assert [*errors] == (["webhook"] if wrong else [])


async def test_a_webhook_that_was_there_before_is_no_new_mistake(house: VerbHouse) -> None:
    old = "http://crm.example.com/old"
    await house.telnyx.client.insight_groups.update(house.made["Support"], webhook=old)
    form = await window(house, option(Edit(group=house.made["Support"])))
    scene = Scene(services=house.bot.services)

    await scene.send("insights groups edit", {"name": "Service", "webhook": old}, private_metadata=form.memo)

    assert scene.only("started").what.given["name"] == "Service"


async def test_a_group_keeps_a_name(house: VerbHouse) -> None:
    form = await window(house, option(Edit(group=house.made["Support"])))

    assert [block["block_id"] for block in form.blocks if not block["optional"]] == ["name"]


async def test_a_name_is_all_that_a_group_needs(house: VerbHouse) -> None:
    got = await house.get(*await house.read("insights groups create Night"))

    assert got.result == "done"
    assert "I created the insight group *Night*." in got.words


async def test_a_field_that_is_emptied_is_emptied_and_the_others_stay(house: VerbHouse) -> None:
    form = await window(house, option(Edit(group=house.made["Support"])))
    group, seen = form.memo.split("\u241f")

    got = await house.get(BY_WORDS["insights groups edit"], Edit(group=group, seen=seen, name="Support"))

    there = await house.telnyx.client.insight_groups.get(group)
    assert (got.result, there.name, there.webhook) == ("done", "Support", "")
    assert "I changed the webhook of the insight group *Support*" in got.words


async def test_an_insight_that_is_in_the_group_is_said_to_be(house: VerbHouse) -> None:
    got = await house.get(BY_WORDS["insights groups assign"], Assign(group="Support", insight="Pace"))

    assert (got.result, "*Pace* is already in *Support*" in got.words) == ("done", True)


async def test_a_group_that_was_renamed_by_an_attempt_before_is_found_by_its_new_name(
    house: VerbHouse,
) -> None:
    verb, intent = BY_WORDS["insights groups edit"], Edit(group="Support", name="Service")
    await house.get(verb, intent, work_id="cmd:1")

    again = await house.get(verb, intent, work_id="cmd:1", again=True)
    other = await house.get(verb, intent, work_id="cmd:2")

    assert again.result == "done"
    assert (other.result, "There's no insight group “Support”" in other.words) == ("refused", True)


# ---------------------------------------------------------------------------------------------- three words
@pytest.mark.parametrize(
    ("typed", "words", "rest"),
    [
        ("insights groups", "insights groups", []),
        ("insights groups list", "insights groups", []),
        ("Insights Groups Show Support", "insights groups show", ["Support"]),
        ("insights", "insights", []),
        ("insights list", "insights", []),
    ],
)
def test_the_words_of_groups_and_of_insights_are_told_apart(typed: str, words: str, rest: list[str]) -> None:
    found = TREE.find(lex(typed))

    assert not isinstance(found, str)
    assert (found[0].words, [word.text for word in found[1]]) == (words, rest)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("insights gruops", "Did you mean `/telnyx insights groups`?"),
        ("insights groups shwo Support", "Did you mean `/telnyx insights groups show Support`?"),
        ("insights groups asign Support Mood", "Did you mean `/telnyx insights groups assign Support Mood`?"),
        ("insights groups help", "`/telnyx insights groups unassign Support Mood`"),
        ("insights groups assign help", "`/telnyx insights groups assign GROUP [INSIGHT]`"),
        ("insights help", "`/telnyx insights groups`"),
    ],
)
def test_help_and_near_misses_know_three_words(typed: str, said: str) -> None:
    told = TREE.find(lex(typed))

    assert isinstance(told, str)
    assert said in told


def test_a_name_with_spaces_is_typed_without_quotes_or_with_them() -> None:
    for typed in ("After every call", '"After every call"', "“After every call”"):
        text = f"insights groups show {typed}"
        found = TREE.find(lex(text))
        assert not isinstance(found, str)
        intent = line.read(found[0].intent, text, found[1])
        assert intent.model_dump()["group"].strip('"“”') == "After every call"
