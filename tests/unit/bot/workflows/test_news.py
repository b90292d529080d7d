"""Job news before the stand-in Slack: one card for a burst, each change once, and nothing lost while Slack can't show it."""

import asyncio
import dataclasses
import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from bot.backoff import Backoff
from bot.slack.writing.posts import Posts
from bot.store.database import Database
from bot.store.jobs import Jobs, Sighting, Transition
from bot.store.messages import Messages
from bot.workflows.messages import OwnMessages
from bot.workflows.news import NEWS_SECONDS, MayKnow, News
from bot.workflows.notify import notice_id
from tests.journeys.screen import words
from tests.unit.bot.conftest import Clock
from tests.unit.bot.slack.conftest import SlackHouse, slack

pytestmark = pytest.mark.slow  # each starts an engine of its own

__all__ = ["slack"]  # a fixture

CHANNEL = "C0JOBS"
NAMES = [f"file-{n:02}.md" for n in range(14)] + [
    "old.docx",
    "<script>.md",
    "<img src=x>.txt",
    "100% `sure`.txt",
    "\u202etxt.exe",
    "two\nlines.md",
    "<!channel>.md",
    "broken.pdf",
]
BAD = NAMES[14:]


@dataclasses.dataclass
class FailedFile:
    filename: str
    error_reason: str | None = "not UTF-8 text"


async def failed_file(change: Transition) -> list[FailedFile]:
    name = change.detail.get("file")
    return [FailedFile(name)] if name else []


@pytest.fixture
async def jobs(database: Database) -> Jobs:
    """Telnyx was looked at before, so that all that comes is news."""
    made = Jobs(database)
    await made.claim("embedding", 15, 85)
    await made.record("embedding", [])
    return made


async def members_only(*_: str) -> bool:
    return True


def news_of(
    slack: SlackHouse,
    jobs: Jobs,
    steady: Callable[[], float] = time.monotonic,
    may_know: MayKnow = members_only,
) -> News:
    """What a process has; a second one is a replica, or the same after a restart."""
    posts = OwnMessages(Posts(slack.api), Messages(jobs._database))
    return News(jobs, posts, failed_file, Backoff(first=0.01, most=0.02), steady, may_know=may_know)


@pytest.fixture
def news(slack: SlackHouse, jobs: Jobs) -> News:
    return news_of(slack, jobs)


async def seen(jobs: Jobs, status: Callable[[str], str], names: Iterable[str] = NAMES) -> list[Transition]:
    """Telnyx lists these files' tasks; the changes that are news."""
    found = []
    for name in names:
        how = status(name)
        ended = how in ("success", "failure")
        detail = {
            "bucket": "mydocs",
            "file": name,
            "failed": how == "failure",
            "finished": ended,
            "created_at": 100,
            "finished_at": 112 if ended else None,
        }
        found.append(
            Sighting(
                "embedding",
                f"task-{NAMES.index(name) if name in NAMES else name}",
                "mydocs",
                how,
                detail,
                ended,
                "mydocs",
            )
        )
    await jobs.record("embedding", found)
    changes = await jobs.untold()
    for change in changes:
        await jobs.told(change)
    return changes


def notice(change: Transition) -> tuple[dict[str, Any], str]:
    data = {"kind": change.kind, "job": change.job, "number": change.number, "channel": CHANNEL}
    return data, notice_id(change, CHANNEL)


async def tell(news: News, changes: Iterable[Transition]) -> None:
    for change in changes:
        await news.tell(*notice(change))


def ending(name: str) -> str:
    return "failure" if name in BAD else "success"


async def screen(slack: SlackHouse) -> tuple[list[str], list[str]]:
    """The channel's own messages, and what stands in threads."""
    messages = [m for m in await slack.mia.messages(CHANNEL) if not m.get("deleted")]
    above = [m for m in messages if m.get("thread_ts") in (None, m["ts"])]
    below = [m for one in above for m in await slack.replies(one["ts"], CHANNEL)]
    return [words(m).split("\n")[0] for m in above], [words(m) for m in below]


async def test_many_files_of_a_bucket_are_one_message_and_its_thread_names_what_failed_and_why(
    slack: SlackHouse, jobs: Jobs, news: News
) -> None:
    for step in (lambda _: "queued", lambda _: "processing", ending):
        await tell(news, await seen(jobs, step))

    above, below = await screen(slack)

    assert above == [":warning: *mydocs: 14 of 22 files embedded, 8 failed*"]
    assert len(below) == 8
    assert all("not UTF-8 text" in line and "add it again" in line for line in below)
    shown = "\n".join(below)
    for name in (
        "old.docx",
        "&lt;script&gt;.md",
        "&lt;img src=x&gt;.txt",
        "100% ˋsureˋ.txt",
        "`txt.exe`",
        "two lines.md",
        "&lt;!channel&gt;.md",
    ):
        assert name in shown
    assert await slack.calls("chat.update") == 1, (
        "queued and being embedded are one picture, the ends another"
    )


