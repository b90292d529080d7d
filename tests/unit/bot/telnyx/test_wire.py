from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import telnyx
from bot.telnyx import TelnyxUnreadableError
from bot.telnyx._wire import (
    body_of,
    decoded,
    path_of,
    query_of,
    read_answer,
)
from tests.unit.bot.telnyx.test_problems import ODD


@given(ODD)
def test_wrong_shape_is_unreadable_and_shows_nothing_of_itself(payload: Any) -> None:
    with pytest.raises(TelnyxUnreadableError) as caught:
        read_answer(
            "op.name", telnyx.Match, json.dumps({"data": payload, "secret": "s3cret"}).encode(), bare=False
        )

    assert "s3cret" not in repr(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b"nonsense"])
def test_operation_without_an_answer_ignores_whatever_came(body: bytes) -> None:
    read_answer("op.name", type(None), body, bare=False)  # does not raise

    with pytest.raises(TelnyxUnreadableError):
        read_answer("op.name", telnyx.Match, body, bare=False)


def test_names_in_paths_cannot_change_the_route() -> None:
    assert path_of("/ai/x/{}/y", "a/b?c d") == "/ai/x/a%2Fb%3Fc%20d/y"
    for name in ("", ".", ".."):
        with pytest.raises(ValueError, match="must not be"):
            path_of("/ai/x/{}", name)


def test_query_repeats_sequences_and_escapes_what_servers_misread() -> None:
    query = query_of(
        {"metadata->to": "eq.+1 3", "status": ["queued", "processing"], "limit": 2, "order": None}
    )

    assert query == "metadata-%3Eto=eq.%2B1%203&status=queued&status=processing&limit=2"


@given(st.text())
def test_any_text_can_be_sent(text: str) -> None:
    said = text + "\ud800"

    assert json.loads(body_of({"query": text})) == {"query": text.encode(errors="replace").decode()}
    assert json.loads(body_of({"query": said})) == {"query": said.encode(errors="replace").decode()}


@given(ODD)
def test_a_body_says_what_was_given_and_is_compact(payload: Any) -> None:
    assert body_of({"a": payload}).startswith(b'{"a":')
    assert json.loads(body_of({"a": payload})) == {"a": payload}


NUMBER = st.text(alphabet="0123456789+-.eE", max_size=9) | st.floats().map(repr) | st.integers().map(str)


@given(NUMBER | ODD.map(json.dumps) | st.text(max_size=9))
def test_json_is_what_the_standard_library_reads_and_nothing_else(text: str) -> None:
    try:
        meant = repr(json.loads(text))
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011  # that it is refused is all there is to say
            decoded(text)
    else:
        assert repr(decoded(text)) == meant


@pytest.mark.parametrize(
    "body",
    [
        b'"\\ud83d"', b"\xef\xbb\xbf{}", '{"a": "\u00fc"}'.encode("utf-16"), b"[" * 300 + b"]" * 300,
        b"[NaN, -Infinity, 1e400, -0.0]", b"1" * 4000,
    ],
)  # fmt: skip
def test_json_that_only_the_standard_library_takes_is_taken(body: bytes) -> None:
    assert repr(decoded(body)) == repr(json.loads(body))
