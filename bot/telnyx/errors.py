"""What can go wrong between us and Telnyx, as one tree.

TelnyxError
├── TelnyxUnreachableError            no answer: connect failure, reset
│   └── TelnyxTimeoutError            no answer in time
├── TelnyxStatusError                 a no: the answer is a status of 300 or more
│   ├── TelnyxInvalidError            400, 422
│   ├── TelnyxAuthenticationError     401
│   ├── TelnyxPermissionError         403, also a spending limit that is used up
│   ├── TelnyxNotFoundError           404, 410
│   ├── TelnyxConflictError           409
│   ├── TelnyxRateLimitError          429
│   └── TelnyxServerError             5xx
├── TelnyxUnreadableError             an answer no one can read: bad JSON, wrong shape
│   └── TelnyxStreamError             a stream that broke before its end
└── TelnyxSignatureError              a webhook that Telnyx did not sign, or long ago

`str(error)` is one line without anything that a person wrote or a document holds; longer words of Telnyx stand in `detail`
only, which is for people and not for logs. Errors can be pickled, because durable engines store them.
"""

from __future__ import annotations

import re
from typing import Any

_TOO_LONG = re.compile(
    r"context[ _-]?(length|window|size|limit)|maximum (context|prompt|input|sequence)|max_model_len|reduce the length"
    r"|(prompt|input|messages?|conversation)\b.{0,40}\b(is|are|was|were) too (long|large|big|many)|too many (input |prompt )?tokens"
    r"|(prompt|input|messages?|context)\b.{0,80}\b(exceeds?|exceeded|longer than|larger than|more than)\b"
    r"|\b(exceeds?|exceeded|longer than|larger than)\b.{0,60}\b(context|input tokens|prompt|token limit)\b"
    r"|(?<![\w_])tokens?\b.{0,60}\b(must|should|have to|can) .{0,12}(less|fewer|at most|below|<)|must have (less|fewer|at most) .{0,12}tokens"
    r"|token limit (is |was )?(exceeded|reached)|input length should|(text|string|request) (is )?too (long|large)",
    re.IGNORECASE,
)
_TOO_LARGE = 413


class TelnyxError(Exception):
    """Anything that went wrong; `operation` is the name of what was asked for, such as `chat.stream`."""

    operation: str
    maybe_done: bool = False
    """An earlier attempt of the same request got no answer, so it may have been done whatever this error says."""

    def __init__(self, operation: str, words: str) -> None:
        super().__init__(f"{operation}: {words}")
        self.operation = operation

    def __reduce__(self) -> tuple[Any, ...]:
        # The default would call the class with `args`, which are not the arguments of the subclasses.
        return _restore, (type(self), self.args), self.__dict__.copy()


def _restore(kind: type[TelnyxError], args: tuple[Any, ...]) -> TelnyxError:
    error = kind.__new__(kind)
    error.args = args
    return error


class TelnyxUnreachableError(TelnyxError):
    """No answer came. `sent` is False when no connection was made, so nothing can have been worked on."""

    sent: bool

    def __init__(self, operation: str, reason: str, *, sent: bool = True) -> None:
        super().__init__(operation, f"no answer ({reason})")
        self.sent = sent


class TelnyxTimeoutError(TelnyxUnreachableError):
    """No answer came in time."""


class TelnyxStatusError(TelnyxError):
    """Telnyx said no. `retry_after` is in seconds, `field` the part of the request that was wrong; None when it does not say."""

    status: int
    code: str | None
    title: str | None
    detail: str | None
    request_id: str | None
    retry_after: float | None
    field: str | None

    def __init__(
        self,
        operation: str,
        status: int,
        *,
        field: str | None = None,
        code: str | None = None,
        title: str | None = None,
        detail: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(operation, " ".join(str(word) for word in (status, code, title) if word))
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.request_id = request_id
        self.retry_after = retry_after
        self.field = field

    @property
    def too_long(self) -> bool:
        """Return whether more was sent than the model can read. Telnyx documents no code for it, so this reads the words."""
        if self.status == _TOO_LARGE:
            return True
        words = " ".join(word for word in (self.code, self.title, self.detail) if word)
        return isinstance(self, TelnyxInvalidError) and _TOO_LONG.search(words) is not None


class TelnyxInvalidError(TelnyxStatusError):
    """400 or 422: the request itself is wrong."""


class TelnyxAuthenticationError(TelnyxStatusError):
    """401: the API key is missing, wrong or revoked."""


class TelnyxPermissionError(TelnyxStatusError):
    """403: the key may not do this, or the account's spending limit for inference is used up."""

    @property
    def spending_limit(self) -> bool:
        """Return whether a spending limit is the reason; waiting until the next day or month (UTC) may help, retrying does not.

        Telnyx documents no code of its own for it, so this reads the words: one of code, title and detail holds "spend"
        and "limit" (https://developers.telnyx.com/docs/inference/spending-limits).
        """
        words = " ".join(word for word in (self.code, self.title, self.detail) if word).lower()
        return "spend" in words and "limit" in words


class TelnyxNotFoundError(TelnyxStatusError):
    """404 or 410: no such thing, or no such route."""


class TelnyxConflictError(TelnyxStatusError):
    """409: the thing is being worked on."""


class TelnyxRateLimitError(TelnyxStatusError):
    """429: too many requests or tokens."""


class TelnyxServerError(TelnyxStatusError):
    """5xx: the fault is at Telnyx."""


class TelnyxUnreadableError(TelnyxError):
    """An answer came that no one can read."""

    def __init__(self, operation: str, reason: str) -> None:
        super().__init__(operation, f"unreadable answer ({reason})")


class TelnyxStreamError(TelnyxUnreadableError):
    """A stream that broke: an error chunk, or an end without `[DONE]` and without a finish reason.

    `partial` is the number of characters of text that came before. With an error chunk `reported` is True, and code, title
    and detail are its words.
    """

    partial: int
    reported: bool
    code: str | None
    title: str | None
    detail: str | None

    def __init__(
        self,
        operation: str,
        reason: str,
        *,
        partial: int = 0,
        reported: bool = False,
        code: str | None = None,
        title: str | None = None,
        detail: str | None = None,
    ) -> None:
        super().__init__(operation, " ".join(word for word in (reason, code, title) if word))
        self.partial = partial
        self.reported = reported
        self.code = code
        self.title = title
        self.detail = detail


class TelnyxSignatureError(TelnyxError):
    """A webhook that cannot be shown to come from Telnyx, or to be new. Answer it with 401 or 403 and do nothing."""

    def __init__(self, operation: str, reason: str) -> None:
        super().__init__(operation, f"not signed by Telnyx ({reason})")


GATEWAY = (502, 504)
"""A gateway says that it got no answer from what stands behind it."""
IN_PROGRESS = "10036"
"""What a repeat with the same Idempotency-Key gets while the first is worked on."""


def may_have_arrived(error: TelnyxError) -> bool:
    """Return whether Telnyx may have done what it was asked to do, although this error is no answer that says so."""
    if error.maybe_done or isinstance(error, TelnyxUnreadableError):
        return True
    if isinstance(error, TelnyxUnreachableError):
        return error.sent
    if isinstance(error, TelnyxConflictError):
        return error.code == IN_PROGRESS
    return isinstance(error, TelnyxServerError) and error.status in GATEWAY
