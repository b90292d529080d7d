"""Threads summed up in Slack: from a message's menu or a link, for one reader or in the thread, only where both may read."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.slack.person import Person
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House, until
from tests.journeys.replies import no_status
from tests.journeys.screen import (
    BOT,
    GENERAL,
    PARTNERS,
    RANDOM,
    SUPPORT,
    Shown,
    buttons,
    finished,
    from_bot,
    words,
)
from tests.journeys.telnyx_side import asked

pytestmark = pytest.mark.usefixtures("bot")

FINANCE = "C0FINANCE"
SAID = (
    "The porting of Brightside's numbers failed again this morning.",
    "We decided to go with the new carrier form. I will send it to them by Friday.",
    "Who tells their office manager?",
)
MODEL = "chat.completions"


@pytest.fixture(scope="module")
def bot(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    """A bot with patience for a model that is slow."""
    running = BotProcess(house, tmp_path_factory.mktemp("bot"), TELNYX_FIRST_BYTE_SECONDS="60").start()
    yield running
    running.stop()


@pytest.fixture
def either_bot(bot: BotProcess, either_bot: BotProcess) -> BotProcess:
    """Alone: the module's bot would work too."""
    bot.stop()
    either_bot.environment["TELNYX_FIRST_BYTE_SECONDS"] = "60"
    return either_bot


async def thread(people: People, channel: str = SUPPORT, *names: str) -> str:
    """A thread that Mia begins and Ben answers in."""
    first, second = (people(name) for name in names or ("U0MIA", "U0BEN"))
    root = await first.say(channel, SAID[0])
    await second.say(channel, SAID[1], root)
    await first.say(channel, SAID[2], root)
    return root


def link(channel: str, ts: str) -> str:
    return f"https://acme-telecom.slack.com/archives/{channel}/p{ts.replace('.', '')}"


def summary(message: Shown) -> bool:
    return finished(message) and "## Decisions" in words(message)


async def form(someone: Person, channel: str, ts: str) -> dict[str, Any]:
    """The window of *Summarize thread* on a message, once it is filled."""
    await someone.shortcut("summarize_thread", channel, ts)
    return await someone.wait_in(someone.views, lambda view: view.get("callback_id") == "summarize")


async def test_from_the_menu_of_a_message_its_thread_is_summed_up_for_the_reader_alone(
    person: People,
) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    root = await thread(person)
    view = await form(mia, SUPPORT, root)

    sent = await mia.submit(view["id"], {})

    got = await mia.wait_for(lambda m: summary(m) and m["channel"] == "D0MIA")
    text = words(got)
    assert sent["response_action"] == "update"
    assert (
        "ben: I will send it to them by Friday. [[2]](https://acme-telecom.slack.com/archives/C0SUPPORT/p"
        in text
    )
    assert f"?thread_ts={root}&cid=C0SUPPORT)" in text
    assert "Covers 3 of 3 messages of the thread." in text
    assert [m for m in await ben.messages(SUPPORT, root) if m["user"] == BOT] == []
    linked = re.findall(r"/p(\d{10})(\d{6})", text)
    shown = {m["ts"] for m in await mia.messages(SUPPORT, root)}
    assert {f"{whole}.{part}" for whole, part in linked} <= shown

    await mia.click(got["channel"], got["ts"], "share")

    posted = await ben.wait_for(from_bot, channel=SUPPORT, thread_ts=root)
    assert "<@U0MIA> had this thread summarized." in words(posted)


async def test_in_the_thread_it_is_one_message_for_everyone_that_says_who_asked(person: People) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    root = await thread(person)
    view = await form(mia, SUPPORT, root)

    await mia.submit(view["id"], {"post": "in the thread", "prompt": "Who does what?"})

    got = await ben.wait_for(summary, channel=SUPPORT, thread_ts=root)
    await no_status(ben, root)
    assert "<@U0MIA> asked for this summary." in words(got)
    assert "Covers 3 of 3 messages" in words(got)
    assert len([m for m in await ben.messages(SUPPORT, root) if m["user"] == BOT]) == 1


