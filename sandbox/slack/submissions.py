"""Filling in and sending a modal, and what the app's acknowledgement makes of it."""

import asyncio
import re
from typing import Any

from sandbox.slack.action_values import ActionError, field_state, is_filled
from sandbox.slack.answers import Answered, Unanswered
from sandbox.slack.delivery import Deliveries
from sandbox.slack.interaction_payloads import NOT_INTERACTIVE, Seen, installed, triggered, unanswered
from sandbox.slack.messages import JsonObject
from sandbox.slack.suggestions import Suggestions
from sandbox.slack.view_store import View
from sandbox.slack.web_api.method import ApiError
from sandbox.slack.web_api.views import checked_view, free_external_id
from sandbox.slack.workspace import Workspace

NUMBER, WHOLE = re.compile(r"-?\d+(\.\d+)?"), re.compile(r"-?\d+")


class Submissions:
    """Sends modals to the app and applies its answers."""

    def __init__(self, workspace: Workspace, deliveries: Deliveries, suggestions: Suggestions) -> None:
        self._slack, self._deliveries, self._suggestions = workspace, deliveries, suggestions

    async def submit(self, view: View, values: JsonObject) -> Seen:
        """Fill in and send a modal; what is missing or wrong shows in `errors` and sends nothing."""
        if view.kind != "modal" or not view.content.get("submit"):
            raise ActionError("this view has no submit button")
        if self._slack.views.top(view.user) is not view:
            raise ActionError("another view lies over this one")
        errors = self._fill(view, values)
        if errors:
            return {"ok": False, "error": "incomplete", "errors": errors}
        if not installed(self._slack).interactive:
            return NOT_INTERACTIVE
        view.errors = {}
        shown = {"view": view.for_app(self._slack.world.team.id), "response_urls": []}
        payload = triggered(self._slack, "view_submission", view.user, view.id) | shown
        answer = await self._deliveries.ask("interactive", payload)
        if isinstance(answer, Unanswered):
            return unanswered(answer)
        if answer.payload:
            await asyncio.sleep(self._slack.timings.view)
        return self._apply(view, answer)

    def _fill(self, view: View, values: JsonObject) -> dict[str, str]:
        """Put the person's values, keyed by block or action id, into the view; what Slack itself would complain of."""
        unused, errors = dict(values), {}
        for block in view.for_app("")["blocks"]:
            if block["type"] != "input":
                continue
            block_id, action_id = block["block_id"], block["element"].get("action_id", "action")
            element = self._suggestions.known((view.user, view.id, block_id, action_id), block["element"])
            value = unused.pop(block_id, unused.pop(action_id, None))
            state = field_state(element, value)
            view.values.setdefault(block_id, {})[action_id] = state
            problem = _problem(element, state, optional=bool(block.get("optional")))
            if problem:
                errors[block_id] = problem
        if unused:
            raise ActionError(f"the view has no field {', '.join(sorted(unused))}")
        return errors

    def _apply(self, view: View, answer: Answered) -> Seen:
        """Do what the acknowledgement asks for; nothing closes the view."""
        said = answer.payload or {}
        kind = said.get("response_action")
        views = self._slack.views
        if kind == "errors":
            return self._complain(view, said.get("errors") or {})
        if kind not in (None, "update", "push", "clear"):
            return {"ok": False, "error": f"unknown response_action {kind}"}
        if views.find(view.id) is None:  # closed, or replaced by another, in the meantime
            return {"ok": True, "response_action": kind}
        try:
            if kind == "update":
                content = checked_view(said.get("view"), "modal", self._slack.refused_blocks)
                free_external_id(self._slack, content, view)
                views.update(view, content)
            elif kind == "push":
                content = checked_view(said.get("view"), "modal", self._slack.refused_blocks)
                free_external_id(self._slack, content)
                if views.push(view.user, content) is None:
                    return {"ok": False, "error": "push_limit_reached"}
            else:
                views.close(view, everything=kind == "clear")
        except ApiError as refusal:
            wanted = self._slack.refused_blocks
            self._slack.findings.refused("view_submission", said, refusal.code, refusal.more, wanted)
            return {"ok": False, "error": refusal.code, **refusal.more}
        self._slack.findings.shown("view_submission", said)
        return {"ok": True, "response_action": kind}

    def _complain(self, view: View, errors: dict[str, str]) -> Seen:
        """Show the app's complaints at the fields; one that names no input of the view is refused whole."""
        fields = {block["block_id"] for block in view.for_app("")["blocks"] if block["type"] == "input"}
        unknown = set(errors) - fields
        if unknown or not errors:
            words = f"errors name no input block of the view: {', '.join(sorted(unknown))}"
            return {"ok": False, "error": words}
        view.errors = errors
        self._slack.changes.bump()
        return {"ok": False, "error": "errors", "response_action": "errors", "errors": errors}


def _problem(element: JsonObject, state: JsonObject, *, optional: bool) -> str:
    """What Slack's own window says about one field before it sends anything."""
    if not is_filled(state):
        return "" if optional else "Please complete this required field."
    text: Any = str(state.get("value") or "")
    longest, shortest = element.get("max_length"), element.get("min_length", 0)
    most = element.get("max_selected_items")
    if longest and len(text) > longest:
        return f"Please enter no more than {longest} characters."
    if text and len(text) < shortest:
        return f"Please enter at least {shortest} characters."
    if most and len(state.get("selected_options", [])) > most:
        return f"Please choose no more than {most}."
    return _number_problem(element, text) if element["type"] == "number_input" else ""


def _number_problem(element: JsonObject, text: str) -> str:
    shape = NUMBER if element.get("is_decimal_allowed") else WHOLE
    if not shape.fullmatch(text):
        return "Please enter a valid number."
    least, most = (float(element.get(key, text)) for key in ("min_value", "max_value"))
    return "" if least <= float(text) <= most else "Please enter a number within the limits of this field."
