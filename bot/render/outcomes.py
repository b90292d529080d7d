"""What a verb's work shows, as data: the one who shows it knows where it can stand, and pages what does not fit. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from bot.render.blocks import (
    MESSAGE_BLOCKS,
    MESSAGE_BYTES,
    TABLE_TEXT,
    VIEW_BLOCKS,
    WINDOW_TEXT,
    Block,
    Message,
    actions,
    button,
    context,
    header,
    mrkdwn,
    plain_text,
    section,
)
from bot.render.intent import Cursor, Intent, Paged
from bot.render.markdown import escape_mrkdwn
from bot.render.newer import Cell, data_table, said, table
from bot.text import beginning

T = TypeVar("T")
ROWS = 10
"""Rows of a page that can be acted on."""
ROWS_BYTES = MESSAGE_BYTES - 1_000
"""Of what the rows of a page say; a title, a hint and buttons stand around them."""
TABLE_ROWS = 20
"""Rows of a page that are only read."""
PREVIOUS, NEXT = "previous", "next"
"""What tells the buttons of a list apart: they turn its page where it stands."""
AGAIN = "again"
"""Names a button that shows the same thing anew where it stands: how far it is by now, or more of it."""


@dataclass(frozen=True, slots=True)
class Modal:
    """A window: what is too long or too private for a channel, a form, a question."""

    title: str
    blocks: Sequence[Block]
    submit: str = ""
    """The label of its button; without one there is only *Close*."""
    callback: str = ""
    memo: str = ""
    """What comes back with it when it is sent."""
    over: bool = False
    """Closing it closes the windows below it too."""
    closed: str = ""
    """What is said where a window with fields was closed before it was filled; nothing, where nothing is lost by that."""

    def view(self, external_id: str = "") -> dict[str, Any]:
        """Return the view as Slack takes it, found again by ``external_id``."""
        more: dict[str, Any] = {
            "callback_id": self.callback,
            "private_metadata": self.memo,
            "external_id": external_id,
            "clear_on_close": self.over,
            "submit": plain_text(self.submit, WINDOW_TEXT) if self.submit else None,
        }
        return {
            "type": "modal",
            "title": plain_text(self.title, WINDOW_TEXT),
            "close": plain_text("Cancel" if self.submit else "Close", WINDOW_TEXT),
            "blocks": [*self.blocks][:VIEW_BLOCKS],
            **{name: value for name, value in more.items() if value},
        }


Shown = Message | Modal
"""What can be shown to a person as it is."""


QUIET = Message("")
"""Nothing more is said: the message in which a button was pressed shows what came of it."""


def shown_from(data: Mapping[str, Any]) -> Shown:
    """Return what ``asdict`` made of something shown."""
    return Modal(**data) if "title" in data else Message.from_json(data)


def as_modal(shown: Shown, title: str) -> Modal:
    """Return a message as a window: Slack draws Markdown and tables in messages only."""
    if isinstance(shown, Modal):
        return shown
    while shown.simpler is not None:
        shown = shown.simpler
    blocks = [section(b["text"]) if b["type"] == "markdown" else b for b in shown.blocks]
    return Modal(title, blocks or [section(shown.text)])


def as_message(shown: Shown) -> Message | None:
    """Return a window as a message; None for a form, which says nothing without its fields."""
    if isinstance(shown, Message):
        return shown
    if shown.submit:
        return Message(shown.closed) if shown.closed else None
    blocks = [block for block in shown.blocks if block["type"] != "input"]
    words = next((b["text"]["text"] for b in blocks if b["type"] == "section"), shown.title)
    return Message(words, blocks[:ROWS] or [section(shown.title)])


def with_foot(message: Message, foot: str) -> Message:
    """Return a message with a small line below it, whichever of its rungs is shown; as it is, where no block fits in."""
    if len(message.blocks) >= MESSAGE_BLOCKS:
        return message
    blocks = [*(message.blocks or [section(message.text)]), context(foot)]
    simpler = with_foot(message.simpler, foot) if message.simpler is not None else None
    return replace(message, blocks=blocks, simpler=simpler)


def loading(title: str) -> Modal:
    """Return the window that stands until there is something to show in it."""
    return Modal(title, [section("Loading…")])


def working(title: str) -> Modal:
    """Return the window that stands while something is changed."""
    return Modal(title, [section("Working on it…")])


@dataclass(frozen=True, slots=True)
class Listing:
    """A list whose rows can be acted on: some blocks each."""

    title: str
    items: Sequence[Sequence[Block]]
    empty: str
    hint: str = ""
    total: int | None = None
    """Given when ``items`` are already the asked page of so many."""
    following: Cursor | None = None
    """The next page of a list that has no numbers."""
    lead: str = ""
    """Said above the rows of each page; mrkdwn."""
    size: int = ROWS
    """Rows of a page."""
    buttons: Sequence[Block] = ()
    """What can be done with all of it; they stand below the rows of each page."""

    def page(self, intent: Intent) -> Message:
        """Return the page that was asked for, with buttons to its neighbors."""
        if not self.items:
            return self._without_rows()
        if isinstance(intent, Paged):
            shown, below, turns = _turned(intent, self.items, self.size, self.total)
        else:
            shown, below, turns = self.items, "", _steps(intent, self.following)
        said = " · ".join(filter(None, (below, self.hint)))
        foot = [context(said)] if said else []
        lead = [section(self.lead)] if self.lead else []
        rows = _fitting([block for row in shown for block in row])
        whole = [actions(*self.buttons)] if self.buttons else []
        blocks = [header(self.title), *lead, *rows, *foot, *whole, *turns]
        title = escape_mrkdwn(self.title)
        return Message(f"{title} ({below})" if below else title, blocks)

    def _without_rows(self) -> Message:
        if not self.buttons:
            return Message(self.empty)
        said = [section(text) for text in (self.lead, self.empty) if text]
        return Message(self.empty, [header(self.title), *said, actions(*self.buttons)])


@dataclass(frozen=True, slots=True)
class Table:
    """A list that is only read: Slack's own table where it is taken, else text by one ladder."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    empty: str
    hint: str = ""
    chart: Block | None = None
    """Stands above the table of each page, where Slack takes it; the rows say the same."""
    buttons: Sequence[Block] = ()
    """What can be done with all of it; they stand below the rows of each page."""

    def page(self, intent: Intent) -> Message:
        """Return the page that was asked for: a chart and a data table, or a table, or text, whichever Slack takes."""
        if not self.rows:
            return Message(self.empty)
        page = intent if isinstance(intent, Paged) else Paged()
        rows, below, turns = _turned(page, self.rows, TABLE_ROWS, None)
        text = f"{escape_mrkdwn(self.title)} ({below})"
        whole = [actions(*self.buttons)] if self.buttons else []
        foot = [context(" · ".join(filter(None, (below, self.hint)))), *whole, *turns]
        named: list[Block] = [header(self.title)]
        message = Message(text, [*named, *(section(self._line(row)) for row in rows), *foot])
        if sum(len(said(cell)) for row in (self.columns, *rows) for cell in row) <= TABLE_TEXT:
            plain, sortable = table(self.columns, rows), data_table(self.title, self.columns, rows)
            for chart in ([], [self.chart]) if self.chart is not None else ([],):
                message = Message(text, [*named, *chart, plain, *foot], message)
                message = Message(text, [*chart, sortable, *foot], message)
        return message

    def _line(self, row: Sequence[Cell]) -> str:
        """Return a row as words: the first cell stands out, empty cells are left out."""
        facts = [
            f"{name}: {escape_mrkdwn(said(cell))}"
            for name, cell in zip(self.columns[1:], row[1:], strict=True)
            if cell != ""
        ]
        return f"*{escape_mrkdwn(said(row[0]))}*" + (f"\n{' · '.join(facts)}" if facts else "")