async def test_a_typed_link_to_a_reply_is_summed_up_beside_the_command(person: People) -> None:
    mia = person("U0MIA")
    root = await thread(person)
    reply = (await mia.messages(SUPPORT, root))[-1]["ts"]
    typed = f"<{link(SUPPORT, reply)}?thread_ts={root}&amp;cid={SUPPORT}>"

    await mia.command(GENERAL, "/telnyx", f'summarize {typed} --prompt "Only what was decided"')

    got = await mia.wait_for(lambda m: summary(m) and m["kind"] == "ephemeral", channel=GENERAL)
    assert "Covers 3 of 3 messages" in words(got)


async def test_more_than_a_thousand_messages_are_all_read_by_a_model_that_takes_few(person: People) -> None:
    mia = person("U0MIA")
    root = await mia.say(SUPPORT, SAID[0])
    for number in range(1, 1_050):
        await mia.say(SUPPORT, f"Call {number} to Brightside went through without any trouble at all.", root)

    await mia.command(GENERAL, "/telnyx", f"summarize {link(SUPPORT, root)} --model acme/pocket-1b")

    got = await mia.wait_for(lambda m: summary(m) and m["kind"] == "ephemeral", 60, channel=GENERAL)
    assert "Covers 1,050 of 1,050 messages of the thread, read in " in words(got)
    assert "acme/pocket-1b" in words(got)


@pytest.mark.parametrize("post", ["only me", "in the thread"])
async def test_where_the_bot_is_not_it_asks_to_be_added_and_then_sums_up(
    post: str, person: People, house: House
) -> None:
    mia = person("U0MIA")
    root = await thread(person, RANDOM)
    before = asked(house, MODEL)
    view = await form(mia, RANDOM, root)
    await mia.submit(view["id"], {"post": post})
    refused = await mia.wait_for(
        lambda m: "I'm not in that channel" in words(m) and m["ts"] > root, channel="D0MIA"
    )
    assert asked(house, MODEL) == before

    await mia.click(refused["channel"], refused["ts"], "join_and_summarize")

    channel = "D0MIA" if post == "only me" else RANDOM
    got = await mia.wait_for(lambda m: summary(m) and m["ts"] > refused["ts"], channel=channel)
    assert buttons(refused) == ["Add me"]
    assert "Covers 3 of 3 messages" in words(got)


async def test_what_one_of_both_may_not_read_is_refused_in_the_words_for_what_is_not_there(
    person: People, house: House
) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    root = await thread(person, FINANCE, "U0BEN", "U0ADA")
    own = await ben.say("D0BEN", "For the bot alone.")
    await ben.wait_for(finished, channel="D0BEN", thread_ts=own)
    before = asked(house, MODEL)
    told: list[str] = []

    async def refusal(of: str) -> None:
        seen = {m["ts"] for m in await mia.messages(GENERAL)}
        await mia.command(GENERAL, "/telnyx", f"summarize {of}")
        got = await mia.wait_for(lambda m: m["ts"] not in seen and "You asked:" in words(m), channel=GENERAL)
        told.append(words(got).replace(of, "LINK"))

    await refusal(link(FINANCE, root))  # the bot isn't in it
    await ben.post("invite", user="ben", channel=FINANCE)
    await refusal(link(FINANCE, root))  # Mia isn't in it
    house.ask("slack", "leave", {"channel": FINANCE})
    await refusal(link("C0NOWHERE", root))
    await refusal(link("D0BEN", own))

    assert len(set(told)) == 1, told
    assert "I can't find that thread, or I may not read it for you." in told[0]
    assert "Brightside" not in told[0]
    assert asked(house, MODEL) == before


async def test_a_link_of_another_workspace_is_refused_by_name(person: People) -> None:
    mia = person("U0MIA")
    root = await thread(person)
    foreign = link(SUPPORT, root).replace("acme-telecom", "other-networks")

    await mia.command(GENERAL, "/telnyx", f"summarize {foreign}")

    got = await mia.wait_for(lambda m: "another workspace" in words(m), channel=GENERAL)
    assert "other-networks.slack.com" in words(got)


