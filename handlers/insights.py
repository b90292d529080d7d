"""``/telnyx insights``."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from bot.errors import UsageError
from bot.render.blocks import Message
from bot.render.edits import Filled, changed, filled
from bot.render.forms import Form
from bot.render.insight_results import counted, in_words
from bot.render.insights import (
    DeleteInsight,
    EditInsight,
    Insights,
    ShowInsight,
    ShowResults,
    created,
    deleted,
    deleting,
    edited,
    listing,
    shown,
    there,
)
from bot.render.intent import Intent, Multiline, Name, Text
from bot.render.outcomes import Listing, Table
from bot.render.schema import Schema
from bot.render.webhooks import Webhook
from bot.services.access import Right
from bot.services.insights import of_assistant
from handlers.verb import AnyVerb, Effect, Question, Request, Verb

LATEST = 20
"""Calls that are looked through for results that can't be counted."""
USUAL = timedelta(days=30)
FIELDS = ("name", "instructions", "json_schema", "webhook")


class Create(Intent, verb="insights create"):
    """A new insight."""

    name: Annotated[Name, Field(examples=["Mood"])]
    instructions: Annotated[Text, Field(examples=["How did the caller feel at the end? One word."])]
    json_schema: Annotated[
        Schema | None,
        Multiline(),
        Field(title="JSON schema", description="Leave it empty for results in free text."),
    ] = None
    webhook: Annotated[
        Webhook | None, Field(description="An https address that Telnyx tells each result to.")
    ] = None


async def overview(request: Request[Insights]) -> Listing:
    """Show what Telnyx looks for in calls."""
    return listing(await request.services.insights.all(request.audience), request.audience)


async def show(request: Request[ShowInsight]) -> Message:
    """Show all of one insight."""
    it, insights = request.intent, request.services.insights
    insight = await insights.find(it.insight, request.audience)
    groups = await insights.groups(insight.id, request.audience)
    return shown(it, insight, groups, request.audience)


async def create(request: Request[Create]) -> Message:
    """Create it at Telnyx, and show it."""
    it, insights = request.intent, request.services.insights
    return created(
        await insights.create(
            it.name, it.instructions, it.json_schema, it.webhook, request.audience, key=request.key
        )
    )


async def as_it_is(request: Request[EditInsight]) -> Filled:
    """Fill the form with what is there."""
    insight = await request.services.insights.find(request.intent.insight, request.audience)
    return filled({"insight": insight.id}, there(insight))


async def edit(request: Request[EditInsight]) -> Message:
    """Change what is wanted otherwise, and say from what."""
    it, insights = request.intent, request.services.insights
    try:
        was = await insights.find(it.insight, request.audience)
    except UsageError:
        if not (request.again and it.name):
            raise
        was = await insights.find(it.name, request.audience)  # an attempt before may have renamed it
    fields = changed(there(was), it.model_dump(include={*FIELDS}), it.seen)
    now = await insights.change(was.id, fields, request.audience) if fields else was
    return edited(was, now, fields)


async def delete(request: Request[DeleteInsight]) -> Message:
    """Delete it at Telnyx."""
    it, insights = request.intent, request.services.insights
    return deleted(await insights.delete(it.insight, request.audience, again=request.again))


async def deleting_asks(request: Request[DeleteInsight]) -> Question[DeleteInsight]:
    """Say which groups it leaves."""
    insights = request.services.insights
    insight = await insights.find(request.intent.insight, request.audience)
    groups = await insights.groups(insight.id, request.audience)
    return Question(deleting(insight, groups), DeleteInsight(insight=insight.id))


async def results(request: Request[ShowResults]) -> Table | Listing:
    """Show results counted, or those of the latest calls in their own words."""
    it, services, audience = request.intent, request.services, request.audience
    since = datetime.fromisoformat(it.since) if it.since else datetime.now(UTC) - USUAL
    audience = of_assistant(audience, it.assistant) if it.assistant else audience
    found = await services.insights.counted(it.insight, audience, since)
    if found.tallies:
        return counted(found, since)
    calls, _ = await services.calls.latest(audience, LATEST)
    lately = {call.id: call for call in calls if call.last is None or call.last >= since}
    assistants = {call.id: call.assistant for call in lately.values()}
    said = await services.insights.said_of(found.insight.id, assistants, audience)
    return in_words(found.insight, [(lately[call], text) for call, text in said.items()], since)


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        Insights,
        overview,
        right=Right.MEMBERS,
        help="List the insights: what Telnyx looks for in each call.",
        operations=("insights.list",),
        home="Insights",
    ),
    Verb(
        ShowInsight,
        show,
        right=Right.MEMBERS,
        help="Show an insight: its instructions, its schema, and its groups.",
        example="Mood",
        operations=("insights.list", "insights.retrieve", "insight_groups.list"),
    ),
    Verb(
        Create,
        create,
        help="Create an insight; opens a form.",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=("insights.create",),
        form=Form("New insight", "Create", FIELDS, "Creating the insight…"),
        see="insights",
        home="New insight",
    ),
    Verb(
        EditInsight,
        edit,
        help="Change an insight; opens a form with what is there.",
        example="Mood",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=("insights.list", "insights.retrieve", "insights.update"),
        form=Form("Edit an insight", "Save", FIELDS, "Saving…", carries=("insight", "seen")),
        filled=as_it_is,
        see="insights",
    ),
    Verb(
        DeleteInsight,
        delete,
        help="Delete an insight.",
        example="Mood",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=("insights.list", "insights.retrieve", "insights.delete", "insight_groups.list"),
        question=deleting_asks,
        see="insights",
    ),
    Verb(
        ShowResults,
        results,
        help="Show what an insight found in calls.",
        example="Mood --since 30d",
        right=Right.CALLS,
        operations=(
            "insights.list",
            "insights.retrieve",
            "conversations.list",
            "conversations.insights_results",
        ),
    ),
)
