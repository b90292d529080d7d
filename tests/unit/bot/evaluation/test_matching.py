import pytest

from bot.evaluation.matching import is_of, says


@pytest.mark.parametrize(
    ("expected", "passage", "same"),
    [
        ("handbook/leave.md", ("handbook", "leave.md"), True),
        ("handbook/leave.md", ("handbook", "travel.md"), False),
        ("handbook/index.md", ("manual", "index.md"), False),
        ("people/leave.md", ("handbook", "leave.md"), True),  # the bucket has another name here
        ("leave.md", ("handbook", "leave.md"), True),
        ("leave.md", ("handbook", "sick-leave.md"), False),
        ("handbook/leave.md", ("handbook", "en/leave.md"), True),
        ("handbook/en/leave.md", ("handbook", "en/leave.md"), True),
        ("handbook/en/leave.md", ("handbook", "de/leave.md"), False),
    ],
)
def test_a_document_is_known_by_bucket_and_file_or_by_its_name(
    expected: str, passage: tuple[str, str], same: bool
) -> None:
    assert is_of(expected, *passage, searched=("handbook", "manual")) is same


@pytest.mark.parametrize(
    ("answer", "fact", "contained"),
    [
        ("You get 27 days [1].", "27 days", True),
        ("You get **27** days.", "27 days", True),
        ("You get 27\u00a0DAYS.", "27 days", True),
        ("You get 27 [1] days.", "27 days", True),
        ("Nach 27\nTagen.", "27 days | 27 Tage", True),
        ("You get 127 days.", "27 days", False),
        ("It earns 2.25 days.", "25 days", False),
        ("It earns 2.25 days.", "2.25 days", True),
        ("It costs 27.5 euros.", "27", False),
        ("It costs 27.", "27", True),
        ("It costs 1,227 euros.", "227", False),
        ("Dial `*61*`, then the number.", "*61*", True),
        ("Dial **\\*61\\***.", "*61*", False),
        ("Dial #61#.", "*61*", False),
        ("２７ days", "27 days", True),
        ("", "27 days", False),
        ("Ask Dr. Imani Okafor.", "imani okafor", True),
    ],
)
def test_a_fact_is_said_in_any_case_and_spacing_and_is_no_part_of_another_number(
    answer: str, fact: str, contained: bool
) -> None:
    assert says(answer, fact) is contained
