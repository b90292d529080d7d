"""Work runs once at a time: a second run waits for a first one that lives, but not for ever."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from bot.workflows.running import Running

WORK = "turn:1"


class Runs:
    """Runs of one piece of work, and what each of them did."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.said: list[str] = []
        self.go_on = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []

    async def begin(self, name: str, *, stubborn: bool = False) -> asyncio.Task[None]:
        """Start a run, and let it come as far as it can."""
        task = asyncio.create_task(self._run(name, stubborn=stubborn))
        self.tasks.append(task)
        for _ in range(5):
            await asyncio.sleep(0)
        return task

    async def _run(self, name: str, *, stubborn: bool) -> None:
        async with self.running.alone(WORK, breakable=False):
            self.said.append(f"{name} begins")
            while not self.go_on.is_set():
                try:
                    await self.go_on.wait()
                except asyncio.CancelledError:
                    self.said.append(f"{name} is broken off")
                    if not stubborn:
                        raise
            self.said.append(f"{name} ends")

    async def end(self) -> None:
        self.go_on.set()
        await asyncio.gather(*self.tasks, return_exceptions=True)


@pytest.fixture
async def patient() -> AsyncIterator[Runs]:
    runs = Runs(Running())
    yield runs
    await runs.end()


@pytest.fixture
async def hasty() -> AsyncIterator[Runs]:
    """A second run waits for no time at all."""
    runs = Runs(Running(longest=0, break_off=0.01))
    yield runs
    await runs.end()


async def test_a_second_run_begins_when_the_first_has_ended(patient: Runs) -> None:
    await patient.begin("first")
    await patient.begin("second")
    before = list(patient.said)
    await patient.end()

    assert before == ["first begins"]
    assert patient.said == ["first begins", "first ends", "second begins", "second ends"]


async def test_a_first_run_that_never_ends_is_broken_off_and_the_second_does_the_work(hasty: Runs) -> None:
    with capture_logs() as logs:
        first = await hasty.begin("first")
        second = await hasty.begin("second")
        await asyncio.wait({first})
        hasty.go_on.set()
        await second

    assert first.cancelled()
    assert hasty.said == ["first begins", "first is broken off", "second begins", "second ends"]
    assert [entry["event"] for entry in logs] == ["first_run_broken_off"]


async def test_a_second_run_never_goes_on_beside_a_first_one_that_cannot_be_broken_off(hasty: Runs) -> None:
    with capture_logs() as logs:
        await hasty.begin("first", stubborn=True)
        second = await hasty.begin("second")
        await asyncio.wait({second})

    assert second.cancelled()
    assert hasty.said == ["first begins", "first is broken off"]
    assert [entry["event"] for entry in logs] == ["first_run_broken_off", "first_run_does_not_end"]


async def test_a_run_that_died_without_a_word_holds_up_no_one(patient: Runs) -> None:
    kept = patient.running.alone(WORK, breakable=False)  # so that nothing is tidied up behind it

    async def die() -> None:
        await kept.__aenter__()

    await asyncio.create_task(die())
    left = list(patient.running.ids)
    async with asyncio.timeout(20):
        await patient.begin("second")
        await patient.end()

    assert left == [WORK]
    assert patient.said == ["second begins", "second ends"]


async def test_what_a_process_leaves_is_broken_off_once_its_time_is_up(patient: Runs) -> None:
    first = await patient.begin("first")

    await patient.running.end(0)

    assert first.cancelled()
    assert patient.said == ["first begins", "first is broken off"]
    assert list(patient.running.ids) == []
