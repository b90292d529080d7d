import pytest

from bot.slack.reading.history import THREADS, Conversation, History
from handlers.manifest import manifest
from tests.unit.bot.slack.conftest import SlackHouse

SUPPORT = Conversation("C0SUPPORT", direct=False, shared=False)
DIRECT = Conversation("D0MIA", direct=True, shared=False)
EVER = 9e9


@pytest.fixture
def history(slack: SlackHouse) -> History:
    return History(slack.api, pause=0)


async def texts(
    history: History, place: Conversation, since: float, until: float = EVER, *threads: str
) -> list[str]:
    return [message["text"] for message in await history.messages(place, since, until, threads)]


async def refuse(slack: SlackHouse, scope: str) -> None:
    """The app was installed without this scope."""
    smaller = manifest()
    smaller["oauth_config"]["scopes"]["bot"].remove(scope)
    slack.standin.install(smaller)


async def test_the_conversations_at_work_come_first_then_all_others_the_bot_is_in(
    slack: SlackHouse, history: History
) -> None:
    await slack.mia.post("archive", channel="#jobs")

    found = await history.conversations(["C0SUPPORT", "C0GONE", "D0MIA"])

    assert [place.id for place in found[:2]] == ["C0SUPPORT", "D0MIA"]
    assert {place.id for place in found if not place.direct} == {"C0GENERAL", "C0SUPPORT", "C0PARTNERS"}
    assert {place.id for place in found if place.direct} == {"D0MIA", "D0BEN", "D0ADA", "D0GUS", "D0EVE"}
    assert [place.id for place in found if place.shared] == ["C0PARTNERS"]


async def test_a_kind_of_conversation_that_may_not_be_listed_does_not_hide_the_others(
    slack: SlackHouse, history: History
) -> None:
    await refuse(slack, "im:read")

    found = await history.conversations(["C0SUPPORT", "D0MIA"])

    assert [place for place in found if place.direct] == [DIRECT], "known from earlier questions"
    assert {place.id for place in found if not place.direct} >= {"C0GENERAL", "C0SUPPORT"}


async def test_the_messages_of_the_span_come_oldest_first_with_those_in_threads(
    slack: SlackHouse, history: History
) -> None:
    mia = slack.mia
    old = await mia.say("#support", "an old thread")
    older = await mia.say("#support", "an old thread without news")
    await mia.say("#support", "old news", older)
    first = await mia.say("#support", "first")
    await mia.say("#support", "second, in the old thread", old)
    last = await mia.say("#support", "third", first)
    await mia.say("#support", "after the span")

    assert await texts(history, SUPPORT, float(first), float(last)) == [
        "first",
        "second, in the old thread",
        "third",
    ]
    assert await slack.calls("conversations.replies") == 2, "a thread without news is not read"


async def test_deleted_messages_are_gone_and_edited_ones_read_as_they_are_now(
    slack: SlackHouse, history: History
) -> None:
    gone, kept = await slack.mia.say("D0MIA", "gone"), await slack.mia.say("D0MIA", "tpyo")
    await slack.mia.delete("D0MIA", gone)
    await slack.mia.edit("D0MIA", kept, "typo")

    assert await texts(history, DIRECT, float(gone)) == ["typo"]


async def test_a_busy_channel_is_read_page_by_page_as_far_as_the_span_reaches(
    slack: SlackHouse, history: History
) -> None:
    said = [await slack.mia.say("#support", f"{number}") for number in range(450)]

    near = await texts(history, SUPPORT, float(said[-10]))
    calls = await slack.calls("conversations.history")
    far = await texts(history, SUPPORT, float(said[100]))

    assert near == [f"{number}" for number in range(440, 450)]
    assert calls == 1
    assert far == [f"{number}" for number in range(100, 450)]


async def test_a_known_thread_is_read_although_its_first_message_is_far_back(
    slack: SlackHouse, history: History
) -> None:
    root = await slack.mia.say("#support", "long ago")
    for number in range(200):
        await slack.mia.say("#support", f"{number}")
    asked = await slack.mia.say("#support", "asked there again", root)

    assert await texts(history, SUPPORT, float(asked)) == []
    assert await texts(history, SUPPORT, float(asked), EVER, root) == ["asked there again"]


async def test_a_thread_that_is_gone_does_not_hide_the_rest(slack: SlackHouse, history: History) -> None:
    asked = await slack.mia.say("#support", "asked")

    assert await texts(history, SUPPORT, float(asked), EVER, "1.000001") == ["asked"]


async def test_only_the_latest_threads_of_a_conversation_are_read(
    slack: SlackHouse, history: History
) -> None:
    roots = [await slack.mia.say("#support", f"{number}") for number in range(THREADS + 5)]
    replies = [await slack.mia.say("#support", f"re {number}", root) for number, root in enumerate(roots)]

    found = await texts(history, SUPPORT, float(replies[0]))

    assert found == [f"re {number}" for number in range(5, THREADS + 5)]
