"""Say what each step of retrieval is good for: a set of cases searched with all of them, and with each left out in turn.

    TELNYX_BASE_URL=… TELNYX_API_KEY=… python -m scripts.ablation [--rewrite] CASES.jsonl [CASES.jsonl …]

It asks the Telnyx that the settings name (`python -m sandbox --no-bot --wait` plays one), each search once, and writes a table in Markdown.
With `--rewrite` a model is asked too, what each follow-up means. A case is a line of JSON: `question`, `history`, `documents` ("bucket/file.md"),
`facts` (" | " between alternatives). Cases without documents say nothing here and are left out.
"""

import argparse
import asyncio
import json
import math
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.app.telnyx import telnyx_client
from bot.observability.logs import configure
from bot.services.access import EVERYTHING
from bot.services.buckets import Buckets
from bot.services.query import Exchange, Query
from bot.services.retrieval import Found, Retrieval
from bot.services.steps import Plan
from bot.telnyx import Match, Telnyx
from config.load import load
from config.values import MORE_STEPS, STEPS

HEAD = """| steps | first hit | right document kept | facts kept | characters to read | searches a question |
| --- | ---: | ---: | ---: | ---: | ---: |"""
AT_ONCE = 4
LIKELY = 0.9
"""A usual share, for saying how sure one is."""


class Remembered:
    """Telnyx, as far as retrieval needs it, with each search made once; counts how often one was wanted."""

    def __init__(self, telnyx: Telnyx) -> None:
        self.embeddings = self
        self.chat = telnyx.chat
        self.wanted = 0
        self._telnyx = telnyx
        self._found: dict[tuple[str, str, int], asyncio.Task[tuple[Match, ...]]] = {}

    async def buckets(self) -> tuple[str, ...]:
        """Return the names of the buckets."""
        return await self._telnyx.embeddings.buckets()

    async def search(self, bucket: str, query: str, *, num_of_docs: int) -> tuple[Match, ...]:
        """Return what is near to the query."""
        self.wanted += 1
        key = bucket, query, num_of_docs
        if key not in self._found:
            found = self._telnyx.embeddings.search(bucket, query, num_of_docs=num_of_docs)
            self._found[key] = asyncio.ensure_future(found)
        return await self._found[key]


def rows(plan: Plan, *, rewrite: bool) -> list[tuple[str, Plan]]:
    """Return what is compared: all steps, each left out, each further one added, and other numbers."""
    every = frozenset(STEPS)
    more = [step for step in MORE_STEPS if rewrite or step != "rewrite"]
    return [
        ("all", replace(plan, taken=every)),
        *((f"without {step}", replace(plan, taken=every - {step})) for step in STEPS),
        ("none", replace(plan, taken=frozenset())),
        *((f"with {step}", replace(plan, taken=every | {step})) for step in more),
        ("all, 12 candidates of each bucket", replace(plan, taken=every, candidates=12)),
        ("all, 48 candidates of each bucket", replace(plan, taken=every, candidates=48)),
    ]


async def row(name: str, retrieval: Retrieval, telnyx: Remembered, cases: Sequence[dict[str, Any]]) -> str:
    """Return a line of the table."""
    gate, before = asyncio.Semaphore(AT_ONCE), telnyx.wanted

    async def found(case: dict[str, Any]) -> Found:
        history = tuple(Exchange(question, "") for question in case.get("history") or ())
        async with gate:
            return await retrieval.near(Query(case["question"], EVERYTHING, history=history))

    told = [
        seen(case, near) for case, near in zip(cases, await asyncio.gather(*map(found, cases)), strict=True)
    ]
    first, kept, facts, size = (sum(one) / len(cases) for one in zip(*told, strict=True))
    searches = (telnyx.wanted - before) / len(cases)
    return f"| {name} | {first:.2f} | {kept:.2f} | {facts:.2f} | {size:,.0f} | {searches:.1f} |"


def seen(case: dict[str, Any], near: Found) -> tuple[bool, bool, bool, int]:
    """Return whether the first passage is of a right document, whether any is, whether the facts stand there, and the size of all."""
    right = [f"{one.bucket}/{one.document}" in case["documents"] for one in near.passages]
    texts = [bare(one.text) for one, good in zip(near.passages, right, strict=True) if good]
    facts = all(
        any(bare(word) in text for word in fact.split(" | ") for text in texts) for fact in case["facts"]
    )
    return any(right[:1]), any(right), facts, sum(len(one.text) for one in near.passages)


def bare(text: str) -> str:
    """Return a text without spaces and capitals."""
    return re.sub(r"\s", "", text.casefold())


async def main(files: Sequence[Path], *, rewrite: bool) -> None:
    """Write a table for each file."""
    configure("ERROR")
    settings = load(("telnyx",))
    async with telnyx_client(settings) as client:
        telnyx: Any = Remembered(client)
        buckets = Buckets(telnyx, settings.answers.buckets)
        for file in files:
            lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
            cases = [case for case in lines if case["documents"]]
            chance = 1.96 * math.sqrt(LIKELY * (1 - LIKELY) / len(cases))
            about = f"{file.name}: {len(cases)} questions; less than about {chance:.2f} between two rows may be chance"
            sys.stdout.write(f"\n{about}\n\n{HEAD}\n")
            for name, plan in rows(Plan(limits=settings.answers.distance_limits), rewrite=rewrite):
                retrieval = Retrieval(telnyx, buckets, plan, settings.answers.model)
                sys.stdout.write(await row(name, retrieval, telnyx, cases) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("cases", nargs="+", type=Path)
    parser.add_argument("--rewrite", action="store_true")
    chosen = parser.parse_args()
    asyncio.run(main(chosen.cases, rewrite=chosen.rewrite))
