"""Commands, buttons, modals, shortcuts and home, through a real Bolt app over Socket Mode."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Person, SlackStandIn
from sandbox.slack.person import ControlError

Json = dict[str, Any]
Refused = Callable[[Awaitable[Any]], Awaitable[Json]]

FEEDBACK = {
    "type": "context_actions",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "feedback",
            "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "up:1"},
            "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "down:1"},
        }
    ],
}
BUTTONS = {
    "type": "actions",
    "elements": [
        {"type": "button", "action_id": "show", "value": "7", "text": {"type": "plain_text", "text": "Show"}}
    ],
}


def _modal(**more: Any) -> Json:
    text = {"type": "plain_text", "text": "Reason"}
    element = {"type": "plain_text_input", "action_id": "why", "max_length": 10}
    return {
        "type": "modal",
        "callback_id": "reason",
        "title": text,
        "submit": text,
        "blocks": [{"type": "input", "block_id": "reason", "label": text, "element": element}],
        **more,
    }


@pytest.fixture
async def bolt(slack: SlackStandIn, client: AsyncWebClient) -> AsyncIterator[AsyncApp]:
    app = AsyncApp(client=client, signing_secret=slack.credentials.signing_secret)
    web_client = AsyncWebClient(base_url=f"{slack.root}/api/", session=client.session)
    handler = AsyncSocketModeHandler(app, slack.credentials.app_token, web_client=web_client)
    await handler.connect_async()  # type: ignore[no-untyped-call] # slack_bolt leaves it untyped
    yield app
    await handler.close_async()  # type: ignore[no-untyped-call] # slack_bolt leaves it untyped


async def test_a_command_reaches_the_app_and_its_ack_is_shown_to_the_person(
    bolt: AsyncApp, mia: Person, ben: Person
) -> None:
    heard: list[Json] = []

    @bolt.command("/telnyx")
    async def run(ack: AsyncAck, command: Json) -> None:
        heard.append(command)
        await ack("working on it")

    seen = await mia.command("#support", "/telnyx", "ask @ben in #jobs")

    assert (seen["ok"], heard[0]["text"]) == (True, "ask <@U0BEN|ben> in <#C0JOBS|jobs>")
    assert [(m["kind"], m["text"]) for m in await mia.messages("#support")] == [
        ("ephemeral", "working on it")
    ]
    assert await ben.messages("#support") == []


async def test_a_command_that_the_manifest_lacks_is_refused_to_the_person(mia: Person) -> None:
    seen = await mia.command("#support", "/sing")

    assert seen == {"ok": False, "error": "/sing is not a valid command."}


async def test_a_command_nobody_acknowledges_times_out_and_is_not_repeated(
    bolt: AsyncApp, mia: Person
) -> None:
    heard: list[Json] = []

    @bolt.command("/telnyx")
    async def sulk(command: Json) -> None:
        heard.append(command)

    seen = await mia.command("#support", "/telnyx")

    assert (seen, len(heard)) == ({"ok": False, "error": "operation_timeout"}, 1)


async def test_a_response_url_takes_five_messages_and_can_replace_the_first(
    bolt: AsyncApp, mia: Person
) -> None:
    urls: list[str] = []

    @bolt.command("/telnyx")
    async def run(ack: AsyncAck, respond: AsyncRespond, command: Json) -> None:
        urls.append(command["response_url"])
        await ack()
        urls.append(command["response_url"])
        await respond("one")
        await respond("two", replace_original=True)
        await respond("all", response_type="in_channel")

    await mia.command("#support", "/telnyx")
    await mia.wait_for(lambda m: m["text"] == "all")
    statuses = [
        await _post(urls[0], body) for body in ({"text": "x"}, {"blocks": [{"type": "poem"}]}, {"text": "y"})
    ]

    assert [(m["kind"], m["text"]) for m in await mia.messages("#support")] == [
        ("ephemeral", "two"),
        ("post", "all"),
        ("ephemeral", "x"),
    ]
    assert statuses == [(200, ""), (400, "invalid_blocks"), (404, "used_url")]


async def _post(url: str, body: Json) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        return response.status, (await response.json()).get("error", "")


async def test_a_response_url_ends_after_thirty_minutes(bolt: AsyncApp, mia: Person, clock: Any) -> None:
    urls: list[str] = []

    @bolt.command("/telnyx")
    async def run(ack: AsyncAck, command: Json) -> None:
        urls.append(command["response_url"])
        await ack()

    await mia.command("#support", "/telnyx")
    clock.now += 1800

    assert await _post(urls[0], {"text": "late"}) == (404, "expired_url")


async def test_a_button_sends_its_value_and_feedback_its_side(
    bolt: AsyncApp, client: AsyncWebClient, mia: Person
) -> None:
    bodies: list[Json] = []

    @bolt.action("show")
    @bolt.action("feedback")
    async def pressed(ack: AsyncAck, body: Json) -> None:
        bodies.append(body)
        await ack()

    ts = (await client.chat_postMessage(channel="C0SUPPORT", text="x", blocks=[BUTTONS, FEEDBACK]))["ts"]
    seen = [await mia.click("#support", ts, "show"), await mia.click("#support", ts, "feedback", "down:1")]

    assert seen == [{"ok": True}, {"ok": True}]
    assert [body["actions"][0]["value"] for body in bodies] == ["7", "down:1"]
    assert bodies[0]["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": "C0SUPPORT",
        "is_ephemeral": False,
    }
    assert bodies[0]["message"]["ts"] == ts


async def test_a_button_of_an_ephemeral_message_answers_in_its_place(
    bolt: AsyncApp, client: AsyncWebClient, mia: Person, ben: Person
) -> None:
    @bolt.action("show")
    async def pressed(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond("done", replace_original=True)

    posted = await client.chat_postEphemeral(channel="C0SUPPORT", user="U0MIA", text="x", blocks=[BUTTONS])
    with pytest.raises(ControlError, match="sees no such message"):
        await ben.click("#support", posted["message_ts"], "show")
    await mia.click("#support", posted["message_ts"], "show")
    replaced = await mia.wait_for(lambda m: m["text"] == "done")

    assert (replaced["ts"], replaced["blocks"]) == (posted["message_ts"], [])


async def test_a_person_can_only_press_what_is_there(client: AsyncWebClient, mia: Person) -> None:
    ts = (await client.chat_postMessage(channel="C0SUPPORT", text="x", blocks=[BUTTONS]))["ts"]

    with pytest.raises(ControlError, match="no element with the action id 'gone'"):
        await mia.click("#support", ts, "gone")


async def test_a_modal_is_opened_filled_in_corrected_and_sent(
    bolt: AsyncApp, client: AsyncWebClient, mia: Person
) -> None:
    sent: list[str] = []

    @bolt.shortcut("ask_global")
    async def open_modal(ack: AsyncAck, shortcut: Json) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=_modal())

    @bolt.view("reason")
    async def submitted(ack: AsyncAck, view: Json) -> None:
        value = view["state"]["values"]["reason"]["why"]["value"]
        sent.append(value)
        if value == "no":
            await ack(response_action="errors", errors={"reason": "Say more."})
        else:
            await ack()

    await mia.shortcut("ask_global")
    view = await mia.wait_in(mia.views, lambda v: v["callback_id"] == "reason")
    empty = await mia.submit(view["id"], {})
    long = await mia.submit(view["id"], {"why": "far too long a reason"})
    wrong = await mia.submit(view["id"], {"reason": "no"})
    right = await mia.submit(view["id"], {"why": "yes"})

    assert "complete" in empty["errors"]["reason"]
    assert "10 characters" in long["errors"]["reason"]
    assert wrong["errors"] == {"reason": "Say more."}
    assert (right["ok"], sent, await mia.views()) == (True, ["no", "yes"], [])


async def test_a_submission_can_update_the_view_and_closing_is_heard(
    bolt: AsyncApp, client: AsyncWebClient, mia: Person
) -> None:
    closed: list[str] = []

    @bolt.shortcut("ask_global")
    async def open_modal(ack: AsyncAck, shortcut: Json) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=_modal())

    @bolt.view("reason")
    async def submitted(ack: AsyncAck) -> None:
        await ack(response_action="update", view=_modal(callback_id="thanks", notify_on_close=True))

    @bolt.view_closed("thanks")
    async def gone(ack: AsyncAck, view: Json) -> None:
        closed.append(view["callback_id"])
        await ack()

    await mia.shortcut("ask_global")
    view = await mia.wait_in(mia.views, lambda v: v["callback_id"] == "reason")
    await mia.submit(view["id"], {"why": "yes"})
    [updated] = await mia.views()
    await mia.post("close", user="mia", view_id=updated["id"])

    assert (updated["id"], updated["callback_id"]) == (view["id"], "thanks")
    assert (closed, await mia.views()) == (["thanks"], [])


async def test_a_trigger_opens_one_view_within_three_seconds(
    slack: SlackStandIn, clock: Any, client: AsyncWebClient, refused: Refused
) -> None:
    used, old = slack.workspace.triggers.new("U0MIA"), slack.workspace.triggers.new("U0MIA")
    await client.views_open(trigger_id=used, view=_modal())
    clock.now += 3

    answers = [
        await refused(client.views_open(trigger_id=one, view=_modal())) for one in (used, old, "1.2.x")
    ]

    assert [answer["error"] for answer in answers] == [
        "exchanged_trigger_id",
        "expired_trigger_id",
        "invalid_trigger_id",
    ]


async def test_a_wrong_view_is_refused_with_its_places(
    slack: SlackStandIn, client: AsyncWebClient, refused: Refused
) -> None:
    trigger = slack.workspace.triggers.new("U0MIA")
    view = _modal(title={"type": "plain_text", "text": "x" * 25}, color="red")
    del view["submit"]

    answer = await refused(client.views_open(trigger_id=trigger, view=view))

    messages = "\n".join(answer["response_metadata"]["messages"])
    assert "must be less than 25 characters [json-pointer:/view/title/text]" in messages
    assert "invalid additional property: color" in messages
    assert "submit, which input blocks need" in messages


async def test_a_message_shortcut_carries_the_message(bolt: AsyncApp, mia: Person) -> None:
    bodies: list[Json] = []

    @bolt.shortcut("summarise")
    async def used(ack: AsyncAck, body: Json) -> None:
        bodies.append(body)
        await ack()

    ts = await mia.say("#support", "long story")
    await mia.shortcut("summarise", "#support", ts)

    assert (bodies[0]["type"], bodies[0]["message"]["text"]) == ("message_action", "long story")
    with pytest.raises(ControlError, match="is a message shortcut"):
        await mia.shortcut("summarise")


async def test_home_is_published_and_its_buttons_work(
    bolt: AsyncApp, client: AsyncWebClient, mia: Person
) -> None:
    pressed: list[Json] = []

    @bolt.event("app_home_opened")
    async def opened(event: Json) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [BUTTONS]})

    @bolt.action("show")
    async def show(ack: AsyncAck, body: Json) -> None:
        pressed.append(body)
        await ack()

    await mia.home()
    home = await mia.wait_in(mia.views, lambda v: v["type"] == "home")
    await mia.click_view(home["id"], "show")

    assert (pressed[0]["view"]["id"], pressed[0]["actions"][0]["value"]) == (home["id"], "7")


async def test_a_stale_hash_is_a_conflict(client: AsyncWebClient, refused: Refused) -> None:
    home = {"type": "home", "blocks": [BUTTONS]}
    first = (await client.views_publish(user_id="U0MIA", view=home))["view"]
    await client.views_publish(user_id="U0MIA", view=home, hash=first["hash"])

    answer = await refused(client.views_publish(user_id="U0MIA", view=home, hash=first["hash"]))

    assert answer["error"] == "hash_conflict"
