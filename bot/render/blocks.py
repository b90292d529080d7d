"""Makes Block Kit blocks and knows every limit of Slack's; no one else spells one.

Text is cut with "…" where a reader loses little. What a program reads (a button's value, the number of buttons) is refused
instead: cut, it would mean something else. Limits: https://docs.slack.dev/reference/block-kit/blocks
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from bot.render.intent import Intent
from bot.render.markdown import plain
from bot.text import clean

Block = dict[str, Any]

MESSAGE_BYTES = 9_000
"""Of UTF-8: text, sources and buttons of one message together. Slack refuses more than about 11,000, for a stream in all its calls."""
MESSAGE_BLOCKS = 50
MESSAGE_TEXT = 4_000  # chat.update refuses more with msg_too_long
MARKDOWN_TEXT = 12_000  # all markdown blocks of a message together
SECTION_TEXT = 3_000
SECTION_FIELDS = 10
FIELD_TEXT = 2_000
HEADER_TEXT = 150
CONTEXT_ELEMENTS = 10
ACTIONS_ELEMENTS = 25
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
BUTTON_URL = 3_000
BLOCK_ID = 255
ALT_TEXT = 1_000  # of a picture that is uploaded
OPTION_TEXT = 75
OPTION_VALUE = 150
OVERFLOW_OPTIONS = 5
SELECT_OPTIONS = 100
VIEW_BLOCKS = 100
WINDOW_TEXT = 24
LABEL_TEXT = 48  # more is taken, but wraps in a window
PLACEHOLDER_TEXT = 150
INPUT_TEXT = 3_000
TABLE_TEXT = 9_000
"""Of all cells together: data_table takes 20,000, table 10,000, and the message has a bound of its own."""
LINK = "link"
"""The action id of every button that leads out of Slack: that it was pressed is told, and asks for nothing."""
MENU = "menu"
"""The action id of every menu; what was chosen says which verb it is."""

# What a cut goes through: a character of several parts; in mrkdwn an entity, a link or a mention too (a "<" that is no sign is escaped).
_PARTS = re.compile(r"[\u200d\ufe0f]+\Z")
_BEGUN = re.compile(r"(?:&[#\w]{0,7}|<[^<>]*|`{1,2}|[\u200d\ufe0f]+)\Z")


class LimitError(ValueError):
    """A block that Slack would refuse: a mistake of ours, never of the person who reads."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a message shows, and the text that stands in for it in notifications and for screen readers."""

    text: str
    blocks: list[Block] = field(default_factory=list)
    simpler: Self | None = None
    """What to show where Slack refuses these blocks; below the last rung there is no block."""
    whole: str = ""
    """All of it as safe Markdown, where it takes no blocks; without it the text stands for the message."""

    @property
    def rungs(self) -> list[list[Block]]:
        """Return what can be shown, from its own blocks down to none: the text alone."""
        below = self.simpler.rungs if self.simpler is not None else [[]]
        return [self.blocks, *below] if self.blocks else below

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what ``asdict`` made of a message."""
        below = data.get("simpler")
        return cls(
            data["text"], data["blocks"], cls.from_json(below) if below else None, data.get("whole", "")
        )

    def __post_init__(self) -> None:
        if len(self.text) > MESSAGE_TEXT:
            object.__setattr__(self, "text", plain(self.text, MESSAGE_TEXT))
        if len(self.blocks) > MESSAGE_BLOCKS:
            raise LimitError(f"{len(self.blocks)} blocks in a message; Slack takes {MESSAGE_BLOCKS}.")
        markdown_length = sum(len(block["text"]) for block in self.blocks if block["type"] == "markdown")
        if markdown_length > MARKDOWN_TEXT:
            raise LimitError(
                f"{markdown_length} characters of Markdown in a message; Slack takes {MARKDOWN_TEXT}."
            )


def size(blocks: Sequence[Block]) -> int:
    """Return the bytes of blocks, with all that only programs read: more than Slack counts, never less."""
    return sum(
        len(block["text"].encode())
        if block["type"] == "markdown"
        else len(json.dumps(block, ensure_ascii=False).encode())
        for block in blocks
    )


def mrkdwn(text: str, limit: int = SECTION_TEXT) -> dict[str, Any]:
    """Return a text object. `text` is Slack's mrkdwn: whatever is not ours went through `escape_mrkdwn`."""
    return {"type": "mrkdwn", "text": _fit_mrkdwn(text, limit), "verbatim": True}


def plain_text(text: str, limit: int) -> dict[str, Any]:
    """Return a text object that shows its characters and nothing else."""
    return {"type": "plain_text", "text": fitted(text, limit), "emoji": True}


def section(text: str, *, columns: Sequence[str] = (), accessory: Block | None = None) -> Block:
    """Return a paragraph of mrkdwn, with up to ten short fields in two columns and one element at its side."""
    if len(columns) > SECTION_FIELDS:
        raise LimitError(f"{len(columns)} fields in a section; Slack takes {SECTION_FIELDS}.")
    block: Block = {"type": "section", "text": mrkdwn(text)}
    if columns:
        block["fields"] = [mrkdwn(text_of_field, FIELD_TEXT) for text_of_field in columns]
    if accessory is not None:
        block["accessory"] = accessory
    return block


def literal(text: str) -> Block:
    """Return a paragraph that shows its characters and nothing else."""
    return {"type": "section", "text": plain_text(text, SECTION_TEXT)}


def markdown(text: str) -> Block:
    """Standard Markdown; `text` is safe already. A longer text is split by its author, not cut here."""
    if len(text) > MARKDOWN_TEXT:
        raise LimitError(f"{len(text)} characters of Markdown; Slack takes {MARKDOWN_TEXT}.")
    return {"type": "markdown", "text": text}


