"""The embedded buckets and the tasks that embed them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from .bucket import Bucket
from .chunks import OVERLAP, SIZE, cut_text
from .document import Document, embedded
from .embedding import Embedder
from .readers import UnreadableDocumentError, read_document
from .stages import Lifecycle, Work
from .vectors import MODEL, Vectors

TASK_STATUSES = ("queued", "processing", "success", "failure", "partial_success")
_FINAL = frozenset({"success", "failure", "partial_success"})
_NAMES = uuid.UUID("7d0f3c1e-6a37-4d2b-9a52-5b1f6f0e2a11")
USER_ID = str(uuid.uuid5(_NAMES, "sandbox user"))
_BY_WORDS = "bm25"


@dataclass
class Task:
    """One embedding task: its id, the bucket it embeds, its course, and the files that go their way with it.

    `without`: fields that its row lacks.
    """

    task_id: str
    name: str
    bucket: str
    course: Lifecycle
    documents: Sequence[Document] = ()
    without: frozenset[str] = frozenset()

    def title(self) -> str:
        """Return its name; while it works on several files, with how many are done."""
        work = self.course.work
        if work is None or work.pieces < 2 or work.ended is not None:  # noqa: PLR2004 -- several
            return self.name
        return f"{self.name} ({work.done} of {work.pieces} files)"

    def halt(self, status: str, now: datetime, done: int | None = None) -> None:
        """Put it into `status`, and its files: all into the same, or the first so many are done and the others aren't."""
        self.course.halt(status, now)
        for place, document in enumerate(self.documents):
            own = status if done is None else "success" if place < done else "processing"
            document.course.halt(own, now)


