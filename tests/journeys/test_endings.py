"""Every ending of an answer, walked as a person: what stands on the screen afterwards, whole, once, and what works from there."""

import asyncio
import re
from typing import Any

import pytest

from sandbox.slack.person import Person
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House
from tests.journeys.replies import LEAVE, LONG, no_status
from tests.journeys.screen import BOT, GENERAL, JOBS, PARTNERS, Shown, buttons, from_bot, words

DIRECT = "D0MIA"
WORD = "слово"
COUNT = 25
"""The stand-in's model says one word at a time."""
LETTERS = " ".join(f"{WORD}{number}{'ж' * 490}." for number in range(COUNT)) + " [1]."
"""More than 12,000 letters, 24,000 bytes: three messages."""
EVERY = [f"{WORD}{number}" for number in range(COUNT)]
POST = ("chat.postMessage", "chat.update")

Fault = dict[str, Any]


def faults(methods: tuple[str, ...], **fault: Any) -> list[Fault]:
    """The same fault for each method."""
    return [{"method": method, **fault} for method in methods]


NO_STREAM: Fault = {"method": "chat.startStream", "kind": "error", "error": "channel_type_not_supported"}
PASSED = {"kind": "slow", "seconds": 0}


def long_answer(house: House, **more: Any) -> None:
    """The model says more than one message holds."""
    house.telnyx_fault(operation="chat.completions", kind="says", text=LETTERS, **more)


def said(messages: list[Shown]) -> list[str]:
    """The words of a long answer, in the order in which they stand; below it, some are named that stand in no source."""
    shown = sorted(messages, key=lambda message: float(message["ts"]))
    answer = re.sub(r"Not in the sources: .*", "", "\n".join(map(words, shown)))
    return re.findall(rf"{WORD}\d+", answer)


def from_the_bot(messages: list[Shown], since: str) -> list[Shown]:
    """What the bot has written since, and what still stands; news of jobs is no answer."""
    ours = [m for m in messages if m["user"] == BOT and m["channel"] != JOBS]
    return [m for m in ours if not m["deleted"] and m["ts"] > since]


async def ended(person: Person, since: str, label: str = "Show passages", **where: Any) -> list[Shown]:
    """All that stands once the message with this button does."""
    await person.wait_for(
        lambda m: from_bot(m) and m["ts"] > since and label in buttons(m) and not m["streaming"],
        LONG,
        **where,
    )
    return from_the_bot(await person.messages(**where), since)


async def passages(person: Person, message: Shown) -> None:
    """*Show passages* works."""
    await person.click(message["channel"], message["ts"], "show_passages")
    await person.wait_in(person.views, lambda v: v["type"] == "modal" and "leave.md" in str(v["blocks"]))


def last(messages: list[Shown], label: str = "Show passages") -> Shown:
    """The one message with the button."""
    (found,) = [message for message in messages if label in buttons(message)]
    return found


async def quiet(house: House, person: Person, root: str) -> None:
    """No status and no stop button is left in a thread."""
    await no_status(person, root)

    async def look() -> list[Any]:
        shown = [s for s in house.ask("slack", "state")["sessions"] if s["thread_ts"] == root]
        return [{"open": [s for s in shown if s["status"] != "active"]}]

    await person.wait_in(look, lambda seen: seen["open"] == [])


async def shared_once(mia: Person, ben: Person, told: Shown, since: str) -> None:
    """*Share in channel*, pressed three times, shows everyone all of it, once."""
    before = {m["ts"] for m in await ben.messages(GENERAL)}
    for _ in range(3):
        await mia.click(told["channel"], told["ts"], "share")
    await mia.wait_for(lambda m: m["ts"] > since and words(m) == "Shared in the channel.")

    (head,) = [m for m in await ben.messages(GENERAL) if m["ts"] not in before and not m["thread_ts"]]
    shared = await ended(ben, told["ts"], channel=GENERAL, thread_ts=head["ts"])

    assert said(shared) == EVERY
    assert words(shared[0]).startswith("<@U0MIA> asked:")
    assert "Share in channel" not in buttons(last(shared))


