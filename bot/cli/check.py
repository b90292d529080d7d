"""``bot check``: what is configured, reachable, wrong, or missing, each with its fix."""

import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.telnyx import telnyx_client
from bot.cli.check_calls import call_search
from bot.cli.check_http import clock_trouble, secret_trouble
from bot.cli.settings import CANNOT_START
from bot.cli.terminal import failure
from bot.errors import StartError
from bot.observability.logs import configure
from bot.slack.api import UNREADABLE
from bot.slack.codes import Kind, code_of, kind_of
from bot.slack.telling import refused
from bot.store.connections import allowed
from bot.store.folder import BOT, ENGINE, KEY, LOCK, private_file, usable
from bot.store.response_urls import keys
from bot.store.schema import REVISION
from bot.store.storage import CONNECT_SECONDS, POSTGRES, revision
from bot.telnyx import TelnyxAuthenticationError, TelnyxError
from config.settings import Settings, variables
from config.values import said
from handlers.manifest import scopes

OK, MISSING, WRONG, OFF = "ok", "MISSING", "WRONG", "off"
BOT_TOKEN, APP_TOKEN = "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"
LEAST = 5
"""DATABASE_CONNECTIONS may not be lower."""
NOT_READY = 1
"""Exit status when the bot can start, and something else is wrong."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    state: str
    detail: str

    @property
    def fine(self) -> bool:
        """Return whether nothing is to be done."""
        return self.state in (OK, OFF)


async def report(settings: Settings, problems: Sequence[str] = ()) -> tuple[str, int]:
    """Return the table as text, and the exit status: 0, 1 when something is wrong, 2 when the bot can't start.

    Args:
        settings: with the default for each that is wrong.
        problems: what is wrong or missing, each beginning with the variable or the file.
    """
    configure("ERROR")  # the table says it all
    rows = [_problem(problem) for problem in problems]
    wrong = {row.what for row in rows}
    if "DATABASE_URL" not in wrong:
        rows += _kept(settings)
    starts = all(row.fine for row in rows)
    if settings.database_url is not None and any(row.what == "Database" and row.fine for row in rows):
        rows.append(_connections(settings, settings.database_url.get_secret_value()))
    # With another address or key than was meant, nothing is asked.
    if settings.slack.bot_token and not any(name.startswith("SLACK_") for name in wrong):
        async with aiohttp.ClientSession(trust_env=True, timeout=aiohttp.ClientTimeout(total=20)) as http:
            rows += await _slack(settings, http)
    if settings.telnyx.api_key and not any(name.startswith("TELNYX_") for name in wrong):
        rows += await _telnyx(settings)
    wide = max(len(row.what) for row in rows)
    text = "\n".join(f"{row.what:<{wide}}  {row.state:<7}  {row.detail}" for row in rows)
    return text, CANNOT_START if not starts else 0 if all(row.fine for row in rows) else NOT_READY


def _problem(problem: str) -> Row:
    name, _, rest = problem.partition(" ")
    missing = "is missing. "
    return (
        Row(name, MISSING, rest.removeprefix(missing)) if rest.startswith(missing) else Row(name, WRONG, rest)
    )


def _kept(settings: Settings) -> list[Row]:
    """Return what can be told of the database and the files, which are only read: the bot may be working on them."""
    rows = [_data_dir(settings)]
    if not rows[0].fine:
        return rows
    if settings.database_url is None and (others := list(_others(settings.data_dir))):
        return [*rows, *others]
    try:
        found = revision(settings)
    except StartError as error:
        rows.append(Row("Database", WRONG, str(error)))
    else:
        detail = f"revision {found}" if found else "empty"
        rows.append(
            Row(
                "Database",
                OK,
                detail if found == REVISION else f"{detail}; starting the bot upgrades it to {REVISION}",
            )
        )
    path = settings.data_dir / KEY
    if settings.encryption_keys is None and path.exists() and path.stat().st_size:
        try:
            keys(None, settings.data_dir)
        except StartError as error:
            rows.append(Row("Encryption key", WRONG, str(error)))
    return rows


def _others(folder: Path) -> Iterator[Row]:
    """Yield what stands in the place of a file of the bot's and is none: a folder, or a link that leads nowhere."""
    for name in (BOT, ENGINE, LOCK, KEY):
        path = folder / name
        try:
            with usable(path):
                if path.is_symlink() or path.exists():
                    private_file(path)
        except StartError as error:
            yield Row(name, WRONG, str(error))


