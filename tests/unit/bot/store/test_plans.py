"""What is asked of the tables that grow is found by an index, in every statement that is sent for it."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.action_items import Items
from bot.store.database import Database, sqlite_engine
from bot.store.deeds import Deeds, Sought
from bot.store.feedback import Opinion, Opinions
from bot.store.job_marks import Marks
from bot.store.job_retention import OldJobs
from bot.store.jobs import Jobs, Older
from bot.store.personal import Personal
from bot.store.recent import Recent
from bot.store.turns import Turns
from bot.store.usage import Usages
from tests.unit.bot.sightings import Account, sighting

GROWING = (
    "turns",
    "deeds",
    "messages",
    "feedback",
    "action_items",
    "jobs",
    "transitions",
    "job_starts",
    "job_marks",
)
PARTIAL = (
    "turns_stopped",
    "deeds_worded",
    "jobs_unfinished",
    "jobs_redraw",
    "jobs_gone",
    "transitions_untold",
)
"""Indexes of few rows, which are read whole."""
INDEXES = {
    "the turns of a message": "turns_question",
    "threads": "turns_age",
    "old questions": "messages_age",
    "feedback": "feedback_age",
    "usage by person": "USING COVERING INDEX turns_usage",
    "usage by model": "USING COVERING INDEX turns_usage",
    "usage of a person": "USING COVERING INDEX turns_usage",
    "where I answered lately": "USING COVERING INDEX turns_usage",
    "jobs of a day": "jobs_age (kind=? AND changed_at>?)",
    "old jobs": "jobs_gone (changed_at<?)",
    "old calls": "jobs_age (kind=? AND changed_at<?)",
}
INSTEAD = {"what a person stopped": ("turns_age", "_user"), "who is named": ("deeds_age", "_user")}
"""Indexes of many rows that would do, too."""
Sent = list[tuple[str, Any]]
Ask = Callable[[Database], Awaitable[object]]


async def _all(rows: AsyncIterator[object]) -> list[object]:
    return [row async for row in rows]


ASKED: dict[str, Ask] = {
    "the turns of a message": lambda d: Turns(d).of_question("C", "1.0", "U"),
    "states": lambda d: Turns(d).states(["a", "b"]),
    "threads": lambda d: Turns(d).threads("T", time.time() - 60, 10),
    "erase": lambda d: Turns(d).erase(["a"]),
    "old questions": lambda d: Turns(d, 60).drop_old(),
    "the latest changes": lambda d: Deeds(d).latest(Sought("T"), 10),
    "changes before": lambda d: Deeds(d).latest(Sought("T"), 10, "a"),
    "changes by a person": lambda d: Deeds(d).latest(Sought("T", "U", "grant", 1.0), 10),
    "all changes": lambda d: _all(Deeds(d).since(1.0)),
    "action items of a person": lambda d: Items(d).open_for("T", "U", ["ada"]),
    "action items they have done": lambda d: Items(d).done_by("T", "U"),
    "action items of a call": lambda d: Items(d).replace("T", "c", []),
    "old action items": lambda d: Items(d, 60).drop_old(),
    "old words": lambda d: Deeds(d).drop_words(),
    "words of a person": lambda d: Deeds(d).drop_words("U"),
    "questions of the future": lambda d: Deeds(d).expire_questions(),
    "feedback": lambda d: _all(Opinions(d).since(1.0, "down")),
    "usage by person": lambda d: Usages(d).spent("T", 1.0, "user"),
    "usage by model": lambda d: Usages(d).spent("T", 1.0, "model"),
    "usage of a person": lambda d: Usages(d).spent("T", 1.0, "channel", user="U"),
    "how an answer was made": lambda d: Usages(d).of("a"),
    "changes of jobs": lambda d: Jobs(d).since("embedding", 3),
    "changes no one was told of": lambda d: Jobs(d).untold(),
    "the history of a job": lambda d: Jobs(d).history("embedding", "a"),
    "a card": lambda d: Jobs(d).card("embedding", "a"),
    "cards to draw again": lambda d: Jobs(d).to_redraw(3),
    "a card that was drawn": lambda d: Jobs(d).redrawn(Older("embedding", "a", 3), 1.0),
    "a card that is drawn later": lambda d: Jobs(d).redraw_later(Older("embedding", "a", 3), 1.0),
    "jobs that run": lambda d: Jobs(d).unfinished(),
    "jobs of a kind that run": lambda d: Jobs(d).unfinished("embedding"),
    "jobs of a day": lambda d: Jobs(d).lately(1.0),
    "how long jobs took": lambda d: Jobs(d).past("embedding"),
    "old jobs": lambda d: OldJobs(d, {}).drop_old(),
    "old calls": lambda d: OldJobs(d, {"embedding": 60}).drop_old(),
    "old marks": lambda d: Marks(d).drop_old(),
    "jobs that come back": lambda d: Jobs(d).some("embedding", ["a", "b"]),
    "who started the jobs on a card": lambda d: Jobs(d).starts_on("embedding", "a"),
    "who started jobs": lambda d: Jobs(d).starts("embedding", ["a", "b"]),
    "a job that is started": lambda d: Jobs(d).started(
        "embedding", "b", team="T", user="U", channel="C", at=1.0
    ),
    "a look at jobs": lambda d: Account(d).see(sighting("c", "success")),
    "a person's latest questions": lambda d: Recent(d).questions("T", "U", 5),
    "where I answered lately": lambda d: Recent(d).channels("T", 1.0),
    "questions of a person": lambda d: _all(Personal(d).questions("U")),
    "changes of a person": lambda d: _all(Personal(d).changes("U")),
    "what a person stopped": lambda d: _all(Personal(d).stops("U")),
    "who is named": lambda d: _all(Personal(d).named("U")),
    "the rest": lambda d: Personal(d).rest("U"),
    "unfinished": lambda d: Personal(d).unfinished("U"),
    "begun": lambda d: Personal(d).begun("U"),
    "forget": lambda d: Personal(d).forget("U", ["a"]),
}


@contextmanager
def listening(engine: sa.Engine) -> Iterator[Sent]:
    """What is sent to the database meanwhile."""
    sent: Sent = []

    def note(_: Any, cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        del cursor
        sent.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("what", ASKED)
async def test_it_is_found_by_an_index(what: str, empty: Path) -> None:
    engine = sqlite_engine(empty)
    database = Database(engine, threads=1)
    await Turns(database).begin(
        boot="b", id="a", kind="ask", team="T", channel="C", root="1.0", ts="1.0", user="U", question="q"
    )
    await Turns(database).update("a", outcome="stopped")
    await Opinions(database).give(Opinion("a", "U", "T", "down"))
    await Deeds(database).begin("a", verb="v", given={}, team="T", channel="C", user="U", user_team="T")
    await Account(database).see(sighting("a", "processing"))
    with listening(engine) as sent:
        await ASKED[what](database)

    def plans(connection: sa.Connection) -> list[str]:
        explained = [
            connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            for statement, parameters in sent
            if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH"))
        ]
        return [str(row[3]) for plan in explained for row in plan]

    found = await database.run(plans)
    database.close()
    assert found
    scans = [line for line in found if line.startswith("SCAN") and line.split()[1] in GROWING]
    assert [line for line in scans if not line.endswith(PARTIAL)] == []
    assert INDEXES.get(what, "") in str(found)
    others = INSTEAD.get(what, ())
    assert [line for line in found for other in others if other in line] == []
