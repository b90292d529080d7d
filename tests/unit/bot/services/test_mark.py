"""The mark before an answer: read whatever is around it and however it is cut, and nothing else is taken for it."""

import itertools
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.services.draft import Draft
from bot.services.mark import PENDING, Mark, Verdict, look

ANSWER = "Full-timers have 27 days [1]."


def written(pieces: list[str], *, cut: bool = False) -> tuple[Verdict, str, str]:
    """What the mark says, what was shown piece by piece, and the whole text behind the mark."""
    draft = Draft()
    shown = "".join([*map(draft.more, pieces), draft.close(cut=cut)])
    return draft.verdict, shown, draft.text


@pytest.mark.parametrize(
    ("before", "verdict"),
    [
        ("answerable: yes\n", Verdict.YES),
        ("Answerable: Yes\r\n\r\n", Verdict.YES),
        ("**answerable: partly**\n\n", Verdict.PARTLY),
        ("**Answerable:** partially.\n", Verdict.PARTLY),
        ("`answerable: yes`\n \n", Verdict.YES),
        ("\n> *ANSWERABLE* : __yes__  \n", Verdict.YES),
        ("# answerable: partly\n", Verdict.PARTLY),
        ("[answerable: yes]\n", Verdict.YES),
        ('"answerable": "yes"\n', Verdict.YES),
        ("answerable：yes\n", Verdict.YES),
        ("```\nanswerable: yes\n```\n", Verdict.YES),
        ("```text\nanswerable: yes\n```\n\n", None),
        ("answerable: yes. ", Verdict.YES),
        ("answerable: partly – ", Verdict.PARTLY),
        ("**answerable: yes** ", Verdict.YES),
    ],
)
def test_a_mark_is_never_shown_and_takes_nothing_of_the_answer_along(
    before: str, verdict: Verdict | None
) -> None:
    whole = before + ANSWER

    if verdict is None:
        assert written([whole]) == (Verdict.YES, whole, whole)
    else:
        assert written([whole]) == (verdict, ANSWER, ANSWER)
        assert written([*whole]) == (verdict, ANSWER, ANSWER)


@pytest.mark.parametrize("behind", ["", "\n", ".", "\n\nThe passages speak of other things.", " - not there"])
def test_behind_a_no_nothing_is_shown(behind: str) -> None:
    for pieces in ([f"answerable: no{behind}"], [*f"**answerable: no{behind}"]):
        verdict, shown, _ = written(pieces)

        assert (verdict, shown) == (Verdict.NO, "")


@pytest.mark.parametrize(
    "text",
    [
        ANSWER,
        "Answerable questions are answered [1].",
        "answerable: nothing is [1].",
        "answerable: yesterday [1]",
        "answerable no",
        "answerable: maybe\nSo [1].",
        "Unanswerable: no",
        "an",
        "*** a",
        "answerable",
        "answerable:",
        "answerable: ye",
        "The question is answerable: no",
        "  \n",
    ],
)
def test_what_is_no_mark_is_shown_to_the_last_letter(text: str) -> None:
    assert written([text]) == (Verdict.YES, text, text)
    assert written([*text]) == (Verdict.YES, text, text)


@pytest.mark.parametrize(
    ("text", "at_once"),
    [("Full", "F"), ("An answer", "An "), ("answerable questions", "answerable q"), ("**27**", "**2"), ("answerable: not", "answerable: not")],
)  # fmt: skip
def test_letters_that_can_no_longer_become_a_mark_are_shown_at_once(text: str, at_once: str) -> None:
    draft = Draft()
    shown = [draft.more(letter) for letter in text]

    first = next(number for number, piece in enumerate(shown) if piece)
    assert shown[first] == at_once
    assert shown[first + 1 :] == [*text[len(at_once) :]]


def test_the_first_word_behind_the_line_of_the_mark_is_shown_as_it_comes() -> None:
    draft = Draft()

    assert [draft.more(part) for part in ("answer", "able: yes", "\n", "\n", "27", " days")] == [
        "", "", "", "", "27", " days",
    ]  # fmt: skip


def test_an_answer_that_is_indented_stays_so() -> None:
    assert written(["answerable: yes\n\n    pip install"])[1] == "    pip install"


def test_of_a_mark_that_is_cut_off_nothing_is_shown() -> None:
    assert written(["answerable: par"], cut=True) == (Verdict.YES, "", "")
    assert written(["an"], cut=True) == (Verdict.YES, "an", "an")
    assert written(["answerable: partly"], cut=True) == (Verdict.PARTLY, "", "")


def test_what_comes_anew_is_read_anew() -> None:
    draft = Draft()
    draft.more("answerable: no\n")

    assert draft.void() is False
    assert draft.more("answerable: yes\n27 days") == "27 days"
    assert draft.void() is True


def test_without_documents_there_is_no_mark() -> None:
    draft = Draft(marked=False)

    assert draft.more("answerable: no\n27") == "answerable: no\n27"


TEXTS = st.one_of(
    st.text(max_size=40),
    st.text(alphabet='answerable: yespartlyno\n*`"-.A', max_size=30),
    st.builds(
        "".join,
        st.tuples(
            st.sampled_from(["", "**", "> ", "```\n", "`", "# ", " \n"]),
            st.sampled_from(["answerable", "Answerable", "answer", "unanswerable"]),
            st.sampled_from([":", ": ", " : ", ":** ", " = ", " "]),
            st.sampled_from(["yes", "no", "partly", "partially", "unclear", "not", "y", "Yes"]),
            st.sampled_from(["", "**", "`", ".", " - ", "\n", "\n\n", "\n```\n", "\r\n", " "]),
            st.text(max_size=12),
        ),
    ),
)


@given(TEXTS, st.lists(st.integers(0, 60), max_size=6))
@example("```\nanswerable: yes\n```\n27", [20, 21, 22, 23])
@example("answerable: yes - 27", [15, 16, 17, 18])
def test_it_makes_no_difference_where_a_text_is_cut(text: str, places: list[int]) -> None:
    ends = sorted({0, len(text), *(min(place, len(text)) for place in places)})
    pieces = [text[start:end] for start, end in itertools.pairwise(ends)]

    assert written(pieces) == written([text])


@given(TEXTS)
def test_what_is_shown_is_the_end_of_what_came_and_all_of_it_where_there_is_no_mark(text: str) -> None:
    verdict, shown, kept = written([text])

    assert text.endswith(kept)
    if not re.match(r"\W*_*\W*answerable", text, re.IGNORECASE):
        assert (verdict, shown, kept) == (Verdict.YES, text, text)
    elif verdict in (Verdict.YES, Verdict.PARTLY):
        assert shown == kept


@given(TEXTS)
def test_what_is_settled_stays_settled(text: str) -> None:
    found = [look(text[:end]) for end in range(len(text) + 1)]
    settled = [one for one in found if one != PENDING]

    assert found[: len(found) - len(settled)] == [PENDING] * (len(found) - len(settled))
    assert len({(one.verdict, one.end) if isinstance(one, Mark) else None for one in settled}) <= 1
