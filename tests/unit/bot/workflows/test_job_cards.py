"""Cards of jobs before the stand-in Slack: what people press shows on them, and they are edited only when they change."""

from dataclasses import replace

import pytest
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError, UsageError
from bot.render.job_marks import NOWHERE
from bot.render.outcomes import QUIET
from bot.services.access import EVERYTHING, NONE, Right, Rights
from bot.slack.workspace import Me
from bot.store.channels import Channels
from bot.store.database import Database
from bot.store.grants import Grants
from bot.store.job_marks import Mark, What
from bot.workflows.job_cards import Press
from bot.workflows.knowing import Knowing
from bot.workflows.targets import Targets
from config.access import AccessSettings
from tests.unit.bot.slack.conftest import SlackHouse, slack
from tests.unit.bot.workflows.news_house import CHANNEL, HER, KINDS, MIA, NewsHouse, sighting

__all__ = ["slack"]  # a fixture

ELSEWHERE = "C0GENERAL"


@pytest.fixture
async def house(slack: SlackHouse, database: Database) -> NewsHouse:
    """Mia started a job, so its card stands in the channel and in her direct messages."""
    made = NewsHouse(slack, database)
    await made.see()
    await made.started("a.md")
    changes = await made.see(sighting("a.md", "processing"))
    for target in (CHANNEL, MIA):
        await made.tell(changes, target)
    return made


async def on_card(house: NewsHouse, user: str = MIA, channel: str = CHANNEL) -> Press:
    """A press of a button of the card in a channel."""
    (message,) = await house.slack.mia.messages(channel)
    return Press(user, channel, message["ts"])


async def test_who_is_on_it_shows_on_the_card_everywhere_and_pressing_again_takes_it_back(
    house: NewsHouse,
) -> None:
    job = await house.job("a.md")
    said = [await house.cards.on_it(job, await on_card(house))]
    shown = [await house.card(channel) for channel in (CHANNEL, HER)]
    said += [await house.cards.on_it(job, await on_card(house))]
    after = [await house.card(channel) for channel in (CHANNEL, HER)]

    assert said == [QUIET, QUIET]
    assert [f"<@{MIA}> is on it" in card for card in (*shown, *after)] == [True, True, False, False]


async def test_what_is_pressed_elsewhere_is_said_to_the_one_who_pressed(house: NewsHouse) -> None:
    job = await house.job("a.md")
    elsewhere = Press("U0BEN", ELSEWHERE, "")

    said = [
        (await house.cards.on_it(job, elsewhere)).text,
        (await house.cards.on_it(job, elsewhere)).text,
        (await house.cards.snooze(job, elsewhere)).text,
        (await house.cards.wake(job, elsewhere)).text,
        (await house.cards.mute(job, elsewhere)).text,
        (await house.cards.unmute(job, Press(MIA, "", ""))).text,
    ]

    assert "You're on it now: `mydocs`" in said[0]
    assert "You're no longer on it" in said[1]
    assert "won't post news of `mydocs` in <#C0JOBS> until <!date^" in said[2]
    assert "I'll post news of `mydocs` in <#C0JOBS> again" in said[3]
    assert "in <#C0JOBS> anymore" in said[4]
    assert "in our direct messages again" in said[5]


async def test_snoozed_and_muted_show_where_they_were_pressed_alone_and_the_later_one_counts(
    house: NewsHouse,
) -> None:
    job, by = await house.job("a.md"), await on_card(house, "U0BEN")
    shown = []
    for press in (house.cards.snooze, house.cards.mute, house.cards.snooze, house.cards.wake):
        assert await press(job, by) == QUIET
        cards = [await house.card(channel) for channel in (CHANNEL, HER)]
        shown.append([(word in card) for card in cards for word in ("Snoozed", "Muted")])

    assert shown == [
        [True, False, False, False],
        [False, True, False, False],
        [True, False, False, False],
        [False, False, False, False],
    ]
    assert await house.marks.of("embedding", "a.md", CHANNEL) == ()


async def test_a_job_that_is_told_nowhere_cannot_be_snoozed(house: NewsHouse) -> None:
    await house.see(sighting("b.md", "processing", bucket="other"))

    with pytest.raises(UsageError, match=NOWHERE):
        await house.cards.snooze(await house.job("b.md"), Press(MIA, CHANNEL, ""))


async def test_a_card_is_edited_only_when_it_says_something_else(house: NewsHouse) -> None:
    before = await house.slack.calls("chat.update")
    house.clock.now += 200
    same = await house.cards.redraw("embedding", "a.md")
    unchanged = await house.slack.calls("chat.update")
    await house.see(sighting("a.md", "processing", done=1, total=4))
    moved = await house.cards.redraw("embedding", "a.md")

    assert (same, moved, unchanged) == (True, True, before)
    assert await house.slack.calls("chat.update") == before + 2
    assert "1 of 4" in await house.card(HER)


async def test_a_notice_whose_line_waits_for_a_peer_draws_the_card_in_its_own_place_alone(
    house: NewsHouse,
) -> None:
    before = await house.slack.calls("chat.update")
    await house.see(sighting("a.md", "processing", done=1, total=4))
    await house.news.redraw({"kind": "embedding", "job": "a.md", "card": "a.md", "channel": CHANNEL})

    assert await house.slack.calls("chat.update") == before + 1, "in each place another notice sees to it"
    assert ["1 of 4" in await house.card(where) for where in (CHANNEL, HER)] == [True, False]


