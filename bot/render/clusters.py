"""Clusterings as Slack shows them."""

from bot.render.blocks import Message
from bot.render.intent import Intent, Name
from bot.render.markdown import code, moment
from bot.services.ids import short
from bot.telnyx import ClusterTask


class Delete(Intent, verb="clusters delete"):
    """Delete a clustering."""

    task: Name


def deleting(task: ClusterTask) -> str:
    """Ask before a clustering is deleted."""
    made = f" of {moment(task.created_at.timestamp(), '{date_short_pretty}')}" if task.created_at else ""
    return (
        f"Delete the clustering {code(short(task.task_id))}{made} over {code(task.bucket)}? "
        "Its topics and its picture will be gone."
    )


def deleted(task_id: str) -> Message:
    """Say that a clustering is gone."""
    return Message(f"I deleted the clustering {code(short(task_id))}.")
