"""What tokens cost, where Telnyx lists a price."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from bot.services.models import Models
from bot.store.usage import Spent
from bot.telnyx import TelnyxError
from bot.telnyx.models import Model

MILLION, UNIT = 1_000_000, "1M_tokens"

Cost = Mapping[str, Decimal]
"""How much, by currency."""


@dataclass(frozen=True, slots=True)
class Line:
    """What some answers took together."""

    of: str
    answers: int = 0
    estimated: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: Cost = field(default_factory=dict)
    unpriced: frozenset[str] = frozenset()
    """The models whose share of the cost no one knows."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens of a model cost."""

    prompt: Decimal
    completion: Decimal
    currency: str

    @classmethod
    def read(cls, model: Model) -> "Price | None":
        """Return the price of a model as Telnyx lists it, or None where it can't be read."""
        listed = model.pricing or {}
        try:
            prompt, completion = (Decimal(listed.get(kind) or "") for kind in ("prompt", "completion"))
        except InvalidOperation:
            return None
        if not (prompt.is_finite() and completion.is_finite()) or (listed.get("unit") or UNIT) != UNIT:
            return None
        return cls(prompt, completion, listed.get("currency") or "")

    def of(self, prompt: int, completion: int) -> Cost:
        """Return the cost of so many tokens."""
        return {self.currency: (self.prompt * prompt + self.completion * completion) / MILLION}


class Prices:
    """The prices of the account's models."""

    def __init__(self, models: Models) -> None:
        self._models = models

    async def cost(self, model: str | None, prompt: int | None, completion: int | None) -> Cost | None:
        """Return what an answer cost; None where Telnyx doesn't say."""
        if not model or prompt is None:
            return None
        price = (await self.known()).get(model.casefold())
        return None if price is None else price.of(prompt, completion or 0)

    async def known(self) -> Mapping[str, Price]:
        """Return the prices that can be read, by the model's name in small letters; none while Telnyx is away."""
        try:
            found = await self._models.catalog()
        except TelnyxError:
            return {}  # the tokens can be shown all the same
        read = ((model.id.casefold(), Price.read(model)) for model in found)
        return {name: price for name, price in read if price is not None}


def together(of: str, parts: Sequence[Spent], prices: Mapping[str, Price]) -> Line:
    """Return the sum of what was spent, with what it cost."""
    cost: dict[str, Decimal] = {}
    unpriced: set[str] = set()
    for part in parts:
        price = prices.get(part.model.casefold())
        if price is not None:
            for currency, amount in price.of(part.prompt_tokens, part.completion_tokens).items():
                cost[currency] = cost.get(currency, Decimal()) + amount
        elif part.prompt_tokens or part.completion_tokens:
            unpriced.add(part.model)
    return Line(
        of,
        answers=sum(part.answers for part in parts),
        estimated=sum(part.estimated for part in parts),
        prompt_tokens=sum(part.prompt_tokens for part in parts),
        completion_tokens=sum(part.completion_tokens for part in parts),
        cost=cost,
        unpriced=frozenset(unpriced),
    )
