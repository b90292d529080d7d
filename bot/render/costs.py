"""What answers took, in words: tokens, and money where its amount is known."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from bot.render.numbers import counted
from bot.services.prices import Cost, Line

UNKNOWN = "cost unknown"
CENT = Decimal("0.01")


def costs(cost: Cost | None) -> str:
    """Return a cost in words: ``0.0123 USD``; what is less than a cent keeps two digits that say something."""
    return (
        " + ".join(f"{_amount(amount)} {currency}".strip() for currency, amount in (cost or {}).items())
        or UNKNOWN
    )


def _amount(amount: Decimal) -> str:
    if amount >= CENT or not amount:
        return f"{amount.quantize(CENT, ROUND_HALF_UP):,}"
    return f"{amount.quantize(Decimal(1).scaleb(amount.adjusted() - 1), ROUND_HALF_UP):f}"


def cost_of(line: Line) -> str:
    """Return the cost of a line; where a part of it isn't known, that it is more."""
    if not line.unpriced:
        return costs(line.cost) if line.cost else UNKNOWN
    return f"{costs(line.cost)} + unknown" if line.cost else UNKNOWN


def said(line: Line) -> str:
    """Return how many answers they were, and what they took."""
    tokens = f"{line.prompt_tokens:,} tokens read, {line.completion_tokens:,} written"
    return f"{counted(line.answers, 'answer')} · {tokens} · {cost_of(line)}"


def price(pricing: Mapping[str, str | None]) -> str:
    """Return what Telnyx lists for so many tokens of a prompt and of an answer: ``0.3 / 1.2 USD``; "" where it lists nothing."""
    if not pricing.get("prompt"):
        return ""
    paid = " / ".join(_plain(pricing.get(kind)) for kind in ("prompt", "completion"))
    return f"{paid} {pricing.get('currency') or ''}".strip()


def _plain(text: str | None) -> str:
    try:
        return f"{Decimal(text or '').normalize():f}"
    except InvalidOperation:  # a word, or nothing
        return text or "?"
