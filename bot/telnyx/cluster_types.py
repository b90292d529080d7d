"""Clusterings of a bucket, and the clusters that they found."""

from __future__ import annotations

from bot.telnyx._resource import AnswerModel, Moment
from bot.telnyx._rows import Rows

_FINISHED = frozenset({"completed", "failed"})


class ClusterTask(AnswerModel):
    """One clustering; `status` is pending, starting, running, completed, failed or new to us. Sizes are in passages.

    `finished_at` is None while it runs, though Telnyx's schema requires it.
    """

    task_id: str
    status: str
    bucket: str
    created_at: Moment | None = None
    finished_at: Moment | None = None
    min_cluster_size: int | None = None
    min_subcluster_size: int | None = None

    @property
    def finished(self) -> bool:
        """Return whether the status is one after which nothing more happens."""
        return self.status in _FINISHED


class ClusterNode(AnswerModel):
    """A passage of a cluster and the file it stands in."""

    filename: str
    text: str


class Cluster(AnswerModel):
    """Passages about one topic; `cluster_id` is text here and a whole number where `graph` asks for it."""

    cluster_id: str
    cluster_summary: str
    total_number_of_nodes: int
    cluster_header: str | None = None
    nodes: Rows[ClusterNode] | None = None
    subclusters: Rows[Cluster] | None = None


class Clustering(AnswerModel):
    """What a clustering found; none while it runs."""

    status: str
    bucket: str
    clusters: Rows[Cluster] = ()

    @property
    def finished(self) -> bool:
        """Return whether the status is one after which nothing more happens."""
        return self.status in _FINISHED
