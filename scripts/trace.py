"""Trace one question through the running bot, for the table in docs/architecture.md: who goes into which room, and by which door.

Run it with ``python -m scripts.trace`` (or ``make docs``); ``python -m scripts.trace -`` prints the passages and writes nothing. The bot
is the one that ``bot run`` starts, the whole of it, in this process; Slack and Telnyx are the sandbox's stand-ins beside it.
"""

import asyncio
import dis
import inspect
import json
import sys
from collections.abc import Coroutine, Generator, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, TypeVar

from scripts.one_question import answered

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- traced by make docs -->\n", "<!-- end -->"
ROOMS = {
    "inbound": "bot/inbound/",
    "handlers": "handlers/",
    "workflows": "bot/workflows/",
    "store": "bot/store/",
    "services": "bot/services/",
    "telnyx": "bot/telnyx/",
    "slack/reading": "bot/slack/reading/",
    "slack/writing": "bot/slack/writing/",
    "slack": "bot/slack/",
    "render": "bot/render/",
}
"""A room and its folder, from the way in on. Of a folder in another one counts the inner one."""
JOINTS = frozenset({"bot/slack/workspace.py"})
"""What only hands out the parts of a room, as bot/app does for all of them. What lies in ``bot/`` itself is in no room either."""
DOOR = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
"""What is awaited. A function that only computes is a piece of furniture, wherever it stands."""
TAKEN_IN = "SocketMode._accept"
"""Here the question comes in, with the first of the two events that Slack sends of a mention. What this begins belongs to it."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A way from the door of the house to a room, as the rooms on it, and the function by which the last one was entered."""

    rooms: tuple[str, ...]
    door: str
    waits: bool
    """Is it awaited, or does it begin what goes on? Only such a function is a door."""

    @property
    def wall(self) -> tuple[str, str]:
        """Return the last two rooms."""
        return self.rooms[-2], self.rooms[-1]

    @property
    def up(self) -> bool:
        """Return whether the way leads back into a room it has come through, by what was passed down from there."""
        return self.rooms[-1] in self.rooms[:-1]


Way = tuple[tuple[str, CodeType], ...]
"""The rooms one has come through, each with the function it was entered by."""


@dataclass(slots=True)
class Work:
    """A task of the question: how one came to begin it, where in the question's story it stands, and how far it is."""

    way: Way
    place: tuple[int, ...]
    steps: int = 0

    def next_place(self) -> tuple[int, ...]:
        """Return the place of what happens now. What a task begins is told where it begins it, so no clock decides the order."""
        self.steps += 1
        return (*self.place, self.steps)


@dataclass(slots=True)
class Trace:
    """Listens to calls on this thread, and to who begins which task."""

    _places: dict[Passage, tuple[int, ...]] = field(default_factory=dict)
    _works: dict[asyncio.Task[Any], Work] = field(default_factory=dict)

    @property
    def passages(self) -> list[Passage]:
        """Return each way once, in the order of the first time."""
        return sorted(self._places, key=lambda passage: self._places[passage])

    def called(self, frame: FrameType, event: str, _: object) -> None:
        """Note a call that enters a room; for ``sys.setprofile``. A frame that goes on after an ``await`` enters nothing."""
        code = frame.f_code
        if event != "call" or room_of(code) is None or frame.f_lasti > _start(code):
            return
        task = _task()
        if task is not None and not self._works and code.co_qualname == TAKEN_IN:
            self._works[task] = Work((), ())
        work = self._works.get(task) if task else None
        if work is not None:
            way = _way(frame, work)
            if way[-1][1] is code:
                self._note(way, work.next_place(), waits=bool(code.co_flags & DOOR))

    def begun(
        self,
        loop: asyncio.AbstractEventLoop,
        work: Coroutine[Any, Any, T] | Generator[Any, None, T],
        **named: Any,
    ) -> "asyncio.Task[T]":
        """Begin a task, which belongs to the question if its beginner does; for ``loop.set_task_factory``."""
        beginner, frame = _task(), inspect.currentframe()
        task = asyncio.Task(work, loop=loop, **named)
        if frame is not None and beginner in self._works:
            outer = self._works[beginner]
            way, place = _way(frame, outer), outer.next_place()
            self._works[task] = Work(way, place)
            self._note(way, place, waits=True)
        return task

    def _note(self, way: Way, place: tuple[int, ...], *, waits: bool) -> None:
        if len(way) > 1:
            door = way[-1][1].co_qualname.rpartition("<locals>.")[2]
            passage = Passage(tuple(room for room, _ in way), door, waits)
            self._places[passage] = min(place, self._places.get(passage, place))