@pytest.mark.parametrize("names", [NAMES, ["broken.pdf"]])
async def test_where_not_everyone_may_know_of_a_bucket_its_jobs_are_told_without_names(
    slack: SlackHouse, jobs: Jobs, names: list[str]
) -> None:
    asked: list[tuple[str, str]] = []

    async def may_know(bucket: str, channel: str) -> bool:
        asked.append((bucket, channel))
        return False

    news = news_of(slack, jobs, may_know=may_know)
    for step in (lambda _: "queued", ending):
        await tell(news, await seen(jobs, step, names))

    said = str([m for m in await slack.mia.messages(CHANNEL) if m["user"] == "U0BOT"])
    assert set(asked) == {("mydocs", CHANNEL)}
    assert "documents" in said
    assert not [name for name in ("mydocs", *names) if name in said]


async def test_a_restart_and_a_replica_repeat_nothing(slack: SlackHouse, jobs: Jobs, news: News) -> None:
    changes = await seen(jobs, ending)
    other = news_of(slack, jobs)
    halves = (tell(news, changes[::2]), tell(other, changes[1::2]))

    await asyncio.gather(*halves)
    await tell(news_of(slack, jobs), changes)

    above, below = await screen(slack)
    assert above == [":warning: *mydocs: 14 of 22 files embedded, 8 failed*"]
    assert len(set(below)) == 8


async def test_a_card_posted_by_a_process_that_died_is_found_again(
    slack: SlackHouse, jobs: Jobs, news: News
) -> None:
    (change,) = await seen(jobs, lambda _: "queued", ["a.md"])
    await slack.fault("chat.postMessage", "reset_after_apply", count=1)
    telling = asyncio.create_task(news.tell(*notice(change)))
    await slack.until_called("chat.postMessage")
    telling.cancel()
    await asyncio.wait({telling})

    await tell(news_of(slack, jobs), [change])

    assert (await screen(slack))[0] == [":hourglass_flowing_sand: *Embedding of mydocs*: queued"]


@pytest.mark.parametrize(
    "word",
    [
        "internal_error",
        "token_revoked",
        "is_archived",
        "not_in_channel",
        "channel_not_found",
        "restricted_action",
        "fatal_error",
    ],
)
async def test_news_is_told_when_it_can_be_told(slack: SlackHouse, jobs: Jobs, news: News, word: str) -> None:
    changes = await seen(jobs, ending, NAMES[:1])
    for method in ("chat.postMessage", "conversations.history"):
        await slack.fault(method, "error", error=word, count=1000)
    telling = asyncio.create_task(tell(news, changes))
    await slack.until_called("conversations.history", 3)
    assert not telling.done()

    slack.standin.workspace.faults.clear()
    await telling

    assert (await screen(slack))[0] == [":white_check_mark: *Embedding of mydocs*: succeeded"]


async def test_news_is_given_up_after_a_week_that_has_passed_whatever_the_time_of_day_is(
    slack: SlackHouse, jobs: Jobs
) -> None:
    steady = Clock()
    news = news_of(slack, jobs, steady)
    (change,) = await seen(jobs, ending, NAMES[:1])
    await slack.fault("chat.postMessage", "error", error="is_archived", count=1000)
    telling = asyncio.create_task(news.tell(*notice(change)))
    await slack.until_called("chat.postMessage", 3)
    early = telling.done()

    steady.now += NEWS_SECONDS + 1

    assert (early, await telling) == (False, "")


async def test_what_slack_never_takes_is_given_up(slack: SlackHouse, jobs: Jobs, news: News) -> None:
    (change,) = await seen(jobs, ending, NAMES[:1])
    await slack.fault("chat.postMessage", "error", error="invalid_arguments", count=1000)

    assert await news.tell(*notice(change)) == ""


@pytest.mark.parametrize("word", ["edit_window_closed", "cant_update_message", "message_not_found"])
async def test_a_card_that_cannot_be_edited_is_posted_anew(
    slack: SlackHouse, jobs: Jobs, news: News, word: str
) -> None:
    await tell(news, await seen(jobs, lambda _: "processing", ["a.md"]))
    await slack.fault("chat.update", "error", error=word, count=1)

    await tell(news, await seen(jobs, lambda _: "failure", ["a.md"]))

    above, below = await screen(slack)
    assert above == [":gear: *Embedding of mydocs*: processing", ":x: *Embedding of mydocs*: failed"]
    assert len(below) == 1
    assert "`a.md`: not UTF-8 text" in below[0]
