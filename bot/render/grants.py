"""Who was given what: grants as Slack shows them."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from bot.render.blocks import BUTTON_VALUE, Block, Message, actions, button, context, dialog, row, section
from bot.render.ids import ChannelId, SomeoneId
from bot.render.intent import Bare, Intent, Names, Paged
from bot.render.markdown import code, moment
from bot.render.numbers import joined
from bot.render.outcomes import Listing
from bot.render.times import Until
from bot.services.grants import EVERY, Withdrawn
from bot.store.grants import ALL, Grant, Grantee, Thing

DAY = "{date_short_pretty}"
NONE = "Nothing is granted. `/telnyx grant` opens a form to grant someone documents or calls."
READ_ALONG = (
    "Everyone in the channel, including guests and people from other organizations, can read it there."
)


class ToSomeone(Intent):
    """Buckets and calls that someone has or is to have."""

    who: SomeoneId
    bucket: Names = Field(default=(), title="Documents", description="A bucket, or `all`.")
    calls: Annotated[Names, Bare(EVERY)] = Field(
        default=(),
        validate_default=True,
        description="`all`, or the ID of an assistant whose calls they are.",
    )

    @field_validator("calls")
    @classmethod
    def _something(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if not value and not info.data.get("bucket", True):
            raise ValueError("Choose documents, or calls.")
        return value


class GrantTo(ToSomeone, verb="grant"):
    """Let someone see something."""

    until: Until | None = Field(
        default=None, description="When it ends by itself: a date such as 2026-12-31, or 7d from now."
    )


class Revoke(ToSomeone, verb="revoke"):
    """Take a grant back."""


class ListGrants(Paged, verb="grants"):
    """What was granted to whom."""

    bucket: str = Field(default="", max_length=200, description="Who can read this bucket.")


class AnswerHere(Intent, verb="answer_here"):
    """Let a channel read answers from all documents."""

    channel: ChannelId


def answer_here_button(channel: str) -> Block:
    """Return the button that lets me answer in a channel, no matter who reads along; for admins."""
    asked = dialog("Answer here from now on?", f"I'll answer from all documents. {READ_ALONG}", "Answer here")
    return button("Answer here from now on", AnswerHere(channel=channel), confirm=asked)


def answering_here(channel: str) -> Message:
    """Say what the button did, and how to have less of it."""
    text = f"From now on, I answer in <#{channel}> from all documents. {READ_ALONG}"
    less = (
        "To narrow it: `/telnyx grant #channel --bucket NAME`, then `/telnyx revoke #channel --bucket all`."
    )
    return Message(f"{text}\n{less}", [section(text), context(less)])


def granted(given: Sequence[Grant]) -> Message:
    """Say who can see what now, with a way back."""
    first = given[0]
    text = f"{who(first)} can now see {joined([*map(what, given)])}{_until(first)}."
    if first.kind is Grantee.CHANNEL:
        text += f" {READ_ALONG}"
    back = _revoke(given)
    fits = len(back.pack()) <= BUTTON_VALUE  # else each has a button in the list
    return Message(text, [section(text), *([actions(button("Withdraw", back))] if fits else [])])


def withdrawn(result: Withdrawn) -> Message:
    """Say what was taken back, what there was no grant of, and what stays."""
    one = (*result.gone, *result.missing)[0]
    said = []
    if result.gone:
        said.append(f"I withdrew the grant of {joined([*map(what, result.gone)])} from {who(one)}.")
    if result.missing:
        said.append(
            f"{who(one)} has no grant of {joined([*map(what, result.missing)], 'or')}: it's gone already."
        )
    if result.left:
        said.append(f"Still granted: {joined([*map(what, result.left)])}.")
    return Message(" ".join(said))


def listing(found: Sequence[Grant], bucket: str, *, members: bool) -> Listing:
    """One grant a row; of a bucket, also who can read it without one."""
    rows = [row(_line(grant), button("Withdraw", _revoke([grant]), name=grant.id)) for grant in found]
    if not bucket:
        return Listing(
            "Grants", rows, NONE, "Latest first, without those that have ended. `/telnyx grant` grants more"
        )
    lead = (
        f"Every full member of this workspace can read {code(bucket)}. Guests, people from other organizations, and "
        "channels where they read along need a grant."
        if members
        else f"Only those who were granted {code(bucket)} can read it."
    )
    return Listing(f"Who can read {bucket}", rows, f"{lead} No one was granted it.", lead=lead)


def who(grant: Grant) -> str:
    """Return a channel, a person or a group as Slack shows it."""
    marks = {Grantee.CHANNEL: "#", Grantee.PERSON: "@", Grantee.GROUP: "!subteam^"}
    return f"<{marks[grant.kind]}{grant.grantee}>"


def what(grant: Grant) -> str:
    """Return what is granted, in words."""
    if grant.thing is Thing.BUCKET:
        return "all documents" if grant.name == ALL else code(grant.name)
    return "all calls" if grant.name == ALL else f"calls of the assistant {code(grant.name)}"


def since(grant: Grant) -> str:
    """Return who gave it, when, and until when."""
    return f"by <@{grant.by}> · {moment(grant.at, DAY)}{_until(grant, ' · until ')}"


def _line(grant: Grant) -> str:
    return f"{who(grant)} can see {what(grant)}\n{since(grant)}"


def _until(grant: Grant, before: str = " until ") -> str:
    return f"{before}{moment(grant.until, f'{DAY} {{time}}')}" if grant.until else ""


def _revoke(grants: Sequence[Grant]) -> Revoke:
    named = {
        thing: tuple(EVERY if one.name == ALL else one.name for one in grants if one.thing is thing)
        for thing in Thing
    }
    return Revoke(who=grants[0].grantee, bucket=named[Thing.BUCKET], calls=named[Thing.CALLS])
