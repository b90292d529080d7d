"""The models as a table."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from bot.render.markdown import code
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
        f"I answer with {code(default)}",
    )


def _row(model: Model) -> list[str]:
    return [
        model.id,
        f"{model.context_length:,}" if model.context_length else "",
        model.parameters_str or "",
        ", ".join(model.languages or ()),
        _price(model.pricing or {}),
        model.task or "",
    ]


def _price(pricing: Mapping[str, str | None]) -> str:
    """``0.3 / 1.2 USD``: what a prompt and what an answer costs."""
    if not pricing.get("prompt"):
        return ""
    paid = " / ".join(_amount(pricing.get(kind)) for kind in ("prompt", "completion"))
    return f"{paid} {pricing.get('currency') or ''}".strip()


def _amount(text: str | None) -> str:
    try:
        return f"{Decimal(text or '').normalize():f}"
    except InvalidOperation:  # a word, or nothing
        return text or "?"
