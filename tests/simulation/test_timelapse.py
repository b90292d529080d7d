"""The simulated time itself: hours pass at once, in their order, and what really takes time is waited for."""

import asyncio
import time

from tests.simulation.timelapse import live, now


def test_hours_pass_at_once_and_everyone_wakes_in_their_order() -> None:
    async def story() -> tuple[float, list[int]]:
        woken: list[int] = []

        async def sleeper(hours: int) -> None:
            await asyncio.sleep(hours * 3_600)
            woken.append(hours)

        begun = now().time()
        await asyncio.gather(*(sleeper(hours) for hours in (3, 1, 24, 2)))
        return now().time() - begun, woken

    begun = time.monotonic()
    passed, woken = live(story())

    assert woken == [1, 2, 3, 24]
    assert 24 * 3_600 <= passed < 24 * 3_600 + 60
    assert time.monotonic() - begun < 60


def test_what_a_thread_does_is_waited_for_before_time_goes_on() -> None:
    async def story() -> tuple[str, bool]:
        asleep = asyncio.create_task(asyncio.sleep(3_600))
        async with asyncio.timeout(60):
            said = await asyncio.to_thread(lambda: str(sum(range(200_000))))
        return said, asleep.done()

    assert live(story()) == ("19999900000", False)


def test_a_timeout_ends_what_never_ends() -> None:
    async def story() -> bool:
        try:
            async with asyncio.timeout(6 * 3_600):
                await asyncio.Event().wait()
        except TimeoutError:
            return True
        return False

    assert live(story())
