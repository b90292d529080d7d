"""Puts the sandbox's own example data in: documents, calls, insights, jobs. Ids are fixed, times relative.

`seed_calls` and `seed_jobs` put in what was written by hand; `seed_world` adds the rest: 60 calls in all, tasks in every state.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.seed.generated_calls import generated_calls
from sandbox.telnyx import TelnyxStandIn
from sandbox.telnyx.clusters import CLUSTER_STATUSES, ClusterBody
from sandbox.telnyx.fine_tuning import FINAL_JOB_STATUSES, Job
from sandbox.telnyx.histories import Collection, Record
from sandbox.telnyx.insight_templates import Group, Insight
from sandbox.telnyx.library import TASK_STATUSES
from sandbox.telnyx.models import DEFAULT_MODEL
from sandbox.telnyx.stages import Lifecycle

SEED = Path(__file__).parent / "seed"
EXAMPLES = {
    "handbook": "How many weeks of parental leave do I get?",
    "manual": "How do I turn on call forwarding when nobody answers?",
}
TECHNICIAN = (
    "Agent: Acme Telecom field service, this is Piet.",
    "Customer: Hello Piet, the lift alarm in our cellar has no dial tone since the lightning strike.",
    "Agent: Then the analogue gateway has burnt out. I carry a spare one in the van.",
    "Customer: Wonderful. Please ring 0151 555 0199 when you stand at the gate.",
    "Agent: I will be there at half past three.",
)
"""A call of the account that no assistant took: it's searched with the others, and is no conversation."""
_NAMES = uuid.UUID("0c2f4e0a-93f2-4c1b-8a0e-3f1d6a55c9b7")
_AGENT = "+493055500100"
_QUEUED_SECONDS = 5.0
_EARLIER = timedelta(days=2)
_ENDED = frozenset({"success", "failure", "partial_success", "completed", "failed"})
_SATISFACTION: dict[str, Any] = {
    "type": "object",
    "properties": {"score": {"type": "integer", "minimum": 1, "maximum": 5}, "reason": {"type": "string"}},
}


def documents() -> Iterator[tuple[str, Path]]:
    """Each file of the buckets `handbook` and `manual`, with its bucket's name."""
    for bucket in ("handbook", "manual"):
        for file in sorted((SEED / bucket).glob("*.md")):
            yield bucket, file


def seed_documents(telnyx: TelnyxStandIn) -> None:
    """The buckets `handbook` and `manual`."""
    for bucket, file in documents():
        telnyx.library.seed(bucket, file.name, file.read_bytes())


def seed_calls(telnyx: TelnyxStandIn) -> None:
    """Twelve conversations, the newest of which ended shortly before the sandbox started; a call that no assistant took; collections."""
    start = telnyx.clock.now()
    for file in sorted((SEED / "calls").glob("*.json")):
        telnyx.conversations.add(_record(json.loads(file.read_text(encoding="utf-8")), file.stem, start))
    began = start - timedelta(days=3)
    telnyx.histories.others.append(
        Record(
            record_id=str(uuid.uuid5(_NAMES, "a technician's call")),
            created=began,
            ended=began + timedelta(minutes=4),
            metadata={"call_control_id": f"v3:{uuid.uuid5(_NAMES, 'technician leg').hex}"},
            lines=TECHNICIAN,
        )
    )
    for slug, name, source in (("support-calls", "Support calls", "voice"), ("chats", "Chats", "message")):
        telnyx.histories.collections[slug] = Collection(slug, name, (source,))


def seed_jobs(telnyx: TelnyxStandIn) -> None:
    """Embedding tasks of buckets that exist, and fine-tuning jobs in several states."""
    start = telnyx.clock.now()
    jobs = json.loads((SEED / "jobs.json").read_text(encoding="utf-8"))
    for entry in jobs["embedding_tasks"]:
        if entry["bucket"] in telnyx.library.buckets:
            began = start - timedelta(minutes=entry["minutes_before_start"])
            steps = (("queued", 0.0), ("processing", 3.0), (entry["status"], 12.0))
            telnyx.library.seed_task(entry["bucket"], Lifecycle(began, steps, _ENDED))
    for entry in jobs["fine_tuning_jobs"]:
        telnyx.fine_tuning.jobs[entry["id"]] = _job(entry, start)


