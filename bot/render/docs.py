"""Buckets, their files, and what was started on them."""

from collections.abc import Sequence

from pydantic import Field

from bot.render.blocks import Block, Message, actions, button, menu, row, section
from bot.render.intent import Intent, Name, Paged
from bot.render.markdown import code, escape_mrkdwn, plain
from bot.render.numbers import counted
from bot.render.outcomes import Listing
from bot.telnyx import BucketFile, EmbeddingTask

REASON = 200
"""Characters of why a file failed."""
SIGNS = {"success": ":white_check_mark:", "failure": ":x:", "failed": ":x:"}
NONE = "There are no embedded documents yet. Put files into a Telnyx storage bucket, then type `/telnyx docs embed` and its name."


class Docs(Paged, verb="docs"):
    """The embedded buckets."""


class ShowDocs(Paged, verb="docs show"):
    """The files of a bucket."""

    bucket: Name


class Embed(Intent, verb="docs embed"):
    """Embed a bucket."""

    bucket: Name
    chunk_size: int | None = Field(
        default=None, ge=1, le=100_000, description="How large a passage is; Telnyx's default is 1024."
    )
    overlap: int | None = Field(
        default=None, ge=0, le=100_000, description="How much of it the next one repeats; by default 512."
    )


class Disable(Intent, verb="docs disable"):
    """Throw away a bucket's embeddings."""

    bucket: Name


def buckets(names: Sequence[str], *, may_change: bool) -> Listing:
    """One bucket a row; what changes it is in the menu of those who may."""
    rows = [row(code(name), *_actions(name, may_change=may_change)) for name in names]
    return Listing("Documents", rows, NONE, "Ask about one: `/ask … --bucket NAME`")


def files(bucket: str, found: Sequence[BucketFile]) -> Listing:
    """One file a row: its state, and why it failed."""
    return Listing(
        f"Files in {bucket}",
        [[section(_file(file))] for file in found],
        f"The bucket {code(bucket)} has no files.",
        f"Ask about them: {code(f'/ask … --bucket {bucket}')}",
    )


def started(bucket: str, task: EmbeddingTask, channel: str | None) -> Message:
    """Say that embedding has begun, and where its progress is shown."""
    told = (
        f"I'll show its progress in <#{channel}>."
        if channel
        else "I can't tell you when it ends: JOBS_CHANNEL isn't set."
    )
    text = f"I've started embedding {code(bucket)} (task {code(task.task_id)}). {told}"
    return Message(text, [section(text), actions(button("Show files", ShowDocs(bucket=bucket)))])


def disabled(bucket: str) -> Message:
    """Say that a bucket is no longer searched."""
    return Message(f"I no longer search {code(bucket)}. Its files are still in the storage bucket.")


def disabling(bucket: str, count: int) -> str:
    """Ask before the embeddings of a bucket are thrown away."""
    return (
        f"Disable {code(bucket)}? The embeddings of {counted(count, 'file')} will be deleted, and no one gets answers from them "
        "until the bucket is embedded again."
    )


def _actions(name: str, *, may_change: bool) -> list[Block]:
    more = menu(("Embed again", Embed(bucket=name)), ("Disable…", Disable(bucket=name)))
    return [button("Show files", ShowDocs(bucket=name)), *([more] if may_change else [])]


def _file(file: BucketFile) -> str:
    why = f"\n_{escape_mrkdwn(plain(file.error_reason, REASON))}_" if file.error_reason else ""
    return f"{SIGNS.get(file.status, ':hourglass:')} {code(file.filename)} {escape_mrkdwn(file.status)}{why}"
