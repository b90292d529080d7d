import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.query import Exchange, Query
from bot.services.small_talk import Talk, only_points, small_talk, substance
from tests.unit.bot.conftest import asking


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
        ("hiii team!!", Talk.HELLO),
        ("\U0001f44b", Talk.HELLO),
        ("доброе утро", Talk.HELLO),
        ("bist du da?", Talk.HELLO),
        ("thx \U0001f64f", Talk.THANKS),
        (":+1:", Talk.THANKS),
        ("Thanks for the quick overview!", Talk.THANKS),
        ("Great job, thanks a lot", Talk.THANKS),
        ("vielen lieben Dank euch", Talk.THANKS),
        ("谢谢你！", Talk.THANKS),
        ("?", Talk.ABOUT),
        ("who made you?", Talk.ABOUT),
        ("Are you an AI or a human?", None),
        ("Are you a real person?", Talk.ABOUT),
        ("Can you help me, please?", Talk.ABOUT),
        ("what kind of questions can I ask you?", Talk.ABOUT),
        ("Wer hat dich gebaut?", Talk.ABOUT),
        ("comment peux-tu m\u2019aider ?", Talk.ABOUT),
        ("что ты умеешь?", Talk.ABOUT),
        ("Hi, how many days of leave do I get?", None),
        ("Thanks for the overview. How many days of leave do I have?", None),
        ("thanks for the overview, how many days", None),
        ("hi, what is the hi-fi warranty?", None),
        ("who made the phone?", None),
        ("are you supposed to call when sick?", None),
        ("can you help me with my leave request?", None),
        ("what does it do?", None),
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
    assert substance(said).strip() in said


@pytest.mark.parametrize(
    ("said", "searched"),
    [
        ("Thanks for the overview. How many days of leave do I have?", "How many days of leave do I have?"),
        ("hi, what is the hi-fi warranty?", "what is the hi-fi warranty?"),
        ("Hallo zusammen! Wie lange? Danke!", "Wie lange?"),
        ("Yo", "Yo"),
        ("Good morning! Thanks!", "Thanks!"),
        ("What is v1.2.3, and what is hi, please?", "What is v1.2.3, and what is hi, please?"),
    ],
)
def test_courtesies_around_a_question_are_not_searched(said: str, searched: str) -> None:
    assert substance(said) == searched
    assert asking(said).text == said


BEFORE = (Exchange("How long?", "27 days."),)


@pytest.mark.parametrize(
    ("query", "talk"),
    [
        (asking("thanks!"), Talk.THANKS),
        (asking("thanks!", about="How long?"), Talk.THANKS),
        (asking("please, thanks in advance", about="How long?"), None),
        (asking("thanks", attached=("How long?",)), None),
        (asking("help", about="How long?"), None),
        (asking("\U0001f446", about="How long?"), None),
        (asking("?", attached=("How long?",)), None),
        (asking("who are you?", about="How long?"), Talk.ABOUT),
        (asking("how does it work?"), Talk.ABOUT),
        (asking("how does it work?", history=BEFORE), None),
        (asking("who made you?", history=BEFORE), Talk.ABOUT),
        (asking("How long?"), None),
    ],
)
def test_what_points_at_something_else_is_no_small_talk(query: Query, talk: Talk | None) -> None:
    assert query.talk is talk


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
    query = asking(text, about="The build is red since noon.")

    assert ("The build is red since noon." in query.searched) == about_it
    assert ("The build is red since noon." in query.words) == about_it
