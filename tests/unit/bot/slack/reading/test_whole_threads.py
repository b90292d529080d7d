"""Reads a thread to its end, with names, and says what it could not read."""

from typing import Any, cast

import pytest
from slack_sdk.errors import SlackApiError

from bot.errors import UsageError
from bot.slack.api import SlackApi
from bot.slack.codes import refusal
from bot.slack.permalinks import Permalink
from bot.slack.reading.people import People
from bot.slack.reading.whole_threads import GONE, UNREADABLE, NotInChannelError, WholeThreads
from tests.unit.bot.slack.conftest import SlackHouse

HOST = "acme-telecom.slack.com"


async def says(slack: SlackHouse, user: str, channel: str, text: str, thread: str | None = None) -> str:
    """Someone else than Mia writes a message."""
    said = await slack.mia.post("say", user=user, channel=channel, text=text, thread_ts=thread)
    return str(said["ts"])


def link(ts: str, channel: str = "C0SUPPORT", thread: str = "") -> Permalink:
    return Permalink(HOST, channel, ts, thread)


@pytest.fixture
def threads(slack: SlackHouse) -> WholeThreads:
    return slack.workspaces.only.whole_threads


async def test_a_thread_is_read_in_order_with_names_for_people_and_mentions(
    slack: SlackHouse, threads: WholeThreads
) -> None:
    root = await slack.mia.say("#support", "Who can call <@U0BEN> in <#C0GENERAL>?")
    reply = await says(slack, "U0BEN", "#support", "I can.\nTomorrow.", root)

    thread = await threads.read(link(root))

    assert [(one.who, one.words) for one in thread.said] == [
        ("mia", "Who can call @ben in #general?"),
        ("ben", "I can. Tomorrow."),
    ]
    assert thread.total == 2
    assert thread.link == f"https://{HOST}/archives/C0SUPPORT/p{root.replace('.', '')}"
    assert thread.said[0].link == thread.link
    assert Permalink.read(thread.said[1].link) == link(reply, thread=root)


async def test_a_message_without_replies_is_a_thread_of_one(slack: SlackHouse, threads: WholeThreads) -> None:
    thread = await threads.read(link(await slack.mia.say("#support", "Alone.")))

    assert [one.words for one in thread.said] == ["Alone."]


@pytest.mark.parametrize("says_so", [True, False])
async def test_a_link_to_a_reply_leads_to_its_whole_thread(
    says_so: bool, slack: SlackHouse, threads: WholeThreads
) -> None:
    root = await slack.mia.say("#support", "first")
    reply = await slack.mia.say("#support", "second", root)

    thread = await threads.read(link(reply, thread=root if says_so else ""))

    assert [one.words for one in thread.said] == ["first", "second"]
    assert Permalink.read(thread.link) == link(root)


async def test_messages_are_read_as_they_are_now_and_those_of_the_bot_and_of_apps_too(
    slack: SlackHouse, threads: WholeThreads
) -> None:
    root = await slack.mia.say("#support", "tpyo")
    await slack.mia.edit("#support", root, "typo")
    gone = await slack.mia.say("#support", "gone", root)
    await slack.mia.delete("#support", gone)
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "Only in *blocks*"}}]
    await slack.api.call(
        "chat.postMessage", channel="C0SUPPORT", thread_ts=root, text="Only in", blocks=blocks
    )

    thread = await threads.read(link(root))

    assert [one.words for one in thread.said] == ["typo", "Only in *blocks*"]
    assert thread.said[1].who.endswith("(app)")
    assert thread.total == 2


async def test_what_was_shared_in_it_is_named(slack: SlackHouse, threads: WholeThreads) -> None:
    root = await slack.mia.say("#support", "The plan:")
    await slack.mia.upload("#support", "plan.pdf", b"%PDF", thread_ts=root)

    thread = await threads.read(link(root))

    assert thread.files == ("plan.pdf",)
    assert thread.said[1].words == "(shares plan.pdf)"


async def test_a_long_thread_is_read_page_by_page_to_its_end(
    slack: SlackHouse, threads: WholeThreads
) -> None:
    root = await slack.mia.say("#support", "0")
    for number in range(1, 450):
        await slack.mia.say("#support", f"{number}", root)

    thread = await threads.read(link(root))

    assert [one.words for one in thread.said] == [f"{number}" for number in range(450)]
    assert thread.total == 450
    assert await slack.calls("conversations.replies") == 3


