"""``/telnyx insights groups``."""

from collections.abc import Sequence

from bot.render import edits
from bot.render.blocks import Message
from bot.render.edits import Filled
from bot.render.forms import Choice, Form
from bot.render.groups import (
    ALL_INSIDE,
    NO_GROUPS,
    NO_INSIGHTS,
    NONE_INSIDE,
    Assign,
    Create,
    Delete,
    Edit,
    Groups,
    ShowGroup,
    Unassign,
    as_filled,
    assigned,
    choices,
    created,
    deleted,
    deleting,
    edited,
    listing,
    named,
    shown,
    unassigned,
)
from bot.render.intent import Intent
from bot.render.outcomes import Listing
from bot.services.access import Right
from bot.services.groups import member
from handlers.verb import AnyVerb, Effect, Question, Request, Verb

FIND = ("insight_groups.list", "insight_groups.retrieve")
FIND_INSIGHT = ("insights.list", "insights.retrieve")
"""What is asked to find what was named."""


async def overview(request: Request[Groups]) -> Listing:
    """Show the groups of the account."""
    groups = await request.services.groups.all(request.audience)
    return listing(groups, may_change=request.audience.has(Right.ADMIN))


async def show(request: Request[ShowGroup]) -> Listing:
    """Show what is in a group."""
    group = await request.services.groups.find(request.intent.group, request.audience)
    return shown(group, may_change=request.audience.has(Right.ADMIN))


async def create(request: Request[Create]) -> Message:
    """Create it at Telnyx, still empty."""
    it, groups = request.intent, request.services.groups
    return created(
        await groups.create(it.name, it.description, it.webhook, request.audience, key=request.key)
    )


async def edit(request: Request[Edit]) -> Message:
    """Change what is different from what is there."""
    it, groups = request.intent, request.services.groups
    renamed = it.name if request.again else None
    group = await groups.find(it.group, request.audience, or_else=renamed)
    wanted = {"name": it.name, "description": it.description, "webhook": it.webhook}
    change = edits.changed(as_filled(group), wanted, it.seen)
    return edited(await groups.edit(group, change, request.audience), change)


async def filled(request: Request[Edit]) -> Filled:
    """Fill the form with what is there."""
    group = await request.services.groups.find(request.intent.group, request.audience)
    return edits.filled({"group": group.id}, as_filled(group))


async def delete(request: Request[Delete]) -> Message:
    """Delete it at Telnyx."""
    groups = request.services.groups
    return deleted(await groups.delete(request.intent.group, request.audience, again=request.again))


async def deleting_asks(request: Request[Delete]) -> Question[Delete]:
    """Name the group, and say what stays."""
    group = await request.services.groups.find(request.intent.group, request.audience)
    return Question(deleting(group), Delete(group=group.id))


async def assign(request: Request[Assign]) -> Message:
    """Put an insight into a group, unless it's there."""
    it, services, audience = request.intent, request.services, request.audience
    group = await services.groups.find(it.group, audience)
    insight = await services.insights.find(it.insight, audience)
    added = await services.groups.assign(group, insight, audience, again=request.again)
    return assigned(group, insight, already=not (added or request.again))


async def unassign(request: Request[Unassign]) -> Message:
    """Take an insight out of a group."""
    it, services, audience = request.intent, request.services, request.audience
    group = await services.groups.find(it.group, audience)
    insight = member(group, it.insight) or await services.insights.find(it.insight, audience)
    await services.groups.unassign(group, insight, audience, again=request.again)
    return unassigned(group, insight)


async def existing(request: Request[Assign] | Request[Unassign] | Request[Delete]) -> Sequence[Choice]:
    """Offer the groups there are; where the form was opened for one of them, this one."""
    groups, one = request.services.groups, _opened_for(request.intent)
    if one:
        return [Choice(one, named(await groups.find(one, request.audience)))]
    return choices(await groups.all(request.audience), NO_GROUPS)


async def outside(request: Request[Assign]) -> Sequence[Choice]:
    """Offer the insights that aren't in the group; where it isn't known, all there are."""
    groups, one = request.services.groups, _opened_for(request.intent)
    return choices(await groups.outside(one, request.audience), ALL_INSIDE if one else NO_INSIGHTS)


async def inside(request: Request[Unassign]) -> Sequence[Choice]:
    """Offer the insights that are in the group; where it isn't known, those that are in any."""
    groups, one = request.services.groups, _opened_for(request.intent)
    return choices(await groups.inside(one, request.audience), NONE_INSIDE)


def _opened_for(it: Intent) -> str:
    """Return the group that a form was opened for; "" where the person chooses it, or has chosen."""
    said = it.model_dump(exclude_unset=True)
    return str(said["group"]) if [*said] == ["group"] else ""


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        Groups,
        overview,
        right=Right.MEMBERS,
        help="List the insight groups: what an assistant looks for after each call.",
        operations=("insight_groups.list",),
        home="Insight groups",
    ),
    Verb(
        ShowGroup,
        show,
        right=Right.MEMBERS,
        help="Show a group and its insights.",
        example="Support",
        operations=FIND,
    ),
    Verb(
        Create,
        create,
        help="Create an insight group; opens a form.",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=("insight_groups.create",),
        form=Form("New insight group", "Create", ("name", "description", "webhook"), "Creating the group…"),
        see="insights groups",
    ),
    Verb(
        Edit,
        edit,
        help="Change the name, description, or webhook of a group; opens a form.",
        example="Support --name Service",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=(*FIND, "insight_groups.update"),
        form=Form(
            "Edit an insight group",
            "Save",
            ("name", "description", "webhook"),
            "Saving…",
            carries=("group", "seen"),
        ),
        filled=filled,
        see="insights groups",
    ),
    Verb(
        Assign,
        assign,
        help="Put an insight into a group; opens a form.",
        example="Support Mood",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=(*FIND, *FIND_INSIGHT, "insight_groups.assign"),
        form=Form("Add an insight", "Add", ("group", "insight"), "Adding the insight…"),
        choices={"group": existing, "insight": outside},
        see="insights groups",
    ),
    Verb(
        Unassign,
        unassign,
        help="Take an insight out of a group; the insight stays.",
        example="Support Mood",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=(*FIND, *FIND_INSIGHT, "insight_groups.unassign"),
        form=Form("Remove an insight", "Remove", ("group", "insight"), "Removing the insight…"),
        choices={"group": existing, "insight": inside},
        see="insights groups",
    ),
    Verb(
        Delete,
        delete,
        help="Delete a group; its insights stay.",
        example="Support",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=(*FIND, "insight_groups.delete"),
        form=Form("Delete a group", "Next", ("group",)),
        choices={"group": existing},
        question=deleting_asks,
        see="insights groups",
    ),
)
