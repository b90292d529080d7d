import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.repeats import Told

WORDS = [f"word{number}" for number in range(400)]


def between(start: int, end: int) -> str:
    return " ".join(WORDS[start:end])


def anew(*texts: str) -> list[bool]:
    told = Told()
    return [told.anew(text) for text in texts]


def test_what_overlaps_by_half_says_something_new_and_what_is_nearly_contained_does_not() -> None:
    assert anew(between(0, 100), between(10, 100), between(50, 150)) == [True, False, True]


@pytest.mark.parametrize("texts", [(between(0, 200), between(40, 90)), (between(40, 90), between(0, 200))])
def test_a_short_text_inside_a_long_one_is_told_once_whichever_comes_first(texts: tuple[str, str]) -> None:
    assert anew(*texts) == [True, False]


def test_short_equal_texts_are_one_and_one_without_words_is_none() -> None:
    assert anew("Yes.", "yes", "  ", "?!") == [True, False, False, False]


@given(st.text(st.characters(max_codepoint=127), max_size=200))
def test_words_are_the_same_beside_a_sign_that_is_not_ascii(text: str) -> None:
    assert anew(text, f"{text} …")[1] is False


def test_sixty_long_texts_are_compared_within_a_blink() -> None:
    many = [" ".join(f"w{number}x{place}" for place in range(300)) for number in range(60)]
    began = time.process_time()

    assert all(anew(*many))
    assert time.process_time() - began < 0.5
