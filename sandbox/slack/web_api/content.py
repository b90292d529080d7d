"""What a message may contain: text, markdown, blocks, attachments and metadata, checked as Slack checks them."""

import json
from collections.abc import Collection
from typing import Any

from sandbox.slack.blocks import (
    MARKDOWN_TOTAL,
    MESSAGE_BLOCKS,
    MESSAGE_BYTES,
    all_texts,
    check_blocks,
    markdown_length,
)
from sandbox.slack.web_api.method import ApiError, Arguments

LONGEST_TEXT = 40_000
LONGEST_UPDATE = 4_000
MOST_ATTACHMENTS = 100
METADATA_BYTES = 4_096


def checked_blocks(blocks: Any, refused: Collection[str] = ()) -> list[dict[str, Any]]:
    """The blocks, or `invalid_blocks` with a JSON pointer for each problem."""
    if not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    if len(blocks) > MESSAGE_BLOCKS:
        raise ApiError("msg_blocks_too_many")
    report = check_blocks(blocks, "message", refused)
    if report:
        messages = [f"[ERROR] {problem}" for problem in report.problems]
        raise ApiError("invalid_blocks", errors=report.problems, response_metadata={"messages": messages})
    if markdown_length(blocks) > MARKDOWN_TOTAL:
        raise ApiError("msg_blocks_too_long")
    if sum(len(text.encode()) for text in all_texts(blocks)) > MESSAGE_BYTES:
        raise ApiError("msg_blocks_too_long")
    return blocks


def checked_metadata(metadata: Any) -> dict[str, Any]:
    """The metadata: a named event with a payload, together at most 4 kB; `{}` removes what was there."""
    if not isinstance(metadata, dict):
        raise ApiError("invalid_metadata_format")
    if metadata:
        if set(metadata) != {"event_type", "event_payload"}:
            raise ApiError("invalid_metadata_schema")
        if not isinstance(metadata["event_type"], str) or not isinstance(metadata["event_payload"], dict):
            raise ApiError("invalid_metadata_schema")
    if len(json.dumps(metadata, ensure_ascii=False).encode()) > METADATA_BYTES:
        raise ApiError("metadata_too_large")
    return metadata


def checked_markdown(text: str) -> str:
    """Markdown text of at most 12,000 characters, and no more than fits into a message."""
    if len(text) > MARKDOWN_TOTAL or len(text.encode()) > MESSAGE_BYTES:
        raise ApiError("msg_too_long")
    return text


def checked_content(
    given: Arguments, *, longest_text: int | None = None, refused: Collection[str] = ()
) -> dict[str, Any]:
    """The parts of a message that were given, checked; `text` is cut at 40,000 unless `longest_text` refuses it.

    Blocks of the types `refused` are unknown to this workspace.
    """
    content: dict[str, Any] = {}
    if "markdown_text" in given:
        if "text" in given or "blocks" in given:
            raise ApiError("markdown_text_conflict")
        content["markdown"] = checked_markdown(given["markdown_text"])
    if "text" in given:
        if longest_text is not None and len(given["text"]) > longest_text:
            raise ApiError("msg_too_long")
        content["text"] = given["text"][:LONGEST_TEXT]
    if "blocks" in given:
        content["blocks"] = checked_blocks(given["blocks"], refused)
    if "attachments" in given:
        if not isinstance(given["attachments"], list):
            raise ApiError("invalid_attachments")
        if len(given["attachments"]) > MOST_ATTACHMENTS:
            raise ApiError("too_many_attachments")
        content["attachments"] = given["attachments"]
    if "metadata" in given:
        content["metadata"] = checked_metadata(given["metadata"])
    return content


def is_empty(content: dict[str, Any]) -> bool:
    """Whether nothing of it would be visible."""
    return not any(content.get(key) for key in ("text", "markdown", "blocks", "attachments"))
