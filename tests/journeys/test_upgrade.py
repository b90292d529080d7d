"""An upgrade finishes what the release before had begun: its databases as kill -9 left them, and the bot of today.

The rows speak of messages in another sandbox; they are put back into this one, with their ts and authors.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from bot.store.schema import REVISION
from sandbox.slack.person import Person
from tests.databases import (
    FIXTURES,
    Databases,
    PostgresDatabase,
    SqliteFiles,
    new_database,
    revisions,
    story,
)
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House, until
from tests.journeys.screen import BOT, JOBS, Shown, finished, from_bot, words
from tests.journeys.test_recovery import open_statuses

SECONDS = 30.0
ANOTHER = "another"
"""A REPLICA_ID that the rows do not know: whose it was is dead, and the work is taken over."""
WAYS = ("sqlite", "postgresql", "postgresql by another replica")
BRIEF = (revisions()[0], WAYS[0])
"""All that ``make test`` runs: the longest way up, on the quicker database. The rest is for ``make matrix``."""

Asked = dict[str, Any]


@dataclass(frozen=True)
class Past:
    """What a release left."""

    databases: Databases
    keys: str
    questions: list[Asked]
    command: dict[str, str]
    jobs: dict[str, Any]
    screen: list[Shown]

    def threads(self) -> dict[tuple[str, str], list[Asked]]:
        """The questions of each thread, oldest first."""
        found: dict[tuple[str, str], list[Asked]] = {}
        for asked in sorted(self.questions, key=lambda asked: str(asked["ts"])):
            found.setdefault((asked["channel"], asked["thread"]), []).append(asked)
        return found

    def asked(self, state: str) -> Asked:
        """The question that was left in this state."""
        return next(asked for asked in self.questions if asked["state"] == state)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(
            (revision, way),
            id=f"{revision} {way}",
            marks=() if (revision, way) == BRIEF else pytest.mark.matrix,
        )
        for revision in revisions()
        for way in WAYS
    ],
)
def past(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Past:
    revision, way = request.param
    told = story(revision)
    databases: Databases
    if way == "sqlite":
        databases = SqliteFiles(tmp_path_factory.mktemp("data"))
    else:
        url = new_database(request.getfixturevalue("postgres_server"))
        databases = PostgresDatabase(url, told["replica"] if way == "postgresql" else ANOTHER)
    databases.load(FIXTURES / revision)
    return Past(databases, told["encryption_keys"], **told["engines"][way.split()[0]])


@pytest.fixture(scope="module")
def house(past: Past, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A sandbox of its own, in which what the rows speak of has happened and no job moves by itself."""
    running = House(tmp_path_factory.mktemp("sandbox"))
    running.ask("slack", "limits", {"on": False})
    running.ask("telnyx", "clock", {"scale": 0})
    for message in past.screen:
        running.ask("slack", "restore", message)
    yield running
    running.stop()


