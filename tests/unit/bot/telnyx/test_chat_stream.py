from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telnyx import (
    ChatPart,
    EndPart,
    ReasoningPart,
    TelnyxStreamError,
    TelnyxTimeoutError,
    TelnyxUnreachableError,
    TextPart,
    ToolCallPart,
    Usage,
    UsagePart,
    whole,
)
from bot.telnyx._chat_parts import usage_of
from bot.telnyx._chat_stream import ChunkReader


def event(**chunk: Any) -> bytes:
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def delta(**fields: Any) -> bytes:
    return event(choices=[{"index": 0, "delta": fields}])


FINISH = event(model="m", choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}])
DONE = b"data: [DONE]\n\n"


def read(*chunks: bytes, failure: TelnyxUnreachableError | None = None) -> list[ChatPart]:
    reader = ChunkReader("chat.stream")
    parts = [part for chunk in chunks for part in reader.feed(chunk)]
    return [*parts, *reader.end(failure)]


def test_text_comes_in_order_and_the_end_comes_last() -> None:
    parts = read(
        delta(role="assistant", content=None), delta(content="Hel"), delta(content="lo"), FINISH, DONE
    )

    assert parts == [TextPart("Hel"), TextPart("lo"), EndPart("stop", "m")]


def test_text_that_arrives_together_is_one_part_up_to_something_else_and_to_the_end() -> None:
    thought, late = delta(reasoning="hm"), delta(content="late")
    words = delta(content="Hel"), delta(content="lo"), delta(content=[{"text": "!"}])

    parts = read(b"".join((*words, thought, *words, FINISH, DONE, late)))

    assert parts == [TextPart("Hello!"), ReasoningPart("hm"), TextPart("Hello!"), EndPart("stop", "m")]


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_thoughts_are_kept_apart_from_the_answer(field: str) -> None:
    parts = read(delta(**{field: "hmm", "content": None}), delta(content="42"), FINISH, DONE)

    assert parts[:2] == [ReasoningPart("hmm"), TextPart("42")]


def test_pieces_of_a_tool_call_share_an_index() -> None:
    first = {"index": 1, "id": "c1", "type": "function", "function": {"name": "find", "arguments": ""}}
    second = {"index": 1, "function": {"arguments": '{"q":'}}

    parts = read(delta(tool_calls=[first]), delta(tool_calls=[second]), FINISH, DONE)

    assert parts[:2] == [ToolCallPart(1, "c1", "find", ""), ToolCallPart(1, None, None, '{"q":')]


def test_usage_of_a_last_chunk_without_choices_comes_before_the_end() -> None:
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}

    parts = read(delta(content="x"), FINISH, event(choices=[], usage=usage), DONE)

    assert parts[-2:] == [UsagePart(Usage(3, 2, 5)), EndPart("stop", "m")]


def test_usage_in_every_chunk_is_told_once_with_its_last_value() -> None:
    counts = [event(choices=[], usage={"prompt_tokens": 3, "completion_tokens": n}) for n in (1, 2)]

    parts = read(*counts, FINISH, DONE)

    assert parts == [UsagePart(Usage(3, 2, 5)), EndPart("stop", "m")]


@pytest.mark.parametrize(
    ("chunk", "code", "detail"),
    [
        ({"error": {"message": "overloaded", "type": "server_error", "code": "x1"}}, "x1", "overloaded"),
        ({"errors": [{"code": "10007", "title": "Unexpected error", "detail": "boom"}]}, "10007", "boom"),
        ({"error": "boom"}, None, "boom"),
    ],
)
def test_error_chunk_says_what_it_said_and_how_much_came_before(
    chunk: dict[str, Any], code: str | None, detail: str
) -> None:
    reader = ChunkReader("chat.stream")
    seen: list[ChatPart] = []

    with pytest.raises(TelnyxStreamError) as caught:
        seen.extend(reader.feed(delta(content="Hello") + event(**chunk)))

    assert (caught.value.partial, caught.value.code, caught.value.detail) == (5, code, detail)
    assert "boom" not in str(caught.value)


def test_text_before_an_error_in_the_same_bytes_is_not_lost() -> None:
    parts = ChunkReader("chat.stream").feed(delta(content="Hello") + event(error="boom"))

    assert next(parts) == TextPart("Hello")
    with pytest.raises(TelnyxStreamError):
        next(parts)


def test_error_chunk_without_its_blank_line_is_still_an_error() -> None:
    with pytest.raises(TelnyxStreamError) as caught:
        read(FINISH, event(error={"message": "m", "code": "c"}).rstrip())

    assert caught.value.reported


def test_end_without_done_is_forgiven_after_a_finish_reason() -> None:
    assert read(delta(content="x"), FINISH)[-1] == EndPart("stop", "m")
    assert read(FINISH, b'data: {"choi')[-1] == EndPart("stop", "m")
    assert read(FINISH, failure=TelnyxUnreachableError("chat.stream", "reset"))[-1] == EndPart("stop", "m")


def test_end_in_the_middle_is_a_broken_stream() -> None:
    with pytest.raises(TelnyxStreamError) as caught:
        read(delta(content="Hello"))

    assert caught.value.partial == 5
    assert not caught.value.reported


def test_lost_connection_is_a_broken_stream_and_silence_is_a_timeout() -> None:
    with pytest.raises(TelnyxStreamError, match="connection lost"):
        read(delta(content="x"), failure=TelnyxUnreachableError("chat.stream", "reset"))
    with pytest.raises(TelnyxTimeoutError):
        read(delta(content="x"), failure=TelnyxTimeoutError("chat.stream", "ReadTimeout"))


