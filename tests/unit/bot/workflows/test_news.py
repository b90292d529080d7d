"""Job news before the stand-in Slack: the card first, each change once, and nothing lost while Slack can't show it."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.services.access import EVERYTHING, NONE, Some
from bot.store.database import Database
from bot.store.job_marks import Mark, What
from bot.store.jobs import Sighting
from bot.workflows.job_cards import Press
from bot.workflows.job_pictures import CardOf
from bot.workflows.news import LATE_SECONDS, NEWS_SECONDS
from tests.unit.bot.slack.conftest import SlackHouse, slack
from tests.unit.bot.workflows.news_house import BEGAN, CHANNEL, HER, MIA, NewsHouse, notice, sighting

__all__ = ["slack"]  # a fixture

NAMES = ["a.md", "b.md", "c.md", "<script>.md", "100% `sure`.txt", "\u202etxt.exe", "<!channel>.md"]
BAD = NAMES[3:]
OTHER = "C0GENERAL"


@pytest.fixture
async def house(slack: SlackHouse, database: Database) -> NewsHouse:
    """Telnyx was looked at before, so that all that comes is news."""
    made = NewsHouse(slack, database)
    await made.see()
    return made


def ending(name: str) -> str:
    return "failure" if name in BAD else "success"


def all_of(status: Callable[[str], str]) -> list[Sighting]:
    return [sighting(f"task-{n}", status(name), file=name) for n, name in enumerate(NAMES)]


# ------------------------------------------------------------------------------------------------ what is told
async def test_many_files_of_a_bucket_are_one_message_and_its_thread_names_what_failed_and_why(
    house: NewsHouse,
) -> None:
    for step in (lambda _: "queued", lambda _: "processing", ending):
        await house.tell(await house.see(*all_of(step)))

    above, below = await house.screen()

    assert above == [":warning: *Embedding of mydocs*: 3 of 7 succeeded, 4 failed"]
    assert len(below) == 5
    assert "3 of 7 succeeded, 4 failed" in below[-1]
    failed = below[:-1]
    assert all("not UTF-8 text" in line and "Add it again" in line for line in failed)
    for name in ("&lt;script&gt;.md", "100% ˋsureˋ.txt", "`txt.exe`", "&lt;!channel&gt;.md"):
        assert name in "\n".join(failed)
    assert await house.slack.calls("chat.update") == 2, "what moves, and the end"


async def test_the_end_of_several_is_told_with_the_last_of_them_although_a_clock_was_set_back(
    house: NewsHouse,
) -> None:
    queued, over = (
        [sighting(name, status, file=name) for name in NAMES[:2]] for status in ("queued", "success")
    )
    await house.tell(await house.see(*queued))
    await house.tell(await house.see(over[0], queued[1]))
    house.clock.now -= 600
    await house.tell(await house.see(*over))
    _, below = await house.screen()

    assert len(below) == 1
    assert "2 succeeded" in below[0]


@pytest.mark.parametrize(("jobs", "named"), [(len(NAMES), Some(frozenset({"handbook"}))), (1, NONE)])
async def test_where_not_everyone_may_know_of_a_bucket_its_jobs_are_told_without_names(
    house: NewsHouse, jobs: int, named: Some
) -> None:
    house.audiences[CHANNEL] = replace(EVERYTHING, named=named)
    for step in (lambda _: "queued", ending):
        await house.tell(await house.see(*all_of(step)[-jobs:]))

    said = str([m for m in await house.slack.mia.messages(CHANNEL) if m["user"] == "U0BOT"])
    assert "documents" in said
    assert not [name for name in ("mydocs", *NAMES) if name.removeprefix("\u202e") in said]


async def test_a_job_that_says_no_bucket_may_be_of_any_so_it_is_named_for_admins_alone(
    house: NewsHouse,
) -> None:
    house.audiences[CHANNEL] = replace(EVERYTHING, roles=frozenset())
    nameless = replace(sighting("task-1", "queued"), bucket=None, title="embed secret/plan.md")

    await house.tell(await house.see(nameless))

    said = str([m for m in await house.slack.mia.messages(CHANNEL) if m["user"] == "U0BOT"])
    assert "documents" in said
    assert "secret" not in said


@pytest.mark.parametrize(("calls", "shown"), [(NONE, 0), (Some(frozenset({"assistant-1"})), 1)])
async def test_a_call_is_told_only_where_all_readers_may_see_it(
    house: NewsHouse, calls: Some, shown: int
) -> None:
    house.audiences[CHANNEL] = replace(EVERYTHING, calls=calls)
    call = replace(sighting("call-1", "ended", bucket=None), detail={"assistant": "assistant-1"})
    other = replace(sighting("call-2", "ended", bucket=None), detail={"assistant": "assistant-2"})

    await house.tell(await house.see(call, other))

    above, below = await house.screen()
    assert (len(above), below) == (shown, [])


async def test_a_call_is_kept_while_slack_does_not_say_who_reads_the_channel(house: NewsHouse) -> None:
    house.unsure = [CHANNEL] * 3
    call = replace(sighting("call-1", "ended", bucket=None), detail={"assistant": "assistant-1"})

    await house.tell(await house.see(call))

    assert (len((await house.screen())[0]), house.unsure) == (1, [])


async def test_who_started_a_job_is_told_in_a_direct_message_and_the_channel_too(house: NewsHouse) -> None:
    await house.started("a.md")
    for status in ("processing", "success"):
        (change,) = await house.see(sighting("a.md", status))
        for target in await house.targets.of(change):
            await house.tell([change], target.id, only=target.only)

    for channel in (CHANNEL, HER):
        above, below = await house.screen(channel)
        assert above == [":white_check_mark: *Embedding of mydocs*: succeeded"]
        assert len(below) == 1
    assert await house.slack.calls("conversations.open") == 1


@pytest.mark.parametrize(
    ("channel", "began_in", "targets"),
    [
        (CHANNEL, CHANNEL, (CHANNEL,)),
        (CHANNEL, "", (CHANNEL, MIA)),
        (None, CHANNEL, (MIA,)),
        (None, None, ()),
    ],
)
async def test_a_job_is_told_in_the_channel_and_to_its_starter_elsewhere(
    slack: SlackHouse, database: Database, channel: str | None, began_in: str | None, targets: tuple[str, ...]
) -> None:
    house = NewsHouse(slack, database, channel)
    if began_in is not None:
        await house.started("a.md", channel=began_in)
    (change,) = await house.see(sighting("a.md", "queued"))

    assert tuple(target.id for target in await house.targets.of(change)) == targets


@pytest.mark.parametrize("word", ["user_not_found", "cannot_dm_bot", "user_disabled"])
async def test_news_for_someone_who_is_gone_ends(house: NewsHouse, word: str) -> None:
    (change,) = await house.see(sighting("a.md", "queued"))
    await house.slack.fault("conversations.open", "error", error=word, count=1000)
    given_up = await house.news.tell(*notice(change, MIA))
    house.audiences["U0BEN"] = None

    assert (given_up, await house.news.tell(*notice(change, "U0BEN"))) == ("", "")


async def test_a_first_change_that_already_failed_has_its_files_in_the_thread(house: NewsHouse) -> None:
    await house.tell(await house.see(sighting("a.md", "failure", file="broken.pdf")))

    above, below = await house.screen()

    assert above == [":x: *Embedding of mydocs*: failed"]
    assert "`broken.pdf`: not UTF-8 text" in below[0]


async def test_what_is_told_long_after_it_happened_is_marked_late_with_its_time(house: NewsHouse) -> None:
    early = await house.see(sighting("a.md", "processing"))
    await house.tell(early)
    ended = await house.see(sighting("a.md", "success", ended=BEGAN + 12))
    house.clock.now += LATE_SECONDS
    await house.tell(ended)
    again = await house.see(sighting("a.md", "processing"), sighting("b.md", "success", bucket="other"))
    await house.tell(again)

    below = (await house.screen())[1]

    assert [f"<!date^{BEGAN + 12:.0f}^" in line and "Sorry for the delay" in line for line in below] == [
        True,
        True,
    ]


# ------------------------------------------------------------------------------------------- snoozed and muted
async def snooze(house: NewsHouse) -> None:
    """Ben snoozes the only card of the channel."""
    await house.cards.snooze(await house.job("a.md"), Press("U0BEN", CHANNEL, ""))


async def until_card(house: NewsHouse, words: str) -> None:
    async def look() -> list[dict[str, str]]:
        return [{"said": (await house.screen())[0][0]}]

    await house.slack.mia.wait_in(look, lambda seen: words in seen["said"])


async def test_lines_of_a_snoozed_card_wait_and_come_in_order_when_it_is_woken_and_the_card_is_true_meanwhile(
    house: NewsHouse,
) -> None:
    await house.tell(await house.see(sighting("a.md", "queued")))
    await snooze(house)
    first = await house.see(sighting("a.md", "processing"))
    telling = asyncio.create_task(house.tell(first))
    await until_card(house, "processing")
    second = await house.see(sighting("a.md", "success"))
    house.news.stir(notice(second[0])[0])
    await until_card(house, "succeeded")
    before, done = (await house.screen())[1], telling.done()
    wakes = "'Wake'" in await house.card()

    await house.cards.wake(await house.job("a.md"), Press("U0MIA", CHANNEL, ""))
    await telling
    await house.tell(second)

    below = (await house.screen())[1]
    assert (before, done, wakes) == ([], False, True)
    assert ["queued → processing" in below[0], "processing → succeeded" in below[1]] == [True, True]


async def test_a_process_that_ends_while_a_card_is_snoozed_leaves_its_line_to_the_next(
    house: NewsHouse,
) -> None:
    await house.tell(await house.see(sighting("a.md", "queued")))
    await snooze(house)
    changes = await house.see(sighting("a.md", "processing"))
    telling = asyncio.create_task(house.tell(changes))
    await until_card(house, "processing")
    telling.cancel()
    await asyncio.wait({telling})
    news, cards = house.process()
    again = asyncio.create_task(house.tell(changes, news=news))
    await cards.wake(await house.job("a.md"), Press("U0MIA", CHANNEL, ""))
    await again
    await house.tell(changes)

    assert len((await house.screen())[1]) == 1


async def test_when_the_hour_is_over_its_lines_come_and_the_card_no_longer_says_snoozed(
    house: NewsHouse,
) -> None:
    await house.tell(await house.see(sighting("a.md", "queued")))
    await snooze(house)
    snoozed = "Snoozed" in await house.card()
    (change,) = await house.see(sighting("a.md", "processing"))
    house.clock.now += 3_600

    await house.tell([change])
    await house.cards.end_snoozes()

    assert snoozed
    assert "Snoozed" not in await house.card()
    assert len((await house.screen())[1]) == 1
    assert await house.marks.over(house.clock.now) == ()


async def test_a_muted_card_has_no_lines_and_stays_true(house: NewsHouse) -> None:
    await house.tell(await house.see(sighting("a.md", "queued")))
    await house.cards.mute(await house.job("a.md"), Press("U0BEN", CHANNEL, ""))
    await house.tell(await house.see(sighting("a.md", "processing")))
    muted = await house.screen()
    await house.cards.unmute(await house.job("a.md"), Press("U0BEN", CHANNEL, ""))
    await house.tell(await house.see(sighting("a.md", "success")))

    above, below = await house.screen()
    assert muted == ([":gear: *Embedding of mydocs*: processing"], [])
    assert above == [":white_check_mark: *Embedding of mydocs*: succeeded"]
    assert len(below) == 1
    assert "processing → succeeded" in below[0]


async def test_a_mark_of_another_channel_holds_nothing_back_here(house: NewsHouse) -> None:
    await house.tell(await house.see(sighting("a.md", "queued")))
    await house.marks.put(Mark("embedding", "a.md", MIA, What.MUTED, MIA, house.clock.now))

    await house.tell(await house.see(sighting("a.md", "processing")))

    assert len((await house.screen())[1]) == 1


# ------------------------------------------------------------------------------------------- once, whatever happens
async def test_a_restart_and_a_replica_repeat_nothing(house: NewsHouse) -> None:
    changes = await house.see(*all_of(ending))
    other, _ = house.process()
    halves = (house.tell(changes[::2]), house.tell(changes[1::2], news=other))

    await asyncio.gather(*halves)
    await house.tell(changes, news=house.process()[0])

    above, below = await house.screen()
    assert above == [":warning: *Embedding of mydocs*: 3 of 7 succeeded, 4 failed"]
    assert len(set(below)) == len(below) == 5


async def test_a_card_posted_by_a_process_that_died_is_found_again(house: NewsHouse) -> None:
    (change,) = await house.see(sighting("a.md", "queued"))
    await house.slack.fault("chat.postMessage", "reset_after_apply", count=1)
    telling = asyncio.create_task(house.news.tell(*notice(change)))
    await house.slack.until_called("chat.postMessage")
    telling.cancel()
    await asyncio.wait({telling})

    await house.tell([change], news=house.process()[0])

    assert (await house.screen())[0] == [":hourglass_flowing_sand: *Embedding of mydocs*: queued"]


@pytest.mark.parametrize("of", [{"burst": "a.md"}, {}])
async def test_a_notice_that_an_older_release_left_is_told_on_its_card(
    house: NewsHouse, of: dict[str, str]
) -> None:
    changes = await house.see(sighting("a.md", "queued"))
    changes += await house.see(sighting("a.md", "processing"))
    for change in changes:
        data, work_id = notice(change)
        del data["card"]
        await house.news.tell(data | of, work_id)

    above, below = await house.screen()
    assert (len(above), len(below)) == (1, 1)


@pytest.mark.parametrize(
    "word",
    [
        pytest.param("internal_error", marks=pytest.mark.slow),
        pytest.param("token_revoked", marks=pytest.mark.slow),
        "is_archived",
        "not_in_channel",
        "channel_not_found",
        "restricted_action",
    ],
)
async def test_news_is_told_when_it_can_be_told(house: NewsHouse, word: str) -> None:
    changes = await house.see(sighting("a.md", "success"))
    for method in ("chat.postMessage", "conversations.history"):
        await house.slack.fault(method, "error", error=word, count=1000)
    telling = asyncio.create_task(house.tell(changes))
    # A refused token is waited for within the call; anything else is looked for before it's posted again.
    await house.slack.until_called(
        "chat.postMessage" if word == "token_revoked" else "conversations.history", 2
    )
    assert not telling.done()

    house.slack.standin.workspace.faults.clear()
    await telling

    assert (await house.screen())[0] == [":white_check_mark: *Embedding of mydocs*: succeeded"]


async def test_jobs_that_end_while_the_bot_is_out_of_the_channel_are_told_once_each_and_late(
    house: NewsHouse,
) -> None:
    names = ["job-1", "job-2", "job-3"]
    await house.tell(await house.see(*[sighting(name, "processing", bucket=name) for name in names]))
    await house.slack.mia.post("leave", channel="#jobs")
    ended = await house.see(*[sighting(name, "success", bucket=name) for name in names])
    telling = [asyncio.create_task(house.tell([change])) for change in ended]
    elsewhere = [asyncio.create_task(house.tell([change], OTHER)) for change in ended]
    await asyncio.gather(*elsewhere)
    waiting = [task.done() for task in telling]
    house.clock.now += 3_600
    await house.slack.mia.post("invite", user="mia", channel="#jobs")
    await asyncio.gather(*telling)

    above, below = await house.screen()
    assert set(waiting) == {False}
    assert sorted(above) == [f":white_check_mark: *Embedding of {name}*: succeeded" for name in names]
    assert (len(below), all("Sorry for the delay" in line for line in below)) == (3, True)
    assert len((await house.screen(OTHER))[1]) == 3


async def test_news_is_given_up_after_a_week_that_has_passed_whatever_the_time_of_day_is(
    house: NewsHouse,
) -> None:
    (change,) = await house.see(sighting("a.md", "success"))
    await house.slack.fault("chat.postMessage", "error", error="is_archived", count=1000)
    telling = asyncio.create_task(house.news.tell(*notice(change)))
    await house.slack.until_called("chat.postMessage", 3)
    early = telling.done()

    house.steady.now += NEWS_SECONDS + 1

    assert (early, await telling) == (False, "")


async def test_what_slack_never_takes_is_given_up(house: NewsHouse) -> None:
    (change,) = await house.see(sighting("a.md", "success"))
    await house.slack.fault("chat.postMessage", "error", error="invalid_arguments", count=1000)

    assert await house.news.tell(*notice(change)) == ""


@pytest.mark.parametrize("word", ["edit_window_closed", "cant_update_message", "message_not_found"])
async def test_a_card_that_cannot_be_edited_is_posted_anew(house: NewsHouse, word: str) -> None:
    await house.tell(await house.see(sighting("a.md", "processing")))
    await house.slack.fault("chat.update", "error", error=word, count=1)

    await house.tell(await house.see(sighting("a.md", "failure", file="a.md")))

    above, below = await house.screen()
    assert above == [":gear: *Embedding of mydocs*: processing", ":x: *Embedding of mydocs*: failed"]
    assert len(below) == 1
    assert "`a.md`: not UTF-8 text" in below[0]


async def test_a_card_whose_claim_was_left_to_a_notice_that_waits_behind_is_posted_all_the_same(
    house: NewsHouse,
) -> None:
    changes = await house.see(sighting("a.md", "queued"), sighting("b.md", "queued"))
    (first, work_id), (_, behind) = map(notice, changes)
    # A process that told b.md first was killed before it posted; after its restart a.md comes first.
    of = CardOf(first["kind"], first["card"], CHANNEL)
    holder = hashlib.sha256(behind.encode()).hexdigest()[:30]
    await house.messages.expect(of.key, CHANNEL, kind="card", holder=holder)

    await house.news.tell(first, work_id, lambda: {work_id, behind})
    await house.tell(changes[1:])

    assert len((await house.screen())[0]) == 1