# ------------------------------------------------------------------------------------------------ in a thread
LOST_PART: Fault = {"method": "chat.postMessage", "kind": "error_after_apply", "error": "internal_error"}
ENDINGS: dict[str, list[Fault]] = {
    "a stream, its end and a part of unknown outcome": [
        {"method": "chat.stopStream", "kind": "unreadable_after_apply", "body": "empty"},
        {"method": "chat.postMessage", **PASSED},
        LOST_PART,
    ],
    "a post, each call of which fails first": [
        NO_STREAM,
        {"method": "chat.postMessage", "kind": "unreadable", "body": "html", "status": 403},
        {"method": "chat.update", "kind": "error", "error": "fatal_error"},
        {"method": "conversations.replies", "kind": "unreadable", "body": "cut"},
    ],
    "blocks refused": faults(("chat.stopStream", *POST), kind="error", error="invalid_blocks"),
    "the token refused for a while": [{"method": "*", "kind": "error", "error": "token_revoked", "count": 4}],
}


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("wrong", ENDINGS.values(), ids=ENDINGS.keys())
async def test_a_long_answer_stands_whole_in_its_thread(
    person: People, house: House, wrong: list[Fault]
) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    long_answer(house)
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    for fault in wrong:
        house.slack_fault(**fault)

    shown = await ended(ben, root, channel=GENERAL, thread_ts=root)

    assert said(shown) == EVERY
    assert "leave.md" in words(last(shown))
    assert not [m for m in shown if m["streaming"]]
    await quiet(house, mia, root)
    house.calm()
    await passages(ben, last(shown))


@pytest.mark.usefixtures("bot")
async def test_where_the_rest_may_not_stand_all_of_it_comes_directly_and_can_be_shared(
    person: People, house: House
) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    long_answer(house)
    house.slack_fault(
        method="chat.postMessage", channel=GENERAL, kind="error", error="not_in_channel", count=9
    )
    root = await mia.say(GENERAL, f"@bot {LEAVE}")

    told = await ended(mia, root, channel=DIRECT)

    assert said(told) == EVERY
    assert "I couldn't write in <#C0GENERAL>, so here's your answer." in words(told[0])
    assert "invite me with /invite, then press *Share in channel*." in words(told[0])
    await quiet(house, mia, root)
    await passages(mia, last(told))
    house.calm()
    await shared_once(mia, ben, last(told), root)


@pytest.mark.usefixtures("bot")
async def test_a_long_answer_to_a_direct_message_stands_whole_in_its_thread(
    person: People, house: House
) -> None:
    mia = person("U0MIA")
    long_answer(house)
    root = await mia.say(DIRECT, LEAVE)

    shown = await ended(mia, root, channel=DIRECT, thread_ts=root)

    assert said(shown) == EVERY
    assert "Share in channel" not in buttons(last(shown))
    await quiet(house, mia, root)


@pytest.mark.usefixtures("bot")
async def test_stopped_in_a_long_answer_all_that_was_written_stays_and_the_next_is_answered(
    person: People, house: House
) -> None:
    mia = person("U0MIA")
    house.telnyx_fault(operation="chat.completions", kind="stall", seconds=60, after_chunks=4)
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    shown = await mia.wait_for(
        lambda m: m["streaming"] and bool(m["markdown"]), channel=GENERAL, thread_ts=root
    )
    await mia.stop(GENERAL, shown["ts"])
    await mia.wait_for(lambda m: "Stopped by <@U0MIA>." in words(m), channel=GENERAL, thread_ts=root)
    await quiet(house, mia, root)
    long_answer(house)
    again = await mia.say(GENERAL, f"@bot {LEAVE}", thread_ts=root)

    answer = await ended(mia, again, channel=GENERAL, thread_ts=root)

    assert said(answer) == EVERY


