"""A JSON schema as people write one into a form: what is wrong with it is said with its place. Pure.

As far as draft 2020-12 can be told by hand: what is refused here is refused by its meta-schema, and an `enum` of nothing beside. What
refers to something elsewhere (`$ref`) is not followed. https://json-schema.org/draft/2020-12/schema
"""

import json
from collections.abc import Callable, Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from bot.render.markdown import plain

TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
UNREADABLE = "I can't read this as JSON."
_SHOWN = 40
_ONE = {
    *(
        "additionalProperties",
        "contains",
        "contentSchema",
        "else",
        "if",
        "items",
        "not",
        "propertyNames",
        "then",
    ),
    *("unevaluatedItems", "unevaluatedProperties"),
}
"""Keywords whose value is a schema."""
_MANY = {"allOf", "anyOf", "oneOf", "prefixItems"}
"""Keywords whose value is a list of schemas."""
_NAMED = {"$defs", "definitions", "dependentSchemas", "patternProperties", "properties"}
"""Keywords whose value is an object of schemas."""


def checked(text: str) -> str:
    """Return a schema as it was written.

    Raises:
        ValueError: it is no JSON, or no schema; with the place.
    """
    try:
        read = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise ValueError(f"Line {error.lineno}, column {error.colno}: {error.msg}.") from error
    # A number of thousands of digits, thousands of brackets, not-a-number.
    except (ValueError, RecursionError) as error:
        raise ValueError(UNREADABLE) from error
    if not isinstance(read, dict):
        raise ValueError("A schema is a JSON object: { … }.")  # noqa: TRY004 - pydantic wants a ValueError
    if wrong := problem(read):
        raise ValueError(wrong)
    return text


Schema = Annotated[str, Field(max_length=40_000), AfterValidator(checked)]


def problem(schema: Any) -> str:
    """Return the first thing that is wrong with a schema, with its place; "" where nothing is. What is outside comes first."""
    waiting: list[tuple[str, Any]] = [("", schema)]
    for at, one in waiting:  # grows while it is read
        if isinstance(one, bool):
            continue
        if not isinstance(one, dict):
            return f"At {at}: a schema is an object, or true, or false."
        for keyword, value in one.items():
            place = f"{at}.{keyword}" if at else keyword
            if wrong := _wrong(keyword, value):
                return f"At {place}: {wrong}"
            waiting += [(".".join([place, *name]), inner) for name, inner in _inside(keyword, value)]
    return ""


def _wrong(keyword: str, value: Any) -> str:
    """Return what is wrong with the value of a keyword, whatever stands inside it."""
    if keyword == "type":
        return _no_type(value)
    if keyword == "items" and isinstance(value, list):
        return "one schema for all items, no list; a list is written as prefixItems."
    if keyword in _MANY:
        return "" if isinstance(value, list) and value else "must be a list of at least one schema."
    if keyword in _NAMED:
        return "" if isinstance(value, dict) else "must be an object with a schema for each name."
    fits, words = _PLAIN.get(keyword, (_anything, ""))
    return "" if fits(value) else words


def _inside(keyword: str, value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the schemas in the value of a keyword, each with its name in it."""
    if keyword in _ONE:
        yield (), value
    elif keyword in _MANY:
        yield from (((str(number),), one) for number, one in enumerate(value))
    elif keyword in _NAMED:
        yield from (((name,), one) for name, one in value.items())


def _no_type(value: Any) -> str:
    """Return what is wrong with a ``type``: it is one of seven words, or a list of some of them."""
    names = value if isinstance(value, list) else [value]
    known = f"Use {', '.join(TYPES[:-1])}, or {TYPES[-1]}."
    if unknown := [name for name in names if name not in TYPES]:
        return f"“{plain(_as_json(unknown[0]), _SHOWN)}” is no type. {known}"
    return "" if names and _unlike(names) else f"must name at least one type, and each once. {known}"


def _as_json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _no_number(name: str) -> None:
    raise ValueError(name)


def _anything(_: Any) -> bool:
    return True


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return _is_number(value) and value >= 0 and value == int(value)


def _is_step(value: Any) -> bool:
    return _is_number(value) and value > 0


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _has_some(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value)) and _unlike(value)


def _unlike(names: list[str]) -> bool:
    return len(set(names)) == len(names)


_Rule = tuple[Callable[[Any], bool], str]
_RULES: tuple[tuple[str, _Rule], ...] = (
    ("$anchor $comment $dynamicAnchor $dynamicRef $id $ref $schema", (_is_text, "must be text.")),
    ("contentEncoding contentMediaType description format pattern title", (_is_text, "must be text.")),
    ("exclusiveMaximum exclusiveMinimum maximum minimum", (_is_number, "must be a number.")),
    ("multipleOf", (_is_step, "must be a number greater than 0.")),
    ("maxContains maxItems maxLength maxProperties", (_is_count, "must be a whole number, 0 or more.")),
    ("minContains minItems minLength minProperties", (_is_count, "must be a whole number, 0 or more.")),
    ("deprecated readOnly uniqueItems writeOnly", (_is_truth, "must be true or false.")),
    ("required", (_are_names, "must be a list of names, each once.")),
    ("enum", (_has_some, "must be a list of at least one value.")),
    ("examples", (_is_list, "must be a list.")),
)
_PLAIN: dict[str, _Rule] = {keyword: rule for keywords, rule in _RULES for keyword in keywords.split()}
"""What the values of keywords are that hold no schemas, and what is said of others."""