def seed_world(telnyx: TelnyxStandIn) -> None:
    """What there is beside the hand-written calls and jobs: 48 older calls, insights, tasks and jobs in the other states."""
    start = telnyx.clock.now()
    for stem, call in generated_calls():
        telnyx.conversations.add(_record(call, stem, start))
    _seed_insights(telnyx, start)
    bucket = next(
        (name for name in ("manual", *telnyx.library.buckets) if name in telnyx.library.buckets), None
    )
    if bucket is not None:
        for status in TASK_STATUSES:
            telnyx.library.seed_task(bucket, Lifecycle(start - _EARLIER, ((status, 0.0),), _ENDED))
        for status in CLUSTER_STATUSES:
            body = ClusterBody(bucket=bucket, min_cluster_size=3, min_subcluster_size=2)
            task = telnyx.clusters.start(body, str(uuid.uuid5(_NAMES, f"clustering {status}")))
            task.course = Lifecycle(start - _EARLIER, ((status, 0.0),), _ENDED)
    course = Lifecycle(start - _EARLIER, (("queued", 0.0),), FINAL_JOB_STATUSES)
    job_id = "meta-llama-3.1-8b-instruct-waiting-005"
    telnyx.fine_tuning.jobs[job_id] = Job(job_id, DEFAULT_MODEL, "handbook", 3, 60_000, course)


def _seed_insights(telnyx: TelnyxStandIn, start: datetime) -> None:
    """Three insights in one group; the first is the one that the calls of the seed have results of."""
    wishes = (
        ("call summary", "What was the call about?", None),
        ("follow-up", "What will be done next, and who follows up?", None),
        ("satisfaction", "How satisfied was the customer?", _SATISFACTION),
    )
    group = Group("After every call", start - _EARLIER, "What we want to know of each call.")
    group.group_id = str(uuid.uuid5(_NAMES, "group after every call"))
    for name, wish, schema in wishes:
        insight = Insight(name.capitalize(), wish, start - _EARLIER, schema)
        insight.insight_id = str(uuid.uuid5(_NAMES, f"insight {name}"))
        group.insight_ids.append(telnyx.templates.add(insight).insight_id)
    telnyx.templates.add_group(group)


def _job(entry: Mapping[str, Any], start: datetime) -> Job:
    ends = entry["status"] if entry["status"] in FINAL_JOB_STATUSES else "succeeded"
    course = Lifecycle(
        began=start - timedelta(minutes=entry["minutes_before_start"]),
        steps=(("queued", 0.0), ("running", _QUEUED_SECONDS), (ends, 60.0 * entry["minutes_of_work"])),
        final=FINAL_JOB_STATUSES,
    )
    return Job(entry["id"], entry["model"], entry["training_file"], entry["epochs"], entry["tokens"], course)


def _record(call: Mapping[str, Any], stem: str, start: datetime) -> dict[str, Any]:
    """A call of the seed in the shapes of the API."""
    began = start - timedelta(minutes=call["minutes_before_start"])
    messages = [_message(turn, began) for turn in call["turns"]]
    last = messages[-1]["sent_at"] if messages else began.isoformat()
    metadata = {
        "assistant_id": "assistant-acme-support",
        "telnyx_conversation_channel": call["channel"],
        "telnyx_agent_target": _AGENT,
        "telnyx_end_user_target": call["customer"],
    }
    if call["channel"] == "phone_call":
        metadata["call_control_id"] = f"v3:{uuid.uuid5(_NAMES, stem + ' leg').hex}"
    conversation = {
        "id": str(uuid.uuid5(_NAMES, stem)),
        "created_at": began.isoformat(),
        "last_message_at": last,
        "metadata": metadata,
        "name": call["name"],
    }
    return {
        "conversation": conversation,
        "messages": messages,
        "insights": _insights(call["summary"], stem, last),
    }


def _message(turn: Mapping[str, Any], began: datetime) -> dict[str, Any]:
    sent = (began + timedelta(seconds=turn["at"])).isoformat()
    message = {"role": turn["role"], "text": turn["text"], "created_at": sent, "sent_at": sent}
    return message | ({"tool_calls": turn["tool_calls"]} if "tool_calls" in turn else {})


def _insights(summary: str, stem: str, created: str) -> list[dict[str, Any]]:
    if not summary:
        return []
    result = {"insight_id": str(uuid.uuid5(_NAMES, "insight call summary")), "result": summary}
    return [
        {
            "id": str(uuid.uuid5(_NAMES, stem + " insight")),
            "status": "completed",
            "created_at": created,
            "conversation_insights": [result],
        }
    ]
