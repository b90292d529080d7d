"""Clusterings: Telnyx looks for the topics of a bucket."""

from collections.abc import Sequence

from bot.services.access import Right
from bot.services.at_once import all_of
from bot.services.jobs.kind import JobKind, Look, Rank, State
from bot.services.jobs.reading import key, missing, sighting, vanished
from bot.store.jobs import Job, Sighting
from bot.telnyx import Clustering, ClusterTask, Page, TelnyxInvalidError

PAGE = 100
FROM_ONE = "from one"
"""Remembered: pages count from 1, not from 0."""


async def read(look: Look) -> Sequence[Sighting]:
    """Return the first and the last page of clusterings, in a full look the others, and the unfinished ones elsewhere.

    Telnyx tells no order, but new ones stand at one end. Raises TelnyxError.
    """
    first = await _first(look)
    others = range(first.meta.page_number + 1, first.meta.page_number + first.meta.total_pages)[::-1]
    unlisted = len(look.unfinished.keys() - {key(row.task_id) for row in first.data})
    most = look.extra.left - min(unlisted, (look.extra.left + 1) // 2)  # half is kept for what no page shows
    others = others[: look.extra.take(min(len(others), most if look.full else 1))]
    pages = await all_of(_page(look, number) for number in others)
    rows = {key(row.task_id): row for page in (first, *pages) for row in page.data}
    gone = await missing(look, rows, look.telnyx.clusters.get)
    known = look.unfinished
    return [
        *(_listed(row) for row in rows.values()),
        *(_alone(known[name], row) if row else vanished(CLUSTERS, known[name]) for name, row in gone.items()),
    ]


async def _page(look: Look, number: int) -> Page[ClusterTask]:
    page = await look.telnyx.clusters.page(number, PAGE)
    look.note(*(key(row.task_id) for row in page.data))
    return page


async def _first(look: Look) -> Page[ClusterTask]:
    """Return the first page, whether pages count from 0 or from 1; the answer to that is remembered."""
    if look.memory.get(FROM_ONE):
        return await look.telnyx.clusters.page(1, PAGE)
    try:
        return await look.telnyx.clusters.page(0, PAGE)
    except TelnyxInvalidError:
        look.extra.left -= 1
        first = await look.telnyx.clusters.page(1, PAGE)
        look.memory[FROM_ONE] = True
        return first


def _listed(row: ClusterTask) -> Sighting:
    detail = {"bucket": row.bucket}
    title, began, ended = row.bucket or row.task_id, row.created_at, row.finished_at
    return sighting(
        CLUSTERS,
        row.task_id,
        title,
        row.status,
        detail,
        bucket=row.bucket or None,
        began=began,
        ended=ended,
    )


def _alone(known: Job, row: Clustering) -> Sighting:
    """Return a clustering that was read by its id, which says no times."""
    return sighting(
        CLUSTERS, known.id, known.title, row.status, known.detail, bucket=known.bucket, began=known.began
    )


CLUSTERS = JobKind(
    name="clusters",
    title="Topics",
    what="clusterings",
    states=(
        State("pending", Rank.WAITING, ":hourglass_flowing_sand:", "waiting to start"),
        State("starting", Rank.WAITING, ":hourglass_flowing_sand:", "starting"),
        State("running", Rank.RUNNING, ":gear:", "running"),
        State("completed", Rank.ENDED, ":white_check_mark:", "done"),
        State("failed", Rank.ENDED, ":x:", "failed", failed=True),
    ),
    right=Right.BUCKETS,
    read=read,
    next_step=(
        "Telnyx doesn't say why. `/telnyx docs show` with the bucket's name tells whether its files are embedded; "
        "`/telnyx clusters compute` looks for topics again."
    ),
    stalls_seconds=3_600.0,
    of="in",
)
