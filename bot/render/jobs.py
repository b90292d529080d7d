"""Job news as Slack shows it: a card that moves, a line for each change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.render.blocks import Message, context, section
from bot.render.markdown import code, escape_mrkdwn, moment, plain
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
EMBEDDING = "embedding"
PARTLY = "partial_success"
NAMED_FILES = 10
REASON = 200
NEXT_STEP = "Save it as PDF, Markdown, HTML, or UTF-8 text, and add it again."


class FailedFile(Protocol):
    """A file that could not be embedded."""

    @property
    def filename(self) -> str:
        """Return its name."""

    @property
    def error_reason(self) -> str | None:
        """Return why."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a card's thread."""

    message: Message
    loud: bool
    """Shown in the channel too."""


def unnamed(change: Transition) -> Transition:
    """Return a change without the names of documents, for those who may not know of them."""
    kept = {name: value for name, value in change.detail.items() if name not in ("bucket", "file")}
    return replace(change, detail={**kept, "title": "documents"})


def card(burst: Sequence[Transition]) -> Message:
    """Return the one message of a burst of jobs: what it is and how it stands. Of a job alone it names the job."""
    states = _states(burst)
    now = states[-1]
    if len(states) > 1:
        icon, head = _together(states)
        shown = f"*{head}*"
    else:
        icon, what = (
            _icon(now.status),
            escape_mrkdwn(f"{NAMES.get(now.kind, now.kind)} of {now.detail['title']}"),
        )
        head, shown = f"{what}: {_word(now.status)}", f"*{what}*: {_word(now.status)}"
    return Message(head, [section(f"{icon} {shown}"), context(" · ".join(_facts(states)))])


def line(history: Sequence[Transition], files: Sequence[FailedFile] = ()) -> Line:
    """Return one change of a job, for the thread (and the channel when it matters to all)."""
    before, now = history[-2], history[-1]
    title = escape_mrkdwn(str(now.detail["title"]))
    change = f"{_icon(now.status)} {title}: {_word(before.status)} → {_word(now.status)}"
    return Line(Message("\n".join([change, *_named(now, files)])), _loud(now))


def failure(now: Transition, files: Sequence[FailedFile]) -> Line:
    """Return what failed in a job of a burst: the file, the reason, and the next step."""
    if named := _named(now, files):
        return Line(Message("\n".join(named)), loud=False)
    what = code(str(now.detail.get("file") or now.job))
    return Line(Message(f"{_icon(now.status)} {what}: {_word(now.status)}\n{_next_step(now)}"), loud=False)


def long_end(burst: Sequence[Transition]) -> Line | None:
    """Return the end of a burst that took long, for the channel; None while it goes on, and for a short one."""
    states = _states(burst)
    began = min((one.detail.get("created_at") or 0 for one in states), default=0)
    ended = max((one.detail.get("finished_at") or 0 for one in states), default=0)
    if not all(one.detail.get("finished") for one in states) or ended - began <= LONG_SECONDS:
        return None
    icon, head = _together(states)
    return Line(Message(f"{icon} {head}"), loud=True)


def unsuccessful(now: Transition) -> bool:
    """Return whether a job ended and not all of it succeeded."""
    return bool(now.detail.get("failed")) or now.status == PARTLY


def _states(burst: Sequence[Transition]) -> list[Transition]:
    """Return the latest change of each job, in the order the jobs came."""
    return list({change.job: change for change in burst}.values())


def _together(states: Sequence[Transition]) -> tuple[str, str]:
    """Return the icon and the words for how several jobs stand."""
    failed = sum(bool(one.detail.get("failed")) for one in states)
    partly = sum(one.status == PARTLY for one in states)
    done = sum(bool(one.detail.get("finished")) for one in states) - failed - partly
    left = len(states) - failed - partly - done
    files = all(one.detail.get("file") for one in states)
    what = "files embedded" if files else "jobs succeeded"
    parts = [
        f"{done} of {len(states)} {what}",
        partly and f"{partly} partly",
        failed and f"{failed} failed",
        left and f"{left} to go",
    ]
    status = (
        "processing"
        if left
        else "success"
        if done == len(states)
        else "failure"
        if failed == len(states)
        else PARTLY
    )
    title = escape_mrkdwn(str(states[0].detail["title"]))
    return _icon(status), f"{title}: {', '.join(str(part) for part in parts if part)}"


def _facts(states: Sequence[Transition]) -> list[str]:
    facts = [code(states[0].job)] if len(states) == 1 else []
    if created := [one.detail["created_at"] for one in states if one.detail.get("created_at")]:
        facts.append(f"started {_time(min(created))}")
    finished = [one.detail["finished_at"] for one in states if one.detail.get("finished_at")]
    if len(finished) == len(states):
        facts.append(f"ended {_time(max(finished))}")
    if model := states[0].detail.get("model"):
        facts.append(f"base model {escape_mrkdwn(str(model))}")
    return facts or [NAMES.get(states[0].kind, states[0].kind)]


def _named(now: Transition, files: Sequence[FailedFile]) -> list[str]:
    """Return a line for each file that failed, and what to do about it."""
    if not files:
        return []
    lines = [f":x: {code(file.filename)}: {_reason(file)}" for file in files[:NAMED_FILES]]
    if len(files) > NAMED_FILES:
        lines.append(f"and {len(files) - NAMED_FILES} more")
    return [*lines, _next_step(now)]


def _reason(file: FailedFile) -> str:
    return escape_mrkdwn(plain(file.error_reason or "Telnyx didn't say why", REASON))


def _next_step(now: Transition) -> str:
    bucket = now.detail.get("bucket")
    if now.kind != EMBEDDING or not bucket:
        return "Telnyx doesn't say why. Check the job's settings in the Telnyx portal, then start it again."
    return f"{NEXT_STEP} {code(f'/telnyx docs show {bucket}')} lists all files."


def _loud(now: Transition) -> bool:
    """Is this change worth showing in the channel too: a failure, or the end of something long?"""
    detail = now.detail
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