def test_half_a_surrogate_pair_becomes_a_replacement_sign() -> None:
    parts = read(b'data: {"choices":[{"delta":{"content":"a\\ud83d \\ud83c\\udf88"}}]}\n\n', FINISH)

    assert parts[0] == TextPart("a\ufffd \N{BALLOON}")


@pytest.mark.parametrize(
    "payload",
    [
        b"nonsense",
        b"[1]",
        b'{"choices": 7}',
        b'{"choices": [7]}',
        b'{"choices": [{"delta": {"content": 7}}]}',
        b"\xff",
    ],
)
def test_chunk_nobody_can_read_breaks_the_stream_without_showing_it(payload: bytes) -> None:
    with pytest.raises(TelnyxStreamError) as caught:
        read(b"data: " + payload + b"\n\n")

    assert caught.value.__context__ is None
    assert "nonsense" not in str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "delta", "content", "index", "tool_calls", "function", "usage", "error", "errors"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(
    st.lists(
        st.binary(max_size=30) | JSON.map(lambda value: b"data: " + json.dumps(value).encode() + b"\n\n")
    )
)
def test_no_bytes_raise_anything_outside_the_tree(chunks: list[bytes]) -> None:
    with contextlib.suppress(TelnyxStreamError):
        assert isinstance(read(*chunks)[-1], EndPart)
    with contextlib.suppress(TelnyxStreamError):
        assert isinstance(read(*chunks, FINISH)[-1], EndPart)


@given(st.text(), st.data())
def test_text_survives_any_cut_of_its_bytes(text: str, data: st.DataObject) -> None:
    whole = (
        b"data: "
        + json.dumps({"choices": [{"delta": {"content": text}}]}, ensure_ascii=False).encode()
        + b"\n\n"
    )
    cut = data.draw(st.integers(0, len(whole)))

    parts = read(whole[:cut], whole[cut:], FINISH, DONE)

    assert "".join(part.text for part in parts if isinstance(part, TextPart)) == text


LISTED = [
    ([{"type": "text", "text": "Hel"}, {"type": "text", "text": "lo"}], [TextPart("Hello")]),
    (["Hello"], [TextPart("Hello")]),
    ({"type": "text", "text": "Hello"}, [TextPart("Hello")]),
    (
        [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "42"}],
        [ReasoningPart("hm"), TextPart("42")],
    ),
    ([{"type": "image_url", "image_url": "x"}, None, 7, {"type": "text", "text": None}, {}], []),
    ([], []),
]


@pytest.mark.parametrize(("content", "parts"), LISTED)
def test_content_may_be_a_list_of_parts(content: Any, parts: list[ChatPart]) -> None:
    assert read(delta(content=content), FINISH, DONE)[:-1] == parts


@pytest.mark.parametrize("count", [10**23, 2**31, -1, None, "12", 1.5, True, [1]])
def test_a_count_that_cannot_be_true_is_not_counted(count: Any) -> None:
    good = {"prompt_tokens": 2, "completion_tokens": 1}

    assert usage_of(good | {"prompt_tokens": count}) is None
    assert usage_of(good | {"total_tokens": count}) == Usage(2, 1, 3)
    assert read(
        event(choices=[], usage=good), event(choices=[], usage={"prompt_tokens": count}), FINISH, DONE
    )[0] == (UsagePart(Usage(2, 1, 3)))


@pytest.mark.parametrize("reason", ["", "  ", None, "null", "None", "FINISH_REASON_UNSPECIFIED"])
def test_an_empty_reason_is_no_end(reason: str | None) -> None:
    going_on = event(choices=[{"index": 0, "delta": {"content": "Hel"}, "finish_reason": reason}])

    with pytest.raises(TelnyxStreamError, match="ended too early"):
        read(going_on)
    assert read(going_on, DONE)[-1] == EndPart(None, None)


@pytest.mark.parametrize(
    ("reason", "said"),
    [("stop", True), ("STOP", True), ("end_turn", True), ("tool_calls", True)]
    + [(reason, False) for reason in ("length", "content_filter", "abort", "error", "whatever", None)],
)
def test_only_an_end_that_the_model_chose_is_whole(reason: str | None, said: bool) -> None:
    assert whole(reason) is said


@pytest.mark.parametrize(
    ("spelled", "reason"),
    [
        (said, "length")
        for said in ("MAX_TOKENS", "maxTokens", "max_output_tokens", "Model Length", " length ")
    ]
    + [(said, "content_filter") for said in ("contentFilter", "SAFETY", "content-filter", "refusal")]
    + [("endTurn", "end_turn"), ("FINISH_REASON_STOP", "stop"), ("stopSequence", "stop_sequence")]
    + [("</s>", "stop"), ("<|eot_id|>", "stop"), ("toolUse", "tool_use"), ("error", "error")],
)
def test_a_reason_is_known_however_it_is_spelled(spelled: str, reason: str) -> None:
    last = event(choices=[{"index": 0, "delta": {"content": "Hel"}, "finish_reason": spelled}])

    end = read(last, DONE)[-1]

    assert end == EndPart(reason, None)
    assert whole(reason) is (reason not in ("length", "content_filter", "error"))


@pytest.mark.parametrize("choices", [[None], None, [], [{"index": 0, "delta": None}], [{"index": 0}]])
def test_a_chunk_with_nothing_in_it_is_passed_over(choices: Any) -> None:
    assert read(event(choices=choices), FINISH, DONE) == [EndPart("stop", "m")]
