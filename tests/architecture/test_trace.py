"""A question is traced through the running bot: it goes the way that docs/architecture.md tells, and enters no room more than twice."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from scripts import trace
from scripts.trace import Passage

pytestmark = pytest.mark.slow  # it starts the bot

MOST = 2
"""Down, and up by what was passed down; or from two rooms that both need it."""
HOOKS = {
    "on_open": "what opens a reply tells at once that it stands, so that a crash leaves none behind",
    "read_options": "how options are typed is known where lines are read",
}
"""What leads up, and why it was passed down."""


@pytest.fixture(scope="module")
def passages() -> list[Passage]:
    """In a process of its own: the bot takes signals, the engine, and the garbage collector for itself."""
    command = [sys.executable, "-m", "scripts.trace", "-"]
    done = subprocess.run(command, cwd=trace.ROOT, stdout=subprocess.PIPE, timeout=60, check=True)
    return [Passage(tuple(rooms), door, waits) for rooms, door, waits in json.loads(done.stdout)]


def test_the_page_shows_the_way_of_a_question(passages: list[Passage]) -> None:
    text = trace.PAGE.read_text(encoding="utf-8")

    assert trace.BEGIN in text
    assert trace.page(text, passages) == text, "run `make docs`"


def test_every_room_of_a_question_is_entered(passages: list[Passage]) -> None:
    assert trace.entered(passages).keys() | {"inbound", "render"} == trace.ROOMS.keys()
    assert "render" in {one.rooms[-1] for one in passages}  # where nothing waits


def test_no_room_is_entered_from_more_than_two_others(passages: list[Passage]) -> None:
    assert {room: by for room, by in trace.entered(passages).items() if len(by) > MOST} == {}


def test_no_way_leads_through_a_room_more_than_twice(passages: list[Passage]) -> None:
    assert [one for one in passages if max(Counter(one.rooms).values()) > MOST] == []


def test_up_lead_only_hooks_that_were_passed_down(passages: list[Passage]) -> None:
    assert {one.door for one in passages if one.up} == HOOKS.keys()


def test_a_third_way_into_a_room_is_seen() -> None:
    more = [
        Passage(("inbound", room, "store"), "Turns.get", waits=True)
        for room in ("handlers", "services", "render")
    ]

    assert trace.entered(more) == {"store": {"handlers", "services", "render"}}


def test_what_only_computes_is_no_door_unless_it_leads_up() -> None:
    words = Passage(("workflows", "render"), "final", waits=False)
    options = Passage(("handlers", "workflows", "handlers"), "read_options", waits=False)

    assert trace.entered([words, options]) == {"handlers": {"workflows"}}
    assert "| `workflows` | ↑ `handlers` | `read_options` |" in trace.table([words, options])


def test_each_room_is_a_folder() -> None:
    assert [folder for folder in trace.ROOMS.values() if not (trace.ROOT / Path(folder)).is_dir()] == []
    assert [joint for joint in trace.JOINTS if not (trace.ROOT / joint).is_file()] == []
