"""A change from the question before it to its outcome: who may confirm it, until when, how often, what is told, what is written down."""

import asyncio
import itertools
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass

import pytest

from tests.databases import SqliteFiles
from tests.journeys.conftest import People
from tests.journeys.desk import Desk
from tests.journeys.house import BotProcess, House, until
from tests.journeys.screen import GENERAL, Shown
from tests.journeys.telnyx_side import asked, bucket, clustering, telnyx

NUMBERS = itertools.count(1)
Ended = tuple[int, str | None, int]
"""Attempts, result, told."""


@dataclass(frozen=True)
class AuditLog:
    """The rows in ``deeds``."""

    data: SqliteFiles

    def of(self, given: str) -> Ended | None:
        """The only change with this argument, once it is written down."""
        found = self.data.rows(
            f"SELECT attempts, result, told FROM deeds WHERE given LIKE '%\"{given}\"%'"  # noqa: S608 - words of this file
        )
        assert len(found) < 2, found
        return found[0] if found else None

    def waits_for(self, given: str, ended: Ended) -> None:
        """Wait until it has come so far."""
        until(lambda: self.of(given) == ended, f"{ended} for {given}", 20)

    def change(self, given: str, column: str, value: str) -> None:
        """As time or somebody else would."""
        with closing(sqlite3.connect(self.data.files["bot"], timeout=20)) as connection, connection:
            changed = connection.execute(
                f"UPDATE deeds SET {column} = {value} WHERE given LIKE '%\"{given}\"%'"  # noqa: S608 - words of this file
            )
            assert changed.rowcount == 1


def question(desk: Desk, task: str) -> Shown:
    """Ask for a clustering to be deleted; the question that comes first."""
    desk.type(f"clusters delete {task}")
    return desk.message(f"Delete the clustering `{task[:8]}`")


def fresh(house: House, name: str) -> str:
    """A bucket that nothing else uses."""
    return bucket(house, f"deeds-{name}-{next(NUMBERS)}", 1)


def takes_no_outcome(house: House) -> None:
    """Slack takes no answer to the command (with blocks or without), and no direct message until everything is calm again.

    Not a number of them: the card of a job that Ada started is a direct message, too.
    """
    house.slack_fault(method="response_url", kind="error", error="expired_url", count=2)
    house.slack_fault(
        method="chat.postMessage", kind="error", error="restricted_action", count=1000, channel="D0ADA"
    )


def untold(bot: BotProcess) -> int:
    """How often an outcome reached no one."""
    return bot.log.read_text().count("deed_not_told")


def tasks(house: House, name: str) -> int:
    """How often a bucket is embedded."""
    everything = "queued,processing,success,failure,partial_success"
    found = telnyx(house, f"/ai/embeddings?status={everything}")["data"]
    return [task["bucket"] for task in found].count(name) - 1  # the one that came with its file


def stands(house: House, task: str) -> bool:
    """Is this clustering still there?"""
    return task in [one["task_id"] for one in telnyx(house, "/ai/clusters?page[size]=100")["data"]]


