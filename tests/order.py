"""In which order tests run, so that no process of pytest-xdist is left alone with journeys at the end."""

from itertools import groupby
from pathlib import Path

import pytest

JOURNEYS = Path(__file__).parent / "journeys"
OWN_PROCESSES = {"own_bot", "either_bot", "replica", "own_replica", "start", "run"}
"""Fixtures with which a test starts programs of its own."""


def shared(items: list[pytest.Item], processes: int) -> list[pytest.Item]:
    """Return the tests with the journeys shared out by file: ``worksteal`` gives each process as many tests as any other, in this order.

    Each begins with its files of journeys, whole, for a file has a bot of its own. Quick tests come last, for an idle process to take.
    """
    files = [list(tests) for _, tests in groupby(items, key=lambda item: item.path)]
    journeys = [tests for tests in files if tests[0].path.is_relative_to(JOURNEYS)]
    quick = [item for tests in files if tests not in journeys for item in tests]
    shares: list[list[pytest.Item]] = [[] for _ in range(processes)]
    for tests in sorted(journeys, key=_weight, reverse=True):
        min(shares, key=_weight).extend(tests)
    ordered: list[pytest.Item] = []
    for number, share in enumerate(shares):
        until = len(items) * (number + 1) // processes
        room = max(0, until - len(ordered) - len(share))
        ordered += [*share, *quick[:room]]
        quick = quick[room:]
    return ordered + quick


def _weight(tests: list[pytest.Item]) -> int:
    """Return about how long these take, compared to others."""
    return sum(8 if OWN_PROCESSES & set(getattr(item, "fixturenames", ())) else 2 for item in tests)
