"""``/telnyx calls new``, ``note``, ``tag``, ``take-over``, ``hand-back``, and ``delete``."""

from collections.abc import Sequence

from bot.render.blocks import Message
from bot.render.call_changes import (
    DeleteCall,
    HandBack,
    NewCall,
    Note,
    Tag,
    TakeOver,
    answering,
    as_tags,
    choice,
    created,
    deleted,
    deleting,
    handing_back,
    noted,
    silenced,
    tagged,
    taking_over,
)
from bot.render.forms import Choice, Form
from bot.services.access import Right
from bot.services.ids import LATEST
from handlers.verb import AnyVerb, Effect, Question, Request, Verb

FIND = ("conversations.list", "conversations.retrieve")
"""What is asked to find the call that was named."""


async def new(request: Request[NewCall]) -> Message:
    """Begin it at Telnyx, still empty."""
    it, changes, audience = request.intent, request.services.call_changes, request.audience
    tags = as_tags(it.meta)
    return created(await changes.create(it.name, it.assistant or "", tags, audience, key=request.key))


async def note(request: Request[Note]) -> Message:
    """Add a message to a call."""
    it, changes = request.intent, request.services.call_changes
    call = await changes.note(it.call, it.text, it.role, request.audience, key=request.key)
    return noted(call, it.text, it.role)


async def tag(request: Request[Tag]) -> Message:
    """Set and remove tags, and say what they were."""
    it, tags, changes = request.intent, as_tags(request.intent.tags), request.services.call_changes
    return tagged(await changes.tag(it.call, tags, request.audience, again=request.again), tags)


async def take_over(request: Request[TakeOver]) -> Message:
    """Silence the assistant in a call."""
    it, changes = request.intent, request.services.call_changes
    return silenced(await changes.silence(it.call, request.audience, silent=True, again=request.again))


async def taking_over_asks(request: Request[TakeOver]) -> Question[TakeOver] | None:
    """Say what it means where someone is on the line."""
    call = await request.services.calls.one(request.intent.call, request.audience)
    asked = Question(taking_over(call), TakeOver(call=call.id), yes="Yes, take over")
    return asked if call.live is not False else None


async def hand_back(request: Request[HandBack]) -> Message:
    """Let the assistant answer in a call again."""
    it, changes = request.intent, request.services.call_changes
    return answering(await changes.silence(it.call, request.audience, silent=False, again=request.again))


async def handing_back_asks(request: Request[HandBack]) -> Question[HandBack] | None:
    """Say what it means where someone is on the line."""
    call = await request.services.calls.one(request.intent.call, request.audience)
    asked = Question(handing_back(call), HandBack(call=call.id), yes="Yes, hand back")
    return asked if call.live is not False else None


async def delete(request: Request[DeleteCall]) -> Message:
    """Delete it at Telnyx."""
    it, changes = request.intent, request.services.call_changes
    return deleted(it.call, await changes.delete(it.call, request.audience, again=request.again))


async def deleting_asks(request: Request[DeleteCall]) -> Question[DeleteCall]:
    """Say which call, and how much of it is lost."""
    call, messages = await request.services.call_changes.losing(request.intent.call, request.audience)
    return Question(deleting(call, messages), DeleteCall(call=call.id))


async def existing(request: Request[Note] | Request[Tag]) -> Sequence[Choice]:
    """Offer the latest calls; where the form was opened for one of them, this one."""
    calls, one = request.services.calls, request.intent.model_dump(exclude_unset=True).get("call")
    if one:
        return [choice(await calls.one(one, request.audience), one)]
    found, _ = await calls.latest(request.audience, LATEST)
    return [*map(choice, found)]


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        NewCall,
        new,
        help="Create a call that has no messages yet; opens a form.",
        example="--name Callback",
        right=Right.OPERATOR,
        effect=Effect.CHANGE,
        operations=("conversations.create",),
        form=Form("New call", "Create", ("name", "assistant", "meta"), "Creating the call…"),
        see="calls",
    ),
    Verb(
        Note,
        note,
        help="Add a message to a call; opens a form.",
        example="3fa85f64 Ada asked us to call back at noon.",
        right=Right.OPERATOR,
        effect=Effect.CHANGE,
        operations=(*FIND, "conversations.add_message"),
        form=Form("Add a note", "Add", ("call", "text", "role"), "Adding the note…"),
        choices={"call": existing},
        see="calls",
    ),
    Verb(
        Tag,
        tag,
        help="Set tags of a call, or remove them; opens a form.",
        example="3fa85f64 priority=high callback=",
        right=Right.OPERATOR,
        effect=Effect.CHANGE,
        operations=(*FIND, "conversations.update"),
        form=Form("Tag a call", "Save", ("call", "tags"), "Saving the tags…"),
        choices={"call": existing},
        see="calls",
    ),
    Verb(
        TakeOver,
        take_over,
        help="Stop the assistant from answering in a call.",
        example="3fa85f64",
        right=Right.OPERATOR,
        effect=Effect.CHANGE,
        operations=(*FIND, "conversations.update"),
        question=taking_over_asks,
        see="calls",
    ),
    Verb(
        HandBack,
        hand_back,
        help="Let the assistant answer in a call again.",
        example="3fa85f64",
        right=Right.OPERATOR,
        effect=Effect.CHANGE,
        operations=(*FIND, "conversations.update"),
        question=handing_back_asks,
        see="calls",
    ),
    Verb(
        DeleteCall,
        delete,
        help="Delete a call with its messages.",
        example="3fa85f64",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=(*FIND, "conversations.messages", "conversations.delete"),
        question=deleting_asks,
        see="calls",
    ),
)
