"""Conversations, their messages, and what insights found in them."""

from __future__ import annotations

from typing import Any

from pydantic import AwareDatetime, Field, model_validator

from bot.telnyx._paging import Page
from bot.telnyx._resource import AnswerModel, Moment, RequestModel
from bot.telnyx._rows import Rows


class Conversation(AnswerModel):
    """A call, a chat or a thread of text messages.

    Telnyx sets the metadata `telnyx_conversation_channel` (an open set of words), `telnyx_agent_target`,
    `telnyx_end_user_target`, `assistant_id` and `call_control_id`; customers add their own.
    """

    id: str
    created_at: Moment | None = None
    last_message_at: Moment | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)
    name: str | None = None


class ConversationMessage(AnswerModel):
    """One message; `text` may be None beside `tool_calls`. `sent_at` is when the person saw or heard it."""

    role: str
    text: str | None = None
    created_at: Moment | None = None
    sent_at: Moment | None = None
    tool_calls: tuple[dict[str, Any], ...] | None = None
    metadata: dict[str, Any] | None = None


class MessagePage(Page[ConversationMessage]):
    """One page of messages."""


class InsightResult(AnswerModel):
    """What one insight found: text, or a JSON object as text when the insight has a schema."""

    insight_id: str
    result: str


class ConversationInsight(AnswerModel):
    """One run of an insight group over a conversation; `status` is pending, in_progress, completed, failed or new to us."""

    id: str
    status: str
    created_at: Moment | None = None
    conversation_insights: Rows[InsightResult] = ()


class InsightAggregate(AnswerModel):
    """How many insights have these values; `values` are those of the fields that were grouped by or shown."""

    record_count: int
    values: dict[str, Any]

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, row: Any) -> Any:
        if not isinstance(row, dict) or "values" in row:
            return row
        values = {name: value for name, value in row.items() if name != "record_count"}
        return {"record_count": row.get("record_count"), "values": values}


class NewMessage(RequestModel):
    """A message to add. What is read as `text` is written as `content`; `metadata` holds text, numbers, truth, lists of those."""

    role: str
    content: str = ""
    name: str | None = None
    sent_at: AwareDatetime | None = None
    metadata: dict[str, str | int | bool | list[str | int | bool]] | None = None
    tool_calls: tuple[dict[str, Any], ...] | None = None
    tool_call_id: str | None = None
    tool_choice: str | dict[str, Any] | None = None