@pytest.fixture(scope="module", autouse=True)
def bot(house: House, past: Past, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    """The bot of today on the databases of then."""
    settings = {"ENCRYPTION_KEYS": past.keys} | past.databases.settings
    running = BotProcess(house, tmp_path_factory.mktemp("bot"), **settings).start()
    yield running
    running.stop()


async def answers(mia: Person, channel: str, thread: str, count: int) -> list[Shown]:
    """The bot's messages in a thread once ``count`` of them are finished, oldest first."""

    async def look() -> list[dict[str, Any]]:
        shown = await mia.messages(channel, thread)
        return [{"ours": [m for m in shown if m["user"] == BOT and not m["deleted"]]}]

    seen = await mia.wait_in(look, lambda item: sum(map(finished, item["ours"])) >= count, SECONDS)
    ours: list[Shown] = seen["ours"]
    return ours


async def test_waiting_and_running_rows_of_a_fixture_database_finish_after_an_upgrade(
    past: Past, person: People
) -> None:
    mia = person("U0MIA")
    shown = {where: await answers(mia, *where, len(asked)) for where, asked in past.threads().items()}

    for where, asked in past.threads().items():
        assert len(shown[where]) == len(asked), [words(answer) for answer in shown[where]]
        assert all(finished(answer) for answer in shown[where])
    await mia.wait_in(lambda: open_statuses(mia), lambda seen: seen["open"] == [])


async def test_questions_of_one_thread_are_answered_in_order_after_an_upgrade(
    past: Past, person: People
) -> None:
    for where, asked in past.threads().items():
        shown = await answers(person("U0MIA"), *where, len(asked))

        assert [one["holds"] in words(answer) for one, answer in zip(asked, shown, strict=True)] == [
            True
        ] * len(asked), [words(answer) for answer in shown]


@pytest.mark.parametrize("state", ["open", "written"])
async def test_a_stream_that_was_open_at_the_upgrade_is_closed_and_made_whole(
    past: Past, person: People, state: str
) -> None:
    asked = past.asked(state)

    shown = (await answers(person("U0MIA"), asked["channel"], asked["thread"], 1))[0]

    assert shown["ts"] == asked["reply"]
    assert not shown["streaming"]
    assert words(shown).count(asked["holds"]) == 2, "once in the answer and once in its source"


async def test_an_answer_that_stood_before_the_upgrade_is_left_as_it_was(past: Past, person: People) -> None:
    asked = past.asked("answered")
    before = next(message for message in past.screen if message["ts"] == asked["reply"])

    (after,) = await answers(person("U0MIA"), asked["channel"], asked["thread"], 1)

    assert after["edited"] == 0
    assert {key: after[key] for key in before} == before


async def test_a_private_command_of_before_the_upgrade_is_answered_once_in_a_direct_message(
    past: Past, person: People
) -> None:
    """Its response_url is older than the thirty minutes for which Slack takes one."""
    mia = person(past.command["user"])
    direct = f"D0{past.command['user'].removeprefix('U0')}"

    await mia.wait_for(lambda m: finished(m) and past.command["holds"] in words(m), SECONDS, channel=direct)

    assert len([m for m in await mia.messages(direct) if from_bot(m)]) == 1
    assert not [m for m in await mia.messages(past.command["channel"]) if m["only_for"]]


async def test_a_job_is_told_once_across_an_upgrade_and_goes_on_in_its_card(
    past: Past, person: People, house: House
) -> None:
    mia = person("U0MIA")
    untold = past.jobs["untold"]
    told = next(job for job in past.jobs["told"] if job["kind"] == "fine-tuning")
    house.ask("telnyx", "jobs", {"job_id": told["job"], "status": "succeeded"})
    await mia.wait_for(lambda m: untold["job"] in words(m), SECONDS, channel=JOBS)
    await mia.wait_for(lambda m: "→ succeeded" in words(m), SECONDS, channel=JOBS, thread_ts=told["ts"])

    shown = await mia.messages(JOBS)

    keys = Counter(m["metadata"]["event_payload"]["turn"] for m in shown if m["metadata"])
    assert not [key for key, count in keys.items() if count > 1], "told twice"
    assert len([m for m in shown if told["job"] in words(m) and m["thread_ts"] is None]) == 1
    assert len(await mia.messages(JOBS, told["ts"])) == 2, "the card and the line of its end"


def test_nothing_is_left_unfinished_and_the_tables_are_those_of_today(past: Past) -> None:
    rows = past.databases.rows
    unfinished = "SELECT count(*) FROM dbos.workflow_status WHERE status IN ('PENDING', 'ENQUEUED')"
    until(lambda: rows(unfinished) == [(0,)], "the end of all work", SECONDS)

    states: dict[str, str] = dict(rows("SELECT id, state FROM turns"))
    ends: dict[str, str] = dict(rows("SELECT workflow_uuid, status FROM dbos.workflow_status"))

    assert len(states) == len(past.questions) + 1
    assert set(states.values()) == {"done"}
    assert set(ends.values()) == {"SUCCESS"}
    assert rows("SELECT version_num FROM alembic_version") == [(REVISION,)]
