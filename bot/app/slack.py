"""How this process speaks with Slack: the web client's session, and Bolt with our own ``authorize``."""

import logging

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext

import handlers
from bot.runtime import Runtime
from bot.store.replicas import Replica
from config.settings import Settings

REDIRECTS = frozenset({301, 302, 303, 307, 308})


def fence(replica: Replica) -> aiohttp.TraceConfig:
    """Nothing leaves for Slack from a process that may have been replaced: asked last, when the connection is there.

    A process that slept wakes in the middle of whatever it was doing, so asking earlier would let it finish that.
    """

    async def wait(*_: object) -> None:
        await replica.confirmed()

    trace = aiohttp.TraceConfig()
    trace.on_connection_create_end.append(wait)
    trace.on_connection_reuseconn.append(wait)
    return trace


async def no_redirects(
    request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Send nothing to another place than the one that was chosen: no message, no file, and no token."""
    response = await send(request)
    if response.status in REDIRECTS and "Location" in response.headers:
        response.close()
        raise aiohttp.ClientConnectionError("redirected")
    return response


def bolt_app(settings: Settings, runtime: Runtime) -> AsyncApp:
    """Bolt with our own ``authorize``: the built-in one asks Slack, and drops events with a 200 when it does not answer."""
    token = settings.slack.bot_token

    async def authorize(
        context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None
    ) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=context.bot_user_id,
            bot_token=token.get_secret_value() if token else None,
        )

    framework = logging.getLogger("slack_bolt.AsyncApp")
    # It reads SLACK_BOT_TOKEN itself, and warns at length that it will not use it.
    framework.setLevel(logging.ERROR)
    app = AsyncApp(
        name="bot",  # else it looks through all modules for the file it is called from
        logger=framework,
        client=runtime.workspaces.only.api.client,
        authorize=authorize,
        request_verification_enabled=False,  # bot.inbound.http has verified what comes over HTTP
        attaching_conversation_kwargs_enabled=False,
        attaching_function_token_enabled=False,
    )
    framework.setLevel(logging.NOTSET)
    handlers.register(app, runtime)
    return app
