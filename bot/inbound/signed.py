"""A request of Slack's, or its refusal: nothing of a body is looked at before its signature was found right.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import json
import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.kwargs_injection.async_utils import build_async_required_kwargs

from bot.inbound.connections import THEIRS
from bot.inbound.refusals import NOT_MATCHING, NOT_NOW, Refusals

TOLERANCE_SECONDS = 300.0
"""A request signed longer ago may be one that someone caught and sends again."""
MOST_BYTES = 1024 * 1024
"""The largest that Slack sends is a press in a full window, as a form: about 700 KB."""

_UNUSED = logging.getLogger(__name__)
_STAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
_NAMES: Mapping[str, Sequence[str | int]] = {
    "event_callback": ("event", "type"),
    "block_actions": ("actions", 0, "action_id"),
    "block_suggestion": ("action_id",),
    "view_submission": ("view", "callback_id"),
    "view_closed": ("view", "callback_id"),
    "shortcut": ("callback_id",),
    "message_action": ("callback_id",),
}
"""Where each kind of payload says what it is about: by that Bolt finds who listens."""
_PASSED_ON = ("Content-Type", "X-Slack-Retry-Num", "X-Slack-Retry-Reason")
"""Headers aren't signed. Bolt has some that change what it runs."""


class RefusedRequestError(Exception):
    """It isn't taken; ``status`` is the answer."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class Gate:
    """Lets in what Slack has signed for this app a moment ago."""

    def __init__(self, secret: str, refusals: Refusals, clock: Callable[[], float] = time.time) -> None:
        if not secret:
            raise ValueError("without a signing secret anyone could sign")
        self._secret = secret.encode()
        self._refusals = refusals
        self._clock = clock

    async def admit(self, request: web.Request) -> bytes:
        """Return the body of a request with the right signature.

        Raises:
            RefusedRequestError: it has none; the refusal is counted.
        """
        stamp, signature = (_only(request, f"X-Slack-{name}") for name in ("Request-Timestamp", "Signature"))
        if not _STAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
            raise self._noise("unsigned", HTTPStatus.UNAUTHORIZED)
        body = await self._body(request)
        right = hmac.new(self._secret, f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(f"v0={right}", signature):
            self._refusals.wrong(NOT_MATCHING)
            raise RefusedRequestError(HTTPStatus.UNAUTHORIZED)
        ahead = self._clock() - int(stamp)
        if abs(ahead) > TOLERANCE_SECONDS:
            self._refusals.wrong(
                NOT_NOW, minutes=round(abs(ahead) / 60), clock="ahead" if ahead > 0 else "behind"
            )
            raise RefusedRequestError(HTTPStatus.UNAUTHORIZED)
        return body

    def read(self, request: web.Request, body: bytes) -> AsyncBoltRequest:
        """Return what Bolt takes.

        Raises:
            RefusedRequestError: it's none of the things that Slack sends; the refusal is counted.
        """
        try:
            text = _text(request, body)
            if not _is_delivery(text, request.content_type):
                raise ValueError("no delivery")  # noqa: TRY301 - one way out
            headers: dict[str, str | Sequence[str]] = {
                name: request.headers[name] for name in _PASSED_ON if name in request.headers
            }
            delivery = AsyncBoltRequest(body=text, headers=headers)
            # What Bolt reads of each delivery before it runs anything, and again before it tells of an error.
            build_async_required_kwargs(
                logger=_UNUSED, required_arg_names=[], request=delivery, response=None
            )
        except Exception as error:  # whatever Bolt makes of a shape that no one foresaw
            raise self._noise("unreadable", HTTPStatus.BAD_REQUEST) from error
        else:
            return delivery

    async def _body(self, request: web.Request) -> bytes:
        body, chunk = bytearray(), b""
        try:
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise self._noise("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return bytes(body)
        except THEIRS as error:
            raise self._noise("cut", HTTPStatus.BAD_REQUEST) from error
        finally:
            body.clear()  # an error remembers this frame until the garbage collector comes
            chunk = b""

    def _noise(self, kind: str, status: HTTPStatus) -> RefusedRequestError:
        self._refusals.noise(kind)
        return RefusedRequestError(status)


def _only(request: web.Request, name: str) -> str:
    """Return a header that is there once, else nothing."""
    found = request.headers.getall(name, ())
    return found[0] if len(found) == 1 else ""


def _text(request: web.Request, body: bytes) -> str:
    """Return the body in the one charset and encoding that Slack sends."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise ValueError("encoded")
    if (request.charset or "utf-8").lower() not in ("utf-8", "utf8"):
        raise ValueError("charset")
    return body.decode("utf-8")


def _is_delivery(text: str, content_type: str) -> bool:
    """Return whether it is an event, or a form with a command or a payload, as Bolt will read it."""
    if content_type == _JSON or text.startswith("{"):
        return _is_payload(json.loads(text))
    form = dict(parse_qsl(text, keep_blank_values=True))
    if "payload" in form:
        return _is_payload(json.loads(form["payload"]))
    return bool(form.get("command") or form.get("ssl_check"))


def _is_payload(payload: Any) -> bool:
    if not isinstance(payload, dict) or not isinstance(payload.get("type"), str):
        return False
    return isinstance(_at(payload, _NAMES.get(payload["type"], ("type",))), str)


def _at(thing: Any, path: Sequence[str | int]) -> Any:
    for key in path:
        try:
            thing = thing[key]
        except (LookupError, TypeError):
            return None
    return thing
