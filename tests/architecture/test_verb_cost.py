"""A verb stays as small as docs/architecture.md says it is."""

import pytest

from handlers.verbs import VERBS
from scripts.verb_cost import Cost, House

LINES, FILES = 60, 3
LONGER = {
    "clusters compute": (
        80,
        "a form, a question that looks for the files, and no key at Telnyx: what a cut-off attempt began is looked for",
    ),
    "summarize": (
        95,
        "three kinds of things under one word, told apart by their form, with a form, a shortcut, and options that not every kind takes",
    ),
    "docs keep": (
        120,
        "two kinds of Slack's things, read where two may read them, with a form, two sources of choices, and a shortcut",
    ),
    "usage": (
        100,
        "a report: sums by three things, each shown in its own way, with what is not known in them",
    ),
    "insights results": (
        120,
        "a report: each field counted, assistant by assistant, or the latest results where there is nothing to count",
    ),
}
"""Verbs that cost more, how much at most, and why."""


@pytest.fixture(scope="module")
def costs() -> dict[str, Cost]:
    return {cost.words: cost for cost in House().costs()}


def test_every_verb_is_counted(costs: dict[str, Cost]) -> None:
    assert costs.keys() == {verb.words for verb in VERBS}


@pytest.mark.parametrize("words", [verb.words for verb in VERBS])
def test_a_verb_costs_no_more_than_promised(words: str, costs: dict[str, Cost]) -> None:
    cost, (lines, _) = costs[words], LONGER.get(words, (LINES, ""))

    assert (cost.lines <= lines, len(cost.files) <= FILES) == (True, True), cost


def test_each_longer_one_is_longer(costs: dict[str, Cost]) -> None:
    assert [words for words in LONGER if costs[words].lines <= LINES] == []


def test_what_a_verb_uses_is_found_in_its_renderer_and_its_service(costs: dict[str, Cost]) -> None:
    assert costs["insights create"].files == {
        "handlers.insights",
        "bot.render.insights",
        "bot.services.insights",
    }


def test_what_two_verbs_use_counts_for_neither(costs: dict[str, Cost]) -> None:
    assert costs["share"].shared == costs["add_me"].shared > costs["share"].lines
