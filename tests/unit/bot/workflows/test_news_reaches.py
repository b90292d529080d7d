"""Job news that a reader would miss: whose card is shared, who is noted late, what gave up, and what an older release left."""

import asyncio
import hashlib
from dataclasses import replace

import pytest

from bot.services.access import EVERYTHING, NONE
from bot.store.database import Database
from bot.store.jobs import Sighting, Transition
from bot.workflows.job_cards import Press
from bot.workflows.job_pictures import CardOf
from tests.unit.bot.slack.conftest import SlackHouse, slack
from tests.unit.bot.workflows.news_house import CHANNEL, HER, MIA, NewsHouse, OddError, notice, sighting

__all__ = ["slack"]  # a fixture


@pytest.fixture
async def house(slack: SlackHouse, database: Database) -> NewsHouse:
    """Telnyx was looked at before, so that all that comes is news."""
    made = NewsHouse(slack, database)
    await made.see()
    return made


async def tick(house: NewsHouse, *seen: Sighting) -> None:
    """A look, and all its news wherever they are told."""
    for change in await house.see(*seen):
        for target in await house.targets.of(change):
            await house.tell([change], target.id, only=target.only)


async def until_card(house: NewsHouse, words: str) -> None:
    """Wait until a card says this."""

    async def look() -> list[dict[str, str]]:
        return [{"said": "\n".join((await house.screen())[0])}]

    await house.slack.mia.wait_in(look, lambda seen: words in seen["said"])


async def test_a_card_of_jobs_that_began_together_is_true_also_for_who_started_one_of_them(
    house: NewsHouse,
) -> None:
    house.channel = None
    await house.started("a.md")
    await tick(house, sighting("a.md", "queued"), sighting("b.md", "queued"))
    await tick(house, sighting("a.md", "success"), sighting("b.md", "queued"))

    await tick(house, sighting("a.md", "success"), sighting("b.md", "success"))

    above, below = await house.screen(HER)
    assert above == [":white_check_mark: *Embedding of mydocs*: 2 of 2 succeeded"]
    assert len(below) == 1


async def test_who_is_noted_after_the_end_was_told_is_told_it_too(house: NewsHouse) -> None:
    await tick(house, sighting("a.md", "processing"))
    await tick(house, sighting("a.md", "success"))
    await house.started("a.md")

    await tick(house, sighting("a.md", "success"))

    assert (await house.screen(HER))[0] == [":white_check_mark: *Embedding of mydocs*: succeeded"]
    above, below = await house.screen()
    assert (len(above), len(below)) == (1, 1)


async def test_a_notice_that_gave_up_holds_up_no_later_one(house: NewsHouse) -> None:
    await house.slack.fault("chat.postMessage", "error", error="invalid_arguments", count=1000)
    await tick(house, sighting("a.md", "queued"))
    house.slack.standin.workspace.faults.clear()

    async with asyncio.timeout(5):
        await tick(house, sighting("a.md", "success"))

    assert (await house.screen())[0] == [":white_check_mark: *Embedding of mydocs*: succeeded"]


async def test_a_later_change_that_an_older_release_left_is_told_on_the_card_of_its_burst(
    house: NewsHouse,
) -> None:
    await tick(house, sighting("a.md", "queued"), sighting("b.md", "queued"))
    changes = await house.see(sighting("a.md", "queued"), sighting("b.md", "failure", file="b.md"))

    for change in changes:  # only first changes named their burst
        data, work_id = notice(change)
        await house.news.tell(data | {"card": None, "burst": change.job}, work_id)

    above, below = await house.screen()
    assert above == [":hourglass_flowing_sand: *Embedding of mydocs*: 0 of 2 succeeded, 1 failed, 1 to go"]
    assert len(below) == 1


async def test_a_notice_whose_readers_may_see_no_job_anymore_leaves_its_claim_to_a_card_to_the_next(
    house: NewsHouse,
) -> None:
    call = Sighting("call", "call-1", "call-1", "ended", {"assistant": "assistant-1"}, finished=True)
    (change,) = await house.see(call)
    data, work_id = notice(change)
    of = CardOf("call", "call-1", CHANNEL)
    holder = hashlib.sha256(work_id.encode()).hexdigest()[:30]
    await house.messages.expect(of.key, CHANNEL, kind="card", holder=holder)
    house.audiences[CHANNEL] = replace(EVERYTHING, calls=NONE)
    unseen = await house.news.tell(data, work_id)
    del house.audiences[CHANNEL]

    async with asyncio.timeout(5):
        later = await house.news.tell(data, "a later notice")

    assert (unseen, later != "") == ("", True)


async def test_a_snooze_whose_card_cannot_be_drawn_ends_the_others_all_the_same(house: NewsHouse) -> None:
    for name in ("a.md", "b.md"):
        await tick(house, sighting("a.md", "queued"), sighting("b.md", "queued", bucket="other"))
        await house.cards.snooze(await house.job(name), Press("U0BEN", CHANNEL, ""))
        house.clock.now += 1
    house.clock.now += 3_600
    house.odd = "a.md"

    await house.cards.end_snoozes()

    assert [mark.card for mark in await house.marks.over(house.clock.now)] == ["a.md"]


async def test_a_notice_that_breaks_leaves_its_claim_to_a_card_to_the_next(house: NewsHouse) -> None:
    house.odd = "a.md"
    changes = await house.see(sighting("a.md", "queued"))
    with pytest.raises(OddError):
        await house.tell(changes)
    house.odd = ""

    async with asyncio.timeout(5):
        await tick(house, sighting("a.md", "success"))

    assert (await house.screen())[0] == [":white_check_mark: *Embedding of mydocs*: succeeded"]


