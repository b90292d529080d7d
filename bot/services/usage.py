"""What answers took: tokens, and what they cost where Telnyx lists a price."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from bot.services.access import Asker, Audience, Right
from bot.services.models import Models
from bot.store.usage import Spent, Usages
from bot.telnyx import TelnyxError
from bot.telnyx.models import Model

DAYS = 30
"""How far back is looked unless someone says otherwise."""
MILLION, UNIT = 1_000_000, "1M_tokens"

Cost = Mapping[str, Decimal]
"""How much, by currency."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one person, channel, or model took."""

    of: str
    answers: int
    estimated: int
    prompt_tokens: int
    completion_tokens: int
    cost: Cost
    unpriced: frozenset[str] = frozenset()
    """The models whose share of the cost no one knows."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was spent since a time, the most tokens first, and all of it together."""

    since: float
    by: str
    own: bool
    """It is what one person alone took."""
    lines: tuple[Line, ...] = ()
    total: Line = field(default_factory=lambda: Line("", 0, 0, 0, 0, {}))


class Usage:
    """The use case behind ``usage``.

    Args:
        usages: what answers took.
        models: what they cost.
        clock: the time of day.
    """

    def __init__(self, usages: Usages, models: Models, clock: Callable[[], float] = time.time) -> None:
        self._usages = usages
        self._models = models
        self._clock = clock

    async def spent(
        self, audience: Audience, asker: Asker, team: str, *, since: float | None, by: str
    ) -> Report:
        """Return what everyone took, for an admin, or else what the asker took.

        Args:
            audience: the asker alone.
            asker: who wants to know.
            team: the workspace.
            since: in Unix seconds; thirty days ago where nothing is said.
            by: ``user``, ``channel``, or ``model``.
        """
        audience.require(Right.MEMBERS)
        begun = self._clock() - DAYS * 86_400 if since is None else since
        own = not audience.has(Right.ADMIN)
        found = await self._usages.spent(team, begun, by, user=asker.user if own else "")
        if not found:
            return Report(begun, by, own)
        prices = await self._prices()
        grouped: dict[str, list[Spent]] = {}
        for one in found:
            # Each direct message is a channel of its own.
            direct = by == "channel" and one.of.startswith("D")
            grouped.setdefault("D" if direct else one.of, []).append(one)
        lines = [_line(of, part, prices) for of, part in grouped.items()]
        lines.sort(key=lambda line: (-line.prompt_tokens - line.completion_tokens, line.of))
        return Report(begun, by, own, tuple(lines), _line("", found, prices))

    async def cost(self, model: str | None, prompt: int | None, completion: int | None) -> Cost | None:
        """Return what an answer cost; None where Telnyx doesn't say."""
        if not model or prompt is None:
            return None
        price = (await self._prices()).get(model.casefold())
        return None if price is None else price.of(prompt, completion or 0)

    async def _prices(self) -> Mapping[str, "Price"]:
        try:
            found = await self._models.catalog()
        except TelnyxError:
            return {}  # the tokens can be shown all the same
        read = ((model.id.casefold(), Price.read(model)) for model in found)
        return {name: price for name, price in read if price is not None}


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


def _line(of: str, parts: Sequence[Spent], prices: Mapping[str, Price]) -> Line:
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