class Library:
    """All buckets and embedding tasks.

    Args:
        now: the sandbox's clock. vectors: the model; without one search goes by words.
        queued_seconds: how long a task waits. processing_seconds: how long it works after that.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        vectors: Vectors | None = None,
        *,
        queued_seconds: float = 3,
        processing_seconds: float = 9,
    ) -> None:
        self._now = now
        self._waits = (queued_seconds, processing_seconds)
        self._vectors = vectors
        self._loaded: list[tuple[str, Document]] = []
        self.embedder = Embedder(vectors, now) if vectors else None
        self.model = MODEL if vectors else _BY_WORDS
        """What distances come from."""
        self.storage = "https://us-central-1.telnyxcloudstorage.com"
        """Where the files themselves are to be had, as `storage/bucket/file`."""
        self._made = 0
        self.buckets: dict[str, Bucket] = {}
        self.stored: dict[str, Bucket] = {}
        """Buckets that are embedded no longer; their files are still in storage."""
        self.tasks: dict[str, Task] = {}

    def seed(self, bucket: str, name: str, content: bytes) -> Document:
        """Put a file into a bucket as if it had been embedded before the sandbox started."""
        document = self._put(bucket, name, content, self._course("success", waits=(0, 0)))
        if document.error_reason is None:
            self._embed(document)
        return document

    def load(self, bucket: str, name: str, content: bytes) -> Document:
        """Put a file into a bucket that `embed_loaded` has embedded; without a model it's like `seed`."""
        if self.embedder is None:
            return self.seed(bucket, name, content)
        document = self._put(bucket, name, content, self._course("success", Work(), waits=(0, 0)))
        self._loaded.append((bucket, document))
        return document

    def embed_loaded(self) -> None:
        """Begin a task for each bucket that was loaded into, file after file."""
        for bucket in dict.fromkeys(bucket for bucket, _ in self._loaded):
            documents = [document for name, document in self._loaded if name == bucket]
            good = [document for document in documents if document.error_reason is None]
            task = self._task(bucket, f"embed {bucket}", _ending(documents), good, waits=(0, 0))
            self._have_embedded(good, task, behind=True)
        self._loaded.clear()

    def seed_unreadable(self, bucket: str, name: str, reason: str) -> Document:
        """Note a file whose content could not be had; it is shown as failed, with the reason."""
        document = self.seed(bucket, name, b"")
        document.error_reason = reason
        return document

    def add(self, bucket: str, name: str, content: bytes) -> Task:
        """Put a file into a bucket now: a task embeds it, and it is found once that succeeded."""
        return self._add(bucket, f"embed {bucket}/{name}", {name: content})

    def arrive(self, bucket: str, name: str, content: bytes) -> None:
        """Take what was put into a bucket's storage: where the bucket is embedded a task embeds it, elsewhere it only lies there.

        Raises:
            KeyError: there is no such bucket.
        """
        if bucket in self.buckets:
            self.add(bucket, name, content)
            return
        idle = self.stored.pop(bucket)
        self._put(bucket, name, content, self._course("success", waits=(0, 0)))
        idle.documents |= self.buckets.pop(bucket).documents
        self.stored[bucket] = idle

    def add_pages(self, bucket: str, pages: Mapping[str, bytes]) -> Task:
        """Put the pages of a web site into a bucket now, with one task for all of them."""
        return self._add(bucket, f"embed pages into {bucket}", pages)

    def embed(self, bucket: str, size: int = SIZE, overlap: int = OVERLAP) -> Task:
        """Embed a whole bucket, again or anew; how it ends follows from its files. Search stays as it is meanwhile.

        Args:
            bucket: its name.
            size: characters of a chunk.
            overlap: how many of them its neighbor has, too.

        Raises:
            KeyError: no such bucket.
        """
        anew = bucket in self.stored
        if anew:
            self.buckets[bucket] = self.stored.pop(bucket)
        self.buckets[bucket].sizes = (size, overlap)
        documents = list(self.buckets[bucket].documents.values())
        good = [document for document in documents if document.error_reason is None]
        missing = [d for d in good if d.embedded is None or d.sizes != (size, overlap)]
        for document in missing:
            document.sizes = (size, overlap)
        task = self._task(bucket, f"embed {bucket}", _ending(documents), missing)
        if anew:
            self._one_by_one(task, missing)
        self._have_embedded(missing, task)
        return task

    def disable(self, bucket: str) -> None:
        """Forget what a bucket is found by; its files stay in storage.

        Raises:
            KeyError: no such bucket is embedded.
        """
        self.stored[bucket] = self.buckets.pop(bucket)
        for document in self.stored[bucket].documents.values():
            document.embedded = None

    def seed_task(self, bucket: str, course: Lifecycle) -> Task:
        """Note a task of a bucket with a course of its own; nothing is embedded for it."""
        task = self._task(bucket, f"embed {bucket}", "success", ())
        task.course = course
        return task

    def newest(self, bucket: str) -> Task:
        """The newest task of a bucket; a new one when there is none.

        Raises:
            KeyError: no such bucket.
        """
        own = [task for task in self.tasks.values() if task.bucket == bucket]
        return own[-1] if own else self.embed(bucket)

    def put_task(self, task: Task, status: str, at: datetime, done: int | None = None) -> None:
        """Put a task into `status` since then; with `done` so many files of its bucket are embedded, and the others wait for it."""
        if done is not None:
            held = self.buckets[task.bucket].documents.values()
            task.documents = [document for document in held if document.error_reason is None]
        task.halt(status, at, done)

    def _add(self, bucket: str, title: str, files: Mapping[str, bytes]) -> Task:
        documents = [
            self._put(bucket, name, content, self._course("failure")) for name, content in files.items()
        ]
        good = [document for document in documents if document.error_reason is None]
        task = self._task(bucket, title, _ending(documents), good)
        self._one_by_one(task, good)
        self._have_embedded(good, task)
        return task

    def _task(
        self,
        bucket: str,
        name: str,
        ends: str,
        documents: Sequence[Document],
        waits: tuple[float, float] | None = None,
    ) -> Task:
        """A task that has `documents` to embed; the caller has that done."""
        task_id = str(uuid.uuid5(_NAMES, f"{bucket}/{self._made}"))
        self._made += 1
        work = Work(len(documents)) if documents and self.embedder else None
        task = Task(task_id, name, bucket, self._course(ends, work, waits=waits))
        self.tasks[task_id] = task
        return task

    def _course(
        self, ends: str, work: Work | None = None, *, waits: tuple[float, float] | None = None
    ) -> Lifecycle:
        queued, processing = waits or self._waits
        steps = (("queued", 0.0), ("processing", queued), (ends, queued + processing))
        return Lifecycle(self._now(), steps, _FINAL, work=work)

    def _one_by_one(self, task: Task, documents: Sequence[Document]) -> None:
        """Let files become ready one after another while a task works; the last is ready when it ends."""
        queued, processing = self._waits
        task.documents = documents
        for place, document in enumerate(documents, 1):
            ready = queued + processing * place / len(documents)
            steps = (("queued", 0.0), ("processing", queued), ("success", ready))
            work = Work() if self.embedder else None
            document.course = Lifecycle(task.course.began, steps, _FINAL, work=work)

    def _have_embedded(self, documents: Iterable[Document], task: Task, *, behind: bool = False) -> None:
        """Have documents embedded by the thread, for `task`; by words there is nothing to wait for."""
        for document in documents:
            if self.embedder:
                works = {id(work): work for work in (task.course.work, document.course.work) if work}
                self.embedder.later(document, *works.values(), behind=behind)
            else:
                self._embed(document)

    def _embed(self, document: Document) -> None:
        if self.embedder:
            self.embedder.embed(document)
        else:
            size, overlap = document.sizes
            document.embedded = embedded(document, cut_text(document.text, size=size, overlap=overlap), None)

    def _put(self, bucket: str, name: str, content: bytes, course: Lifecycle) -> Document:
        checksum = hashlib.md5(content, usedforsecurity=False).hexdigest()
        text, reason = "", None
        try:
            text = read_document(name, content)
        except UnreadableDocumentError as error:
            reason = str(error)
        query = self._vectors.query if self._vectors else None
        self.stored.pop(bucket, None)
        into = self.buckets.setdefault(bucket, Bucket(bucket, query))
        into.documents[name] = Document(name, text, checksum, self._now(), course, reason, into.sizes)
        return into.documents[name]


def _ending(documents: Sequence[Document]) -> str:
    """How a task over these documents ends."""
    bad = sum(1 for document in documents if document.error_reason)
    return "success" if not bad else "failure" if bad == len(documents) else "partial_success"