def _connections(settings: Settings, url: str) -> Row:
    """Return whether the server allows as many connections as this process may open."""
    what, needed = "Database connections", settings.database_connections
    try:
        most = allowed(url, POSTGRES, CONNECT_SECONDS)
    except StartError as error:
        return Row(what, WRONG, str(error))
    if most < needed:
        raise_it = "Raise max_connections (or the limit of the user or the database)"
        fix = f"{raise_it}, or lower DATABASE_CONNECTIONS to {most}." if most >= LEAST else f"{raise_it}."
        return Row(what, WRONG, f"{most} allowed, {needed} needed for each replica. {fix}")
    replicas = most // needed
    room = "1 replica" if replicas == 1 else f"{replicas} replicas"
    return Row(what, OK, f"{most} allowed, {needed} needed for each replica: room for {room}")


def _data_dir(settings: Settings) -> Row:
    folder = settings.data_dir
    if settings.database_url is not None:
        return Row("DATA_DIR", OFF, "not used, because DATABASE_URL is set")
    try:
        place = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
        folder.exists()
    except OSError:
        place = Path(os.devnull)
    if place.is_dir() and os.access(place, os.R_OK | os.W_OK | os.X_OK, effective_ids=True):
        return Row(
            "DATA_DIR", OK, str(folder) if folder.exists() else f"{folder}; starting the bot creates it"
        )
    return Row("DATA_DIR", WRONG, f"I can't write to {folder}. Set it to a folder that only I use.")


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
        rows.append(await _row("Socket Mode", lambda: _socket(client, settings), APP_TOKEN))
    else:
        rows.append(Row("Socket Mode", OFF, f"HTTP: Slack must reach port {settings.port} at /slack/events"))
        rows.append(_signing_secret(settings))
    rows.append(await _row("Clock", lambda: _clock(client)))
    rows.append(await _row("JOBS_CHANNEL", lambda: _jobs_channel(client, settings)))
    return rows


async def _row(what: str, ask: Callable[[], Awaitable[Row]], variable: str = BOT_TOKEN) -> Row:
    try:
        return await ask()
    except SlackApiError as error:
        if kind_of(error) in (Kind.TOKEN, Kind.NOT_OFFERED):
            where = said(variables()[variable], "where")
            return Row(what, WRONG, f"Slack doesn't accept {variable} ({code_of(error)}). {where}")
        return Row(what, WRONG, refused(error))
    except (aiohttp.ClientError, TimeoutError) as error:
        return Row(
            what,
            WRONG,
            f"Slack didn't answer ({type(error).__name__}). Check the network and SLACK_API_URL.",
        )
    except UNREADABLE as error:
        what_came = f"What answers isn't Slack ({type(error).__name__})"
        return Row(what, WRONG, f"{what_came}. Check SLACK_API_URL, and the proxy if there is one.")


async def _identity(client: AsyncWebClient) -> Row:
    me = await client.auth_test()
    if not me.get("user_id"):
        raise LookupError("user_id")
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
    await client.apps_connections_open(app_token=token.get_secret_value() if token else "")
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
        told = "subscribed channels and who starts a job hear about it; or set it to a channel's ID (channel → About → Channel ID)"
        return Row("JOBS_CHANNEL", OFF, told)
    try:
        found: dict[str, Any] = (await client.conversations_info(channel=channel))["channel"]
    except SlackApiError as error:
        if kind_of(error) is not Kind.INVITE:
            raise
        return Row(
            "JOBS_CHANNEL",
            WRONG,
            "I can't see this channel. Check the ID, and if it's private, type /invite there.",
        )
    if not found.get("is_member"):
        return Row("JOBS_CHANNEL", WRONG, f"I'm not in #{found.get('name', channel)}. Type /invite there.")
    return Row("JOBS_CHANNEL", OK, f"#{found.get('name', channel)}")


async def _telnyx(settings: Settings) -> list[Row]:
    try:
        async with telnyx_client(settings) as telnyx:
            names = await telnyx.embeddings.buckets()
            models = {model.id for model in await telnyx.models.all()}
            heard = Row("Search over calls", *await call_search(telnyx, settings.calls.collection))
    except TelnyxAuthenticationError as error:
        fix = said(variables()["TELNYX_API_KEY"], "where")
        return [Row("Telnyx API key", WRONG, f"Telnyx doesn't accept TELNYX_API_KEY ({error.status}). {fix}")]
    except TelnyxError as error:
        return [Row("Telnyx", WRONG, f"{failure(error)} ({error})")]
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
    return [*rows, heard]
