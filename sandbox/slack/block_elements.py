"""Checks of the interactive elements inside blocks: buttons, menus, inputs, feedback."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sandbox.slack.block_report import Report, items, keys, kind_of, text_object

ACTION_ID, BUTTON_TEXT, BUTTON_VALUE, URL = 255, 75, 2000, 3000
OPTION_TEXT, OPTION_VALUE, OPTIONS, OPTION_GROUPS = 75, 150, 100, 100
OVERFLOW_OPTIONS, CHOICES = 5, 10
PLACEHOLDER, INPUT_LENGTH, CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_BUTTON = 150, 3000, 100, 300, 30
STYLES = ("primary", "danger")

ELEMENTS_OF_ACTIONS = (
    "button",
    "static_select",
    "multi_static_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "overflow",
    "radio_buttons",
    "checkboxes",
    "datepicker",
)
INPUT_ELEMENTS = (
    "plain_text_input",
    "number_input",
    "url_text_input",
    "email_text_input",
    "static_select",
    "multi_static_select",
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


def _option(node: Any, at: str, report: Report) -> None:
    if not isinstance(node, Mapping):
        report.add("must be an object", at)
        return
    keys(node, at, report, required=("text", "value"), allowed=("description", "url"))
    for key in ("text", "description"):
        if key in node:
            text_object(node[key], f"{at}/{key}", report, longest=OPTION_TEXT)
    report.text(node.get("value"), f"{at}/value", OPTION_VALUE, least=1)


def _options(node: Mapping[str, Any], at: str, report: Report, most: int) -> None:
    options = node.get("options", [])
    report.count(options, f"{at}/options", most, least=1)
    for n, option in enumerate(items(options)):
        _option(option, f"{at}/options/{n}", report)


def _select(node: Mapping[str, Any], at: str, report: Report) -> None:
    extra = ("initial_option", "initial_options", "max_selected_items")
    allowed = ("action_id", "placeholder", "confirm", "focus_on_load", "options", "option_groups", *extra)
    keys(node, at, report, allowed=allowed)
    if ("options" in node) == ("option_groups" in node):
        report.add("exactly one of options and option_groups is needed", at)
    if "options" in node:
        _options(node, at, report, OPTIONS)
    groups = items(node.get("option_groups", []))
    report.count(node.get("option_groups", []), f"{at}/option_groups", OPTION_GROUPS)
    for n, group in enumerate(groups):
        keys(group, f"{at}/option_groups/{n}", report, required=("label", "options"))
        if isinstance(group, Mapping):
            _options(group, f"{at}/option_groups/{n}", report, OPTIONS)
    if "initial_option" in node:
        grouped = [
            option for group in groups if isinstance(group, Mapping) for option in items(group.get("options"))
        ]
        known = [*items(node.get("options")), *grouped]
        if node["initial_option"] not in known:
            report.add("initial_option must be one of the options", f"{at}/initial_option")


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


def _choice(node: Mapping[str, Any], at: str, report: Report) -> None:
    allowed = ("action_id", "confirm", "initial_option", "initial_options", "focus_on_load")
    keys(node, at, report, required=("options",), allowed=allowed)
    _options(node, at, report, OVERFLOW_OPTIONS if node.get("type") == "overflow" else CHOICES)


def _text_input(node: Mapping[str, Any], at: str, report: Report) -> None:
    common = ("action_id", "placeholder", "initial_value", "focus_on_load", "dispatch_action_config")
    bounds = ("min_length", "max_length", "multiline", "min_value", "max_value", "is_decimal_allowed")
    keys(node, at, report, allowed=(*common, *bounds))
    _lengths(node, at, report, {"initial_value": INPUT_LENGTH})
    for key in ("min_length", "max_length"):
        value = node.get(key, 1)
        if not isinstance(value, int) or not 0 <= value <= INPUT_LENGTH:
            report.add(f"must be a number from 0 to {INPUT_LENGTH}", f"{at}/{key}")


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
    "static_select": _select,
    "multi_static_select": _select,
    "users_select": _picker,
    "conversations_select": _picker,
    "channels_select": _picker,
    "datepicker": _picker,
    "overflow": _choice,
    "radio_buttons": _choice,
    "checkboxes": _choice,
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
