"""What is found in embedded buckets, their files, and the tasks that fill them."""

from __future__ import annotations

from typing import Any

from bot.telnyx._resource import AnswerModel, Moment

# Telnyx's schema says `failure`, its prose `failed`; a status that is in neither set is one we do not know: not finished.
_FAILED = frozenset({"failure", "failed"})
_FINISHED = _FAILED | {"success", "partial_success"}


class MatchMetadata(AnswerModel):
    """Where a passage comes from. `source` is the address of the object, `certainty` is 1 - distance / 2."""

    source: str | None = None
    filename: str | None = None
    checksum: str | None = None
    embedding: str | None = None
    certainty: float | None = None
    loader_metadata: dict[str, Any] | None = None


class Match(AnswerModel):
    """A passage that was found; the smaller the `distance` (0 to 2, NaN when it was not said), the closer to the query."""

    document_chunk: str
    distance: float
    metadata: MatchMetadata = MatchMetadata()


class BucketFile(AnswerModel):
    """A file of an embedded bucket; `status` is a free word, `error_reason` says why it could not be embedded."""

    filename: str
    status: str
    created_at: Moment | None = None
    updated_at: Moment | None = None
    last_embedded_at: Moment | None = None
    error_reason: str | None = None


class EmbeddingTask(AnswerModel):
    """A background task; `status` as it came. One task read by its id has neither user nor bucket.

    Every field of a task that was just made is optional at Telnyx; without a word it counts as queued.
    """

    task_id: str
    task_name: str | None = None
    status: str = "queued"
    created_at: Moment | None = None
    finished_at: Moment | None = None
    user_id: str | None = None
    bucket: str | None = None

    @property
    def finished(self) -> bool:
        """Return whether the status is one after which nothing more happens."""
        return self.status in _FINISHED

    @property
    def failed(self) -> bool:
        """Return whether it finished and embedded nothing."""
        return self.status in _FAILED
