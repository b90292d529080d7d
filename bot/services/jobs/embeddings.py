"""Embedding tasks: a whole bucket, a page with those below it, or one file."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import get_args

from bot.services.access import Right
from bot.services.documents import State as FileState
from bot.services.documents import Status, state_of
from bot.services.jobs.kind import JobKind, Look, Rank, State
from bot.services.jobs.reading import asked, key, missing, sighting, vanished
from bot.store.jobs import Job, Sighting
from bot.telnyx import BucketFile, EmbeddingTask

LATELY_SECONDS = 900.0
"""So long it's asked again why a task failed; longer than from one full look to the next."""

Files = Mapping[str, Sequence[BucketFile] | None]


async def read(look: Look) -> Sequence[Sighting]:
    """Return the unfinished tasks, those that left their list, and in a full look all. Raises TelnyxError."""
    tasks = await look.telnyx.embeddings.tasks(get_args(Status) if look.full else None)
    found: dict[str, EmbeddingTask | None] = {key(task.task_id): task for task in tasks}
    found |= await missing(look, found, look.telnyx.embeddings.task)
    seen = {name: _whole(task, look.known(name)) for name, task in found.items() if task}
    buckets = {
        task.bucket
        for name, task in seen.items()
        if task.bucket and _matters(task, look.known(name), look.now)
    }
    files = await asked(look.extra.some(sorted(buckets)), look.telnyx.embeddings.files)
    return [
        _sighting(seen[name], look.known(name), files)
        if name in seen
        else vanished(EMBEDDINGS, look.unfinished[name])
        for name in found
    ]


def _whole(task: EmbeddingTask, known: Job | None) -> EmbeddingTask:
    """Return a task with its bucket, which it lacks when it's read by its id; without a status where none came."""
    if task.bucket and "status" in task.model_fields_set:
        return task
    status = task.status if "status" in task.model_fields_set else ""
    bucket = task.bucket or (known.bucket if known else None)
    return task.model_copy(update={"status": status, "bucket": bucket})


def _matters(task: EmbeddingTask, known: Job | None, now: float) -> bool:
    """Return whether the files of its bucket say something new: how far it is, or why it has just failed."""
    state = EMBEDDINGS.state(task.status)
    if state.rank is not Rank.ENDED:
        return bool(task.status) and state.rank is Rank.RUNNING and _file(task) is None
    if not (state.failed or state.partly):
        return False
    if known is None or not known.finished:
        return True
    return not known.detail.get("reason") and now - known.changed_at < LATELY_SECONDS


def _sighting(task: EmbeddingTask, known: Job | None, files: Files) -> Sighting:
    state, file = EMBEDDINGS.state(task.status), _file(task)
    rows = files.get(task.bucket or "")
    done, total = (known.done, known.total) if known else (0, 0)
    if rows is not None and file is None and state.rank is not Rank.WAITING:
        done, all_of_them = sum(state_of(row) is not FileState.WAITING for row in rows), len(rows)
        # Where every file was embedded before, counting them says nothing of how far this task is.
        done, total = (done, all_of_them) if total or done < all_of_them else (0, 0)
    if state.rank is Rank.ENDED and not (state.failed or state.partly):
        done = total
    reason = known.detail.get("reason", "") if known and known.status == task.status else ""
    if rows and (state.failed or state.partly):
        why = Counter(_reasons(rows, file)).most_common(1)
        reason = why[0][0] if why else reason
    detail = {"bucket": task.bucket, "file": file, "reason": reason}
    found = sighting(
        EMBEDDINGS,
        task.task_id,
        task.bucket or task.task_name or task.task_id,
        task.status,
        detail,
        bucket=task.bucket,
        began=task.created_at or (known.began if known else None),
        ended=task.finished_at,
        done=done,
        total=total,
    )
    asked_for = file is None and state.rank is Rank.RUNNING and task.bucket
    return replace(found, counted=not asked_for or task.bucket in files)


def _reasons(rows: Sequence[BucketFile], file: str | None) -> Iterator[str]:
    """Yield why files of a task could not be embedded: of the one it was for, or else of all."""
    for row in rows:
        if row.error_reason and file in (None, row.filename):
            yield row.error_reason


def _file(task: EmbeddingTask) -> str | None:
    """Return the file a task is for, when its name says so: ``embed BUCKET/FILE``."""
    _, found, file = (task.task_name or "").partition(f" {task.bucket}/")
    return file if task.bucket and found and file else None


EMBEDDINGS = JobKind(
    name="embedding",
    title="Embedding",
    what="embedding tasks",
    states=(
        State("queued", Rank.WAITING, ":hourglass_flowing_sand:", "queued"),
        State("processing", Rank.RUNNING, ":gear:", "processing"),
        State("success", Rank.ENDED, ":white_check_mark:", "succeeded"),
        State("partial_success", Rank.ENDED, ":warning:", "partly succeeded", partly=True),
        State("failure", Rank.ENDED, ":x:", "failed", failed=True),
        State("failed", Rank.ENDED, ":x:", "failed", failed=True),  # the other word of Telnyx's documents
    ),
    right=Right.BUCKETS,
    read=read,
    next_step=(
        "Save each failed file as PDF, Markdown, HTML, or UTF-8 text, and add it again. "
        "`/telnyx docs show` with the bucket's name lists all files."
    ),
    counts="files",
    each="embedded",
    stalls_seconds=1_800.0,
)
