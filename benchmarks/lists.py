"""How long a page of each list takes in a large account, from the typed line to what stands on the screen.

    .venv/bin/python benchmarks/lists.py [ROUNDS]

The real bot in a process of its own, in the sandbox, whose Telnyx has been filled: 10,000 files in a bucket, 200 buckets, 1,000 tasks, 500
clusterings, 300 insights, 300 groups, 500 fine-tuning jobs. Beside each stands the time of the same GETs without the bot, one after the
other, in the same round. First and last page of each list, the medians of some rounds. Promise: two seconds.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.render.intent import Cursor, Paged  # noqa: E402 - the root has to be on the path first
from handlers.tree import TREE  # noqa: E402 - as above
from handlers.verb import AnyVerb, Effect  # noqa: E402 - as above
from sandbox.slack.person import Person  # noqa: E402 - as above
from sandbox.telnyx.filling import LARGE  # noqa: E402 - as above
from tests.journeys.house import BotProcess, House  # noqa: E402 - as above
from tests.journeys.screen import GENERAL, words  # noqa: E402 - as above

ADMIN = "U0ADA"
LAST = 100_000
"""A page that no list has: its last one is shown."""
PROMISE_SECONDS = 2.0
PAGES = {"clusters.page": (0, 100), "insights.page": (1, 99), "insight_groups.page": (1, 99)}
"""How the first page of a family is numbered, and its largest size: the log of calls has no queries."""
STATUSES = "?status=queued,processing,success,failure,partial_success"


@dataclass
class Measured:
    """The times of one page, in seconds."""

    line: str
    shown: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)
    requests: int = 0
    gets: int = 0
    """Those of them that can be asked plainly."""


def lines() -> Iterator[str]:
    """Yield what is typed for the first and the last page of each list."""
    for verb in TREE.typed.values():
        if (
            verb.effect is not Effect.LOOK
            or not verb.operations
            or not issubclass(verb.intent, Paged | Cursor)
        ):
            continue
        typed = f"{verb.words} {_needed(verb)}".strip()
        yield typed
        if issubclass(verb.intent, Paged):
            yield f"{typed} --page {LAST}"


def _needed(verb: AnyVerb) -> str:
    """Return what has to follow the words: the example, where something has to be given."""
    return verb.example if any(one.is_required() for one in verb.intent.model_fields.values()) else ""


async def screen(person: Person, line: str) -> float:
    """Type a line, and return the seconds until its outcome is on the screen."""
    known = {message["ts"] for message in await person.messages(GENERAL)}
    began = time.perf_counter()
    await person.command(GENERAL, "/telnyx", line)
    await person.wait_for(
        lambda m: m["kind"] == "ephemeral" and m["ts"] not in known and "Still looking" not in words(m),
        30,
        channel=GENERAL,
    )
    return time.perf_counter() - began


def asked(calls: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the paths of the GETs among these calls, with queries that give as much."""
    turned = Counter[str]()
    for call in calls:
        operation, path = call["operation"], call["path"]
        if call["method"] != "GET":
            continue
        if operation in PAGES:
            first, size = PAGES[operation]
            path += f"?page[number]={first + turned[operation]}&page[size]={size}"
            turned[operation] += 1
        yield path + (STATUSES if operation == "embeddings.tasks" else "")


def plainly(house: House, paths: Sequence[str]) -> float:
    """Ask Telnyx for the same without the bot, and return the seconds."""
    headers = {"Authorization": f"Bearer {house.ready['env']['TELNYX_API_KEY']}"}
    began = time.perf_counter()
    for path in paths:
        request = Request(f"{house.ready['telnyx_base_url']}{path}", headers=headers)  # noqa: S310 - our own loopback server
        with urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            answer.read()
    return time.perf_counter() - began


async def measure(house: House, rounds: int) -> list[Measured]:
    """Type each line so many times, and ask plainly for the same after each."""
    found = [Measured(line) for line in lines()]
    async with Person(house.slack, ADMIN) as person:
        for _ in range(rounds):
            for one in found:
                before = len(house.ask("telnyx", "calls")["calls"])
                one.shown.append(await screen(person, one.line))
                calls = house.ask("telnyx", "calls")["calls"][before:]
                one.requests = max(one.requests, len(calls))
                paths = [*asked(calls)]
                one.gets = max(one.gets, len(paths))
                one.plain.append(await asyncio.to_thread(plainly, house, paths))
    return found


def report(found: Sequence[Measured]) -> None:
    """Print the table, slowest first."""
    print("| typed | requests | on the screen | plain GETs | ratio |\n| --- | ---: | ---: | ---: | ---: |")
    for one in sorted(found, key=lambda one: -statistics.median(one.shown)):
        shown, plain = statistics.median(one.shown), statistics.median(one.plain)
        ratio = f"{shown / plain:.1f}" if one.gets else ""
        late = " (too slow)" if shown > PROMISE_SECONDS else ""
        print(
            f"| `{one.line}` | {one.requests} | {shown * 1_000:,.0f} ms{late} | {plain * 1_000:,.0f} ms | {ratio} |"
        )


def main(rounds: int) -> None:
    """Start both, fill the account, and measure."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        try:
            house.ask("slack", "limits", {"on": False})
            house.ask("telnyx", "fill", LARGE.model_dump())
            # What watches jobs would be among the requests.
            bot = BotProcess(house, Path(folder), JOBS_POLL_SECONDS="3600").start()
            try:
                found = asyncio.run(measure(house, rounds))
            finally:
                bot.stop()
        finally:
            house.stop()
    report(found)


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["5"])[0]))
