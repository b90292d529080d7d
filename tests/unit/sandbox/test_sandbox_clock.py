from datetime import UTC, datetime, timedelta

import pytest

from sandbox.clock import SandboxClock
from sandbox.telnyx.stages import Lifecycle

START = datetime(2026, 1, 1, tzinfo=UTC)


def test_time_runs_as_fast_as_it_is_told_and_keeps_what_has_passed() -> None:
    real = [0.0]
    clock = SandboxClock(START, monotonic=lambda: real[0])

    real[0] = 10
    clock.set_scale(60)
    real[0] = 11
    clock.advance(5)

    assert clock.now() == START + timedelta(seconds=10 + 60 + 5)


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="scale"):
        SandboxClock().set_scale(-1)
    with pytest.raises(ValueError, match="advance"):
        SandboxClock().advance(-1)


def test_a_lifecycle_ends_at_its_time_or_when_it_is_halted() -> None:
    course = Lifecycle(START, (("queued", 0), ("running", 5), ("done", 9)), frozenset({"done", "stopped"}))
    late = START + timedelta(seconds=20)

    assert [course.status(START + timedelta(seconds=s)) for s in (0, 4.9, 5, 9, 99)] == [
        "queued",
        "queued",
        "running",
        "done",
        "done",
    ]
    assert course.finished_at(late) == START + timedelta(seconds=9)
    assert course.finished_at(START) is None
    course.halt("stopped", late)
    assert (course.status(late), course.finished_at(late)) == ("stopped", late)
