"""Makes the fixture databases of the revision that this release works with; run it when a release is made.

A real bot beside a real sandbox is killed (-9) in the middle of its work, once on SQLite and once on PostgreSQL. What it left goes
to ``tests/fixtures/databases/REVISION`` as SQL, with ``story.json``: what the rows speak of and what stood in Slack at that moment.
``tests/journeys/test_upgrade.py`` lets the bot of the day finish it. A fixture of another revision is never touched.

Usage: ``python -m scripts.fixture_db``
"""

import base64
import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bot.services.access import Right
from bot.services.jobs import KINDS
from tests.databases import FIXTURES, Databases, PostgresDatabase, SqliteFiles, postgres_server
from tests.journeys.house import ROOT, BotProcess, House, until
from tests.journeys.telnyx_side import telnyx

KEY = base64.urlsafe_b64encode(b"fixture key, protects no secrets").decode()
REPLICA = "one"
LONG = 600
"""Seconds; longer than the bot of a fixture lives."""
TOLD = [kind for kind in KINDS.values() if kind.right is not Right.CALLS]
"""Kinds of jobs that anyone may hear of."""
ALL = 1000
"""Calls; more than it makes."""
HESITATION = 3
"""Seconds that a model is silent while the next question is taken in."""

LEAVE = ("How many days of paid annual leave do full-timers have?", "27 days")
PARENTAL = ("How many weeks of parental leave do I get?", "16 weeks")
"""A question and what its answer holds."""
ON_SCREEN = (
    "channel",
    "ts",
    "user",
    "kind",
    "thread_ts",
    "text",
    "markdown",
    "blocks",
    "metadata",
    "streaming",
)
"""What ``control/restore`` takes back of a message."""

Said = dict[str, Any]


