"""The menu of a command without words, and the Home tab: what is offered, in which row, made of whatever verbs there are."""

import json
from typing import Any

import pytest

from bot.render import menu
from bot.render.blocks import ACTIONS_ELEMENTS, MENU, OVERFLOW_OPTIONS, Block
from bot.render.intent import PICKED, Intent
from bot.services.access import EVERYTHING, Right
from bot.services.home import Home, Part
from handlers import home
from handlers.verb import Request, Verb
from handlers.verbs import BY_WORDS, VERBS
from sandbox.slack.blocks import check_blocks
from sandbox.slack.web_api.views import checked_view
from tests.unit.bot.conftest import without
from tests.unit.handlers.scene import Scene

ALL = Home(audience=EVERYTHING, whole=True)
"""Of someone who may do everything, where nothing is going on."""


async def nothing(_: Request[Any]) -> Any:
    raise AssertionError("nothing is run here")


def made(words: str, label: str, right: Right = Right.MEMBERS) -> Verb[Any]:
    return Verb(type("Some", (Intent,), {}, verb=words), nothing, help="Do it.", right=right, home=label)


def with_verbs(monkeypatch: pytest.MonkeyPatch, *verbs: Verb[Any]) -> None:
    monkeypatch.setattr(home, "VERBS", verbs)


def rows(blocks: list[Block]) -> dict[str, list[str]]:
    """The labels below each title, those of the … menu in brackets."""
    found: dict[str, list[str]] = {}
    title = ""
    for block in blocks:
        if block["type"] == "section":
            title = block["text"]["text"].strip("*")
        beside = [block["accessory"]] if "accessory" in block else []
        for element in block.get("elements", []) + beside:
            if element["type"] == "button":
                found.setdefault(title, []).append(element["text"]["text"])
            for one in element.get("options", ()):
                found.setdefault(title, []).append(f"({one['text']['text']})")
    return found


def test_the_menu_is_short_and_slack_takes_it() -> None:
    shown = home.chooser()

    assert check_blocks(shown.blocks, "message").problems == []
    assert len(shown.blocks) <= 2 + 2 * (len(home.PURPOSES) + 1)
    assert shown.blocks[0]["text"]["text"] == menu.INTRO
    assert "/telnyx help" in str(shown.blocks[-1])
    assert "/ask How many days" in str(shown.blocks[-1])


def test_the_menu_has_every_label_of_the_tuple_once_and_says_them_without_blocks_too() -> None:
    shown = home.chooser()

    labels = [label.strip("()") for row in rows(shown.blocks).values() for label in row]
    assert sorted(labels) == sorted([*(verb.home for verb in VERBS if verb.home), "This channel"])
    assert all(label in shown.text for label in labels)


def test_what_few_may_see_stands_in_the_menu_of_its_row() -> None:
    shown = rows(home.chooser().blocks)

    assert shown["Documents"][0] == "Ask the docs"
    assert "Documents" in shown["Documents"]
    assert "(Calls)" in shown["Calls"]
    assert "(New insight)" in shown["Calls"]
    assert "(Grants)" in shown["This workspace"]


def test_nouns_that_are_new_appear_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    with_verbs(
        monkeypatch,
        made("teleport", "Teleport"),
        made("finetune", "Fine-tuning"),
        made("models", "Models"),
        made("search", "Search"),
    )

    assert rows(home.chooser().blocks) == {
        "Documents": ["Search"],
        "Models and jobs": ["Models", "Fine-tuning"],
        "More": ["Teleport"],
    }


def test_a_row_for_few_alone_has_buttons(monkeypatch: pytest.MonkeyPatch) -> None:
    with_verbs(monkeypatch, made("grants", "Grants", Right.ADMIN), made("audit", "Audit", Right.ADMIN))

    assert rows(home.chooser().blocks) == {"This workspace": ["Grants", "Audit"]}


