"""An upgrade finishes what the release before had begun: its databases as kill -9 left them, and the bot of today.

The rows speak of messages in another sandbox; they are put back into this one, with their ts and authors.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
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
from tests.journeys.screen import BOT, GENERAL, JOBS, RANDOM, SUPPORT, Shown, finished, from_bot, words
from tests.journeys.telnyx_side import asked as asked_of_telnyx
from tests.journeys.telnyx_side import telnyx
from tests.journeys.test_recovery import open_statuses

SECONDS = 30.0
QUICK = "sqlite"
ENDS = (revisions()[0], revisions()[-1])
"""The way and the revisions of ``make test``, the longest upgrade and the shortest; the others are for ``make matrix``."""
ANOTHER = "another"
"""A REPLICA_ID that the rows do not know: whose it was is dead, and the work is taken over."""
WAYS = ("sqlite", "postgresql", "postgresql by another replica")

SHARER = "U0ADA"
SHARED = {SUPPORT: False, RANDOM: True}
"""Channels on the way into which an answer was; whether the bot had to enter first (*Add me*)."""
FAILED = "cmd:T0ACME:1600000000.failed"
"""A private question that failed."""
UNKNOWN = "turn:T0ACME:C0SUPPORT:1600000000.000000"
"""Work of a kind that this release does not know."""
OLD_BUTTONS = "1600000000.000100"
OLD_QUESTION = "1600000000.000200"
"""The ts of messages with buttons of the releases before."""
NO_CHANGES = "This revision knew no changes."

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
    change: dict[str, str] = field(default_factory=dict)
    """A change that was cut off. Revisions before 0003 know of none, nor of questions before one."""
    confirmation: dict[str, str] = field(default_factory=dict)
    """A change that somebody was asked about and has not confirmed."""

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
            marks=() if way == QUICK and revision in ENDS else pytest.mark.matrix,
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
    left = Past(databases, told["encryption_keys"], **told["engines"][way.split()[0]])
    leave_what_no_fixture_has(left)
    return left


def leave_what_no_fixture_has(past: Past) -> None:
    """Answers on their way into two channels, a question that failed, and work of a kind that this release does not know."""
    first, asked = past.asked("open"), past.asked("written")
    here = {"team": "T0ACME", "thread": "", "user": SHARER, "user_team": "T0ACME", "shared": False}
    for channel, join in SHARED.items():
        work_id = f"act:T0ACME:1600000000.000001:share:{SHARER}:{channel}"
        to = here | {"channel": channel, "private": False}
        data = {"id": work_id, "turn": turn_of(asked), "destination": to, "join": join}
        leave(past, turn_of(first), ("share", "ShareWorkflow", "share"), data)
    # Among the questions of a thread it would be the first.
    to = here | {"channel": first["channel"], "thread": first["thread"], "private": False}
    data = {"id": UNKNOWN, "kind": "riddle", "text": "?", "ts": "1600000000.000000", "destination": to}
    leave(past, turn_of(first), ("riddle", "RiddleWorkflow", "riddles"), data)
    if past.confirmation:  # asked just before the upgrade, not when the fixture was made
        past.databases.change(
            f"UPDATE deeds SET at = {time.time()}, until = {time.time() + 600} WHERE id = '{past.confirmation['id']}'"  # noqa: S608 - as above
        )
    ((revision,),) = past.databases.rows("SELECT version_num FROM alembic_version")
    private = ("reply_kind", "'private'") if revision < "0005" else ("private", "1")
    shared = "" if revision >= "0006" else "shared, "
    same = f'kind, team, question, options, {shared}bot_user, attempts, boot, created_at, "user"'
    past.databases.change(
        f"INSERT INTO turns (id, channel, root, ts, state, outcome, {private[0]}, retryable, {same})"  # noqa: S608 - words of this file
        f" SELECT '{FAILED}', 'C0GENERAL', '', '', 'failed', 'failed', {private[1]}, 1, {same}"
        f" FROM turns WHERE id = '{turn_of(first)}'"
    )


def leave(past: Past, like: str, kind: tuple[str, str, str], data: dict[str, Any]) -> None:
    """An unfinished row of the engine, with everything but the work itself of one that there is."""
    same = (
        "status, executor_id, created_at, updated_at, application_version, application_id, recovery_attempts,"
        " priority, serialization, attributes, application_name, owner_xid, creator_xid"
    )
    names = ", ".join(f"'{name}'" for name in (data["id"], *kind))
    past.databases.change(
        f"INSERT INTO dbos.workflow_status (workflow_uuid, name, class_name, config_name, {same})"  # noqa: S608 - words of this file
        f" SELECT {names}, {same} FROM dbos.workflow_status WHERE workflow_uuid = '{like}'"
    )
    inputs = json.dumps({"namedArgs": {}, "positionalArgs": [data]})
    past.databases.change(
        f"INSERT INTO dbos.workflow_input (workflow_uuid, inputs) VALUES ('{data['id']}', '{inputs}')"  # noqa: S608 - as above
    )


def turn_of(asked: Asked) -> str:
    """The id of a question's row."""
    return f"turn:T0ACME:{asked['channel']}:{asked['ts']}"


