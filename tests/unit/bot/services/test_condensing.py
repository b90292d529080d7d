"""Reading long material in parts: all of it, what it took, what could not be read, and what a process that comes back needs not read again."""

import asyncio
import re
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from bot.services.ask import EmptyAnswerError
from bot.services.condensing import ANSWER_TOKENS, Condenser, Instructions, Memory, Note
from bot.telnyx import ChatAnswer, ChatRequest, TelnyxPermissionError, TelnyxServerError, Usage

HOW = Instructions("Sum it up.", "Note it down.", "call", "It's too long.")
LINES = [f"line {n}: " + "word " * 60 for n in range(40)]
ROOM = 1_000
"""Tokens of the model beside the answer: about ten lines."""
USED = Usage(100, 10, 110)

Says = Callable[[str, str], str]


class Model:
    """Writes what a test says for the rules and the material, and remembers both."""

    def __init__(self, says: Says = lambda rules, _: rules, usage: Usage | None = USED) -> None:
        self._says = says
        self._usage = usage
        self.asked: list[tuple[str, str]] = []

    async def complete(self, request: ChatRequest) -> ChatAnswer:
        """``Chat.complete``."""
        rules, text = (str(message.content) for message in request.messages)
        self.asked.append((rules, text))
        await asyncio.sleep(0)
        return ChatAnswer(self._says(rules, text), "", None, self._usage, "stop")

    def parts(self) -> list[str]:
        """The material of each question for notes."""
        return [text for rules, text in self.asked if rules == HOW.part]


def condenser(model: Model) -> Condenser:
    async def room(_: str) -> int:
        return ROOM + ANSWER_TOKENS

    telnyx: Any = SimpleNamespace(chat=model)
    models: Any = SimpleNamespace(default="small", context_tokens=room)
    return Condenser(telnyx, models, 0.1)


def holds(text: str) -> set[int]:
    return {int(found) for found in re.findall(r"line (\d+):", text)}


async def test_each_line_is_read_in_some_part_and_all_tokens_are_counted() -> None:
    model = Model()
    steps: list[tuple[int, int]] = []

    made = await condenser(model).condense(LINES, HOW, progress=lambda n, of: steps.append((n, of)))

    assert set().union(*map(holds, model.parts())) == {*range(40)}
    assert made.parts == len(model.parts()) > 2
    assert made.usage == Usage(100 * (made.parts + 1), 10 * (made.parts + 1), 110 * (made.parts + 1))
    assert (made.missing, made.estimated) == ((), False)
    assert steps == [(n, made.parts) for n in range(1, made.parts + 2)]


async def test_tokens_that_telnyx_does_not_count_are_estimated() -> None:
    made = await condenser(Model(usage=None)).condense(LINES[:1], HOW)

    assert made.estimated
    assert made.usage is not None
    assert made.usage.prompt_tokens > 70


async def test_a_part_that_cannot_be_read_is_tried_again_and_then_named() -> None:
    def says(_: str, text: str) -> str:
        if {12} <= holds(text):
            raise TelnyxServerError("chat.completions", status=502)
        return "note"

    model = Model(says)

    made = await condenser(model).condense(LINES, HOW, partly=True)

    (lost,) = {text for text in model.parts() if 12 in holds(text)}
    assert made.missing == ((min(holds(lost)), max(holds(lost))),)
    assert model.parts().count(lost) == 2
    assert made.text == "note"


async def test_a_part_that_could_be_read_at_the_second_try_is_not_missing() -> None:
    silent = {"once"}

    def says(_: str, text: str) -> str:
        return "" if 12 in holds(text) and silent and silent.pop() else "note"

    assert (await condenser(Model(says)).condense(LINES, HOW)).missing == ()


async def test_where_half_of_it_cannot_be_read_it_fails_and_asks_nothing_else() -> None:
    model = Model(lambda *_: "")

    with pytest.raises(EmptyAnswerError):
        await condenser(model).condense(LINES * 4, HOW, partly=True)
    assert len(model.asked) < 20


async def test_where_nothing_may_be_missing_one_part_is_enough_to_fail() -> None:
    model = Model(lambda _, text: "" if 12 in holds(text) else "note")

    with pytest.raises(EmptyAnswerError):
        await condenser(model).condense(LINES, HOW)


async def test_what_no_second_try_changes_fails_at_once() -> None:
    def says(*_: str) -> str:
        raise TelnyxPermissionError("chat.completions", status=403)

    model = Model(says)

    with pytest.raises(TelnyxPermissionError):
        await condenser(model).condense(LINES, HOW)
    assert len(model.asked) < 6


async def test_notes_that_were_made_before_are_not_paid_for_again() -> None:
    kept: dict[str, Note] = {}

    async def keep(notes: Mapping[str, Note]) -> None:
        kept.update(notes)
        if len(kept) == 2:
            raise AssertionError  # as if the process ended here

    with pytest.raises(AssertionError):
        await condenser(Model()).condense(LINES, HOW, memory=Memory({}, keep))

    before = len(kept)

    async def further(notes: Mapping[str, Note]) -> None:
        kept.update(notes)

    model = Model()
    made = await condenser(model).condense(LINES, HOW, memory=Memory(dict(kept), further))

    assert len(model.parts()) == made.parts - before > 0
    assert len(kept) == made.parts
    assert made.usage == Usage(100 * (made.parts + 1), 10 * (made.parts + 1), 110 * (made.parts + 1))
