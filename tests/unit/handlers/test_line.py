"""A typed line becomes an intent, or a sentence that helps; free text stays as it was written."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.render.confirm import Confirm
from bot.render.intent import Intent
from handlers import line, tree
from handlers.ask import Ask
from handlers.docs import Embed
from handlers.typed import lex
from handlers.verbs import VERBS


def read(kind: type[Intent], text: str) -> Any:
    return line.read(kind, text, lex(text))


@pytest.mark.parametrize(
    ("typed", "question", "more"),
    [
        ("How long?", "How long?", {}),
        ("pip install --no-deps?", "pip install --no-deps?", {}),
        ("pip install --no-deps", "pip install --no-deps", {}),
        ("What is <#C0GENERAL|general> for?", "What is #general for?", {}),
        ("What did <@U0BEN|ben> say about “this”?", "What did @ben say about “this”?", {}),
        ('Who said "never again" --bucket hr', 'Who said "never again"', {"bucket": ("hr",)}),
        ("--bucket hr --bucket it How  long? --top 3", "How  long?", {"bucket": ("hr", "it"), "top": 3}),
        ("—bucket=hr How long? –no-docs", "How long?", {"bucket": ("hr",), "no_docs": True}),  # noqa: RUF001
        ("a &lt;b&gt; &amp; c", "a <b> & c", {}),
        (
            "what does --bucket mean in docker --top 3 really",
            "what does --bucket mean in docker --top 3 really",
            {},
        ),
        ("line one\nline two --top 5", "line one\nline two", {"top": 5}),
    ],
)
def test_a_question_keeps_its_words(typed: str, question: str, more: dict[str, Any]) -> None:
    assert read(Ask, typed).model_dump(exclude_defaults=True) == {"question": question, **more}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "`QUESTION` is missing"),
        ("How long? --bukcet hr", "Did you mean `--bucket`?"),
        ("--bukcet hr How long?", "Did you mean `--bucket`?"),
        ("How long? --top many", "--top"),
        ("How long? --top 99", "--top"),
    ],
)
def test_a_slip_is_asked_about(typed: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(Ask, typed)

    assert said in caught.value.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "`BUCKET` is missing"),
        ("hr more", "I don't know what “more” means here"),
        ("hr --chunk 5", "Did you mean `--chunk-size`?"),
        ("hr --chunk-size", "needs a value"),
        ("hr --chunk-size=0", "--chunk-size"),
        ("hr -5", "“-5”"),
    ],
)
def test_what_is_wrong_with_arguments_is_said(typed: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(Embed, typed)

    assert said in caught.value.text


@settings(max_examples=5_000, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [w for v in VERBS for w in v.words.split()]
                + ["help", "--top", "--bucket", "--", "—top", '"', "<#C1|x>", "=", "--top="]
            ),
            st.text(max_size=6),
        ),
        max_size=7,
    )
)
def test_no_line_is_too_strange(parts: list[str]) -> None:
    text = " ".join(parts)
    found = tree.find(lex(text))
    if not isinstance(found, str):
        try:
            line.read(found[0].intent, text, found[1])
        except UsageError as error:
            assert error.text


def test_a_reserved_or_unknown_alias_is_refused() -> None:
    assert tree.short_forms(["docs"]) == {"/ask": "ask", "/docs": "docs"}
    for alias in ("topic", "nothing"):
        with pytest.raises(ValueError, match="COMMAND_ALIASES"):
            tree.short_forms([alias])


def test_a_confirmation_carries_all_it_needs() -> None:
    yes = Confirm(
        name="clusters delete",
        given={"task": "x" * 200},
        user="U0ADA",
        until=int(time.time()),
        key="cmd:T:1.2.abc",
    )

    assert Confirm.unpack(yes.pack()) == yes
    assert len(yes.pack()) < 2_000
