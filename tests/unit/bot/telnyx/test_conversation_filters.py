from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.telnyx import AnyOf, Condition, Where
from bot.telnyx._wire import query_of
from bot.telnyx.conversation_filters import query_with

NOON = datetime(2025, 4, 1, 12, 0, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("condition", "query"),
    [
        (Where.created_at >= NOON, "created_at=gte.2025-04-01T12%3A00%3A00.500000Z"),
        (Where.created_at > NOON, "created_at=gt.2025-04-01T12%3A00%3A00.500000Z"),
        (Where.last_message_at <= NOON, "last_message_at=lte.2025-04-01T12%3A00%3A00.500000Z"),
        (Where.last_message_at < NOON, "last_message_at=lt.2025-04-01T12%3A00%3A00.500000Z"),
        (Where.name.like("Voice%"), "name=like.Voice%25"),
        (Where.metadata("telnyx_end_user_target").equals("+1312"), "metadata-%3Etelnyx_end_user_target=eq.%2B1312"),
        (Where.any_of(Where.id.equals("1"), Where.metadata("k").equals("a,b")), "or=%28id.eq.1%2Cmetadata-%3Ek.eq.%22a%2Cb%22%29"),
    ],
)  # fmt: skip
def test_a_condition_is_written_as_telnyx_reads_it(condition: Condition | AnyOf, query: str) -> None:
    assert query_of(query_with([condition])) == query


def test_a_span_of_time_gives_the_parameter_twice() -> None:
    span = [Where.created_at >= NOON, Where.created_at < NOON + timedelta(days=1)]

    assert query_with(span) == {
        "created_at": ["gte.2025-04-01T12:00:00.500000Z", "lt.2025-04-02T12:00:00.500000Z"]
    }


def test_times_of_other_zones_are_sent_in_utc_and_those_without_are_refused() -> None:
    berlin = NOON.astimezone(timezone(timedelta(hours=2)))

    assert (Where.created_at >= berlin) == (Where.created_at >= NOON)
    with pytest.raises(ValueError, match="zone"):
        assert Where.created_at >= NOON.replace(tzinfo=None)


def test_quotation_marks_inside_or_are_escaped() -> None:
    assert Where.any_of(Where.name.equals('a "b" \\')).pair == ("or", '(name.eq."a \\"b\\" \\\\")')


def test_one_any_of_is_the_most() -> None:
    either = Where.any_of(Where.id.equals("1"))

    with pytest.raises(ValueError, match="one any_of"):
        query_with([either, either])
    with pytest.raises(ValueError, match="needs a condition"):
        Where.any_of()


def test_orders_are_written_with_their_direction() -> None:
    assert (Where.created_at.ascending(), Where.last_message_at.descending()) == (
        "created_at.asc",
        "last_message_at.desc",
    )
