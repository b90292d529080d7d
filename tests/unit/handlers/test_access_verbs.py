"""Grants and channels' settings as people come by them: by form, by button, by those who may and those who may not."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.render.channel import SetChannel
from bot.render.grants import AnswerHere, answer_here_button
from bot.render.outcomes import Shown, as_message
from bot.services.access import EVERYTHING, Audience, Right
from bot.store.grants import ALL, Grantee, Thing
from handlers.perform import Performer
from sandbox.slack.blocks import check_blocks
from tests.unit.bot.conftest import telnyx_house
from tests.unit.handlers.scene import Scene, button, in_message
from tests.unit.handlers.verb_house import HERE, Bot, VerbHouse

ASK_AN_ADMIN = "Only workspace admins can do this. Ask one of them."
MEMBER = Audience(member=True, reasons={Right.ADMIN: ASK_AN_ADMIN})


@pytest.fixture
async def house() -> AsyncIterator[VerbHouse]:
    async with telnyx_house() as telnyx:
        yield VerbHouse(telnyx, Bot(telnyx.client))


@pytest.fixture
def scene(house: VerbHouse) -> Scene:
    return Scene(services=house.bot.services)


def fields(shown: Any) -> dict[str, Any]:
    """The elements of a form by the names of their blocks."""
    return {block["block_id"]: block["element"] for block in shown.blocks if block["type"] == "input"}


async def done(house: VerbHouse, scene: Scene, audience: Audience = EVERYTHING) -> tuple[str, str]:
    """What becomes of the change that was started: its result, and what is said."""
    house.bot.audience = audience
    outcome = await Performer(house.bot.services, house.bot.of).deed(scene.only("started").what, False)
    assert isinstance(outcome.shown, Shown)
    message = as_message(outcome.shown)
    return outcome.result, message.text if message else outcome.shown.blocks[0]["text"]["text"]


# ---------------------------------------------------------------------------------------------------- grant
async def test_grant_without_words_is_a_form_with_what_there_is_to_grant(scene: Scene) -> None:
    await scene.type("grant")

    shown = scene.only("shown").what
    offered = [one["text"]["text"] for one in fields(shown)["bucket"]["options"]]
    assert offered == ["All documents, now and later", "handbook", "manual"]


@pytest.mark.parametrize(
    ("filled", "wrong"),
    [
        ({"bucket": "hr"}, {"who": "Choose a channel, a person, or a user group."}),
        ({"who#group": "support", "bucket": "hr"}, {"who": "I don't know that channel"}),
        ({"who#group": "S1A"}, {"calls": "Choose documents, or calls."}),
        ({"who#group": "S1A", "calls": "all", "until": "soon"}, {"until": "I can't read this as a time."}),
        ({"who#group": "S1A", "calls": "all", "until": "2020-01-01"}, {"until": "That's in the past."}),
    ],
)
async def test_what_is_wrong_stands_at_its_field(
    scene: Scene, filled: dict[str, str], wrong: dict[str, str]
) -> None:
    await scene.send("grant", {"who": "", "who#group": "", **filled})

    errors = scene.only("ack").what["errors"]
    assert errors.keys() == wrong.keys()
    assert all(errors[name].startswith(words) for name, words in wrong.items())


async def test_a_form_whose_bucket_is_gone_comes_back_with_what_was_filled_in(
    house: VerbHouse, scene: Scene
) -> None:
    await scene.send("grant", {"who": "", "who#group": "S1A", "bucket": "handbok"})

    result, words = await done(house, scene)

    assert result == "refused"
    assert "Did you mean “handbook”?" in words
    assert await house.bot.grants.all(HERE.team) == ()


async def test_more_than_a_button_carries_is_granted_without_one(house: VerbHouse) -> None:
    calls = " ".join(f"--calls {number:0>200}" for number in range(20))

    got = await house.get(*await house.read(f"grant U0123ABCD {calls}"))

    assert got.result == "done"
    assert [block["type"] for block in got.shown.blocks] == ["section"]  # type: ignore[union-attr] # no file
    assert len(await house.bot.grants.all(HERE.team)) == 20


# -------------------------------------------------------------------------------------------------- channel
async def test_the_form_of_a_channel_opens_with_the_channel_where_its_button_was_pressed(
    scene: Scene,
) -> None:
    await scene.press(button(SetChannel()), in_message(channel="C1A"))

    assert fields(scene.only("shown").what)["channel"]["initial_conversation"] == "C1A"


async def test_what_is_sent_from_a_window_is_set_for_the_channel_in_its_field(
    house: VerbHouse, scene: Scene
) -> None:
    await scene.send("channel set", {"channel": "C1A", "bucket": "handbook", "tone": "", "clear": ""})

    result, words = await done(house, scene)

    assert result == "done"
    assert "I changed the settings of <#C1A>." in words
    assert "`handbook` (set here)" in words
    assert house.bot.forgotten == ["T"]


async def test_a_window_without_a_channel_says_so(house: VerbHouse, scene: Scene) -> None:
    await scene.send("channel set", {"channel": "", "mode": "off"})

    assert await done(house, scene) == ("refused", ":warning: Choose a channel.")


@pytest.mark.parametrize(("audience", "buttons"), [(EVERYTHING, ["channel set"]), (MEMBER, [])])
async def test_only_those_who_may_change_a_channel_have_a_button_for_it(
    house: VerbHouse, audience: Audience, buttons: list[str]
) -> None:
    got = await house.get(*await house.read("channel"), audience)

    rows = [block for block in got.shown.blocks if block["type"] == "actions"]  # type: ignore[union-attr] # no file
    assert [one["action_id"] for block in rows for one in block["elements"]] == buttons


# ---------------------------------------------------------------------------------------------- answer here
def test_slack_asks_before_a_channel_is_opened() -> None:
    element = answer_here_button("C1A")

    assert check_blocks([{"type": "actions", "elements": [element]}], "message").problems == []
    assert "including guests and people from other organizations" in element["confirm"]["text"]["text"]
    assert AnswerHere.unpack(element["value"]) == AnswerHere(channel="C1A")


async def test_an_admin_lets_me_answer_in_a_channel_and_is_told_how_to_narrow_it(
    house: VerbHouse, scene: Scene
) -> None:
    await scene.press(button(AnswerHere(channel="C1A")))

    result, words = await done(house, scene)

    assert result == "done"
    assert "From now on, I answer in <#C1A> from all documents." in words
    assert "`/telnyx grant #channel --bucket NAME`" in words
    (grant,) = await house.bot.grants.all("T")
    assert (grant.kind, grant.grantee, grant.thing, grant.name) == (Grantee.CHANNEL, "C1A", Thing.BUCKET, ALL)
    assert (grant.by, grant.until) == ("U", None)


async def test_someone_else_is_told_whom_to_ask_and_nothing_is_granted(
    house: VerbHouse, scene: Scene
) -> None:
    await scene.press(button(AnswerHere(channel="C1A")))

    assert await done(house, scene, MEMBER) == ("refused", ASK_AN_ADMIN)
    assert await house.bot.grants.all("T") == ()


@pytest.mark.parametrize("value", ['{"channel":"U1A"}', '{"channel":"x"}', "{}"])
async def test_a_button_whose_value_names_no_channel_does_nothing(scene: Scene, value: str) -> None:
    await scene.press({"action_id": "answer_here", "value": value})

    assert "started" not in scene.kinds
