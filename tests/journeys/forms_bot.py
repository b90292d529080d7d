"""A bot with forms, menus, tables, files and a home, for the tests of the page: `manifest` and `run`, as the real one.

It tells in the channel (or in the direct message) what it heard: `menu: delete`.
"""

import asyncio
import json
import os
import signal
import struct
import sys
import zlib
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

Json = dict[str, Any]
MODELS = ["llama-8b", "llama-70b", "mistral-24b", "qwen-7b", "qwen-32b"]
MANIFEST: Json = {
    "display_information": {"name": "Forms"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "forms"},
        "slash_commands": [{"command": "/show", "description": "Show it all"}],
        "shortcuts": [
            {"name": "Summarize thread", "type": "message", "callback_id": "form", "description": "d"},
            {"name": "Keep in docs", "type": "message", "callback_id": "keep", "description": "d"},
        ],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "commands", "files:write", "files:read"]}},
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened"]},
        "socket_mode_enabled": True,
        "interactivity": {"is_enabled": True},
    },
}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(value: str, text: str = "") -> Json:
    return {"text": plain(text or value.capitalize()), "value": value}


def field(name: str, label: str, element: Json, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": {"action_id": name, **element},
        **more,
    }


FORM: Json = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("Fine-tune a model"),
    "submit": plain("Next"),
    "blocks": [
        field(
            "name",
            "Name",
            {"type": "plain_text_input", "placeholder": plain("For example support-2"), "max_length": 20},
            hint=plain("Letters, digits and hyphens"),
        ),
        field("model", "Model", {"type": "external_select", "min_query_length": 2}),
        field("tone", "Tone", {"type": "static_select", "options": [option("calm"), option("brisk")]}),
        field(
            "places",
            "Data",
            {
                "type": "checkboxes",
                "options": [option("calls"), option("docs")],
                "initial_options": [option("docs")],
            },
            optional=True,
        ),
        field("size", "Size", {"type": "radio_buttons", "options": [option("small"), option("large")]}),
        field("notes", "Notes", {"type": "plain_text_input", "multiline": True}, optional=True),
    ],
}
SURE: Json = {
    "type": "modal",
    "callback_id": "sure",
    "title": plain("Start it?"),
    "submit": plain("Start"),
    "blocks": [{"type": "section", "text": plain("This costs about 12 dollars.")}],
}
MENUS: list[Json] = [
    {
        "type": "section",
        "text": plain("The bucket handbook"),
        "accessory": {"type": "overflow", "action_id": "menu", "options": [option("show"), option("delete")]},
    },
    {
        "type": "actions",
        "elements": [
            {
                "type": "static_select",
                "action_id": "pick",
                "placeholder": plain("Pick a tone"),
                "options": [option("calm"), option("brisk")],
            },
            {
                "type": "external_select",
                "action_id": "model",
                "placeholder": plain("Pick a model"),
                "min_query_length": 0,
            },
        ],
    },
    {
        "type": "actions",
        "elements": [
            {"type": "checkboxes", "action_id": "boxes", "options": [option("calls"), option("docs")]}
        ],
    },
]
HOME: Json = {
    "type": "home",
    "blocks": [
        {"type": "header", "text": plain("Your jobs")},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Embedding of handbook*\n3 of 7 files"}},
        {
            "type": "actions",
            "elements": [
                {"type": "button", "action_id": "refresh", "value": "jobs", "text": plain("Refresh")}
            ],
        },
    ],
}


