"""``kill -9`` before, while and after a change takes effect, for each kind of change: done once, told once, written down.

All kinds of one moment are cut off by one kill, and finished by one start.
"""

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.fernet import Fernet

from tests.databases import Databases, PostgresDatabase, SqliteFiles, new_database
from tests.journeys.desk import Desk
from tests.journeys.house import BotProcess, House, until
from tests.journeys.screen import Shown
from tests.journeys.telnyx_side import bucket, clustering, telnyx

PROGRAM = "tests.journeys.bot_with_more_verbs"
OPERATIONS = {
    "docs embed": "embeddings.embed",
    "insights create": "insights.create",
    "clusters compute": "clusters.compute",
    "insights edit": "insights.update",
    "clusters delete": "clusters.delete",
    "docs add-url": "embeddings.url",
    "insights groups create": "insight_groups.create",
    "insights groups edit": "insight_groups.update",
    "insights groups assign": "insight_groups.assign",
    "insights groups unassign": "insight_groups.unassign",
    "calls new": "conversations.create",
    "calls note": "conversations.add_message",
    "calls tag": "conversations.update",
    "calls delete": "conversations.delete",
}
"""POSTs with a key and without one, PUTs, DELETEs; each is called by one verb alone."""
CALLS, GROUPS = "/ai/conversations", "/ai/conversations/insight-groups"
WITH_CALL = ("calls note", "calls tag", "calls delete")
SHARES = "files.completeUploadExternal"
VERBS = (*OPERATIONS, "try file")
DOUBT = "I don't know whether it was done"
NUMBERS = itertools.count(1)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Moment:
    """When the process dies."""

    changing: str = ""
    """What becomes of the call that makes the change."""
    telling: str = ""
    """What becomes of the call that tells the person."""


MOMENTS = {
    "before": Moment(changing="hang"),
    "during": Moment(changing="hang_after_apply"),
    "after": Moment(telling="hang"),
    "after it was told": Moment(telling="hang_after_apply"),
}


