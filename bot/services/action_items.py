"""Action items: what was agreed in calls, whose it is, and what is done. Shown only to those who may see the call now."""

import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot.errors import RefusedError, UsageError
from bot.services.access import Audience, Right
from bot.services.call_marks import Agreed
from bot.services.calls import Call
from bot.services.phone_numbers import masked
from bot.store.action_items import Items, Kept, item_id

NamesOf = Callable[[str, str], Awaitable[Sequence[str]]]
"""Returns what a person of a workspace is called: by its id and theirs."""
GONE = "I no longer have this action item. `/telnyx actions` lists yours."
TAKEN = "Someone else is doing this already."
_ASIDE = re.compile(r"\s*[(（\[].*?[)）\]]")  # noqa: RUF001 - brackets of other scripts
_SIGNS = re.compile(r"[^\w\s.'’-]+")  # noqa: RUF001 - names have either apostrophe


@dataclass(frozen=True, slots=True)
class ActionItem:
    """One action item, as someone may see it."""

    id: str
    call: str
    title: str
    """What the call is called; may be empty."""
    owner: str
    """As the summary names them; may be empty."""
    text: str
    at: int | None
    """Seconds since the call began."""
    taken_by: str | None
    """The id of the person who said that they do it."""
    done: bool
    perhaps: bool = False
    """It may be someone else's of the same first name."""


class ActionItems:
    """The use cases behind ``/telnyx actions``.

    Args:
        items: where they are kept.
        names_of: asks Slack what someone is called.
        clock: the time of day.
    """

    def __init__(self, items: Items, names_of: NamesOf, *, clock: Callable[[], float] = time.time) -> None:
        self._items = items
        self._names_of = names_of
        self._clock = clock

    async def keep(
        self, call: Call, found: Sequence[Agreed], audience: Audience, *, turn: str, team: str, user: str
    ) -> tuple[ActionItem, ...]:
        """Keep what a summary of a call found, and return it; what the ones before found stays only where someone has touched it.

        Args:
            call: which one.
            found: what was agreed in it.
            audience: for whom it was summarized.
            turn: the summary.
            team: the workspace.
            user: who asked for it.
        """
        audience.require(Right.CALLS)
        rows: dict[str, Kept] = {}
        for one in found:
            name = who(one.owner)
            row = Kept(
                id=item_id(team, call.id, name, one.text),
                team=team,
                call=call.id,
                assistant=call.assistant,
                title=call.name,
                who=name,
                owner=one.owner,
                text=one.text,
                at=one.at,
                turn=turn,
                asked_by=user,
                created_at=self._clock(),
            )
            rows[row.id] = row
        await self._items.replace(team, call.id, [*rows.values()])
        return tuple(_shown(row, audience) for row in rows.values())

    async def mine(self, team: str, user: str, audience: Audience) -> tuple[ActionItem, ...]:
        """Return someone's open action items, of calls that they may see now; the latest first, those that may be another's last.

        An item is theirs when they said that they do it, or when its owner is called as they are. Where the owner has their first
        name alone it may be theirs (``perhaps``).

        Raises:
            SlackApiError, OutcomeUnknownError: Slack does not say what they are called.
        """
        audience.require(Right.CALLS)
        names = {who(name) for name in await self._names_of(team, user)} - {""}
        first = {name.split()[0] for name in names} - names
        rows = await self._items.open_for(team, user, names | first)
        found = [
            replace(_shown(row, audience), perhaps=row.taken_by is None and row.who not in names)
            for row in rows
            if row.assistant in audience.calls
        ]
        return tuple(sorted(found, key=lambda item: item.perhaps))

    async def did(self, team: str, user: str, audience: Audience) -> tuple[ActionItem, ...]:
        """Return what someone has done, of calls that they may see now; the latest first."""
        audience.require(Right.CALLS)
        rows = await self._items.done_by(team, user)
        return tuple(_shown(row, audience) for row in rows if row.assistant in audience.calls)

    async def take(self, item: str, team: str, user: str, audience: Audience) -> ActionItem:
        """Note that someone does it.

        Raises:
            UsageError: there is no such item that they may see, or it is done.
            RefusedError: someone else does it.
        """
        row = await self._free(item, team, user, audience)
        if row.done_at is not None:
            raise UsageError("This is done already.")
        if row.taken_by is None and not await self._items.take(item, user, instead_of=None):
            raise RefusedError(TAKEN)
        return _shown(replace(row, taken_by=user), audience)

    async def give_back(self, item: str, team: str, user: str, audience: Audience) -> ActionItem:
        """Note that someone doesn't do it after all.

        Raises:
            UsageError, RefusedError: see ``take``.
        """
        row = await self._free(item, team, user, audience)
        await self._items.take(item, None, instead_of=user)
        return _shown(replace(row, taken_by=None), audience)

    async def done(self, item: str, team: str, user: str, audience: Audience) -> ActionItem:
        """Note that it is done.

        Raises:
            UsageError, RefusedError: see ``take``.
        """
        row = await self._free(item, team, user, audience)
        await self._items.end(item, user, self._clock())
        return _shown(replace(row, done_by=user, done_at=self._clock()), audience)

    async def reopen(self, item: str, team: str, user: str, audience: Audience) -> ActionItem:
        """Note that it isn't done after all.

        Raises:
            UsageError, RefusedError: see ``take``.
        """
        row = await self._free(item, team, user, audience)
        await self._items.end(item, None, None)
        return _shown(replace(row, done_by=None, done_at=None), audience)

    async def _free(self, item: str, team: str, user: str, audience: Audience) -> Kept:
        """Return one that this person may see and no one else does."""
        audience.require(Right.CALLS)
        row = await self._items.get(item, team)
        if row is None or row.assistant not in audience.calls:
            raise UsageError(GONE)
        if row.taken_by not in (None, user):
            raise RefusedError(TAKEN)
        return row


def who(name: str) -> str:
    """Return a name as names are compared: without case, what stands in brackets, and signs around it."""
    return " ".join(_SIGNS.sub(" ", _ASIDE.sub("", name)).casefold().split()).strip(".'-")


def _shown(row: Kept, audience: Audience) -> ActionItem:
    """Return one with the phone numbers that this audience may see."""
    words = (lambda text: text) if row.assistant in audience.numbers else masked
    return ActionItem(
        id=row.id,
        call=row.call,
        title=words(row.title),
        owner=words(row.owner),
        text=words(row.text),
        at=row.at,
        taken_by=row.taken_by,
        done=row.done_at is not None,
    )
