"""What somebody meant by an id: whole, its beginning, or a name; one thing, or a question back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SeveralError, UsageError
from bot.services.ids import SHORTEST, meant, short

FIRST = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
ALIKE = "3fa85f64-0000-4562-b3fc-2c963f66afa6"
OTHER = "ABCDEF01-5717-4562-b3fc-2c963f66afa6"
KNOWN = {FIRST: "Porting", ALIKE: "Billing", OTHER: ""}


@pytest.mark.parametrize(
    ("given_", "whole"),
    [
        (FIRST, FIRST),
        ("3fa85f64-5", FIRST),
        ("3FA85F64-57", FIRST),
        ("abcdef01", OTHER),
        ("`3fa85f64-5`", FIRST),
        ("“3fa85f64-5”", FIRST),
        (f'"{FIRST}"', FIRST),
        ("'abcdef01'", OTHER),
        ("porting", FIRST),
        ("“Billing”", ALIKE),
        ("  BILLING ", ALIKE),
    ],
)
def test_one_thing_is_meant(given_: str, whole: str) -> None:
    assert meant(given_, KNOWN, "call") == whole


def test_as_much_as_people_are_shown_is_enough() -> None:
    known = {FIRST: "a", OTHER: "b"}

    assert [meant(short(whole), known, "call") for whole in known] == list(known)


@pytest.mark.parametrize("given_", ["", "3fa85f6", "a", "``", "5717-4562", "Port", FIRST + "0"])
def test_what_names_nothing_is_said(given_: str) -> None:
    with pytest.raises(UsageError, match=r"There's no call"):
        meant(given_, KNOWN, "call")


def test_two_that_begin_alike_are_asked_about_by_id_and_name() -> None:
    with pytest.raises(UsageError) as caught:
        meant("3fa85f64", KNOWN, "call")

    assert "several calls" in caught.value.text
    assert f"{FIRST} (Porting), {ALIKE} (Billing)" in caught.value.text
    assert OTHER not in caught.value.text


def test_two_of_the_same_name_are_asked_about() -> None:
    with pytest.raises(SeveralError, match="Which one") as caught:
        meant("porting", {FIRST: "Porting", OTHER: "porting"}, "call")

    assert caught.value.question == "There are several calls called “porting”. Which one?"
    assert caught.value.given == "porting"
    assert caught.value.found == {FIRST: "Porting · 3fa85f64", OTHER: "porting · ABCDEF01"}


def test_two_whose_ids_begin_alike_are_told_apart_by_the_whole_of_them() -> None:
    with pytest.raises(SeveralError) as caught:
        meant("3fa85f64", {FIRST: "Mood", ALIKE: ""}, "insight")

    assert caught.value.found == {FIRST: f"Mood · {FIRST}", ALIKE: ALIKE}


def test_spaces_and_case_do_not_matter_in_a_name() -> None:
    assert meant("how  they FELT", {FIRST: "How they felt ", OTHER: "Mood"}, "insight") == FIRST


def test_a_name_that_is_the_beginning_of_another_id_is_asked_about() -> None:
    with pytest.raises(SeveralError):
        meant("abcdef01", {FIRST: "ABCDEF01", OTHER: "Mood"}, "insight")


@pytest.mark.parametrize(
    ("given_", "near"),
    [("Moood", " Did you mean “Mood”?"), ("mod", " Did you mean “Mood”?"), ("Satisfaction", ""), ("xyz", "")],
)
def test_the_nearest_name_is_told(given_: str, near: str) -> None:
    with pytest.raises(UsageError) as caught:
        meant(given_, {FIRST: "Mood", OTHER: ""}, "insight")

    assert caught.value.text == f"There's no insight “{given_}”.{near}"


def test_no_more_than_five_are_named() -> None:
    known = {f"3fa85f64-{number}": "" for number in range(9)}

    with pytest.raises(UsageError) as caught:
        meant("3fa85f64", known, "call")
    assert caught.value.text.count("3fa85f64-") == 5


def test_what_was_typed_is_not_repeated_whole() -> None:
    with pytest.raises(UsageError) as caught:
        meant("x" * 5_000, KNOWN, "call")
    assert len(caught.value.text) < 100


def test_nothing_is_found_among_nothing() -> None:
    with pytest.raises(UsageError, match="no clustering"):
        meant("3fa85f64", {}, "clustering")


@given(st.text(max_size=60))
def test_whatever_is_typed_is_an_id_that_is_known_or_a_sentence(typed: str) -> None:
    try:
        found = meant(typed, KNOWN, "call")
    except UsageError:
        return
    assert found in KNOWN
    assert len(typed) >= min(SHORTEST, len("Porting"))