def _way(frame: FrameType, work: Work) -> Way:
    """Return the way to a frame: the one to its task, and what lies between."""
    inner: list[tuple[str, CodeType]] = []
    here: FrameType | None = frame
    while here is not None:
        room = room_of(here.f_code)
        if room and inner and inner[-1][0] == room:
            inner[-1] = (room, here.f_code)
        elif room:
            inner.append((room, here.f_code))
        here = here.f_back
    way = [*work.way]
    for room, code in reversed(inner):
        if not way or way[-1][0] != room:
            way.append((room, code))
    return tuple(way)


@cache
def room_of(code: CodeType) -> str | None:
    """Return the room a function stands in, if it stands in one."""
    path = Path(code.co_filename)
    inside = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else ""
    if inside in JOINTS:
        return None
    return next((room for room, folder in ROOMS.items() if inside.startswith(folder)), None)


@cache
def _start(code: CodeType) -> int:
    """Return where the bytecode of a function begins; a coroutine that goes on is called farther on."""
    return next(i.offset for i in dis.get_instructions(code) if i.opname == "RESUME" and i.arg == 0)


def _task() -> "asyncio.Task[Any] | None":
    try:
        return asyncio.current_task()
    except RuntimeError:  # the loop is not running yet, or no longer
        return None


async def traced() -> list[Passage]:
    """Ask one question, and return the passages."""
    trace = Trace()
    asyncio.get_running_loop().set_task_factory(trace.begun)
    sys.setprofile(trace.called)
    try:
        await answered()
    finally:
        sys.setprofile(None)
    return trace.passages


def doors(passages: Iterable[Passage]) -> dict[tuple[str, str], list[Passage]]:
    """Return the walls in the order of the rooms, and in each its doors and the ways up, in the order of their first use."""
    found: dict[tuple[str, str], dict[str, Passage]] = {}
    for passage in passages:
        if passage.waits or passage.up:
            found.setdefault(passage.wall, {}).setdefault(passage.door, passage)
    order = list(ROOMS).index
    walls = sorted(found, key=lambda wall: (order(wall[0]), order(wall[1])))
    return {wall: list(found[wall].values()) for wall in walls}


def entered(passages: Iterable[Passage]) -> dict[str, set[str]]:
    """Return from which rooms each room is entered."""
    found: dict[str, set[str]] = {}
    for outer, inner in doors(passages):
        found.setdefault(inner, set()).add(outer)
    return found


def table(passages: Iterable[Passage]) -> str:
    """Return the table of the page."""
    rows = [
        f"| `{outer}` | {'↑ ' if all(one.up for one in found) else ''}`{inner}` | {', '.join(f'`{one.door}`' for one in found)} |"
        for (outer, inner), found in doors(passages).items()
    ]
    return "\n".join(["| from | into | doors |", "| --- | --- | --- |", *rows])


def page(text: str, passages: Iterable[Passage]) -> str:
    """Return the page with its table as it should be."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{table(passages)}\n{END}{after}"


def main() -> None:
    """Write the page, or print the passages."""
    passages = asyncio.run(traced())
    if sys.argv[1:] == ["-"]:
        sys.stdout.write(json.dumps([[one.rooms, one.door, one.waits] for one in passages]))
    else:
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), passages), encoding="utf-8")


if __name__ == "__main__":
    main()
