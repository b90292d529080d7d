"""Checks of the interactive elements inside blocks: buttons, menus, inputs, feedback."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sandbox.slack.block_choices import choice, external_select, static_select
from sandbox.slack.block_report import Report, keys, kind_of, text_object

ACTION_ID, BUTTON_TEXT, BUTTON_VALUE, URL = 255, 75, 2000, 3000
PLACEHOLDER, INPUT_LENGTH, CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_BUTTON = 150, 3000, 100, 300, 30
STYLES = ("primary", "danger")

ELEMENTS_OF_ACTIONS = (
    "button",
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "overflow",
    "radio_buttons",
    "checkboxes",
    "datepicker",
)
#: Menus in which several options are chosen stand beside a text or in a form, not among buttons.
ACCESSORIES = (*ELEMENTS_OF_ACTIONS, "multi_static_select", "multi_external_select", "image")
INPUT_ELEMENTS = (
    "plain_text_input",
    "number_input",
    "url_text_input",
    "email_text_input",
    "static_select",
    "multi_static_select",
    "external_select",
    "multi_external_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "radio_buttons",
    "checkboxes",
    "datepicker",
)


def confirm(node: Any, at: str, report: Report) -> None:
    """A confirmation dialogue."""
    if not isinstance(node, Mapping):
        report.add("must be an object", at)
        return
    keys(node, at, report, required=("title", "text", "confirm", "deny"), allowed=("style",))
    for key, longest in (("title", CONFIRM_TITLE), ("confirm", CONFIRM_BUTTON), ("deny", CONFIRM_BUTTON)):
        if key in node:
            text_object(node[key], f"{at}/{key}", report, longest=longest, plain=True)
    if "text" in node:
        text_object(node["text"], f"{at}/text", report, longest=CONFIRM_TEXT)


def _button(node: Mapping[str, Any], at: str, report: Report) -> None:
    keys(
        node,
        at,
        report,
        required=("text",),
        allowed=("action_id", "url", "value", "style", "confirm", "accessibility_label"),
    )
    if "text" in node:
        text_object(node["text"], f"{at}/text", report, longest=BUTTON_TEXT, plain=True)
    _lengths(node, at, report, {"value": BUTTON_VALUE, "url": URL, "accessibility_label": BUTTON_TEXT})
    if node.get("style") not in (None, *STYLES):
        report.add(f"invalid style: {node['style']}", f"{at}/style")


def _picker(node: Mapping[str, Any], at: str, report: Report) -> None:
    initial = (
        "initial_user",
        "initial_conversation",
        "initial_channel",
        "initial_date",
        "default_to_current_conversation",
    )
    extra = ("filter", "response_url_enabled")
    keys(node, at, report, allowed=("action_id", "placeholder", "confirm", "focus_on_load", *initial, *extra))


#: Keys of the fields that are typed into: (required, further).
TYPED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "plain_text_input": ((), ("multiline", "min_length", "max_length")),
    "number_input": (("is_decimal_allowed",), ("min_value", "max_value")),
    "url_text_input": ((), ()),
    "email_text_input": ((), ()),
}


def _text_input(node: Mapping[str, Any], at: str, report: Report) -> None:
    common = ("action_id", "placeholder", "initial_value", "focus_on_load", "dispatch_action_config")
    required, further = TYPED[str(node.get("type"))]
    keys(node, at, report, required=required, allowed=(*common, *further))
    _lengths(node, at, report, {"initial_value": INPUT_LENGTH})
    for key in ("min_length", "max_length"):
        value = node.get(key, 1)
        if not isinstance(value, int) or not (key == "max_length") <= value <= INPUT_LENGTH:
            report.add(f"must be a number from {int(key == 'max_length')} to {INPUT_LENGTH}", f"{at}/{key}")


def _feedback_buttons(node: Mapping[str, Any], at: str, report: Report) -> None:
    keys(node, at, report, required=("positive_button", "negative_button"), allowed=("action_id",))
    for side in ("positive_button", "negative_button"):
        button, place = node.get(side), f"{at}/{side}"
        if not isinstance(button, Mapping):
            continue
        keys(button, place, report, required=("text", "value"), allowed=("accessibility_label",))
        text_object(button.get("text"), f"{place}/text", report, longest=BUTTON_TEXT, plain=True)
        _lengths(button, place, report, {"value": BUTTON_VALUE, "accessibility_label": BUTTON_TEXT})


def _icon_button(node: Mapping[str, Any], at: str, report: Report) -> None:
    allowed = ("action_id", "value", "visible_to_user_ids", "confirm", "accessibility_label")
    keys(node, at, report, required=("icon", "text"), allowed=allowed)
    text_object(node.get("text"), f"{at}/text", report, longest=BUTTON_TEXT, plain=True)
    if node.get("icon") != "trash":
        report.add(f"invalid icon: {node.get('icon')}", f"{at}/icon")


def _image(node: Mapping[str, Any], at: str, report: Report) -> None:
    keys(node, at, report, required=("alt_text",), allowed=("image_url", "slack_file"))
    if "image_url" in node:
        report.text(node["image_url"], f"{at}/image_url", URL, least=1)


CHECKS: dict[str, Callable[[Mapping[str, Any], str, Report], None]] = {
    "button": _button,
    "static_select": static_select,
    "multi_static_select": static_select,
    "external_select": external_select,
    "multi_external_select": external_select,
    "users_select": _picker,
    "conversations_select": _picker,
    "channels_select": _picker,
    "datepicker": _picker,
    "overflow": choice,
    "radio_buttons": choice,
    "checkboxes": choice,
    "plain_text_input": _text_input,
    "number_input": _text_input,
    "url_text_input": _text_input,
    "email_text_input": _text_input,
    "feedback_buttons": _feedback_buttons,
    "icon_button": _icon_button,
    "image": _image,
}


def _lengths(node: Mapping[str, Any], at: str, report: Report, longest: Mapping[str, int]) -> None:
    for key, most in longest.items():
        if key in node:
            report.text(node[key], f"{at}/{key}", most)


def check_element(node: Any, at: str, report: Report, *, allowed: Iterable[str]) -> None:
    """One element: of an allowed type, with that type's keys and lengths."""
    kind = kind_of(node)
    if kind is None or kind not in tuple(allowed):
        report.add(f"unsupported type: {kind}", f"{at}/type")
        return
    CHECKS[kind](node, at, report)
    _lengths(node, at, report, {"action_id": ACTION_ID})
    if "confirm" in node:
        confirm(node["confirm"], f"{at}/confirm", report)
    if "placeholder" in node:
        text_object(node["placeholder"], f"{at}/placeholder", report, longest=PLACEHOLDER, plain=True)
