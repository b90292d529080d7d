"""Checks of the elements that offer options: selects, overflow menus, radio buttons, checkboxes.

Source: https://docs.slack.dev/reference/block-kit/block-elements and the option object's page.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.slack.block_report import Report, items, keys, kind_of, text_object

OPTION_TEXT, OPTION_VALUE, OPTIONS, OPTION_GROUPS = 75, 150, 100, 100
OVERFLOW_OPTIONS, CHOICES = 5, 10
URL = 3000
QUERY_LENGTH = 3
"""What `min_query_length` is when the app does not say: so many characters before Slack asks for options."""
MARKED_UP = ("radio_buttons", "checkboxes")


def check_option(node: Any, at: str, report: Report, *, of: str = "static_select") -> None:
    """One option of an element of the type `of`: mrkdwn only beside a button or box, a URL only in an overflow menu."""
    if not isinstance(node, Mapping):
        report.add("must be an object", at)
        return
    more = ("description", "url") if of == "overflow" else ("description",)
    keys(node, at, report, required=("text", "value"), allowed=more)
    for key in ("text", "description"):
        if key in node:
            text_object(node[key], f"{at}/{key}", report, longest=OPTION_TEXT, plain=of not in MARKED_UP)
    report.text(node.get("value"), f"{at}/value", OPTION_VALUE, least=1)
    if "url" in node:
        report.text(node["url"], f"{at}/url", URL)


def check_options(node: Mapping[str, Any], at: str, report: Report, most: int, *, of: str) -> None:
    """The `options` of an element or group, at least one."""
    options = node.get("options", [])
    report.count(options, f"{at}/options", most, least=1)
    for n, option in enumerate(items(options)):
        check_option(option, f"{at}/options/{n}", report, of=of)


def check_groups(node: Mapping[str, Any], at: str, report: Report, *, of: str) -> None:
    """The `option_groups` of an element or answer, at least one."""
    groups = node.get("option_groups", [])
    report.count(groups, f"{at}/option_groups", OPTION_GROUPS, least=1)
    for n, group in enumerate(items(groups)):
        place = f"{at}/option_groups/{n}"
        keys(group, place, report, required=("label", "options"))
        if isinstance(group, Mapping):
            text_object(group.get("label"), f"{place}/label", report, longest=OPTION_TEXT, plain=True)
            check_options(group, place, report, OPTIONS, of=of)


def all_options(node: Mapping[str, Any]) -> list[Any]:
    """The options of an element or answer, those in groups included."""
    groups = [group for group in items(node.get("option_groups")) if isinstance(group, Mapping)]
    grouped = [option for group in groups for option in items(group.get("options"))]
    return [*items(node.get("options")), *grouped]


def _initial(node: Mapping[str, Any], at: str, report: Report) -> None:
    """What is chosen at first must be one of the options."""
    known = all_options(node)
    chosen = [("initial_option", node["initial_option"])] if "initial_option" in node else []
    chosen += [(f"initial_options/{n}", one) for n, one in enumerate(items(node.get("initial_options")))]
    for place, option in chosen:
        if option not in known:
            report.add("initial_option must be one of the options", f"{at}/{place}")
    if "initial_options" in node:
        report.count(node["initial_options"], f"{at}/initial_options", OPTIONS, least=1)


def _selected_items(node: Mapping[str, Any], at: str, report: Report) -> None:
    most = node.get("max_selected_items", 1)
    if not isinstance(most, int) or most < 1:
        report.add("must be a number from 1", f"{at}/max_selected_items")


def _shared(kind: str | None) -> tuple[str, ...]:
    """The keys that depend on whether one or several are chosen."""
    many = kind is not None and kind.startswith("multi_")
    return ("initial_options", "max_selected_items") if many else ("initial_option",)


def static_select(node: Mapping[str, Any], at: str, report: Report) -> None:
    """A menu that brings its options along."""
    kind = str(node.get("type"))
    allowed = ("action_id", "placeholder", "confirm", "focus_on_load", "options", "option_groups")
    keys(node, at, report, allowed=(*allowed, *_shared(kind)))
    if ("options" in node) == ("option_groups" in node):
        report.add("exactly one of options and option_groups is needed", at)
    if "options" in node:
        check_options(node, at, report, OPTIONS, of=kind)
    if "option_groups" in node:
        check_groups(node, at, report, of=kind)
    _selected_items(node, at, report)
    _initial(node, at, report)


def external_select(node: Mapping[str, Any], at: str, report: Report) -> None:
    """A menu whose options the app is asked for while a person types."""
    kind = str(node.get("type"))
    allowed = ("action_id", "placeholder", "confirm", "focus_on_load", "min_query_length")
    keys(node, at, report, allowed=(*allowed, *_shared(kind)))
    least = node.get("min_query_length", QUERY_LENGTH)
    if not isinstance(least, int) or isinstance(least, bool) or least < 0:
        report.add("must be a number from 0", f"{at}/min_query_length")
    _selected_items(node, at, report)
    for key in ("initial_option", "initial_options"):
        if key not in node:
            continue
        several = key.endswith("s")
        if several:
            report.count(node[key], f"{at}/{key}", OPTIONS, least=1)
        for n, option in enumerate(items(node[key]) if several else [node[key]]):
            check_option(option, f"{at}/{key}/{n}" if several else f"{at}/{key}", report, of=kind)


def choice(node: Mapping[str, Any], at: str, report: Report) -> None:
    """Radio buttons, checkboxes, or an overflow menu."""
    kind = kind_of(node) or ""
    initial = {"radio_buttons": ("initial_option",), "checkboxes": ("initial_options",)}.get(kind, ())
    focus = () if kind == "overflow" else ("focus_on_load",)
    keys(node, at, report, required=("options",), allowed=("action_id", "confirm", *focus, *initial))
    check_options(node, at, report, OVERFLOW_OPTIONS if kind == "overflow" else CHOICES, of=kind)
    _initial(node, at, report)
