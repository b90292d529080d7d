"""An intent as a window: a field each, filled in, read back, and what is wrong at its field."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, ValidationError, model_validator

from bot.render.blocks import INPUT_TEXT, OPTION_VALUE, SELECT_OPTIONS
from bot.render.forms import Choice, Form, carried, filled, here, offered, window, wrong
from bot.render.ids import HereId, SomeoneId
from bot.render.intent import Intent, Name, Names, Several, Text
from sandbox.slack.web_api.views import checked_view


class Thing(Intent, verb="things create"):
    name: Annotated[Name, Field(examples=["Mood"])]
    notes: Annotated[Text, Field(title="What to note")]
    count: int | None = Field(default=None, ge=0, le=9, description="How many.")
    mode: Literal["fast", "slow"] = "fast"
    kept: bool = Field(default=False, description="Keep it.")
    bucket: str | None = Field(default=None, max_length=200)

    @model_validator(mode="after")
    def _no_slow_nine(self) -> "Thing":
        if (self.mode, self.count) == ("slow", 9):
            raise ValueError("Nine is too many when slow.")
        return self


FORM = Form("New thing", "Make", ("name", "notes", "count", "mode", "kept", "bucket"), callback="thing")
WHOLE = {"name": "a", "notes": "b\nc", "count": 0, "mode": "slow", "kept": True, "bucket": "hr"}


def fields(**more: Any) -> dict[str, Any]:
    """The blocks of the form, by name; Slack takes them."""
    made = window(FORM, Thing, **more)
    checked_view(made.view(), "modal")
    return {block["block_id"]: block for block in made.blocks if block["type"] == "input"}


def sent(**states: dict[str, Any]) -> dict[str, Any]:
    return {"state": {"values": {name: {name: state} for name, state in states.items()}}}


def choices(count: int, length: int = 0) -> list[Choice]:
    return [Choice(f"b{n:03}".ljust(length, "x")) for n in range(count)]


# -------------------------------------------------------------------------------------------------- fields
def test_each_kind_of_field_has_its_element() -> None:
    assert {name: block["element"]["type"] for name, block in fields().items()} == {
        "name": "plain_text_input",
        "notes": "plain_text_input",
        "count": "number_input",
        "mode": "static_select",
        "kept": "checkboxes",
        "bucket": "plain_text_input",
    }


def test_what_has_to_be_given_is_not_optional() -> None:
    assert [name for name, block in fields().items() if not block["optional"]] == ["name", "notes"]


def test_a_field_has_a_label_a_hint_and_an_example() -> None:
    made = fields()

    assert (made["name"]["label"]["text"], made["notes"]["label"]["text"]) == ("Name", "What to note")
    assert made["count"]["hint"]["text"] == "How many."
    assert made["name"]["element"]["placeholder"]["text"] == "Mood"
    assert "hint" not in made["kept"]  # it stands at the box
    assert made["kept"]["element"]["options"][0]["text"]["text"] == "Keep it."


def test_free_text_has_many_lines_and_a_name_has_one() -> None:
    made = fields()

    assert (made["notes"]["element"]["multiline"], made["name"]["element"]["multiline"]) == (True, False)


def test_a_window_has_the_forms_words_and_name() -> None:
    made = window(FORM, Thing, notice="Something is wrong.")

    assert (made.title, made.submit, made.callback) == ("New thing", "Make", "thing")
    assert window(Form("T", "S", ("name",)), Thing).callback == "things create"
    assert made.blocks[0]["text"]["text"] == "Something is wrong."


# ------------------------------------------------------------------------------------------------- choices
@pytest.mark.parametrize(
    ("count", "element"),
    [
        (0, "plain_text_input"),
        (1, "static_select"),
        (SELECT_OPTIONS, "static_select"),
        (SELECT_OPTIONS + 1, "external_select"),
    ],
)
def test_few_choices_are_listed_and_many_are_looked_for(count: int, element: str) -> None:
    assert fields(choices={"bucket": choices(count)})["bucket"]["element"]["type"] == element


@pytest.mark.parametrize("count", [3, SELECT_OPTIONS + 1])
def test_a_choice_that_slack_cannot_carry_is_typed(count: int) -> None:
    made = fields(choices={"bucket": [*choices(count), Choice("x" * (OPTION_VALUE + 1))]})

    assert made["bucket"]["element"]["type"] == "plain_text_input"


@pytest.mark.parametrize("count", [3, SELECT_OPTIONS + 1])
def test_what_was_chosen_is_chosen_when_the_form_comes_back(count: int) -> None:
    made = fields(choices={"bucket": choices(count)}, given={"bucket": "b002"})
    other = fields(choices={"bucket": choices(count)}, given={"bucket": "gone"})

    assert made["bucket"]["element"]["initial_option"]["value"] == "b002"
    assert "initial_option" not in other["bucket"]["element"]


def test_a_choice_is_shown_as_people_call_it_and_found_by_that() -> None:
    known = [Choice("1", "Leave policy"), Choice("2", "Manual"), Choice("leave")]

    assert [(one["text"]["text"], one["value"]) for one in offered(known, "LEAVE")] == [
        ("Leave policy", "1"),
        ("leave", "leave"),
    ]
    assert len(offered(choices(250), "")) == SELECT_OPTIONS


# ----------------------------------------------------------------------------------------- there and back
def test_a_form_is_filled_in_with_what_is_given() -> None:
    made = {name: block["element"] for name, block in fields(given=WHOLE).items()}

    assert [made[name]["initial_value"] for name in ("name", "notes", "count", "bucket")] == [
        "a",
        "b\nc",
        "0",
        "hr",
    ]
    assert made["mode"]["initial_option"]["value"] == "slow"
    assert made["kept"]["initial_options"] == made["kept"]["options"]


def test_an_empty_form_shows_its_examples_and_no_values() -> None:
    assert not [key for block in fields().values() for key in block["element"] if key.startswith("initial")]


def test_no_more_is_filled_in_than_a_field_takes() -> None:
    assert len(fields(given={"notes": "x" * 5_000})["notes"]["element"]["initial_value"]) == INPUT_TEXT


def test_what_was_filled_in_is_read_back_as_the_intent() -> None:
    option = {"value": "slow"}
    values = filled(
        sent(
            name={"type": "plain_text_input", "value": "a"},
            notes={"type": "plain_text_input", "value": "b\nc"},
            count={"type": "number_input", "value": "0"},
            mode={"type": "static_select", "selected_option": option},
            kept={"type": "checkboxes", "selected_options": [{"value": "yes"}]},
            bucket={"type": "external_select", "selected_option": {"value": "hr"}},
        )
    )

    assert Thing.model_validate(values) == Thing(**WHOLE)


def test_what_was_left_empty_keeps_its_default() -> None:
    values = filled(
        sent(
            name={"value": "a"},
            notes={"value": "b"},
            count={"value": None},
            mode={"selected_option": None},
            kept={"selected_options": []},
            bucket={"value": ""},
        )
    )

    assert Thing.model_validate(values) == Thing(name="a", notes="b")


def complaints(**values: Any) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        Thing.model_validate(values)
    return wrong(FORM, Thing, caught.value)


def test_what_is_wrong_stands_at_its_field() -> None:
    assert complaints(name="", count="many", mode="odd").keys() == {"name", "notes", "count", "mode"}


def test_what_is_wrong_with_no_field_of_the_form_stands_at_the_first() -> None:
    of_all = complaints(name="a", notes="b", mode="slow", count=9)
    unknown = complaints(name="a", notes="b", colour="red")

    assert of_all == {"name": "Nine is too many when slow."}
    assert unknown.keys() == {"name"}


def test_a_field_has_one_complaint_that_begins_like_a_sentence() -> None:
    said = complaints(name="x" * 201, notes="b", colour="red")

    assert list(said) == ["name"]
    assert said["name"][0].isupper()


@pytest.mark.parametrize("carries", [(), ("bucket",), ("bucket", "mode")])
def test_a_window_brings_back_what_no_one_fills_in(carries: tuple[str, ...]) -> None:
    form = Form("New thing", "Make", ("name",), carries=carries)
    given = {"bucket": "hr:1", "mode": "slow"}

    made = window(form, Thing, given=given).view()

    assert carried(form, made) == {name: given[name] for name in carries}


@pytest.mark.parametrize("memo", ["", "a␟b␟c", "␟"])
def test_a_window_that_brings_back_something_else_has_no_other_fields(memo: str) -> None:
    form = Form("New thing", "Make", ("name",), carries=("bucket", "mode"))

    assert carried(form, {"private_metadata": memo}).keys() <= {"bucket", "mode"}


# --------------------------------------------------------------------------------- people, places, several
class Access(Intent, verb="access"):
    who: SomeoneId
    channel: HereId = ""
    bucket: Names = ()
    clear: Annotated[tuple[Literal["model", "tone"], ...], Field(max_length=2), Several()] = ()


ACCESS = Form("Access", "Save", ("who", "channel", "bucket", "clear"))


def elements(**more: Any) -> dict[str, Any]:
    """The elements of the form, by the names of their blocks; Slack takes them."""
    made = window(ACCESS, Access, **more)
    checked_view(made.view(), "modal")
    return {block["block_id"]: block["element"] for block in made.blocks}


def test_someone_is_a_channel_a_person_or_a_group_and_each_can_be_left_out() -> None:
    found = {name: element["type"] for name, element in elements().items()}

    assert found == {
        "who": "conversations_select",
        "who#person": "users_select",
        "who#group": "plain_text_input",
        "channel": "conversations_select",
        "bucket": "plain_text_input",
        "clear": "multi_static_select",
    }
    optional = {block["block_id"] for block in window(ACCESS, Access).blocks if block["optional"]}
    assert optional == {"who", "who#person", "who#group", "bucket", "clear"}


@pytest.mark.parametrize(
    ("who", "at"), [("C1A", "initial_conversation"), ("U1A", "initial_user"), ("S1A", "initial_value")]
)
def test_someone_comes_back_in_the_field_of_their_kind(who: str, at: str) -> None:
    given = {name: element[at] for name, element in elements(given={"who": who}).items() if at in element}

    assert [*given.values()] == [who]


def test_several_choices_come_back_as_they_were() -> None:
    given = {"bucket": ["b001", "b002"], "clear": ("tone",)}

    made = elements(given=given, choices={"bucket": choices(3)})

    assert made["bucket"]["type"] == "multi_static_select"
    assert [one["value"] for one in made["bucket"]["initial_options"]] == given["bucket"]
    assert [one["value"] for one in made["clear"]["initial_options"]] == ["tone"]
    assert elements(given=given)["bucket"]["initial_value"] == "b001 b002"
    many = elements(choices={"bucket": choices(SELECT_OPTIONS + 1)})["bucket"]
    assert many["type"] == "multi_external_select"


@pytest.mark.parametrize(("where", "shown"), [("C1A", "C1A"), ("D1A", None), ("", None)])
def test_the_place_is_filled_in_where_slack_offers_it(where: str, shown: str | None) -> None:
    name = here(ACCESS, Access)

    assert name == "channel"
    assert elements(given={name: where})[name].get("initial_conversation") == shown
    assert here(FORM, Thing) == ""


def chosen(kind: str, *values: str) -> dict[str, Any]:
    return {"type": kind, "selected_options": [{"value": one} for one in values]}


def access(**states: dict[str, Any]) -> dict[str, Any]:
    """What comes back when this was filled in and the rest left empty."""
    empty: dict[str, Any] = {
        "who": {"type": "conversations_select", "selected_conversation": None},
        "who#person": {"type": "users_select", "selected_user": None},
        "who#group": {"type": "plain_text_input", "value": None},
        "bucket": chosen("multi_static_select"),
    }
    return filled(sent(**(empty | states)))


def test_what_was_chosen_is_read_back() -> None:
    person = {"type": "users_select", "selected_user": "U1A"}

    found = access(**{"who#person": person}, bucket=chosen("multi_static_select", "hr", "it"))

    assert found == {"who": "U1A", "bucket": ["hr", "it"]}
    assert Access.model_validate(found) == Access(who="U1A", bucket=("hr", "it"))


@pytest.mark.parametrize(
    ("group", "says"),
    [
        (None, "Choose a channel, a person, or a user group."),
        ("S1A U1A", "Choose only one channel, person, or user group."),
        ("support", "I don't know that channel, person, or user group."),
    ],
)
def test_no_one_or_more_than_one_is_said_at_the_first_field(group: str | None, says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Access.model_validate(access(**{"who#group": {"type": "plain_text_input", "value": group}}))

    found = wrong(ACCESS, Access, caught.value)
    assert found.keys() == {"who"}
    assert found["who"].startswith(says)


def test_the_order_in_which_slack_sends_fields_does_not_matter() -> None:
    values: dict[str, Any] = {
        "who#group": {"type": "plain_text_input", "value": "S1A"},
        "who": {"type": "conversations_select", "selected_conversation": None},
    }

    assert filled(sent(**values)) == {"who": "S1A"}
