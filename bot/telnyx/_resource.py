"""The base of every family: one generic request, so an operation says what it is and nothing else."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict

from bot.telnyx._request import Patience, Request, idempotency_key_of
from bot.telnyx._rows import Rows
from bot.telnyx._transport import Transport
from bot.telnyx._wire import body_of, query_of, read_answer

T = TypeVar("T")


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Moment = Annotated[datetime, AfterValidator(_aware)]
"""A time as Telnyx says it, Unix seconds or ISO 8601; one without a zone is read as UTC."""


class AnswerModel(BaseModel):
    """Something that Telnyx said: frozen, and a field that we do not know is ignored, since Telnyx adds some every month."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        protected_namespaces=(),
        coerce_numbers_to_str=True,
        defer_build=True,
    )


class RequestModel(BaseModel):
    """Something that we say: a field that Telnyx does not know is our typing error and is refused here."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        protected_namespaces=(),
        populate_by_name=True,
        defer_build=True,
    )

    def body(self) -> dict[str, Any]:
        """Return the JSON object to send; a field that is None is left out."""
        return self.model_dump(mode="json", exclude_none=True, by_alias=True)


class Resource:
    """One family of operations over a transport."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def _rows(
        self,
        row: type[T],
        operation: str,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int | Sequence[str] | None] | None = None,
        body: Mapping[str, Any] | None = None,
        repeatable: bool | None = None,
    ) -> tuple[T, ...]:
        """Do an operation and read its answer as a list; see `Rows` for one that holds a broken row."""
        shape: Any = Rows[row]  # type: ignore[valid-type]  # known only here
        rows: tuple[T, ...] = await self._request(
            shape, operation, method, path, query=query, body=body, repeatable=repeatable
        )
        return rows

    async def _request(
        self,
        result: type[T],
        operation: str,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int | Sequence[str] | None] | None = None,
        body: Mapping[str, Any] | None = None,
        bare: bool = False,
        repeatable: bool | None = None,
        patience: Patience = Patience.USUAL,
        idempotent: bool = False,
        key: str | None = None,
    ) -> T:
        """Do an operation and read its answer as `result`, from inside `data` unless it comes `bare`.

        An `idempotent` one carries an Idempotency-Key: `key`, by which a later request can repeat this one, or a new one.
        Everything but POST may be repeated, and a POST with a key, unless `repeatable` says otherwise.
        Raises TelnyxError, and ValueError for a key that cannot be sent.
        """
        key = idempotency_key_of(key or uuid.uuid4().hex) if idempotent else None
        request = Request(
            operation=operation,
            method=method,
            path=path,
            query=query_of(query or {}),
            body=None if body is None else body_of(body),
            repeatable=method != "POST" or idempotent if repeatable is None else repeatable,
            patience=patience,
            idempotency_key=key,
        )
        return read_answer(operation, result, await self._transport.send(request), bare=bare)
