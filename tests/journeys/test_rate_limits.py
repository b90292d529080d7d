"""Slack's documented rate limits, taken literally: a burst of questions loses no answer, and Slack is not hammered."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest

from sandbox.slack.person import Person
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House
from tests.journeys.replies import LEAVE, LONG, SAID, only_reply
from tests.journeys.screen import GENERAL, JOBS, words

STREAMS = 20
"""So many may be started, and stopped, in a minute."""
POSTS = 5
"""So many messages Slack takes at once in one channel; then one a second."""


@pytest.fixture
def strict(house: House) -> Iterator[House]:
    house.ask("slack", "limits", {"on": True})
    yield house
    house.ask("slack", "limits", {"on": False})


async def each_answered_whole(mia: Person, places: list[str]) -> list[str]:
    """Ask once in each place, all at once; the kinds of the answers, of which there is one each, whole and ended."""
    said = await asyncio.gather(*(mia.say(channel, f"@bot {LEAVE}") for channel in places))
    answers = [await only_reply(mia, channel, ts, LONG) for channel, ts in zip(places, said, strict=True)]
    for answer in answers:
        assert words(answer).count(SAID) == 1, words(answer)
    return [answer["kind"] for answer in answers]


def refused(house: House, after: int) -> Counter[str]:
    """How often Slack said 429, by method."""
    calls = house.ask("slack", f"calls?since={after}")
    return Counter(call["method"] for call in calls if call["status"] == 429)


def last_call(house: House) -> int:
    return max((call["n"] for call in house.ask("slack", "calls")), default=0)


async def test_a_burst_beyond_slacks_limits_is_answered_whole_as_streams_while_there_are_some(
    own_bot: BotProcess, person: People, strict: House
) -> None:
    own_bot.start()
    before, places = last_call(strict), [JOBS] * 24 + [GENERAL] * 8

    kinds = await each_answered_whole(person("U0MIA"), places)

    said_no = refused(strict, before)
    # One more may begin in each three seconds that the burst itself takes; that many ends may be too many at once then.
    assert STREAMS <= kinds.count("stream") <= STREAMS + 4
    assert set(said_no) <= {
        "chat.startStream",
        "chat.stopStream",
        "chat.postMessage",
        "agents.sessions.setStatus",
    }, "what was opened was grown in time"
    assert said_no["chat.stopStream"] <= kinds.count("stream") - STREAMS
    assert said_no["chat.startStream"] <= len(places) - STREAMS, "none asked for a stream twice"
    assert said_no["chat.postMessage"] <= len(places) - STREAMS


async def test_without_streaming_many_answers_in_one_channel_are_posted_one_a_second_without_being_refused_again(
    own_bot: BotProcess, person: People, strict: House
) -> None:
    own_bot.start()
    strict.slack_fault(method="chat.startStream", kind="error", error="feature_not_enabled", count=100)
    before, places = last_call(strict), [GENERAL] * 12

    kinds = await each_answered_whole(person("U0MIA"), places)

    said_no = refused(strict, before)
    assert set(kinds) == {"post"}
    assert set(said_no) <= {"chat.postMessage"}
    assert said_no["chat.postMessage"] <= len(places) - POSTS, "at most once each"