@pytest.fixture(scope="module")
def house(past: Past, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A sandbox of its own, in which what the rows speak of has happened and no job moves by itself."""
    running = House(tmp_path_factory.mktemp("sandbox"))
    running.ask("slack", "limits", {"on": False})
    running.ask("telnyx", "clock", {"scale": 0})
    # Releases before this one answered in public where a guest reads along.
    running.ask("slack", "leave", {"channel": SUPPORT, "who": "U0GUS"})
    for message in (*past.screen, *old_buttons(past)):
        running.ask("slack", "restore", message)
    yield running
    running.stop()


def old_buttons(past: Past) -> list[Shown]:
    """Messages with buttons as the releases before wrote them; the one of an answer is on the screen by itself."""
    answered = turn_of(past.asked("answered")).replace(":", "%3A")
    values = {
        "share": f"turn:{answered}",
        "add_me": f"add:{RANDOM}:{answered}",
        "try_again": f"turn:{FAILED.replace(':', '%3A')}",
    }
    asked = {"confirm": json.dumps({"deed": past.confirmation["id"]})} if past.confirmation else {}
    return [
        {
            "channel": GENERAL,
            "ts": ts,
            "user": BOT,
            "kind": "post",
            "text": "Old",
            "blocks": [{"type": "actions", "elements": [*map(old_button, actions, actions.values())]}],
        }
        for ts, actions in ((OLD_BUTTONS, values), (OLD_QUESTION, asked))
        if actions
    ]


def old_button(action: str, value: str) -> dict[str, Any]:
    """One of them."""
    text = {"type": "plain_text", "text": action}
    return {"type": "button", "text": text, "action_id": action, "value": value}


@pytest.fixture(scope="module", autouse=True)
def bot(house: House, past: Past, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    """The bot of today on the databases of then."""
    settings = {"ENCRYPTION_KEYS": past.keys} | past.databases.settings
    running = BotProcess(house, tmp_path_factory.mktemp("bot"), **settings).start()
    yield running
    running.stop()


@pytest.fixture
def person(person: People) -> People:
    """People who also wait for what stood there before: the past is put in before the tests begin."""

    def get(user: str) -> Person:
        one = person(user)
        one.since = ""
        return one

    return get


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

    shown = [m for m in await mia.messages(direct) if from_bot(m) and m["kind"] != "ephemeral"]
    assert len(shown) == 1
    assert not [m for m in await mia.messages(past.command["channel"]) if m["only_for"]]


def key_of(message: Shown) -> str:
    """What a message of ours is found by."""
    return str(message["metadata"]["event_payload"]["turn"]) if message["metadata"] else ""


def card_of(job: dict[str, str]) -> str:
    """What its card is found by."""
    return f"card:{job['kind']}:{job['job']}:{job['channel']}"


async def test_a_job_is_told_once_across_an_upgrade_and_goes_on_in_its_card(
    past: Past, person: People, house: House
) -> None:
    mia = person("U0MIA")
    untold = past.jobs["untold"]
    told = next(job for job in past.jobs["told"] if job["kind"] == "fine-tuning")
    house.ask("telnyx", "jobs", {"job_id": told["job"], "status": "succeeded"})
    await mia.wait_for(lambda m: key_of(m) == card_of(untold), SECONDS, channel=JOBS)
    await mia.wait_for(lambda m: "→ succeeded" in words(m), SECONDS, channel=JOBS, thread_ts=told["ts"])

    shown = await mia.messages(JOBS)

    keys = Counter(key_of(m) for m in shown if m["metadata"])
    assert not [key for key, count in keys.items() if count > 1], "told twice"
    assert [m["ts"] for m in shown if key_of(m) == card_of(told)] == [told["ts"]]
    lines = [words(m) for m in await mia.messages(JOBS, told["ts"]) if m["ts"] != told["ts"]]
    # It had not moved for days, which is told if it's looked at before it ends.
    assert [line for line in lines if "→ succeeded" in line] == lines[-1:], "the line of its end"
    assert all("→ stalled" in line for line in lines[:-1])


@pytest.mark.parametrize("channel", SHARED)
async def test_an_answer_on_its_way_into_a_channel_at_the_upgrade_is_shared_once(
    past: Past, person: People, channel: str
) -> None:
    ada = person(SHARER)
    held = past.asked("written")["holds"]
    await ada.wait_for(lambda m: shared_by(m, SHARER), SECONDS, channel=channel)
    await ada.wait_for(lambda m: "Shared in the channel." in words(m), SECONDS, channel="D0ADA")

    (shown,) = [m for m in await ada.messages(channel) if shared_by(m, SHARER)]

    assert held in words(shown)
    deeds = "SELECT verb, attempts, result, told FROM deeds WHERE id LIKE 'act:T0ACME:16%' ORDER BY verb"
    until(
        lambda: past.databases.rows(deeds) == [("add_me", 1, "done", 1), ("share", 1, "done", 1)],
        "the ends of what was to be shared",
        SECONDS,
    )


async def test_buttons_of_before_the_upgrade_still_work(past: Past, person: People) -> None:
    mia = person("U0MIA")
    answered = past.asked("answered")
    for channel, ts, action in (
        (answered["channel"], answered["reply"], "show_passages"),
        *((GENERAL, OLD_BUTTONS, action) for action in ("share", "add_me", "try_again")),
    ):
        assert await mia.click(channel, ts, action) == {"ok": True}

    await mia.wait_in(mia.views, lambda view: answered["holds"] in str(view), SECONDS)
    for channel in (GENERAL, RANDOM):
        await mia.wait_for(lambda m: shared_by(m, "U0MIA"), SECONDS, channel=channel)
    # The answer takes the place of the failure.
    await mia.wait_for(
        lambda m: m["ts"] == OLD_BUTTONS and finished(m) and past.asked("open")["holds"] in words(m),
        SECONDS,
        channel=GENERAL,
    )


async def test_an_answer_that_came_in_a_direct_message_is_shared_where_it_was_asked_for(
    past: Past, person: People
) -> None:
    mia = person("U0MIA")
    asked = past.command
    answer = await mia.wait_for(
        lambda m: finished(m) and asked["holds"] in words(m), SECONDS, channel="D0MIA"
    )

    assert await mia.click("D0MIA", answer["ts"], "share") == {"ok": True}

    await mia.wait_for(
        lambda m: shared_by(m, "U0MIA") and asked["holds"] in words(m), SECONDS, channel=asked["channel"]
    )


async def test_a_change_that_was_cut_off_by_the_upgrade_is_made_once_and_told_once(
    past: Past, person: People, house: House
) -> None:
    if not past.change:
        pytest.skip(NO_CHANGES)
    ada = person(past.change["user"])
    told = f"I've started embedding `{past.change['bucket']}`"
    await ada.wait_for(lambda m: told in words(m), SECONDS, channel="D0ADA")

    deed = f"SELECT attempts, result, told FROM deeds WHERE id = '{past.change['id']}'"  # noqa: S608 - words of a fixture
    until(lambda: past.databases.rows(deed) == [(2, "done", 1)], "the end of the change", SECONDS)
    assert len([m for m in await ada.messages() if told in words(m)]) == 1
    assert asked_of_telnyx(house, "embeddings.embed") == 1


async def test_a_question_of_before_the_upgrade_can_be_confirmed_after_it(
    past: Past, person: People, house: House
) -> None:
    if not past.confirmation:
        pytest.skip(NO_CHANGES)
    ada, task = person(past.confirmation["user"]), past.confirmation["task"]

    assert await ada.click(GENERAL, OLD_QUESTION, "confirm") == {"ok": True}

    await ada.wait_for(
        lambda m: f"I deleted the clustering `{task[:8]}`" in words(m), SECONDS, channel=GENERAL
    )
    assert task not in [one["task_id"] for one in telnyx(house, "/ai/clusters?page[size]=100")["data"]]


def shared_by(message: Shown, user: str) -> bool:
    """Is it an answer that this person has shared?"""
    return from_bot(message) and f"<@{user}> asked:" in words(message)


def test_work_of_an_unknown_kind_is_left_alone(past: Past, bot: BotProcess) -> None:
    status = f"SELECT status FROM dbos.workflow_status WHERE workflow_uuid = '{UNKNOWN}'"  # noqa: S608 - words of this file

    until(lambda: bot.logged("work_of_another_release"), "a word about it", SECONDS)
    # DBOS puts it into its queue at the start, takes it out again, and finds nothing to run.
    until(lambda: past.databases.rows(status) == [("PENDING",)], "rest", SECONDS)

    assert bot.log.read_text().count("work_of_another_release") == 1
    assert bot.log.read_text().count("not a registered workflow function") <= 1, "not every five seconds"


def test_nothing_is_left_unfinished_and_the_tables_are_those_of_today(past: Past) -> None:
    rows = past.databases.rows
    unfinished = "SELECT workflow_uuid FROM dbos.workflow_status WHERE status IN ('PENDING', 'ENQUEUED')"
    until(lambda: rows(unfinished) == [(UNKNOWN,)], "the end of all work", SECONDS)

    # Not the question that had failed, nor the same one tried again by a button.
    states: dict[str, str] = dict(rows(f"SELECT id, state FROM turns WHERE id NOT LIKE '%{FAILED}'"))  # noqa: S608 - words of this file
    ends: dict[str, str] = dict(rows("SELECT workflow_uuid, status FROM dbos.workflow_status"))
    del ends[UNKNOWN]

    assert states.keys() > {*map(turn_of, past.questions)}
    assert len(states) == len(past.questions) + 1
    assert set(states.values()) == {"done"}
    assert set(ends.values()) == {"SUCCESS"}
    assert rows("SELECT version_num FROM alembic_version") == [(REVISION,)]
