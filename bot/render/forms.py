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
from bot.render.ids import CHANNELS, GROUPS, PEOPLE
from bot.render.intent import PICKED, Chosen, Here, Intent, Multiline, Several, Someone, Verbatim
from bot.render.outcomes import Modal

LEFT_OUT: tuple[object, ...] = ("", None, (), [])
KINDS = {"": ("Channel", CHANNELS), "person": ("Or a person", PEOPLE), "group": ("Or a user group", GROUPS)}
"""The fields for ``Someone``: what tells their names apart, their labels, and with what the ids begin that each takes."""
GROUP_HINT = (
    "Its ID, such as S0123ABCD: in Slack, open People → User groups, and copy it from the group's menu."
)


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
    carries: tuple[str, ...] = ()
    """The fields that no one fills in: the window brings them back."""


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
    memo = PICKED.join(str(known.get(name, "")) for name in form.carries)
    blocks = [
        block
        for name in form.fields
        for block in _inputs(name, intent.model_fields[name], known.get(name), (choices or {}).get(name))
    ]
    head = [section(notice)] if notice else []
    callback = form.callback or intent.verb
    return Modal(
        form.title, [*head, *blocks], submit=form.submit, callback=callback, memo=memo, closed=notice
    )


def filled(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a window that was sent; what was left empty keeps its default."""
    found: dict[str, Any] = {}
    for part, holder in sent["state"]["values"].items():
        name, _, kind = part.partition("#")
        value = _entered(holder[part])
        if kind or name in found:  # of several fields for one, all that was filled in is read, even nothing
            found[name] = " ".join(filter(None, (found.get(name), value)))
        elif value not in LEFT_OUT:
            found[name] = value
    return found


def carried(form: Form, view: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields that a window brings back; they count as typed, like all that a client sends."""
    memo = str(view.get("private_metadata") or "")
    return dict(zip(form.carries, memo.split(PICKED), strict=False))


def here(form: Form, intent: type[Intent]) -> str:
    """Return the field that is filled in with the conversation where the form was opened; "" where there is none."""
    return next((name for name in form.fields if _has(intent.model_fields[name], Here)), "")


def unsaid(intent: Intent) -> bool:
    """Return whether something is left out that the form asks for."""
    fields, said = type(intent).model_fields, intent.model_fields_set
    return any(_has(field, Chosen) for name, field in fields.items() if name not in said)


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


def _entered(state: Mapping[str, Any]) -> Any:
    """Return what a field holds."""
    for held in ("selected_conversation", "selected_user"):
        if held in state:
            return state[held]
    if "selected_option" in state:
        return (state["selected_option"] or {}).get("value")
    if "selected_options" in state:
        chosen = [one["value"] for one in state["selected_options"]]
        return chosen if str(state.get("type")).startswith("multi_") else bool(chosen)
    return state.get("value")


def _inputs(name: str, field: FieldInfo, value: Any, choices: Sequence[Choice] | None) -> Sequence[Block]:
    if not _has(field, Someone):
        return [_input(name, field, value, choices)]
    blocks = []
    for kind, (label, first) in KINDS.items():
        part = f"{name}#{kind}" if kind else name
        given = value if isinstance(value, str) and value[:1] in first else None
        element = _picker(part, "users" if kind == "person" else "conversations", given)
        if kind == "group":
            element = _text(part, field, str, given)
        hint = {"hint": plain_text(GROUP_HINT, PLACEHOLDER_TEXT)} if kind == "group" else {}
        words = {"label": plain_text(label, LABEL_TEXT), **hint}
        blocks.append({"type": "input", "block_id": part, "optional": True, **words, "element": element})
    return blocks


def _picker(name: str, what: str, value: str | None) -> Block:
    """Return Slack's own choice of a person or a conversation."""
    element: Block = {"type": f"{what}_select", "action_id": name}
    if what == "conversations":
        element["filter"] = {"include": ["public", "private", "mpim"]}
    return element | ({f"initial_{what.removesuffix('s')}": value} if value else {})


def _input(name: str, field: FieldInfo, value: Any, choices: Sequence[Choice] | None) -> Block:
    kind, literals = _kind(field.annotation)
    if literals:
        choices = [Choice(literal) for literal in literals]
    hint = field.description
    if choices and not all(map(_fits, choices)):
        choices = None  # it could not be chosen, so it is typed
    several = _has(field, Several)
    if _has(field, Here):
        element = _picker(name, "conversations", value if str(value)[:1] in CHANNELS else None)
    elif choices:
        element = _select(name, value, choices, several=several)
    elif kind is bool:
        hint = None
        element = _checkbox(name, field.description or name, checked=bool(value))
    else:
        element = _text(name, field, kind, value)
    return {
        "type": "input",
        "block_id": name,
        "optional": not (
            field.is_required() or _has(field, Here) or _has(field, Chosen) or _kept(field, value)
        ),
        "label": plain_text(field.title or name.replace("_", " ").capitalize(), LABEL_TEXT),
        **({"hint": plain_text(hint, PLACEHOLDER_TEXT)} if hint else {}),
        "element": element,
    }


def _select(name: str, value: Any, choices: Sequence[Choice], *, several: bool) -> Block:
    few = len(choices) <= SELECT_OPTIONS
    kind = ("multi_" if several else "") + ("static_select" if few else "external_select")
    source: Block = {"options": [*map(_option, choices)]} if few else {"min_query_length": 0}
    values = value if isinstance(value, list | tuple) else [value]
    chosen = [_option(one) for one in choices if one.value in values]
    initial: Block = (
        {"initial_options": chosen} if several else {"initial_option": chosen[0]} if chosen else {}
    )
    return {"type": kind, "action_id": name, **source, **(initial if chosen else {})}


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
        words = " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        element["initial_value"] = words[:INPUT_TEXT]
    if field.examples:
        element["placeholder"] = plain_text(str(field.examples[0]), PLACEHOLDER_TEXT)
    return element


def _kept(field: FieldInfo, value: Any) -> bool:
    """Return whether what is there can be changed and not taken away: a name."""
    return value not in LEFT_OUT and any(getattr(mark, "min_length", 0) for mark in field.metadata)


def _has(field: FieldInfo, mark: type) -> bool:
    return any(isinstance(one, mark) for one in field.metadata)


def _option(choice: Choice) -> Block:
    return option((choice.text or choice.value)[:OPTION_TEXT], choice.value)


def _fits(choice: Choice) -> bool:
    return len(choice.value) <= OPTION_VALUE


def _kind(annotation: Any) -> tuple[Any, tuple[str, ...]]:
    """Return the plain type of a field, and the choices of a ``Literal``; ``X | None`` counts as X."""
    parts = [part for part in get_args(annotation) if part is not NoneType]
    if get_origin(annotation) is Literal:
        return str, tuple(parts)
    if get_origin(annotation) is tuple:
        return annotation, _kind(parts[0])[1]
    if len(parts) == 1:
        return _kind(parts[0])
    return annotation, ()
