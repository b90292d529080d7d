"""What answers took: one's own for everyone, everyone's for admins; what they cost where it is known, and where not that it isn't."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

import pytest

from bot.errors import RefusedError
from bot.render.costs import costs
from bot.render.usage import ShowUsage, usage
from bot.services.access import EVERYTHING, NOTHING, Asker, Audience
from bot.services.models import Models
from bot.services.prices import Prices
from bot.services.usage import Report, Usage
from bot.store.usage import Spent, Usages
from bot.telnyx import TelnyxUnreachableError
from bot.telnyx.models import Model

MIA = Asker("U0MIA", "T")
MEMBER = replace(EVERYTHING, roles=frozenset())
LISTED = {"prompt": "0.5", "completion": "2", "currency": "USD", "unit": "1M_tokens"}
NOW = 100 * 86_400.0


def spent(of: str, model: str = "Acme/One", tokens: int = 1_000_000, estimated: int = 0) -> Spent:
    return Spent(of, model, 2, estimated, tokens, tokens // 10)


class Kept:
    """``Usages`` and ``Models``."""

    def __init__(self, *rows: Spent, pricing: dict[str, str] | None = None) -> None:
        self.rows, self.pricing = rows, LISTED if pricing is None else pricing
        self.asked: list[Any] = []
        self.away = False

    async def spent(self, *given: Any, user: str) -> list[Spent]:
        self.asked.append((*given, user))
        return [*self.rows]

    async def catalog(self) -> list[Model]:
        if self.away:
            raise TelnyxUnreachableError("models.all", "no connection")
        return [Model.model_validate({"id": "acme/one", "pricing": self.pricing}), Model(id="free/two")]

    async def report(self, audience: Audience = EVERYTHING, by: str = "user") -> Report:
        service = Usage(cast("Usages", self), Prices(cast("Models", self)), clock=lambda: NOW)
        return await service.spent(audience, MIA, "T", since=None, by=by)


async def test_a_member_sees_their_own_and_an_admin_everyones_of_thirty_days() -> None:
    kept = Kept(spent("U0MIA"))

    own, every = await kept.report(MEMBER), await kept.report()

    since = NOW - 30 * 86_400
    assert kept.asked == [("T", since, "user", "U0MIA"), ("T", since, "user", "")]
    assert (own.own, every.own) == (True, False)
    with pytest.raises(RefusedError):
        await kept.report(NOTHING)


async def test_costs_are_summed_by_model_and_what_has_no_price_is_named() -> None:
    kept = Kept(spent("U1"), spent("U1", "free/two", 500), spent("U2", "Acme/One", 2_000_000))

    report = await kept.report()

    assert [(line.of, line.cost) for line in report.lines] == [
        ("U2", {"USD": Decimal("1.4")}),
        ("U1", {"USD": Decimal("0.7")}),
    ]
    assert report.total.cost == {"USD": Decimal("2.1")}
    assert report.total.unpriced == {"free/two"}
    text = str(usage(report).page(ShowUsage(by="user")))
    assert "All together: 6 answers · 3,000,500 tokens read, 300,050 written · 2.10 USD + unknown" in text
    assert "I don't know the price of `free/two`" in text
    assert "<@U2>" in text


@pytest.mark.parametrize(
    "pricing",
    [{}, LISTED | {"prompt": "cheap"}, LISTED | {"prompt": "NaN"}, LISTED | {"unit": "minute"}],
    ids=["none", "words", "nan", "unit"],
)
async def test_a_price_that_can_not_be_read_is_unknown(pricing: dict[str, str]) -> None:
    report = await Kept(spent("m"), pricing=pricing).report(by="model")

    assert report.total.cost == {}
    assert "cost unknown" in str(usage(report).page(ShowUsage()))


async def test_while_telnyx_is_away_the_tokens_are_shown_and_an_estimate_says_so() -> None:
    kept = Kept(spent("acme/one", estimated=2))
    kept.away = True

    text = str(usage(await kept.report(by="model")).page(ShowUsage()))

    assert "1,000,000" in text
    assert "cost unknown" in text
    assert "estimated for 2 answers" in text


async def test_direct_messages_are_one_row_and_a_window_has_no_channel() -> None:
    report = await Kept(spent("D1"), spent("D2"), spent("", tokens=1)).report(by="channel")

    text = str(usage(report).page(ShowUsage(by="channel")))
    assert [(line.of, line.answers) for line in report.lines] == [("D", 4), ("", 2)]
    assert "Direct messages" in text
    assert "Asked in a window" in text


@pytest.mark.parametrize(
    ("amount", "said"),
    [("0", "0.00 USD"), ("0.0000123", "0.000012 USD"), ("0.0149", "0.01 USD"), ("1234.5", "1,234.50 USD")],
)
def test_a_cost_says_something_however_small(amount: str, said: str) -> None:
    assert costs({"USD": Decimal(amount)}) == said
