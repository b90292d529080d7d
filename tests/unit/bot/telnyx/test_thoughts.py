from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telnyx import ReasoningPart, TextPart, VoidPart
from bot.telnyx._thoughts import Thoughts, Told, without_thoughts

CASES = [
    ("<think>hm</think>Yes.", "Yes."),
    ("<think>\nhm\n</think>\n\nYes.", "Yes."),
    ("<THINK>hm</Think>Yes.", "Yes."),
    ("<thinking>hm</thinking>Yes.", "Yes."),
    ("<reasoning>hm</reasoning> Yes.", "Yes."),
    ('<thought kind="long">hm</thought>Yes.', "Yes."),
    ("< think >hm</ think >Yes.", "Yes."),
    ("<seed:think>hm</seed:think>Yes.", "Yes."),
    ("[THINK]hm[/THINK]Yes.", "Yes."),
    ("◁think▷hm◁/think▷Yes.", "Yes."),
    ("<think></think>Yes.", "Yes."),
    ("<think/>Yes.", "Yes."),
    ("hm, let me see.</think>Yes.", "Yes."),
    ("hm\n\n</THINKING>\nYes.", "Yes."),
    ("<think>a</think>b</think>Yes.", "Yes."),
    ("<think>a<think>b</think>c</think>Yes.", "Yes."),
    ("<think>they ask about <think> tags</think>Yes.", "Yes."),
    ("<think>```\n</think>Yes.", "Yes."),
    ("<think>it`s</think>Yes.", "Yes."),
    ("<think>hm", ""),
    ("<think>", ""),
    ("Yes. <think>or no?</think>Sure.", "Yes. Sure."),
    ("Yes.\n<think>or no?</think>\nSure.", "Yes.\n\nSure."),
    ("<think>no</think>NO_ANSWER", "NO_ANSWER"),
    ("<think\n>hm</think\n>Yes.", "Yes."),
    ("<scratchpad>hm</scratchpad>Yes.", "Yes."),
    ("<|think|>hm<|/think|>Yes.", "Yes."),
    ("<|begin_of_thought|>hm<|end_of_thought|>\n\nYes.", "Yes."),
    ("<|START_THINKING|>hm<|END_THINKING|>Yes.", "Yes."),
    ("<\uff5cthink\uff5c>hm<\uff5c/think\uff5c>Yes.", "Yes."),
    ("<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Yes.", "Yes."),
    (
        "<|channel|>analysis<|message|>a<|channel|>commentary<|message|>b<|channel|>final<|message|>Yes.",
        "Yes.",
    ),
    ("hm<|channel|>final <|constrain|>", "hm<|channel|>final <|constrain|>"),
    ("it`s so</think>Yes.", "Yes."),
    ("<think>hm<think/>Yes.", "Yes."),
    ("Yes.\n\n<think>hm", "Yes.\n\n"),
    ("Yes. <think>\nhm, no", "Yes. "),
    # What only looks like it is the answer itself.
    ("Write <think> before it.", "Write <think> before it."),
    ("Write `<think>` and `</think>`.", "Write `<think>` and `</think>`."),
    ("```xml\n<think>a</think>\n```\nSo.", "```xml\n<think>a</think>\n```\nSo."),
    ("- ~~~\n  </think>\n  ~~~\nSo.", "- ~~~\n  </think>\n  ~~~\nSo."),
    ("1 < 2, a <b> and <thin", "1 < 2, a <b> and <thin"),
    ("see [thinking](https://a.example) [1]", "see [thinking](https://a.example) [1]"),
    ("<thinkpad> is a name", "<thinkpad> is a name"),
    ("<|im_end|> and <|channel|> are tokens", "<|im_end|> and <|channel|> are tokens"),
    ("Say `</think>` or ``</think>``.", "Say `</think>` or ``</think>``."),
    ("", ""),
]


@pytest.mark.parametrize(("given_text", "answer"), CASES)
def test_only_what_follows_a_thought_is_the_answer(given_text: str, answer: str) -> None:
    assert without_thoughts(given_text)[0] == answer


@given(st.sampled_from(CASES), st.data())
def test_it_depends_on_the_text_and_not_on_its_pieces(case: tuple[str, str], data: st.DataObject) -> None:
    text, answer = case
    thoughts, shown = Thoughts(), ""
    pieces: list[Told] = []
    while text:
        cut = data.draw(st.integers(1, len(text)))
        pieces += thoughts.feed(text[:cut])
        text = text[cut:]
    pieces += thoughts.close()
    for part in pieces:
        if isinstance(part, VoidPart):
            shown = ""
        elif not isinstance(part, ReasoningPart):
            shown += part.text

    assert shown == answer


@pytest.mark.parametrize("text", ["Hello", "1 < 2", "a <b> c", "[1] and", "`code` <i"])
def test_nothing_is_held_back_that_opens_no_thought(text: str) -> None:
    assert Thoughts().feed(text) == [TextPart(text)]


@given(st.text(alphabet="<>/think`~\n [TH]◁▷|_", max_size=60))
def test_whatever_comes_is_either_answer_or_thought(text: str) -> None:
    answer, thought = without_thoughts(text)

    assert len(answer) <= len(text)
    if not any(sign in text for sign in "<[◁"):
        assert (answer, thought) == (text.lstrip(), "")
