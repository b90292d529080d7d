import pytest

from bot.render.blocks import Message
from bot.slack.writing.posts import Posts
from tests.unit.bot.slack.conftest import SlackHouse


@pytest.fixture
def posts(slack: SlackHouse) -> Posts:
    return Posts(slack.api)


async def test_a_post_whose_answer_was_lost_stands_once(posts: Posts, slack: SlackHouse) -> None:
    await slack.fault("chat.postMessage", "reset_after_apply")

    ts = await posts.post("C0JOBS", Message("news"), key="card:1")

    assert [m["ts"] for m in await slack.mia.messages("C0JOBS")] == [ts]
    assert await posts.posted("C0JOBS", "card:1") == ts
    assert await posts.posted("C0JOBS", "card:2") is None


async def test_a_message_that_was_deleted_cannot_be_edited(posts: Posts, slack: SlackHouse) -> None:
    ts = await posts.post("C0JOBS", Message("news"), key="card:1")
    edited = await posts.edit("C0JOBS", ts, Message("more"))
    await slack.api.client.chat_delete(channel="C0JOBS", ts=ts)

    assert (edited, await posts.edit("C0JOBS", ts, Message("again"))) == (True, False)


@pytest.mark.parametrize("word", ["edit_window_closed", "cant_update_message", "message_not_found"])
async def test_a_message_that_cannot_be_changed_is_said_to_be_gone(
    posts: Posts, slack: SlackHouse, word: str
) -> None:
    ts = await posts.post("C0JOBS", Message("news"), key="card:1")
    await slack.fault("chat.update", "error", error=word)

    assert not await posts.edit("C0JOBS", ts, Message("more"))
