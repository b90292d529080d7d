"""Views that people have open: a stack of up to three modals each, and one home."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.world import APP_ID, BOT_ID

DEEPEST_STACK = 3


@dataclass
class View:
    """A view as one person sees it; `content` is what the app sent."""

    id: str
    user: str
    kind: str
    content: dict[str, Any]
    version: int = 1
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    root: str = ""
    previous: str = ""

    @property
    def hash(self) -> str:
        """Changes with every update; a stale one is refused."""
        return f"{self.version}.{self.id.lower()}"

    def for_app(self, team: str) -> dict[str, Any]:
        """The view as the Web API and interactions show it."""
        defaults = {
            "callback_id": "",
            "private_metadata": "",
            "external_id": "",
            "title": None,
            "submit": None,
            "close": None,
            "clear_on_close": False,
            "notify_on_close": False,
        }
        blocks = [
            {"block_id": f"block-{n}", **block}
            for n, block in enumerate(self.content.get("blocks", []), start=1)
        ]
        return {
            **defaults,
            **self.content,
            "blocks": blocks,
            "id": self.id,
            "team_id": team,
            "app_id": APP_ID,
            "app_installed_team_id": team,
            "bot_id": BOT_ID,
            "hash": self.hash,
            "root_view_id": self.root or self.id,
            "previous_view_id": self.previous or None,
            "state": {"values": self.values},
        }


def _fields(view: View) -> list[tuple[str, dict[str, Any]]]:
    """The elements of a view by the id of their block."""
    found = []
    for block in view.for_app("")["blocks"]:
        beside = [block[key] for key in ("element", "accessory") if key in block]
        among = block.get("elements", []) if block["type"] == "actions" else []
        found += [(block["block_id"], element) for element in [*beside, *among]]
    return found


class ViewStore:
    """All open views of all people."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._numbers = itertools.count(1)
        self._modals: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def _new(self, user: str, kind: str, content: dict[str, Any]) -> View:
        return View(f"V{next(self._numbers):06d}", user, kind, content)

    def open(self, user: str, content: dict[str, Any]) -> View:
        """A first modal; what the person had open before is gone."""
        view = self._new(user, "modal", content)
        self._modals[user] = [view]
        self._changed()
        return view

    def push(self, user: str, content: dict[str, Any]) -> View | None:
        """A modal over the others, or None if three are open already."""
        stack = self._modals.setdefault(user, [])
        if len(stack) >= DEEPEST_STACK:
            return None
        view = self._new(user, "modal", content)
        if stack:
            view.root, view.previous = stack[0].id, stack[-1].id
        stack.append(view)
        self._changed()
        return view

    def publish(self, user: str, content: dict[str, Any]) -> View:
        """The person's home; the id stays from one publication to the next."""
        home = self._homes.get(user)
        if home is None:
            home = self._homes[user] = self._new(user, "home", content)
        else:
            self._replace(home, content)
        self._changed()
        return home

    def update(self, view: View, content: dict[str, Any]) -> None:
        """Replace what a view shows; what the person typed in fields that stay is kept."""
        self._replace(view, content)
        self._changed()

    @staticmethod
    def _replace(view: View, content: dict[str, Any]) -> None:
        view.content, view.version, view.errors = content, view.version + 1, {}
        kept = {(block_id, element.get("action_id"), element["type"]) for block_id, element in _fields(view)}
        view.values = {
            block_id: state
            for block_id, held in view.values.items()
            if (state := {key: one for key, one in held.items() if (block_id, key, one["type"]) in kept})
        }

    def close(self, view: View, *, everything: bool = False) -> None:
        """Take the view away, or the person's whole stack."""
        stack = self._modals.get(view.user, [])
        self._modals[view.user] = [] if everything else [other for other in stack if other.id != view.id]
        self._changed()

    def find(self, view_id: str) -> View | None:
        """The open view with this id."""
        return next((view for view in self._all() if view.id == view_id), None)

    def external(self, external_id: str) -> View | None:
        """The open view that the app named itself."""
        return next((view for view in self._all() if view.content.get("external_id") == external_id), None)

    def top(self, user: str) -> View | None:
        """The modal that lies over the person's others."""
        return next(reversed(self._modals.get(user, [])), None)

    def home(self, user: str) -> View | None:
        """The person's home, if published."""
        return self._homes.get(user)

    def of(self, user: str) -> list[View]:
        """A person's views: the home, then the modals from the bottom up."""
        home = self._homes.get(user)
        return [*([home] if home else []), *self._modals.get(user, [])]

    def _all(self) -> list[View]:
        return [*self._homes.values(), *(view for stack in self._modals.values() for view in stack)]