@dataclass
class Scene:
    """Changes that one kill cut off, each of a subject that nothing else has."""

    house: House
    kept: Databases
    subject: str
    tasks: int = 0
    """Embedding tasks of the bucket before."""
    pages: int = 0
    """Those of the bucket that a page is added to."""
    doubts: int = 0
    """What Ada read before about things that nobody knows."""
    insight: str = ""
    clustering: str = ""
    calls: dict[str, str] = field(default_factory=lambda: dict.fromkeys(WITH_CALL, ""))
    """The ids of the calls that are changed, by verb."""
    questions: list[Shown] = field(default_factory=list)
    form: Shown = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    """The audit log when the process died."""

    @property
    def ada(self) -> Desk:
        """An admin."""
        return Desk(self.house, "U0ADA")

    def prepare(self) -> None:
        """Everything up to the last press: what is to be changed, the questions and the form."""
        house = self.house
        self.doubts = len(self.ada.told(DOUBT))
        bucket(house, self.subject, 1)
        bucket(house, f"web-{self.subject}", 1)
        insight = {"name": f"old-{self.subject}", "instructions": "How?"}
        self.insight = telnyx(house, "/ai/conversations/insights", "POST", insight)["data"]["id"]
        self.clustering = clustering(house)
        kept = self.made("/ai/conversations/insights", "kept", instructions="How?")
        _, _, left = (self.made(GROUPS, name) for name in ("grows", "renamed", "shrinks"))
        telnyx(house, f"{GROUPS}/{left}/insights/{kept}/assign", "POST", {})
        for verb in WITH_CALL:
            about = {"name": f"{verb} {self.subject}", "metadata": {"kept": "yes"}}
            self.calls[verb] = telnyx(house, CALLS, "POST", about)["id"]
        self.tasks, self.pages = self.standing("docs embed"), self.standing("docs add-url")
        self.ada.type(f"clusters delete {self.clustering}")
        self.ada.type(f"clusters compute {self.subject}")
        self.ada.type(f"calls delete {self.calls['calls delete']}")
        asked = (
            f"Delete the clustering `{self.clustering[:8]}`",
            f"Find topics in `{self.subject}`?",
            f"Delete the call *calls delete {self.subject}*",
        )
        self.questions = [self.ada.message(text) for text in asked]
        self.ada.type("insights create")
        self.form = self.ada.view("insights create")

    def made(self, path: str, name: str, **more: str) -> str:
        """The id of something at Telnyx that has this name and the subject's."""
        body = {"name": f"{name}-{self.subject}", **more}
        return str(telnyx(self.house, path, "POST", body)["data"]["id"])

    def want(self) -> None:
        """Every change; Slack hears that each was taken in."""
        ada = self.ada
        ada.type(f"docs embed {self.subject}")
        ada.type(f"insights edit {self.insight} --name new-{self.subject}")
        ada.type(f"try file {self.subject}")
        ada.type(f"docs add-url web-{self.subject} https://help.example.com/")
        ada.type(f"insights groups create began-{self.subject}")
        ada.type(f"insights groups edit renamed-{self.subject} --name other-{self.subject}")
        ada.type(f"insights groups assign grows-{self.subject} kept-{self.subject}")
        ada.type(f"insights groups unassign shrinks-{self.subject} kept-{self.subject}")
        ada.type(f"calls new --name began-{self.subject}")
        ada.type(f"calls note {self.calls['calls note']} Note of {self.subject}")
        ada.type(f"calls tag {self.calls['calls tag']} {self.subject}=yes")
        for question in self.questions:
            ada.press(question, "confirm")
        ada.send(self.form, {"name": f"mood-{self.subject}", "instructions": "Which mood?"})

    def standing(self, verb: str) -> int:
        """How often the change was made, as Telnyx or Slack show it to anybody else."""
        everything = "queued,processing,success,failure,partial_success"
        clusters = telnyx(self.house, "/ai/clusters?page[size]=100")["data"]
        insights = telnyx(self.house, "/ai/conversations/insights?page[size]=99")["data"]
        names = [(insight["id"] == self.insight, insight["name"]) for insight in insights]
        tasks = telnyx(self.house, f"/ai/embeddings?status={everything}")["data"]
        groups = telnyx(self.house, f"{GROUPS}?page[size]=99")["data"]
        teams = {group["name"].removesuffix(f"-{self.subject}"): group for group in groups}
        inside = {
            name: [
                one["name"] for one in telnyx(self.house, f"{GROUPS}/{teams[name]['id']}")["data"]["insights"]
            ]
            for name in ("grows", "shrinks")
            if name in teams
        }
        calls = {call["id"]: call for call in telnyx(self.house, f"{CALLS}?limit=500")["data"]}
        said = calls.get(self.calls["calls note"]) and telnyx(
            self.house, f"{CALLS}/{self.calls['calls note']}/messages"
        )
        noted = [one["text"] for one in said["data"]] if said else []
        tags = calls.get(self.calls["calls tag"], {}).get("metadata")
        files = [file for file in self.ada.seen("files") if file["name"] == f"{self.subject}.txt"]
        return {
            "docs embed": [task["bucket"] for task in tasks].count(self.subject) - self.tasks,
            "docs add-url": [task["bucket"] for task in tasks].count(f"web-{self.subject}") - self.pages,
            "insights groups create": [group["name"] for group in groups].count(f"began-{self.subject}"),
            "insights groups edit": int("other" in teams and "renamed" not in teams),
            "insights groups assign": inside.get("grows", []).count(f"kept-{self.subject}"),
            "insights groups unassign": int(not inside.get("shrinks")),
            "calls new": [call["name"] for call in calls.values()].count(f"began-{self.subject}"),
            "calls note": noted.count(f"Note of {self.subject}"),
            "calls tag": int(tags == {"kept": "yes", self.subject: "yes"}),
            "calls delete": int(self.calls["calls delete"] not in calls),
            "insights create": names.count((False, f"mood-{self.subject}")),
            "clusters compute": [task["bucket"] for task in clusters].count(self.subject),
            "insights edit": names.count((True, f"new-{self.subject}")),
            "clusters delete": int(self.clustering not in [task["task_id"] for task in clusters]),
            "try file": sum(len(shares) for file in files for shares in file["shares"].values()),
        }[verb]

    def done(self, verb: str) -> str:
        """The words that say that it was done; nothing else holds them."""
        return {
            "docs embed": f"I've started embedding `{self.subject}`",
            "docs add-url": f"and the pages below it to `web-{self.subject}`",
            "insights groups create": f"I created the insight group *began-{self.subject}*",
            "insights groups edit": f"insight group *other-{self.subject}*",
            "insights groups assign": f"*kept-{self.subject}* to *grows-{self.subject}*",
            "insights groups unassign": f"*kept-{self.subject}* from *shrinks-{self.subject}*",
            "calls new": f"I created the call *began-{self.subject}*",
            "calls note": f"I added this to the call *calls note {self.subject}*",
            "calls tag": f"I changed the tags of the call *calls tag {self.subject}*",
            "calls delete": f"I deleted the call `{self.calls['calls delete'][:8]}`",
            "insights create": f"mood-{self.subject}",
            "clusters compute": f"I've started finding topics in `{self.subject}`",
            "insights edit": f"*new-{self.subject}*",
            "clusters delete": f"I deleted the clustering `{self.clustering[:8]}`",
            "try file": f"The file {self.subject}* is in a direct message",
        }[verb]

    def log(self) -> dict[str, Row]:
        """The audit log of these changes."""
        columns = ("verb", "given", "attempts", "result", "told")
        found = self.kept.rows(f"SELECT {', '.join(columns)} FROM deeds ORDER BY at")  # noqa: S608 - words of this file
        rows = [dict(zip(columns, row, strict=True)) for row in found]
        ours = (self.subject, self.clustering, *self.calls.values())
        return {row["verb"]: row for row in rows if any(one in json.dumps(row["given"]) for one in ours)}

    def unfinished(self) -> list[tuple[Any, ...]]:
        """Pieces of work that go on."""
        columns = "workflow_uuid, status, name, executor_id, queue_name, owner_xid, started_at_epoch_ms"
        return self.kept.rows(
            f"SELECT {columns} FROM dbos.workflow_status WHERE status IN ('PENDING', 'ENQUEUED')"  # noqa: S608 - words of this file
        )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A sandbox that installed the manifest of the bot with more verbs."""
    running = House(tmp_path_factory.mktemp("sandbox"), program=PROGRAM)
    running.ask("slack", "limits", {"on": False})
    yield running
    running.stop()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.matrix)])
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Where the bot keeps its work."""
    if request.param == "sqlite":
        return SqliteFiles(tmp_path_factory.mktemp("bot") / "data")
    return PostgresDatabase(new_database(request.getfixturevalue("postgres_server")), "alone")


