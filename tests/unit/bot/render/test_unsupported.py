"""What an answer says that stands in none of its sources is told, and nothing else is: a false alarm costs more than one that is missed."""

from pathlib import Path
from time import process_time

import pytest

from bot.render.figures import figures, held, normal
from bot.render.unsupported import unsupported
from tests.unit.bot.render.paraphrases import FAITHFUL, MADE_UP

SEED = Path(__file__).parents[4] / "sandbox" / "seed"

SOURCE = """# Leave

Everybody who works five days a week gets **27 days** of annual leave a year, in 2.5-day blocks. Requests go to Anna Vogel
(people team, Zürich) by 2026-03-31, 5 pm. Half of it can be carried over; the rest is lost after 18 months.

| Model | Price |
| --- | --- |
| D-40 | 1,000 EUR |
| ISO 9001 | CHF 1'250.50 |

Dial \\*61\\* to forward, `*#06#` to look. We are open Mon-Fri 9:00-17:00. Call +49 30 5550 100. Firmware 2.10.3 is from 12 June 2025.
Use the virtual private network. 休暇は１５日です。
"""


@pytest.mark.parametrize(
    "answer",
    [
        "You get 27 days [1], in blocks of 2,5 days.",
        "It costs 1.000 EUR [1] or 1250.5 francs, and 1 000 of them.",
        "Ask Anna Vogel in Zurich by March 31st, 2026 at 17:00 [1].",
        "Ask Vogel's team by 31.03.2026, 5 p.m.",
        "Bitte bis zum 31. März fragen; das Team sitzt in der Nähe von Bern.",
        "Dial `*61*` or \\*#06# [1][2], on the D40 or the D 40.",
        "We're open Monday to Friday from 9 am to 5 pm, or from 9 to 17.",
        "50% can be carried over, 1/2 of it; 5 days, 1 week, 18-month-old leave.",
        "Call +49305550100 or +49 (30) 5550-100, and use the VPN.",
        "Firmware 2.10.3 (v2.10.3) is from 2025-06-12, which was in June.",
        "There are 3 ways:\n\n1. Ask.\n2. Ask Anna.\n3. Wait.",
        "**1. Ask.** Step by step.\n\nStep 2: Ask again.\n\n4) Wait.",
        "## Why Bern Matters\n\nSee https://x.example/77/Paris, or write to Bob99@x.example. Then wait.",
        "休暇は15日です[1]。",
        "First line\nSecond line ends: Here “Is” the (Third) one.",
        "I'm sure that you may, OK?",
        "",
    ],
)
def test_what_stands_in_a_source_however_it_is_written_is_no_alarm(answer: str) -> None:
    assert unsupported(answer, [SOURCE]) == []


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("You earn 2.25 days a month [1].", ["2.25 days"]),
        ("You get 28 days, not 27 [1].", ["28 days"]),
        ("It costs 1.500 EUR or 20%.", ["1.500 EUR", "20%"]),
        (
            "Ask Bob Miller in Zürich by April 31 or on 7 June 2031.",
            ["Bob Miller", "April 31", "7 June 2031"],
        ),
        ("Ask by 2027-03-31 at 18:30.", ["2027-03-31", "18:30"]),
        ("- Dial `*61*`\n- Dial `*62*` [1]", ["*62*"]),
        ("The D50, the AB-123 and Firmware 2.11.0 work.", ["D50", "AB-123", "2.11.0"]),
        ("Call +49 30 5550 200.", ["+49 30 5550 200"]),
        ("| Model | Price |\n| --- | --- |\n| D-40 | 1,200 EUR |", ["1,200 EUR"]),
        ("```\nwait 77\n```", ["77"]),
        ("## 99 ways\n\nAsk in Bern. We meet in Bern, 99 times.", ["99 ways", "Bern", "99 times"]),
        ("休暇は28日です[1]。", ["28日"]),
        ("Open on Saturday in May.", ["Saturday", "May"]),
    ],
)
def test_what_stands_in_no_source_is_told_as_it_is_written(answer: str, told: list[str]) -> None:
    assert unsupported(answer, [SOURCE]) == told


def test_what_stands_in_the_question_was_not_made_up() -> None:
    answer = "You get 27 of the 44 days in Bern."

    assert unsupported(answer, [SOURCE]) == ["44 days", "Bern"]
    assert unsupported(answer, [SOURCE], "Do I get 44 days in Bern?") == []


@pytest.mark.parametrize(("document", "answer"), FAITHFUL, ids=lambda text: text[:40])
def test_a_true_paraphrase_raises_no_alarm(document: str, answer: str) -> None:
    assert unsupported(answer, [(SEED / document).read_text(encoding="utf-8"), document]) == []


@pytest.mark.parametrize(("document", "answer", "told"), MADE_UP)
def test_what_is_made_up_in_a_paraphrase_is_found(document: str, answer: str, told: list[str]) -> None:
    assert unsupported(answer, [(SEED / document).read_text(encoding="utf-8"), document]) == told


def test_of_several_sources_one_is_enough() -> None:
    assert unsupported("27 days in Bern [1][2].", ["Bern is nice.", "It is 27 days."]) == []


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1,000", [{1000.0}, {1.0}]),
        ("2,50", [{2.5}]),
        ("10,000.50", [{10_000.5}]),
        ("1.234.567", [{1_234_567.0}]),
        ("1 000", [{1000.0}, {1.0, 0.0}]),
        ("1\u202f000", [{1000.0}]),
        ("0,125", [{0.125}]),
        ("２７", [{27.0}]),
        ("2½", [{2.5}]),
        ("٢٧", [{27.0}]),
    ],
)
def test_a_number_is_what_it_may_mean(text: str, read: list[set[float]]) -> None:
    (figure,) = figures(normal(text))

    assert [{value for _, value in keys} for keys in figure.means] == read


@pytest.mark.parametrize("words", [1, 3, 15, 16, 17, 18, 40])
@pytest.mark.parametrize(
    "figure",
    [
        "12. September 2024",
        "September 12,  2024",
        "10 000 km",
        "HR-12-" + "x" * 90,
        "+49 30 1234567",
        "5 o'clock",
    ],
)
def test_a_figure_is_read_alike_wherever_it_stands_in_a_long_text(figure: str, words: int) -> None:
    alone = [found.text for found in figures(figure)]
    around = "word " * words

    read = figures(f"{around}{figure} {around}and 7 {around}{figure}")

    assert [found.text for found in read] == [*alone, "7 word", *alone]
    assert held(f"{around}{figure}") == held(figure)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["0" * 40_000, "a1" * 20_000, "a-" * 20_000, "1 000 " * 7_000, "*1" * 20_000, "A b " * 10_000]
)
def test_a_long_answer_takes_no_longer_than_its_length(text: str) -> None:
    began = process_time()

    unsupported(text, [text])

    assert process_time() - began < 5  # where it grew with the square of the length, it took 10 to 50 seconds