def cell(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def data_table() -> Json:
    rows = [
        [cell(name), {"type": "raw_number", "value": 8192 * n}] for n, name in enumerate(MODELS * 2, start=1)
    ]
    head = [cell("Model"), cell("Context")]
    return {"type": "data_table", "caption": "Models", "rows": [head, *rows], "page_size": 4}


def table() -> Json:
    rows = [[cell("File"), cell("State")], [cell("leave.md"), cell("embedded")]]
    return {"type": "table", "rows": rows}


def picture() -> bytes:
    """A small PNG: a green square."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = 120
    rows = b"".join(b"\0" + b"\x0f\x80\x60" * size for _ in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def listen(app: AsyncApp, client: AsyncWebClient) -> None:
    """Show everything, and tell what was used."""

    async def tell(body: Json, words: str) -> None:
        channel = body.get("channel", {}).get("id") or body["user"]["id"]
        await client.chat_postMessage(channel=channel, text=words)

    @app.command("/show")
    async def show(ack: AsyncAck, command: Json) -> None:
        await ack()
        channel = command["channel_id"]
        await client.chat_postMessage(channel=channel, text="Menus", blocks=MENUS)
        await client.chat_postMessage(channel=channel, text="Tables", blocks=[data_table(), table()])
        for name, content, alt in (
            ("call.txt", b"Agent: Hello.\n", None),
            ("clusters.png", picture(), "Two clusters of calls"),
        ):
            made = await client.files_getUploadURLExternal(filename=name, length=len(content), alt_txt=alt)
            async with aiohttp.ClientSession() as session, session.post(made["upload_url"], data=content):
                done: list[dict[str, str | None]] = [{"id": str(made["file_id"]), "title": name}]
            await client.files_completeUploadExternal(files=done, channel_id=channel)

    @app.options("model")
    async def offer(ack: AsyncAck, payload: Json) -> None:
        await ack(options=[option(name, name) for name in MODELS if payload["value"] in name])

    @app.action("menu")
    @app.action("pick")
    @app.action("model")
    @app.action("boxes")
    @app.action("refresh")
    async def used(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        chosen = action.get("selected_options") or [action.get("selected_option") or action]
        await tell(body, f"{action['action_id']}: {', '.join(one['value'] for one in chosen)}")

    @app.event("app_home_opened")
    async def opened(event: Json) -> None:
        if event["tab"] == "home":
            await client.views_publish(user_id=event["user"], view=HOME)


def ask(app: AsyncApp, client: AsyncWebClient) -> None:
    """The form, its error and its question."""

    @app.shortcut("form")
    async def form(ack: AsyncAck, shortcut: Json) -> None:
        await ack()
        view = FORM | {"private_metadata": shortcut["channel"]["id"]}
        await client.views_open(trigger_id=shortcut["trigger_id"], view=view)

    @app.view("form")
    async def sent(ack: AsyncAck, view: Json) -> None:
        values = view["state"]["values"]
        if " " in values["name"]["name"]["value"]:
            await ack(response_action="errors", errors={"name": "Use no spaces in the name."})
            return
        held = {name: next(iter(state.values())) for name, state in values.items()}
        several = held["places"]["selected_options"]
        words = [
            held["name"]["value"],
            *(held[key]["selected_option"]["value"] for key in ("model", "tone", "size")),
        ]
        metadata = json.dumps([view["private_metadata"], [*words, *(one["value"] for one in several)]])
        await ack(response_action="push", view=SURE | {"private_metadata": metadata})

    @app.view("sure")
    async def start(ack: AsyncAck, view: Json) -> None:
        await ack(response_action="clear")
        channel, words = json.loads(view["private_metadata"])
        await client.chat_postMessage(channel=channel, text=f"started: {', '.join(words)}")


async def run() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    client.retry_handlers.append(
        AsyncRateLimitErrorRetryHandler(max_retry_count=9)
    )  # quick tests press often
    app = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])
    listen(app, client)
    ask(app, client)
    web_client = AsyncWebClient(base_url=os.environ["SLACK_API_URL"])
    handler = AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"], web_client=web_client)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped
    await stop.wait()
    await handler.close_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped


if __name__ == "__main__":
    if sys.argv[1] == "manifest":
        sys.stdout.write(json.dumps(MANIFEST) + "\n")
    else:
        asyncio.run(run())
