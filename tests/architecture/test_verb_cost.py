"""A verb stays as small as docs/architecture.md says it is."""

import pytest

from handlers.verbs import VERBS
from scripts.verb_cost import Cost, House

LINES, FILES = 60, 3
COSTS = {cost.words: cost for cost in House().costs()}


def test_every_verb_is_counted() -> None:
    assert sorted(COSTS) == sorted(verb.words for verb in VERBS)


@pytest.mark.parametrize("cost", COSTS.values(), ids=lambda cost: cost.words)
def test_a_verb_costs_no_more_than_promised(cost: Cost) -> None:
    assert (cost.lines <= LINES, len(cost.files) <= FILES) == (True, True), cost


def test_what_a_verb_uses_is_found_in_its_renderer_and_its_service() -> None:
    assert COSTS["insights create"].files == {
        "handlers.insights",
        "bot.render.insights",
        "bot.services.insights",
    }


def test_what_two_verbs_use_counts_for_neither() -> None:
    assert COSTS["share"].shared == COSTS["add_me"].shared > COSTS["share"].lines
