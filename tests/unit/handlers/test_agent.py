"""The stop button, as Slack tells of it."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.workflows.acceptance import NotDurableInTimeError
from handlers.agent import Agent

PRESSED = {
    "type": "agent_session_stopped",
    "channel": "C0SUPPORT",
    "thread_ts": "1.0",
    "user": "U0MIA",
    "event_ts": "1700000000.000100",
}


class Work:
    """What is told of a stop."""

    def __init__(self, *, late: bool = False) -> None:
        self.late = late
        self.stops: list[tuple[Any, ...]] = []
        self.went_on = 0

    async def stop(self, *stop: Any) -> None:
        if self.late:
            raise NotDurableInTimeError
        self.stops.append(stop)

    async def next(self) -> None:
        self.went_on += 1

    async def press(self, event: dict[str, Any]) -> int | None:
        """The status that Slack is answered with, where it isn't the usual one."""
        runtime: Any = SimpleNamespace(work=SimpleNamespace(interrupts=self))
        answer = await Agent(runtime).stop(event, self.next)
        return answer.status if answer else None


async def test_a_stop_is_written_down_with_its_thread_its_person_and_its_moment() -> None:
    work = Work()

    assert await work.press(PRESSED) is None
    assert work.stops == [("C0SUPPORT", "1.0", "U0MIA", 1_700_000_000.0001)]
    assert work.went_on == 1


async def test_a_stop_that_is_not_durable_in_time_is_delivered_again() -> None:
    work = Work(late=True)

    assert await work.press(PRESSED) == 500
    assert work.went_on == 0


@pytest.mark.parametrize("name", ["channel", "thread_ts", "user"])
@pytest.mark.parametrize("value", ["", None, "absent"])
async def test_a_stop_that_does_not_say_where_or_who_stops_nothing(name: str, value: str | None) -> None:
    work = Work()
    event = {**PRESSED, name: value} if value != "absent" else {n: v for n, v in PRESSED.items() if n != name}

    assert await work.press(event) is None
    assert (work.stops, work.went_on) == ([], 1)


@pytest.mark.parametrize("moment", [None, "", "soon", "nan", "inf", {}])
async def test_a_stop_without_a_moment_counts_as_now(moment: Any) -> None:
    work = Work()

    await work.press({**PRESSED, "event_ts": moment})

    assert work.stops == [("C0SUPPORT", "1.0", "U0MIA", 0.0)]
