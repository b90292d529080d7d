"""Insights as Slack shows them."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from bot.render import schema, webhooks
from bot.render.blocks import Block, Message, actions, button, context, menu, row, section
from bot.render.edits import differences, pretty, untouched
from bot.render.intent import SEEN, Edited, Intent, Multiline, Name, Paged
from bot.render.markdown import code, escape_mrkdwn, moment, plain, shortened
from bot.render.mrkdwn import code_block
from bot.render.numbers import joined
from bot.render.outcomes import NEXT, PREVIOUS, Listing
from bot.render.parts import split
from bot.render.times import Since
from bot.services.access import Audience, Right
from bot.services.ids import short
from bot.telnyx.insights import Insight

FIRST_WORDS = 200
PART, PARTS = 2_800, 2
"""Bytes of the instructions in a paragraph, and how many paragraphs stand on a page."""
SCHEMA = 2_000
"""Characters of a schema that are shown."""
NAME = 100
"""Characters of the name of a group, and of an address."""
NAMED = 5
"""Groups that a sentence names."""
LATER = "It runs over later calls only."


class Insights(Paged, verb="insights"):
    """The insights of the account."""


class ShowInsight(Paged, verb="insights show"):
    """One insight."""

    insight: Name


class EditInsight(Edited, verb="insights edit"):
    """A change to an insight."""

    insight: Name
    name: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    instructions: Annotated[str | None, Multiline(), Field(min_length=1, max_length=40_000)] = None
    json_schema: Annotated[str | None, Multiline(), Field(max_length=40_000, title="JSON schema")] = None
    webhook: Annotated[str | None, Field(max_length=2_000, description="An https address, or empty.")] = None

    @field_validator("json_schema", "webhook")
    @classmethod
    def _right_if_new(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value and not untouched(str(info.field_name), value, info.data.get(SEEN, "")):
            (schema if info.field_name == "json_schema" else webhooks).checked(value)
        return value


class DeleteInsight(Intent, verb="insights delete"):
    """An insight that goes."""

    insight: Name


class ShowResults(Paged, verb="insights results"):
    """What an insight found in calls."""

    insight: Name
    since: Since | None = Field(default=None, description="Only since a date, or 7d ago; by default 30d.")
    assistant: str | None = Field(default=None, max_length=200, description="Only calls of this assistant.")


def listing(found: Sequence[Insight], audience: Audience) -> Listing:
    """One insight a row: its name, what it looks for, and what this audience can do with it."""
    rows = []
    for insight in found:
        more = _possible(insight, audience)
        shown = button("Show", ShowInsight(insight=insight.id))
        rows.append(row(_row(insight), shown, *([menu(*more)] if more else [])))
    return Listing(
        "Insights",
        rows,
        "There are no insights yet. Type `/telnyx insights create` to make one.",
        "Telnyx runs them over each call after it",
    )


def shown(asked: ShowInsight, insight: Insight, groups: Sequence[str], audience: Audience) -> Message:
    """Return all of an insight; long instructions page by page."""
    parts = [part.shown for part in split(escape_mrkdwn(insight.instructions), PART)]
    pages = max(-(-len(parts) // PARTS), 1)
    page = min(asked.page, pages)
    turns = [
        button(label, asked.model_copy(update={"page": to}), name=name)
        for label, name, to in (("Previous", PREVIOUS, page - 1), ("Next", NEXT, page + 1))
        if 1 <= to <= pages
    ]
    more = [button(label, intent) for label, intent in _possible(insight, audience)]
    title = f"*{escape_mrkdwn(_name(insight))}*"
    blocks = [
        section(title),
        *(section(part) for part in parts[(page - 1) * PARTS : page * PARTS]),
        *_schema(insight),
        context(" · ".join(_facts(insight, groups, f"page {page} of {pages}" if pages > 1 else ""))),
    ]
    return Message(
        f"{title}: {escape_mrkdwn(plain(insight.instructions))}",
        blocks + ([actions(*turns, *more)] if turns or more else []),
    )


def created(insight: Insight) -> Message:
    """Say that an insight exists now."""
    results = "Results are JSON that follows its schema." if insight.json_schema else "Results are free text."
    text = f"I created the insight *{escape_mrkdwn(insight.name)}*.\n{escape_mrkdwn(insight.instructions)}"
    return Message(
        text,
        [section(text), context(f"{code(short(insight.id))} · {results} {LATER}")],
    )


def there(insight: Insight) -> dict[str, str]:
    """Return what of an insight can be changed, by field, as it stands in a form."""
    return {
        "name": insight.name,
        "instructions": insight.instructions,
        "json_schema": _schema_text(insight),
        "webhook": insight.webhook,
    }


def edited(was: Insight, now: Insight, fields: Mapping[str, str]) -> Message:
    """Say what was changed from what; what Telnyx left as it was is said too."""
    lines = differences(there(was), there(now), fields)
    name = escape_mrkdwn(_name(now))
    text = f"I changed the insight *{name}*." if fields else f"*{name}* is like that already."
    see = actions(button("Show", ShowInsight(insight=now.id)))
    return Message(text, [section("\n".join([text, *lines])), context(LATER), see])


def deleting(insight: Insight, groups: Sequence[str]) -> str:
    """Ask before an insight goes, and say what it leaves."""
    which = f"the {'groups' if len(groups) > 1 else 'group'} {_named(groups)}"
    gone = f"It disappears from {which}, and no longer runs over calls." if groups else "It's in no group."
    return f"Delete the insight *{escape_mrkdwn(_name(insight))}* ({code(short(insight.id))})? {gone}"


def deleted(name: str) -> Message:
    """Say that an insight is gone; its name may not be known anymore."""
    called = f" *{escape_mrkdwn(name)}*" if name else ""
    return Message(f"I deleted the insight{called}.")


def _possible(insight: Insight, audience: Audience) -> list[tuple[str, Intent]]:
    """Return what this audience can do with an insight beside reading it, each with its label."""
    results = [("Results", ShowResults(insight=insight.id))] if audience.has(Right.CALLS) else []
    change = [("Edit…", EditInsight(insight=insight.id)), ("Delete…", DeleteInsight(insight=insight.id))]
    return [*results, *(change if audience.has(Right.ADMIN) else [])]


def _row(insight: Insight) -> str:
    marks = "".join([" · JSON" if insight.json_schema else "", " · by Telnyx" if _default(insight) else ""])
    words = escape_mrkdwn(plain(insight.instructions, FIRST_WORDS))
    return f"*{escape_mrkdwn(_name(insight))}*{marks}\n{words}"


def _facts(insight: Insight, groups: Sequence[str], page: str) -> list[str]:
    """Return what there is to know beside the instructions; mrkdwn."""
    at = insight.created_at
    return [
        *([page] if page else []),
        code(insight.id),
        "one of Telnyx's own" if _default(insight) else "made here",
        *([f"since {moment(at.timestamp(), '{date_short_pretty}')}"] if at else []),
        f"in {_named(groups)}" if groups else "in no group, so it runs over no call",
        *([f"results go to {code(shortened(insight.webhook, NAME))}"] if insight.webhook else []),
    ]


def _named(groups: Sequence[str]) -> str:
    """Return the names of groups in words, the first few of many."""
    names = [f"*{escape_mrkdwn(plain(name, NAME))}*" for name in groups[:NAMED]]
    left = len(groups) - NAMED
    return joined([*names, f"{left} more"] if left > 0 else names)


def _schema(insight: Insight) -> list[Block]:
    """Return the schema as code, the beginning of a long one."""
    text = _schema_text(insight)
    if not text:
        return []
    cut = len(text) > SCHEMA
    hint = (
        [context(f"The schema has {len(text):,} characters; these are the first {SCHEMA:,}.")] if cut else []
    )
    return [section(code_block(text[:SCHEMA])), *hint]


def _schema_text(insight: Insight) -> str:
    """Return the schema as people read it, in lines; as it came where it is no JSON."""
    given = insight.json_schema or ""
    return pretty(given if isinstance(given, str) else json.dumps(given))


def _name(insight: Insight) -> str:
    return insight.name or "Unnamed"


def _default(insight: Insight) -> bool:
    return insight.insight_type == "default"
