"""Clusters: topics that Telnyx found in a bucket."""

from bot.services.access import Audience, Right
from bot.services.ids import meant
from bot.telnyx import ClusterTask, Telnyx, TelnyxNotFoundError

MOST = 1_000
"""How many clusterings are looked through: Telnyx lists them in no order that it tells."""


class Clusters:
    """The use cases behind ``/telnyx clusters``."""

    def __init__(self, telnyx: Telnyx) -> None:
        self._telnyx = telnyx

    async def find(self, given: str, audience: Audience) -> ClusterTask:
        """Return the clustering whose task id begins like this.

        Raises:
            UsageError: none does, or several do.
        """
        audience.require(Right.BUCKETS)
        tasks: dict[str, ClusterTask] = {}
        async for task in self._telnyx.clusters.all():
            if task.bucket in audience.named:
                tasks[task.task_id] = task
            if task.task_id == given or len(tasks) == MOST:
                break
        return tasks[meant(given, {task.task_id: task.bucket for task in tasks.values()}, "clustering")]

    async def delete(self, task_id: str, audience: Audience, *, again: bool) -> None:
        """Delete a clustering. One that is gone is no mistake when an attempt before this one was cut off (``again``)."""
        audience.require(Right.ADMIN)
        try:
            await self._telnyx.clusters.delete(task_id)
        except TelnyxNotFoundError as error:
            if not (again or error.maybe_done):
                raise
