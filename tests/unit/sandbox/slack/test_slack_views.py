"""Modals: who may open, push and update them, what an acknowledgement does, and when it does it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Person, SlackStandIn
from sandbox.slack.person import ControlError

Json = dict[str, Any]
Refused = Callable[[Awaitable[Any]], Awaitable[Json]]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


WHY: Json = {
    "type": "input",
    "block_id": "reason",
    "label": plain("Reason"),
    "element": {"type": "plain_text_input", "action_id": "why"},
}
BUTTON = {
    "type": "actions",
    "elements": [{"type": "button", "action_id": "more", "text": plain("More")}],
}


def modal(**more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Form"),
        "submit": plain("Send"),
        "blocks": [WHY],
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


@pytest.fixture
def open_view(slack: SlackStandIn, client: AsyncWebClient) -> Callable[..., Awaitable[str]]:
    """Open a modal for Mia and return its id."""

    async def opened(**more: Any) -> str:
        trigger = slack.workspace.triggers.new("U0MIA")
        return str((await client.views_open(trigger_id=trigger, view=modal(**more)))["view"]["id"])

    return opened


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            {"private_metadata": "x" * 3001},
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        ({"external_id": "x" * 256}, "must be less than 256 characters [json-pointer:/view/external_id]"),
        (
            {"blocks": [{"type": "divider"}] * 101},
            "no more than 100 items allowed [json-pointer:/view/blocks]",
        ),
        ({"blocks": [{"type": "markdown", "text": "x"}]}, "unsupported type: markdown"),
        ({"blocks": [{"type": "context_actions", "elements": []}]}, "unsupported type: context_actions"),
        ({"submit": None}, "missing required field: submit"),
    ],
)
async def test_a_view_that_slack_does_not_take_is_refused_with_the_place(
    change: Json, problem: str, slack: SlackStandIn, client: AsyncWebClient, refused: Refused
) -> None:
    trigger = slack.workspace.triggers.new("U0MIA")

    answer = await refused(client.views_open(trigger_id=trigger, view=modal(**change)))

    assert problem in "\n".join(answer["response_metadata"]["messages"])


async def test_a_view_without_blocks_is_refused(
    slack: SlackStandIn, client: AsyncWebClient, refused: Refused
) -> None:
    view = {"type": "modal", "title": plain("Form")}
    answer = await refused(client.views_open(trigger_id=slack.workspace.triggers.new("U0MIA"), view=view))

    assert "missing required field: blocks" in answer["response_metadata"]["messages"][0]


async def test_an_external_id_names_one_open_view_of_the_team(
    slack: SlackStandIn, client: AsyncWebClient, mia: Person, refused: Refused, open_view: Any
) -> None:
    view_id = await open_view(external_id="form-1")
    other = slack.workspace.triggers.new("U0BEN")
    taken = await refused(client.views_open(trigger_id=other, view=modal(external_id="form-1")))
    updated = await client.views_update(external_id="form-1", view=modal(external_id="form-1"))
    unknown = await refused(client.views_update(external_id="form-2", view=modal()))
    await mia.post("close", user="mia", view_id=view_id)
    gone = await refused(client.views_update(external_id="form-1", view=modal()))

    assert (taken["error"], unknown["error"], gone["error"]) == (
        "duplicate_external_id",
        "not_found",
        "not_found",
    )
    assert updated["view"]["id"] == view_id


async def test_a_pushed_view_is_not_found_until_slack_has_applied_the_acknowledgement(
    bolt: AsyncApp, client: AsyncWebClient, mia: Person, refused: Refused, open_view: Any
) -> None:
    early: list[str] = []

    @bolt.view("form")
    async def submitted(ack: AsyncAck) -> None:
        loading = modal(callback_id="next", external_id="next-1")
        await ack(response_action="push", view=loading)
        early.append((await refused(client.views_update(external_id="next-1", view=loading)))["error"])

    view_id = await open_view()
    pushed = await mia.submit(view_id, {"why": "yes"})
    filled = await client.views_update(
        external_id="next-1", view=modal(title=plain("Filled"), external_id="next-1")
    )

    assert (early, pushed["response_action"]) == (["not_found"], "push")
    assert [view["title"]["text"] for view in await mia.views()] == ["Form", "Filled"]
    assert filled["view"]["previous_view_id"] == view_id


async def test_a_view_is_pushed_only_from_inside_a_modal_and_three_lie_over_each_other(
    slack: SlackStandIn, bolt: AsyncApp, client: AsyncWebClient, mia: Person, refused: Refused
) -> None:
    pushes: list[Any] = []

    @bolt.action("more")
    async def more(ack: AsyncAck, body: Json) -> None:
        await ack()
        push = client.views_push(trigger_id=body["trigger_id"], view=modal(blocks=[BUTTON]))
        pushes.append((await refused(push))["error"] if len(pushes) == 2 else (await push)["ok"])

    outside = await refused(client.views_push(trigger_id=slack.workspace.triggers.new("U0MIA"), view=modal()))
    home = await client.views_publish(user_id="U0MIA", view={"type": "home", "blocks": [BUTTON]})
    in_home = slack.workspace.triggers.new("U0MIA", home["view"]["id"])
    from_home = await refused(client.views_push(trigger_id=in_home, view=modal()))
    trigger = slack.workspace.triggers.new("U0MIA")
    await client.views_open(trigger_id=trigger, view=modal(blocks=[BUTTON]))
    for n in range(1, 4):
        top = (await mia.views())[-1]
        await mia.click_view(top["id"], "more")
        await mia.wait_in(lambda: _numbers(pushes), lambda seen, n=n: seen["n"] == n)  # type: ignore[misc] # mypy cannot infer a default

    assert (outside["error"], from_home["error"]) == ("not_found", "not_found")
    assert pushes == [True, True, "push_limit_reached"]
    assert len([view for view in await mia.views() if view["type"] == "modal"]) == 3


async def _numbers(pushes: list[Any]) -> list[Json]:
    return [{"n": len(pushes)}]


@pytest.mark.parametrize(("action", "left"), [("clear", 0), (None, 1)])
async def test_clear_closes_all_views_and_an_empty_acknowledgement_closes_one(
    action: str | None, left: int, *, bolt: AsyncApp, mia: Person, open_view: Any
) -> None:
    @bolt.view("form")
    async def first(ack: AsyncAck) -> None:
        await ack(response_action="push", view=modal(callback_id="second"))

    @bolt.view("second")
    async def second(ack: AsyncAck) -> None:
        await (ack(response_action=action) if action else ack())

    view_id = await open_view()
    await mia.submit(view_id, {"why": "yes"})
    with pytest.raises(ControlError, match="another view lies over this one"):
        await mia.submit(view_id, {"why": "yes"})
    await mia.submit((await mia.views())[-1]["id"], {"why": "yes"})

    assert len(await mia.views()) == left


async def test_errors_stand_at_the_fields_until_the_next_attempt_and_only_at_fields(
    bolt: AsyncApp, mia: Person, open_view: Any
) -> None:
    answers = [{"reason": "Say more."}, {"nowhere": "Wrong."}, {"row": "Not a field."}]

    @bolt.view("form")
    async def submitted(ack: AsyncAck) -> None:
        await ack(response_action="errors", errors=answers.pop(0))

    view_id = await open_view(blocks=[WHY, BUTTON | {"block_id": "row"}])
    shown = await mia.submit(view_id, {"why": "no"})
    [view] = await mia.views()
    wrong = [await mia.submit(view_id, {"why": "no"}) for _ in range(2)]

    assert (shown["errors"], view["errors"]) == ({"reason": "Say more."}, {"reason": "Say more."})
    assert [one["error"] for one in wrong] == [
        "errors name no input block of the view: nowhere",
        "errors name no input block of the view: row",
    ]


async def test_what_was_entered_stays_in_fields_that_stay(
    bolt: AsyncApp, mia: Person, open_view: Any
) -> None:
    @bolt.view("form")
    async def submitted(ack: AsyncAck) -> None:
        other = WHY | {"block_id": "other"}
        await ack(response_action="update", view=modal(callback_id="next", blocks=[WHY, other]))

    view_id = await open_view(blocks=[WHY, WHY | {"block_id": "gone"}])
    await mia.submit(view_id, {"reason": "because", "gone": "x"})
    [view] = await mia.views()

    assert view["state"]["values"] == {"reason": {"why": {"type": "plain_text_input", "value": "because"}}}


async def test_a_stale_hash_is_a_conflict_for_a_modal_too(
    client: AsyncWebClient, refused: Refused, open_view: Any
) -> None:
    view_id = await open_view()
    first = await client.views_update(view_id=view_id, view=modal())
    await client.views_update(view_id=view_id, view=modal(), hash=first["view"]["hash"])

    answer = await refused(client.views_update(view_id=view_id, view=modal(), hash=first["view"]["hash"]))

    assert answer["error"] == "hash_conflict"


async def test_closing_a_view_that_clears_takes_the_whole_stack(
    bolt: AsyncApp, mia: Person, open_view: Any
) -> None:
    heard: list[Json] = []

    @bolt.view("form")
    async def submitted(ack: AsyncAck) -> None:
        over = modal(callback_id="over", clear_on_close=True, notify_on_close=True)
        await ack(response_action="push", view=over)

    @bolt.view_closed("form")
    @bolt.view_closed("over")
    async def closed(ack: AsyncAck, body: Json) -> None:
        heard.append(body)
        await ack()

    view_id = await open_view(notify_on_close=True)
    await mia.submit(view_id, {"why": "yes"})
    await mia.post("close", user="mia", view_id=(await mia.views())[-1]["id"])

    assert [(body["view"]["callback_id"], body["is_cleared"]) for body in heard] == [
        ("over", True),
        ("form", True),
    ]
    assert "trigger_id" not in heard[0]
    assert await mia.views() == []
