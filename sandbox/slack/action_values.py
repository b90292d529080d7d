"""What pressing or choosing an element sends, and what a filled-in field holds."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.slack.block_choices import all_options
from sandbox.slack.messages import JsonObject


class ActionError(Exception):
    """The person cannot do this; the text says why."""


PICKERS = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
}
TEXT_FIELDS = ("plain_text_input", "number_input", "url_text_input", "email_text_input")
MANY = ("checkboxes", "multi_static_select", "multi_external_select")
STATELESS = ("button", "icon_button", "feedback_buttons", "overflow")
"""Elements that hold nothing: pressing them sends an action and leaves no state."""


def _chosen(element: Mapping[str, Any], value: Any) -> JsonObject:
    options: list[JsonObject] = all_options(element)
    for option in options:
        if value in (option["value"], option["text"]["text"]):
            return option
    known = ", ".join(option["value"] for option in options)
    raise ActionError(f"there is no option {value!r}; there are: {known}")


def field_state(element: Mapping[str, Any], value: Any) -> JsonObject:
    """A field's entry in `view.state.values`; `value` None means left alone, so its initial value counts."""
    kind = element["type"]
    if kind in TEXT_FIELDS:
        return {"type": kind, "value": element.get("initial_value") if value is None else str(value) or None}
    if kind in PICKERS:
        initial = element.get(f"initial_{kind.partition('s_')[0]}", element.get("initial_date"))
        return {"type": kind, PICKERS[kind]: initial if value is None else value}
    if kind in MANY:
        chosen = (
            element.get("initial_options", []) if value is None else [_chosen(element, one) for one in value]
        )
        return {"type": kind, "selected_options": chosen}
    if value == "":
        return {"type": kind, "selected_option": None}
    chosen_one = element.get("initial_option") if value is None else _chosen(element, value)
    return {"type": kind, "selected_option": chosen_one}


def is_filled(state: Mapping[str, Any]) -> bool:
    """Whether a field's entry holds something."""
    return any(value for key, value in state.items() if key != "type")


def action(element: Mapping[str, Any], block_id: str, value: Any, action_ts: str) -> JsonObject:
    """The `actions` entry that using this element sends."""
    shared: JsonObject = {
        "type": element["type"],
        "action_id": element.get("action_id", ""),
        "block_id": block_id,
        "action_ts": action_ts,
    }
    kind = element["type"]
    if kind in ("button", "icon_button"):
        given = {"value": element["value"]} if "value" in element else {}
        if value is not None and value != element.get("value"):
            raise ActionError(f"this button sends {element.get('value')!r}, not {value!r}")
        return shared | {"text": element["text"]} | given
    if kind == "feedback_buttons":
        for side in ("positive_button", "negative_button"):
            if value in (element[side]["value"], side.partition("_")[0]):
                return shared | {"text": element[side]["text"], "value": element[side]["value"]}
        raise ActionError(f"feedback is positive or negative, not {value!r}")
    if value is None:
        raise ActionError("this element needs a value")
    return shared | field_state(element, value)


def held(done: Mapping[str, Any]) -> JsonObject | None:
    """What the element of an action holds from now on, for `state.values`; None for buttons and overflow menus."""
    if done["type"] in STATELESS:
        return None
    return {
        key: value for key, value in done.items() if key in ("type", "value") or key.startswith("selected_")
    }


def find_element(
    blocks: list[JsonObject], action_id: str, value: Any = None, *, block: str = "", fields: bool = False
) -> tuple[JsonObject, str] | None:
    """The element with this action id (in this `block`) and its block's id; among equals the one that carries the value.

    A field of a form tells the app of its use only where its block has `dispatch_action`, or with `fields`.
    """
    found: list[tuple[JsonObject, str]] = []
    for one, block_id in _named(blocks):
        if block not in ("", block_id):
            continue
        elements = [*one.get("elements", [])] if one["type"] in ("actions", "context_actions") else []
        spoken = fields or one.get("dispatch_action")
        elements += [
            one[key] for key in ("accessory", "element") if key in one and (key != "element" or spoken)
        ]
        found += [(element, block_id) for element in elements if element.get("action_id") == action_id]
    exact = [pair for pair in found if value is not None and _carries(pair[0], value)]
    return next(iter(exact or found), None)


def _named(blocks: list[JsonObject], prefix: str = "block") -> Iterator[tuple[JsonObject, str]]:
    """Every block with its id, those in a container after it."""
    for n, one in enumerate(blocks, start=1):
        yield one, one.get("block_id", f"{prefix}-{n}")
        if one["type"] == "container":
            yield from _named(one["child_blocks"], f"{prefix}-{n}")


def _carries(element: JsonObject, value: Any) -> bool:
    """Whether a button has this value, or a menu this option."""
    return element.get("value") == value or any(one["value"] == value for one in element.get("options", ()))
