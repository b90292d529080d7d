"""The way of one Web API call: fault, token, rate limit, scope, arguments, handler, log."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.slack.spoiling import Outcome, ratelimited, weathered
from sandbox.slack.web_api import METHODS
from sandbox.slack.web_api.method import (
    Answer,
    ApiError,
    Arguments,
    Method,
    read_arguments,
    require_scope,
)
from sandbox.slack.workspace import Workspace


async def sent_arguments(request: web.Request) -> Arguments:
    """Query, form and JSON body in one mapping; a body that cannot be read is an `ApiError`."""
    sent: Arguments = dict(request.query)
    if request.method != "POST":
        return sent
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            raise ApiError("invalid_json") from None
        if not isinstance(body, dict):
            raise ApiError("json_not_object")
        return sent | body
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return sent | dict(await request.post())
    if await request.read():
        raise ApiError("invalid_post_type")
    return sent


class WebApi:
    """Answers `/api/{method}`."""

    def __init__(self, workspace: Workspace) -> None:
        self._slack = workspace

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one call and log it."""
        name = request.match_info["method"]
        refused: Answer | None = None
        sent: Arguments = {}
        try:
            sent = await sent_arguments(request)
        except ApiError as refusal:
            refused = _refusal(refusal)

        async def do() -> Outcome:
            return self._respond(request, name, sent, refused)

        channel = str(sent.get("channel") or sent.get("channel_id") or "")
        return await weathered(request, self._slack, name, do, channel=channel)

    def _respond(self, request: web.Request, name: str, sent: Arguments, refused: Answer | None) -> Outcome:
        """The response and the error code for the log."""
        answer, wait = (refused, 0) if refused else self._call(request, name, sent)
        if wait:
            return ratelimited(wait), "ratelimited"
        scopes = ",".join(sorted(self._slack.installation.scopes)) if self._slack.installation else ""
        return web.json_response(answer, headers={"X-OAuth-Scopes": scopes}), answer.get("error", "")

    def _call(self, request: web.Request, name: str, sent: Mapping[str, Any]) -> tuple[Answer, int]:
        """Check and run the method; the answer, and the seconds to wait if the rate limit says no."""
        given = dict(sent)
        method = METHODS.get(name)
        if method is None:
            return {"ok": False, "error": "unknown_method", "req_method": name}, 0
        try:
            self._authenticate(request, method, str(given.pop("token", "")))
            wait = self._slack.limits.wait(name, str(given.get("channel", "")))
            if wait:
                return {}, wait
            require_scope(self._slack, *method.scopes)
            given = read_arguments(method, given)
            answer = method.handler(self._slack, given)
        except ApiError as refusal:
            self._slack.findings.refused(name, given, refusal.code, refusal.more, self._slack.refused_blocks)
            return _refusal(refusal), 0
        self._slack.findings.shown(name, given)
        return {"ok": True, **answer}, 0

    def _authenticate(self, request: web.Request, method: Method, field: str) -> None:
        """The right kind of token for the method, of an app that is installed."""
        header = request.headers.get("Authorization", "")
        token = header.removeprefix("Bearer ").strip() if header else field
        if not token:
            raise ApiError("not_authed")
        known = {self._slack.credentials.bot_token: "bot", self._slack.credentials.app_token: "app"}
        if token not in known:
            raise ApiError("invalid_auth")
        if known[token] != method.token:
            raise ApiError("not_allowed_token_type")
        if self._slack.installation is None:
            raise ApiError("account_inactive")
        if method.token == "app" and request.method != "POST":
            raise ApiError("insecure_request")


def _refusal(refusal: ApiError) -> Answer:
    return {"ok": False, "error": refusal.code, **refusal.more}
