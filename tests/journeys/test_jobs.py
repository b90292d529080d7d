"""The clock tells JOBS_CHANNEL each change of a job once, also across a restart."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import SqliteFiles
from tests.journeys.conftest import People
from tests.journeys.house import WATCHFUL, BotProcess, House, until
from tests.journeys.screen import JOBS, words


@pytest.fixture(autouse=True)
def still(house: House) -> Iterator[None]:
    """Telnyx's time stands still, so that jobs move only when a test moves them."""
    house.ask("telnyx", "clock", {"scale": 0})
    yield
    house.ask("telnyx", "clock", {"scale": 1})


@pytest.fixture
def own_bot(own_bot: BotProcess) -> BotProcess:
    own_bot.environment |= WATCHFUL
    return own_bot


def put_file(house: House, bucket: str) -> None:
    """A file in a new bucket: an embedding task begins."""
    text = f"The colour of {bucket} is octarine, as everybody in the office knows."
    house.ask("telnyx", "documents", {"bucket": bucket, "filename": "colour.md", "text": text})


def all_told(bot: BotProcess) -> bool:
    """Has it looked at jobs of each kind that it tells of here, and has each burst that is news its card?"""
    rows = SqliteFiles(Path(bot.environment["DATA_DIR"])).rows
    untold = (
        "SELECT count(*) FROM transitions WHERE 'card:' || kind || ':' || json_extract(detail, '$.burst') || ':C0JOBS' "
        "NOT IN (SELECT key FROM messages WHERE ts != '')"
    )
    looked = {kind for (kind,) in rows("SELECT kind FROM polls WHERE looked = 1")}
    return looked >= {"embedding", "clusters", "fine-tuning"} and rows(untold) == [(0,)]


def running(bot: BotProcess, kind: str) -> str:
    """The id of the job of this kind that runs, once this bot has told of it."""
    rows = SqliteFiles(Path(bot.environment["DATA_DIR"])).rows
    told = "FROM transitions WHERE notified = 1 AND kind = jobs.kind AND job = jobs.id"
    query = f"SELECT id FROM jobs WHERE kind = '{kind}' AND status = 'running' AND EXISTS (SELECT 1 {told})"  # noqa: S608 - words of this file
    until(lambda: len(rows(query)) == 1, "this bot's first look")
    return str(rows(query)[0][0])


async def test_an_embedding_task_is_one_message_that_moves_with_each_change_in_its_thread(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.start()
    mia = person("U0MIA")
    put_file(house, "moving")
    card = await mia.wait_for(lambda m: "of moving*: queued" in words(m), channel=JOBS)
    house.ask("telnyx", "tasks", {"bucket": "moving", "status": "processing"})
    await mia.wait_for(lambda m: m["ts"] == card["ts"] and "processing" in words(m), channel=JOBS)
    house.ask("telnyx", "tasks", {"bucket": "moving", "status": "failure"})
    await mia.wait_for(lambda m: "processing → failed" in words(m), channel=JOBS, thread_ts=card["ts"])

    thread = [words(m) for m in await mia.messages(JOBS, card["ts"]) if m["ts"] != card["ts"]]
    shown = [m for m in await mia.messages(JOBS) if m["ts"] == card["ts"]]

    changes = [line.splitlines()[0].rsplit(": ", 1)[-1] for line in thread]
    assert changes == ["queued → processing", "processing → failed"]
    assert "Embed again" in thread[-1]
    assert "*: failed" in words(shown[0])


async def test_a_restart_repeats_nothing_and_misses_nothing(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.start()
    mia = person("U0MIA")
    put_file(house, "restarted")
    card = await mia.wait_for(lambda m: "of restarted*: queued" in words(m), channel=JOBS)
    until(lambda: all_told(own_bot), "the cards of all jobs of the first look")
    before = len(await mia.messages(JOBS))

    own_bot.kill()
    house.ask("telnyx", "tasks", {"bucket": "restarted", "status": "success"})
    own_bot.start()

    await mia.wait_for(lambda m: "queued → succeeded" in words(m), channel=JOBS, thread_ts=card["ts"])
    after = await mia.messages(JOBS)
    assert len(after) == before + 1, "the line in the thread, and no second card"


async def test_a_fine_tuning_job_that_ends_is_told(own_bot: BotProcess, person: People, house: House) -> None:
    own_bot.start()
    mia = person("U0MIA")
    card = await mia.wait_for(
        lambda m: "Fine-tuning of" in words(m) and "*: running" in words(m), channel=JOBS
    )
    title = words(card).split("*Fine-tuning of ")[1].split("*")[0]
    job = running(own_bot, "fine-tuning")
    house.ask("telnyx", "jobs", {"job_id": job, "status": "succeeded"})

    told = await mia.wait_for(lambda m: "running → succeeded" in words(m), channel=JOBS, thread_ts=card["ts"])

    assert title in words(told)


async def test_telnyx_down_for_a_while_is_no_news_and_nothing_is_missed(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.start()
    mia = person("U0MIA")
    put_file(house, "down")
    card = await mia.wait_for(lambda m: "of down*: queued" in words(m), channel=JOBS)
    house.telnyx_fault(path="/ai/embeddings*", kind="status", status=404, count=0)
    house.ask("telnyx", "tasks", {"bucket": "down", "status": "success"})
    until(lambda: own_bot.logged("jobs_unreadable"), "a failed look")

    house.calm()

    await mia.wait_for(lambda m: "queued → succeeded" in words(m), channel=JOBS, thread_ts=card["ts"])
