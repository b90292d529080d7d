import pytest

from bot.render.support import Sentence, claims, support

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


def supporting(passage: str, answer: str, number: int) -> Sentence:
    """The sentence of a passage that supports what an answer cites it for."""
    return support(passage, claims(answer).get(number, ()))


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
        ("Apply with:\n\n```\nleave apply --days 3\n```\n\n[1]", 1, "Parental leave", "leave apply --days 3"),
        (
            "Apply with this [1]:\n\n```\nleave apply --days 3\n```",
            1,
            "Parental leave",
            "leave apply --days 3",
        ),
        ("| Case | Days |\n|---|---|\n| Moving house | 1 |\n\n[1]", 1, "Parental leave", "Moving house | 1"),
        (
            "For families:\n\n- It's 12 weeks for parents [1]\n- More [2]",
            1,
            "Parental leave",
            "Parents get 12",
        ),
        (
            "Parents get 12 weeks [1]. Everybody who works five days a week gets 27 days [1].",
            1,
            "Parental leave",
            "Parents get 12",
        ),
        ("See below [1]. Parents get 12 weeks [1].", 1, "Parental leave", "Parents get 12"),
        ("Siebenundzwanzig [1].", 1, "Annual leave", "Everybody who works"),
        ("No citation.", 1, "Annual leave", "Everybody who works"),
    ],
)
def test_the_sentence_is_the_one_that_says_what_is_cited(
    answer: str, number: int, heading: str, begins: str
) -> None:
    found = supporting(LEAVE, answer, number)

    assert found.heading == heading
    assert found.text.startswith(begins)


def test_scripts_without_spaces_are_compared_too() -> None:
    found = supporting(
        "# 休暇\n\n病気の時は電話してください。年次休暇は二十七日です。", "年次休暇は二十七日です[1]。", 1
    )

    assert found == Sentence("年次休暇は二十七日です。", "休暇")


@pytest.mark.parametrize("text", ["", "# Only a heading", "\n\n"])
def test_a_passage_without_a_sentence_supports_with_none(text: str) -> None:
    assert supporting(text, "a [1]", 1).text == ""


@pytest.mark.parametrize(
    ("passage", "answer", "sentence"),
    [
        (
            "Ask Dr. Vogel first. The U.S. office gives 12 weeks, e.g. for parents. It is closed on Sundays.",
            "Parents get 12 weeks [1].",
            "The U.S. office gives 12 weeks, e.g. for parents.",
        ),
        ("พนักงานมีวันลาพักร้อน 25 วันต่อปี ต้องแจ้งล่วงหน้า 2 สัปดาห์", "ต้องแจ้งล่วงหน้า [1]", "ต้องแจ้งล่วงหน้า 2 สัปดาห์"),
        ("कर्मचारियों को 25 दिन मिलते हैं। दो सप्ताह पहले सूचित करें।", "दो सप्ताह पहले [1]।", "दो सप्ताह पहले सूचित करें।"),
        ("ملازمین کو 25 دن ملتے ہیں۔ دو ہفتے پہلے بتائیں۔", "دو ہفتے پہلے [1]", "دو ہفتے پہلے بتائیں۔"),
    ],
)
def test_a_sentence_ends_where_its_readers_see_its_end(passage: str, answer: str, sentence: str) -> None:
    assert supporting(passage, answer, 1).text == sentence
