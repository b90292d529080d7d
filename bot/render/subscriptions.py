"""Who hears of jobs without having started them, and how that begins and ends."""

from typing import Annotated, Literal

from pydantic import Field

from bot.render.blocks import Message, actions, button, context, row, section
from bot.render.intent import Intent, Paged, Positional
from bot.render.markdown import code, moment
from bot.render.numbers import counted
from bot.render.outcomes import Listing
from bot.services.jobs.kinds import KINDS
from bot.services.subscriptions import NAMES, Listed
from bot.store.subscriptions import Only, Subscription

What = Literal["everything", "embeddings", "clusters", "fine-tuning", "calls", "insights"]
ONLY = {
    Only.ALL: "",
    Only.FINISHED: ", but only when they end",
    Only.FAILURES: ", but only when something goes wrong",
}
STOP = "News of calls comes only where everyone may see calls. `/telnyx jobs unsubscribe` ends a subscription"
NONE = "There are no subscriptions here. `/telnyx jobs subscribe` adds one."
ENDING = "Each can be ended where it stands. `/telnyx jobs subscribe` adds one"
ABSENT = (
    "I'm not in this channel yet. Type `/invite` and my name; until then, the news waits, for a week at most."
)
ONLY_SOME = "`finished` for their ends alone, `failures` for what goes wrong."
WHICH = "Which jobs: everything, embeddings, clusters, fine-tuning, calls, or insights."


class Subscribe(Intent, verb="jobs subscribe"):
    """News of jobs, where it is wanted."""

    what: Annotated[What, Positional()] = Field(default="everything", description=WHICH)
    bucket: str = Field(default="", max_length=200, description="Only jobs of this bucket.")
    only: Literal["finished", "failures"] | None = Field(default=None, description=ONLY_SOME)


class Unsubscribe(Intent, verb="jobs unsubscribe"):
    """No news of jobs anymore, where it was wanted."""

    what: Annotated[What | Literal["all"], Positional()] = Field(
        default="all", description="Which subscription; by default, all that are here."
    )
    bucket: str = Field(default="", max_length=200, description="The one for this bucket.")


class ListSubscriptions(Paged, verb="jobs subscriptions"):
    """Who hears of which jobs."""


def subscribed(one: Subscription, *, present: bool) -> Message:
    """Say what is told from now on, and how to end it."""
    text = f"From now on, I post news of {_what(one)} {_where(one.target, one.target)}{ONLY[one.only]}."
    text = text if present else f"{text} {ABSENT}"
    buttons = actions(button("Unsubscribe", _end(one)), button("Subscriptions", ListSubscriptions()))
    return Message(text, [section(text), context(STOP), buttons])


def unsubscribed(target: str, ended: int) -> Message:
    """Say what has ended."""
    what = "that" if not ended else counted(ended, "subscription")
    return Message(f"I ended {what} {_where(target, target)}. Who starts a job from Slack still hears of it.")


def listing(listed: Listed) -> Listing:
    """One subscription a row; those of this place can be ended here."""
    rows = []
    for one in listed.found:
        end = [button("Unsubscribe", _end(one))] if one.target == listed.here else []
        rows.append(row(_line(one, listed.here), *end))
    lead = (
        f"<#{listed.everything}> hears of everything: the bot's settings say so." if listed.everything else ""
    )
    none = lead if listed.everything == listed.here else NONE
    return Listing("Subscriptions", rows, none, ENDING, lead=lead)


def _line(one: Subscription, here: str) -> str:
    by = f"by <@{one.by}> · " if one.by else ""
    what = _what(one)
    return f"*{what[0].upper()}{what[1:]}* {_where(one.target, here)}{ONLY[one.only]}\n{by}{moment(one.at, '{date_short_pretty}')}"


def _what(one: Subscription) -> str:
    kind = KINDS.get(one.kind)
    named = kind.what if kind else "all jobs"
    return f"{named}{f' of {code(one.bucket)}' if one.bucket else ''}"


def _where(target: str, here: str) -> str:
    if not target.startswith(("U", "W")):
        return f"in <#{target}>"
    return "in our direct messages" if target == here else f"in direct messages with <@{target}>"


def _end(one: Subscription) -> Unsubscribe:
    """Return what ends exactly this one."""
    what = next(name for name, kind in NAMES.items() if kind == one.kind)
    return Unsubscribe.model_validate({"what": what, "bucket": one.bucket})
