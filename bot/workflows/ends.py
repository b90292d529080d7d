"""What the row of a turn says when it ends otherwise than with an answer: told, failed, stopped, or deleted."""

import structlog

from bot.errors import NotHereError, RefusedError, UsageError
from bot.observability.logs import new_error_id
from bot.render.ask import stopped
from bot.render.errors import expected
from bot.slack.telling import notice
from bot.store.interruptions import Interruption
from bot.store.turn_columns import Columns
from bot.store.turns import UNANSWERED

log = structlog.get_logger(__name__)

NOTHING_KEPT: Columns = {
    "outcome": "deleted",
    "question": "",
    "options": {},
    "answer": None,
    "passages": None,
    "note": None,
    "trace": None,
}
"""Of a deleted question no word is kept."""

NOTHING_SAID: Columns = {**NOTHING_KEPT, "outcome": "silent"}
"""Nor of a message that was not for us, …"""
SWITCHED_OFF: Columns = {**NOTHING_KEPT, "outcome": "off"}
"""… and of a question in a channel where I'm switched off."""
WORDLESS = frozenset(UNANSWERED)
"""Outcomes of turns of which no word is kept."""


def failed(error: Exception, shown: str | None) -> Columns:
    """Return what is kept of a failure; the log has it under the id that the person reads.

    Args:
        error: what went wrong.
        shown: what was written before.
    """
    error_id = new_error_id()
    said = notice(error, error_id)
    known: Columns = {"answer": shown, "note": said.text, "error_id": error_id}
    # No fault of anything: said, and noted in case someone asks.
    if isinstance(error, UsageError | RefusedError):
        log.info("turn_told", error_id=error_id, reason=type(error).__name__)
        return {"outcome": "elsewhere" if isinstance(error, NotHereError) else "told", **known}
    if expected(error):
        log.warning("turn_failed", error_id=error_id, error=type(error).__name__, reason=str(error)[:300])
    else:
        log.error("turn_failed", error_id=error_id, exc_info=error)
    return {"outcome": "failed", "retryable": int(said.retryable), **known}


def ended_by(change: Interruption | None, written: str) -> Columns:
    """Return what is kept of a turn that someone ended."""
    if change is None:
        raise AssertionError("a turn is interrupted by something")
    log.info("turn_interrupted", kind=change.kind)
    if change.kind == "deleted":
        return NOTHING_KEPT.copy()
    return {
        "outcome": "stopped",
        "answer": written,
        "note": stopped(change.user, written=bool(written.strip())),
    }