# --------------------------------------------------------------------------------------------------- privately
PRIVATELY: dict[str, list[Fault]] = {
    "a page in place of Slack's yes": [{"method": "response_url", "kind": "unreadable", "body": "html"}],
    "Slack fails in its middle": [
        {"method": "response_url", **PASSED, "count": 2},
        {"method": "response_url", "kind": "unreadable", "body": "html", "status": 403},
    ],
    "the way back is closed": [{"method": "response_url", "kind": "error", "error": "used_url", "count": 99}],
}


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("wrong", PRIVATELY.values(), ids=PRIVATELY.keys())
async def test_a_long_private_answer_is_whole_and_shared_whole_and_once(
    person: People, house: House, wrong: list[Fault]
) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    since = await ben.say(GENERAL, "A new page.")
    long_answer(house)
    for fault in wrong:
        house.slack_fault(**fault)
    await mia.command(GENERAL, "/ask", LEAVE)

    told = await ended(mia, since, "Share in channel")

    assert said(told) == EVERY
    assert from_the_bot(await ben.messages(), since) == []
    house.calm()
    await passages(mia, last(told))
    await shared_once(mia, ben, last(told), since)


@pytest.mark.usefixtures("bot")
async def test_where_others_read_along_the_answer_that_goes_to_the_asker_alone_is_whole(
    person: People, house: House
) -> None:
    mia, eve = person("U0MIA"), person("U0EVE")
    long_answer(house)
    root = await mia.say(PARTNERS, f"@bot {LEAVE}")

    told = await ended(mia, root)

    assert said(told) == EVERY
    assert {m["only_for"] or m["channel"] for m in told} <= {"U0MIA", DIRECT}
    assert from_the_bot(await eve.messages(), root) == []


@pytest.mark.usefixtures("bot")
async def test_a_cut_private_answer_says_so_wherever_it_is_shared(person: People, house: House) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    since = await ben.say(GENERAL, "A new page.")
    long_answer(house, finish_reason="length")
    await mia.command(GENERAL, "/ask", LEAVE)
    told = await ended(mia, since, "Share in channel")
    await mia.click(last(told)["channel"], last(told)["ts"], "share")

    shared = await ended(ben, since)

    for shown in (told, shared):
        assert said(shown) == EVERY
        assert "it reached the length limit" in words(last(shown))


@pytest.mark.usefixtures("bot")
async def test_broken_off_and_tried_again_a_private_answer_is_whole_in_one_place(
    person: People, house: House
) -> None:
    mia = person("U0MIA")
    since = await mia.say(GENERAL, "A new page.")
    house.telnyx_fault(operation="chat.completions", kind="cut", after_chunks=6)
    await mia.command(GENERAL, "/ask", LEAVE)
    failed = last(await ended(mia, since, "Try again"), "Try again")
    assert "broke off" in words(failed)
    long_answer(house)
    await mia.click(GENERAL, failed["ts"], "try_again")

    told = await ended(mia, since, "Share in channel")

    assert said(told) == EVERY
    assert not [m for m in told if "Try again" in buttons(m)]


# ------------------------------------------------------------------------------------------------------ killed
async def test_killed_between_the_parts_of_its_answers_it_repeats_none_and_loses_none(
    own_bot: BotProcess, bot: BotProcess, person: People, house: House
) -> None:
    bot.stop()
    await asyncio.to_thread(own_bot.start)
    mia, ben = person("U0MIA"), person("U0BEN")
    long_answer(house, count=2)
    house.slack_fault(method="chat.postMessage", channel=GENERAL, kind="hang_after_apply")
    house.slack_fault(method="response_url", **PASSED, count=3)
    house.slack_fault(method="response_url", kind="hang")
    root = await ben.say(GENERAL, f"@bot {LEAVE}")
    await mia.command(GENERAL, "/ask", LEAVE)
    for method in ("chat.postMessage", "response_url"):
        await mia.wait_in(lambda: hung(house, method), bool, LONG)  # noqa: B023 - it is waited for here
    await asyncio.to_thread(own_bot.kill)
    house.calm()
    await asyncio.to_thread(own_bot.start)

    public = await ended(ben, root, channel=GENERAL, thread_ts=root)
    private = [m for m in await ended(mia, root, "Share in channel") if m["thread_ts"] != root]

    assert said(public) == EVERY
    assert said(private) == EVERY


async def hung(house: House, method: str) -> list[Any]:
    """The calls that Slack doesn't answer."""
    return [call for call in house.calls(method) if call["error"].startswith("hang")]
