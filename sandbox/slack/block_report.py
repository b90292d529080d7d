"""Collects the problems of a block payload, each with the JSON pointer of its place."""

from collections.abc import Iterable, Mapping
from typing import Any


class Report:
    """The problems found so far; falsy while there is none."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def __bool__(self) -> bool:
        return bool(self.problems)

    def add(self, problem: str, at: str) -> None:
        """Note a problem at a JSON pointer."""
        self.problems.append(f"{problem} [json-pointer:{at}]")

    def text(self, value: Any, at: str, longest: int, *, least: int = 0) -> None:
        """A string of `least` to `longest` characters."""
        if not isinstance(value, str):
            self.add("must be a string", at)
        elif len(value) > longest:
            self.add(f"must be less than {longest + 1} characters", at)
        elif len(value) < least:
            self.add(f"must be more than {least - 1} characters", at)

    def count(self, value: Any, at: str, most: int, *, least: int = 0) -> None:
        """An array of `least` to `most` items."""
        if not isinstance(value, list):
            self.add("must be an array", at)
        elif len(value) > most:
            self.add(f"no more than {most} items allowed", at)
        elif len(value) < least:
            self.add(f"no fewer than {least} items allowed", at)


def items(value: Any) -> list[Any]:
    """The items of an array; of anything else none, since `Report.count` complains of that."""
    return value if isinstance(value, list) else []


def kind_of(node: Any) -> str | None:
    """The type that an object names, if it is an object and the type a word."""
    kind = node.get("type") if isinstance(node, Mapping) else None
    return kind if isinstance(kind, str) else None


def keys(
    node: Any,
    at: str,
    report: Report,
    *,
    required: Iterable[str] = (),
    allowed: Iterable[str] = (),
) -> None:
    """The object has all required keys and no key beyond those, the allowed ones, `type` and `block_id`."""
    if not isinstance(node, Mapping):
        report.add("must be an object", at)
        return
    needed = tuple(required)
    known = {*needed, *allowed, "type", "block_id"}
    for key in needed:
        if key not in node:
            report.add(f"missing required field: {key}", at)
    for key in node:
        if key not in known:
            report.add(f"invalid additional property: {key}", f"{at}/{key}")


def text_object(node: Any, at: str, report: Report, *, longest: int, plain: bool = False) -> None:
    """A plain_text or mrkdwn object of 1 to `longest` characters."""
    if not isinstance(node, Mapping):
        report.add("must be an object", at)
        return
    kind = kind_of(node)
    if kind == "plain_text":
        keys(node, at, report, required=("text",), allowed=("emoji",))
    elif kind == "mrkdwn" and not plain:
        keys(node, at, report, required=("text",), allowed=("verbatim",))
    else:
        report.add(f"unsupported type: {kind}", f"{at}/type")
        return
    report.text(node.get("text"), f"{at}/text", longest, least=1)
