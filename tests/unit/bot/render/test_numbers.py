import pytest

from bot.render.numbers import bar, counted, joined, lasted, seconds, sized


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


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (34_400, "34 KB"),
        (2_000, "2 KB"),
        (3_440_000, "3.4 MB"),
        (100_000_000, "100 MB"),
        (1_240_000_000, "1,240 MB"),
    ],
)
def test_how_large_a_file_is(amount: int, said: str) -> None:
    assert sized(amount) == said


@pytest.mark.parametrize(
    ("done", "total", "full"),
    [
        (0, 10, 0),
        (1, 1_000, 1),
        (5, 10, 5),
        (999, 1_000, 9),
        (10, 10, 10),
        (11, 10, 10),
        (-1, 10, 0),
        (0, 0, 0),
    ],
)
def test_a_bar_is_full_only_when_all_is_done_and_empty_only_when_nothing_is(
    done: int, total: int, full: int
) -> None:
    assert bar(done, total) == "▰" * full + "▱" * (10 - full)
