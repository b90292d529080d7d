"""Jobs that are seen, without a Telnyx that shows them: what each look finds is said by the test."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from bot.services.access import Right
from bot.services.jobs import JobKind, JobWatch, Look, Rank, State
from bot.store.database import Database
from bot.store.jobs import Jobs, Sighting
from bot.store.polls import Polls
from bot.telnyx import Telnyx, TelnyxError

BEGAN = 1_700_000_000.0
PERIOD = 15.0
STATES = (
    State("queued", Rank.WAITING, ":hourglass:", "queued"),
    State("processing", Rank.RUNNING, ":gear:", "processing"),
    State("success", Rank.ENDED, ":white_check_mark:", "succeeded"),
    State("failure", Rank.ENDED, ":x:", "failed", failed=True),
)
ENDED = {state.name for state in STATES if state.rank is Rank.ENDED}


def sighting(job: str, status: str, *, kind: str = "embedding", title: str = "", **more: Any) -> Sighting:
    """Return a job as it is seen; whether it ended is in its state."""
    detail = {"failed": status == "failure", "reason": "", **more.pop("detail", {})}
    given: dict[str, Any] = {"began": BEGAN, "finished": status in ENDED, **more}
    return Sighting(kind, job, title or given.get("bucket") or job, status, detail, **given)


class Account:
    """What a watch sees, look by look.

    Args:
        database: where the watch notes it.
        given: more of each kind, such as `stalls_seconds`, by its name.
    """

    def __init__(self, database: Database, **given: Mapping[str, Any]) -> None:
        self.now = BEGAN
        self.shown: dict[str, Sequence[Sighting] | TelnyxError] = {}
        self.looks: list[Look] = []
        self.jobs, self.polls = Jobs(database), Polls(database)
        self.kinds = {name: self._kind(name, **more) for name, more in (given or {"embedding": {}}).items()}
        self.watch = self.process()

    def process(self) -> JobWatch:
        """Return the watch of one more process."""
        nobody = cast("Telnyx", SimpleNamespace(said_at=None, dated=None))
        return JobWatch(nobody, self.jobs, self.polls, kinds=self.kinds, period=PERIOD)

    async def see(self, *seen: Sighting, after: float = 5 * PERIOD) -> bool:
        """Look at the next time it is due, and see this."""
        for kind in self.kinds:
            self.shown[kind] = [one for one in seen if one.kind == kind]
        return await self.look(after)

    async def look(self, after: float = 5 * PERIOD, watch: JobWatch | None = None) -> bool:
        """Look after so many seconds."""
        self.now += after
        return await (watch or self.watch).look(self.now)

    def short_look(self) -> Look:
        """Return what a look that isn't full is given now."""
        return replace(self.looks[-1], now=self.now, full=False)

    async def news(self) -> list[tuple[str, int, str]]:
        """Return the changes that no one was told of."""
        return [(one.job, one.number, one.status) for one in await self.jobs.untold()]

    def _kind(self, name: str, **more: Any) -> JobKind:
        async def read(look: Look) -> Sequence[Sighting]:
            self.looks.append(look)
            shown = self.shown.get(name, [])
            if isinstance(shown, TelnyxError):
                raise shown
            return shown

        return JobKind(name, name.capitalize(), f"{name}s", STATES, Right.BUCKETS, read, "", **more)
