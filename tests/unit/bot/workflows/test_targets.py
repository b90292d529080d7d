"""Where news of jobs is told: the channel of the settings, subscriptions, and who started a job."""

from dataclasses import replace

import pytest

from bot.errors import UsageError
from bot.services.access import EVERYTHING, NONE, Audience, Some
from bot.services.jobs import KINDS
from bot.store.database import Database
from bot.store.jobs import Sighting
from bot.store.subscriptions import ANY, Only, Subscription
from bot.workflows.job_cards import Press
from bot.workflows.targets import BEFORE_SECONDS, Target
from tests.unit.bot.slack.conftest import SlackHouse, slack
from tests.unit.bot.workflows.news_house import BEGAN, CHANNEL, HER, MIA, NewsHouse, notice, sighting

__all__ = ["slack"]  # a fixture

OTHER = "C0SUPPORT"


@pytest.fixture
async def house(slack: SlackHouse, database: Database) -> NewsHouse:
    """No channel is set; Telnyx was looked at before, so that all that comes is news."""
    made = NewsHouse(slack, database, None)
    await made.see()
    return made


async def subscribe(
    house: NewsHouse, target: str, kind: str = ANY, bucket: str = ANY, only: Only = Only.ALL
) -> None:
    await house.subscriptions.put(Subscription("T0ACME", target, kind, bucket, only))


async def tick(house: NewsHouse, *seen: Sighting) -> list[Target]:
    """As the watcher does it: each change is told where it's wanted, then cards are drawn that show something older."""
    found: list[Target] = []
    for change in await house.see(*seen):
        targets = await house.targets.of(change)
        for target in targets:
            await house.tell([change], target.id, only=target.only)
        told = [target.id for target in targets]
        elsewhere = await house.cards.stands_elsewhere(change.kind, change.burst, told)
        await house.jobs.told(change, elsewhere=elsewhere)
        found += targets
    for old in await house.watch.older(9):
        assert await house.cards.redraw(old.kind, old.card)
        await house.watch.redrawn(old, house.clock.now)
    return found


async def told(house: NewsHouse, status: str) -> list[Target]:
    """Where the next change of a job is told, once it has been told there."""
    return await tick(house, sighting("a.md", status))


@pytest.mark.parametrize(
    ("kind", "bucket", "hears"),
    [
        (ANY, ANY, True),
        ("embedding", ANY, True),
        ("embedding", "mydocs", True),
        (ANY, "mydocs", True),
        ("embedding", "others", False),
        ("clusters", ANY, False),
    ],
)
async def test_who_wants_a_kind_or_a_bucket_hears_of_it(
    house: NewsHouse, kind: str, bucket: str, hears: bool
) -> None:
    await subscribe(house, CHANNEL, kind, bucket)

    assert await told(house, "queued") == [Target(CHANNEL)] * hears


async def test_each_place_hears_once_what_it_wants_most(house: NewsHouse) -> None:
    await subscribe(house, CHANNEL, only=Only.FAILURES)
    await subscribe(house, CHANNEL, "embedding", only=Only.FINISHED)
    await subscribe(house, OTHER, "embedding", "mydocs", Only.FAILURES)

    assert await told(house, "queued") == []
    assert await told(house, "success") == [Target(CHANNEL, frozenset({Only.FINISHED, Only.FAILURES}))]


async def test_the_channel_of_the_settings_hears_everything_whatever_it_is_subscribed_to(
    slack: SlackHouse, database: Database
) -> None:
    house = NewsHouse(slack, database, CHANNEL)
    await subscribe(house, CHANNEL, only=Only.FAILURES)
    await house.see()

    assert await told(house, "queued") == [Target(CHANNEL)]


@pytest.mark.parametrize(
    ("only", "targets"),
    [
        (Only.ALL, [Target(CHANNEL)]),
        (Only.FAILURES, [Target(MIA)]),
    ],
)
async def test_who_started_a_job_where_all_of_it_is_told_hears_of_it_there(
    house: NewsHouse, only: Only, targets: list[Target]
) -> None:
    await subscribe(house, CHANNEL, only=only)
    await house.started("a.md", channel=CHANNEL)

    assert await told(house, "queued") == targets


async def test_who_wants_failures_alone_reads_one_card_that_says_so_and_no_word_before(
    house: NewsHouse,
) -> None:
    await subscribe(house, CHANNEL, only=Only.FAILURES)
    before = [await told(house, "queued"), await told(house, "processing")]
    empty = await house.screen()

    failed = await told(house, "failure")

    above, below = await house.screen()
    assert (before, empty) == ([[], []], ([], []))
    assert failed == [Target(CHANNEL, frozenset({Only.FAILURES}))]
    assert (above, below) == ([":x: *Embedding of mydocs*: failed"], [])


@pytest.mark.parametrize(
    "statuses", [["failure", "processing", "processing", "success"], ["failure", "processing", "processing"]]
)
async def test_after_a_failure_the_card_stays_true_though_what_follows_is_not_wanted(
    house: NewsHouse, statuses: list[str]
) -> None:
    await subscribe(house, CHANNEL, only=Only.FAILURES)
    each = [await told(house, status) for status in statuses]

    above, below = await house.screen()
    assert [bool(one) for one in each] == [True, *[False] * (len(statuses) - 1)]
    assert len(above) == 1
    assert above[0].endswith("succeeded" if statuses[-1] == "success" else "processing")
    assert below == []


