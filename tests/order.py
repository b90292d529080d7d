"""In which order tests run, so that no process of pytest-xdist is left alone with journeys at the end."""

from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest

JOURNEYS = Path(__file__).parent / "journeys"
SECONDS = {
    "asked_back": 20, "break_off": 20, "call_search": 20, "call_summaries": 5, "calls": 10, "clusters": 5, "command_line": 15,
    "deed_table": 40, "deeds": 10, "disk_full": 25, "failures": 90, "feedback": 25, "file_summaries": 5, "finding": 10, "home": 25,
    "interruptions": 45, "job_lateness": 10, "kill_matrix": 10, "kill_points": 15, "ladder": 20, "long_calls": 30, "missed": 65,
    "outages": 40, "page": 80, "page_calls": 20, "page_finetune": 15, "page_first_minutes": 65, "page_groups": 10, "page_home": 35,
    "page_verbs": 20, "question_files": 20, "rate_limits": 20, "recovery": 65, "replicas": 70, "socket": 25, "transcription": 20,
    "upgrade": 25, "verbs": 35, "what_people_write": 30,
}  # fmt: skip
"""About how long the journeys of a file take where others run beside them. Only their proportions matter, and nothing fails when they are off."""
SECONDS_OF_ONE = 2
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
