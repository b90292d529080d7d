"""Times as people type them are written out once, and then mean the same."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.render.times import beginning, ending, seconds_of

NOW = datetime.now(UTC)


@pytest.mark.parametrize(
    ("typed", "away"),
    [
        ("12h", timedelta(hours=12)),
        ("7d", timedelta(days=7)),
        ("2 Weeks", timedelta(weeks=2)),
        ("7days", timedelta(days=7)),
    ],
)
def test_a_span_is_counted_from_now(typed: str, away: timedelta) -> None:
    now = datetime.now(UTC).timestamp()

    until, since = seconds_of(ending(typed)), seconds_of(beginning(typed))

    assert until is not None
    assert since is not None
    assert until - now == pytest.approx(away.total_seconds(), abs=60)
    assert now - since == pytest.approx(away.total_seconds(), abs=60)


def test_a_day_counts_to_its_end_or_from_its_beginning() -> None:
    assert ending("2999-12-31") == "3000-01-01T00:00:00+00:00"
    assert beginning("2020-12-31") == "2020-12-31T00:00:00+00:00"


def test_today_has_not_passed() -> None:
    assert ending(NOW.date().isoformat())


@pytest.mark.parametrize("typed", ["2020-01-01", "0d"])
def test_what_has_passed_is_no_end(typed: str) -> None:
    with pytest.raises(ValueError, match="in the past"):
        ending(typed)


def test_what_was_written_out_stays_as_it_is_even_when_it_has_passed() -> None:
    written = "2020-01-01T10:00:00+02:00"

    assert ending(written) == beginning(written) == written


@pytest.mark.parametrize(
    "typed", ["", "soon", "7", "-7d", "99999d", "31.12.2026", "2026-13-01", "9999-12-31"]
)
@pytest.mark.parametrize("read", [ending, beginning])
def test_the_rest_is_answered_with_what_can_be_typed(typed: str, read: object) -> None:
    if typed == "9999-12-31" and read is beginning:
        return
    with pytest.raises(ValueError, match="2026-12-31, or 12h, 7d, or 2w"):
        read(typed)  # type: ignore[operator] # one of both


def test_no_time_is_none() -> None:
    assert seconds_of(None) is None