async def test_of_a_group_the_card_is_true_to_the_end_though_one_failure_alone_is_wanted(
    house: NewsHouse,
) -> None:
    await subscribe(house, CHANNEL, only=Only.FAILURES)
    for first, second in (("queued", "queued"), ("failure", "processing"), ("failure", "success")):
        await tick(house, sighting("a.md", first), sighting("b.md", second))

    (above,), _ = await house.screen()
    assert "1 of 2 succeeded, 1 failed" in above
    assert "to go" not in above


async def test_where_someone_ended_it_the_card_stays_true_and_nothing_else_comes(house: NewsHouse) -> None:
    await subscribe(house, CHANNEL)
    await told(house, "queued")
    await house.subscriptions.end("T0ACME", CHANNEL, house.clock.now)

    none = await told(house, "success")

    assert none == []
    assert await house.screen() == ([":white_check_mark: *Embedding of mydocs*: succeeded"], [])


async def test_what_waits_is_not_told_where_someone_ended_it_meanwhile(house: NewsHouse) -> None:
    await subscribe(house, CHANNEL)
    (first,) = await house.see(sighting("a.md", "queued"))
    await house.subscriptions.end("T0ACME", CHANNEL, house.clock.now)
    await house.tell([first])
    never = await house.screen()
    await subscribe(house, CHANNEL)
    (second,) = await house.see(sighting("a.md", "processing"))
    await house.tell([first])
    await house.subscriptions.end("T0ACME", CHANNEL, house.clock.now)

    await house.tell([second])

    assert never == ([], [])
    assert await house.screen() == ([":gear: *Embedding of mydocs*: processing"], [])


async def test_who_started_a_job_before_its_channel_subscribed_has_a_card_that_stays_true(
    house: NewsHouse,
) -> None:
    await house.started("a.md", channel=CHANNEL)
    mine = await told(house, "queued")
    await subscribe(house, CHANNEL)

    theirs = await told(house, "success")

    assert (mine, theirs) == ([Target(MIA)], [Target(CHANNEL)])
    assert (await house.screen(HER))[0] == [":white_check_mark: *Embedding of mydocs*: succeeded"]


async def test_a_card_that_has_just_come_is_followed_by_no_line_in_the_channel(house: NewsHouse) -> None:
    await told(house, "queued")
    await subscribe(house, CHANNEL)

    await told(house, "failure")

    above, below = await house.screen()
    assert above == [":x: *Embedding of mydocs*: failed"]
    assert ["queued → failed" in line for line in below] == [True]


async def test_what_ended_before_it_was_wanted_is_not_told(house: NewsHouse) -> None:
    await told(house, "processing")
    await subscribe(house, CHANNEL)
    await house.subscriptions.end("T0ACME", CHANNEL, 1.0)
    await house.subscriptions.put(
        Subscription("T0ACME", CHANNEL, ANY, ANY, at=BEGAN + 12 + BEFORE_SECONDS + 1)
    )
    none = await told(house, "success")

    assert none == []
    assert await tick(house, sighting("a.md", "success"), sighting("b.md", "queued")) == [Target(CHANNEL)]


@pytest.mark.parametrize(("bucket", "hears"), [("mydocs", True), ("others", False)])
async def test_who_may_not_know_of_a_job_hears_of_it_only_if_they_started_it(
    house: NewsHouse, bucket: str, hears: bool
) -> None:
    house.audiences[MIA] = Audience(named=Some(frozenset({bucket})), member=True)
    await subscribe(house, MIA)
    subscribed = await told(house, "queued")
    await house.started("a.md")

    assert subscribed == [Target(MIA)] * hears
    assert Target(MIA) in await told(house, "success")


async def test_elsewhere_a_job_is_muted_for_oneself_or_where_the_settings_say_and_nowhere_else(
    house: NewsHouse,
) -> None:
    await subscribe(house, CHANNEL)
    await told(house, "queued")
    job = await house.job("a.md")

    with pytest.raises(UsageError, match="I'm not posting news of this job anywhere"):
        await house.cards.mute(job, Press("U0EVE", OTHER, ""))
    assert not (await house.marks.of("embedding", "a.md", CHANNEL))
    assert "in <#C0JOBS> anymore" in (await house.cards.mute(job, Press("U0EVE", CHANNEL, ""))).text


async def test_a_notice_of_a_release_before_tells_all(house: NewsHouse) -> None:
    (change,) = await house.see(sighting("a.md", "queued"))
    data, work_id = notice(change)

    assert await house.news.tell(data, work_id)
    assert (await house.screen())[0] == [":hourglass_flowing_sand: *Embedding of mydocs*: queued"]


async def test_calls_are_looked_at_where_one_of_those_who_want_them_may_see_them(house: NewsHouse) -> None:
    call = KINDS["call"]
    for target in (CHANNEL, OTHER):
        house.audiences[target] = replace(EVERYTHING, calls=NONE)
    none = await house.targets.heard(call)
    await subscribe(house, CHANNEL)
    await subscribe(house, OTHER, "call")
    may_not = await house.targets.heard(call)
    house.audiences[OTHER] = EVERYTHING

    assert (none, may_not, await house.targets.heard(call)) == (False, False, True)
    assert not await house.targets.heard(replace(KINDS["insights"], name="insights"))
