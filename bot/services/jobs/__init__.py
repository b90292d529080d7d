"""Jobs: what takes Telnyx time, watched. A kind of job is data; the watch, the cards, and the page of kinds come from it."""

from bot.services.jobs.kind import EMPTY, STALLED, VANISHED, JobKind, Look, Rank, State
from bot.services.jobs.kinds import KINDS
from bot.services.jobs.watch import JobWatch

__all__ = ["EMPTY", "KINDS", "STALLED", "VANISHED", "JobKind", "JobWatch", "Look", "Rank", "State"]
