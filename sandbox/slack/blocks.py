"""Checks of Block Kit: which keys a block has, how long its texts are, how many parts it holds.

Source of the numbers: https://docs.slack.dev/reference/block-kit/blocks and the limits that public packages encode.
A problem is worded as Slack words it, with a JSON pointer to the place.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Literal

from sandbox.slack.block_charts import MOST_CHARTS, chart
from sandbox.slack.block_elements import ACCESSORIES, ELEMENTS_OF_ACTIONS, INPUT_ELEMENTS, check_element
from sandbox.slack.block_report import Report, items, keys, kind_of, text_object
from sandbox.slack.block_tables import data_table, table
from sandbox.slack.rich_text import check_rich_text

Surface = Literal["message", "modal", "home"]

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
MARKDOWN_TOTAL = 12_000
MESSAGE_BYTES = 11_000
"""Of all texts of a message in UTF-8. Slack documents characters a call; public probes of streams fit 10,600 to 11,300 bytes in all."""
SECTION_TEXT, FIELD_TEXT, HEADER_TEXT, BLOCK_ID = 3000, 2000, 150, 255
FIELDS, CONTEXT_ELEMENTS, ACTIONS_ELEMENTS, CONTEXT_ACTIONS_ELEMENTS = 10, 10, 25, 5
IMAGE_URL, ALT_TEXT, LABEL_TEXT = 3000, 2000, 2000
CONTAINER_TEXT, CONTAINER_BLOCKS = 150, 10
CONTAINER_WIDTHS = ("narrow", "standard", "wide", "full")


def _section(block: Mapping[str, Any], at: str, report: Report) -> None:
    keys(block, at, report, allowed=("text", "fields", "accessory", "expand"))
    if "text" not in block and not block.get("fields"):
        report.add("missing required field: text or fields", at)
    if "text" in block:
        text_object(block["text"], f"{at}/text", report, longest=SECTION_TEXT)
    fields = block.get("fields", [])
    report.count(fields, f"{at}/fields", FIELDS)
    for n, item in enumerate(items(fields)):
        text_object(item, f"{at}/fields/{n}", report, longest=FIELD_TEXT)
    if "accessory" in block:
        check_element(block["accessory"], f"{at}/accessory", report, allowed=ACCESSORIES)


def _header(block: Mapping[str, Any], at: str, report: Report) -> None:
    keys(block, at, report, required=("text",))
    if "text" in block:
        text_object(block["text"], f"{at}/text", report, longest=HEADER_TEXT, plain=True)


def _context(block: Mapping[str, Any], at: str, report: Report) -> None:
    keys(block, at, report, required=("elements",))
    elements = block.get("elements", [])
    report.count(elements, f"{at}/elements", CONTEXT_ELEMENTS, least=1)
    for n, element in enumerate(items(elements)):
        place = f"{at}/elements/{n}"
        if kind_of(element) == "image":
            check_element(element, place, report, allowed=("image",))
        else:
            text_object(element, place, report, longest=SECTION_TEXT)


def _actions(block: Mapping[str, Any], at: str, report: Report) -> None:
    keys(block, at, report, required=("elements",))
    elements = block.get("elements", [])
    report.count(elements, f"{at}/elements", ACTIONS_ELEMENTS, least=1)
    for n, element in enumerate(items(elements)):
        check_element(element, f"{at}/elements/{n}", report, allowed=ELEMENTS_OF_ACTIONS)


def _context_actions(block: Mapping[str, Any], at: str, report: Report) -> None:
    keys(block, at, report, required=("elements",))
    elements = block.get("elements", [])
    report.count(elements, f"{at}/elements", CONTEXT_ACTIONS_ELEMENTS, least=1)
    for n, element in enumerate(items(elements)):
        check_element(element, f"{at}/elements/{n}", report, allowed=("feedback_buttons", "icon_button"))


def _divider(block: Mapping[str, Any], at: str, report: Report) -> None:
    keys(block, at, report)


def _markdown(block: Mapping[str, Any], at: str, report: Report) -> None:
    keys(block, at, report, required=("text",))
    report.text(block.get("text"), f"{at}/text", MARKDOWN_TOTAL, least=1)


def _image(block: Mapping[str, Any], at: str, report: Report) -> None:
    keys(block, at, report, required=("alt_text",), allowed=("image_url", "slack_file", "title"))
    if ("image_url" in block) == ("slack_file" in block):
        report.add("exactly one of image_url and slack_file is needed", at)
    if "image_url" in block:
        report.text(block["image_url"], f"{at}/image_url", IMAGE_URL, least=1)
    report.text(block.get("alt_text"), f"{at}/alt_text", ALT_TEXT)
    if "title" in block:
        text_object(block["title"], f"{at}/title", report, longest=LABEL_TEXT, plain=True)


def _input(block: Mapping[str, Any], at: str, report: Report) -> None:
    keys(block, at, report, required=("label", "element"), allowed=("hint", "optional", "dispatch_action"))
    for key in ("label", "hint"):
        if key in block:
            text_object(block[key], f"{at}/{key}", report, longest=LABEL_TEXT, plain=True)
    if "element" in block:
        check_element(block["element"], f"{at}/element", report, allowed=INPUT_ELEMENTS)


def _rich_text(block: Mapping[str, Any], at: str, report: Report) -> None:
    keys(block, at, report, required=("elements",))
    check_rich_text(block.get("elements", []), f"{at}/elements", report)


def _container(block: Mapping[str, Any], at: str, report: Report) -> None:
    switches = ("is_collapsible", "default_collapsed", "has_header_divider")
    more = ("title", "subtitle", "rich_text_title", "width", "icon", *switches)
    keys(block, at, report, required=("child_blocks",), allowed=more)
    _titles(block, at, report)
    if "icon" in block:
        check_element(block["icon"], f"{at}/icon", report, allowed=("image",))
    if block.get("width", "standard") not in CONTAINER_WIDTHS:
        report.add(f"invalid width: {block['width']}", f"{at}/width")
    for key in switches:
        if not isinstance(block.get(key, False), bool):
            report.add("must be a boolean", f"{at}/{key}")
    if block.get("default_collapsed") and not block.get("is_collapsible"):
        report.add("default_collapsed requires is_collapsible", f"{at}/default_collapsed")
    if block.get("has_header_divider") and block.get("is_collapsible"):
        report.add("has_header_divider cannot be set when is_collapsible is true", f"{at}/has_header_divider")
    report.count(block.get("child_blocks", []), f"{at}/child_blocks", CONTAINER_BLOCKS, least=1)


def _titles(block: Mapping[str, Any], at: str, report: Report) -> None:
    if "title" not in block and "rich_text_title" not in block:
        report.add("missing required field: title or rich_text_title", at)
    for key in ("title", "subtitle"):
        if key in block:
            plain = key == "title"
            text_object(block[key], f"{at}/{key}", report, longest=CONTAINER_TEXT, plain=plain)
    if "rich_text_title" in block:
        _rich_text(block["rich_text_title"], f"{at}/rich_text_title", report)


CHECKS: dict[str, tuple[Callable[[Mapping[str, Any], str, Report], None], tuple[Surface, ...]]] = {
    "section": (_section, ("message", "modal", "home")),
    "header": (_header, ("message", "modal", "home")),
    "context": (_context, ("message", "modal", "home")),
    "actions": (_actions, ("message", "modal", "home")),
    "divider": (_divider, ("message", "modal", "home")),
    "image": (_image, ("message", "modal", "home")),
    "rich_text": (_rich_text, ("message", "modal", "home")),
    "input": (_input, ("message", "modal", "home")),
    "markdown": (_markdown, ("message",)),
    "table": (table, ("message", "home")),
    "data_table": (data_table, ("message", "home")),
    "data_visualization": (chart, ("message", "home")),
    "container": (_container, ("message", "home")),
    "context_actions": (_context_actions, ("message",)),
}
CONTAINED = ("actions", "context", "divider", "header", "image", "section", "table")
"""What stands in a container by Slack's page and is known to be taken there: a rich_text or an input is only promised."""


