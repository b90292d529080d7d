"""Action items as Slack shows them: one's own as a list, and what became of one that was taken, done, or given back."""

from collections.abc import Sequence
from datetime import timedelta

from pydantic import Field

from bot.render.blocks import Block, Message, actions, button, menu, row, section
from bot.render.call_places import ShowPlace
from bot.render.calls import Summarize
from bot.render.intent import Intent, Name, Paged
from bot.render.markdown import escape_mrkdwn, shortened
from bot.render.outcomes import Listing
from bot.services.action_items import ActionItem
from bot.services.calls import stamp
from bot.text import clean

NONE = (
    "You have no open action items. They come from summaries of calls: what your name is said to do, and "
    "what you chose with *I'll do it* below a summary."
)
NONE_DONE = "You haven't marked any action items as done."
HINT = "From summaries of calls that you can see now"
TEXT, TITLE, OWNER = 600, 80, 60
"""Characters that a list shows of an item, its call, and its owner."""


class MyActions(Paged, verb="actions"):
    """My action items."""

    done: bool = Field(default=False, description="Those that you've done, instead.")


class TakeItem(Intent, verb="actions take"):
    """*I'll do it*."""

    item: Name


class GiveBack(Intent, verb="actions give-back"):
    """*I won't do it*."""

    item: Name


class ItemDone(Intent, verb="actions done"):
    """*Done*."""

    item: Name


class Reopen(Intent, verb="actions reopen"):
    """*Undo* after *Done*."""

    item: Name


def listing(asked: MyActions, items: Sequence[ActionItem]) -> Listing:
    """Return someone's action items; what may be someone else's asks to be taken before it can be done."""
    title, empty = ("Done action items", NONE_DONE) if asked.done else ("My action items", NONE)
    return Listing(title, [_row(item) for item in items], empty, HINT)


def taken(item: ActionItem) -> Message:
    """Say that someone does it."""
    return _said("It's yours now", item, button("Done", ItemDone(item=item.id)), _back(item))


def given_back(item: ActionItem) -> Message:
    """Say that someone doesn't."""
    return _said("You gave this back", item, button("I'll do it", TakeItem(item=item.id)))


def done(item: ActionItem) -> Message:
    """Say that it is done."""
    return _said("Done", item, button("Undo", Reopen(item=item.id)))


def reopened(item: ActionItem) -> Message:
    """Say that it isn't done after all."""
    return _said("This is open again", item, button("Done", ItemDone(item=item.id)))


def _row(item: ActionItem) -> list[Block]:
    if item.done:
        first = button("Undo", Reopen(item=item.id))
    elif item.perhaps:
        first = button("I'll do it", TakeItem(item=item.id))
    else:
        first = button("Done", ItemDone(item=item.id))
    entries: list[tuple[str, Intent]] = []
    if item.at is not None:
        entries.append(("Show the place", ShowPlace(call=item.call, at=item.at)))
    entries.append(("Summarize the call", Summarize(what=item.call)))
    if item.taken_by is not None and not item.done:
        entries.append(("I won't do it", GiveBack(item=item.id)))
    return row(f"*{_bare(item.text, TEXT)}*\n{_from(item)}", first, menu(*entries))


def _from(item: ActionItem) -> str:
    """Return whose it is said to be, and where it was said."""
    title = _bare(item.title, TITLE) or f"call {escape_mrkdwn(item.call[:8])}"
    at = f" at {stamp(timedelta(seconds=item.at))}" if item.at is not None else ""
    if item.done:
        whose = "You did this"
    elif item.taken_by is not None:
        whose = "You're doing this"
    else:
        whose = f"For {_bare(item.owner, OWNER)}{', who may be you' if item.perhaps else ''}"
    return f"{whose} · {title}{at}"


def _said(what: str, item: ActionItem, *buttons: Block) -> Message:
    text = f"{what}: {_bare(item.text, TEXT)}"
    return Message(text, [section(text), actions(*buttons)])


def _back(item: ActionItem) -> Block:
    return button("I won't do it", GiveBack(item=item.id))


def _bare(text: str, limit: int) -> str:
    return escape_mrkdwn(shortened(" ".join(clean(text).split()), limit))
