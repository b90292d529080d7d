"""Topics in an embedded bucket, found by clustering: `/ai/clusters`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

from bot.telnyx._bodies import NewClustering
from bot.telnyx._paging import Page, walk
from bot.telnyx._request import Request
from bot.telnyx._resource import AnswerModel, Resource
from bot.telnyx._wire import path_of, query_of
from bot.telnyx.cluster_types import Clustering, ClusterTask
from bot.telnyx.errors import TelnyxUnreadableError

_LARGEST_PAGE = 100
_PNG = b"\x89PNG\r\n\x1a\n"


class _Started(AnswerModel):
    task_id: str


class Clusters(Resource):
    """Operations of /ai/clusters. All raise TelnyxError."""

    async def page(self, number: int = 0, size: int = 20) -> Page[ClusterTask]:
        """One page, counted from 0 as Telnyx documents for this family alone."""
        query = {"page[number]": number, "page[size]": size}
        return await self._request(
            Page[ClusterTask], "clusters.page", "GET", "/ai/clusters", query=query, bare=True
        )

    def all(self) -> AsyncGenerator[ClusterTask, None]:
        """Return every clustering of the account, whether pages count from 0 or from 1."""
        return walk(lambda number: self.page(number, _LARGEST_PAGE), first=0, name=lambda task: task.task_id)

    async def create(
        self,
        bucket: str,
        *,
        prefix: str | None = None,
        files: Sequence[str] | None = None,
        min_cluster_size: int | None = None,
        min_subcluster_size: int | None = None,
    ) -> str:
        """Start a clustering of an embedded bucket and give its task id; runs in the background, costs each time.

        Sizes are in passages, Telnyx's defaults 25 and 5. https://developers.telnyx.com/api-reference/clusters/compute-new-clusters
        """
        body = NewClustering(
            bucket=bucket,
            prefix=prefix,
            files=None if files is None else tuple(files),
            min_cluster_size=min_cluster_size,
            min_subcluster_size=min_subcluster_size,
        ).body()
        return (await self._request(_Started, "clusters.create", "POST", "/ai/clusters", body=body)).task_id

    async def get(
        self, task_id: str, *, top_n_nodes: int | None = None, show_subclusters: bool | None = None
    ) -> Clustering:
        """Return what a clustering found, with so many passages for each cluster (Telnyx's default 0)."""
        subclusters = None if show_subclusters is None else str(show_subclusters).lower()
        query = {"top_n_nodes": top_n_nodes, "show_subclusters": subclusters}
        path = path_of("/ai/clusters/{}", task_id)
        return await self._request(Clustering, "clusters.get", "GET", path, query=query)

    async def delete(self, task_id: str) -> None:
        """Remove a clustering."""
        await self._request(type(None), "clusters.delete", "DELETE", path_of("/ai/clusters/{}", task_id))

    async def graph(self, task_id: str, *, cluster_id: int | None = None) -> bytes:
        """Return a picture of all clusters or of one, as a PNG. TelnyxUnreadableError when it is none."""
        query = query_of({"cluster_id": cluster_id})
        path = path_of("/ai/clusters/{}/graph", task_id)
        picture = await self._transport.send(
            Request("clusters.graph", "GET", path, query=query, accept="image/png")
        )
        if not picture.startswith(_PNG):
            raise TelnyxUnreadableError("clusters.graph", "not a PNG")
        return picture
