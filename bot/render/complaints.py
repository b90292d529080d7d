"""What pydantic has against a value, in our words: none of its own sentences reaches a person. Pure."""

import re
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

OUR_OWN = frozenset({"value_error", "assertion_error"})
"""The types of what our validators raise: whole sentences of ours."""
_FRACTION = re.compile(r"[+-]?\d*[.,]\d*")
FALLBACK = "isn't something I can use"

Context = Mapping[str, Any]


def complaint(problem: ErrorDetails, field: FieldInfo | None = None) -> str:
    """Return what is wrong with a field, to be read after its name: "takes a number from 1 to 40".

    ``field`` adds what one problem alone doesn't tell: both bounds of a number, the choices there are. What our own validators
    say comes back as they say it.
    """
    kind, context = problem["type"], {**problem.get("ctx", {}), "given": problem.get("input")}
    if kind in OUR_OWN:
        return str(context["error"])
    say = _BY_TYPE.get(kind) or _BY_FAMILY.get(kind.partition("_")[0])
    return say(context, field) if say else FALLBACK


def sentence(name: str, problem: ErrorDetails, field: FieldInfo | None = None) -> str:
    """Return the complaint with the name of what it is about; without a name where it is about the whole."""
    text = complaint(problem, field)
    if problem["type"] in OUR_OWN:
        return f"`{name}`: {text}" if name else text
    return f"`{name}` {text}." if name else f"This {text}."


def _range(context: Context, field: FieldInfo | None) -> str:
    bounds = {**_bounds(field), **context}
    if "ge" in bounds and "le" in bounds:
        return f"takes a number from {_number(bounds['ge'])} to {_number(bounds['le'])}"
    words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    parts = [f"{words[name]} {_number(bounds[name])}" for name in words if name in bounds]
    return f"must be {' and '.join(parts)}" if parts else FALLBACK


def _whole_number(context: Context, field: FieldInfo | None) -> str:
    bounds = _bounds(field)
    whole = "whole " if _FRACTION.fullmatch(str(context["given"]).strip()) else ""
    if "ge" in bounds and "le" in bounds:
        return f"takes a {whole}number from {_number(bounds['ge'])} to {_number(bounds['le'])}"
    return "must be a whole number"


def _bounds(field: FieldInfo | None) -> dict[str, Any]:
    marks = field.metadata if field else []
    found = {
        name: getattr(mark, name, None)
        for mark in marks
        for name in ("ge", "gt", "le", "lt")
        if hasattr(mark, name)
    }
    return {name: bound for name, bound in found.items() if bound is not None}


def _choice(context: Context, field: FieldInfo | None) -> str:
    known = _choices(field.annotation) if field else []
    return f"isn't one of: {', '.join(known) or str(context.get('expected', '')).replace(chr(39), '')}"


def _choices(annotation: Any) -> list[str]:
    """Return the values of a ``Literal`` or an enumeration, also inside a union or a tuple."""
    if get_origin(annotation) is Literal:
        return [str(value) for value in get_args(annotation)]
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(member.value) for member in annotation]
    return [choice for part in get_args(annotation) for choice in _choices(part)]


def _too_short(context: Context, _: FieldInfo | None) -> str:
    least = context["min_length"]
    return "is empty" if least == 1 else f"is too short: at least {_number(least)} characters"


def _too_long(context: Context, _: FieldInfo | None) -> str:
    most = context["max_length"]
    return f"is too long: at most {_number(most)} {'character' if most == 1 else 'characters'}"


def _too_few(context: Context, _: FieldInfo | None) -> str:
    least = context["min_length"]
    return "is missing" if least == 1 else f"needs at least {_number(least)} values"


def _too_many(context: Context, _: FieldInfo | None) -> str:
    most = context["max_length"]
    return "takes only one value" if most == 1 else f"takes at most {_number(most)} values"


def _number(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.6g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _said(text: str) -> Callable[[Context, FieldInfo | None], str]:
    return lambda _context, _field: text


_BY_TYPE: dict[str, Callable[[Context, FieldInfo | None], str]] = {
    "missing": _said("is missing"),
    "extra_forbidden": _said("isn't known here"),
    "greater_than": _range,
    "greater_than_equal": _range,
    "less_than": _range,
    "less_than_equal": _range,
    "multiple_of": lambda context, _: f"must be a multiple of {_number(context['multiple_of'])}",
    "finite_number": _said("must be a number"),
    "string_too_short": _too_short,
    "string_too_long": _too_long,
    "string_pattern_mismatch": _said("isn't written the way I expect it"),
    "string_unicode": _said("has characters that I can't read"),
    "too_short": _too_few,
    "too_long": _too_many,
    "literal_error": _choice,
    "enum": _choice,
}
# The types of pydantic whose names begin alike mean the same to a person: https://docs.pydantic.dev/latest/errors/validation_errors/
_BY_FAMILY: dict[str, Callable[[Context, FieldInfo | None], str]] = {
    "int": _whole_number,
    "float": _said("must be a number"),
    "decimal": _said("must be a number"),
    "bool": _said("must be yes or no"),
    "date": _said("must be a date, such as 2026-08-01"),
    "datetime": _said("must be a date and time, such as 2026-08-01 09:00"),
    "time": _said("must be a time, such as 09:00"),
    "url": _said("must be a web address"),
    "uuid": _said("must be an ID, such as 3fa85f64-5717-4562-b3fc-2c963f66afa6"),
    "string": _said("must be text"),
}
