"""Times in a summary: those of the call stay, those that are made up go. And the action items it lists, with whose they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.call_marks import Agreed, Place, agreed, marked

TIMES = {0, 75, 135, 3735}


@pytest.mark.parametrize(
    ("said", "shown", "invented"),
    [
        ("She agreed [02:15].", "She agreed [02:15].", 0),
        ("She agreed [2:15].", "She agreed [2:15].", 0),
        ("She agreed [00:02:15] and left [1:02:15].", "She agreed [00:02:15] and left [1:02:15].", 0),
        ("She agreed [02:16].", "She agreed.", 1),
        ("She agreed [02:15, 09:09].", "She agreed [02:15].", 1),
        ("She agreed [02:15–01:15].", "She agreed [02:15, 01:15].", 0),
        ("She agreed [02:15][09:09].", "She agreed [02:15].", 1),
        ("Room [4] at 14:30, see [a].", "Room [4] at 14:30, see [a].", 0),
        ("[99:99] is no time", "[99:99] is no time", 0),
    ],
)
def test_times_that_are_not_in_the_call_are_taken_out_and_counted(
    said: str, shown: str, invented: int
) -> None:
    found = marked(said, TIMES)

    assert (found.text, found.invented) == (shown, invented)


def test_each_place_is_named_once_with_its_words_in_the_order_of_the_call() -> None:
    text = "## Outcome\n- **Paid** in full [02:15]\n- Sent [01:15]\n\n## Mood\nGlad [02:15] [00:00]"

    assert marked(text, TIMES).places == (Place(0, "Glad"), Place(75, "Sent"), Place(135, "Paid in full"))


def test_without_times_in_the_call_no_time_stays() -> None:
    assert marked("Agreed [02:15].", set()).text == "Agreed."


@given(st.text(alphabet="[]0123456789:,- a\n", max_size=60))
def test_whatever_the_model_writes_no_other_time_stays(text: str) -> None:
    shown = marked(text, TIMES)

    assert {place.at for place in shown.places} <= TIMES
    assert marked(shown.text, TIMES).invented == 0


def test_action_items_are_the_lines_under_their_heading() -> None:
    text = """## Decisions
- Ada: not an action item [00:00]

## Action items
- Ada Lovelace: send the contract [01:15]
- **Ben**: call back on Friday [02:15]
* [ ] Someone: look: it's 10:30
1. no owner here

## Mood
- Glad: very"""

    assert agreed(text) == (
        Agreed("Ada Lovelace", "send the contract", 75),
        Agreed("Ben", "call back on Friday", 135),
        Agreed("Someone", "look: it's 10:30", None),
        Agreed("", "no owner here", None),
    )


@pytest.mark.parametrize("text", ["", "## Action items\nNot mentioned.", "- Ada: send it", "## Action items"])
def test_where_nothing_was_agreed_there_is_no_item(text: str) -> None:
    assert agreed(text) == ()
