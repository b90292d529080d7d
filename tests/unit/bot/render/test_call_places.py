from datetime import UTC, datetime, timedelta

import pytest

from bot.render.blocks import MENU, select
from bot.render.call_places import BEFORE, LINES, ShowPlace, place
from bot.render.intent import PICKED
from bot.render.outcomes import Modal
from bot.services.calls import Call, Line, Transcript
from sandbox.slack.web_api.views import checked_view

CALL = Call("3fa85f64", "<!channel> & co", "phone_call", "•••5678", datetime(2026, 1, 1, tzinfo=UTC), None)


def line(number: int, at: float | None) -> Line:
    return Line("Caller", f"Word {number}.", None if at is None else timedelta(seconds=at))


def long_call(count: int = 40, each: float = 10) -> Transcript:
    return Transcript(CALL, tuple(line(number, number * each) for number in range(count)))


def texts(window: Modal) -> list[str]:
    return [block["text"]["text"] for block in window.blocks if block["type"] == "section"]


def turn(window: Modal, label: str) -> ShowPlace:
    """What a button below the lines asks for."""
    (found,) = (b for b in window.blocks[-1]["elements"] if b["text"]["text"] == label)
    return ShowPlace.unpack(found["value"])


def test_the_line_of_that_time_is_marked_among_those_around_it() -> None:
    window = place(ShowPlace(call="3fa85f64", at=205), long_call())

    assert [text for text in texts(window) if ":point_right:" in text] == [
        ":point_right: *03:20 · Caller*\n> Word 20."
    ]
    assert len(texts(window)) == LINES
    assert texts(window)[BEFORE].startswith(":point_right:")
    assert "lines 16 to 26 of 40" in str(window.blocks[0])
    checked_view(window.view(), "modal")


def test_earlier_and_later_reach_every_line_and_keep_the_mark() -> None:
    window = place(ShowPlace(call="3fa85f64", at=205), long_call())
    seen = {*texts(window)}
    for label in ("Earlier", "Later"):
        shown = window
        while f"'{label}'" in str(shown.blocks[-1]):
            shown = place(turn(shown, label), long_call())
            seen.update(texts(shown))

    assert {text.rpartition("Word ")[2] for text in seen} == {f"{number}." for number in range(40)}
    assert sum(":point_right:" in text for text in seen) == 1


@pytest.mark.parametrize(("at", "number"), [(0, 0), (10**9, 39), (9, 0)])
def test_a_time_outside_of_the_call_or_between_two_lines_is_that_of_the_line_before_it(
    at: int, number: int
) -> None:
    (marked,) = (t for t in texts(place(ShowPlace(call="3", at=at), long_call())) if ":point_right:" in t)

    assert marked.endswith(f"Word {number}.")


def test_all_that_was_said_in_that_second_is_marked() -> None:
    window = place(ShowPlace(call="3", at=7), long_call(each=0))

    assert sum(":point_right:" in text for text in texts(window)) == LINES


def test_a_call_without_times_begins_with_its_first_line() -> None:
    silent = Transcript(CALL, (line(0, None), line(1, None)))

    assert texts(place(ShowPlace(call="3", at=99), silent)) == [
        ":point_right: *Caller*\n> Word 0.",
        "*Caller*\nWord 1.",
    ]


def test_a_call_without_words_says_so() -> None:
    assert texts(place(ShowPlace(call="3", at=0), Transcript(CALL, ()))) == [
        "No one said anything in this call."
    ]


def test_what_is_said_is_shown_as_it_stands_and_a_long_line_is_cut() -> None:
    said = Transcript(CALL, (Line("<@U1>", "<!here> *a* " + "word " * 2_000, timedelta()),))

    window = place(ShowPlace(call="3", at=0), said)

    (shown,) = texts(window)
    assert "<" not in shown
    assert shown.endswith("…")
    checked_view(window.view(), "modal")


def test_a_place_is_an_entry_of_a_menu() -> None:
    wanted = ShowPlace(call="e2e5f3bb-bf8e-5b88-b1f9-c2eb639bf891", at=7_200)

    (entry,) = select("Show the place", ("2:00:00", wanted))["options"]

    verb, _, argument = entry["value"].partition(PICKED)
    assert (verb, ShowPlace.picked(argument)) == ("calls place", wanted)
    assert select("Show the place", ("2:00:00", wanted))["action_id"] == MENU
    with pytest.raises(ValueError, match="at"):
        ShowPlace.picked("e2e5f3bb")
