"""An answer that bears an earlier date than the one that showed how a job stands says nothing of it, from whatever address it comes."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from bot.services.jobs import KINDS, JobWatch
from bot.services.jobs.states import OLD_SECONDS
from bot.store.database import Database
from bot.store.jobs import Jobs
from bot.store.polls import Polls
from bot.telnyx import RetryPolicy, Telnyx
from tests.unit.bot.sightings import BEGAN

PAUSE = 400.0
Answer = tuple[float | None, Any]
"""When it was made, None where it doesn't say so; and what it holds, None for what Telnyx doesn't know."""


class Past:
    """Telnyx, as a test lets it speak: each address gives what was put there, with its date."""

    def __init__(self, database: Database, kind: str) -> None:
        self.said: dict[str, Answer] = {}
        self.now, self.kind, self.jobs = BEGAN, kind, Jobs(database)
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))
        telnyx = Telnyx(self.http, api_key="K", base_url="http://telnyx", retry=RetryPolicy(attempts=1))
        self.watch = JobWatch(telnyx, self.jobs, Polls(database), kinds={kind: KINDS[kind]}, period=15)

    async def look(self, **said: Answer) -> None:
        """Look later, while Telnyx speaks so."""
        self.said = said
        self.now += PAUSE
        await self.watch.look(self.now)

    async def news(self) -> list[str]:
        return [one.status for one in await self.jobs.untold()]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        part = request.url.path.rpartition("/")[2]
        page = int(request.url.params.get("page[number]", 0))
        made, body = self.said.get(part) or self.said.get(f"page{page}") or self.said["list"]
        date = {}
        if made is not None:
            date["Date"] = format_datetime(datetime.fromtimestamp(BEGAN + made, UTC), usegmt=True)
        if body is None:
            return httpx.Response(404, headers=date, json={"errors": []})
        meta = {"page_number": page, "total_pages": 2, "total_results": 2, "page_size": 1}
        bare = body if isinstance(body, dict) else {}
        return httpx.Response(200, headers=date, json={"data": body, "meta": meta, **bare})


ROWS: dict[str, dict[str, Any]] = {
    "embedding": {"task_id": "one", "task_name": "embed b/f.md", "bucket": "b"},
    "fine-tuning": {"id": "one", "model": "m"},
    "clusters": {"task_id": "one", "bucket": "b", "clusters": []},
}
RUNS = {"embedding": "processing", "fine-tuning": "running", "clusters": "running"}
ENDS = {"embedding": "success", "fine-tuning": "succeeded", "clusters": "completed"}


def rows(kind: str, status: str) -> list[dict[str, Any]]:
    return [ROWS[kind] | {"status": status}]


@pytest.fixture(params=[*ROWS])
async def past(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[Past]:
    made = Past(database, request.param)
    await made.look(list=(0, []))
    yield made
    await made.http.aclose()


async def test_an_older_list_and_an_older_answer_by_the_id_move_no_job_back(past: Past) -> None:
    runs, ends = RUNS[past.kind], ENDS[past.kind]
    await past.look(list=(100, rows(past.kind, runs)))
    await past.look(list=(200, []), one=(200, rows(past.kind, ends)[0]))
    told = await past.news()
    for made in (110, 120, 130):
        await past.look(list=(made, rows(past.kind, runs)))

    assert told == await past.news() == [runs, ends]


async def test_the_earlier_end_of_a_job_that_came_back_is_not_told_as_its_end(past: Past) -> None:
    runs, ends = RUNS[past.kind], ENDS[past.kind]
    await past.look(list=(100, rows(past.kind, ends)))
    for made in (300, 310):
        await past.look(list=(made, rows(past.kind, runs)))
    came_back = await past.news()
    await past.look(list=(250, rows(past.kind, ends)))
    old = await past.news()
    await past.look(list=(400, rows(past.kind, ends)))

    assert came_back == old == [ends, runs]
    assert await past.news() == [ends, runs, ends]


async def test_an_answer_by_the_id_has_a_date_of_its_own(past: Past) -> None:
    runs, ends = RUNS[past.kind], ENDS[past.kind]
    await past.look(list=(100, rows(past.kind, runs)))
    await past.look(list=(300, []), one=(90, rows(past.kind, ends)[0]))
    older = await past.news()
    await past.look(list=(300, []), one=(200, rows(past.kind, ends)[0]))
    await past.look(list=(250, rows(past.kind, runs)))
    await past.look(list=(250, rows(past.kind, runs)))

    assert older == [runs]
    assert await past.news() == [runs, ends, runs], (
        "the end was shown at 200, so what was said at 250 is later"
    )


async def test_an_answer_without_a_date_has_not_that_of_another_one(past: Past) -> None:
    runs, ends = RUNS[past.kind], ENDS[past.kind]
    await past.look(list=(100, rows(past.kind, runs)))
    await past.look(list=(150, []), one=(200, rows(past.kind, ends)[0]))
    for _ in range(2):
        await past.look(list=(None, rows(past.kind, runs)))

    assert await past.news() == [runs, ends, runs]


async def test_that_a_job_is_gone_is_known_since_the_answer_that_said_so(past: Past) -> None:
    runs = RUNS[past.kind]
    await past.look(list=(100, rows(past.kind, runs)))
    await past.look(list=(150, []), one=(300, None))
    for made in (200, 210):
        await past.look(list=(made, rows(past.kind, runs)))

    assert await past.news() == [runs, "vanished"]


async def test_a_clock_that_was_far_ahead_for_a_moment_silences_no_job(past: Past) -> None:
    runs, ends = RUNS[past.kind], ENDS[past.kind]
    await past.look(list=(2 * OLD_SECONDS, rows(past.kind, runs)))
    await past.look(list=(200, rows(past.kind, ends)))

    assert await past.news() == [runs, ends]


@pytest.mark.parametrize("past", ["clusters"], indirect=True)
async def test_each_page_of_a_list_has_a_date_of_its_own(past: Past) -> None:
    other = ROWS["clusters"] | {"task_id": "other", "status": "completed"}
    await past.look(page0=(100, [other]), page1=(100, rows("clusters", "running")))
    await past.look(page0=(200, [other]), page1=(200, rows("clusters", "completed")))
    for made in (300, 400):
        await past.look(page0=(made, [other]), page1=(110, rows("clusters", "running")))

    assert await past.news() == ["running", "completed", "completed"], "one's beginning, and both ends"
