"""An intent as a window with a field each, what was filled in read back, and what is wrong with it at its field. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from bot.render.blocks import (
    INPUT_TEXT,
    LABEL_TEXT,
    OPTION_TEXT,
    OPTION_VALUE,
    PLACEHOLDER_TEXT,
    SELECT_OPTIONS,
    Block,
    option,
    plain_text,
    section,
)
from bot.render.complaints import complaint
from bot.render.intent import Intent, Multiline, Verbatim
from bot.render.outcomes import Modal

LEFT_OUT = ("", None)


@dataclass(frozen=True, slots=True)
class Form:
    """How a verb's window looks; its fields are the intent's."""

    title: str
    submit: str
    fields: tuple[str, ...]
    taken_in: str = "Working on it…"
    """What the window says while the work is done."""
    callback: str = ""
    """Slack's name for the window; the verb's own words unless a release before had another."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that exists and can be chosen for a field."""

    value: str
    text: str = ""
    """How it is shown, where that is not its value."""


Choices = Mapping[str, Sequence[Choice]]
"""What can be chosen, by field."""


def window(
    form: Form,
    intent: type[Intent],
    *,
    given: Mapping[str, Any] | None = None,
    choices: Choices | None = None,
    notice: str = "",
) -> Modal:
    """Return the form, filled in with ``given``, with ``notice`` above what has to be put right."""
    known = given or {}
    blocks = [
        _input(name, intent.model_fields[name], known.get(name), (choices or {}).get(name))
        for name in form.fields
    ]
    head = [section(notice)] if notice else []
    callback = form.callback or intent.verb
    return Modal(form.title, [*head, *blocks], submit=form.submit, callback=callback, closed=notice)


def filled(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a window that was sent; what was left empty keeps its default."""
    found: dict[str, Any] = {}
    for name, holder in sent["state"]["values"].items():
        state = holder[name]
        value = state.get("value")
        if "selected_option" in state:
            value = (state["selected_option"] or {}).get("value")
        elif "selected_options" in state:
            value = bool(state["selected_options"])
        if value not in LEFT_OUT:
            found[name] = value
    return found


def wrong(form: Form, intent: type[Intent], error: ValidationError) -> dict[str, str]:
    """Return what is wrong, in words, by field of the form; what has no field there stands at the first."""
    found: dict[str, str] = {}
    for problem in error.errors():
        name = str(problem["loc"][0]) if problem["loc"] else ""
        text = complaint(problem, intent.model_fields.get(name))
        found.setdefault(name if name in form.fields else form.fields[0], text[:1].upper() + text[1:])
    return found


def offered(choices: Sequence[Choice], query: str) -> list[Block]:
    """Return the options that fit what someone typed into a select."""
    wanted = query.casefold()
    return [_option(one) for one in choices if wanted in (one.text or one.value).casefold() and _fits(one)][
        :SELECT_OPTIONS
    ]


def _input(name: str, field: FieldInfo, value: Any, choices: Sequence[Choice] | None) -> Block:
    kind, literals = _kind(field.annotation)
    if literals:
        choices = [Choice(literal) for literal in literals]
    hint = field.description
    if choices and not all(map(_fits, choices)):
        choices = None  # it could not be chosen, so it is typed
    if choices and len(choices) <= SELECT_OPTIONS:
        element = _select(name, value, choices)
    elif choices:
        element = {"type": "external_select", "action_id": name, "min_query_length": 0}
        element |= _initial(value, choices)
    elif kind is bool:
        hint = None
        element = _checkbox(name, field.description or name, checked=bool(value))
    else:
        element = _text(name, field, kind, value)
    return {
        "type": "input",
        "block_id": name,
        "optional": not field.is_required(),
        "label": plain_text(field.title or name.replace("_", " ").capitalize(), LABEL_TEXT),
        **({"hint": plain_text(hint, PLACEHOLDER_TEXT)} if hint else {}),
        "element": element,
    }


def _select(name: str, value: Any, choices: Sequence[Choice]) -> Block:
    options = [_option(one) for one in choices]
    return {"type": "static_select", "action_id": name, "options": options, **_initial(value, choices)}


def _initial(value: Any, choices: Sequence[Choice]) -> Block:
    chosen = next((one for one in choices if one.value == value), None)
    return {"initial_option": _option(chosen)} if chosen else {}


def _checkbox(name: str, text: str, *, checked: bool) -> Block:
    box = option(text, "yes")
    return {
        "type": "checkboxes",
        "action_id": name,
        "options": [box],
        **({"initial_options": [box]} if checked else {}),
    }


def _text(name: str, field: FieldInfo, kind: Any, value: Any) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": name}
    if kind is int:
        element = {"type": "number_input", "action_id": name, "is_decimal_allowed": False}
    else:
        element |= {
            "multiline": any(isinstance(m, Verbatim | Multiline) for m in field.metadata),
            "max_length": INPUT_TEXT,
        }
    if value not in LEFT_OUT:
        element["initial_value"] = str(value)[:INPUT_TEXT]
    if field.examples:
        element["placeholder"] = plain_text(str(field.examples[0]), PLACEHOLDER_TEXT)
    return element


def _option(choice: Choice) -> Block:
    return option((choice.text or choice.value)[:OPTION_TEXT], choice.value)


def _fits(choice: Choice) -> bool:
    return len(choice.value) <= OPTION_VALUE


def _kind(annotation: Any) -> tuple[Any, tuple[str, ...]]:
    """Return the plain type of a field, and the choices of a ``Literal``; ``X | None`` counts as X."""
    parts = [part for part in get_args(annotation) if part is not NoneType]
    if get_origin(annotation) is Literal:
        return str, tuple(parts)
    if len(parts) == 1 and get_origin(annotation) is not tuple:
        return _kind(parts[0])
    return annotation, ()
