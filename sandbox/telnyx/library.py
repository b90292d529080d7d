"""The embedded buckets: documents, their chunks and the tasks that embed them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath

from .chunks import chunk_text
from .readers import UnreadableDocumentError, read_document
from .retrieval import Index
from .stages import Lifecycle
from .words import heading_of

TASK_STATUSES = ("queued", "processing", "success", "failure", "partial_success")
_FINAL = frozenset({"success", "failure", "partial_success"})
_EMBEDDED = frozenset({"success", "partial_success"})
_NAMES = uuid.UUID("7d0f3c1e-6a37-4d2b-9a52-5b1f6f0e2a11")
USER_ID = str(uuid.uuid5(_NAMES, "sandbox user"))


@dataclass
class Task:
    """One embedding task: its id, the bucket it embeds and its course."""

    task_id: str
    name: str
    bucket: str
    course: Lifecycle


@dataclass
class Document:
    """One file of a bucket. `course` is when it becomes searchable; `error_reason` says why it never will."""

    name: str
    text: str
    checksum: str
    added: datetime
    course: Lifecycle
    error_reason: str | None = None

    def status(self, now: datetime) -> str:
        """The status of the file in the words of embedding tasks."""
        return "failure" if self.error_reason else self.course.status(now)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document as search gives it."""

    text: str
    document: Document
    headings: str


@dataclass(frozen=True, slots=True)
class Match:
    """A chunk and its distance from the query."""

    chunk: Chunk
    distance: float


@dataclass
class Bucket:
    """The documents of one bucket and the index over those that are embedded."""

    name: str
    documents: dict[str, Document] = field(default_factory=dict)
    _key: tuple[tuple[str, str], ...] | None = None
    _chunks: list[Chunk] = field(default_factory=list)
    _index: Index | None = None

    def search(self, query: str, limit: int, now: datetime) -> list[Match]:
        """The nearest chunks among the documents embedded at `now`, nearest first."""
        ready = [document for document in self.documents.values() if document.status(now) in _EMBEDDED]
        key = tuple((document.name, document.checksum) for document in ready)
        if self._index is None or key != self._key:
            self._key = key
            self._chunks = [chunk for document in ready for chunk in chunks_of(document)]
            self._index = Index([(c.text, _title(c.document.name), c.headings) for c in self._chunks])
        return [Match(self._chunks[hit.position], hit.distance) for hit in self._index.search(query, limit)]


class Library:
    """All buckets and embedding tasks.

    Args:
        now: the sandbox's clock.
        queued_seconds: how long a task waits. processing_seconds: how long it works after that.
    """

    def __init__(
        self, now: Callable[[], datetime], *, queued_seconds: float = 3, processing_seconds: float = 9
    ) -> None:
        self._now = now
        self._waits = (queued_seconds, processing_seconds)
        self.storage = "https://us-central-1.telnyxcloudstorage.com"
        """Where the files themselves are to be had, as `storage/bucket/file`."""
        self.buckets: dict[str, Bucket] = {}
        self.tasks: dict[str, Task] = {}

    def seed(self, bucket: str, name: str, content: bytes) -> Document:
        """Put a file into a bucket as if it had been embedded before the sandbox started."""
        course = Lifecycle(self._now(), (("success", 0.0),), _FINAL)
        return self._put(bucket, name, content, course)

    def seed_unreadable(self, bucket: str, name: str, reason: str) -> Document:
        """Note a file whose content could not be had; it is shown as failed, with the reason."""
        document = self.seed(bucket, name, b"")
        document.error_reason = reason
        return document

    def add(self, bucket: str, name: str, content: bytes) -> Task:
        """Put a file into a bucket now: a task embeds it, and it is found once that succeeded."""
        task = self._task(bucket, f"embed {bucket}/{name}", ends="success")
        document = self._put(bucket, name, content, task.course)
        if document.error_reason:
            task.course = self._course("failure")
        return task

    def add_pages(self, bucket: str, pages: Mapping[str, bytes]) -> Task:
        """Put the pages of a web site into a bucket now, with one task for all of them."""
        task = self._task(bucket, f"embed pages into {bucket}", ends="success")
        bad = [
            name for name, page in pages.items() if self._put(bucket, name, page, task.course).error_reason
        ]
        if bad:
            task.course.steps = self._course("failure" if len(bad) == len(pages) else "partial_success").steps
        return task

    def embed(self, bucket: str) -> Task:
        """Embed a whole bucket again; how it ends follows from its files. Search stays as it is meanwhile.

        Raises:
            KeyError: no such bucket.
        """
        documents = self.buckets[bucket].documents.values()
        bad = sum(1 for document in documents if document.error_reason)
        ends = "success" if not bad else "failure" if bad == len(documents) else "partial_success"
        return self._task(bucket, f"embed {bucket}", ends=ends)

    def put_task(self, bucket: str, status: str) -> Task:
        """The newest task of a bucket (a new one when there is none) is put into `status` at once."""
        own = [task for task in self.tasks.values() if task.bucket == bucket]
        task = own[-1] if own else self.embed(bucket)
        task.course.halt(status, self._now())
        return task

    def _task(self, bucket: str, name: str, *, ends: str) -> Task:
        task_id = str(uuid.uuid5(_NAMES, f"{bucket}/{len(self.tasks)}"))
        task = Task(task_id, name, bucket, self._course(ends))
        self.tasks[task_id] = task
        return task

    def _course(self, ends: str) -> Lifecycle:
        queued, processing = self._waits
        steps = (("queued", 0.0), ("processing", queued), (ends, queued + processing))
        return Lifecycle(self._now(), steps, _FINAL)

    def _put(self, bucket: str, name: str, content: bytes, course: Lifecycle) -> Document:
        checksum = hashlib.md5(content, usedforsecurity=False).hexdigest()
        text, reason = "", None
        try:
            text = read_document(name, content)
        except UnreadableDocumentError as error:
            reason = str(error)
        document = Document(name, text, checksum, self._now(), course, reason)
        self.buckets.setdefault(bucket, Bucket(bucket)).documents[name] = document
        return document


def chunks_of(document: Document) -> list[Chunk]:
    """The chunks of a document, each with the headings that stand above its first line."""
    above: dict[int, str] = {}
    chunks: list[Chunk] = []
    at = 0
    for text in chunk_text(document.text):
        start = document.text.find(text, at)
        for line in document.text[at:start].splitlines():
            _note(above, line)
        chunks.append(Chunk(text, document, " ".join(above.values())))
        at = max(at, start)
    return chunks


def _note(above: dict[int, str], line: str) -> None:
    """Keep the chain of headings up to date with `line`."""
    title = heading_of(line)
    if title is None:
        return
    level = len(line.lstrip()) - len(line.lstrip().lstrip("#"))
    for deeper in [known for known in above if known >= level]:
        del above[deeper]
    above[level] = title


def _title(name: str) -> str:
    return (
        PurePosixPath(name).with_suffix("").as_posix().replace("-", " ").replace("_", " ").replace("/", " ")
    )