@pytest.fixture(scope="module")
def bot(house: House, kept: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    settings = {"ENCRYPTION_KEYS": Fernet.generate_key().decode(), "JOBS_POLL_SECONDS": "60"}
    folder = tmp_path_factory.mktemp("bot")
    running = BotProcess(house, folder, program=PROGRAM, **settings, **kept.settings).start()
    yield running
    running.stop()


@pytest.fixture(scope="module", params=list(MOMENTS))
def moment(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def scene(house: House, kept: Databases, bot: BotProcess, moment: str) -> Scene:
    """Changes cut off at this moment, after the next start has ended all work."""
    # A worker of pytest's that takes tests from another one may come by here twice.
    made = Scene(house, kept, f"{moment.replace(' ', '-')}-{next(NUMBERS)}")
    made.prepare()
    earlier = cut_off(house, MOMENTS[moment])
    arm(house, MOMENTS[moment])
    made.want()
    until(lambda: cut_off(house, MOMENTS[moment]) == earlier + len(VERBS), "the calls that hang", 20)
    made.rows = made.log()
    bot.kill()
    house.calm()
    bot.start()
    until(lambda: not made.unfinished(), lambda: f"the end of all work, {made.unfinished()},", 30)
    return made


def arm(house: House, moment: Moment) -> None:
    """One call of each change will never be answered."""
    if moment.changing:
        for operation in OPERATIONS.values():
            house.telnyx_fault(operation=operation, kind=moment.changing)
        house.slack_fault(method=SHARES, kind=moment.changing)
    else:
        # Long enough for Slack to apply the acknowledgement, before which the window is not found.
        house.telnyx_fault(operation="insights.create", kind="slow", seconds=0.5)
        house.slack_fault(method="response_url", kind=moment.telling, count=len(VERBS) - 1)
        house.slack_fault(method="views.update", kind=moment.telling)


def cut_off(house: House, moment: Moment) -> int:
    """How many calls were never answered so far."""
    asked = [call["fault"] for call in house.ask("telnyx", "calls")["calls"]]
    shown = [call["error"] for call in house.ask("slack", "calls")]
    return [*asked, *shown].count(moment.changing or moment.telling)


@pytest.mark.parametrize("verb", VERBS)
def test_a_change_cut_off_by_a_kill_is_done_once_told_once_and_in_the_audit_log(
    scene: Scene, moment: str, verb: str
) -> None:
    changed_before = bool(MOMENTS[moment].telling)
    nobody_knows = (moment, verb) == ("before", "clusters compute")  # it takes no key, and nothing is found
    before, after = scene.rows[verb], scene.log()[verb]

    assert (before["attempts"], before["result"], before["told"]) == (
        1,
        "done" if changed_before else None,
        0,
    )
    assert (after["attempts"], after["result"], after["told"]) == (
        1 if changed_before else 2,
        "unknown" if nobody_knows else "done",
        1,
    )
    until(lambda: scene.standing(verb) >= (0 if nobody_knows else 1), "the effect", 5)
    assert scene.standing(verb) == (0 if nobody_knows else 1)
    assert len(scene.ada.told(scene.done(verb))) == (0 if nobody_knows else 1), scene.ada.told(scene.subject)
    if nobody_knows:
        (told,) = scene.ada.told(DOUBT)[scene.doubts :]
        assert "Type `/telnyx clusters` to check" in told


def test_no_change_ends_as_an_error_of_the_engine(scene: Scene) -> None:
    ends = "SELECT DISTINCT status FROM dbos.workflow_status"

    until(lambda: scene.kept.rows(ends) == [("SUCCESS",)], "the end of all work")


@pytest.mark.parametrize(
    ("method", "lost"),
    [
        ("files.getUploadURLExternal", "drop"),
        ("files.getUploadURLExternal", "reset_after_apply"),
        (SHARES, "drop"),
        (SHARES, "reset_after_apply"),
    ],
)
def test_a_file_is_shared_once_whatever_answer_of_slack_is_lost(
    house: House, kept: Databases, bot: BotProcess, method: str, lost: str
) -> None:
    del bot  # it runs
    scene = Scene(house, kept, f"{method.rpartition('.')[2].lower()}-{lost}-{next(NUMBERS)}")
    house.slack_fault(method=method, kind=lost)
    scene.ada.type(f"try file {scene.subject}")

    scene.ada.message(scene.done("try file"))

    until(lambda: scene.standing("try file") == 1, "the file", 5)
    until(lambda: scene.log()["try file"]["told"] == 1, "the end of the change", 5)
    assert (scene.log()["try file"]["attempts"], scene.log()["try file"]["result"]) == (1, "done")
    assert len(scene.ada.told(scene.done("try file"))) == 1
