"""Jobs as Telnyx lists them now, for where no watcher has looked."""

from collections.abc import Mapping

from bot.services.jobs.kind import VANISHED, Extra, JobKind, Look
from bot.store.jobs import Job, Sighting
from bot.telnyx import Telnyx


async def at_telnyx(
    telnyx: Telnyx, kinds: Mapping[str, JobKind], now: float, wanted: str = "", requests: int = 0
) -> list[Job]:
    """Return the jobs of the kinds that have a list, and one by its id that may not be on it.

    Args:
        telnyx: who is asked.
        kinds: by their names.
        now: the time of day, in Unix seconds.
        wanted: the id.
        requests: how many more pages of each list, and counts of files, may be asked for.

    Raises:
        TelnyxError: one of the lists can't be read.
    """
    found: list[Job] = []
    for kind in kinds.values():
        if not kind.ends_only:
            named = {wanted: Job(kind.name, wanted, wanted, "", wanted)} if wanted else {}
            extra = Extra(
                max(requests, 2 if wanted else 0)
            )  # the other end of the list, and the one by its id
            seen = await kind.read(Look(telnyx, now, full=True, unfinished=named, extra=extra))
            found += [_job(one, now) for one in seen if one.status != VANISHED.name]
            if any(job.id == wanted for job in found):
                break
    return found


def _job(seen: Sighting, now: float) -> Job:
    return Job(
        kind=seen.kind,
        id=seen.id,
        title=seen.title,
        status=seen.status,
        card=seen.id,
        bucket=seen.bucket,
        began=seen.began,
        ended=seen.ended,
        finished=seen.finished,
        done=seen.done,
        total=seen.total,
        detail=seen.detail,
        moved_at=now,
    )
