from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telnyx._sse import EventParser, EventTooLargeError

STREAM = (
    b'\xef\xbb\xbf: keep-alive\n\ndata: {"a": 1}\r\n\r\nevent: x\rdata:two\r\ndata: lines\r\rid: 7\n\ndata\n\n'
    + "data: größer 🎈\n\ndata: [DONE]\n\n".encode()
)
EVENTS = [b'{"a": 1}', b"two\nlines", b"", "größer 🎈".encode(), b"[DONE]"]


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_events_do_not_depend_on_where_the_bytes_are_cut(cuts: list[int]) -> None:
    parser = EventParser()
    edges = [0, *sorted(cuts), len(STREAM)]

    events = [event for a, b in itertools.pairwise(edges) for event in parser.feed(STREAM[a:b])]

    assert events + parser.close() == EVENTS


def test_every_single_byte_may_come_alone() -> None:
    parser = EventParser()

    events = [event for byte in STREAM for event in parser.feed(bytes([byte]))]

    assert events == EVENTS


@given(st.lists(st.binary(max_size=40)), st.data())
def test_any_bytes_cut_anyhow_give_the_same_events(pieces: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(pieces)
    cut = data.draw(st.integers(0, len(whole)))
    at_once, in_two, in_pieces = EventParser(), EventParser(), EventParser()

    expected = at_once.feed(whole) + at_once.close()

    assert in_two.feed(whole[:cut]) + in_two.feed(whole[cut:]) + in_two.close() == expected
    assert [event for piece in pieces for event in in_pieces.feed(piece)] + in_pieces.close() == expected


def test_last_event_without_its_blank_line_is_not_lost() -> None:
    parser = EventParser()

    assert parser.feed(b"data: [DONE]") == []
    assert parser.close() == [b"[DONE]"]


def test_endless_line_is_refused() -> None:
    parser = EventParser()

    for _ in range(4):
        assert parser.feed(b"x" * 1024 * 1024) == []
    with pytest.raises(EventTooLargeError):
        parser.feed(b"x")


def test_keep_alives_never_add_up_to_an_event_too_large() -> None:
    parser = EventParser()
    comments = b": still here\n\n" * 100_000

    assert [event for _ in range(5) for event in parser.feed(comments)] == []
    assert parser.feed(b"data: x\n\n") == [b"x"]
