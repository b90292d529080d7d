"""The Home tab, and the menu of a command without words: the verbs that have a label there, by purpose."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.render import home as render
from bot.render import menu
from bot.render.blocks import Message
from bot.render.menu import WORKSPACE, Entry, Purpose
from bot.runtime import Runtime
from bot.services.access import Asker, Right
from bot.services.home import Home
from bot.slack.codes import code_of
from handlers.verb import AnyVerb
from handlers.verbs import VERBS

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 5.0
"""The one who opens a tab has gone on by then."""
AT_ONCE_SECONDS = 0.7
"""What takes longer is shown when it's there, and until then what the bot itself keeps."""
OVERTAKEN = "hash_conflict"
"""Slack's word for a view that has changed since."""

PURPOSES = {
    "Documents": ("ask", "search", "docs", "clusters", "summarize", "transcribe"),
    "Calls": ("calls", "actions", "insights"),
    "Models and jobs": ("models", "finetune", "jobs"),
    WORKSPACE: ("channel", "usage", "grants", "audit"),
}
"""Nouns by what people want with them; one that isn't named here stands among the others."""
OTHERS = "More"
HERE = {"channel": "This channel"}
"""What looks at the place where it's wanted has a label in the menu alone: the Home tab is no place."""
THERE = {"channel set": "Channel settings", "audit": "Audit log"}
"""What has a label on the Home tab of those who may, and would make the menu long."""
RESTRICTED = frozenset({Right.CALLS, Right.OPERATOR, Right.ADMIN})
"""Rights that few have; they are asked for at each press, so nothing has to be looked up for the menu."""


def view(found: Home, at: float) -> dict[str, Any]:
    """Return the Home tab with what this person may want; while that isn't known, with what everyone may."""
    purposes = _purposes([verb for verb in VERBS if _is_theirs(verb, found)], THERE)
    return render.view(found, purposes, at)


def _is_theirs(verb: AnyVerb, found: Home) -> bool:
    if found.audience is None:  # rights are asked for at each press
        return found.whole or verb.right not in RESTRICTED
    return any(map(found.audience.has, verb.takes.values() or (verb.right,)))


def chooser() -> Message:
    """Return the short menu that answers a command without words."""
    return menu.chooser(_purposes(VERBS, HERE))


def _purposes(verbs: Iterable[AnyVerb], also: Mapping[str, str]) -> list[Purpose]:
    """Return the verbs with a label by purpose, in the order of the table and then of the tuple."""
    labeled = [(verb, label) for verb in verbs if (label := verb.home or also.get(verb.words, ""))]
    of = {noun: title for title, nouns in PURPOSES.items() for noun in nouns}
    made = []
    for title in (*PURPOSES, OTHERS):
        nouns = PURPOSES.get(title, ())
        mine = [(verb, label) for verb, label in labeled if of.get(verb.words.split()[0], OTHERS) == title]
        mine.sort(
            key=lambda one: nouns.index(noun) if (noun := one[0].words.split()[0]) in nouns else len(nouns)
        )
        if mine:
            made.append(Purpose(title, [_entry(verb, label) for verb, label in mine]))
    return made


def _entry(verb: AnyVerb, label: str) -> Entry:
    return Entry(label, verb.intent.model_construct(), open=verb.right not in RESTRICTED)


class HomeScreen:
    """Shows the tab to the one who opens it.

    Args:
        runtime: the running bot.
        at_once_seconds: see ``AT_ONCE_SECONDS``.
    """

    def __init__(self, runtime: Runtime, *, at_once_seconds: float = AT_ONCE_SECONDS) -> None:
        self._runtime = runtime
        self._at_once_seconds = at_once_seconds
        self._newest: dict[tuple[str, str], asyncio.Future[Home]] = {}

    async def show(self, team: str, asker: Asker) -> None:
        """Publish it: whole if that is soon, else what the bot keeps, and the rest when it's there.

        Of several openings by one person the latest counts: an earlier one ends here, in another process by the view's hash.

        Raises:
            SlackApiError, OutcomeUnknownError: Slack doesn't take it.
        """
        mine = (team, asker.user)
        if earlier := self._newest.get(mine):
            earlier.cancel()
        looking = self._newest[mine] = asyncio.ensure_future(self._runtime.home.whole(team, asker))
        try:
            await self._shown(team, asker, looking)
        finally:
            looking.cancel()
            if self._newest.get(mine) is looking:
                del self._newest[mine]

    async def _shown(self, team: str, asker: Asker, looking: asyncio.Future[Home]) -> None:
        known = ""
        await asyncio.wait({looking}, timeout=self._at_once_seconds)
        if not looking.done():
            begun = await self._runtime.home.begun(team, asker)
            if not looking.cancelled():
                known = await self._publish(team, asker, begun)
            await asyncio.wait({looking})
        if looking.cancelled():
            return
        found = looking.result()
        for part, error in found.failed.items():
            log.info("home_lacks", part=part.name.lower(), error=error)
        await self._publish(team, asker, found, known)

    async def _publish(self, team: str, asker: Asker, found: Home, known: str = "") -> str:
        """Publish a view, in the place of the one with this hash if one is given; the new one's hash."""
        api = self._runtime.workspaces.of(team).api
        shown = view(found, time.time())
        unless_changed = {"hash": known} if known else {}
        try:
            answer = await api.call(
                "views.publish", patience=PATIENCE_SECONDS, user_id=asker.user, view=shown, **unless_changed
            )
        except SlackApiError as error:
            if code_of(error) != OVERTAKEN:
                raise
            log.info("home_opened_again", user=asker.user)
            return ""
        return str((answer.get("view") or {}).get("hash") or "")
