"""Buckets, their files, and what was started on them."""

from collections.abc import Sequence

from bot.render.blocks import Block, Message, actions, button, section
from bot.render.intent import Name, Paged
from bot.render.markdown import escape_mrkdwn
from bot.render.outcomes import Listing
from bot.telnyx.embeddings import BucketFile, EmbeddingTask

SIGNS = {"success": ":white_check_mark:", "failure": ":x:", "failed": ":x:"}


class ShowDocs(Paged, verb="docs show"):
    """The files of a bucket."""

    bucket: Name


def files(bucket: str, found: Sequence[BucketFile]) -> Listing:
    """One file a row: its state, and why it failed."""
    return Listing(
        f"Files in {bucket}",
        [_row(file) for file in found],
        f"The bucket `{escape_mrkdwn(bucket)}` has no files.",
        f"Ask about them: `/ask … --bucket {escape_mrkdwn(bucket)}`",
    )


def started(bucket: str, task: EmbeddingTask, channel: str | None) -> Message:
    """Embedding has begun, and where it will be told how it goes."""
    told = (
        f"I'm watching it and will tell in <#{channel}> how it goes."
        if channel
        else "Nobody is told when it ends: JOBS_CHANNEL is not set."
    )
    text = f"Embedding of `{escape_mrkdwn(bucket)}` has started (task `{task.task_id}`). {told}"
    return Message(text, [section(text), actions(button("Show files", ShowDocs(bucket=bucket)))])


def _row(file: BucketFile) -> Block:
    why = f"\n_{escape_mrkdwn(file.error_reason)}_" if file.error_reason else ""
    return section(
        f"{SIGNS.get(file.status, ':hourglass:')} `{escape_mrkdwn(file.filename)}` {escape_mrkdwn(file.status)}{why}"
    )
