"""Jobs in a few words: which of many stand together, come first, and are meant."""

import re
from collections.abc import Iterable, Sequence

from bot.services.ids import SHORTEST, WHOLE
from bot.services.jobs.fine_tuning import FINE_TUNING
from bot.store.jobs import Brief

_OF_UUID = re.compile(r"[0-9a-fA-F-]+")


def together(jobs: Iterable[Brief]) -> list[list[Brief]]:
    """Return the jobs by the cards on which they stand: what runs, then what ended, each the latest first."""
    cards: dict[tuple[str, str], list[Brief]] = {}
    for job in jobs:
        cards.setdefault((job.kind, job.card), []).append(job)
    return sorted(cards.values(), key=lambda card: (not runs(card), -_at(card)))


def runs(card: Sequence[Brief]) -> bool:
    """Return whether one of the jobs on a card goes on."""
    return not all(job.finished for job in card)


def _at(card: Sequence[Brief]) -> float:
    """Return when what runs began, or when the last of it ended, in Unix seconds."""
    return max(job.began for job in card) if runs(card) else max(job.ended for job in card)


def named(job: Brief, wanted: str) -> bool:
    """Return whether a job is what was typed: an id begins with eight characters or more."""
    return job.title.casefold() == wanted.casefold() or (
        len(wanted) >= SHORTEST and job.id.startswith(wanted)
    )


def may_be_whole(wanted: str, kind: str) -> bool:
    """Return whether what was typed may be the whole id of such a job: a UUID, or the name of a model that is trained."""
    if len(wanted) < SHORTEST or wanted.split() != [wanted]:
        return False
    return len(wanted) >= WHOLE or (kind == FINE_TUNING.name and not _OF_UUID.fullmatch(wanted))
