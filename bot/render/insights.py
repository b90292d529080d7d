"""Insights as Slack shows them."""

from collections.abc import Sequence

from bot.render.blocks import Message, context, section
from bot.render.intent import Paged
from bot.render.markdown import code, escape_mrkdwn, plain
from bot.render.outcomes import Listing
from bot.telnyx.insights import Insight

FIRST_WORDS = 200


class Insights(Paged, verb="insights"):
    """The insights of the account."""


def listing(found: Sequence[Insight]) -> Listing:
    """One insight a row: its name and what it looks for."""
    return Listing(
        "Insights",
        [[section(_row(insight))] for insight in found],
        "There are no insights yet. Type `/telnyx insights create` to make one.",
        "Telnyx runs them over each call after it",
    )


def created(insight: Insight) -> Message:
    """Say that an insight exists now."""
    schema = "Results are JSON that follows its schema." if insight.json_schema else "Results are free text."
    text = f"I created the insight *{escape_mrkdwn(insight.name)}*.\n{escape_mrkdwn(insight.instructions)}"
    return Message(
        text,
        [section(text), context(f"{code(insight.id)} · {schema} It runs over later calls only.")],
    )


def _row(insight: Insight) -> str:
    form = " · JSON" if insight.json_schema else ""
    words = escape_mrkdwn(plain(insight.instructions, FIRST_WORDS))
    return f"*{escape_mrkdwn(insight.name or 'Unnamed')}*{form}\n{words}"
