"""Job news as Slack shows it: a card that moves, a line for each change."""

from collections.abc import Sequence
from typing import Any

from bot.render.blocks import Message, context, section
from bot.render.markdown import code, escape_mrkdwn, moment
from bot.store.jobs import Transition

LONG_SECONDS = 600
"""The end of a job that took longer is also shown in the channel."""
NAMES = {"embedding": "Embedding", "fine-tuning": "Fine-tuning"}
ICONS = {
    "queued": ":hourglass_flowing_sand:",
    "processing": ":gear:",
    "running": ":gear:",
    "success": ":white_check_mark:",
    "succeeded": ":white_check_mark:",
    "partial_success": ":warning:",
    "failure": ":x:",
    "failed": ":x:",
    "cancelled": ":no_entry_sign:",
}
WORDS = {"partial_success": "partly succeeded", "success": "succeeded", "failure": "failed"}


def card(history: Sequence[Transition]) -> Message:
    """The one message of a job: what it is and how it stands."""
    now = history[-1]
    head = f"{_icon(now.status)} *{NAMES.get(now.kind, now.kind)} of {escape_mrkdwn(str(now.detail['title']))}*: {_word(now.status)}"
    facts = [f"{code(now.job)}"]
    if created := now.detail.get("created_at"):
        facts.append(f"started {_time(created)}")
    if finished := now.detail.get("finished_at"):
        facts.append(f"ended {_time(finished)}")
    if model := now.detail.get("model"):
        facts.append(f"base model {escape_mrkdwn(str(model))}")
    text = (
        f"{NAMES.get(now.kind, now.kind)} of {escape_mrkdwn(str(now.detail['title']))}: {_word(now.status)}"
    )
    return Message(text, [section(head), context(" · ".join(facts))])


def line(history: Sequence[Transition]) -> Message:
    """One change, for the thread (and the channel when it matters to all)."""
    before, now = history[-2], history[-1]
    title = escape_mrkdwn(str(now.detail["title"]))
    return Message(f"{_icon(now.status)} {title}: {_word(before.status)} → {_word(now.status)}")


def loud(history: Sequence[Transition]) -> bool:
    """Is this change worth showing in the channel too: a failure, or the end of something long?"""
    detail: dict[str, Any] = history[-1].detail
    if detail.get("failed"):
        return True
    created, finished = detail.get("created_at"), detail.get("finished_at")
    return bool(detail.get("finished") and created and finished and finished - created > LONG_SECONDS)


def _icon(status: str) -> str:
    return ICONS.get(status, ":grey_question:")


def _word(status: str) -> str:
    return escape_mrkdwn(WORDS.get(status, status.replace("_", " ")))


def _time(seconds: int) -> str:
    return moment(seconds, "{date_short_pretty} {time}")
