"""Whatever stands in names and notes of documents, buckets, calls, insights, and jobs: it can do nothing but be read."""

import re
from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.render import ask, calls, clusters, docs, insights, jobs, models, sources
from bot.render.blocks import Message
from bot.render.outcomes import Modal
from bot.services.calls import Call
from bot.services.phone_numbers import masked
from bot.services.sources import Address
from bot.store.jobs import Transition
from bot.store.turns import Turn
from bot.telnyx import BucketFile, ClusterTask, EmbeddingTask
from bot.telnyx.insights import Insight
from bot.telnyx.models import Model

FOREIGN = "\x00<!channel> \u202e<https://evil.dev|bank> @here www.evil.com a@evil.zip `x` [t](https://evil.app) &lt;!here&gt; +4915112345678"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def job(status: str) -> Transition:
    detail = {"title": FOREIGN, "model": FOREIGN, "bucket": FOREIGN, "failed": True, "finished": True}
    return Transition(kind="embedding", job=FOREIGN, number=1, status=status, detail=detail)


def turn(**known: Any) -> Turn:
    blank: dict[str, Any] = dict.fromkeys(field.name for field in fields(Turn))
    passage = {"bucket": FOREIGN, "document": FOREIGN, "text": FOREIGN, "url": f"https://x.example/{FOREIGN}"}
    passages = [passage | {"n": 1, "place": FOREIGN, "distance": 0.1, "cited": True}]
    asked = {"id": "t", "user": "U1", "ts": "1.0", "channel": "C1", "question": FOREIGN, "note": FOREIGN}
    return Turn(**blank | asked | {"outcome": "answered", "answer": "a [1]", "passages": passages} | known)


def shown() -> Iterator[tuple[str, Message | Modal]]:
    file = BucketFile(filename=FOREIGN, status=FOREIGN, error_reason=FOREIGN)
    insight = Insight(id=FOREIGN, instructions=FOREIGN, name=FOREIGN)
    clustering = ClusterTask(task_id=FOREIGN, status="completed", bucket=FOREIGN)
    call = Call(FOREIGN, masked(FOREIGN), "phone_call", masked(FOREIGN), NOW, NOW)
    found = Model(id=FOREIGN, task=FOREIGN, languages=[FOREIGN])
    yield "buckets", docs.buckets([FOREIGN[:190]], may_change=False).page(docs.Docs())
    yield "files", docs.files(FOREIGN, [file]).page(docs.ShowDocs(bucket="b"))
    yield "no files", docs.files(FOREIGN, []).page(docs.ShowDocs(bucket="b"))
    yield "embedding", docs.started(FOREIGN[:190], EmbeddingTask(task_id=FOREIGN), None)
    yield "disabled", docs.disabled(FOREIGN)
    yield "disabling", Message(docs.disabling(FOREIGN, 2))
    yield "insights", insights.listing([insight]).page(insights.Insights())
    yield "insight", insights.created(insight)
    yield "deleting", Message(clusters.deleting(clustering))
    yield "deleted", clusters.deleted(FOREIGN)
    yield "calls", calls.listing(calls.Calls(), [call], more=False).page(calls.Calls())
    yield "models", models.models([found], FOREIGN).page(docs.Docs())
    yield "job", jobs.card([job(FOREIGN)])
    yield "jobs", jobs.card([job("failed"), job("failed")])
    yield "a job's change", jobs.line([job("queued"), job(FOREIGN)], [file]).message
    yield "a job's failure", jobs.failure(job("failed"), [file]).message
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
