"""Menus: what they may hold, what choosing sends, and how the app is asked for options while a person types."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Person, SlackStandIn
from sandbox.slack.blocks import check_blocks
from sandbox.slack.person import ControlError

Json = dict[str, Any]
Refused = Callable[[Awaitable[Any]], Awaitable[Json]]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(value: str, **more: Any) -> Json:
    return {"text": plain(value.title()), "value": value, **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "block_id": "row", "elements": list(elements)}


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "block_id": "field", "label": plain("Field"), "element": element, **more}


OVERFLOW = {"type": "overflow", "action_id": "menu", "options": [option("show"), option("delete")]}
STATIC = {"type": "static_select", "action_id": "pick", "options": [option("one"), option("two")]}
EXTERNAL = {
    "type": "external_select",
    "action_id": "model",
    "placeholder": plain("Model"),
    "min_query_length": 0,
}
SEVERAL = {
    "type": "multi_external_select",
    "action_id": "models",
    "min_query_length": 2,
    "initial_options": [option("alpha")],
    "max_selected_items": 2,
}


def modal(*blocks: Json) -> Json:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Form"),
        "submit": plain("Send"),
        "blocks": list(blocks),
    }


@pytest.fixture
async def bolt(slack: SlackStandIn, client: AsyncWebClient) -> AsyncIterator[AsyncApp]:
    app = AsyncApp(client=client, signing_secret=slack.credentials.signing_secret)
    web_client = AsyncWebClient(base_url=f"{slack.root}/api/", session=client.session)
    handler = AsyncSocketModeHandler(app, slack.credentials.app_token, web_client=web_client)
    await handler.connect_async()  # type: ignore[no-untyped-call] # slack_bolt leaves it untyped
    yield app
    await handler.close_async()  # type: ignore[no-untyped-call] # slack_bolt leaves it untyped


async def opened(slack: SlackStandIn, client: AsyncWebClient, *blocks: Json) -> str:
    """The id of a modal that Mia has open."""
    trigger = slack.workspace.triggers.new("U0MIA")
    return str((await client.views_open(trigger_id=trigger, view=modal(*blocks)))["view"]["id"])


@pytest.mark.parametrize(
    ("block", "surface"),
    [
        (actions(OVERFLOW), "message"),
        (actions(OVERFLOW | {"options": [option("one", url="https://example.com")]}), "message"),
        (actions(OVERFLOW | {"options": [option(str(n)) for n in range(5)]}), "home"),
        (actions(STATIC | {"options": [option(f"v{n}") for n in range(100)]}, EXTERNAL), "message"),
        (field(EXTERNAL | {"initial_option": option("alpha")}), "modal"),
        (field(SEVERAL), "modal"),
        ({"type": "section", "text": plain("x"), "accessory": SEVERAL}, "message"),
        (
            field(
                {"type": "radio_buttons", "options": [option("a", text={"type": "mrkdwn", "text": "*a*"})]}
            ),
            "modal",
        ),
        (field({"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}), "modal"),
    ],
)
def test_a_menu_within_its_limits_is_taken(block: Json, surface: Any) -> None:
    assert check_blocks([block], surface).problems == []


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        (actions(OVERFLOW | {"options": [option(str(n)) for n in range(6)]}), "no more than 5 items"),
        (actions(OVERFLOW | {"options": []}), "no fewer than 1 items"),
        (actions(OVERFLOW | {"options": [option("v" * 151, text=plain("x"))]}), "must be less than 151"),
        (actions(OVERFLOW | {"options": [option("v", text=plain("x" * 76))]}), "must be less than 76"),
        (
            actions(OVERFLOW | {"options": [option("v", text={"type": "mrkdwn", "text": "x"})]}),
            "unsupported type",
        ),
        (actions(OVERFLOW | {"placeholder": plain("x")}), "invalid additional property: placeholder"),
        (actions(STATIC | {"options": [option("a", url="https://example.com")]}), "additional property: url"),
        (actions(STATIC | {"options": [option(f"v{n}") for n in range(101)]}), "no more than 100 items"),
        (actions(STATIC | {"initial_option": option("three")}), "must be one of the options"),
        (actions(STATIC | {"action_id": "a" * 256}), "must be less than 256"),
        (actions(STATIC, OVERFLOW | {"action_id": "pick"}), "action_id already exists: pick"),
        (actions(SEVERAL), "unsupported type: multi_external_select"),
        (field(EXTERNAL | {"options": [option("a")]}), "invalid additional property: options"),
        (field(EXTERNAL | {"min_query_length": -1}), "must be a number from 0"),
        (
            field(EXTERNAL | {"initial_options": [option("a")]}),
            "invalid additional property: initial_options",
        ),
        (field(SEVERAL | {"max_selected_items": 0}), "must be a number from 1"),
        (field({"type": "number_input"}), "missing required field: is_decimal_allowed"),
    ],
)
def test_a_menu_over_its_limits_is_refused(block: Json, problem: str) -> None:
    surface: Any = "modal" if block["type"] == "input" else "message"

    assert problem in "\n".join(check_blocks([block], surface).problems)


async def test_an_overflow_option_is_sent_as_selected_option_and_leaves_no_state(
    bolt: AsyncApp, client: AsyncWebClient, mia: Person
) -> None:
    bodies: list[Json] = []

    @bolt.action("menu")
    @bolt.action("pick")
    async def chosen(ack: AsyncAck, body: Json) -> None:
        bodies.append(body)
        await ack()

    blocks = [actions(OVERFLOW, STATIC)]
    ts = (await client.chat_postMessage(channel="C0SUPPORT", text="x", blocks=blocks))["ts"]
    await mia.click("#support", ts, "menu", "delete")
    await mia.click("#support", ts, "pick", "two")

    [overflow], [static] = (body["actions"] for body in bodies)
    assert set(overflow) == {"type", "action_id", "block_id", "action_ts", "selected_option"}
    assert overflow["selected_option"] == option("delete")
    assert (static["selected_option"]["value"], "value" in static) == ("two", False)
    assert bodies[0]["state"] == {"values": {}}
    assert bodies[1]["state"]["values"]["row"]["pick"]["selected_option"] == option("two")


async def test_the_app_is_asked_for_options_and_only_those_can_be_chosen_and_sent(
    slack: SlackStandIn, bolt: AsyncApp, client: AsyncWebClient, mia: Person
) -> None:
    asked: list[Json] = []
    sent: list[Json] = []

    @bolt.options("model")
    async def offer(ack: AsyncAck, body: Json, payload: Json) -> None:
        asked.append(body)
        await ack(options=[option(name) for name in ("llama", "qwen") if payload["value"] in name])

    @bolt.view("form")
    async def submitted(ack: AsyncAck, view: Json) -> None:
        sent.append(view["state"]["values"])
        await ack()

    view_id = await opened(slack, client, field(EXTERNAL))
    offered = await mia.suggest(view_id, "model", "lla")
    with pytest.raises(ControlError, match="there is no option 'qwen'; there are: llama"):
        await mia.submit(view_id, {"field": "qwen"})
    done = await mia.submit(view_id, {"field": "llama"})

    assert offered == [option("llama")]
    assert {key: asked[0][key] for key in ("type", "action_id", "block_id", "value", "container")} == {
        "type": "block_suggestion",
        "action_id": "model",
        "block_id": "field",
        "value": "lla",
        "container": {"type": "view", "view_id": view_id},
    }
    assert (asked[0]["view"]["id"], asked[0]["user"]["id"]) == (view_id, "U0MIA")
    assert not {"trigger_id", "response_url"} & set(asked[0])
    assert (done["ok"], sent[0]["field"]["model"]["selected_option"]) == (True, option("llama"))


async def test_several_may_be_chosen_up_to_the_most(
    slack: SlackStandIn, bolt: AsyncApp, client: AsyncWebClient, mia: Person
) -> None:
    sent: list[Json] = []

    @bolt.options("models")
    async def offer(ack: AsyncAck) -> None:
        groups = [{"label": plain("Open"), "options": [option("beta"), option("gamma")]}]
        await ack(option_groups=groups)

    @bolt.view("form")
    async def submitted(ack: AsyncAck, view: Json) -> None:
        sent.append(view["state"]["values"]["field"]["models"])
        await ack()

    view_id = await opened(slack, client, field(SEVERAL))
    offered = await mia.suggest(view_id, "models", "et")
    many = await mia.submit(view_id, {"models": ["alpha", "beta", "gamma"]})
    await mia.submit(view_id, {"models": ["alpha", "gamma"]})

    assert [one["value"] for one in offered] == ["beta", "gamma"]
    assert many["errors"] == {"field": "Please choose no more than 2."}
    assert [one["value"] for one in sent[0]["selected_options"]] == ["alpha", "gamma"]


async def test_a_menu_of_a_message_names_the_message_and_sends_the_choice(
    bolt: AsyncApp, client: AsyncWebClient, mia: Person
) -> None:
    bodies: list[Json] = []

    @bolt.options("model")
    async def offer(ack: AsyncAck, body: Json) -> None:
        bodies.append(body)
        await ack(options=[option("llama")])

    @bolt.action("model")
    async def chosen(ack: AsyncAck, body: Json) -> None:
        bodies.append(body)
        await ack()

    ts = (await client.chat_postMessage(channel="C0SUPPORT", text="x", blocks=[actions(EXTERNAL)]))["ts"]
    await mia.suggest_message("#support", ts, "model")
    await mia.click("#support", ts, "model", "llama")

    assert (bodies[0]["container"]["message_ts"], bodies[0]["message"]["ts"]) == (ts, ts)
    assert bodies[0]["channel"] == {"id": "C0SUPPORT", "name": "support"}
    assert bodies[1]["actions"][0]["selected_option"] == option("llama")


async def test_rows_with_the_same_action_id_are_told_apart_by_their_block(
    bolt: AsyncApp, client: AsyncWebClient, mia: Person
) -> None:
    heard: list[Json] = []

    @bolt.action("menu")
    async def chosen(ack: AsyncAck, action: Json) -> None:
        heard.append(action)
        await ack()

    rows = [actions(OVERFLOW) | {"block_id": f"row-{n}"} for n in range(3)]
    ts = (await client.chat_postMessage(channel="C0SUPPORT", text="x", blocks=rows))["ts"]
    await mia.click("#support", ts, "menu", "delete", block_id="row-1")
    with pytest.raises(ControlError, match="no element with the action id 'menu'"):
        await mia.click("#support", ts, "menu", "delete", block_id="row-7")

    assert [action["block_id"] for action in heard] == ["row-1"]


@pytest.mark.parametrize(
    ("offer", "words"),
    [
        ({"options": [option(f"v{n}") for n in range(101)]}, "no more than 100 items"),
        ({"options": [option("v" * 151)]}, "must be less than 151 characters"),
        ({"options": [], "option_groups": []}, "exactly one of options and option_groups"),
        ({"choices": []}, "exactly one of options and option_groups"),
    ],
)
async def test_a_wrong_offer_shows_no_options(
    offer: Json, words: str, *, slack: SlackStandIn, bolt: AsyncApp, client: AsyncWebClient, mia: Person
) -> None:
    @bolt.options("model")
    async def offering(ack: AsyncAck) -> None:
        answer: Any = offer
        await ack(answer)

    view_id = await opened(slack, client, field(EXTERNAL))

    with pytest.raises(ControlError, match=words):
        await mia.suggest(view_id, "model")


async def test_an_offer_must_come_in_time(
    slack: SlackStandIn, bolt: AsyncApp, client: AsyncWebClient, mia: Person
) -> None:
    @bolt.options("model")
    async def dawdle(ack: AsyncAck) -> None:
        await asyncio.sleep(0.7)
        await ack(options=[])

    view_id = await opened(slack, client, field(EXTERNAL))

    with pytest.raises(ControlError, match="operation_timeout"):
        await mia.suggest(view_id, "model")


async def test_nothing_is_asked_before_enough_is_typed_nor_of_a_menu_that_brings_its_options(
    slack: SlackStandIn, client: AsyncWebClient, mia: Person
) -> None:
    view_id = await opened(slack, client, field(SEVERAL), actions(STATIC))

    with pytest.raises(ControlError, match="after 2 characters, not 1"):
        await mia.suggest(view_id, "models", "a")
    with pytest.raises(ControlError, match="brings its options along"):
        await mia.suggest(view_id, "pick", "a")


async def test_over_http_the_manifest_must_name_where_options_come_from(
    slack: SlackStandIn, make_manifest: Callable[..., Json], client: AsyncWebClient, mia: Person
) -> None:
    asked: list[tuple[str, Json]] = []

    async def heard(request: web.Request) -> web.Response:
        if request.content_type == "application/json":
            return web.json_response({"challenge": (await request.json())["challenge"]})
        asked.append((request.path, json.loads(str((await request.post())["payload"]))))
        return web.json_response({"options": [option("llama")]})

    app = web.Application()
    app.router.add_post("/{path:.*}", heard)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    await mia.post("events_url", url=f"http://{host}:{port}/slack/events")
    view_id = await opened(slack, client, field(EXTERNAL))
    named = make_manifest()
    named["settings"]["interactivity"]["message_menu_options_url"] = "https://bot.example.com/slack/options"

    with pytest.raises(ControlError, match="no options load URL"):
        await mia.suggest(view_id, "model")
    slack.install(named)
    offered = await mia.suggest(view_id, "model")
    await runner.cleanup()

    assert (offered, [path for path, _ in asked]) == ([option("llama")], ["/slack/options"])
    assert asked[0][1]["type"] == "block_suggestion"


async def test_a_field_tells_of_its_use_only_where_its_block_asks_for_that(
    slack: SlackStandIn, bolt: AsyncApp, client: AsyncWebClient, mia: Person
) -> None:
    heard: list[Json] = []

    @bolt.action("pick")
    async def chosen(ack: AsyncAck, body: Json) -> None:
        heard.append(body)
        await ack()

    quiet = await opened(slack, client, field(STATIC))
    with pytest.raises(ControlError, match="no element with the action id 'pick'"):
        await mia.click_view(quiet, "pick", "one")
    loud = await opened(slack, client, field(STATIC, dispatch_action=True))
    await mia.click_view(loud, "pick", "one")

    assert heard[0]["view"]["state"]["values"]["field"]["pick"]["selected_option"] == option("one")


@pytest.mark.parametrize(
    ("element", "value", "problem"),
    [
        ({"type": "plain_text_input", "min_length": 3}, "ab", "Please enter at least 3 characters."),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Please enter a valid number."),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "2"}, "2.5", "within the limits"),
        (STATIC, "", "Please complete this required field."),
    ],
)
async def test_slack_itself_complains_before_anything_is_sent(
    element: Json, value: str, problem: str, *, slack: SlackStandIn, client: AsyncWebClient, mia: Person
) -> None:
    view_id = await opened(slack, client, field(element))

    seen = await mia.submit(view_id, {"field": value})

    assert problem in seen["errors"]["field"]
