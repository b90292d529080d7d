"""What pressing or choosing an element sends, and what a filled-in field holds."""

from collections.abc import Mapping
from typing import Any

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
MANY = ("checkboxes", "multi_static_select")


def _options(element: Mapping[str, Any]) -> list[JsonObject]:
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def _chosen(element: Mapping[str, Any], value: Any) -> JsonObject:
    for option in _options(element):
        if value in (option["value"], option["text"]["text"]):
            return option
    known = ", ".join(option["value"] for option in _options(element))
    raise ActionError(f"there is no option {value!r}; there are: {known}")


def field_state(element: Mapping[str, Any], value: Any) -> JsonObject:
    """A field's entry in `view.state.values`; `value` None means left alone, so that its initial value counts."""
    kind = element["type"]
    if kind in TEXT_FIELDS:
        return {"type": kind, "value": element.get("initial_value") if value is None else str(value)}
    if kind in PICKERS:
        initial = element.get(f"initial_{kind.partition('s_')[0]}", element.get("initial_date"))
        return {"type": kind, PICKERS[kind]: initial if value is None else value}
    if kind in MANY:
        chosen = (
            element.get("initial_options", []) if value is None else [_chosen(element, one) for one in value]
        )
        return {"type": kind, "selected_options": chosen}
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


def find_element(
    blocks: list[JsonObject], action_id: str, value: Any = None
) -> tuple[JsonObject, str] | None:
    """The element with this action id and its block's id; among equals the one that carries the value."""
    found: list[tuple[JsonObject, str]] = []
    for n, block in enumerate(blocks, start=1):
        elements = [*block.get("elements", [])] if block["type"] in ("actions", "context_actions") else []
        elements += [block[key] for key in ("accessory", "element") if key in block]
        block_id = block.get("block_id", f"block-{n}")
        found += [(element, block_id) for element in elements if element.get("action_id") == action_id]
    exact = [pair for pair in found if value is not None and pair[0].get("value") == value]
    return next(iter(exact or found), None)
