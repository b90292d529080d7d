"""Every use case over somebody's data is told for whom, and refuses before it asks Telnyx; the others are named here."""

import inspect
from typing import Any

import pytest

from bot.errors import RefusedError
from bot.services.access import NOTHING
from bot.services.answers import Answers
from bot.services.calls import Calls
from bot.services.clusters import Clusters
from bot.services.documents import Documents
from bot.services.insights import Insights
from bot.services.models import Models

SERVICES = (Answers, Calls, Clusters, Documents, Insights, Models)
# A reason each.
WITHOUT = {
    "Answers.failed": "belongs to the asker, who is compared by id",
    "Models.catalogue": "the public list of models, nobody's data",
    "Models.context_tokens": "the public list of models, nobody's data",
}


def methods() -> list[tuple[str, type, Any]]:
    return [
        (f"{service.__name__}.{name}", service, method)
        for service in SERVICES
        for name, method in inspect.getmembers(service, inspect.iscoroutinefunction)
        if not name.startswith("_")
    ]


def test_each_takes_an_audience_or_says_why_not() -> None:
    assert {
        name for name, _, method in methods() if "audience" not in inspect.signature(method).parameters
    } == set(WITHOUT)


@pytest.mark.parametrize("name", sorted({name for name, *_ in methods()} - set(WITHOUT)))
async def test_each_refuses_before_it_asks(name: str) -> None:
    service, method = next((s, m) for n, s, m in methods() if n == name)
    asked = object()  # any use of it raises AttributeError
    given = {
        p: NOTHING if p == "audience" else "x" for p in inspect.signature(method).parameters if p != "self"
    }

    with pytest.raises(RefusedError):
        await method(service(asked), **given)