@pytest.mark.parametrize("channel", [SUPPORT, GENERAL])
async def test_a_guest_is_told_that_it_is_not_for_guests_and_nothing_is_said_where_they_are_not(
    channel: str, person: People, house: House
) -> None:
    gus, mia = person("U0GUS"), person("U0MIA")
    root = await thread(person, channel)
    before = asked(house, MODEL)

    await gus.command(SUPPORT, "/telnyx", f"summarize {link(channel, root)} --post thread")

    got = await gus.wait_for(lambda m: "open to guests" in words(m) and m["ts"] > root)
    here = [m for m in await mia.messages(channel, root) if m["user"] == BOT]
    assert "## Decisions" not in words(got)
    assert len(here) == (1 if channel == SUPPORT else 0), "GENERAL isn't theirs"
    assert asked(house, MODEL) == before


async def test_in_a_channel_shared_with_another_organization_nothing_is_said_and_the_asker_reads_it_alone(
    person: People,
) -> None:
    mia, eve = person("U0MIA"), person("U0EVE")
    root = await thread(person, PARTNERS)
    view = await form(mia, PARTNERS, root)

    await mia.submit(view["id"], {"post": "in the thread"})

    got = await mia.wait_for(lambda m: summary(m) and m["channel"] == "D0MIA")
    assert "shared with another organization" in words(got)
    assert [m for m in await eve.messages(PARTNERS, root) if m["user"] == BOT] == []


async def test_stop_ends_it_in_the_thread_and_says_who_stopped_it(person: People, house: House) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    root = await thread(person)
    house.telnyx_fault(operation=MODEL, kind="hang")
    view = await form(mia, SUPPORT, root)
    await mia.submit(view["id"], {"post": "in the thread"})

    async def sessions() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = house.ask("slack", "state")["sessions"]
        return found

    await ben.wait_in(sessions, lambda one: one["thread_ts"] == root and one["status"] == "processing")
    await ben.stop(SUPPORT, root)

    got = await ben.wait_for(finished, channel=SUPPORT, thread_ts=root)
    await no_status(ben, root)
    assert "Stopped by <@U0BEN>" in words(got)


async def test_beside_the_command_it_can_be_stopped_too(person: People, house: House) -> None:
    mia = person("U0MIA")
    root = await thread(person)
    house.telnyx_fault(operation=MODEL, kind="hang")
    await mia.command(GENERAL, "/telnyx", f"summarize {link(SUPPORT, root)}")
    begun = await mia.wait_for(lambda m: buttons(m) == ["Stop"] and m["ts"] > root, channel=GENERAL)

    await mia.click(GENERAL, begun["ts"], "stop_turn")

    got = await mia.wait_for(lambda m: "Stopped by <@U0MIA>" in words(m), channel=GENERAL)
    assert "Reading the thread…" in words(begun)
    assert "## Decisions" not in words(got)


@pytest.mark.parametrize("post", ["only me", "in the thread"])
async def test_killed_in_the_middle_it_is_finished_once(
    post: str, either_bot: BotProcess, person: People, house: House
) -> None:
    either_bot.start()
    mia = person("U0MIA")
    root = await thread(person)
    house.telnyx_fault(operation=MODEL, kind="hang")
    before = asked(house, MODEL)
    view = await form(mia, SUPPORT, root)
    await mia.submit(view["id"], {"post": post})
    until(lambda: asked(house, MODEL) > before, "the model's work")

    either_bot.kill()
    house.calm()
    either_bot.start()

    channel, top = ("D0MIA", None) if post == "only me" else (SUPPORT, root)
    got = await mia.wait_for(lambda m: summary(m) and m["ts"] > root, channel=channel, thread_ts=top)
    await no_status(mia, root)
    shown = [m for m in await mia.messages(channel, top) if summary(m) and m["ts"] > root]
    assert "Covers 3 of 3 messages" in words(got)
    assert len(shown) == 1
