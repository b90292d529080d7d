"""Which of several things of one name is meant: a button for each, or words where no button can be."""

from bot.errors import SeveralError
from bot.render.blocks import BUTTON_VALUE
from bot.render.intent import Intent, Name
from bot.render.which import OFFERED, which
from sandbox.slack.blocks import check_blocks


class Edit(Intent, verb="test edit"):
    """Two arguments."""

    insight: Name
    instructions: str = ""


def several(count: int, given: str = "Mood") -> SeveralError:
    found = {f"id-{number}": f"Mood <{number}>" for number in range(count)}
    return SeveralError(
        "Several: *all*. Which one?", question="Several. Which one?", given=given, found=found
    )


def test_each_button_wants_the_same_with_a_whole_id() -> None:
    shown = which(Edit(insight="Mood", instructions="Shorter."), several(2))

    made = shown.blocks[1]["elements"]
    assert [one["text"]["text"] for one in made] == ["Mood <0>", "Mood <1>"]
    assert [Edit.unpack(one["value"]) for one in made] == [
        Edit(insight="id-0", instructions="Shorter."),
        Edit(insight="id-1", instructions="Shorter."),
    ]
    assert {one["action_id"].partition("#")[0] for one in made} == {"test edit"}
    assert check_blocks(shown.blocks, "message").problems == []
    assert shown.blocks[0]["text"]["text"] == "Several. Which one?"


def test_more_than_four_are_named_in_words() -> None:
    assert which(Edit(insight="Mood"), several(OFFERED)).blocks
    assert which(Edit(insight="Mood"), several(OFFERED + 1)).blocks == []


def test_what_a_button_cannot_carry_is_words() -> None:
    shown = which(Edit(insight="Mood", instructions="x" * BUTTON_VALUE), several(2))

    assert shown.blocks == []
    assert shown.text.startswith("Several: ")


def test_a_name_that_stands_in_no_field_of_the_wish_is_words() -> None:
    assert which(Edit(insight="Mood"), several(2, given="Other")).blocks == []


def test_two_with_one_label_are_words() -> None:
    alike = SeveralError("Several.", question="Which?", given="Mood", found={"1": "Mood", "2": "Mood"})

    assert which(Edit(insight="Mood"), alike).blocks == []
