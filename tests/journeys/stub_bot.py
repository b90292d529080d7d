"""A bot as small as it can be, started by the sandbox's tests in place of the real one: `manifest` and `run`.

`run` connects by Socket Mode, answers a mention with the nearest passage's file name, and ends on SIGTERM.
STUB_BOT=crash ends at once with status 3; STUB_BOT=stubborn ignores SIGTERM.
"""

import asyncio
import json
import os
import signal
import sys

import httpx
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

MANIFEST = {
    "display_information": {"name": "Stub"},
    "features": {"bot_user": {"display_name": "Stub", "always_online": True}},
    "oauth_config": {"scopes": {"bot": ["app_mentions:read", "chat:write", "channels:history"]}},
    "settings": {
        "event_subscriptions": {"bot_events": ["app_mention"]},
        "socket_mode_enabled": True,
        "interactivity": {"is_enabled": True},
    },
}


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def answer(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
    await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
    event = request.payload["event"]
    headers = {"Authorization": f"Bearer {os.environ['TELNYX_API_KEY']}"}
    body = {"bucket_name": "handbook", "query": event["text"], "num_of_docs": 1}
    async with httpx.AsyncClient(base_url=os.environ["TELNYX_BASE_URL"], headers=headers) as telnyx:
        found = (await telnyx.post("/ai/embeddings/similarity-search", json=body)).json()["data"]
    web = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    text = f"See {found[0]['metadata']['filename']}"
    await web.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text=text)


async def run() -> None:
    stop = asyncio.Event()
    behaviour = os.environ.get("STUB_BOT", "")
    if behaviour == "crash":
        say("this bot cannot go on")
        sys.exit(3)
    ignored = behaviour == "stubborn"
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, (lambda: None) if ignored else stop.set)
    web = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    client = SocketModeClient(app_token=os.environ["SLACK_APP_TOKEN"], web_client=web)
    client.socket_mode_request_listeners.append(answer)
    await client.connect()  # type: ignore[no-untyped-call]  # slack_sdk
    say("stub bot is connected")
    await stop.wait()
    await client.close()  # type: ignore[no-untyped-call]  # slack_sdk


if __name__ == "__main__":
    if sys.argv[1] == "manifest":
        say(json.dumps(MANIFEST))
    else:
        asyncio.run(run())