@dataclass(frozen=True, slots=True)
class Refusal:
    """It was not done, and this helps the person further."""

    message: Message


@dataclass(frozen=True, slots=True)
class File:
    """A file, for the asker's direct message: Slack has no file that only one reader of a channel sees."""

    name: str
    content: bytes = field(repr=False)
    title: str
    alt: str = ""
    """What a picture shows, for those who do not see it."""
    channel: str = ""
    """Where everyone shall see it instead, with the thread it belongs to; where I can't write there, it goes to the asker alone."""
    thread: str = ""


def _fitting(blocks: Sequence[Block]) -> list[Block]:
    """Return the rows of a page as one message takes them: in a wide script the longest of them are cut."""
    texts = [text for block in blocks for text in _said(block)]
    if sum(map(_bytes, texts)) <= ROWS_BYTES:
        return [*blocks]
    share, left = 0, ROWS_BYTES
    for count, size in zip(range(len(texts), 0, -1), sorted(map(_bytes, texts)), strict=True):
        share = left // count
        if size > share:
            break
        left -= size
    return [_cut(block, share) for block in blocks]


def _said(block: Block) -> list[dict[str, Any]]:
    elements = block["elements"] if block["type"] == "context" else ()
    return [one for one in (block.get("text"), *block.get("fields", ()), *elements) if one and "text" in one]


def _bytes(text: dict[str, Any]) -> int:
    return len(text["text"].encode())


def _cut(block: Block, limit: int) -> Block:
    said = _said(block)

    def fit(one: Any) -> Any:
        if one not in said or _bytes(one) <= limit:
            return one
        kept = len(beginning(one["text"], limit))
        return mrkdwn(one["text"], kept) if one["type"] == "mrkdwn" else plain_text(one["text"], kept)

    texts = {name: fit(value) for name, value in block.items() if name == "text"}
    lists = {name: [*map(fit, value)] for name, value in block.items() if name in ("fields", "elements")}
    return {**block, **texts, **lists}


def _turned(
    intent: Paged, items: Sequence[T], size: int, known: int | None
) -> tuple[Sequence[T], str, list[Block]]:
    """Return the rows of a page, which of how many they are, and the buttons to its neighbors."""
    total = len(items) if known is None else known
    pages = -(-total // size)
    number = min(intent.page, pages)
    place = intent.place(total, size)
    shown = items[place] if known is None else items
    below = f"{place.start + 1} to {place.start + len(shown)} of {total}" if pages > 1 else f"{total} in all"
    return (
        shown,
        below,
        _buttons(
            ("Previous", PREVIOUS, intent.model_copy(update={"page": number - 1}) if number > 1 else None),
            ("Next", NEXT, intent.model_copy(update={"page": number + 1}) if number < pages else None),
        ),
    )


def _steps(intent: Intent, following: Cursor | None) -> list[Block]:
    """Return the buttons of a list without numbers: back to its beginning, and on."""
    begun = isinstance(intent, Cursor) and intent.before
    first = intent.model_copy(update={"before": ""}) if begun else None
    return _buttons(("Latest", PREVIOUS, first), ("Next", NEXT, following))


def _buttons(*turns: tuple[str, str, Intent | None]) -> list[Block]:
    made = [button(text, intent, name=name) for text, name, intent in turns if intent is not None]
    return [actions(*made)] if made else []
