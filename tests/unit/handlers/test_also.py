"""What stands below a list, and what becomes of a change to one of two that are named alike."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from bot.errors import SeveralError
from bot.render.blocks import MESSAGE_BLOCKS, Message, section
from bot.render.outcomes import as_modal, with_foot
from bot.services.access import EVERYTHING, Asker, Audience, Place, Right
from handlers.perform import Performer
from handlers.verbs import BY_WORDS
from tests.unit.bot.conftest import without
from tests.unit.handlers.scene import Thing
from tests.unit.handlers.test_perform import Change

HERE, ME = Place("T", "C", ""), Asker("U", "T")


async def test_of_two_that_are_named_alike_neither_is_changed_and_each_has_a_button(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    change = Change(monkeypatch)
    change.run = SeveralError(
        "Several.", question="Which one?", given="x", found={"1": "x · 1", "2": "x · 2"}
    )

    done = await change.attempt()

    assert done.result == "refused"
    assert isinstance(done.shown, Message)
    assert [Thing.unpack(one["value"]).name for one in done.shown.blocks[1]["elements"]] == ["1", "2"]


# -------------------------------------------------------------------------------- what else there is to type
def listed(shown: Any) -> str:
    """The last line of each rung of a list."""
    assert isinstance(shown, Message)
    lines = {str(rung[-1]["elements"][0]["text"]) for rung in shown.rungs if rung}
    (line,) = lines
    return line


class Few:
    """One bucket, or none."""

    def __init__(self, *names: str) -> None:
        self.names = names

    async def buckets(self, audience: Audience) -> tuple[str, ...]:
        audience.require(Right.BUCKETS)
        return self.names


async def shown_by(words: str, audience: Audience, *names: str, **given: Any) -> Any:
    async def of(_place: Place, _asker: Asker, *, private: bool) -> Audience:
        assert private
        return audience

    verb = BY_WORDS[words]
    services: Any = SimpleNamespace(documents=Few(*names))
    return await Performer(services, of).look(verb, verb.intent(**given), HERE, ME, "cmd:1")


async def test_below_a_list_stands_what_else_this_person_can_do_with_it() -> None:
    admin, member = (
        listed(await shown_by("docs", EVERYTHING, "a")),
        listed(await shown_by("docs", without(Right.ADMIN), "a")),
    )

    assert admin.startswith("You can also: `docs show` · ")
    assert admin.endswith(" — `/telnyx docs help`")
    assert "`docs embed`" in admin
    assert member.startswith("You can also: `docs show`")
    assert "docs embed" not in member


async def test_an_empty_list_says_it_too() -> None:
    shown = await shown_by("docs", EVERYTHING)

    assert "no embedded documents yet" in shown.blocks[0]["text"]["text"]
    assert "`docs embed`" in listed(shown)


async def test_it_stands_below_every_page_and_every_rung_and_in_a_window() -> None:
    shown = await shown_by("docs", EVERYTHING, *(f"b{number}" for number in range(25)), page=2)

    assert "`docs show`" in listed(shown)
    assert "`docs show`" in str(as_modal(shown, "Documents").blocks[-1])


def test_a_message_without_room_stays_as_it_is() -> None:
    full = Message("x", [section("x")] * MESSAGE_BLOCKS, Message("x", [section("y")]))

    assert with_foot(full, "more") == full
    assert [
        rung[-1]["type"] for rung in with_foot(replace(full, blocks=full.blocks[:9]), "more").rungs[:2]
    ] == ["context"] * 2