def test_very_many_labels_keep_to_slacks_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    few = [made(f"calls v{number}", f"Few {number}", Right.CALLS) for number in range(OVERFLOW_OPTIONS + 3)]
    many = [made(f"docs v{number}", f"Many {number}") for number in range(2 * ACTIONS_ELEMENTS + 1)]
    with_verbs(monkeypatch, made("insights", "Insights"), *few, *many)

    shown = home.chooser()
    view = home.view(ALL, 0.0)

    assert check_blocks(shown.blocks, "message").problems == []
    checked_view(view, "home")
    for blocks, refresh in ((shown.blocks, 0), (view["blocks"], 1)):
        assert sum(len(row) for row in rows(blocks).values()) == len(few) + len(many) + 1 + refresh


def test_the_home_tab_has_its_buttons_by_noun() -> None:
    view = home.view(ALL, 0.0)

    checked_view(view, "home")
    shown = rows(view["blocks"])
    assert [title for title in shown if title in home.PURPOSES] == [*home.PURPOSES]
    assert shown["Calls"][:4] == ["Calls", "Search calls", "My action items", "Insights"]
    assert "New insight" in shown["Calls"]
    assert "Channel settings" in shown["This workspace"]
    assert "This channel" not in str(view), "the Home tab is no place"


def test_the_home_tab_offers_what_its_reader_may_want_and_nothing_else() -> None:
    audience = without(Right.ADMIN, Right.OPERATOR, Right.CALLS)

    shown = rows(home.view(Home(audience=audience, whole=True), 0.0)["blocks"])

    offered = {label for title in home.PURPOSES for label in shown.get(title, ())}
    assert {"Ask the docs", "Documents", "Usage"} <= offered
    assert offered.isdisjoint(
        {"Calls", "New insight", "Embed a bucket", "Grants", "Audit log", "Channel settings"}
    )


def test_what_reads_things_of_several_kinds_is_offered_to_those_who_may_read_one() -> None:
    def offered(*lacking: Right) -> str:
        return str(rows(home.view(Home(audience=without(*lacking), whole=True), 0.0)["blocks"]))

    assert "'Summarize'" in offered(Right.CALLS)
    assert "'Summarize'" in offered(Right.DOCUMENTS, Right.MEMBERS)
    assert "'Summarize'" not in offered(Right.CALLS, Right.DOCUMENTS, Right.MEMBERS)


def test_while_it_is_not_known_who_reads_it_the_tab_offers_what_everyone_may_want() -> None:
    shown = rows(home.view(Home(), 0.0)["blocks"])
    unknown = rows(home.view(Home(whole=True, failed={Part.RIGHTS: "TimeoutError"}), 0.0)["blocks"])

    assert "Documents" in shown["Documents"]
    assert "Grants" not in str(shown)
    assert "Grants" in unknown["This workspace"], "a press asks for the right"


def test_every_verb_with_a_label_needs_nothing_but_a_press() -> None:
    for verb in [
        *(verb for verb in VERBS if verb.home),
        *(BY_WORDS[words] for words in (*home.HERE, *home.THERE)),
    ]:
        assert verb.form or verb.intent.unpack("{}")


@pytest.mark.parametrize("words", ["docs", "insights create"])
async def test_an_entry_of_the_menu_is_asked_for_its_right_when_it_is_pressed(words: str) -> None:
    scene = Scene(without(Right.BUCKETS, Right.ADMIN))
    entries = [element for block in home.chooser().blocks for element in block.get("elements", ())]
    pressed = next((e for e in entries if e.get("action_id") == words), None)
    action = (
        {"action_id": words, "value": pressed["value"]}
        if pressed
        else {"action_id": MENU, "selected_option": {"value": option_of(entries, words)}}
    )

    await scene.press(action)

    assert "rights" in scene.kinds
    assert "You may not" in json.dumps([str(one) for one in scene.all("shown")])


def option_of(entries: list[Block], words: str) -> str:
    options = [one["value"] for e in entries if e["type"] == "overflow" for one in e["options"]]
    return next(str(value) for value in options if value.partition(PICKED)[0] == words)
