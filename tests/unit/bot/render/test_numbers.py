import pytest

from bot.render.numbers import counted, joined, lasted, seconds


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 min"),
        (737, "12 min 17 s"),
        (3_599.6, "1 h"),
        (3_900, "1 h 5 min"),
    ],
)
def test_how_long_something_took(amount: float, said: str) -> None:
    assert lasted(amount) == said


@pytest.mark.parametrize(
    ("amount", "said"), [(0.2, "1 second"), (1.2, "2 seconds"), (120, "120 seconds"), (121, "3 minutes")]
)
def test_a_wait_is_rounded_up(amount: float, said: str) -> None:
    assert seconds(amount) == said


def test_one_is_no_plural_and_lists_end_with_and() -> None:
    assert [counted(n, "passage") for n in (0, 1, 1_200)] == ["0 passages", "1 passage", "1,200 passages"]
    assert [joined(names) for names in (["a"], ["a", "b"], ["a", "b", "c"])] == [
        "a",
        "a and b",
        "a, b, and c",
    ]
