from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import telnyx
from bot.telnyx import TelnyxPermissionError, TelnyxStatusError
from bot.telnyx._problems import is_unknown_route, retry_after, status_error

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


def refusal(status: int, payload: Any = None, **headers: str) -> TelnyxStatusError:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status_error("op.name", status, httpx.Headers(named), body, now=NOW)


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "TelnyxInvalidError"),
        (401, "TelnyxAuthenticationError"),
        (403, "TelnyxPermissionError"),
        (404, "TelnyxNotFoundError"),
        (409, "TelnyxConflictError"),
        (410, "TelnyxNotFoundError"),
        (422, "TelnyxInvalidError"),
        (429, "TelnyxRateLimitError"),
        (500, "TelnyxServerError"),
        (503, "TelnyxServerError"),
        (302, "TelnyxStatusError"),
        (402, "TelnyxStatusError"),
        (408, "TelnyxStatusError"),
    ],
)
def test_status_becomes_its_error(status: int, name: str) -> None:
    assert type(refusal(status)) is getattr(telnyx, name)


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ({"errors": [{"code": "10009", "title": "Authentication failed", "detail": "No."}]}, ("10009", "Authentication failed", "No.")),
        ({"detail": [{"loc": ["body", "bucket"], "msg": "field required", "type": "x", "input": "SECRET"}]}, (None, "Bad Request", "body.bucket: field required")),
        ({"detail": [{"detail": "no bucket", "code": "b1", "title": "Bucket"}]}, ("b1", "Bucket", "no bucket")),
        ({"detail": "Not Found"}, (None, "Bad Request", "Not Found")),
        ({"error": {"message": "bad", "type": "invalid_request_error", "code": "c"}}, ("c", "invalid_request_error", "bad")),
        (b"<html>", (None, "Bad Request", None)),
        (b"", (None, "Bad Request", None)),
    ],
)  # fmt: skip
def test_words_are_found_in_every_shape_of_error(payload: Any, words: tuple[str | None, ...]) -> None:
    error = refusal(400, payload)

    assert (error.code, error.title, error.detail) == words


def test_error_in_one_line_has_operation_status_code_and_title_but_no_detail() -> None:
    error = refusal(
        401,
        {"errors": [{"code": "10009", "title": "Authentication\nfailed", "detail": "of Ann"}]},
        x_request_id="r-1",
    )

    assert str(error) == "op.name: 401 10009 Authentication failed"
    assert "Ann" not in repr(error)
    assert error.request_id == "r-1"


def test_spending_limit_is_told_from_other_refusals() -> None:
    limit = refusal(
        403, {"errors": [{"code": "10010", "title": "Forbidden", "detail": "Daily spending limit exceeded"}]}
    )
    other = refusal(403, {"errors": [{"code": "10010", "title": "Authorization failed"}]})

    assert isinstance(limit, TelnyxPermissionError)
    assert isinstance(other, TelnyxPermissionError)
    assert (limit.spending_limit, other.spending_limit) == (True, False)


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"retry-after": "7"}, 7.0),
        (429, {"Retry-After": "1.5"}, 1.5),
        (429, {"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        (503, {"retry-after": "Mon, 23 Nov 2026 12:00:30 GMT"}, 30.0),
        (503, {"retry-after": "Mon, 23 Nov 2026 11:00:00 GMT"}, 0.0),
        (429, {"x-ratelimit-reset": "12"}, 12.0),
        (500, {"x-ratelimit-reset": "12"}, None),
        (429, {"retry-after": "soon"}, None),
        (429, {"retry-after": "-3"}, 0.0),
        (429, {"retry-after": "inf"}, None),
        (429, {}, None),
    ],
)
def test_wait_is_read_from_each_header_that_telnyx_may_send(
    status: int, headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(status, httpx.Headers(headers), now=NOW) == seconds


@pytest.mark.parametrize(
    ("status", "payload", "unknown"),
    [
        (404, b"", True),
        (404, b"404: Not Found", True),
        (410, b"", True),
        (404, {"detail": "Not Found"}, True),
        (404, {"errors": [{"code": "10005", "title": "Resource not found", "detail": "The requested resource or URL could not be found."}]}, True),
        (410, {"errors": [{"title": "Gone", "detail": "This endpoint was removed."}]}, True),
        (404, {"error": {"message": "The model `x` does not exist", "code": "model_not_found"}}, False),
        (404, {"errors": [{"code": "10005", "title": "Model not found", "detail": "URL of it?"}]}, False),
        (404, {"errors": [{"code": "10005", "title": "Resource not found", "detail": "Bucket docs does not exist"}]}, False),
        (400, b"", False),
    ],
)  # fmt: skip
def test_missing_route_is_told_from_a_missing_thing(status: int, payload: Any, unknown: bool) -> None:
    assert is_unknown_route(refusal(status, payload)) is unknown


@given(
    st.integers(300, 599),
    st.binary(),
    st.dictionaries(st.sampled_from(["retry-after", "x-request-id"]), st.text()),
)
def test_no_error_body_raises_anything_but_its_error(
    status: int, body: bytes, headers: dict[str, str]
) -> None:
    error = status_error("op.name", status, headers, body)

    assert "\n" not in str(error)
    assert error.status == status


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["errors", "error", "detail", "code", "title", "msg", "loc"]), inner, max_size=3
        )
    ),
    max_leaves=10,
)


@given(ODD, st.sampled_from([400, 403, 404, 500]))
def test_no_json_however_odd_raises_anything_but_its_error(payload: Any, status: int) -> None:
    error = refusal(status, payload)

    assert len(str(error).splitlines()) == 1
    assert is_unknown_route(error) in {True, False}


def test_errors_can_be_stored_and_read_back() -> None:
    for error in (
        refusal(429, {"errors": [{"code": "10011", "title": "Too many requests"}]}, retry_after="3"),
        telnyx.TelnyxTimeoutError("op.name", "ReadTimeout", sent=False),
        telnyx.TelnyxStreamError("op.name", "broken", partial=4),
    ):
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes

        assert type(copy) is type(error)
        assert str(copy) == str(error)
        assert vars(copy) == vars(error)