async def test_a_notice_that_fails_for_a_reason_of_its_own_holds_up_no_other_of_its_channel(
    house: NewsHouse,
) -> None:
    first, second = await house.see(
        sighting("a.md", "success", bucket="one"), sighting("b.md", "success", bucket="two")
    )
    house.unknown = {first.job: 1_000, second.job: 1}
    stuck = asyncio.create_task(house.tell([first]))
    await house.until_tried(first.job, 3)

    async with asyncio.timeout(5):
        await house.tell([second])
    before, held = (await house.screen())[0], not stuck.done()
    house.unknown.clear()
    await stuck

    assert (before, held) == ([":white_check_mark: *Embedding of two*: succeeded"], True)
    assert len((await house.screen())[0]) == 2


async def test_which_files_failed_is_asked_only_for_a_line_that_is_told_now(house: NewsHouse) -> None:
    await tick(house, sighting("a.md", "queued"))
    await house.cards.mute(await house.job("a.md"), Press("U0BEN", CHANNEL, ""))
    await tick(house, sighting("a.md", "failure", file="a.md"))
    muted = list(house.asked)
    await tick(house, sighting("b.md", "queued", bucket="other"))
    await house.cards.snooze(await house.job("b.md"), Press("U0BEN", CHANNEL, ""))
    changes = await house.see(sighting("b.md", "failure", bucket="other", file="b.md"))
    telling = asyncio.create_task(house.tell(changes))
    await until_card(house, "*Embedding of other*: failed")
    await house.cards.wake(await house.job("b.md"), Press("U0BEN", CHANNEL, ""))
    await telling

    assert (muted, house.asked) == ([], ["b.md"])


async def woken(house: NewsHouse, telling: asyncio.Task[None], changes: list[Transition]) -> list[str]:
    """Someone wakes the card an hour later, and what waited is told; the lines below it."""
    house.clock.now += 3_600
    await house.cards.wake(await house.job("a.md"), Press("U0BEN", CHANNEL, ""))
    await telling
    await house.tell(changes)
    return (await house.screen())[1]


async def test_what_waited_because_it_was_snoozed_says_so_and_is_not_sorry(house: NewsHouse) -> None:
    await tick(house, sighting("a.md", "queued"))
    await house.cards.snooze(await house.job("a.md"), Press("U0BEN", CHANNEL, ""))
    changes = await house.see(sighting("a.md", "processing"))
    telling = asyncio.create_task(house.tell(changes))
    await until_card(house, "processing")
    changes = await house.see(sighting("a.md", "success"))
    house.news.stir(notice(changes[-1], CHANNEL)[0])  # as its notice does when it's begun
    await until_card(house, "succeeded")

    lines = await woken(house, telling, changes)

    assert [("News of it was snoozed." in line, "Sorry" in line) for line in lines] == [(True, False)] * 2


@pytest.mark.parametrize(
    ("status", "lines"), [("success", ["c.md", "succeeded"]), ("failure", ["1 failed", "2 of 3 succeeded"])]
)
async def test_what_is_found_after_the_end_of_all_is_told_by_itself_unless_it_went_wrong(
    house: NewsHouse, status: str, lines: list[str]
) -> None:
    both = [sighting(name, "success", file=name) for name in ("a.md", "b.md")]
    await tick(house, *(sighting(name, "queued", file=name) for name in ("a.md", "b.md")))
    await tick(house, *both)
    before = (await house.screen())[1]

    changes = await house.see(*both, sighting("c.md", status, file="c.md"))
    for _ in range(2):  # also where a process ends before it notes that it's told
        await house.tell(changes)

    after = (await house.screen())[1]
    ends = ["of 2 succeeded" in line or "of 3 succeeded" in line for line in after]
    assert len(before) == 1
    assert sum(ends) == (1 if status == "success" else 2)
    assert all(word in after[-1] for word in lines)


async def test_what_came_just_before_someone_woke_the_card_was_snoozed_too(house: NewsHouse) -> None:
    await tick(house, sighting("a.md", "queued"))
    await house.cards.snooze(await house.job("a.md"), Press("U0BEN", CHANNEL, ""))
    telling = asyncio.create_task(house.tell(await house.see(sighting("a.md", "processing"))))
    await until_card(house, "processing")
    changes = await house.see(sighting("a.md", "success"))  # no notice of it has begun

    lines = await woken(house, telling, changes)

    assert [("News of it was snoozed." in line, "Sorry" in line) for line in lines] == [(True, False)] * 2


async def test_where_others_than_members_read_no_one_is_named(house: NewsHouse) -> None:
    house.audiences[CHANNEL] = replace(EVERYTHING, member=False)
    await house.started("a.md")
    await tick(house, sighting("a.md", "queued"))
    job = await house.job("a.md")
    for press in (house.cards.on_it, house.cards.snooze):
        await press(job, Press("U0BEN", CHANNEL, ""))
    seen = await house.card()
    del house.audiences[CHANNEL]
    await house.cards.redraw("embedding", "a.md")
    named = await house.card()

    assert [word in seen for word in ("started by someone", "someone is on it", "by someone", "<@U0")] == [
        True,
        True,
        True,
        False,
    ]
    assert f"started by <@{MIA}>" in named