async def test_a_card_that_someone_deleted_is_not_posted_for_what_is_no_news(house: NewsHouse) -> None:
    await house.slack.fault("chat.update", "error", error="message_not_found", count=2)
    await house.see(sighting("a.md", "processing", done=1, total=4))

    assert await house.cards.redraw("embedding", "a.md")
    assert await house.slack.calls("chat.postMessage") == 2


@pytest.mark.parametrize(("word", "done"), [("not_in_channel", True), ("internal_error", False)])
async def test_a_card_that_slack_does_not_take_now_is_drawn_later(
    house: NewsHouse, word: str, done: bool
) -> None:
    await house.see(sighting("a.md", "processing", done=1, total=4))
    await house.slack.fault("chat.update", "error", error=word, count=1000)

    assert await house.cards.redraw("embedding", "a.md") is done


async def test_a_mark_that_slack_may_have_shown_is_taken_back_on_the_card_too(house: NewsHouse) -> None:
    job, by = await house.job("a.md"), await on_card(house)
    await house.slack.fault("chat.update", "reset_after_apply", count=1000)
    unsure = await house.cards.on_it(job, by)
    shown = f"<@{MIA}> is on it" in await house.card()
    house.slack.standin.workspace.faults.clear()
    sure = await house.cards.on_it(job, by)

    assert (shown, "You're on it now" in unsure.text, sure) == (True, True, QUIET)
    assert f"<@{MIA}> is on it" not in await house.card()


async def test_an_hour_that_is_over_stays_noted_until_the_card_says_so(house: NewsHouse) -> None:
    await house.cards.snooze(await house.job("a.md"), await on_card(house))
    house.clock.now += 3_601
    await house.slack.fault("chat.update", "error", error="internal_error", count=1000)
    await house.cards.end_snoozes()
    kept = await house.marks.over(house.clock.now)
    house.slack.standin.workspace.faults.clear()
    await house.cards.end_snoozes()

    assert [mark.what for mark in kept] == [What.SNOOZED]
    assert await house.marks.over(house.clock.now) == ()
    assert "Snoozed" not in await house.card()


async def test_marks_are_of_one_person_and_are_dropped_when_they_are_old(house: NewsHouse) -> None:
    of = ("embedding", "a.md", CHANNEL)
    old = Mark(*of, What.SNOOZED, MIA, 1.0, 2.0)
    for mark in (old, Mark(*of, What.SNOOZED, MIA, 3.0, 4.0), Mark(*of, What.SNOOZED, "U0BEN", 2.0, 3.0)):
        await house.marks.put(mark)
    found = [(mark.user, mark.until) for mark in await house.marks.of(*of)]

    assert found == [("U0BEN", 3.0), (MIA, 4.0)]
    assert (await house.marks.drop(old), await house.marks.drop(old)) == (True, False)
    assert await house.marks.drop_old() == 1


# ------------------------------------------------------------------------------------------------- who may see what
@pytest.fixture
def knowing(slack: SlackHouse, database: Database) -> Knowing:
    """Everyone who is a member may see documents and calls."""
    access = AccessSettings(default="all", calls="all")
    rights = Rights(slack.workspaces.of, Channels(database), Grants(database), access)
    slack.workspaces.only.me = Me("T0ACME", "U0BOT")
    return Knowing(rights, slack.workspaces)


async def test_what_readers_may_see_is_asked_at_that_moment(slack: SlackHouse, knowing: Knowing) -> None:
    await slack.mia.post("removed", user="ben", on=True)
    seen = {target: await knowing(target) for target in (CHANNEL, "C0SUPPORT", MIA, "U0GUS", "U0BEN")}
    slack.workspaces.only.me = None

    rights = {target: one and (one.has(Right.BUCKETS), one.has(Right.CALLS)) for target, one in seen.items()}
    assert rights == {
        CHANNEL: (True, True),
        "C0SUPPORT": (False, False),
        MIA: (True, True),
        "U0GUS": (False, False),
        "U0BEN": None,
    }
    with pytest.raises(OutcomeUnknownError):
        await knowing(CHANNEL)


async def test_who_reads_a_channel_is_known_only_if_slack_says_so(
    slack: SlackHouse, knowing: Knowing
) -> None:
    await knowing.sure(CHANNEL)
    await knowing.sure(MIA)
    await slack.fault("conversations.info", "error", error="channel_not_found", count=1000)

    with pytest.raises(SlackApiError):
        await knowing.sure("C0FINANCE")


@pytest.mark.parametrize(
    ("channel", "calls", "heard"), [(CHANNEL, True, True), (CHANNEL, False, False), (None, True, False)]
)
async def test_calls_are_looked_at_only_where_someone_would_hear_of_them(
    house: NewsHouse, channel: str | None, calls: bool, heard: bool
) -> None:
    house.audiences[CHANNEL] = EVERYTHING if calls else replace(EVERYTHING, calls=NONE)
    targets = Targets(house.jobs, house.subscriptions, house.knowing, channel)

    assert await targets.heard(KINDS["call"]) is heard
    assert await targets.heard(KINDS["embedding"])
