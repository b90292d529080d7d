import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.render.safe_text import safe_markdown
from bot.services.citations import cited


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Yes [2]. No [1][2].", [2, 1]),
        ("Both [1, 3].", [1, 3]),
        ("All [1-3] and [2–4].", [1, 2, 3, 4]),  # models write en dashes
        ("Made up [7] [0].", []),
        ("[sic] [1a] [ 1 ]", [1]),
        ("```\na[1]\n```\n`b[2]` c[3]", [3]),
        ("[9999999]", []),
        ("30 days【1】. ［２］ [^3] 【4†L10-L12】", [1, 2, 3, 4]),
        ("[Passage 1] [2 and 3], [Source: 4]", [1, 2, 3, 4]),
        ("Do:\n1. ```bash\n   x[2]\n   ```\nThen tell the team. [1]", [1]),
        ("- ```\n  x[2]\n```\nThen [1]", [1]),
        ("- ```\n  x[2]\nThen [1]", [1]),
        ("> ~~~\n> x[2]\n[1]", [1]),
        ("Run [3]: ```bash\nx[2]\n```\nThen [1]", [3, 1]),
        ("```\nx[2]\n```. [1]\n[3]", [1, 3]),
        ("```python import brew```. [1]", [1]),
        ("argv[0], [2019], [12 weeks], [0, 1]", []),
        ("\\[1\\] [[2]] weeks.³ days<sup>4</sup>", [1, 2, 3, 4]),
        ("x = [1, 2], 3 m², m<sup>2</sup>, three (3) days", []),
        ("[1†L3-L5] 【4:2†source】 [3: leave.md] [see 4]", [1, 2, 3, 4]),
        ("\\`[1]\\` [2]", [2]),
    ],
)
def test_cited_passages_in_order_of_first_use(text: str, numbers: list[int]) -> None:
    assert cited(text, 4) == numbers


@given(
    st.lists(
        st.sampled_from(
            [
                "a ",
                "[1]",
                "【2】",
                "- ",
                "> ",
                "1. ",
                "\n   ",
                "~~~\n",
                "\n~~~\n",
                "```sh\n",
                "run: ```",
                "\n```",
                "[Passage 3]",
                "`",
                "[2, 9]",
                "\\[3\\]",
                "[[4]]",
                "words.²",
                "word<sup>1</sup>",
                "= ",
                " [3-4]",
                "[x]",
                "`b[1]`",
                "\n",
                "```\n",
                "\n```\n",
                ".",
            ]
        ),
        max_size=12,
    ).map("".join)
)
@example("= `b[1]`\\[3\\]")
@example("= ``[3]")
def test_what_counts_as_cited_is_what_is_shown_as_cited(text: str) -> None:
    shown = safe_markdown(text, (), 4)

    assert cited(shown, 4) == cited(text, 4)
