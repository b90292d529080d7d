"""The base of every family: one generic call, so that an operation says what it is and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from bot.telnyx._transport import Transport
from bot.telnyx._wire import Patience, Request, body_of, query_of, read_answer

T = TypeVar("T")


class AnswerModel(BaseModel):
    """Something that Telnyx said: frozen, and a field that we do not know is ignored, since Telnyx adds some every month."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, protected_namespaces=())


class RequestModel(BaseModel):
    """Something that we say: a field that Telnyx does not know is our typing error and is refused here."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Resource:
    """One family of operations over a transport."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def _call(
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
    ) -> T:
        """Do an operation and read its answer as `result`, from inside `data` unless it comes `bare`.

        Everything but POST may be repeated, unless `repeatable` says otherwise. Raises TelnyxError.
        """
        request = Request(
            operation=operation,
            method=method,
            path=path,
            query=query_of(query or {}),
            body=None if body is None else body_of(body),
            repeatable=method != "POST" if repeatable is None else repeatable,
            patience=patience,
        )
        return read_answer(operation, result, await self._transport.send(request), bare=bare)
