"""A JSON schema that someone wrote: what is wrong is said with its place, and what is right is not refused."""

import json
from typing import Any

import jsonschema
import pytest
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped] # ships no types

from bot.render.schema import UNREADABLE, checked, problem

RIGHT: tuple[Any, ...] = (
    {},
    {"type": "object"},
    {"type": ["string", "null"]},
    {"type": "object", "properties": {"score": {"type": "integer", "minimum": 1, "maximum": 5}}},
    {"type": "object", "properties": {"type": {"enum": ["a", 1, None]}}, "required": ["type"]},
    {"items": {"type": "string"}, "uniqueItems": True, "minItems": 0, "maxItems": 3.0},
    {"prefixItems": [{"type": "string"}, True], "items": False},
    {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/a"}], "$defs": {"a": {"const": 1}}},
    {"properties": {"properties": {"properties": {"items": {"pattern": "^a"}}}}},
    {"additionalProperties": False, "patternProperties": {"^x": {}}, "propertyNames": {"maxLength": 9}},
    {"title": "Mood", "description": "How they felt", "examples": [1], "default": {"type": "numbr"}},
    {"x-ours": {"type": "numbr"}},
)
WRONG: tuple[tuple[Any, str], ...] = (
    ({"type": "numbr"}, "type: “numbr” is no type. Use array,"),
    ({"properties": {"score": {"type": "numbr"}}}, "properties.score.type: “numbr” is no type."),
    ({"type": 3}, "type: “3” is no type."),
    ({"type": []}, "type: must name at least one type, and each once."),
    ({"type": ["string", "string"]}, "type: must name at least one type, and each once."),
    ({"type": ["string", {"a": 1}]}, "type: “{"),
    ({"properties": ["score"]}, "properties: must be an object with a schema for each name."),
    ({"properties": {"score": "integer"}}, "properties.score: a schema is an object, or true, or false."),
    ({"required": "score"}, "required: must be a list of names, each once."),
    ({"required": ["a", "a"]}, "required: must be a list of names, each once."),
    ({"required": [1]}, "required: must be a list of names, each once."),
    ({"enum": "a"}, "enum: must be a list of at least one value."),
    ({"items": [{"type": "string"}]}, "items: one schema for all items, no list;"),
    ({"items": {"items": {"type": "text"}}}, "items.items.type: “text” is no type."),
    ({"anyOf": []}, "anyOf: must be a list of at least one schema."),
    ({"anyOf": [{}, {"minLength": -1}]}, "anyOf.1.minLength: must be a whole number, 0 or more."),
    ({"maxItems": 1.5}, "maxItems: must be a whole number, 0 or more."),
    ({"minLength": True}, "minLength: must be a whole number, 0 or more."),
    ({"minimum": "1"}, "minimum: must be a number."),
    ({"multipleOf": 0}, "multipleOf: must be a number greater than 0."),
    ({"uniqueItems": "yes"}, "uniqueItems: must be true or false."),
    ({"description": 1}, "description: must be text."),
    ({"examples": {}}, "examples: must be a list."),
    ({"not": 1, "$defs": {"a": {"if": []}}}, "not: a schema is an object, or true, or false."),
    ({"$defs": {"a": {"if": []}}}, "$defs.a.if: a schema is an object, or true, or false."),
)


def complaint(text: str) -> str:
    """What is said of a schema; "" where it is taken."""
    try:
        checked(text)
    except ValueError as error:
        return str(error)
    return ""


def refused_by_the_draft(schema: Any) -> bool:
    """What the meta-schema says, which is installed for tests alone."""
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError:
        return True
    return False


@pytest.mark.parametrize("schema", RIGHT, ids=json.dumps)
def test_a_schema_is_taken_as_it_was_written(schema: Any) -> None:
    text = json.dumps(schema, indent=4)

    assert checked(text) == text
    assert not refused_by_the_draft(schema)


@pytest.mark.parametrize(("schema", "words"), WRONG, ids=[json.dumps(schema) for schema, _ in WRONG])
def test_what_is_wrong_is_said_with_its_place(schema: Any, words: str) -> None:
    assert complaint(json.dumps(schema)).startswith(f"At {words}")
    assert refused_by_the_draft(schema)


VALUES: tuple[Any, ...] = (
    "numbr",
    "string",
    "",
    3,
    -1,
    1.5,
    2.0,
    True,
    None,
    {},
    [],
    ["a"],
    ["a", "a"],
    [{}],
    [1],
    {"a": {}},
    {"a": 1},
)
PARTS = ("core", "applicator", "unevaluated", "validation", "meta-data", "format-annotation", "content")
KEYWORDS = sorted(
    {
        keyword
        for part in PARTS
        for keyword in REGISTRY.contents(f"https://json-schema.org/draft/2020-12/meta/{part}")["properties"]
    }
)


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_nothing_is_refused_that_the_draft_takes(keyword: str) -> None:
    """Each keyword of the draft with values of every kind. What follows a pattern or an address is not ours to tell."""
    ours = {json.dumps(value) for value in VALUES if problem({keyword: value})}
    theirs = {json.dumps(value) for value in VALUES if refused_by_the_draft({keyword: value})}

    assert ours <= theirs | ({"[]"} if keyword == "enum" else set())
    assert keyword in LENIENT or ours >= theirs


LENIENT = {"$vocabulary", "dependentRequired", "$id", "$anchor", "$dynamicAnchor"}
"""Keywords of which less is told than the draft does: no one writes them into an insight."""


def test_what_is_outside_comes_first() -> None:
    inside = {"properties": {"a": {"type": "numbr"}}, "required": 1}

    assert problem(inside).startswith("At required")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"type": }', "Line 1, column 10: Expecting value."),
        ('{\n"a"\n', "Line 3, column 1:"),
        ("[]", "A schema is a JSON object: { … }."),
        ("true", "A schema is a JSON object: { … }."),
        ('{"maximum": NaN}', UNREADABLE),
        ('{"maximum": %s}' % ("9" * 5_000), UNREADABLE),
        ("[" * 20_000, UNREADABLE),
    ],
)
def test_what_is_no_schema_at_all_is_said(text: str, words: str) -> None:
    assert complaint(text).startswith(words)


def test_a_schema_may_be_deep_and_wide() -> None:
    deep: Any = {"type": "numbr"}
    for _ in range(400):
        deep = {"not": deep}
    wide = {"properties": {str(number): {"type": "string"} for number in range(1_000)}}

    assert problem(deep).endswith("is no type. Use array, boolean, integer, null, number, object, or string.")
    assert problem(wide) == ""