class Scene:
    """Brings about one situation after the other, each of which lasts until the bot is killed."""

    def __init__(self, house: House, kept: Databases) -> None:
        self._house = house
        self._kept = kept
        self.questions: list[Said] = []
        self.command: Said = {}
        self.jobs: Said = {}
        self.change: Said = {}
        self.confirmation: Said = {}

    def jobs_told(self) -> None:
        """Every kind of jobs that is told there was looked at, and what was found stands in its channel."""
        until(lambda: self._count("polls WHERE looked = 1") == len(TOLD), "the first look at the jobs")
        until(lambda: self._count("transitions WHERE notified = 0") == self._pending() == 0, "the news")
        found = self._kept.rows("SELECT key, ts FROM messages WHERE kind = 'card' ORDER BY ts")
        self.jobs["told"] = [
            dict(zip(("kind", "job", "channel"), key.split(":")[1:], strict=True)) | {"ts": ts}
            for key, ts in found
        ]

    def job_untold(self) -> None:
        """News of a job are on their way to a Slack that does not answer."""
        self._house.slack_fault(method="chat.postMessage", kind="slow", seconds=LONG, count=ALL)
        file = {"bucket": "fixture", "filename": "colour.md", "text": "The colour of fixtures is octarine."}
        self._house.ask("telnyx", "documents", file)
        until(lambda: self._pending() == 1, "the news of the new bucket")
        until(
            lambda: self._count("transitions WHERE notified = 0") == 0, "the note that they are on their way"
        )
        held = "messages WHERE kind = 'card' AND ts = ''"
        until(lambda: self._count(held) == 1, "the note that its card is about to be posted")
        ((key,),) = self._kept.rows(f"SELECT key FROM {held}")  # noqa: S608 - words of this file
        _, kind, job, channel = key.split(":")
        self.jobs["untold"] = {"kind": kind, "job": job, "channel": channel}

    def answered(self) -> None:
        """A question whose answer stands."""
        asked = self._say("answered", "U0MIA", "C0GENERAL", LEAVE)
        until(lambda: self._state(asked) == "done", "an answer")

    def unopened(self) -> None:
        """A question whose model has not begun to answer."""
        self._silent_model(LONG)
        self._say("unopened", "U0BEN", "C0GENERAL", LEAVE)
        until(self._telnyx_is_asked, "a question to the model")

    def private(self) -> None:
        """A command whose model has not begun to answer."""
        self._silent_model(LONG)
        text, holds = PARENTAL
        typed = {"user": "U0MIA", "channel": "C0GENERAL", "command": "/ask", "text": text}
        self._house.ask("slack", "command", typed)
        self.command = typed | {"holds": holds}
        until(self._telnyx_is_asked, "a question to the model")

    def changing(self) -> None:
        """A change that Telnyx was asked for and has not made."""
        self._house.telnyx_fault(operation="embeddings.embed", kind="hang")
        typed = {"user": "U0ADA", "channel": "C0GENERAL", "command": "/telnyx", "text": "docs embed manual"}
        self._house.ask("slack", "command", typed)
        until(self._telnyx_is_asked, "a request for embedding")
        self.change = {"user": "U0ADA", "verb": "docs embed", "bucket": "manual"} | self._deed("docs embed")

    def asked_first(self) -> None:
        """A change that somebody was asked about and has not confirmed. The sandbox's own clusterings always have the same ids."""
        ((task, bucket),) = [
            (one["task_id"], one["bucket"])
            for one in telnyx(self._house, "/ai/clusters?page[size]=1")["data"]
        ]
        typed = {
            "user": "U0ADA",
            "channel": "C0GENERAL",
            "command": "/telnyx",
            "text": f"clusters delete {task}",
        }
        self._house.ask("slack", "command", typed)
        until(lambda: self._count("deeds WHERE attempts = 0") == 1, "a question before a change")
        asked = {"user": "U0ADA", "channel": "C0GENERAL", "task": task, "bucket": bucket}
        self.confirmation = asked | self._deed("clusters delete")

    def written(self) -> None:
        """A question whose answer is written, and whose stream Slack does not stop."""
        self._house.slack_fault(method="chat.stopStream", kind="slow", seconds=LONG, count=ALL)
        asked = self._say("written", "U0ADA", "C0GENERAL", LEAVE)
        until(lambda: self._state(asked) == "written", "a written answer")

    def open_and_waiting(self) -> None:
        """A question whose answer grows on the screen, and one behind it in its thread. Only now it is the time to kill."""
        self._silent_model(HESITATION)
        first = self._say("open", "U0MIA", "C0GENERAL", LEAVE)
        until(self._telnyx_is_asked, "a question to the model")
        before = self._pending()
        self._say("waiting", "U0BEN", "C0GENERAL", PARENTAL, thread=first["ts"])
        until(lambda: self._pending() == before + 1, "the question behind it")
        until(lambda: self._reply(first) is not None, "the first words")

    def check(self) -> None:
        """Is everything as it was meant to be when the bot was killed?"""
        for asked in self.questions:
            asked["reply"] = self._reply(asked)
        states = {
            asked["state"]: (self._state(asked), asked["reply"] is not None) for asked in self.questions
        }
        begun = {key: state for key, state in states.items() if key != "waiting"}
        deeds = self._kept.rows("SELECT verb, attempts, result, told FROM deeds ORDER BY verb")
        meant = {
            "answered": ("done", True),
            "unopened": ("running", False),
            "written": ("written", True),
            "open": ("running", True),
        }
        if (
            begun != meant
            or states["waiting"][0] not in (None, "accepted")
            or self._pending()
            != len(states) + 2  # all but the first, and a command, a job's news and a change
            or deeds != [("clusters delete", 0, None, 0), ("docs embed", 1, None, 0)]
        ):
            raise RuntimeError(f"The moment was missed, run it again: {states}, {self._pending()} unfinished")

    def screen(self) -> list[Said]:
        """What stands in Slack and outlives an evening: no message for one person alone."""
        shown = self._house.ask("slack", "messages")
        return [{key: message[key] for key in ON_SCREEN if message[key]} for message in shown]

    def _say(self, state: str, user: str, channel: str, about: tuple[str, str], thread: str = "") -> Said:
        text, holds = about
        said = {"user": user, "channel": channel, "text": f"@bot {text}"} | (
            {"thread_ts": thread} if thread else {}
        )
        ts = self._house.ask("slack", "say", said)["ts"]
        asked = {"state": state, "user": user, "channel": channel, "thread": thread or ts, "ts": ts}
        self.questions.append(asked | {"text": text, "holds": holds})
        return self.questions[-1]

    def _silent_model(self, seconds: int) -> None:
        self._house.telnyx_fault(operation="chat.completions", kind="slow", seconds=seconds, count=1)

    def _telnyx_is_asked(self) -> bool:
        """The fault that was set has hit a call."""
        return not self._house.ask("telnyx", "faults")["faults"]

    def _pending(self) -> int:
        return self._count("dbos.workflow_status WHERE status = 'PENDING'")

    def _deed(self, verb: str) -> Said:
        ((deed_id,),) = self._kept.rows(f"SELECT id FROM deeds WHERE verb = '{verb}'")  # noqa: S608 - words of this file
        return {"id": deed_id}

    def _state(self, asked: Said) -> str | None:
        state: str | None = self._turn(asked, "state")
        return state

    def _reply(self, asked: Said) -> str | None:
        """The ``ts`` of its answer."""
        key = f"turn:T0ACME:{asked['channel']}:{asked['ts']}"
        found = self._kept.rows(f"SELECT ts FROM messages WHERE key = '{key}'")  # noqa: S608 - words of this file
        return found[0][0] if found else None

    def _turn(self, asked: Said, column: str) -> Any:
        found = self._kept.rows(
            f"SELECT {column} FROM turns WHERE channel = '{asked['channel']}' AND ts = '{asked['ts']}'"  # noqa: S608 - words of this file
        )
        return found[0][0] if found else None

    def _count(self, of: str) -> int:
        return int(self._kept.rows(f"SELECT count(*) FROM {of}")[0][0])  # noqa: S608 - words of this file


