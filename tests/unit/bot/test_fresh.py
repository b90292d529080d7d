import asyncio

import pytest

from bot.fresh import Fresh


class Source:
    """Counts who asks, and answers when told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.open = asyncio.Event()
        self.fails = False

    async def look_up(self, key: str) -> str:
        self.asked.append(key)
        await self.open.wait()
        if self.fails:
            raise LookupError(key)
        return f"{key}{len(self.asked)}"


async def test_many_who_want_the_same_at_once_are_one_look_up() -> None:
    source = Source()
    fresh = Fresh(source.look_up, 10)
    wanted = [asyncio.ensure_future(fresh.get(key)) for key in ("a", "a", "b", "a")]
    wanted.append(asyncio.ensure_future(fresh.get("a")))
    await asyncio.sleep(0)
    source.open.set()

    assert await asyncio.gather(*wanted) == ["a1", "a1", "b2", "a1", "a1"]
    assert source.asked == ["a", "b"]


async def test_an_answer_is_believed_for_a_while_and_then_asked_for_again() -> None:
    source, now = Source(), [100.0]
    source.open.set()
    fresh = Fresh(source.look_up, 10, clock=lambda: now[0])

    first = await fresh.get("a")
    now[0] += 9.9
    still = await fresh.get("a")
    now[0] += 0.2

    assert (fresh.now("a"), fresh.last("a")) == (None, "a1")
    assert (first, still, await fresh.get("a"), fresh.now("a")) == ("a1", "a1", "a2", "a2")
    fresh.forget("a")
    assert await fresh.get("a") == "a3"
    fresh.put("a", "told")
    assert (await fresh.get("a"), fresh.last("a"), fresh.last("b")) == ("told", "told", None)


async def test_a_failure_reaches_all_who_wait_and_is_not_remembered() -> None:
    source = Source()
    source.fails = True
    source.open.set()
    fresh = Fresh(source.look_up, 10)

    both = await asyncio.gather(fresh.get("a"), fresh.get("a"), return_exceptions=True)
    source.fails = False

    assert [type(one) for one in both] == [LookupError, LookupError]
    assert await fresh.get("a") == "a2"


async def test_who_gives_up_ends_the_look_up_for_no_one_else() -> None:
    source = Source()
    fresh = Fresh(source.look_up, 10)
    impatient, patient = (asyncio.ensure_future(fresh.get("a")) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    source.open.set()

    assert await patient == "a1"


async def test_the_oldest_answer_makes_room() -> None:
    source = Source()
    source.open.set()
    fresh = Fresh(source.look_up, 10, kept=2)
    for key in ("a", "b", "c"):
        await fresh.get(key)

    assert (fresh.last("a"), fresh.last("b"), fresh.last("c")) == (None, "b2", "c3")


async def test_an_old_answer_is_used_at_once_and_asked_for_anew_beside_while_that_is_allowed() -> None:
    source, now = Source(), [100.0]
    source.open.set()
    fresh = Fresh(source.look_up, 10, usable=lambda: 60, clock=lambda: now[0])
    await fresh.get("a")
    now[0] += 59
    source.open.clear()

    at_once = [await fresh.get("a"), await fresh.get("a")]
    now[0] += 1
    waits = asyncio.ensure_future(fresh.get("a"))
    await asyncio.sleep(0)
    still = waits.done()
    source.open.set()

    assert (at_once, still, await waits) == (["a1", "a1"], False, "a2")
    assert (await fresh.get("a"), source.asked) == ("a2", ["a", "a"])


async def test_what_was_asked_for_before_something_was_told_does_not_replace_it() -> None:
    source = Source()
    fresh = Fresh(source.look_up, 10)
    told, forgotten, cleared = (asyncio.ensure_future(fresh.get(key)) for key in ("a", "b", "c"))
    await asyncio.sleep(0)
    fresh.put("a", "told")
    fresh.forget("b")
    source.open.set()
    await asyncio.gather(told, forgotten)
    known = fresh.last("a"), fresh.last("b")
    fresh.clear()
    await cleared

    assert (known, fresh.last("a")) == (("told", None), None)
