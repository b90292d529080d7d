"""Insights as Slack shows them."""

from bot.render.blocks import Message, context, section
from bot.render.markdown import escape_mrkdwn
from bot.telnyx.insights import Insight


def created(insight: Insight) -> Message:
    """A new insight."""
    schema = "Results are JSON by its schema." if insight.json_schema else "Results are free text."
    text = f"*{escape_mrkdwn(insight.name)}* is created.\n{escape_mrkdwn(insight.instructions)}"
    return Message(
        text,
        [
            section(text),
            context(f"`{insight.id}` · {schema} It is run over later calls, not over earlier ones."),
        ],
    )