def play(kept: Databases, folder: Path) -> tuple[str, Said]:
    """Live through the scene on these databases.

    Returns:
        The revision of the tables, and what ``story.json`` tells of this engine.
    """
    folder.mkdir(exist_ok=True)
    house = House(folder)
    try:
        house.ask("slack", "limits", {"on": False})
        house.ask("telnyx", "clock", {"scale": 0})  # jobs stay as they are
        settings = {"ENCRYPTION_KEYS": KEY, "TELNYX_FIRST_BYTE_SECONDS": str(LONG)}
        bot = BotProcess(house, folder, **settings, **kept.settings).start()
        scene = Scene(house, kept)
        try:
            scene.jobs_told()
            scene.answered()
            scene.job_untold()
            scene.unopened()
            scene.private()
            scene.asked_first()
            scene.changing()
            scene.written()
            scene.open_and_waiting()
        finally:
            bot.kill()
        screen = scene.screen()
        scene.check()
    finally:
        house.stop()
    ((revision,),) = kept.rows("SELECT version_num FROM alembic_version")
    parts = {
        "questions": scene.questions,
        "command": scene.command,
        "jobs": scene.jobs,
        "change": scene.change,
        "confirmation": scene.confirmation,
        "screen": screen,
    }
    return str(revision), parts


def main() -> None:
    """Both engines, then the files; an interrupted run changes nothing."""
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        engines: dict[str, Databases] = {
            "sqlite": SqliteFiles(work / "sqlite/data"),
            "postgresql": PostgresDatabase(stack.enter_context(postgres_server()).address, REPLICA),
        }
        played = {name: play(kept, work / name) for name, kept in engines.items()}
        (revision,) = {revision for revision, _ in played.values()}
        folder = FIXTURES / revision
        folder.mkdir(parents=True, exist_ok=True)
        for kept in engines.values():
            kept.save(folder)
    story = {
        "revision": revision,
        "encryption_keys": KEY,
        "replica": REPLICA,
        "engines": {name: parts for name, (_, parts) in played.items()},
    }
    (folder / "story.json").write_text(json.dumps(story, indent=1, ensure_ascii=False) + "\n")
    sizes = ", ".join(f"{file.name} {file.stat().st_size:,}" for file in sorted(folder.iterdir()))
    sys.stdout.write(f"{folder.relative_to(ROOT)}: {sizes} bytes\n")


if __name__ == "__main__":
    main()
