"""Trouble on order: what tests and the page make the stand-in do wrong, a set number of times."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from .arguments import Body
from .refusals import Refusal, invalid, refusal, spending_limit, unknown_bucket, unknown_route

Kind = Literal[
    "status",
    "spending_limit",
    "slow",
    "stall",
    "cut",
    "error_chunk",
    "bad_json",
    "empty",
    "empty_object",
    "drop",
    "hang",
    "slow_after_apply",
    "reset_after_apply",
    "hang_after_apply",
    "quotes_key",
    "broken_rows",
    "refuses",
    "too_long",
    "says",
    "pings",
    "thinks",
    "dribble",
]
HANGING = frozenset({"hang", "hang_after_apply"})
ENDLESS = frozenset({"pings", "thinks", "dribble"})
UNSPOILED = ENDLESS | {"slow", "slow_after_apply", "refuses", "says"}
"""Kinds after which a whole answer stays as it is."""


class Fault(Body):
    """One fault.

    Attributes:
        operation: name of an operation (`chat.completions`), or
        path: pattern for paths without `/v2` (`/ai/chat/*`); neither means every operation.
        kind: `status` answers `status`; `spending_limit` the 403 of a used-up budget; `slow` waits `seconds` first;
            `stall` lets a stream rest for `seconds` after `after_chunks` chunks; `cut` breaks the connection within the body (a stream: after `after_chunks` chunks); `error_chunk` puts an error
            into the stream at that place, or into a 200 body; `bad_json` spoils the JSON; `empty` sends 200 with no body,
            `empty_object` with `{}`; `drop` closes the connection without an answer, and `hang` keeps it and never answers: nothing was done.
            `slow_after_apply` does it and waits `seconds` before the answer, `reset_after_apply` does it and closes the connection,
            `hang_after_apply` does it and never answers. What hangs is cut once the faults are deleted, and what rests goes on. An answer that streams is past all three.
            `quotes_key` refuses with 400 and quotes the request's own Authorization header. `broken_rows` puts a null and a row that is
            null but for its name into the middle of every list. Of chat only: `refuses` answers 400 to a request that has `field`, or
            with `roles` one whose messages do not alternate; `too_long` with the 400 of a prompt that does not fit; `says` lets the model answer `text`, end with `finish_reason` (null ends
            without one), send `usage`, write its content as a list of `parts`, or end without `[DONE]` (`done: false`);
            `pings` sends comments, `thinks` reasoning, and `dribble` a byte each `seconds`, until the caller hangs up.
        count: how many calls are hit; 0 means until the faults are deleted.
        shape: of the body of a `status`: `errors` as the gateway writes it, `detail` as FastAPI's validation (422), `bucket` as
            an unknown bucket's (404).
        retry_after: seconds in a `retry-after` header. limits: x-ratelimit-* headers with a 429.
    """

    operation: str | None = None
    path: str | None = None
    kind: Kind
    status: int | None = Field(default=None, ge=400, le=599)
    shape: Literal["errors", "detail", "bucket"] = "errors"
    count: int = Field(default=1, ge=0)
    seconds: float = Field(default=1.0, ge=0)
    retry_after: float | None = Field(default=None, ge=0)
    limits: bool = True
    after_chunks: int = Field(default=3, ge=0)
    field: str | None = None
    text: str | None = None
    finish_reason: str | None = "stop"
    usage: dict[str, Any] | None = None
    parts: bool = False
    done: bool = True

    @model_validator(mode="after")
    def _status_belongs_to_its_kind(self) -> Self:
        if (self.kind == "status") != (self.status is not None):
            raise ValueError("status is given with kind 'status', and only then")
        return self

    def hits(self, operation: str, path: str) -> bool:
        """Whether a call is meant."""
        if self.operation is not None and self.operation != operation:
            return False
        return self.path is None or fnmatchcase(path, self.path)

    def refusal(self, method: str, path: str) -> Refusal:
        """The no of kinds `status` and `spending_limit`."""
        if self.kind == "spending_limit":
            return spending_limit()
        status = self.status or 500
        if self.shape == "detail":
            no = invalid([{"loc": ["body"], "msg": "refused on order", "type": "value_error"}])
        elif self.shape == "bucket":
            no = unknown_bucket(path.rpartition("/")[2])
        else:
            no = unknown_route(method, path) if status in {404, 410} else refusal(status)
        no.status = status
        if status == 429 and self.limits:  # noqa: PLR2004 -- the status of rate limits
            reset = f"{self.retry_after or 1:g}"
            no.headers |= {
                "x-ratelimit-limit": "100",
                "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": reset,
            }
        if self.retry_after is not None:
            no.headers["retry-after"] = f"{self.retry_after:g}"
        return no


@dataclass
class _Order:
    fault: Fault
    left: int


class FaultBoard:
    """The faults in force, taken in the order in which they were set."""

    def __init__(self) -> None:
        self._orders: list[_Order] = []
        self.calm = asyncio.Event()

    def add(self, fault: Fault) -> None:
        """Set one more fault."""
        self.calm.clear()
        self._orders.append(_Order(fault, fault.count))

    def clear(self) -> None:
        """Everything works again; calls that hang are cut, those that rest go on."""
        self._orders.clear()
        self.calm.set()

    async def rest(self, fault: Fault) -> None:
        """The seconds of a fault, or less when the faults are deleted: what one test ordered ends before the next begins."""
        try:
            async with asyncio.timeout(fault.seconds):
                await self.calm.wait()
        except TimeoutError:
            return

    def take(self, operation: str, path: str) -> Fault | None:
        """The fault that hits this call, used up by one; None when nothing does."""
        for order in self._orders:
            if order.fault.hits(operation, path):
                if order.fault.count:
                    order.left -= 1
                    if not order.left:
                        self._orders.remove(order)
                return order.fault
        return None

    def pending(self) -> list[dict[str, object]]:
        """What is still in force, for the control API."""
        return [{**order.fault.model_dump(exclude_none=True), "left": order.left} for order in self._orders]


def with_broken_rows(answer: Any) -> Any:
    """An answer whose list has, in its middle, a null and a row of which only the name can be read."""
    data = answer.get("data") if isinstance(answer, dict) else None
    if isinstance(data, dict) and isinstance(data.get("buckets"), list):
        return answer | {"data": data | {"buckets": _broken(data["buckets"])}}
    return answer | {"data": _broken(data)} if isinstance(data, list) else answer


def _broken(rows: list[Any]) -> list[Any]:
    middle = len(rows) // 2
    first = rows[0] if rows else None
    odd: list[Any] = [None]
    if isinstance(first, dict):
        name = next((key for key in ("id", "task_id", "filename", "document_chunk") if key in first), None)
        odd.append({key: f"broken-{value}" if key == name else None for key, value in first.items()})
    return [*rows[:middle], *odd, *rows[middle:]]
