"""Checks of the two table blocks.

Sources: https://docs.slack.dev/reference/block-kit/blocks/table-block and …/data-table-block.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.slack.block_report import Report, items, keys, kind_of
from sandbox.slack.rich_text import check_rich_text

TABLE_ROWS, TABLE_COLUMNS, TABLE_CHARACTERS = 100, 20, 10_000
DATA_ROWS, DATA_CHARACTERS, PAGE_SIZE = 101, 20_000, 100
ALIGNMENTS = ("left", "center", "right")
CELLS = ("raw_text", "raw_number", "rich_text")


def table(block: Mapping[str, Any], at: str, report: Report) -> None:
    """A plain table: 1 to 100 rows of up to 20 cells, 10,000 characters."""
    keys(block, at, report, required=("rows",), allowed=("column_settings",))
    _rows(block.get("rows", []), f"{at}/rows", report, least=1, most=TABLE_ROWS, characters=TABLE_CHARACTERS)
    settings = block.get("column_settings", [])
    report.count(settings, f"{at}/column_settings", TABLE_COLUMNS)
    for n, setting in enumerate(items(settings)):
        if setting is None:
            continue
        keys(setting, f"{at}/column_settings/{n}", report, allowed=("align", "is_wrapped"))
        if isinstance(setting, Mapping) and setting.get("align", "left") not in ALIGNMENTS:
            report.add(f"invalid align: {setting['align']}", f"{at}/column_settings/{n}/align")


def data_table(block: Mapping[str, Any], at: str, report: Report) -> None:
    """A table that pages and sorts: a header without rich text and 1 to 100 rows, all equally long, 20,000 characters."""
    allowed = ("page_size", "row_header_column_index")
    keys(block, at, report, required=("caption", "rows"), allowed=allowed)
    if "caption" in block:
        report.text(block["caption"], f"{at}/caption", DATA_CHARACTERS, least=1)
    rows = block.get("rows", [])
    _rows(rows, f"{at}/rows", report, least=2, most=DATA_ROWS, characters=DATA_CHARACTERS)
    header = items(rows)[0] if items(rows) else []
    for c, cell in enumerate(items(header)):
        if kind_of(cell) == "rich_text":
            report.add("rich_text is not allowed in the header", f"{at}/rows/0/{c}/type")
    for r, row in enumerate(items(rows)):
        if isinstance(row, list) and len(row) != len(items(header)):
            report.add(f"must have {len(items(header))} cells, as the header", f"{at}/rows/{r}")
    _number(block, "page_size", at, report, least=1, most=PAGE_SIZE)
    _number(block, "row_header_column_index", at, report, least=0, most=max(len(items(header)) - 1, 0))


def _number(block: Mapping[str, Any], key: str, at: str, report: Report, *, least: int, most: int) -> None:
    value = block.get(key, least)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        report.add(f"must be a number from {least} to {most}", f"{at}/{key}")


def _rows(rows: Any, at: str, report: Report, *, least: int, most: int, characters: int) -> None:
    report.count(rows, at, most, least=least)
    total = 0
    for r, row in enumerate(items(rows)):
        report.count(row, f"{at}/{r}", TABLE_COLUMNS, least=1)
        for c, cell in enumerate(items(row)):
            total += _cell(cell, f"{at}/{r}/{c}", report, characters)
    if total > characters:
        report.add(f"must be less than {characters + 1} characters in all cells", at)


def _cell(cell: Any, at: str, report: Report, longest: int) -> int:
    """Check one cell and return its number of characters; an empty one is refused."""
    kind = kind_of(cell)
    if kind == "raw_text":
        keys(cell, at, report, required=("text",))
        report.text(cell.get("text"), f"{at}/text", longest, least=1)
        return len(str(cell.get("text", "")))
    if kind == "raw_number":
        keys(cell, at, report, required=("value",), allowed=("text",))
        if not isinstance(cell.get("value"), (int, float)) or isinstance(cell.get("value"), bool):
            report.add("must be a number", f"{at}/value")
        return len(str(cell.get("text", cell.get("value", ""))))
    if kind == "rich_text":
        keys(cell, at, report, required=("elements",))
        check_rich_text(cell.get("elements", []), f"{at}/elements", report)
        return _characters(cell)
    report.add(f"unsupported type: {kind}", f"{at}/type")
    return 0


def _characters(node: Any) -> int:
    """The characters of rich text."""
    if isinstance(node, Mapping):
        own = len(node["text"]) if isinstance(node.get("text"), str) else 0
        return own + sum(_characters(value) for value in node.values() if not isinstance(value, str))
    return sum(_characters(item) for item in node) if isinstance(node, list) else 0
