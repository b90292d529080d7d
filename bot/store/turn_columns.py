"""The columns of a question's row, by name and type, for all that write some of them. What each means stands in ``schema.py``."""

from typing import Any, TypedDict


class Question(TypedDict, total=False):
    """What is known when a question is taken in."""

    id: str
    kind: str
    team: str
    channel: str
    root: str
    ts: str
    user: str
    question: str
    options: dict[str, Any]
    private: int
    bot_user: str


class Columns(Question, total=False):
    """All columns; writing some leaves the others as they are."""

    state: str
    attempts: int
    boot: str
    crashes: int
    outcome: str
    answer: str | None
    passages: list[dict[str, Any]] | None
    buckets: list[str] | None
    note: str | None
    model: str | None
    prompt_tokens: int | None
    completion_tokens: int | None
    estimated: int | None
    trace: dict[str, Any] | None
    error_id: str
    retryable: int
    created_at: float
    finished_at: float | None
