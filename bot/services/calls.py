"""Calls: Telnyx's AI conversations, listed and read. No phone number leaves here whole, but for those who may see it."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import chain

from bot.errors import UsageError
from bot.services.access import Audience, Right
from bot.services.call import (
    ASSISTANT,
    CONTROL,
    Call,
    Details,
    Line,
    Page,
    Transcript,
    Words,
    assistant_of,
    call_of,
    lines_of,
    stamp,
)
from bot.services.call_filters import Wanted
from bot.services.call_insights import Results, State, results, state_of
from bot.services.ids import LATEST, WHOLE, meant
from bot.services.phone_numbers import masked
from bot.telnyx import (
    Conversation,
    ConversationMessage,
    Telnyx,
    TelnyxError,
    TelnyxInvalidError,
    TelnyxNotFoundError,
    Where,
)

__all__ = ["ASSISTANT", "Call", "Calls", "Details", "Line", "Page", "Transcript", "stamp"]

TIED = 4
"""How many more calls are read than shown, to see whether there are more, and which are of the last one's moment."""
JOINED = 20
"""How many calls are asked for by their ids at once: the address of a request may not get too long."""
AT_ONCE = 5
"""How many questions Telnyx is asked at the same time."""
WALK = 5
"""How many hundreds of calls are looked through for a page of those that are wanted."""
STATES, STATE_SECONDS = 10, 2.0
"""Of how many calls of a list it is said how far their insights are, and how long that may take to ask."""
ANY = Wanted()


