"""Menus whose options the app is asked for while someone types (`external_select`).

Source: https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload.
"""

from typing import Any

from sandbox.slack.action_values import ActionError
from sandbox.slack.answers import Unanswered
from sandbox.slack.block_choices import (
    OPTIONS,
    QUERY_LENGTH,
    all_options,
    check_groups,
    check_options,
)
from sandbox.slack.block_report import Report
from sandbox.slack.delivery import Deliveries
from sandbox.slack.http_events import NO_OPTIONS_URL
from sandbox.slack.interaction_payloads import NOT_INTERACTIVE, Seen, installed, source, unanswered
from sandbox.slack.messages import JsonObject
from sandbox.slack.workspace import Workspace

EXTERNAL = ("external_select", "multi_external_select")
Place = tuple[str, str, str, str]
"""Where a menu is for someone: person, view or message, block, action."""


class Suggestions:
    """Asks the app, and remembers what each person was offered: only that can be chosen."""

    def __init__(self, workspace: Workspace, deliveries: Deliveries) -> None:
        self._slack, self._deliveries = workspace, deliveries
        self._offered: dict[Place, list[JsonObject]] = {}

    async def ask(self, place: Place, element: JsonObject, where: JsonObject, typed: str) -> Seen:
        """Open the menu, or type into it; what the app offers in `options` or `option_groups`."""
        user, _, block_id, action_id = place
        if element["type"] not in EXTERNAL:
            raise ActionError(f"{action_id!r} brings its options along: it is a {element['type']}")
        least = element.get("min_query_length", QUERY_LENGTH)
        if len(typed) < least:
            raise ActionError(f"this menu asks for options after {least} characters, not {len(typed)}")
        if not installed(self._slack).interactive:
            return NOT_INTERACTIVE
        payload = source(self._slack, "block_suggestion", user) | where
        payload |= {"action_id": action_id, "block_id": block_id, "value": typed}
        answer = await self._deliveries.ask("interactive", payload)
        if isinstance(answer, Unanswered):
            if answer.reason == NO_OPTIONS_URL:
                return {"ok": False, "error": "this app has no options load URL"}
            return unanswered(answer)
        offer = answer.payload or {"options": []}
        if problems := _problems(offer):
            return {"ok": False, "error": "invalid_options", "errors": problems}
        self._offered.setdefault(place, []).extend(all_options(offer))
        return {"ok": True, **offer}

    def known(self, place: Place, element: JsonObject) -> JsonObject:
        """The element with the options that this person can choose: what it began with, and what was offered."""
        if element["type"] not in EXTERNAL:
            return element
        initial = [element["initial_option"]] if "initial_option" in element else []
        initial += element.get("initial_options", [])
        return element | {"options": [*initial, *self._offered.get(place, [])]}


def _problems(offer: Any) -> list[str]:
    """What Slack would not take of an app's offer."""
    report = Report()
    if not isinstance(offer, dict) or ("options" in offer) == ("option_groups" in offer):
        report.add("exactly one of options and option_groups is needed", "")
        return report.problems
    for key in set(offer) - {"options", "option_groups"}:
        report.add(f"invalid additional property: {key}", f"/{key}")
    if offer.get("options"):
        check_options(offer, "", report, OPTIONS, of="external_select")
    elif offer.get("option_groups"):
        check_groups(offer, "", report, of="external_select")
    return report.problems
