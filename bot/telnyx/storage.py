"""Addresses under which single objects of a storage bucket can be had for a while: `/storage/buckets`, which is beside the AI API."""

from __future__ import annotations

from pydantic import Field

from bot.telnyx._bodies import NewAddress
from bot.telnyx._resource import AnswerModel, Moment, Resource
from bot.telnyx._wire import path_of


class PresignedAddress(AnswerModel):
    """Where an object can be had without a key until `expires_at`; anyone who has the address has the object."""

    presigned_url: str = Field(repr=False)
    expires_at: Moment | None = None


class _Answer(AnswerModel):
    content: PresignedAddress


class Storage(Resource):
    """Operations of /storage/buckets. All raise TelnyxError."""

    async def presigned(self, bucket: str, name: str, *, ttl: int) -> PresignedAddress:
        """Return an address of an object that works for `ttl` seconds.

        ValueError for a name that no path can hold. https://developers.telnyx.com/docs/cloud-storage/presigned-urls
        """
        path = path_of("/storage/buckets/{}/{}/presigned_url", bucket, name)
        body = NewAddress(ttl=ttl).body()
        answer = await self._request(_Answer, "storage.presigned", "POST", path, body=body, repeatable=True)
        return answer.content
