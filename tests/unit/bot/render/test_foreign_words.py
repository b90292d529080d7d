"""Whatever stands in names and notes of documents, buckets, calls, insights, and jobs: it can do nothing but be read."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.render import (
    ask,
    call_pages,
    call_places,
    calls,
    clusters,
    docs,
    insight_results,
    insights,
    job_cards,
    jobs,
    models,
    sources,
)
from bot.render.blocks import Message
from bot.render.job_intents import Jobs
from bot.render.outcomes import Modal
from bot.services.access import EVERYTHING
from bot.services.call_insights import Result, Results, State
from bot.services.calls import Call, Details, Line, Page, Transcript
from bot.services.insights import Found
from bot.services.jobs.board import Board, Card
from bot.services.jobs.embeddings import EMBEDDINGS
from bot.services.phone_numbers import masked
from bot.services.sources import Address
from bot.store.jobs import Job, Transition
from bot.store.turns import Turn
from bot.telnyx import BucketFile, ClusterTask
from bot.telnyx.insights import Insight
from bot.telnyx.models import Model

FOREIGN = "\x00<!channel> \u202e<https://evil.dev|bank> @here www.evil.com a@evil.zip `x` [t](https://evil.app) &lt;!here&gt; +4915112345678"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def turn(**known: Any) -> Turn:
    blank: dict[str, Any] = dict.fromkeys(field.name for field in fields(Turn))
    passage = {"bucket": FOREIGN, "document": FOREIGN, "text": FOREIGN, "url": f"https://x.example/{FOREIGN}"}
    passages = [passage | {"n": 1, "place": FOREIGN, "distance": 0.1, "cited": True}]
    asked = {"id": "t", "user": "U1", "ts": "1.0", "channel": "C1", "question": FOREIGN, "note": FOREIGN}
    return Turn(**blank | asked | {"outcome": "answered", "answer": "a [1]", "passages": passages} | known)


def known_jobs(file: BucketFile) -> Iterator[tuple[str, Message]]:
    known = Job("embedding", FOREIGN[:190], FOREIGN[:190], FOREIGN[:60], FOREIGN[:190], bucket=FOREIGN[:190])
    alone = Card(EMBEDDINGS, [known], 0.0)
    several = Card(EMBEDDINGS, [replace(known, status="failure", detail={"file": FOREIGN}), known], 0.0)
    yield "jobs that are known", jobs.listing(Board([alone, several])).page(Jobs())
    yield "a job that is looked up", jobs.page(alone)
    yield "tasks", jobs.tasks([alone]).page(docs.Docs())
    changes = (
        Transition("embedding", FOREIGN[:190], 1, FOREIGN[:60], {}),
        Transition("embedding", "1", 2, "failure", {}),
    )
    seen = job_cards.Seen(0.0)
    yield "a job's card", job_cards.card(EMBEDDINGS, [known], seen)
    yield "a card of jobs", job_cards.card(EMBEDDINGS, several.jobs, seen)
    yield "a job's change", job_cards.line(EMBEDDINGS, known, *changes, [file], seen).message
    yield "a job's failure", job_cards.failed(EMBEDDINGS, several.jobs[0], [file], seen).message
    yield "failed files", jobs.failed_files(several, [file]).page(Jobs())


def shown() -> Iterator[tuple[str, Message | Modal]]:
    file = BucketFile(filename=FOREIGN, status=FOREIGN, error_reason=FOREIGN)
    insight = Insight(id=FOREIGN, instructions=FOREIGN, name=FOREIGN)
    clustering = ClusterTask(task_id=FOREIGN, status="completed", bucket=FOREIGN)
    call = Call(FOREIGN, masked(FOREIGN), "phone_call", masked(FOREIGN), NOW, NOW)
    found = Model(id=FOREIGN, task=FOREIGN, languages=[FOREIGN])
    yield "buckets", docs.buckets([FOREIGN[:190]], may_change=False).page(docs.Docs())
    foreign = docs.ShowDocs(bucket=FOREIGN[:190])
    waiting = BucketFile(filename=FOREIGN, status=FOREIGN)
    yield "files", docs.files(foreign, [file, waiting], may_change=True).page(foreign)
    yield "no files", docs.files(foreign, [], may_change=True).page(foreign)
    yield "embedding", jobs.started("embedding", FOREIGN[:190], FOREIGN[:190], "")
    yield from known_jobs(file)
    yield "disabled", docs.disabled(FOREIGN)
    yield "disabling", Message(docs.disabling(FOREIGN, 2))
    yield "insights", insights.listing([insight], EVERYTHING).page(insights.Insights())
    yield "insight", insights.created(insight)
    schema = insight.model_copy(
        update={"json_schema": f"```{FOREIGN}```", "webhook": f"https://x.example/{FOREIGN}"}
    )
    yield (
        "all of an insight",
        insights.shown(insights.ShowInsight(insight="i"), schema, [FOREIGN], EVERYTHING),
    )
    yield "an edited insight", insights.edited(insight, schema, {"webhook": FOREIGN})
    yield "deleting an insight", Message(insights.deleting(insight, [FOREIGN] * 9))
    yield "a deleted insight", insights.deleted(FOREIGN)
    counted = Found(insight, {FOREIGN: Counter({FOREIGN: 2, "": 1})})
    yield "results", insight_results.counted(counted, NOW).page(insights.ShowResults(insight="i"))
    results = insight_results.in_words(insight, [(call, masked(FOREIGN))], NOW)
    yield "results in words", results.page(insights.ShowResults(insight="i"))
    yield "deleting", Message(clusters.deleting(clustering))
    yield "deleted", clusters.deleted(FOREIGN)
    yield "calls", calls.listing(calls.Calls(), Page((call,), None), {}, EVERYTHING).page(calls.Calls())
    filters = calls.Calls(
        channel=(FOREIGN[:200],), number="4477", assistant=FOREIGN[:200], name=FOREIGN[:100]
    )
    yield "wanted calls", calls.listing(filters, Page((call,), NOW), {}, EVERYTHING).page(filters)
    noted = replace(call, metadata={FOREIGN: FOREIGN})
    yield "a call", call_pages.shown(Details(noted, 1, State.READY), EVERYTHING)
    given = {FOREIGN: masked(FOREIGN)}
    said = (Result(FOREIGN, masked(FOREIGN), {}), Result(FOREIGN, "", given))
    yield (
        "a call's insights",
        call_pages.insights(calls.CallInsights(call="c"), Results("c", FOREIGN, said, State.READY)),
    )
    lines = Transcript(call, (Line(FOREIGN, masked(FOREIGN), timedelta()),))
    yield "a place in a call", call_places.place(call_places.ShowPlace(call="c", at=0), lines)
    yield "models", models.models([found], FOREIGN).page(docs.Docs())
    yield "sources", Message("x", ask.final(turn()).below)
    yield "passages", sources.passages(turn())
    yield "a document", sources.opened(turn().passages[0], Address("https://x.example/", 60))  # type: ignore[index] # it has one
    yield "shared", ask.shared(turn())[0]


SHOWN = dict(shown())


def texts(what: Any) -> Iterator[dict[str, str]]:
    if isinstance(what, dict):
        if what.get("type") in ("mrkdwn", "plain_text", "raw_text"):
            yield what
        for inside in what.values():
            yield from texts(inside)
    elif isinstance(what, list | tuple):
        for inside in what:
            yield from texts(inside)


@pytest.mark.parametrize("name", SHOWN)
def test_words_of_others_have_no_power(name: str) -> None:
    what = SHOWN[name]
    found = [*texts(asdict(what))]
    mrkdwn = [one["text"] for one in found if one["type"] == "mrkdwn"]
    written = [what.text] if isinstance(what, Message) else []

    assert not re.search("[\x00\u202e]", "".join([*written, *(one["text"] for one in found)]))
    for text in [*mrkdwn, *written]:
        ours = re.sub(r"<!date\^[^<>]*>|<@U1>|<https://x\.example/[^<>|\s]*\|[^<>]*>", "", text)
        assert "<" not in ours
        assert not re.search(r"@(?:here|channel|everyone)", ours)
    for text in written:  # Slack makes links in it by itself
        outside = re.sub(r"(?<![\w`])`[^`\n]+`(?![\w`])", "CODE", text)
        assert not re.search(r"[^\s.]\.(?:com|dev|zip|app)|://", outside)
    assert all(one.get("verbatim") for one in found if one["type"] == "mrkdwn")
    assert name != "calls" or not [one for one in found if "15112345678" in one["text"]]
