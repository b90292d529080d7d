import pytest

from bot.evaluation.asking import Result
from bot.evaluation.metrics import BY_NAME, Verdict, figures, verdict
from bot.telnyx import Usage
from tests.unit.bot.evaluation.conftest import case, result

LEAVE, TRAVEL = "handbook/leave.md", "handbook/travel.md"
RIGHT = result(
    case(LEAVE, facts=("27 days",)),
    "It's 27 days [2].",
    (TRAVEL, LEAVE),
    (2,),
    seconds=2.0,
    usage=Usage(100, 10, 110),
)
LACKING = result(
    case(LEAVE, facts=("27 days", "31 March")), "It's 27 days [1][2].", (LEAVE, TRAVEL), (1, 2), seconds=4.0
)
WRONG = result(case(LEAVE), "It's so [1].", (TRAVEL,) * 5 + (LEAVE,), (1,))
UNCITED = result(case(LEAVE, facts=("27 days",)), "27 days.", (LEAVE,))
REFUSED = result(case(LEAVE, facts=("27 days",)), found=(TRAVEL,), refused=True)
DECLINED = result(case(), refused=True)
MADE_UP = result(case(), "It's so [1].", (TRAVEL,), (1,), partly=True)
FAILED = result(case(LEAVE), found=(LEAVE,), failed="I couldn't reach Telnyx.")
ALL = (RIGHT, LACKING, WRONG, UNCITED, REFUSED, DECLINED, MADE_UP, FAILED)


@pytest.mark.parametrize(
    ("name", "hits", "count"),
    [
        ("found_1", 3, 6),  # LACKING, UNCITED, FAILED
        ("found_5", 4, 6),  # and RIGHT
        ("found_8", 5, 6),  # and WRONG
        ("first_right", 2, 6),
        ("cited", 2, 6),
        ("precision", 1.5, 3),
        ("contained", 2, 4),  # UNCITED says it, too; WRONG and FAILED have no facts
        ("wrong_refusals", 1, 6),
        ("right_refusals", 1, 2),
        ("partly", 1, 5),
    ],
)
def test_results_are_counted(name: str, hits: float, count: int) -> None:
    figure = figures(ALL)[name]

    assert figure.count == count
    assert figure.value == pytest.approx(hits / count, abs=1e-4)
    assert figure.low < figure.value < figure.high


def test_times_and_tokens_are_means_of_those_that_have_them() -> None:
    found = figures(ALL)

    assert (found["seconds"].value, found["seconds"].count) == (3.0, 2)
    assert (found["prompt_tokens"].value, found["completion_tokens"].value) == (100.0, 10.0)
    assert (found["passage_tokens"].value, found["passage_tokens"].count) == (
        10.0,
        7,
    )  # 14 passages of about 5
    assert "search_seconds" not in found


def test_of_two_documents_both_are_wanted() -> None:
    both = case(LEAVE, TRAVEL, kind="two_documents")
    found = figures(
        [result(both, "So [1][2].", (LEAVE, TRAVEL), (1, 2)), result(both, "So [1].", (LEAVE, TRAVEL), (1,))]
    )

    assert (found["both_found"].value, found["both_cited"].value) == (1.0, 0.5)
    assert found["cited"].value == 1.0
    assert "both_cited" not in figures(ALL)


@pytest.mark.parametrize(
    ("of", "word"),
    [
        (RIGHT, Verdict.RIGHT),
        (LACKING, Verdict.LACKING),
        (WRONG, Verdict.WRONG),
        (UNCITED, Verdict.UNCITED),
        (REFUSED, Verdict.REFUSED),
        (DECLINED, Verdict.DECLINED),
        (MADE_UP, Verdict.MADE_UP),
        (FAILED, Verdict.FAILED),
    ],
)
def test_a_case_has_one_verdict(of: Result, word: Verdict) -> None:
    assert verdict(of) is word
    assert word.good is (word in (Verdict.RIGHT, Verdict.DECLINED))


def test_every_metric_has_a_name_of_its_own() -> None:
    assert set(figures([*ALL, *ALL])) <= set(BY_NAME)
    assert len({metric.title for metric in BY_NAME.values()}) == len(BY_NAME)
