"""A form that is filled with what is there: only what a person changed is changed, and no one else's change is lost unseen."""

import pytest

from bot.errors import UsageError
from bot.render.blocks import INPUT_TEXT
from bot.render.edits import Filled, changed, filled, untouched
from bot.render.intent import SEEN

WHICH = {"insight": "id-1"}
THERE = {"name": "Mood", "instructions": "How?\nIn one word.", "webhook": "https://example.com/a"}


def sent(**values: str | None) -> dict[str, str | None]:
    """The form as it comes back: as it was filled, but for these."""
    return {**THERE, **values}


@pytest.fixture
def form() -> Filled:
    return filled(WHICH, THERE)


@pytest.fixture
def seen(form: Filled) -> str:
    return form.given[SEEN]


def test_a_form_is_filled_and_carries_which_it_is_and_what_was_seen(form: Filled) -> None:
    assert form.given == {**WHICH, **THERE, SEEN: form.given[SEEN]}
    assert form.note == ""
    assert len(form.given[SEEN]) < 200


def test_only_what_was_changed_is_changed(seen: str) -> None:
    assert changed(THERE, sent(name="Temper"), seen) == {"name": "Temper"}
    assert changed(THERE, sent(), seen) == {}


def test_a_field_that_was_emptied_is_emptied_and_one_that_was_never_said_stays(seen: str) -> None:
    assert changed(THERE, sent(webhook=None), seen) == {"webhook": ""}
    assert changed(THERE, {"name": "Temper", "instructions": None, "webhook": None}, "") == {"name": "Temper"}


@pytest.mark.parametrize("written", ["How?\r\nIn one word.", " How?\nIn one word.\n"])
def test_line_ends_and_spaces_around_a_text_are_no_change(written: str, seen: str) -> None:
    assert changed(THERE, sent(instructions=written), seen) == {}


def test_what_someone_else_changed_meanwhile_stays(seen: str) -> None:
    now = THERE | {"instructions": "How, and why?"}

    assert changed(now, sent(name="Temper"), seen) == {"name": "Temper"}


def test_a_field_that_both_changed_is_refused_once_and_then_replaced(seen: str) -> None:
    now = THERE | {"name": "Feeling"}
    with pytest.raises(UsageError, match="the name to “Feeling”"):
        changed(now, sent(name="Temper"), seen)

    again = filled(WHICH, now).given[SEEN]

    assert changed(now, sent(name="Temper"), again) == {"name": "Temper"}


def test_what_was_done_by_an_attempt_that_was_cut_off_is_no_one_elses_change(seen: str) -> None:
    assert changed(THERE | {"name": "Temper"}, sent(name="Temper"), seen) == {}


def test_what_is_too_long_for_a_form_is_left_out_said_and_kept() -> None:
    long = THERE | {"instructions": "x" * (INPUT_TEXT + 1)}

    form = filled(WHICH, long)

    assert "instructions" not in form.given
    assert "the instructions" in form.note
    assert changed(long, sent(instructions=None), form.given[SEEN]) == {}
    assert changed(long, sent(instructions="Short."), form.given[SEEN]) == {"instructions": "Short."}


@pytest.mark.parametrize("nonsense", ["x", "name", "=", "name=,", "name=1=2,other=3"])
def test_marks_that_are_none_of_ours_undo_nothing_silently(nonsense: str) -> None:
    try:
        found = changed(THERE, sent(name="Temper"), nonsense)
    except UsageError:
        return
    assert found == {"name": "Temper"}


def test_it_is_known_what_no_one_touched(seen: str) -> None:
    assert untouched("name", "Mood", seen)
    assert not untouched("name", "Temper", seen)
    assert not untouched("name", "Mood", "")
