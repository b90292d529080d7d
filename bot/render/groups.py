"""Insight groups as Slack shows them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator

from bot.errors import UsageError
from bot.render.blocks import Block, Message, actions, button, context, menu, row, section
from bot.render.edits import untouched
from bot.render.forms import Choice
from bot.render.insights import ShowInsight
from bot.render.intent import SEEN, Chosen, Edited, Intent, Name, Paged, Positional, Verbatim
from bot.render.markdown import code, escape_mrkdwn, plain
from bot.render.numbers import counted, joined
from bot.render.outcomes import Listing
from bot.render.webhooks import Webhook, checked
from bot.services.ids import short
from bot.telnyx import Insight, InsightGroup

FIRST_WORDS, WORDS = 200, 1_500
"""Characters of a description or of instructions in a row."""
TOLD = "An address that begins with https://, where Telnyx sends the results of each call."
NO_GROUPS = "There are no insight groups yet. Type `/telnyx insights groups create` to make one."
NO_INSIGHTS = "There are no insights yet. Type `/telnyx insights create` to make one."
ALL_INSIDE = "All insights are in this group already. Type `/telnyx insights create` to make another."
NONE_INSIDE = "There's no insight in it. `/telnyx insights groups assign` puts one into a group."
Called = Annotated[Name, Verbatim()]
"""A name with spaces may be typed without quotes."""


class Groups(Paged, verb="insights groups"):
    """The insight groups of the account."""


class ShowGroup(Paged, verb="insights groups show"):
    """A group and its insights."""

    group: Called


class Delete(Intent, verb="insights groups delete"):
    """Delete a group."""

    group: Called


class Create(Intent, verb="insights groups create"):
    """A new group."""

    name: Annotated[Name, Field(examples=["Support"])]
    description: str | None = Field(default=None, max_length=2_000, description="What the group is for.")
    webhook: Webhook | None = Field(default=None, description=TOLD)


class Edit(Edited, verb="insights groups edit"):
    """What a group is called, what it is for, and where its results go."""

    group: Name
    name: Annotated[Name | None, Chosen()] = None
    description: str | None = Field(default=None, max_length=2_000, description="What the group is for.")
    webhook: str | None = Field(default=None, max_length=2_000, description=TOLD)

    @field_validator("webhook")
    @classmethod
    def _right_if_new(cls, value: str | None, info: ValidationInfo) -> str | None:
        known = not value or untouched("webhook", value, info.data.get(SEEN, ""))
        return value if known else checked(str(value))


class Membership(Intent):
    """An insight in a group; the form asks for the one that is left out."""

    group: Name
    insight: Annotated[Name, Positional(), Chosen()] = ""


class Assign(Membership, verb="insights groups assign"):
    """Put an insight into a group."""


class Unassign(Membership, verb="insights groups unassign"):
    """Take an insight out of a group."""


def listing(found: Sequence[InsightGroup], *, may_change: bool) -> Listing:
    """One group a row: how many insights are in it, where that is known, and what it is for."""
    return Listing(
        "Insight groups",
        [row(_about(group), *_actions(group, may_change=may_change)) for group in found],
        NO_GROUPS,
        "An assistant runs the insights of its group after each call",
    )


def shown(group: InsightGroup, *, may_change: bool) -> Listing:
    """One insight of the group a row; above them what the group is for, and where its results go."""
    return Listing(
        named(group),
        [row(_insight(one), *_ways_out(group, one, may_change=may_change)) for one in group.insights or ()],
        f"{_bold(group)} has no insights yet.",
        lead=_details(group),
        buttons=_changes(group) if may_change else (),
    )


def created(group: InsightGroup) -> Message:
    """Say that a group exists now, and how insights get into it."""
    text = f"I created the insight group {_bold(group)}.\n{_details(group)}".strip()
    return Message(
        text, [section(text), _steps(group), context(f"{code(short(group.id))} · It has no insights yet.")]
    )


def assigned(group: InsightGroup, insight: Insight, *, already: bool) -> Message:
    """Say that an insight is in a group, now or before."""
    text = f"I added {_bold(insight)} to {_bold(group)}. It runs over later calls only."
    if already:
        text = f"{_bold(insight)} is already in {_bold(group)}."
    return Message(text, [section(text), _steps(group)])


def as_filled(group: InsightGroup) -> dict[str, str]:
    """Return what a form shows of a group, by field."""
    return {"name": group.name, "description": group.description or "", "webhook": group.webhook}


def edited(group: InsightGroup, changed: Mapping[str, str]) -> Message:
    """Say what of a group is different now."""
    text = f"The insight group {_bold(group)} is like that already."
    if changed:
        text = f"I changed {joined([f'the {name}' for name in changed])} of the insight group {_bold(group)}."
    text = f"{text}\n{_details(group)}".strip()
    return Message(text, [section(text), _steps(group)])


def unassigned(group: InsightGroup, insight: Insight) -> Message:
    """Say that an insight is out of a group."""
    text = f"I removed {_bold(insight)} from {_bold(group)}. The insight itself stays."
    return Message(text, [section(text), _steps(group)])


def deleting(group: InsightGroup) -> str:
    """Ask before a group is deleted."""
    count = len(group.insights or ())
    stays = f" Its {counted(count, 'insight')} {'stays' if count == 1 else 'stay'}." if count else ""
    return f"Delete the insight group {_bold(group)}?{stays} Assistants that use it won't run these insights anymore."


def deleted(name: str) -> Message:
    """Say that a group is gone."""
    which = f" *{escape_mrkdwn(name)}*" if name else ""
    return Message(f"I deleted the insight group{which}. Its insights stay.")


def choices(things: Sequence[InsightGroup] | Sequence[Insight], none: str) -> list[Choice]:
    """Return what can be chosen of them; those of one name are told apart by their ids.

    Raises:
        UsageError: ``none``, where there is nothing to choose.
    """
    if not things:
        raise UsageError(none)
    often = Counter(map(named, things))
    return [
        Choice(one.id, named(one) + (f" · {short(one.id)}" if often[named(one)] > 1 else ""))
        for one in things
    ]


def named(thing: InsightGroup | Insight) -> str:
    """Return how people speak of a group or an insight."""
    return thing.name or "Unnamed"


def _bold(thing: InsightGroup | Insight) -> str:
    return f"*{escape_mrkdwn(named(thing))}*"


def _about(group: InsightGroup) -> str:
    count = "" if group.insights is None else f" · {counted(len(group.insights), 'insight')}"
    return f"{_bold(group)}{count}\n{escape_mrkdwn(plain(group.description or '', FIRST_WORDS))}".strip()


def _details(group: InsightGroup) -> str:
    """Return what a group is for, and where its results go: the host alone, as addresses of webhooks hold secrets."""
    try:
        host = urlsplit(group.webhook).hostname or ""
    except ValueError:
        host = ""
    told = f"Telnyx sends the results to {code(host)}." if host else ""
    return "\n".join(filter(None, (escape_mrkdwn(plain(group.description or "", WORDS)), told)))


def _insight(insight: Insight) -> str:
    return f"{_bold(insight)}\n{escape_mrkdwn(plain(insight.instructions, FIRST_WORDS))}"


def _actions(group: InsightGroup, *, may_change: bool) -> list[Block]:
    more = menu(
        ("Add an insight…", Assign(group=group.id)),
        ("Edit…", Edit(group=group.id)),
        ("Delete…", Delete(group=group.id)),
    )
    return [button("Show", ShowGroup(group=group.id)), *([more] if may_change else [])]


def _ways_out(group: InsightGroup, insight: Insight, *, may_change: bool) -> list[Block]:
    remove = button("Remove", Unassign(group=group.id, insight=insight.id))
    return [button("Show", ShowInsight(insight=insight.id)), *([remove] if may_change else [])]


def _changes(group: InsightGroup) -> Sequence[Block]:
    return [
        _add(group),
        button("Edit…", Edit(group=group.id)),
        button("Delete…", Delete(group=group.id)),
    ]


def _steps(group: InsightGroup) -> Block:
    return actions(button("Show the group", ShowGroup(group=group.id)), _add(group))


def _add(group: InsightGroup) -> Block:
    return button("Add an insight…", Assign(group=group.id))