class Calls:
    """The use cases behind ``/telnyx calls``."""

    def __init__(self, telnyx: Telnyx) -> None:
        self._telnyx = telnyx

    async def latest(
        self, audience: Audience, count: int = 10, before: datetime | None = None
    ) -> tuple[list[Call], bool]:
        """Return the calls that were active last, newest first, and whether there are older ones."""
        audience.require(Right.CALLS)
        page = await self.page(audience, ANY, count, before)
        return [*page.calls], page.end is not None

    async def page(
        self, audience: Audience, wanted: Wanted = ANY, count: int = 10, before: datetime | None = None
    ) -> Page:
        """Return the wanted calls that were active last, newest first.

        Args:
            audience: for whom.
            wanted: which.
            count: at most so many, and those of the last one's moment.
            before: only calls that were last active before this moment.
        """
        audience.require(Right.CALLS)
        names = () if audience.calls.everything else sorted(audience.calls.names)
        closer = wanted.looks_closer(len(names))
        size = LATEST if closer else min(count + TIED, LATEST)
        order = Where.last_message_at.descending()
        found: list[Conversation] = []
        seen: set[str] = set()
        end = before
        for _ in range(WALK if closer else 1):
            asked = wanted.asked(names, end, also=bool(seen))
            rows = await self._telnyx.conversations.page(*asked, limit=size, order=order)
            for one in (row for row in rows if row.id not in seen):
                # The next page goes on where this one ends in time, so calls of one moment stay together.
                more = one.last_message_at != end or len(found) >= count + TIED
                if len(found) >= count and more:
                    return await self._page(found, end, audience)
                end = one.last_message_at
                seen.add(one.id)
                if assistant_of(one) in audience.calls and wanted.fits(one, self._words(one, audience)):
                    found.append(one)
            if len(rows) < size:
                return await self._page(found, None, audience)
        return await self._page(found, end, audience)

    async def _page(self, found: Sequence[Conversation], end: datetime | None, audience: Audience) -> Page:
        """Return conversations as calls. In a thread, because there's a lot to look at in a hundred of them."""
        made = await asyncio.to_thread(
            lambda: tuple(call_of(one, self._words(one, audience)) for one in found)
        )
        return Page(made, end)

    async def states(self, calls: Sequence[Call], audience: Audience) -> dict[str, State]:
        """Return how far the insights of calls are, by the calls' ids: of the first few, as far as Telnyx says so soon."""
        audience.require(Right.CALLS)
        gate = asyncio.Semaphore(AT_ONCE)

        async def state(call: Call) -> State | None:
            with suppress(TelnyxError, TimeoutError):
                async with gate, asyncio.timeout(STATE_SECONDS):
                    return state_of(await self._telnyx.conversations.insights(call.id))
            return None

        asked = [call for call in calls if call.assistant in audience.calls][:STATES]
        found = zip(asked, await asyncio.gather(*map(state, asked)), strict=True)
        return {call.id: known for call, known in found if known is not None}

    async def find(self, given: str, audience: Audience) -> str:
        """Return the id of the call that this id, or its beginning, or its name means.

        Raises:
            UsageError: no call that this audience may see, or several of the latest hundred.
        """
        audience.require(Right.CALLS)
        if len(given) >= WHOLE:
            return given
        calls, _ = await self.latest(audience, LATEST)
        return meant(given, {call.id: call.name for call in calls}, "call")

    async def transcript(self, given: str, audience: Audience) -> Transcript:
        """Everything that was said in a call, in the order of saying.

        Raises:
            UsageError: there is no such call.
        """
        call_id = await self.find(given, audience)
        try:
            conversation = await self._conversation(call_id, audience)
            messages = await self._messages(call_id)
        except (TelnyxNotFoundError, TelnyxInvalidError) as error:
            raise _no_such_call(call_id) from error
        words = self._words(conversation, audience)
        # In a thread, because there's a lot to look at in a long call.
        began, lines = await asyncio.to_thread(lines_of, messages, words)
        return Transcript(call_of(conversation, words), lines, began)

    async def one(self, given: str, audience: Audience) -> Call:
        """Return a call with all that is known of it.

        Raises:
            UsageError: there is no such call.
        """
        call_id = await self.find(given, audience)
        try:
            conversation = await self._conversation(call_id, audience)
        except (TelnyxNotFoundError, TelnyxInvalidError) as error:
            raise _no_such_call(call_id) from error
        return call_of(conversation, self._words(conversation, audience))

    async def details(self, given: str, audience: Audience) -> Details:
        """Return a call with what is known of its messages and its insights.

        Raises:
            UsageError: there is no such call.
        """
        call = await self.one(given, audience)
        page, states = await asyncio.gather(
            self._telnyx.conversations.messages_page(call.id, 1, 1), self.states([call], audience)
        )
        return Details(call, page.meta.total_results, states.get(call.id))

    async def insights(self, given: str, audience: Audience) -> Results:
        """Return what Telnyx's insights found in a call.

        Raises:
            UsageError: there is no such call.
        """
        call = await self.one(given, audience)
        runs, names = await asyncio.gather(
            self._telnyx.conversations.insights(call.id), self._names_of_insights()
        )
        return results(call.id, call.name, runs, names, whole=call.assistant in audience.numbers)

    async def _names_of_insights(self) -> dict[str, str]:
        return {insight.id: insight.name async for insight in self._telnyx.insights.all()}

    async def joined(self, names: Collection[str], audience: Audience) -> dict[str, Call]:
        """Return the calls of which these are ids, or control ids of phone calls, by those: all that this audience may read."""
        audience.require(Right.CALLS)
        wanted = [
            Where.id.equals(name) if len(name) == WHOLE else Where.metadata(CONTROL).equals(name)
            for name in sorted(names)
        ]
        parts = [Where.any_of(*wanted[at : at + JOINED]) for at in range(0, len(wanted), JOINED)]
        pages = await asyncio.gather(*(self._telnyx.conversations.page(part, limit=LATEST) for part in parts))
        found: dict[str, Call] = {}
        for conversation in chain.from_iterable(pages):
            if assistant_of(conversation) in audience.calls:
                call = call_of(conversation, self._words(conversation, audience))
                found |= {call.id: call, str(conversation.metadata.get(CONTROL)): call}
        return found

    async def _conversation(self, call_id: str, audience: Audience) -> Conversation:
        """Return a conversation; one that this audience may not read isn't there for them."""
        conversation = await self._telnyx.conversations.get(call_id)
        if assistant_of(conversation) not in audience.calls:
            raise _no_such_call(call_id)
        return conversation

    async def _messages(self, call_id: str) -> list[ConversationMessage]:
        """Return all messages, several pages at a time: a call of hours has dozens of them."""
        first = await self._telnyx.conversations.messages_page(call_id)
        gate = asyncio.Semaphore(AT_ONCE)

        async def page(number: int) -> tuple[ConversationMessage, ...]:
            async with gate:
                return (await self._telnyx.conversations.messages_page(call_id, number)).data

        others = await asyncio.gather(*map(page, range(2, first.meta.total_pages + 1)))
        return [*first.data, *chain.from_iterable(others)]

    def _words(self, conversation: Conversation, audience: Audience) -> Words:
        """Return how the words of a call are shown to an audience."""
        return _as_they_are if assistant_of(conversation) in audience.numbers else masked


def _no_such_call(call_id: str) -> UsageError:
    """Return the error for a call that isn't there, or that this audience may not know of."""
    return UsageError(
        f"There's no call “{call_id[:80]}”. `/telnyx calls` lists the latest with their ids.",
        example="/telnyx summarize 3fa85f64-5717-4562-b3fc-2c963f66afa6",
    )


def _as_they_are(text: str) -> str:
    return text
