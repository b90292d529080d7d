"""Every use case over somebody's data is told for whom, and refuses before it asks anybody; the others are named here."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any, get_type_hints

import pytest

import bot.services
from bot.errors import RefusedError
from bot.services.access import NOTHING

WITHOUT = {
    "Answers.asked": "a question that stands where it was asked, without its answer",
    "Answers.failed": "belongs to the asker, who is compared by id",
    "Answers.meant": "belongs to the asker, who is compared by id",
    "Answers.unclear": "belongs to the asker, who is compared by id",
    "Ask.answer": "a query holds its audience",
    "Ask.others": "a query holds its audience",
    "Ask.searched": "a query holds its audience",
    "Ask.retrieve": "a query holds its audience",
    "Buckets.names": "used by Ask alone; which buckets there are, not what is in them",
    "Directory.groups": "makes the audience",
    "Directory.holds": "makes the audience",
    "Directory.person": "makes the audience",
    "Directory.place": "makes the audience",
    "Directory.readers": "makes the audience",
    "Condenser.condense": "is given the words; who gives them asked for them",
    "Everywhere.near": "a query holds its audience",
    "Everywhere.others": "a query holds its audience",
    "Everywhere.searched": "a query holds its audience",
    "Feedback.down": "gives nothing of an answer; who sees it may judge it",
    "Feedback.up": "gives nothing of an answer; who sees it may judge it",
    "InGroups.groups": "makes the audience",
    "HomeTab.begun": "shows what someone asked themselves, and asks for nothing of Telnyx",
    "HomeTab.whole": "makes the audience of the one who opened the tab",
    "JobBoard.started": "notes who started something they may start; returns nothing",
    "JobWatch.changes": "no one asked for it: rights are checked where it's told",
    "JobWatch.look": "no one asked for it: rights are checked where it's told",
    "JobWatch.not_embedded": "nobody asks: jobs are shown in the channel that an operator named",
    "JobWatch.older": "no one asked for it: rights are checked where it's drawn",
    "JobWatch.redraw_later": "returns nothing",
    "JobWatch.redrawn": "returns nothing",
    "JobWatch.told": "returns nothing",
    "Known.complete": "what the watch remembers; no one reads it",
    "Known.refresh": "what the watch remembers; no one reads it",
    "Looks.near": "a query holds its audience",
    "Looks.others": "a query holds its audience",
    "Looks.searched": "a query holds its audience",
    "Models.catalog": "the public list of models, no one's data",
    "Models.context_tokens": "the public list of models, no one's data",
    "Models.sees": "the same list",
    "Models.that_sees": "the same list",
    "Models.that_answer": "the public list of models, no one's data",
    "Models.unknown": "the public list of models, no one's data",
    "Remembering.memory": "what a turn noted for itself; no one reads it",
    "Retrieval.near": "a query holds its audience",
    "Retrieval.others": "a query holds its audience",
    "Retrieval.searched": "a query holds its audience",
    "Prompts.of": "makes the audience of the one whom it suggests to",
    "Prices.cost": "the public list of prices, no one's data",
    "Prices.known": "the public list of prices, no one's data",
    "Rights.about": "what a place is; who may see what of it the audience says",
    "Rights.alone": "makes the audience",
    "Rights.changed": "keeps what events say of a place",
    "Rights.keep": "writes down what places are",
    "Rights.is_shared": "makes the audience",
    "Rights.mode": "when I answer in a channel; no one's data",
    "Rights.of": "makes the audience",
    "Rights.present": "makes the audience",
    "Rooms.together": "Slack's list of channels, which the audience is made of",
    "Rights.set_for": "how a channel is answered; who may see what of it the audience says",
    "Roll.group": "compares audiences",
    "Roll.members": "compares audiences",
    "Roll.person": "compares audiences",
    "Roll.place": "compares audiences",
    "Roll.readers": "compares audiences",
    "Subscribing.hears": "says of the channel in which someone started a job whether it hears of that",
    "Wider.why": "compares audiences; names no one",
}
"""Use cases that are told for nobody, each with why."""


def services() -> list[type[Any]]:
    """Every class of ``bot.services`` that looks or changes something."""
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(bot.services.__path__, "bot.services.")
    ]
    return [
        kind
        for module in modules
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if kind.__module__ == module.__name__
    ]


def works(function: object) -> bool:
    """Does it wait for somebody?"""
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


METHODS = {
    f"{service.__name__}.{name}": (service, method)
    for service in services()
    for name, method in inspect.getmembers(service, works)
    if not name.startswith("_")
}
ASKING = sorted(METHODS.keys() - WITHOUT.keys())


def test_each_takes_an_audience_or_says_why_not() -> None:
    without = {
        name
        for name, (_, method) in METHODS.items()
        if "audience" not in inspect.signature(method).parameters
    }

    assert without == WITHOUT.keys()


@pytest.mark.parametrize("name", ASKING)
async def test_each_refuses_before_it_asks(name: str) -> None:
    service, method = METHODS[name]
    given = {
        p.name: NOTHING if p.name == "audience" else "x"
        for p in inspect.signature(method).parameters.values()
        if p.name != "self" and p.default is inspect.Parameter.empty
    }

    with pytest.raises(RefusedError):
        await method(made(service), **given)


def made(kind: type[Any]) -> Any:
    """A service of the services it is made of, and of others that nobody may ask."""
    hints = get_type_hints(kind.__init__)
    return kind(
        **{
            p.name: made(hints[p.name])
            if getattr(hints[p.name], "__module__", "").startswith("bot.services.")
            else _OfNothing(p.name)
            for p in inspect.signature(kind).parameters.values()
            if p.default is inspect.Parameter.empty
        }
    )


def test_a_use_case_that_asks_first_is_found_out() -> None:
    with pytest.raises(AssertionError, match="telnyx was asked"):
        _ = _OfNothing("telnyx").conversations


class _OfNothing:
    """What a service is made of; whoever asks it asked too early."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __iter__(self) -> Iterator[str]:
        return iter(())  # a setting, which is no one's data

    def __getattr__(self, _: str) -> Any:
        raise AssertionError(f"{self._name} was asked")
