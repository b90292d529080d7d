"""A question whose answer isn't in the documents: where I looked, and what else can be done about it."""

from collections.abc import Sequence

from bot.render.aside import Aside
from bot.render.blocks import Block, Message, button, dialog, section
from bot.render.intent import Intent, Name
from bot.render.markdown import code, escape_mrkdwn, plain
from bot.render.numbers import joined
from bot.services.access import APP
from bot.services.unclear import as_meant
from bot.store.turns import Turn

OFFERS = "offers"
"""The option of a turn that was refused: what else can be done about it, besides an answer without documents."""
BUCKETS, EXPERTS = "buckets", "experts"
QUOTED_CHARACTERS = 1_000

CALLS = "calls"
"""The option of a turn that was asked of calls, not of documents."""
NOT_IN_CALLS = "I couldn't find an answer in the calls that you can see. Telnyx keeps calls for search for 30 days; `/telnyx calls` lists all."
ASKED = Message("I asked the experts, and quoted your question.")
NO_EXPERTS = "There are no experts to ask here. A workspace admin can choose them with `/telnyx channel set --experts @group`."


class WithoutDocuments(Intent, verb="without_documents"):
    """*Answer without documents* under a refusal."""

    turn: Name


class OtherBuckets(Intent, verb="other_buckets"):
    """*Search other buckets* under a refusal."""

    turn: Name


class AskExpert(Intent, verb="ask_expert"):
    """*Ask an expert* under a refusal."""

    turn: Name


def refusal(buckets: Sequence[str], *, options: bool = False) -> str:
    """Return what is said when no passage answers the question; with ``options`` what to type, where there are no buttons."""
    names = joined([code(name) for name in buckets], "or") or "your documents"
    more = "\n\nTry other words, choose a bucket with `--bucket`, or use `--no-docs` to get an answer from general knowledge."
    return f"I couldn't find an answer in {names}.{more if options else ''}"


def ways_on(turn: Turn) -> list[Block]:
    """Return the buttons under a refusal: only what can help."""
    offers = (turn.options or {}).get(OFFERS) or ()
    buttons = [] if in_calls(turn) else [button("Answer without documents", WithoutDocuments(turn=turn.id))]
    if BUCKETS in offers:
        buttons.append(button("Search other buckets", OtherBuckets(turn=turn.id)))
    if EXPERTS in offers and has_experts(turn):
        first = dialog(
            "Ask an expert?",
            "I'll post your question in this channel, where everyone can read it, and mention the experts.",
            "Ask",
        )
        confirm = first if turn.private else None  # in a thread everyone has read it
        buttons.append(button("Ask an expert", AskExpert(turn=turn.id), confirm=confirm))
    return buttons


def in_calls(turn: Turn) -> bool:
    """Return whether a question was asked of calls."""
    return bool((turn.options or {}).get(CALLS))


def has_experts(turn: Turn) -> bool:
    """Return whether a question stands where experts could be asked: in a channel whose readers may be answered."""
    return turn.channel[:1] not in ("", "D") and Aside.of(turn) is None


def for_experts(turn: Turn, group: str) -> Message:
    """Return what the experts read: who asks them for what."""
    whom = "" if turn.user.startswith(APP) else f" <@{turn.user}>"
    help_ = f"can you help{whom}? I couldn't find an answer to this in the documents:"
    asked = plain(as_meant(turn.question, turn.options), QUOTED_CHARACTERS)
    text = f"<!subteam^{group}>, {help_}\n> {escape_mrkdwn(asked)}"
    return Message(text, [section(text)])
