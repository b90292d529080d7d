"""What Slack would draw, as plain text on a terminal. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.render.blocks import Block
from bot.render.errors import words
from bot.render.inert import BREAK
from bot.slack.markup import unescape

_LABELED = re.compile(r"<[^<>|]*\|([^<>]*)>")
_MOMENT = re.compile(r"<!date\^(\d{1,11})\^([^|<>]*)\|[^<>]*>")
_ADDRESS = re.compile(r"<([^<>|]*)>")
_EMOJI = re.compile(r"(?<!\w):[a-z][a-z0-9_+-]*:(?!\w) ?")
_EMPHASIS = re.compile(r"(?<!\w)([*_~])(?=\S)([^\n]*?)(?<=\S)\1(?!\w)")
_CODE = re.compile(r"`([^`\n]*)`")


def plain(text: str) -> str:
    """Return mrkdwn without its marks; what stands in backticks is left as it is."""
    # Split at code, every other part is code.
    parts = _CODE.split(_ADDRESS.sub(r"\1", _LABELED.sub(r"\1", _MOMENT.sub(_here, text))))
    bare = (part if n % 2 else _EMPHASIS.sub(r"\2", _EMOJI.sub("", part)) for n, part in enumerate(parts))
    # A terminal makes no link of a name, and it is copied from there.
    return unescape("".join(bare)).replace(BREAK, "")


def _here(moment: re.Match[str]) -> str:
    """Return a time on this computer's clock, as Slack shows it on its reader's."""
    at = datetime.fromtimestamp(int(moment[1])).astimezone()
    return f"{at:%Y-%m-%d %H:%M}" if "{time" in moment[2] else f"{at:%Y-%m-%d}"


def failure(error: Exception) -> str:
    """Return the sentence for an error, without the place for an id: on a terminal there is no log to look it up in."""
    return plain(words(error, "").text)


def drawn(blocks: Iterable[Block]) -> str:
    """Return what is to be read in blocks; buttons and menus are left out."""
    return "\n".join(text for block in blocks if (text := _drawn(block)))


def _drawn(block: Block) -> str:
    match block["type"]:
        case "table" | "data_table":
            return _columns([[cell["text"] for cell in row] for row in block["rows"]])
        case "container":
            return "\n".join((str(block["title"]["text"]), drawn(block["child_blocks"])))
        case "context":
            return "  ".join(plain(element["text"]) for element in block["elements"] if "text" in element)
        case "header" | "section":
            texts = [block.get("text"), *block.get("fields", [])]
            return "  ".join(plain(text["text"]) for text in texts if text)
        case "markdown":
            return str(block["text"])
    return ""


def _columns(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
