"""Insight groups: what is shown of one, to whom, and never where its results go in full."""

from typing import Any

import pytest

from bot.render import groups
from bot.render.blocks import MENU, Message
from bot.telnyx import Insight, InsightGroup
from sandbox.slack.blocks import check_blocks

HOSTILE = "<!channel> *x* `y` <https://evil.example|z>"


def insight(number: int, name: str = "") -> Insight:
    return Insight(id=f"i{number}", name=name or f"Insight {number}", instructions="How was it?")


def group(*insights: Insight, **more: Any) -> InsightGroup:
    return InsightGroup(**{"id": "g1", "name": "Support", "insights": insights} | more)


def page(one: InsightGroup, *, may_change: bool = True, number: int = 1) -> Message:
    shown = groups.shown(one, may_change=may_change).page(groups.ShowGroup(group=one.id, page=number))
    assert check_blocks(shown.blocks, "message").problems == []
    return shown


def pressable(message: Message) -> list[str]:
    """The labels of buttons and entries of menus."""
    found = []
    for block in message.blocks:
        for element in (*block.get("elements", ()), *filter(None, [block.get("accessory")])):
            if element["type"] == "button":
                found.append(element["text"]["text"])
            elif element.get("action_id") == MENU:
                found += [entry["text"]["text"] for entry in element["options"]]
    return found


def test_of_a_webhook_only_the_host_is_shown() -> None:
    text = str(page(group(webhook="https://ann:pw@crm.example.com:8443/hooks/T0?token=secret")).blocks)

    assert "Telnyx sends the results to `crm.example.com`." in text
    assert not [part for part in ("ann", "pw", "8443", "hooks", "secret") if part in text]


@pytest.mark.parametrize("webhook", ["", "not an address", "https://[broken"])
def test_a_webhook_that_names_no_host_is_left_out(webhook: str) -> None:
    assert "Telnyx sends" not in str(page(group(webhook=webhook)).blocks)


def test_who_may_change_a_group_can_remove_each_insight_and_add_edit_and_delete() -> None:
    assert pressable(page(group(insight(1), insight(2)))) == [
        *["Show", "Remove"] * 2,
        *["Add an insight…", "Edit…", "Delete…"],
    ]
    assert pressable(page(group(insight(1)), may_change=False)) == ["Show"]


def test_an_empty_group_still_says_what_it_is_for_and_what_can_be_done() -> None:
    shown = page(group(description="After each call"))

    assert shown.text == "*Support* has no insights yet."
    assert "After each call" in str(shown.blocks)
    assert pressable(shown) == ["Add an insight…", "Edit…", "Delete…"]
    assert page(group(), may_change=False).blocks == []


def test_many_insights_are_paged_and_none_comes_twice() -> None:
    many = group(*(insight(number, f"No. {number:02}") for number in range(23)))

    shown = [page(many, number=number) for number in (1, 2, 3)]

    names = [f"No. {number:02}" for number in range(23)]
    assert [name for one in shown for name in names if f"*{name}*" in str(one.blocks)] == names
    assert "21 to 23 of 23" in shown[2].text


@pytest.mark.parametrize("insights", [None, ()])
def test_a_list_says_how_many_insights_there_are_where_that_is_known(
    insights: tuple[Insight, ...] | None,
) -> None:
    listed = groups.listing([group().model_copy(update={"insights": insights})], may_change=True)

    text = str(listed.page(groups.Groups()).blocks)
    assert ("0 insights" in text) is (insights is not None)
    assert pressable(listed.page(groups.Groups())) == ["Show", "Add an insight…", "Edit…", "Delete…"]


def test_what_was_created_is_told_with_as_much_of_its_id_as_lists_show() -> None:
    made = groups.created(group(id="11111111-0000-4000-8000-000000000000"))

    assert "`11111111` · It has no insights yet." in [part["text"] for part in texts(made.blocks)]


def test_names_and_words_of_people_show_their_characters_and_nothing_else() -> None:
    one, bad = insight(1, HOSTILE), group(insight(1, HOSTILE), name=HOSTILE, description=HOSTILE)
    messages = [
        page(bad),
        groups.listing([bad], may_change=True).page(groups.Groups()),
        groups.created(bad),
        groups.edited(bad, {"name": HOSTILE}),
        groups.assigned(bad, one, already=False),
        groups.assigned(bad, one, already=True),
        groups.unassigned(bad, one),
        groups.deleted(HOSTILE),
        Message(groups.deleting(bad)),
    ]

    for message in messages:
        shown = [part["text"] for part in texts(message.blocks) if part["type"] == "mrkdwn"]
        for text in (message.text, *shown):
            assert "<!channel>" not in text
            assert "<https:" not in text


def texts(blocks: Any) -> list[dict[str, Any]]:
    """Every text object."""
    if isinstance(blocks, list):
        return [text for block in blocks for text in texts(block)]
    if not isinstance(blocks, dict):
        return []
    own = [blocks] if isinstance(blocks.get("text"), str) else []
    return own + [text for value in blocks.values() for text in texts(value)]


@pytest.mark.parametrize(
    ("count", "said"), [(0, "?"), (1, "Its 1 insight stays."), (3, "Its 3 insights stay.")]
)
def test_the_question_says_what_stays(count: int, said: str) -> None:
    assert said in groups.deleting(group(*map(insight, range(count))))


def test_what_was_changed_is_named() -> None:
    text = groups.edited(group(), {"name": "Support", "webhook": ""}).text

    assert text == "I changed the name and the webhook of the insight group *Support*."
    assert "is like that already" in groups.edited(group(), {}).text