def context(*texts: str) -> Block:
    """Small gray mrkdwn below something."""
    if not 1 <= len(texts) <= CONTEXT_ELEMENTS:
        raise LimitError(f"{len(texts)} elements in a context; Slack takes 1 to {CONTEXT_ELEMENTS}.")
    return {"type": "context", "elements": [mrkdwn(text) for text in texts]}


def small(text: str, limit: int) -> Block:
    """Return small grey words that show their characters and nothing else."""
    return {"type": "context", "elements": [plain_text(text, limit)]}


def header(text: str) -> Block:
    """Return a headline."""
    return {"type": "header", "text": plain_text(text, HEADER_TEXT)}


def divider() -> Block:
    """Return a line across."""
    return {"type": "divider"}


def actions(*elements: Block, block_id: str | None = None) -> Block:
    """Return a row of buttons."""
    if not 1 <= len(elements) <= ACTIONS_ELEMENTS:
        raise LimitError(
            f"{len(elements)} elements in a row of actions; Slack takes 1 to {ACTIONS_ELEMENTS}."
        )
    block: Block = {"type": "actions", "elements": [*elements]}
    if block_id is not None:
        if len(block_id) > BLOCK_ID:
            raise LimitError(f"A block id of {len(block_id)} characters; Slack takes {BLOCK_ID}.")
        block["block_id"] = block_id
    return block


def button(
    text: str,
    intent: Intent | None = None,
    *,
    name: str = "",
    style: Literal["primary", "danger"] | None = None,
    url: str | None = None,
    confirm: Block | None = None,
    label: str = "",
) -> Block:
    """Return a button: what is wanted when it is pressed. ``name`` tells buttons of one verb in a row apart, as Slack demands.

    Slack itself asks ``confirm`` before it delivers the press. ``label`` is read aloud in place of a text that is a picture.
    """
    element: Block = {"type": "button", "text": plain_text(text, BUTTON_TEXT)}
    if label:
        element["accessibility_label"] = label[:BUTTON_TEXT]
    if intent is not None:
        element |= {"action_id": intent.verb + (f"#{name}" if name else ""), "value": intent.pack()}
        if len(element["value"]) > BUTTON_VALUE:
            raise LimitError(
                f"{intent.verb}: {len(element['value'])} characters; a button carries {BUTTON_VALUE}."
            )
    if style is not None:
        element["style"] = style
    if url is not None:
        if len(url) > BUTTON_URL:
            raise LimitError(f"A button's URL of {len(url)} characters; Slack takes {BUTTON_URL}.")
        element = {"action_id": LINK} | element | {"url": url}
    if confirm is not None:
        element["confirm"] = confirm
    return element


def dialog(title: str, text: str, yes: str, no: str = "Cancel") -> Block:
    """Return what Slack asks before it delivers a press; nothing of it comes back.

    https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object
    """
    words = {"title": (title, 100), "text": (text, 300), "confirm": (yes, 30), "deny": (no, 30)}
    if long := [name for name, (words_of_it, limit) in words.items() if len(words_of_it) > limit]:
        raise LimitError(f"{', '.join(long)} of a dialog: longer than Slack takes.")
    return {name: plain_text(words_of_it, limit) for name, (words_of_it, limit) in words.items()}


def option(text: str, value: str) -> Block:
    """One choice of a menu or a select."""
    if len(value) > OPTION_VALUE:
        raise LimitError(f"An option's value of {len(value)} characters; Slack takes {OPTION_VALUE}.")
    return {"text": plain_text(text, OPTION_TEXT), "value": value}


def menu(*entries: tuple[str, Intent]) -> Block:
    """Return the … menu of a row: what else can be done with it."""
    if not 1 <= len(entries) <= OVERFLOW_OPTIONS:
        raise LimitError(f"{len(entries)} entries in a menu; Slack takes 1 to {OVERFLOW_OPTIONS}.")
    options = [option(text, intent.pick()) for text, intent in entries]
    return {"type": "overflow", "action_id": MENU, "options": options}


def select(label: str, *entries: tuple[str, Intent]) -> Block:
    """Return a choice of many, read as a menu is; ``label`` stands in it while nothing is chosen."""
    if not 1 <= len(entries) <= SELECT_OPTIONS:
        raise LimitError(f"{len(entries)} entries in a select; Slack takes 1 to {SELECT_OPTIONS}.")
    options = [option(text, intent.pick()) for text, intent in entries]
    placeholder = plain_text(label, PLACEHOLDER_TEXT)
    return {"type": "static_select", "action_id": MENU, "placeholder": placeholder, "options": options}


def row(text: str, *elements: Block) -> list[Block]:
    """One row of a list with what can be done about it: one element stands beside the text, more stand below it."""
    if len(elements) == 1:
        return [section(text, accessory=elements[0])]
    return [section(text), actions(*elements)] if elements else [section(text)]


def fitted(text: str, limit: int) -> str:
    """Return ``text`` within ``limit``; Slack refuses an empty text object, so there is always something."""
    text = clean(text)
    if not text.strip():
        return " "
    return text if len(text) <= limit else _PARTS.sub("", text[: limit - 1]).rstrip() + "…"


def _fit_mrkdwn(text: str, limit: int) -> str:
    """As ``fitted``, cut where no entity, link or code goes on."""
    text = clean(text)
    if len(text) <= limit:
        return fitted(text, limit)
    kept = _BEGUN.sub("", text[: limit - len("```…")])
    mark = "```" if kept.count("```") % 2 else "`" if kept.count("`") % 2 else ""
    return kept.rstrip() + mark + "…"
