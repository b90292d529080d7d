"""Lists of Telnyx's, read row by row: one that is broken costs the others nothing.

Of a broken row is kept what can be read; text that cannot is empty, a count 0, a measure NaN, anything else absent. A row without its first
required field, by which Telnyx names it, is left out. Each kind of break is logged once, without what stands in the row.
"""

from __future__ import annotations

import logging
import math
from functools import cache, partial
from typing import Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, GetCoreSchemaHandler, TypeAdapter, ValidationError, create_model
from pydantic_core import CoreSchema, core_schema

T = TypeVar("T")

_BLANK: dict[Any, Any] = {str: "", int: 0, float: math.nan}

log = logging.getLogger(__name__)


class _RowByRow:
    """Marks a tuple whose rows stand for themselves."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        row = get_args(source)[0]
        return core_schema.no_info_wrap_validator_function(partial(_each, row), handler(source))


Rows = Annotated[tuple[T, ...], _RowByRow()]
"""A list of Telnyx's, such as `Rows[Conversation]`."""


def _each(row: Any, given: Any, validate: Any) -> Any:
    try:
        return validate(given)
    except ValidationError:
        if not isinstance(given, list):
            raise
    read = (_as_far_as_possible(row, one) for one in given)
    return tuple(one for one in read if one is not None)


def _as_far_as_possible(row: Any, given: Any) -> Any:
    try:
        return _adapter(row).validate_python(given)
    except ValidationError as error:
        broken = {
            str(first["loc"][0]) if first["loc"] else "": first["type"]
            for first in error.errors(include_input=False)
        }
    for where, kind in sorted(broken.items()):
        _log_once(getattr(row, "__name__", str(row)), where, kind)
    if not (isinstance(given, dict) and isinstance(row, type) and issubclass(row, BaseModel)):
        return None
    fields = row.model_fields
    if next((name for name, field in fields.items() if field.is_required()), None) in broken:
        return None
    kept = {name: value for name, value in given.items() if name not in broken}
    for name in broken.keys() & fields.keys():
        shape: Any = fields[name].annotation
        if shape in _BLANK:
            kept[name] = _BLANK[shape]
        elif isinstance(given.get(name), dict) and (model := _model_in(shape)) is not None:
            kept[name] = _as_far_as_possible(model, given[name])
    try:
        return _lenient(row).model_validate(kept)
    except ValidationError:
        return None


def _model_in(shape: Any) -> type[BaseModel] | None:
    """Return the model that a field holds, if it holds one."""
    kinds = (shape, *get_args(shape))
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


@cache
def _adapter(row: Any) -> TypeAdapter[Any]:
    return TypeAdapter(row)


@cache
def _lenient(row: type[BaseModel]) -> type[BaseModel]:
    """Return the same model with no field required."""
    absent: dict[str, Any] = {
        name: (Any, None)
        for name, field in row.model_fields.items()
        if field.is_required() and field.annotation not in _BLANK
    }
    return create_model(row.__name__, __base__=row, __module__=row.__module__, **absent)


@cache
def _log_once(row: str, where: str, kind: str) -> None:
    log.warning("a %s of Telnyx's cannot be read whole: %s (%s)", row, where or "the row itself", kind)
