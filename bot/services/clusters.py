"""Clusters: topics that Telnyx found in a bucket."""

from collections.abc import Iterator, Sequence

from bot.errors import RefusedError, UsageError
from bot.services.access import Asker, Audience, Place, Right, Rights
from bot.services.ids import meant, short
from bot.telnyx import Cluster, Clustering, ClusterTask, Telnyx, TelnyxNotFoundError

MOST = 1_000
"""How many clusterings are looked through: Telnyx lists them in no order that it tells."""
PASSAGES = 10
"""How many passages of a topic are shown at most."""
SKEW_SECONDS = 60.0
"""How far Telnyx's clock may be behind ours."""
NOT_READABLE = (
    "You can't read the documents of this bucket, so I can't show its topics. "
    "A workspace admin can change that with `/telnyx grant`."
)


def numbered(found: Sequence[Cluster], above: str = "") -> Iterator[tuple[str, Cluster]]:
    """Yield topics with their numbers, the largest first: 1, 2; below the second 2.1, 2.2."""
    largest_first = sorted(found, key=lambda topic: -topic.total_number_of_nodes)
    for number, topic in enumerate(largest_first, 1):
        yield f"{above}.{number}" if above else str(number), topic


class Clusters:
    """The use cases behind ``/telnyx clusters``.

    Args:
        telnyx: finds topics.
        rights: who may see what in a place.
    """

    def __init__(self, telnyx: Telnyx, rights: Rights) -> None:
        self._telnyx = telnyx
        self._rights = rights

    async def all(self, audience: Audience) -> Sequence[ClusterTask]:
        """Return the clusterings of the buckets that this audience may know of, newest first."""
        audience.require(Right.BUCKETS)
        return sorted(await self._known(audience), key=_began, reverse=True)

    async def find(self, given: str, audience: Audience) -> ClusterTask:
        """Return the clustering whose task id begins like this, or the only one of a bucket.

        Raises:
            UsageError: there is none, or there are several.
        """
        audience.require(Right.BUCKETS)
        tasks = {task.task_id: task for task in await self._known(audience, until=given)}
        return tasks[meant(given, {task.task_id: task.bucket for task in tasks.values()}, "clustering")]

    async def topics(
        self, given: str, audience: Audience, *, top: int = 0, deep: bool = False
    ) -> tuple[ClusterTask, Clustering]:
        """Return a clustering and what it found, with so many passages of each topic.

        Raises:
            UsageError, RefusedError: there is none; they may know of its bucket, but not read it.
        """
        audience.require(Right.DOCUMENTS)
        task = await self.find(given, audience)
        if task.bucket not in audience.buckets:
            raise RefusedError(NOT_READABLE)
        return task, await self._telnyx.clusters.get(task.task_id, top_n_nodes=top, show_subclusters=deep)

    async def topic(self, given: str, number: str, audience: Audience) -> tuple[ClusterTask, Cluster]:
        """Return one topic of a clustering by its number, with passages and the topics below it.

        Raises:
            UsageError, RefusedError: as ``topics``; there is no such topic.
        """
        task, found = await self.topics(given, audience, top=PASSAGES, deep=True)
        level: Sequence[Cluster] = _finished(task, found).clusters
        above, topic = "", None
        for part in number.split("."):
            above = f"{above}.{part}".removeprefix(".")
            topic = dict(numbered(level, above.rpartition(".")[0])).get(above)
            level = (topic and topic.subclusters) or ()
        if topic is None:
            all_of_them = f"`/telnyx clusters show {short(task.task_id)}` lists all."
            raise UsageError(f"There's no topic “{number[:40]}” in this clustering. {all_of_them}")
        return task, topic

    async def picture(self, given: str, audience: Audience) -> tuple[ClusterTask, Clustering, bytes]:
        """Return a clustering, what it found, and a PNG of it.

        Raises:
            UsageError, RefusedError: as ``topics``; there is nothing to draw.
            TelnyxUnreadableError: Telnyx sent no PNG.
        """
        task, found = await self.topics(given, audience)
        if not _finished(task, found).clusters:
            raise UsageError("This clustering found no topics, so it has no picture.")
        return task, found, await self._telnyx.clusters.graph(task.task_id)

    async def seen_in(self, place: Place, asker: Asker, bucket: str, audience: Audience) -> bool:
        """Return whether someone is in the place where they want something, and all who read it may read the bucket."""
        audience.require(Right.DOCUMENTS)
        if not await self._rights.present(place, asker):
            return False
        return bucket in (await self._rights.of(place, asker, private=False)).buckets

    async def compute(
        self, bucket: str, files: Sequence[str], prefix: str, *, size: int, below: int, audience: Audience
    ) -> str:
        """Start a clustering; return its task id. The sizes are of topics and of those below them, in passages."""
        audience.require(Right.ADMIN)
        return await self._telnyx.clusters.create(
            bucket,
            prefix=prefix or None,
            files=files or None,
            min_cluster_size=size,
            min_subcluster_size=below,
        )

    async def made(
        self, bucket: str, *, size: int, below: int, since: float, audience: Audience
    ) -> str | None:
        """Return the task id of a clustering of these sizes that was begun since then, in Unix seconds; None if there is none."""
        for task in await self.all(audience):
            same = (task.bucket, task.min_cluster_size, task.min_subcluster_size) == (bucket, size, below)
            if same and _began(task) >= since - SKEW_SECONDS:
                return task.task_id
        return None

    async def delete(self, task_id: str, audience: Audience, *, again: bool) -> None:
        """Delete a clustering. One that is gone is no mistake when an attempt before this one was cut off (``again``)."""
        audience.require(Right.ADMIN)
        try:
            await self._telnyx.clusters.delete(task_id)
        except TelnyxNotFoundError as error:
            if not (again or error.maybe_done):
                raise

    async def _known(self, audience: Audience, until: str = "") -> list[ClusterTask]:
        """Return what this audience may know of, in Telnyx's order, up to the task with a whole id."""
        known: list[ClusterTask] = []
        async for task in self._telnyx.clusters.all():
            if task.bucket in audience.named:
                known.append(task)
            if task.task_id == until or len(known) == MOST:
                break
        return known


def _began(task: ClusterTask) -> float:
    """Return when it was begun, in Unix seconds; 0 where Telnyx doesn't say."""
    return task.created_at.timestamp() if task.created_at else 0.0


def _finished(task: ClusterTask, found: Clustering) -> Clustering:
    """Raise ``UsageError`` for a clustering that has no topics, or none yet."""
    if found.status == "failed":
        raise UsageError(f"This clustering of {task.bucket} failed, so it has no topics. Start another one.")
    if not found.finished:
        raise UsageError("This clustering is still running. Try again in a few minutes.")
    return found