@pytest.fixture(scope="module")
def bot(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    running = BotProcess(house, tmp_path_factory.mktemp("bot"), JOBS_POLL_SECONDS="60").start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def log(bot: BotProcess) -> AuditLog:
    return AuditLog(SqliteFiles(bot.folder / "data"))


@pytest.fixture
def ada(house: House) -> Desk:
    """An admin."""
    return Desk(house, "U0ADA")


@pytest.fixture
def task(house: House) -> str:
    """A clustering that may go."""
    return clustering(house)


class TestAcrossAKill:
    """One ``kill -9`` for all of these."""

    @dataclass(frozen=True)
    class Before:
        """What was left when the process died."""

        asked: Shown
        clustering: str
        window: Shown
        names: Mapping[str, str]
        """Buckets by what happens to them."""

    @pytest.fixture(scope="class")
    @staticmethod
    def before(house: House, bot: BotProcess, log: AuditLog) -> Before:
        """Two questions, two changes in the making, an outcome that Slack did not take; then another start."""
        ada, ben, task = Desk(house, "U0ADA"), Desk(house, "U0BEN"), clustering(house)
        # A worker of pytest's that takes tests from another one may come by here twice.
        names = {name: fresh(house, name) for name in ("slow", "right", "untold", "window")}
        house.ask("slack", "admin", {"user": ben.user, "on": True})
        asked = question(ada, task)
        ada.type(f"docs disable {names['window']}")
        window = ada.view("confirm")
        house.telnyx_fault(operation="embeddings.embed", kind="slow", seconds=2)
        ada.type(f"docs embed {names['slow']}")
        until(lambda: not house.ask("telnyx", "faults")["faults"], "the slow request", 20)
        house.telnyx_fault(operation="embeddings.embed", kind="hang_after_apply")
        ben.type(f"docs embed {names['right']}")
        until(lambda: tasks(house, names["right"]) == 1, "the request whose answer is lost", 20)
        takes_no_outcome(house)
        ada.type(f"docs embed {names['untold']}")
        log.waits_for(names["untold"], (1, "done", 0))
        until(lambda: untold(bot) > 0, "an outcome that is not told", 20)
        bot.kill()
        house.calm()
        house.ask("slack", "admin", {"user": ben.user, "on": False})
        bot.start()
        return TestAcrossAKill.Before(asked, task, window, names)

    async def test_a_question_of_before_is_confirmed_once_however_often_it_is_pressed(
        self, before: Before, house: House, log: AuditLog, person: People
    ) -> None:
        deleted, ada = asked(house, "clusters.delete"), person("U0ADA")
        await asyncio.gather(*(ada.click(GENERAL, before.asked["ts"], "confirm") for _ in range(3)))

        told = Desk(house, "U0ADA").message(f"I deleted the clustering `{before.clustering[:8]}`")

        assert told["ts"] == before.asked["ts"], "it takes the place of the question"
        assert asked(house, "clusters.delete") == deleted + 1
        log.waits_for(before.clustering, (1, "done", 1))

    def test_a_window_of_before_is_confirmed_by_the_name_that_is_typed(
        self, before: Before, house: House, log: AuditLog, ada: Desk
    ) -> None:
        ada.send(before.window, {"name": before.names["window"]})

        log.waits_for(before.names["window"], (1, "done", 1))
        assert len(ada.told(f"I no longer search `{before.names['window']}`")) == 1
        assert before.names["window"] not in telnyx(house, "/ai/embeddings/buckets")["data"]["buckets"]

    def test_what_telnyx_is_still_doing_is_not_done_again(
        self, before: Before, house: House, log: AuditLog, ada: Desk
    ) -> None:
        log.waits_for(before.names["slow"], (2, "done", 1))

        assert tasks(house, before.names["slow"]) == 1
        assert len(ada.told(f"I've started embedding `{before.names['slow']}`")) == 1

    def test_a_right_withdrawn_between_two_attempts_makes_nothing_refused_that_may_be_done(
        self, before: Before, house: House, log: AuditLog
    ) -> None:
        log.waits_for(before.names["right"], (2, "unknown", 1))

        told = Desk(house, "U0BEN").told("I don't know whether it was done")[-1]
        assert "Only workspace admins can do this" in told
        assert "Type `/telnyx docs tasks` to check" in told
        assert tasks(house, before.names["right"]) == 1

    def test_an_outcome_that_was_not_told_before_is_told(
        self, before: Before, house: House, log: AuditLog, ada: Desk
    ) -> None:
        log.waits_for(before.names["untold"], (1, "done", 1))

        assert len(ada.told(f"I've started embedding `{before.names['untold']}`")) == 1
        assert tasks(house, before.names["untold"]) == 1


def test_an_outcome_that_slack_does_not_take_is_told_later_in_a_direct_message(
    house: House, bot: BotProcess, log: AuditLog, ada: Desk
) -> None:
    name = fresh(house, "late")
    before = untold(bot)
    takes_no_outcome(house)
    ada.type(f"docs embed {name}")
    until(lambda: untold(bot) > before, "an outcome that is not told", 20)
    assert log.of(name) == (1, "done", 0)
    house.calm()

    told = ada.message(f"I've started embedding `{name}`")

    assert told["channel"] == "D0ADA"
    log.waits_for(name, (1, "done", 1))
    assert len(ada.told(f"I've started embedding `{name}`")) == 1


def test_a_question_belongs_to_whoever_was_asked(house: House, log: AuditLog, ada: Desk, task: str) -> None:
    message = question(ada, task)
    log.change(task, '"user"', "'U0BEN'")
    ada.press(message, "confirm")
    ada.message("Only the person I asked can confirm this.", message["ts"])
    ada.press(message, "dismiss")
    ada.message("Only the person I asked can cancel this.", message["ts"])

    assert log.of(task) == (0, None, 0)
    assert stands(house, task)


def test_a_question_is_too_old_after_ten_minutes(house: House, log: AuditLog, ada: Desk, task: str) -> None:
    message = question(ada, task)
    log.change(task, "until", "until - 601")
    ada.press(message, "confirm")

    ada.message("This question has expired. Ask for it again.", message["ts"])

    assert log.of(task) == (0, None, 0), "what was asked and not confirmed stays in the audit log"
    assert stands(house, task)


def test_what_is_canceled_stays_in_the_audit_log_and_cannot_be_confirmed(
    house: House, log: AuditLog, ada: Desk, task: str
) -> None:
    message = question(ada, task)
    ada.press(message, "dismiss")

    assert ada.message("Canceled. Nothing was changed.", message["ts"])["ts"] == message["ts"]
    assert log.of(task) == (0, "canceled", 1)
    assert stands(house, task)


def test_a_member_may_not_and_that_is_in_the_audit_log(house: House, log: AuditLog) -> None:
    name = fresh(house, "member")
    mia = Desk(house, "U0MIA")
    mia.type(f"docs embed {name}")

    mia.message("Only workspace admins can do this.")

    log.waits_for(name, (1, "refused", 1))
    assert tasks(house, name) == 0
