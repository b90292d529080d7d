import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.unit.sandbox.telnyx.conftest import Running

GROUPS = "/ai/conversations/insight-groups"


class Receiver:
    """Takes webhooks; refuses the first `refuse` of them."""

    def __init__(self) -> None:
        self.taken: asyncio.Queue[tuple[dict[str, str], bytes]] = asyncio.Queue()
        self.refuse = 0
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        await self.taken.put(({**request.headers}, await request.read()))
        self.refuse -= 1
        return web.Response(status=503 if self.refuse >= 0 else 200)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    app = web.Application()
    app.router.add_post("/hook", made.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


async def end_a_call(telnyx: Running, url: str) -> tuple[str, str]:
    """(conversation, group) of a call that has ended and whose insights are done."""
    insight = (
        await telnyx.api.post("/ai/conversations/insights", json={"name": "n", "instructions": "i"})
    ).json()
    group = (await telnyx.api.post(GROUPS, json={"name": "Group", "webhook": url})).json()["data"]["id"]
    await telnyx.api.post(f"{GROUPS}/{group}/insights/{insight['data']['id']}/assign")
    call = next(iter(telnyx.standin.conversations.records))
    answer = await telnyx.control.post("/conversations/end", json={"conversation_id": call})
    assert answer.status_code == 200
    await telnyx.control.post("/clock", json={"advance": 10})
    return call, group


def verified(key: str, headers: dict[str, str], body: bytes) -> Any:
    lower = {name.lower(): value for name, value in headers.items()}
    signature = base64.b64decode(lower["telnyx-signature-ed25519"])
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))
    public.verify(signature, lower["telnyx-timestamp"].encode() + b"|" + body)
    return json.loads(body)


async def test_both_documented_shapes_are_sent_signed(telnyx: Running, receiver: Receiver) -> None:
    key = (await telnyx.control.get("/webhooks")).json()["public_key"]
    call, group = await end_a_call(telnyx, receiver.url)
    plain = verified(key, *await asyncio.wait_for(receiver.taken.get(), 5))
    await telnyx.control.post("/webhooks", json={"shape": "event"})
    body = {"conversation_id": call, "insight_group_id": group}
    await telnyx.control.post("/conversations/end", json=body)
    await telnyx.control.post("/clock", json={"advance": 10})
    event = verified(key, *await asyncio.wait_for(receiver.taken.get(), 5))

    assert plain["event_type"] == "conversation.insights.completed"
    assert (plain["conversation_id"], plain["insight_group_id"]) == (call, group)
    assert plain["insights"][0]["insight_name"] == "n"
    assert event["data"]["event_type"] == "call.conversation_insights.generated"
    assert event["data"]["payload"]["call_control_id"].startswith("v3:")
    assert event["data"]["payload"]["insight_group_id"] == group


async def test_a_webhook_that_is_refused_comes_again(telnyx: Running, receiver: Receiver) -> None:
    receiver.refuse = 1

    await end_a_call(telnyx, receiver.url)
    first = await asyncio.wait_for(receiver.taken.get(), 5)
    second = await asyncio.wait_for(receiver.taken.get(), 5)

    assert first[1] == second[1]


async def test_nothing_is_sent_away_from_this_machine(telnyx: Running, receiver: Receiver) -> None:
    await end_a_call(telnyx, "http://192.0.2.1/hook")
    await end_a_call(telnyx, receiver.url)
    await asyncio.wait_for(receiver.taken.get(), 5)

    deliveries = (await telnyx.control.get("/webhooks")).json()["deliveries"]
    away = [row for row in deliveries if row["url"].startswith("http://192.")]
    assert len(away) == 2
    assert all(row["attempts"] == 0 and "loopback" in row["reason"] for row in away)


async def test_without_a_group_nothing_can_be_computed(telnyx: Running) -> None:
    call = next(iter(telnyx.standin.conversations.records))

    assert (
        await telnyx.control.post("/conversations/end", json={"conversation_id": call})
    ).status_code == 404
    assert (await telnyx.control.post("/conversations/end", json={"conversation_id": "x"})).status_code == 404
    assert (await telnyx.control.post("/webhooks", json={"shape": "round"})).status_code == 422
