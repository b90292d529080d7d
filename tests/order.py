"""In which order tests run, so that no process of pytest-xdist is left alone with journeys at the end."""

from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest

JOURNEYS = Path(__file__).parent / "journeys"
SECONDS = {
    "answers": 15, "break_off": 25, "calls": 8, "command_line": 40, "deed_table": 20, "deeds": 15, "disk_full": 30, "endings": 30,
    "failures": 50, "failures_of_a_workspace": 20, "http_mode": 15, "interruptions": 50, "jobs": 35, "kill_matrix": 15,
    "kill_points": 20, "missed": 65, "outages": 40, "own_documents": 25, "page": 90, "page_first_minutes": 25, "page_forms": 35,
    "rate_limits": 20, "recovery": 60, "replicas": 70, "sandbox_house": 30, "shortcut": 8, "socket": 55, "upgrade": 20, "verbs": 25,
    "what_people_write": 15,
}  # fmt: skip
"""About how long the journeys of a file take where others run beside them. Only their proportions matter, and nothing fails when they are off."""
SECONDS_OF_ONE = 4
"""Of a journey whose file is not above."""


def shared(items: list[pytest.Item], processes: int) -> list[pytest.Item]:
    """Return the tests with the journeys shared out by file: ``worksteal`` gives each process as many tests as any other, in this order.

    Each begins with its files of journeys, whole, for a file has a bot of its own. Quick tests come last, for an idle process to take.
    """
    files = [list(tests) for _, tests in groupby(items, key=lambda item: item.path)]
    journeys = [tests for tests in files if tests[0].path.is_relative_to(JOURNEYS)]
    quick = [item for tests in files if tests not in journeys for item in tests]
    shares: list[list[pytest.Item]] = [[] for _ in range(processes)]
    for tests in sorted(journeys, key=_seconds, reverse=True):
        min(shares, key=_seconds).extend(tests)
    ordered: list[pytest.Item] = []
    for number, share in enumerate(shares):
        until = len(items) * (number + 1) // processes
        room = max(0, until - len(ordered) - len(share))
        ordered += [*share, *quick[:room]]
        quick = quick[room:]
    return ordered + quick


def _seconds(tests: list[pytest.Item]) -> float:
    """Return about how long the journeys of one file, or of several, take."""
    return sum(
        SECONDS.get(path.stem.removeprefix("test_"), SECONDS_OF_ONE * count)
        for path, count in Counter(item.path for item in tests).items()
    )
