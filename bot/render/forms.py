"""An intent as a window with a field each, what was filled in read back, and what is wrong with it at its field. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from bot.render.blocks import Block, plain_text, section
from bot.render.intent import Intent, Verbatim
from bot.render.outcomes import TITLE

LONGEST = 3_000
LABEL, PLACEHOLDER = 48, 150


@dataclass(frozen=True, slots=True)
class Form:
    """How a verb's window looks; its fields are the intent's."""

    title: str
    submit: str
    fields: tuple[str, ...]
    taken_in: str = "I'm on it…"
    """What the window says while the work is done."""
    callback: str = ""
    """Slack's name for the window; the verb's own words unless a release before had another."""


def view(
    form: Form, intent: type[Intent], *, given: Mapping[str, Any] = {}, notice: str = "", memo: str = ""
) -> dict[str, Any]:
    """The window, filled in with ``given``, with ``notice`` above what has to be put right."""
    blocks = [_input(name, intent.model_fields[name], given.get(name)) for name in form.fields]
    return {
        "type": "modal",
        "callback_id": form.callback or intent.verb,
        "private_metadata": memo,
        "title": plain_text(form.title, TITLE),
        "submit": plain_text(form.submit, TITLE),
        "close": plain_text("Cancel", TITLE),
        "blocks": [*([section(notice)] if notice else []), *blocks],
    }


def filled(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a window that was sent; what was left empty keeps its default."""
    found: dict[str, Any] = {}
    for name, holder in sent["state"]["values"].items():
        state = holder[name]
        value = state.get("value")
        if "selected_option" in state:
            value = (state["selected_option"] or {}).get("value")
        elif "selected_options" in state:
            value = bool(state["selected_options"])
        if value not in (None, ""):
            found[name] = value
    return found


def wrong(error: ValidationError) -> dict[str, str]:
    """What is wrong, by field, in words."""
    return {str(one["loc"][0]) if one["loc"] else "": said(one) for one in reversed(error.errors())}


def said(problem: Any) -> str:
    """One of pydantic's complaints; what our own validators say stands as they say it."""
    return str(problem["msg"]).removeprefix("Value error, ")[:200]


def _input(name: str, field: FieldInfo, value: Any) -> Block:
    kind, choices = _kind(field.annotation)
    element: Block = {"type": "plain_text_input", "action_id": name}
    if choices:
        options = [{"text": plain_text(choice, 75), "value": choice} for choice in choices]
        element = {"type": "static_select", "action_id": name, "options": options}
        if chosen := [option for option in options if option["value"] == value]:
            element["initial_option"] = chosen[0]
    elif kind is bool:
        option = {"text": plain_text(field.description or name, 75), "value": "yes"}
        element = {"type": "checkboxes", "action_id": name, "options": [option]}
    elif kind is int:
        element = {"type": "number_input", "action_id": name, "is_decimal_allowed": False}
    else:
        element |= {"multiline": any(isinstance(m, Verbatim) for m in field.metadata), "max_length": LONGEST}
    if not choices and kind is not bool:
        if value not in (None, ""):
            element["initial_value"] = str(value)
        if field.examples:
            element["placeholder"] = plain_text(str(field.examples[0]), PLACEHOLDER)
    return {
        "type": "input",
        "block_id": name,
        "optional": not field.is_required(),
        "label": plain_text(field.title or name.replace("_", " ").capitalize(), LABEL),
        **(
            {"hint": plain_text(field.description, PLACEHOLDER)}
            if field.description and kind is not bool
            else {}
        ),
        "element": element,
    }


def _kind(annotation: Any) -> tuple[Any, tuple[str, ...]]:
    """The plain type of a field, and the choices of a ``Literal``; ``X | None`` counts as X."""
    parts = [part for part in get_args(annotation) if part is not NoneType]
    if get_origin(annotation) is Literal:
        return str, tuple(parts)
    if len(parts) == 1 and get_origin(annotation) is not tuple:
        return _kind(parts[0])
    return annotation, ()
