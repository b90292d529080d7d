"""The ways back to somebody: a window, beside what was pressed, a direct message; and simpler blocks where Slack refuses them."""

import time
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError

from bot.render.blocks import Message, section
from bot.render.outcomes import Modal, loading
from bot.slack.codes import code_of
from bot.slack.ways import APPLIED_SECONDS, Way, Ways
from tests.unit.bot.conftest import served
from tests.unit.bot.slack.conftest import SlackHouse

TEXT = Message("In words.", [section("In words.")])
TABLE = Message("In words.", [section("A table.")], Message("In words.", [section("Simpler.")]))
OURS = "do:act:1"


class Corner:
    """Ways whose pauses pass at once, and what happens in them."""

    def __init__(self, slack: SlackHouse) -> None:
        self.slack = slack
        self.pauses: list[float] = []
        self.appears: Any = None
        """Done at the second pause."""
        self.ways = Ways(slack.api, slack.http, self._pause)

    def trigger(self, view_id: str = "") -> str:
        return self.slack.standin.workspace.triggers.new("U0MIA", view_id)

    def url(self) -> str:
        known = self.slack.standin.workspace.response_urls.new("C0SUPPORT", "U0MIA")
        return f"{self.slack.standin.root}/response/{known.token}"

    async def windows(self) -> list[str]:
        """What each open window says, from the bottom up."""
        return [str(view["blocks"]) for view in await self.slack.mia.views() if view["type"] == "modal"]

    async def said(self, channel: str) -> list[str]:
        return [str(m["blocks"] or m["text"]) for m in await self.slack.mia.messages(channel)]

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        if self.appears is not None and len(self.pauses) == 2:
            await self.appears()


@pytest.fixture
def corner(slack: SlackHouse) -> Corner:
    return Corner(slack)


# ------------------------------------------------------------------------------------------------ windows
async def test_a_window_that_was_opened_is_filled_in_its_place(corner: Corner) -> None:
    await corner.ways.open(corner.trigger(), loading("Thing"), OURS)

    await corner.ways.show(Way("U0MIA", "Thing", view=OURS), TEXT, key="k")

    (window,) = await corner.windows()
    assert "In words." in window
    assert corner.pauses == []


async def test_what_was_wanted_in_a_window_opens_on_top_of_it(corner: Corner) -> None:
    await corner.ways.open(corner.trigger(), loading("Below"), OURS)
    (below,) = [view for view in await corner.slack.mia.views() if view["type"] == "modal"]

    await corner.ways.open(corner.trigger(below["id"]), loading("Top"), f"{OURS}-2", inside=True)
    await corner.ways.show(Way("U0MIA", "Top", view=f"{OURS}-2"), TEXT, key="k")

    first, second = await corner.windows()
    assert "Loading" in first
    assert "In words." in second


async def test_a_page_in_a_window_is_turned_by_slacks_own_name_of_it(corner: Corner) -> None:
    await corner.ways.open(corner.trigger(), loading("Thing"), OURS)
    (view,) = [view for view in await corner.slack.mia.views() if view["type"] == "modal"]

    await corner.ways.show(Way("U0MIA", "Thing", view=view["id"]), TEXT, key="k")

    assert "In words." in (await corner.windows())[0]


async def test_a_window_can_be_filled_twice(corner: Corner) -> None:
    await corner.ways.open(corner.trigger(), loading("Thing"), OURS)

    for words in ("First.", "Second."):
        await corner.ways.show(Way("U0MIA", "Thing", view=OURS), Message(words), key="k")

    assert "Second." in (await corner.windows())[0]


async def test_a_window_that_slack_is_still_opening_is_waited_for(corner: Corner) -> None:
    async def open_it() -> None:
        await corner.ways.open(corner.trigger(), loading("Thing"), OURS)

    corner.appears = open_it

    await corner.ways.show(Way("U0MIA", "Thing", view=OURS), TEXT, url=corner.url(), key="k")

    assert "In words." in (await corner.windows())[0]
    assert corner.pauses == list(APPLIED_SECONDS[:2])
    assert await corner.said("C0SUPPORT") == []


async def test_a_window_that_was_closed_is_followed_by_a_message_beside(corner: Corner) -> None:
    await corner.ways.show(Way("U0MIA", "Thing", view=OURS), TEXT, url=corner.url(), key="k")

    assert corner.pauses == list(APPLIED_SECONDS)
    assert sum(APPLIED_SECONDS) >= 3  # as long as Slack lets an acknowledgement take
    assert "In words." in (await corner.said("C0SUPPORT"))[0]


async def test_a_window_that_was_closed_where_nothing_stood_beside_is_followed_by_a_direct_message(
    corner: Corner,
) -> None:
    await corner.ways.show(Way("U0MIA", "Thing", view=OURS), TEXT, key="k")

    assert "In words." in (await corner.said("D0MIA"))[0]


async def test_a_window_that_closes_all_below_it_stays_one(corner: Corner) -> None:
    await corner.ways.open(corner.trigger(), loading("Thing"), OURS)

    await corner.ways.show(Way("U0MIA", "Thing", view=OURS, over=True), TEXT, key="k")

    (view,) = [view for view in await corner.slack.mia.views() if view["type"] == "modal"]
    assert view["clear_on_close"]