async def test_a_thread_longer_than_is_read_says_how_many_messages_it_has(slack: SlackHouse) -> None:
    root = await slack.mia.say("#support", "0")
    for number in range(1, 450):
        await slack.mia.say("#support", f"{number}", root)
    short = WholeThreads(slack.api, slack.workspaces.only.people, pages=2)

    thread = await short.read(link(root))

    assert (len(thread.said), thread.total) == (400, 450)


async def test_a_channel_that_the_bot_can_enter_is_told_from_what_it_may_not_know(
    slack: SlackHouse, threads: WholeThreads
) -> None:
    public = await slack.mia.say("#random", "Lunch?")
    private = await says(slack, "U0BEN", "C0FINANCE", "Secret.")

    with pytest.raises(NotInChannelError):
        await threads.read(link(public, "C0RANDOM"))
    for channel, ts in (("C0FINANCE", private), ("C0NOWHERE", private), ("D0NOWHERE", private)):
        with pytest.raises(UsageError, match=UNREADABLE[:40]):
            await threads.read(link(ts, channel))


async def test_a_message_that_is_gone_is_said_to_be(slack: SlackHouse, threads: WholeThreads) -> None:
    root = await slack.mia.say("#support", "Never mind.")
    await slack.mia.delete("#support", root)

    with pytest.raises(UsageError, match=GONE):
        await threads.read(link(root))


@pytest.mark.parametrize("host", ["other.slack.com", "acme-telecom-2.slack.com"])
async def test_a_link_of_another_workspace_is_refused_and_names_both(
    host: str, threads: WholeThreads
) -> None:
    with pytest.raises(UsageError, match=f"another workspace \\({host}\\).*{HOST}"):
        await threads.ours(Permalink(host, "C0SUPPORT", "1700000000.000100"))


@pytest.mark.parametrize("host", [HOST, "app.slack.com", "acme.enterprise.slack.com"])
async def test_a_link_of_this_workspace_or_its_organization_is_ours(host: str, threads: WholeThreads) -> None:
    ours = await threads.ours(Permalink(host, "C0SUPPORT", "1700000000.000100"))

    assert ours.host == HOST


class Pages:
    """Answers of ``conversations.replies``, one after the other; an error is raised."""

    def __init__(self, *pages: dict[str, Any] | SlackApiError) -> None:
        self._pages = [*pages]

    async def call(self, method: str, **_: Any) -> dict[str, Any]:
        assert method == "conversations.replies"
        page = self._pages.pop(0)
        if isinstance(page, SlackApiError):
            raise page
        return page

    @property
    def threads(self) -> WholeThreads:
        api = cast("SlackApi", self)
        return WholeThreads(api, People(api))


def page(*messages: dict[str, Any], more: str = "") -> dict[str, Any]:
    return {"messages": [*messages], "response_metadata": {"next_cursor": more}}


ROOT = {"ts": "1700000000.000100", "thread_ts": "1700000000.000100", "username": "Pager", "bot_id": "B1"}


async def test_a_page_that_slack_does_not_show_leaves_what_was_read_and_says_how_much_there_is() -> None:
    first = page({**ROOT, "text": "Down!", "reply_count": 30}, more="next")

    thread = await Pages(first, refusal("conversations.replies", "ratelimited")).threads.read(
        link(ROOT["ts"])
    )

    assert [(one.who, one.words) for one in thread.said] == [("Pager (app)", "Down!")]
    assert thread.total == 31


async def test_a_first_message_that_was_deleted_is_none_of_the_thread() -> None:
    tombstone = {**ROOT, "subtype": "tombstone", "text": "This message was deleted.", "reply_count": 1}
    reply = {**ROOT, "ts": "1700000001.000100", "text": "Done."}

    thread = await Pages(page(tombstone, reply)).threads.read(link(ROOT["ts"]))

    assert [one.words for one in thread.said] == ["Done."]
    assert thread.total == 1


async def test_a_slack_that_refuses_everything_is_an_error_and_no_missing_thread() -> None:
    with pytest.raises(SlackApiError):
        await Pages(refusal("conversations.replies", "ratelimited")).threads.read(link(ROOT["ts"]))
