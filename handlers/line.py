"""A typed line read into an intent: options by name, the rest by position, free text as it was written. Pure."""

import re
from collections.abc import Sequence
from typing import Any, TypeVar, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from bot.errors import UsageError
from bot.render.complaints import complaint as said
from bot.render.intent import Intent, Positional, Verbatim
from bot.slack.markup import as_written
from handlers.typed import Word, near

I = TypeVar("I", bound=Intent)  # noqa: E741 - the intent
_OPTION = re.compile(r"--[a-z][a-z-]*")


def options(kind: type[Intent]) -> dict[str, str]:
    """``--long-option`` → field."""
    return {
        "--" + name.replace("_", "-"): name for name, field in kind.model_fields.items() if not _placed(field)
    }


def read(kind: type[I], line: str, said_words: Sequence[Word]) -> I:
    """The intent in a line whose first words named the verb.

    Raises:
        UsageError: what is missing, too much or wrong, and the option that was probably meant.
    """
    placed = [name for name, field in kind.model_fields.items() if _placed(field)]
    free = next((n for n in placed if _is(kind.model_fields[n], Verbatim)), None)
    given: dict[str, Any] = {}
    left = _verbatim(kind, said_words, given) if free else _take(kind, said_words, given)
    for name in placed:
        if not left:
            break
        if name == free:
            given[name], left = as_written(line[left[0].start : left[-1].end]), []
        elif _many(kind.model_fields[name]):
            given[name], left = tuple(word.text for word in left), []
        else:
            given[name], left = left[0].text, left[1:]
    if left:
        raise UsageError(f"I don't know what “{left[0].text[:40]}” means here.")
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        problem = error.errors()[0]
        name = str(problem["loc"][0]) if problem["loc"] else ""
        shown = name.upper() if name in placed else "--" + name.replace("_", "-")
        raise UsageError(
            f"`{shown}` is missing." if problem["type"] == "missing" else f"{shown}: {said(problem)}"
        ) from error


def _take(kind: type[Intent], words: Sequence[Word], given: dict[str, Any]) -> list[Word]:
    """Move the options among ``words`` into ``given``; the others, in their order."""
    left, at = [], 0
    while at < len(words):
        used = _option(kind, words, at, given)
        if not used:
            if _OPTION.match(words[at].text):
                raise _unknown(kind, words[at].text)
            left.append(words[at])
        at += used or 1
    return left


def _verbatim(kind: type[Intent], words: Sequence[Word], given: dict[str, Any]) -> list[Word]:
    """Options stand before the text or after it, never inside: what is no option of ours belongs to the text."""
    start, end = 0, len(words)
    while start < end and (used := _option(kind, words, start, given)):
        start += used
    for at in range(start + 1, end):
        tail: dict[str, Any] = {}
        place = at
        while place < end and (used := _option(kind, words, place, tail)):
            place += used
        if place == end and tail:
            for name, value in tail.items():
                given[name] = given.get(name, ()) + value if isinstance(value, tuple) else value
            end = at
            break
    # A slip at an end of the line, where options stand, is asked about; one inside the text is text.
    for word in [*words[start : start + 1], *words[max(start, end - 2) : end]]:
        if _OPTION.fullmatch(word.text) and near(word.text, options(kind), alike=0.85):
            raise _unknown(kind, word.text)
    return list(words[start:end])


def _option(kind: type[Intent], words: Sequence[Word], at: int, given: dict[str, Any]) -> int:
    """Read the option at ``at`` into ``given``; how many words it took, 0 when there is none."""
    key, equals, value = words[at].text.partition("=")
    name = options(kind).get(key)
    if name is None:
        return 0
    field = kind.model_fields[name]
    if field.annotation is bool:
        given[name] = True
        return 1
    if not equals:
        if at + 1 == len(words):
            raise UsageError(f"`{key}` needs a value.")
        value = words[at + 1].text
    given[name] = (*given.get(name, ()), value) if _many(field) else value
    return 1 if equals else 2


def _unknown(kind: type[Intent], word: str) -> UsageError:
    nearest = near(word, options(kind))
    return UsageError(
        f"There is no option `{word[:40]}`." + (f" Did you mean `{nearest}`?" if nearest else "")
    )


def _placed(field: FieldInfo) -> bool:
    return field.is_required() or _is(field, Positional)


def _many(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is tuple


def _is(field: FieldInfo, marker: type) -> bool:
    return any(isinstance(one, marker) for one in field.metadata)


def usage(kind: type[Intent]) -> str:
    """``BUCKET [--chunk-size SIZE]``."""
    pieces, last = [], []
    for name, field in kind.model_fields.items():
        more = "…" if _many(field) or _is(field, Verbatim) else ""
        if _placed(field):
            pieces.append(name.upper() + more if field.is_required() else f"[{name.upper()}{more}]")
        elif name != "page":  # its buttons say it
            value = "" if field.annotation is bool else f" {name.split('_')[-1].upper()}"
            last.append(f"[--{name.replace('_', '-')}{value}]{more}")
    return " ".join([*pieces, *last])