async def test_a_trigger_that_was_used_is_slacks_no(corner: Corner) -> None:
    trigger = corner.trigger()
    await corner.ways.open(trigger, loading("Thing"), OURS)

    with pytest.raises(SlackApiError) as caught:
        await corner.ways.open(trigger, loading("Thing"), f"{OURS}-2")

    assert code_of(caught.value) == "exchanged_trigger_id"


# --------------------------------------------------------------------------------------------- addresses
async def test_a_message_beside_is_seen_by_one_person(corner: Corner) -> None:
    await corner.ways.show(Way("U0MIA"), TEXT, url=corner.url(), key="k")

    (message,) = await corner.slack.mia.messages("C0SUPPORT")
    assert message["only_for"] == "U0MIA"


async def test_an_address_that_is_gone_is_followed_by_a_direct_message(corner: Corner) -> None:
    gone = f"{corner.slack.standin.root}/response/R999999"

    await corner.ways.show(Way("U0MIA"), TEXT, url=gone, key="k")

    assert "In words." in (await corner.said("D0MIA"))[0]


async def test_a_direct_message_is_found_from_the_begin_of_its_work_on_however_much_was_said_since(
    corner: Corner,
) -> None:
    began = time.time()
    await corner.ways.show(Way("U0MIA"), Message("of k"), key="k", since=began)
    for number in range(201):
        await corner.slack.mia.say("D0MIA", f"{number}")

    await corner.ways.show(Way("U0MIA"), Message("of k"), key="k", since=began)

    said = [m["text"] for m in await corner.slack.mia.messages("D0MIA")]
    assert said.count("of k") == 1


async def test_a_direct_message_is_written_once_for_each_key(corner: Corner) -> None:
    for key in ("a", "a", "b"):
        await corner.ways.show(Way("U0MIA"), Message(f"of {key}"), key=key)

    assert await corner.said("D0MIA") == ["of a", "of b"]


async def test_a_window_without_a_place_of_its_own_is_a_message_without_fields(corner: Corner) -> None:
    fields = [section("Something is wrong."), {"type": "input"}]
    window = Modal("New", fields, submit="Go", closed="Something is wrong.")

    await corner.ways.show(Way("U0MIA"), window, url=corner.url(), key="k")

    (said,) = await corner.said("C0SUPPORT")
    assert "Something is wrong." in said
    assert "input" not in said


async def test_a_form_that_was_closed_before_it_was_filled_is_not_sent_after_anybody(corner: Corner) -> None:
    window = Modal("New", [{"type": "input"}], submit="Go")

    await corner.ways.show(Way("U0MIA"), window, url=corner.url(), key="k")

    assert await corner.said("C0SUPPORT") == []


class Address:
    """A ``response_url`` that refuses blocks it does not know."""

    def __init__(self, *taken: str) -> None:
        self.taken = taken
        self.bodies: list[dict[str, Any]] = []

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.bodies.append(body)
        shown = body["blocks"][0]["text"]["text"] if "blocks" in body else "text"
        return (
            web.Response(text="ok")
            if shown in self.taken
            else web.Response(status=400, text="invalid_blocks")
        )


@pytest.mark.parametrize(
    ("taken", "tried"),
    [
        (("A table.",), ["A table."]),
        (("Simpler.",), ["A table.", "Simpler."]),
        (("text",), ["A table.", "Simpler.", "text"]),
    ],
)
async def test_blocks_that_are_refused_are_shown_simpler_and_at_last_in_words(
    taken: tuple[str, ...], tried: list[str], corner: Corner
) -> None:
    address = Address(*taken)
    app = web.Application()
    app.router.add_post("/", address.answer)
    async with served(app) as root:
        corner.slack.plays(root)
        await corner.ways.show(Way("U0MIA", replace=True), TABLE, url=f"{root}/", key="k")

    shown = [body["blocks"][0]["text"]["text"] if "blocks" in body else "text" for body in address.bodies]
    assert shown == tried
    assert all(body["replace_original"] and body["text"] == "In words." for body in address.bodies)
    assert await corner.said("D0MIA") == []


async def test_blocks_that_are_refused_in_a_direct_message_are_shown_simpler(corner: Corner) -> None:
    await corner.slack.fault("chat.postMessage", "error", error="invalid_blocks")

    await corner.ways.show(Way("U0MIA"), TABLE, key="k")

    (said,) = await corner.said("D0MIA")
    assert "Simpler." in said


async def test_what_is_said_on_the_way_goes_beside_and_is_not_missed_where_it_cannot(corner: Corner) -> None:
    await corner.ways.beside(corner.url(), Message("Still looking…"), replace=True)
    await corner.ways.beside(
        f"{corner.slack.standin.root}/response/R9", Message("Still looking…"), replace=True
    )

    assert await corner.said("C0SUPPORT") == ["Still looking…"]
    assert await corner.said("D0MIA") == []
