"""Insights of conversations that have ended: computed from the conversation's own sentences, pending for a while first."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .insight_templates import Group, Insight
from .stages import Lifecycle
from .summary import NOT_MENTIONED, answer_instruction, has_cue

RUN_STATUSES = ("pending", "in_progress", "completed", "failed")
_FINAL = frozenset({"completed", "failed"})
_GLAD, _CROSS = "thank happy great glad perfect", "angry unhappy unacceptable wrong broken frustrated"


@dataclass
class Run:
    """The insights of one group over one conversation that has ended; `results` are strings by insight id.

    `without`: fields that its row lacks.
    """

    run_id: str
    conversation_id: str
    group: Group
    results: Mapping[str, str]
    names: Mapping[str, str]
    course: Lifecycle
    without: frozenset[str] = frozenset()

    def due(self) -> datetime:
        """When the results are there."""
        at = self.course.finished_at(datetime.max.replace(tzinfo=self.course.began.tzinfo))
        return at or self.course.began


class InsightResults:
    """The runs of all conversations.

    Args:
        now: the sandbox's clock.
        pending_seconds: how long a run waits. running_seconds: how long it works after that.
    """

    def __init__(
        self, now: Callable[[], datetime], *, pending_seconds: float = 1, running_seconds: float = 3
    ) -> None:
        self._now = now
        self._waits = (pending_seconds, running_seconds)
        self.runs: list[Run] = []

    def start(
        self,
        conversation_id: str,
        messages: Sequence[Mapping[str, Any]],
        group: Group,
        insights: Sequence[Insight],
    ) -> Run:
        """Compute a group's insights; they show as pending and in progress before they are completed."""
        text = "\n".join(message["text"] for message in messages if message["role"] != "tool")
        pending, running = self._waits
        steps = (("pending", 0.0), ("in_progress", pending), ("completed", pending + running))
        run = Run(
            str(uuid.uuid4()),
            conversation_id,
            group,
            {insight.insight_id: _result(insight, text) for insight in insights},
            {insight.insight_id: insight.name for insight in insights},
            Lifecycle(self._now(), steps, _FINAL),
        )
        self.runs.append(run)
        return run

    def of(self, conversation_id: str) -> list[dict[str, Any]]:
        """ConversationInsights as documented; without results until they are completed."""
        return [self._row(run) for run in self.runs if run.conversation_id == conversation_id]

    def find(self, run_id: str) -> Run:
        """A run.

        Raises:
            KeyError: there is none of that id.
        """
        for run in self.runs:
            if run.run_id == run_id:
                return run
        raise KeyError(run_id)

    def _row(self, run: Run) -> dict[str, Any]:
        status = run.course.status(self._now())
        results = run.results if status == "completed" else {}
        row = {
            "id": run.run_id,
            "status": status,
            "created_at": run.course.began.isoformat(),
            "conversation_insights": [{"insight_id": one, "result": text} for one, text in results.items()],
        }
        return {name: value for name, value in row.items() if name not in run.without}


def _result(insight: Insight, text: str) -> str:
    """A sentence or two, or stringified JSON when the insight has a schema that can be read."""
    schema = insight.json_schema
    if isinstance(schema, str):
        try:
            schema = json.loads(schema)
        except ValueError:
            schema = None
    wish = f"{insight.name}: {insight.instructions}"
    if not isinstance(schema, dict):
        return answer_instruction(wish, text)
    return json.dumps(_value(wish, schema, text), ensure_ascii=False)


def _value(wish: str, schema: Mapping[str, Any], text: str) -> Any:
    """A value of the schema's type, taken from the text."""
    if "enum" in schema:
        return next((v for v in schema["enum"] if str(v).lower() in text.lower()), schema["enum"][-1])
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if kind == "object":
        return {name: _value(name, inner, text) for name, inner in schema.get("properties", {}).items()}
    if kind == "array":
        found = answer_instruction(wish, text)
        return [] if found == NOT_MENTIONED else [_value(wish, schema.get("items", {"type": "string"}), text)]
    if kind == "boolean":
        return has_cue(wish, text)
    if kind in {"integer", "number"}:
        return _score(schema, text)
    return answer_instruction(wish, text)


def _score(schema: Mapping[str, Any], text: str) -> int:
    """How glad the words are, on the schema's scale (1 to 10 when it has none)."""
    least, most = int(schema.get("minimum", 1)), int(schema.get("maximum", 10))
    lower = text.lower()
    glad, cross = (sum(lower.count(word) for word in words.split()) for words in (_GLAD, _CROSS))
    share = (glad + 1) / (glad + cross + 2)
    return round(least + share * (most - least))
