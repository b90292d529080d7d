"""``bot check``: what is configured, reachable, wrong, or missing, each with its fix."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.telnyx import telnyx_client
from bot.cli.check_http import clock_trouble, secret_trouble
from bot.cli.terminal import failure
from bot.observability.logs import configure
from bot.slack.codes import Kind, code_of, kind_of
from bot.slack.telling import refused
from bot.telnyx import TelnyxError
from config.settings import Settings
from handlers.manifest import scopes

OK, MISSING, WRONG, OFF = "ok", "MISSING", "WRONG", "off"
APP_TOKEN_FIX = (
    "Slack → your app → Basic Information → App-Level Tokens: make one with the scope connections:write."  # noqa: S105 - a sentence
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    state: str
    detail: str


async def report(settings: Settings) -> tuple[str, bool]:
    """Return the table as text, and whether the bot could run."""
    configure("ERROR")  # the table says it all
    rows = [_data_dir(settings)]
    async with aiohttp.ClientSession(trust_env=True, timeout=aiohttp.ClientTimeout(total=20)) as http:
        rows += await _slack(settings, http)
    rows += await _telnyx(settings)
    wide = max(len(row.what) for row in rows)
    text = "\n".join(f"{row.what:<{wide}}  {row.state:<7}  {row.detail}" for row in rows)
    return text, all(row.state in (OK, OFF) for row in rows)


def _data_dir(settings: Settings) -> Row:
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        usable = os.access(folder, os.W_OK)
    except OSError:
        usable = False
    if usable:
        return Row("DATA_DIR", OK, str(folder))
    return Row(
        "DATA_DIR", WRONG, f"I can't write to {folder}. Set DATA_DIR to a folder that only the bot uses."
    )


async def _slack(settings: Settings, http: aiohttp.ClientSession) -> list[Row]:
    token = settings.slack.bot_token
    client = AsyncWebClient(
        token=token.get_secret_value() if token else None,
        base_url=settings.slack.api_url,
        session=http,
        retry_handlers=[],
    )
    rows = [await _row("Slack bot token", lambda: _identity(client))]
    if rows[0].state != OK:
        return rows
    rows.append(await _row("Slack scopes", lambda: _scopes(client)))
    if settings.slack.app_token:
        rows.append(await _row("Socket Mode", lambda: _socket(client, settings)))
    else:
        rows.append(Row("Socket Mode", OFF, f"HTTP: Slack must reach port {settings.port} at /slack/events"))
        rows.append(_signing_secret(settings))
    rows.append(await _row("Clock", lambda: _clock(client)))
    rows.append(await _row("JOBS_CHANNEL", lambda: _jobs_channel(client, settings)))
    return rows


async def _row(what: str, ask: Callable[[], Awaitable[Row]]) -> Row:
    try:
        return await ask()
    except SlackApiError as error:
        return Row(what, WRONG, refused(error))
    except (aiohttp.ClientError, TimeoutError) as error:
        return Row(
            what,
            WRONG,
            f"Slack didn't answer ({type(error).__name__}). Check the network and SLACK_API_URL.",
        )


async def _identity(client: AsyncWebClient) -> Row:
    me = await client.auth_test()
    return Row("Slack bot token", OK, f"{me['user']} in {me['team']}")


async def _scopes(client: AsyncWebClient) -> Row:
    granted = (await client.auth_test()).headers.get("x-oauth-scopes", "")
    if not granted:
        return Row("Slack scopes", OFF, "Slack didn't say which scopes the token has")
    lacking = sorted(scopes() - {scope.strip() for scope in granted.split(",")})
    if lacking:
        return Row(
            "Slack scopes",
            MISSING,
            f"{', '.join(lacking)}. Reinstall the app with the output of `bot manifest`.",
        )
    return Row("Slack scopes", OK, f"all {len(scopes())}")


async def _socket(client: AsyncWebClient, settings: Settings) -> Row:
    token = settings.slack.app_token
    try:
        await client.apps_connections_open(app_token=token.get_secret_value() if token else "")
    except SlackApiError as error:
        if kind_of(error) not in (Kind.TOKEN, Kind.NOT_OFFERED):
            raise
        return Row(
            "Socket Mode",
            WRONG,
            f"Slack doesn't accept SLACK_APP_TOKEN ({code_of(error)}). {APP_TOKEN_FIX}",
        )
    return Row("Socket Mode", OK, "a connection can be opened")


def _signing_secret(settings: Settings) -> Row:
    secret = settings.slack.signing_secret
    trouble = secret_trouble(secret.get_secret_value() if secret else "", settings.slack.api_url)
    told = "set; if it's wrong, the log says so when Slack sends something"
    return Row("Signing secret", WRONG if trouble else OK, trouble or told)


async def _clock(client: AsyncWebClient) -> Row:
    trouble = clock_trouble((await client.auth_test()).headers.get("Date", ""))
    return Row("Clock", WRONG if trouble else OK, trouble or "the same as Slack's")


async def _jobs_channel(client: AsyncWebClient, settings: Settings) -> Row:
    channel = settings.jobs.channel
    if channel is None:
        return Row(
            "JOBS_CHANNEL", OFF, "no job news; set it to a channel's ID (channel → About → Channel ID)"
        )
    found: dict[str, Any] = (await client.conversations_info(channel=channel))["channel"]
    if not found.get("is_member"):
        return Row("JOBS_CHANNEL", WRONG, f"I'm not in #{found.get('name', channel)}. Type /invite there.")
    return Row("JOBS_CHANNEL", OK, f"#{found.get('name', channel)}")


async def _telnyx(settings: Settings) -> list[Row]:
    try:
        async with telnyx_client(settings) as telnyx:
            names = await telnyx.embeddings.buckets()
            models = {model.id for model in await telnyx.models.all()}
    except TelnyxError as error:
        return [Row("Telnyx API key", WRONG, failure(error))]
    rows = [Row("Telnyx API key", OK, settings.telnyx.base_url)]
    wanted = settings.answers.buckets
    lacking = [name for name in wanted if name not in names]
    if not names:
        fix = "No bucket is embedded yet. Portal → AI → Storage: put files into a bucket and embed it."
        rows.append(Row("Buckets", MISSING, fix))
    elif lacking:
        rows.append(
            Row(
                "Buckets",
                WRONG,
                f"ANSWERS_BUCKETS names {', '.join(lacking)}; choose from {', '.join(names)}.",
            )
        )
    else:
        rows.append(Row("Buckets", OK, ", ".join(wanted or names)))
    known = settings.answers.model in models
    rows.append(
        Row("Model", OK, settings.answers.model)
        if known
        else Row(
            "Model",
            WRONG,
            f"Telnyx doesn't list {settings.answers.model}. Set ANSWERS_MODEL to one that it lists.",
        )
    )
    return rows
