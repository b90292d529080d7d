"""The models as a table."""

from collections.abc import Sequence

from bot.render.markdown import escape_mrkdwn
from bot.render.outcomes import Table
from bot.telnyx.models import Model

COLUMNS = ("Model", "Context", "Size", "Languages", "Price for 1M tokens (in / out)", "Task")


def models(found: Sequence[Model], default: str) -> Table:
    """One model a row: name, context in tokens, size, languages, price, task."""
    return Table(
        "AI models",
        COLUMNS,
        [_row(model) for model in found],
        "Telnyx lists no models for this account.",
        f"I answer with `{escape_mrkdwn(default)}`",
    )


def _row(model: Model) -> list[str]:
    price = model.pricing or {}
    paid = (
        f"{price['prompt']} / {price.get('completion') or '?'} {price.get('currency') or ''}"
        if price.get("prompt")
        else ""
    )
    return [
        model.id,
        f"{model.context_length:,}" if model.context_length else "",
        model.parameters_str or "",
        ", ".join(model.languages or ()),
        paid.strip(),
        model.task or "",
    ]
