import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.services.passages import Passage, pack
from bot.services.room import PART, TOO_LONG, shared_out
from bot.services.tokens import beginning, tokens


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("The quick brown fox jumps over the lazy dog. " * 10, 100, 130),
        ("Быстрая коричневая лиса прыгает через собаку. " * 10, 180, 260),
        ("速い茶色の狐がのろまな犬を飛び越える。" * 10, 190, 200),
        ("빠른 갈색 여우가 게으른 개를 뛰어넘는다. " * 10, 180, 240),
        ("الثعلب البني السريع يقفز فوق الكلب الكسول. " * 10, 180, 260),
        ("😀" * 10, 15, 25),
        ("| 12 | 34 | 56 |" * 10, 55, 90),
        ("", 0, 0),
    ],
)
def test_each_script_is_weighed(text: str, least: int, most: int) -> None:
    assert least <= tokens(text) <= most


QUARTERS = (
    (re.compile(r"[!-@\[-`{-~\u0080-\u07ff]"), 1),
    (re.compile(r"[\u0800-\uffff]"), 3),
    (re.compile(r"[\U00010000-\U0010ffff]"), 7),
)
EDGES = "\x00 \n!0@A[`a{~\x7f\x80\u07ff\u0800\ud7ff\ud800\udfff\ue000\uffff\U00010000\U0010ffff"


@given(st.text(st.characters(exclude_categories=()), max_size=200))
@example("".join(map(chr, range(128))))
@example(EDGES)
def test_bytes_are_counted_as_the_signs_of_each_range_would_be(text: str) -> None:
    for counted in (text, *text):
        more = sum(quarters * len(signs.findall(counted)) for signs, quarters in QUARTERS)
        assert tokens(counted) == -(-(len(counted) + more) // 4)


@given(st.text(max_size=200), st.integers(-1, 60))
def test_a_beginning_fits_and_is_as_long_as_can_be(text: str, room: int) -> None:
    kept = beginning(text, room)

    assert text.startswith(kept)
    assert tokens(kept) <= max(room, 0)
    assert kept == text or tokens(text[: len(kept) + 1]) > room


def passage(text: str) -> Passage:
    return Passage(bucket="b", document="a.md", text=text, distance=0.1)


@pytest.mark.parametrize("huge", ["x" * 1_000_000, "word " * 200_000, "語" * 1_000_000, "x\n" * 500_000])
@pytest.mark.parametrize("budget", [500, 2_000, 100_000])
def test_a_huge_passage_leaves_room_for_those_behind_it(huge: str, budget: int) -> None:
    good = [passage(f"A short passage {number}.") for number in range(3)]

    packed = [one for _, one in pack([passage(huge), *good], budget)]

    assert [one for one in packed if one in good] == good
    assert sum(tokens(one.text) for one in packed) <= budget
    assert len(packed) == 4


def test_a_huge_passage_alone_is_used_as_far_as_it_fits() -> None:
    ((_, only),) = pack([passage("x" * 1_000_000)], 1_000)

    assert 900 <= tokens(only.text) <= 1_000


def test_japanese_is_cut_after_a_sentence() -> None:
    ((_, only),) = pack([passage("これは文です。" * 100)], 200)

    assert only.text.endswith("。")


def test_the_latest_of_a_thread_stays_and_takes_no_more_than_its_part() -> None:
    history = [(f"q{number}", f"a{number} " * 400) for number in range(6)]
    room = shared_out(
        8_192, "why?", history=history, thread="old line\n" * 3_000 + "last line", max_tokens=1_024
    )
    spent = sum(tokens(text) for pair in room.history for text in pair)
    left = spent + tokens(room.thread) + room.passages

    assert room.history[-1][0] == "q5"
    assert room.thread.endswith("last line")
    assert spent <= left // PART
    assert tokens(room.thread) <= left // PART
    assert room.passages >= left // 2


@pytest.mark.parametrize("context", [512, 1_536, 8_192, 131_072])
def test_what_is_shared_out_fits(context: int) -> None:
    room = shared_out(context, "why?", history=[("q", "a " * 9_000)], thread="x " * 9_000, max_tokens=1_024)
    spent = sum(tokens(text) for pair in room.history for text in pair) + tokens(room.thread) + room.passages

    assert spent + (room.answer or 0) + tokens("why?") <= context
    assert room.passages > 0


def test_half_is_half_of_everything() -> None:
    whole, half = (shared_out(8_192, "why?", max_tokens=1_024, share=share) for share in (1.0, 0.5))

    assert (half.passages, half.answer) == (whole.passages // 2, (whole.answer or 0) // 2)


def test_a_question_that_fills_the_model_is_told() -> None:
    with pytest.raises(UsageError) as caught:
        shared_out(1_536, "why " * 1_500)

    assert caught.value.text == TOO_LONG
