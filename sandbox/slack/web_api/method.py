"""What a Web API method is here: name, arguments, scopes and a handler; and how a call's arguments are read."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.slack.workspace import Workspace

Arguments = dict[str, Any]
Answer = dict[str, Any]

#: Bolt's clients send the workspace's id with every call (`default_params` of slack_sdk); Slack takes it everywhere.
TOLERATED = ("team_id",)
Kind = Literal["string", "bool", "int", "json", "list"]


class ApiError(Exception):
    """The method says no: `code` is Slack's error, `more` goes into the answer beside it."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code, self.more = code, more


def invalid_arguments(*problems: str) -> ApiError:
    """`invalid_arguments` with Slack's list of what was wrong."""
    return ApiError(
        "invalid_arguments", response_metadata={"messages": [f"[ERROR] {text}" for text in problems]}
    )


@dataclass(frozen=True)
class Argument:
    """One argument of a method."""

    kind: Kind = "string"
    required: bool = False


def arguments(*declared: str) -> Mapping[str, Argument]:
    """Read a short table: `channel!` is required, `limit:int` has a kind, the default kind is string."""
    table = {}
    for entry in declared:
        name, _, kind = entry.partition(":")
        table[name.rstrip("!")] = Argument(_kind(kind or "string"), name.endswith("!"))
    return table


def _kind(word: str) -> Kind:
    kinds: dict[str, Kind] = {
        "string": "string",
        "bool": "bool",
        "int": "int",
        "json": "json",
        "list": "list",
    }
    return kinds[word]


@dataclass(frozen=True)
class Method:
    """One Web API method. `scopes` are alternatives; those that depend on the channel are checked by the handler."""

    name: str
    handler: Callable[[Workspace, Arguments], Answer]
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    token: Literal["bot", "app"] = "bot"


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    words = {"1": True, "true": True, "0": False, "false": False, "": False}
    return words[str(value).lower()]


def _structure(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _list(value: Any) -> list[Any]:
    read = value.split(",") if isinstance(value, str) and value[:1] != "[" else _structure(value)
    if not isinstance(read, list):
        raise TypeError
    return read


READERS: dict[Kind, tuple[Callable[[Any], Any], str]] = {
    "string": (_string, "must be a string"),
    "bool": (_boolean, "must be a boolean"),
    "int": (int, "must be a number"),
    "json": (_structure, "must be valid JSON"),
    "list": (_list, "must be an array"),
}


def read_arguments(method: Method, sent: Mapping[str, Any]) -> Arguments:
    """Check and convert what the app sent; anything unknown, missing or of the wrong kind is refused by name."""
    problems = [
        f"unknown argument {name}" for name in sent if name not in method.arguments and name not in TOLERATED
    ]
    read: Arguments = {}
    for name, argument in method.arguments.items():
        value = sent.get(name)
        if value is None or (value == "" and argument.required and name != "status"):
            if argument.required:
                problems.append(f"missing required field: {name}")
            continue
        convert, complaint = READERS[argument.kind]
        try:
            read[name] = convert(value)
        except (TypeError, ValueError, KeyError):
            if name == "blocks":
                raise ApiError("invalid_blocks_format") from None
            problems.append(f"{complaint} [json-pointer:/{name}]")
    if problems:
        raise invalid_arguments(*problems)
    return read


def require_scope(slack: Workspace, *alternatives: str) -> None:
    """Raise `missing_scope` unless the app has one of the scopes; none named means none needed."""
    provided = slack.installation.scopes if slack.installation else frozenset()
    if alternatives and not provided & set(alternatives):
        raise ApiError("missing_scope", needed=alternatives[0], provided=",".join(sorted(provided)))
