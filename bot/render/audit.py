"""The audit log as Slack shows it."""

from collections.abc import Sequence

from pydantic import Field

from bot.render.blocks import section
from bot.render.ids import CHANNELS, PersonId
from bot.render.intent import SEEN, Cursor
from bot.render.markdown import code, moment, plain
from bot.render.outcomes import Listing
from bot.render.times import Since, seconds_of
from bot.services.audit import Entry
from bot.store.deeds import Sought

RESULTS = {
    "unknown": "no one can tell whether it was done",
    "asked": "not confirmed yet",
    "unanswered": "never confirmed",
    "underway": "still working on it",
}


class ListAudit(Cursor, verb="audit"):
    """What people changed."""

    before: str = Field(default="", max_length=255)
    by: PersonId = Field(default="", description="Only changes by this @person.")
    verb_: str = Field(
        default="", max_length=64, description="Only this command, such as `docs embed` or `docs`."
    )
    since: Since | None = Field(default=None, description="Only since a date such as 2026-12-31, or 7d ago.")

    def sought(self, team: str) -> Sought:
        """Return which changes of a workspace these are."""
        return Sought(team, self.by, self.verb_.lower(), seconds_of(self.since))


def listing(asked: ListAudit, page: Sequence[Entry], following: str) -> Listing:
    """One change a row, newest first."""
    later = asked.model_copy(update={"before": following}) if following else None
    empty = "There are no older changes." if asked.before else "I found no changes."
    rows = [[section(_line(entry))] for entry in page]
    return Listing("Audit log", rows, empty, "Newest first", following=later)


def _line(entry: Entry) -> str:
    given = (
        f"{name}={_value(value)}" for name, value in (entry.given or {}).items() if value and name != SEEN
    )
    what = code(plain(" ".join([entry.verb, *given]), 300))
    where = f" · <#{entry.channel}>" if entry.channel.startswith((*CHANNELS,)) else ""
    when, result = moment(entry.at, "{date_short_pretty} at {time}"), RESULTS.get(entry.result, entry.result)
    return f"<@{entry.user}> {what}\n{when}{where} · {result}"


def _value(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
