import pytest

from bot.render.support import Sentence, support

LEAVE = """# Leave

## Annual leave

Everybody who works five days a week gets 27 days of annual leave a year. Part-timers get their share.

## Parental leave

- Parents get 12 weeks of paid leave.
- Twins: four more weeks.

| Case | Days |
| --- | --- |
| Moving house | 1 |

```
leave apply --days 3
```
"""


@pytest.mark.parametrize(
    ("answer", "number", "heading", "begins"),
    [
        ("You get 27 days of leave [1].", 1, "Annual leave", "Everybody who works"),
        ("You get 27 days of leave. [1]", 1, "Annual leave", "Everybody who works"),
        ("First. Parents get 12 weeks [2][1]. You get 27 days [3].", 1, "Parental leave", "Parents get 12"),
        (
            "First. Parents get 12 weeks [2][1]. You get 27 days [3].",
            3,
            "Annual leave",
            "Everybody who works",
        ),
        ("- For twins it is four more weeks [1]", 1, "Parental leave", "Twins"),
        ("**Moving house** gives a day [1].", 1, "Parental leave", "Moving house | 1"),
        ("Type `leave apply` [1].", 1, "Parental leave", "leave apply --days 3"),
        ("Siebenundzwanzig [1].", 1, "Annual leave", "Everybody who works"),
        ("No citation.", 1, "Annual leave", "Everybody who works"),
    ],
)
def test_the_sentence_is_the_one_that_says_what_is_cited(
    answer: str, number: int, heading: str, begins: str
) -> None:
    found = support(LEAVE, answer, number)

    assert found.heading == heading
    assert found.text.startswith(begins)


def test_scripts_without_spaces_are_compared_too() -> None:
    found = support(
        "# 休暇\n\n病気の時は電話してください。年次休暇は二十七日です。", "年次休暇は二十七日です[1]。", 1
    )

    assert found == Sentence("年次休暇は二十七日です。", "休暇")


@pytest.mark.parametrize("text", ["", "# Only a heading", "\n\n"])
def test_a_passage_without_a_sentence_supports_with_none(text: str) -> None:
    assert support(text, "a [1]", 1).text == ""
