"""Buckets and their files."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from bot.render.addresses import WebAddress
from bot.render.blocks import Block, Message, button, menu, row
from bot.render.calls import Summarize
from bot.render.clusters import Compute
from bot.render.intent import Intent, Name, Paged
from bot.render.markdown import code, escape_mrkdwn, moment, plain
from bot.render.numbers import counted
from bot.render.outcomes import ROWS, Listing
from bot.services.documents import State, state_of
from bot.services.summarize_file import takes
from bot.telnyx import BucketFile

SIZE, OVERLAP = 1_024, 512
"""Of a passage, where Telnyx isn't told otherwise."""
REASON = 200
"""Characters of why a file failed."""
SIGNS = {
    State.EMBEDDED: ":white_check_mark:",
    State.FAILED: ":x:",
    State.WAITING: ":hourglass_flowing_sand:",
}
WORDS = {"partial_success": "partly embedded", "queued": "waiting", "processing": "being embedded"}
"""Of statuses that say more than the state of a file."""
FIX = "Save a failed file as PDF, Markdown, HTML, or UTF-8 text, and add it again."
NONE = "There are no embedded documents yet. Put files into a Telnyx storage bucket, then type `/telnyx docs embed` and its name."


class Docs(Paged, verb="docs"):
    """The embedded buckets."""


class ShowDocs(Paged, verb="docs show"):
    """The files of a bucket."""

    bucket: Name


class Embed(Intent, verb="docs embed", validate_default=True):
    """Embed a bucket."""

    bucket: Name = Field(title="Storage bucket", examples=["handbook"])
    chunk_size: int | None = Field(
        default=None, ge=1, le=100_000, description="How large a passage is; by default 1024."
    )
    overlap: int | None = Field(
        default=None, ge=0, le=100_000, description="What the next one repeats; by default half, at most 512."
    )
    model: Literal["thenlper/gte-large", "intfloat/multilingual-e5-large"] | None = Field(
        default=None, description="gte-large, the default, reads English; the other one more languages."
    )
    loader: Literal["default", "intercom"] | None = Field(
        default=None, description="intercom is for articles that were exported from there."
    )

    @field_validator("overlap")
    @classmethod
    def _smaller(cls, overlap: int | None, info: ValidationInfo) -> int | None:
        size = info.data.get("chunk_size") or SIZE
        if overlap is None and size <= OVERLAP:  # Telnyx's own would be no smaller
            return int(size // 2)
        if overlap is not None and overlap >= size:
            raise ValueError(f"The overlap has to be smaller than the passage: at most {size - 1:,}.")
        return overlap


class AddUrl(Intent, verb="docs add-url"):
    """Add a page of the web to a bucket."""

    bucket: Name
    url: Annotated[
        WebAddress,
        Field(
            title="Address",
            description="The page, and those below it up to five levels deep, are stored and embedded.",
            examples=["https://help.example.com/leave"],
        ),
    ]


class AddLink(Intent, verb="add_link"):
    """Open the form for a page, with the bucket chosen."""

    bucket: Name


class Disable(Intent, verb="docs disable"):
    """Throw away a bucket's embeddings."""

    bucket: Name


def buckets(names: Sequence[str], *, may_change: bool) -> Listing:
    """One bucket a row; what changes it is in the menu of those who may."""
    rows = [row(code(name), *_actions(name, may_change=may_change)) for name in names]
    return Listing("Documents", rows, NONE, "Ask about one: `/ask … --bucket NAME`")


def files(
    intent: ShowDocs, found: Sequence[BucketFile], *, may_change: bool, may_read: bool = False
) -> Listing:
    """Return the page that was asked for, one file a row: its state, when it was embedded, and why it failed.

    Those who may read what is in the files have a button to summarize each that Telnyx takes.
    """
    bucket = intent.bucket
    change = [button("Embed again", Embed(bucket=bucket)), button("Add a link", AddLink(bucket=bucket))]
    return Listing(
        f"Files in {bucket}",
        [
            row(_file(file), *_reads(bucket, file, may_read=may_read))
            for file in found[intent.place(len(found), ROWS)]
        ],
        f"The bucket {code(bucket)} has no files.",
        f"Ask about them: {code(f'/ask … --bucket {bucket}')}",
        total=len(found),
        lead=_summary(found),
        buttons=change if may_change else (),
    )


def failure(file: BucketFile) -> str:
    """Return a file that failed, and why."""
    return f"{SIGNS[State.FAILED]} {code(file.filename)} · failed\n{_why(file)}"


def disabled(bucket: str) -> Message:
    """Say that a bucket is no longer searched."""
    return Message(f"I no longer search {code(bucket)}. Its files are still in the storage bucket.")


def disabling(bucket: str, count: int) -> str:
    """Ask before the embeddings of a bucket are thrown away."""
    return (
        f"Disable {code(bucket)}? The embeddings of {counted(count, 'file')} will be deleted, and no one gets answers from them "
        "until the bucket is embedded again."
    )


def _actions(name: str, *, may_change: bool) -> list[Block]:
    more = menu(
        ("Embed again", Embed(bucket=name)),
        ("Find topics…", Compute(bucket=name)),
        ("Disable…", Disable(bucket=name)),
    )
    return [button("Show files", ShowDocs(bucket=name)), *([more] if may_change else [])]


def _reads(bucket: str, file: BucketFile, *, may_read: bool) -> list[Block]:
    if not (may_read and takes(file.filename)) or state_of(file) is State.FAILED:
        return []
    return [button("Summarize", Summarize(what=f"{bucket}/{file.filename}"))]


def _summary(found: Sequence[BucketFile]) -> str:
    """Return ``41 files: 38 embedded, 3 failed``, and what to do about those."""
    states = [*map(state_of, found)]
    counts = [(state, states.count(state)) for state in reversed(State)]
    parts = [f"{count:,} {state}" for state, count in counts if count]
    text = f"*{counted(len(found), 'file')}: {', '.join(parts)}*"
    return f"{text}\nFailed files come first. {FIX}" if State.FAILED in states else text


def _file(file: BucketFile) -> str:
    state = state_of(file)
    if state is State.FAILED:
        return failure(file)
    word = WORDS.get(file.status, str(state))
    if state is State.WAITING and file.status not in WORDS:
        word = f"{word} ({escape_mrkdwn(plain(file.status, REASON))})"
    at = file.last_embedded_at
    when = moment(at.timestamp(), "{date_short_pretty} at {time}") if at else ""
    told = f" {when}" if state is State.EMBEDDED else f" · last embedded {when}"
    return f"{SIGNS[state]} {code(file.filename)} · {word}{told if when else ''}"


def _why(file: BucketFile) -> str:
    return f"_{escape_mrkdwn(plain(file.error_reason or 'Telnyx didn’t say why.', REASON))}_"  # noqa: RUF001 - an apostrophe within the quotes of an f-string
