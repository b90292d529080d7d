import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.query import Query
from bot.services.small_talk import Talk, only_points, small_talk


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("hi", Talk.HELLO),
        ("Hello there! :wave:", Talk.HELLO),
        ("Guten Morgen!", Talk.HELLO),
        ("こんにちは", Talk.HELLO),
        ("नमस्ते", Talk.HELLO),
        ("Thanks 🙏", Talk.THANKS),
        ("ok, thank you!", Talk.THANKS),
        ("Vielen Dank", Talk.THANKS),
        ("謝謝", Talk.THANKS),
        ("What can I ask you, and from which documents do you answer?", Talk.ABOUT),
        ("who are you?", Talk.ABOUT),
        ("Hi! What can you do?", Talk.ABOUT),
        ("qu\u2019est-ce que tu peux faire ?", Talk.ABOUT),
        ("¿Qué puedes hacer?", Talk.ABOUT),
        ("Hi, how many days of leave do I get?", None),
        ("Thanks! And for part-timers?", None),
        ("What can you do about noise on the line?", None),
        ("help me find the travel policy", None),
        ("ok how long?", None),
        ("", None),
    ],
)
def test_small_talk_is_told_from_questions(said: str, kind: Talk | None) -> None:
    assert small_talk(said) is kind


@given(st.text(max_size=200))
def test_whatever_is_said_is_read(said: str) -> None:
    small_talk(said)
    only_points(said)


@pytest.mark.parametrize(
    "said",
    ["", "can you answer this?", "any idea, please?", "Kannst du das beantworten?", "what does this say?"],
)
def test_a_pointer_says_nothing_of_its_own(said: str) -> None:
    assert only_points(said)


@pytest.mark.parametrize("said", ["and for part-timers?", "is this right?", "what is the printer's name?"])
def test_a_short_question_is_no_pointer(said: str) -> None:
    assert not only_points(said)


@pytest.mark.parametrize(
    ("text", "about_it"),
    [
        ("why did this happen?", True),
        ("Is it still true?", True),
        ("Was bedeutet dieses Zeichen?", True),
        ("pourquoi cela ?", True),
        ("これは何ですか", True),
        ("这是为什么", True),
        ("", True),
        ("can you answer?", True),
        ("How many weeks of parental leave do I get?", False),
        ("Wie lange gilt die Garantie?", False),
        ("and for part-timers?", False),
        ("How to reset ten passwords?", False),
        ("Gibt es das Kindergeld?", False),
        ("Is there a dress code?", False),
    ],
)
def test_a_question_is_read_with_its_thread_only_where_it_stands_for_something_said_there(
    text: str, about_it: bool
) -> None:
    query = Query(text, about="The build is red since noon.")

    assert ("The build is red since noon." in query.searched) == about_it
    assert ("The build is red since noon." in query.words) == about_it
