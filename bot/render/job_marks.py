"""What people press on the card of a job, and what they're told who did it elsewhere; on the card itself it just shows."""

from bot.render.blocks import Message
from bot.render.intent import Intent, Name
from bot.render.markdown import code, moment, plain
from bot.store.jobs import Job

NAME = 80
NOWHERE = "I'm not posting news of this job anywhere yet. Its card comes with the first news."
DIRECT = "our direct messages"


class OnIt(Intent, verb="jobs on-it"):
    """Someone takes care of a job; pressed again by the same person, they don't anymore."""

    job: Name


class Snooze(Intent, verb="jobs snooze"):
    """No news of a job here for an hour; after that it's told what happened."""

    job: Name


class Wake(Intent, verb="jobs wake"):
    """News of a snoozed job at once."""

    job: Name


class Mute(Intent, verb="jobs mute"):
    """No news of a job here anymore; its card stays true."""

    job: Name


class Unmute(Intent, verb="jobs unmute"):
    """News of a muted job again."""

    job: Name


def on_it(job: Job, *, on_it: bool) -> Message:
    """Say whether the one who asks takes care of it now."""
    now = "You're on it now" if on_it else "You're no longer on it"
    return Message(f"{now}: {_named(job)}. Its card says so.")


def snoozed(job: Job, target: str, until: float) -> Message:
    """Say where there is no news, and until when."""
    return Message(
        f"I won't post news of {_named(job)} in {_place(target)} until {moment(until, '{time}')}. "
        "Then I'll post what happened. Its card stays up to date."
    )


def muted(job: Job, target: str) -> Message:
    """Say where there is no news anymore."""
    return Message(
        f"I won't post news of {_named(job)} in {_place(target)} anymore. Its card stays up to date."
    )


def loud(job: Job, target: str) -> Message:
    """Say where there is news again."""
    return Message(f"I'll post news of {_named(job)} in {_place(target)} again.")


def _named(job: Job) -> str:
    return code(plain(job.title, NAME) or job.id)


def _place(target: str) -> str:
    return f"<#{target}>" if target.startswith(("C", "G")) else DIRECT
