"""Reads the control API's JSON and queries strictly: an unknown key is refused by name."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from sandbox.slack.action_values import ActionError

Kinds = Mapping[str, type | tuple[type, ...]]
Handler = Callable[[web.Request], Awaitable[Any]]
Routes = Mapping[tuple[str, str], Handler]


def _checked(given: Mapping[str, Any], required: Kinds, optional: Kinds) -> dict[str, Any]:
    known = {**required, **optional}
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ActionError(f"unknown key {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    missing = sorted(key for key in required if given.get(key) is None)
    if missing:
        raise ActionError(f"missing key {', '.join(missing)}")
    for key, value in given.items():
        if value is not None and not isinstance(value, known[key]):
            raise ActionError(f"{key} has the wrong type")
    return {key: value for key, value in given.items() if value is not None}


async def body(request: web.Request, required: Kinds, optional: Kinds | None = None) -> dict[str, Any]:
    """The JSON object of a control call."""
    raw = await request.read()
    try:
        given = json.loads(raw or b"{}")
    except ValueError:
        raise ActionError("the body is not JSON") from None
    if not isinstance(given, dict):
        raise ActionError("the body is not a JSON object")
    return _checked(given, required, optional or {})


def query(request: web.Request, *optional: str) -> dict[str, str]:
    """The query of a control call, all of it optional."""
    return _checked(request.query, {}, dict.fromkeys(optional, str))


def answering(handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Turn what a handler returns into JSON (unless it is a response already), and a refusal into HTTP 400."""

    async def answered(request: web.Request) -> web.Response:
        try:
            answer = await handler(request)
            return answer if isinstance(answer, web.Response) else web.json_response(answer)
        except ActionError as refusal:
            return web.json_response({"ok": False, "error": str(refusal)}, status=400)

    return answered