def all_texts(node: Any) -> list[str]:
    """Every string under a `text` key of displayed content, depth first; data tables have a limit of their own."""
    if isinstance(node, Mapping):
        if node.get("type") == "data_table":
            return []
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return own + [
            text for value in node.values() if not isinstance(value, str) for text in all_texts(value)
        ]
    if isinstance(node, list):
        return [text for item in node for text in all_texts(item)]
    return []


def check_blocks(blocks: Any, surface: Surface, refused: Collection[str] = ()) -> Report:
    """All problems of a list of blocks on a surface; an empty report means that Slack would take it.

    Blocks of the types `refused` are unknown to this workspace.
    """
    report = Report()
    if not isinstance(blocks, list):
        report.add("must be an array", "/blocks")
        return report
    seen_ids: set[str] = set()
    for n, block in enumerate(blocks):
        known = [
            kind for kind, (_, surfaces) in CHECKS.items() if surface in surfaces and kind not in refused
        ]
        _check(block, f"/blocks/{n}", report, known, seen_ids)
    kinds = [kind_of(block) for block in within(blocks)]
    if kinds.count("table") > 1:
        report.add("only one table allowed per message", "/blocks")
    if kinds.count("data_visualization") > MOST_CHARTS:
        report.add(f"no more than {MOST_CHARTS} data_visualization blocks allowed per message", "/blocks")
    return report


def _check(block: Any, at: str, report: Report, known: Collection[str], seen_ids: set[str]) -> None:
    """One block of a known type, with those that it contains."""
    kind = kind_of(block)
    if kind is None or kind not in known:
        report.add(f"unsupported type: {kind}", f"{at}/type")
        return
    CHECKS[kind][0](block, at, report)
    if "block_id" in block:
        report.text(block["block_id"], f"{at}/block_id", BLOCK_ID, least=1)
        name = str(block["block_id"])
        if name in seen_ids:
            report.add(f"block_id already exists: {name}", f"{at}/block_id")
        seen_ids.add(name)
    _unique_actions(block, at, report)
    for n, child in enumerate(items(block.get("child_blocks")) if kind == "container" else ()):
        contained = [one for one in CONTAINED if one in known]
        _check(child, f"{at}/child_blocks/{n}", report, contained, seen_ids)


def within(blocks: Any) -> Iterator[Mapping[str, Any]]:
    """Every block, those in a container after it."""
    for block in items(blocks):
        if isinstance(block, Mapping):
            yield block
            if block.get("type") == "container":
                yield from within(block.get("child_blocks"))


def _unique_actions(block: Mapping[str, Any], at: str, report: Report) -> None:
    """Action ids may stand once per block."""
    elements = block.get("elements", []) if block.get("type") in ("actions", "context_actions") else []
    seen: set[str] = set()
    for n, element in enumerate(items(elements)):
        action = str(element.get("action_id") or "") if isinstance(element, Mapping) else ""
        if action in seen:
            report.add(f"action_id already exists: {action}", f"{at}/elements/{n}/action_id")
        if action:
            seen.add(action)


def markdown_length(blocks: list[Mapping[str, Any]]) -> int:
    """Characters of all markdown blocks of one message together."""
    return sum(len(block.get("text", "")) for block in blocks if block.get("type") == "markdown")
