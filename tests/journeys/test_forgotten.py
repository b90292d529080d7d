"""A person is forgotten while the bot answers them: the question ends unanswered, what was shown goes, and no word of it is left."""

import subprocess
from pathlib import Path
from typing import Any

from sandbox.slack.person import Person
from tests.databases import Databases, PostgresDatabase, SqliteFiles
from tests.journeys.conftest import People
from tests.journeys.forked import typed
from tests.journeys.house import BotProcess, House
from tests.journeys.replies import no_status, replies
from tests.journeys.screen import GENERAL

LEAVE = "How many days of paid annual leave do full-timers have?"


def forget(bot: BotProcess, user: str) -> "subprocess.CompletedProcess[str]":
    """What an operator types."""
    return typed("forget", user, environment=bot.environment)


async def growing(mia: Person, root: str) -> dict[str, Any]:
    """The reply as soon as it is open on the screen."""
    return await mia.wait_for(
        lambda m: m["streaming"] and bool(m["markdown"]), channel=GENERAL, thread_ts=root
    )


async def test_a_question_of_a_forgotten_person_ends_and_what_was_shown_is_taken_away(
    person: People, house: House, either_bot: BotProcess
) -> None:
    mia = person("U0MIA")
    either_bot.environment["TELNYX_FIRST_BYTE_SECONDS"] = "60"
    house.telnyx_fault(operation="chat.completions", kind="stall", seconds=60, after_chunks=4, count=0)
    either_bot.start()
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    shown = await growing(mia, root)
    server = either_bot.environment.get("DATABASE_URL")
    if not server:  # files have to be let go first
        either_bot.kill()

    done = forget(either_bot, "U0MIA")

    assert done.returncode == 0, done.stderr
    if not server:
        either_bot.start()
    await mia.wait_for(lambda m: m["ts"] == shown["ts"] and m["deleted"], channel=GENERAL)
    await no_status(mia, root)
    assert await replies(mia, GENERAL, root) == []
    kept: Databases = SqliteFiles(Path(either_bot.environment["DATA_DIR"]))
    if server:
        kept = PostgresDatabase(server, "alone")
    assert kept.rows("SELECT question, answer FROM turns WHERE question <> '' OR answer IS NOT NULL") == []
    assert kept.rows("SELECT id FROM turns WHERE \"user\" = 'U0MIA'") == []
    inputs = kept.rows("SELECT inputs FROM dbos.workflow_input WHERE inputs LIKE '%annual leave%'")
    assert inputs == []
