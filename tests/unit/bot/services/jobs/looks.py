"""Looks at the stand-in, and what comes of them."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.services.jobs.kind import Extra, JobKind, Look
from bot.store.jobs import Job, Sighting
from tests.unit.bot.conftest import TelnyxHouse

HOUR = 3_600.0


def known(seen: Sighting, *, moved_at: float = 0.0) -> Job:
    """A job as it's known after it was seen."""
    return Job(
        kind=seen.kind,
        id=seen.id,
        title=seen.title,
        status=seen.status,
        card=seen.id,
        number=1,
        bucket=seen.bucket,
        began=seen.began,
        ended=seen.ended,
        finished=seen.finished,
        done=seen.done,
        total=seen.total,
        detail=seen.detail,
        moved_at=moved_at,
        changed_at=moved_at,
    )


async def seen(
    kind: JobKind,
    house: TelnyxHouse,
    before: Iterable[Sighting] = (),
    *,
    moved_at: float = 0.0,
    requests: int = 20,
    **more: Any,
) -> dict[str, Sighting]:
    """What a look finds, by ids; ``before`` is what the last one found."""
    all_known = {one.id: known(one, moved_at=moved_at) for one in before}
    unfinished = {name: job for name, job in all_known.items() if not job.finished}
    made = Look(
        telnyx=house.client,
        now=house.standin.clock.now().timestamp(),
        full=False,
        unfinished=unfinished,
        extra=Extra(requests, float(more.get("now", 0.0))),
        known=all_known.get,
    )
    found = await kind.read(replace(made, **more))
    assert len({one.id for one in found}) == len(found)
    assert {one.kind for one in found} <= {kind.name}
    return {one.id: one for one in found}


async def put(house: TelnyxHouse, **state: Any) -> None:
    answer = await house.http.post(f"{house.root}/telnyx/control/tasks", json=state)
    assert answer.status_code == 200, answer.text


def call(house: TelnyxHouse, ago: float, *, lasted: float = 60.0, name: str = "", **metadata: str) -> str:
    """A phone call in which the last thing was said so many seconds ago; its id."""
    last = house.standin.clock.now() - timedelta(seconds=ago)
    conversation = {
        "id": str(uuid.uuid4()),
        "created_at": (last - timedelta(seconds=lasted)).isoformat(),
        "last_message_at": last.isoformat(),
        "metadata": {"assistant_id": "a1", "telnyx_conversation_channel": "phone_call", **metadata},
        "name": name,
    }
    house.standin.conversations.add({"conversation": conversation, "messages": [], "insights": []})
    return str(conversation["id"])


def states(found: Mapping[str, Sighting]) -> dict[str, str]:
    return {name: one.status for name, one in found.items()}
