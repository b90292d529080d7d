"""Telnyx's error bodies, in the shapes that its documents show.

The gateway's shape is `{"errors": [{"code", "title", "detail", "meta"?, "source"?}]}`; validation of a body is FastAPI's
`{"detail": [{"loc", "msg", "type"}]}`. See https://developers.telnyx.com/docs/overview/errors and the OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

_GUIDE = "https://developers.telnyx.com/docs/overview/errors/"

# Code, title and detail by status.
_BY_STATUS: Mapping[int, tuple[str, str, str]] = {
    400: ("10015", "Bad Request", "The request failed because it was not well-formed."),
    401: (
        "10009",
        "Authentication failed",
        "The required authentication headers were either invalid or not included in the request.",
    ),
    403: ("10010", "Authorization failed", "You do not have permission to perform the requested action."),
    404: ("10005", "Resource not found", "The requested resource or URL could not be found."),
    408: ("10008", "Request timeout", "The request took too long to complete."),
    409: ("10036", "Resource is being processed", "The resource is being processed by another request."),
    410: ("10005", "Resource not found", "The requested resource or URL is no longer available."),
    422: ("10027", "Unprocessable", "The request could not be processed."),
    429: ("10011", "Too many requests", "You have exceeded the maximum number of allowed requests."),
    500: ("10007", "Unexpected error", "An unexpected error occurred."),
    502: ("10007", "Unexpected error", "An upstream service gave no usable answer."),
    503: ("10037", "Service unavailable", "The service is temporarily unavailable."),
    504: ("10008", "Request timeout", "An upstream service took too long to answer."),
}


class Refusal(Exception):  # noqa: N818 -- a service's no is an answer, not a fault of the program
    """A no of the stand-in: status, JSON body, extra headers. The gate turns it into the answer."""

    def __init__(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status}")
        self.status = status
        self.body = body
        self.headers = dict(headers or {})

    def response(self) -> web.Response:
        """The answer that carries this refusal."""
        return web.json_response(self.body, status=self.status, headers=self.headers)


def refusal(
    status: int,
    detail: str | None = None,
    *,
    title: str | None = None,
    code: str | None = None,
    pointer: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Refusal:
    """A refusal in the gateway's shape; what is left out takes the words documented for `status`."""
    known = _BY_STATUS.get(status, ("10007", "Unexpected error", "An unexpected error occurred."))
    number = code or known[0]
    error: dict[str, Any] = {
        "code": number,
        "title": title or known[1],
        "detail": detail or known[2],
        "meta": {"url": _GUIDE + number},
    }
    if pointer:
        error["source"] = {"pointer": pointer}
    return Refusal(status, {"errors": [error]}, headers)


def unknown_route(method: str, path: str) -> Refusal:
    """404 for a path (without `/v2`) that the stand-in does not serve, naming it."""
    return refusal(404, f"The requested resource or URL could not be found: no route {method} {path}")


def invalid(details: Sequence[Mapping[str, Any]]) -> Refusal:
    """422 in FastAPI's shape; `details` are `{loc, msg, type}`."""
    return Refusal(422, {"detail": list(details)})


def unknown_bucket(name: str) -> Refusal:
    """404 in the shape that only the deletion of a bucket documents."""
    detail = f"The requested bucket could not be found or is not embedded: {name}"
    return Refusal(404, {"detail": [{"code": "10005", "title": "Resource not found", "detail": detail}]})


def spending_limit() -> Refusal:
    """403 as inference answers once an account's daily or monthly spending limit is reached."""
    return refusal(
        403,
        "Inference spending limit exceeded: the daily limit of this account has been reached.",
        title="Spending limit exceeded",
        code="10039",
    )
