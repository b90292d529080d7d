"""What an unclear question could mean is read out of what the model wrote, and kept as its answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.unclear import LONGEST, MEANT, as_meant, asked_back, kept, meanings

TWO = ("Parental leave", "Annual leave")


@pytest.mark.parametrize(
    "text",
    [
        "Parental leave\nAnnual leave",
        "- Parental leave\n- Annual leave\n",
        "\n1. Parental leave [1]\n2) **Annual leave** [2]\n",
        "Do you mean:\n\n* Parental leave\n* Annual leave",
        "“Parental leave”\n“Annual leave”",
        "Parental leave\r\nAnnual leave\r\nAnnual leave",
    ],
)
def test_two_to_four_short_lines_are_meanings(text: str) -> None:
    assert meanings(text) == TWO


@pytest.mark.parametrize(
    "text",
    ["", "Which leave do you mean?", "- Parental leave", "a\nb\nc\nd\ne", f"Parental leave\n{'x' * (LONGEST + 1)}"],
)  # fmt: skip
def test_anything_else_holds_none(text: str) -> None:
    assert meanings(text) == ()


def test_a_number_that_belongs_to_a_meaning_stays() -> None:
    assert meanings("3 months\n6 months") == ("3 months", "6 months")


@given(st.text())
def test_what_is_kept_is_what_was_meant(text: str) -> None:
    found = meanings(text)

    if found:
        assert kept(asked_back(found)) == found
        assert all(one == " ".join(one.split()) for one in found)


def test_of_another_answer_nothing_is_kept() -> None:
    assert kept(None) == kept("") == kept("27 days.") == ()


def test_what_was_meant_stands_behind_the_question() -> None:
    assert as_meant("How much leave?", {MEANT: "parental"}) == "How much leave? (parental)"
    assert as_meant("How much leave?", None) == as_meant("How much leave?", {}) == "How much leave?"
