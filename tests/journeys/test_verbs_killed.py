"""Changes are made once, whatever is killed; confirmations outlive the process; both are in the audit log."""

import asyncio
import json
import sqlite3
import urllib.request
from contextlib import closing
from typing import Any

from sandbox.slack.person import Json, Person
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House, until
from tests.journeys.screen import GENERAL, words

HANDBOOK = "handbook"


def telnyx(house: House, path: str, method: str = "GET", body: Any = None) -> Any:
    """A call of Telnyx's API, as somebody beside the bot makes it."""
    key = house.ready["env"]["TELNYX_API_KEY"]
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{house.ready['telnyx_base_url']}{path}", data, headers, method=method)  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return json.loads(answer.read() or b"null")


def sent(house: House, operation: str) -> int:
    calls = house.ask("telnyx", "calls")["calls"]
    return sum(call["operation"] == operation for call in calls)


async def reply(
    person: Person, text: str, channel: str = GENERAL, after: str = "0", seconds: float = 15
) -> Json:
    """The ephemeral answer that holds ``text``."""
    return await person.wait_for(
        lambda m: m["kind"] == "ephemeral" and text in words(m) and m["ts"] > after, seconds, channel=channel
    )


async def task_of(house: House) -> str:
    made = telnyx(house, "/ai/clusters", "POST", {"bucket": HANDBOOK, "min_cluster_size": 2})
    return str(made["data"]["task_id"])


def deeds(bot: BotProcess) -> list[tuple[Any, ...]]:
    """The audit log."""
    with closing(sqlite3.connect(bot.folder / "data" / "bot.sqlite3")) as connection:
        return connection.execute("select verb, user, attempts, result from deeds").fetchall()


async def test_a_job_is_started_once_whatever_is_killed(
    person: People, house: House, own_bot: BotProcess
) -> None:
    own_bot.start()
    ada = person("U0ADA")
    before = len(telnyx(house, "/ai/embeddings?status=queued&status=processing&status=success")["data"])
    house.telnyx_fault(operation="embeddings.embed", kind="slow", seconds=3, count=1)
    said = await ada.command(GENERAL, "/telnyx", "docs embed handbook --chunk-size 512")
    until(lambda: deeds(own_bot) == [("docs embed", "U0ADA", 1, None)], "the first try")
    await asyncio.sleep(0.3)  # the request is on its way; Telnyx does it three seconds later
    own_bot.kill()
    own_bot.start()

    told = await reply(ada, "Embedding of `handbook` has started", seconds=20)

    assert said["ok"]
    assert "watching it" in words(told)
    after = telnyx(house, "/ai/embeddings?status=queued&status=processing&status=success")["data"]
    assert len(after) == before + 1
    assert deeds(own_bot) == [("docs embed", "U0ADA", 2, "done")]


async def test_a_member_may_not_start_one_and_that_is_in_the_audit_log(
    person: People, own_bot: BotProcess
) -> None:
    own_bot.start()
    mia = person("U0MIA")
    before = await mia.say(GENERAL, "Let me try.")
    await mia.command(GENERAL, "/telnyx", "docs embed handbook")

    await reply(mia, "Only admins", after=before)

    assert deeds(own_bot) == [("docs embed", "U0MIA", 1, "refused")]


async def test_a_confirmation_ends_and_belongs_to_one_person(
    person: People, house: House, own_bot: BotProcess
) -> None:
    own_bot.start()
    ada, task = person("U0ADA"), await task_of(house)
    own_bot.stop()
    # The button outlives the process: nothing of it is stored.
    own_bot.start()
    await ada.command(GENERAL, "/telnyx", f"clusters delete {task}")
    asked = await reply(ada, f"Delete the clustering `{task}`")
    own_bot.kill()
    own_bot.start()

    await ada.click(GENERAL, asked["ts"], "confirm")

    await reply(ada, "is deleted")
