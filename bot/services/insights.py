"""Insights: what Telnyx looks for in a call after it, and what it found."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.errors import UsageError
from bot.services.access import Audience, Right, Some
from bot.services.ids import WHOLE, meant
from bot.services.phone_numbers import masked
from bot.telnyx import Telnyx, TelnyxInvalidError, TelnyxNotFoundError
from bot.telnyx.insights import Insight

FIELDS = 5
"""How many fields of a schema are counted."""
FEW = 3
"""So few values are counted even if each is there once."""
AT_ONCE = 5
"""How many questions Telnyx is asked at the same time."""
_COUNTABLE = {"boolean", "integer", "number", "string"}

Tallies = Mapping[str, Counter[str]]
"""How often each field of the results has which value."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an insight found in calls."""

    insight: Insight
    tallies: Tallies
    """Of the fields whose values come again; empty where results can't be counted, or there are none."""


class Insights:
    """The use cases behind ``/telnyx insights``."""

    def __init__(self, telnyx: Telnyx) -> None:
        self._telnyx = telnyx

    async def all(self, audience: Audience) -> tuple[Insight, ...]:
        """Return every insight of the account, by name."""
        audience.require(Right.MEMBERS)
        found = [insight async for insight in self._telnyx.insights.all()]
        return tuple(sorted(found, key=lambda insight: insight.name.casefold()))

    async def find(self, given: str, audience: Audience) -> Insight:
        """Return the insight that a name, an id, or the beginning of one means.

        Raises:
            UsageError: none is meant, or several are.
        """
        audience.require(Right.MEMBERS)
        return await self._meant(given)

    async def groups(self, insight: str, audience: Audience) -> tuple[str, ...]:
        """Return the names of the groups that an insight is in, by its id."""
        audience.require(Right.MEMBERS)
        groups = [group async for group in self._telnyx.insight_groups.all()]
        return tuple(group.name for group in groups if insight in [one.id for one in group.insights or ()])

    async def create(
        self,
        name: str,
        instructions: str,
        json_schema: str | None,
        webhook: str | None,
        audience: Audience,
        *,
        key: str,
    ) -> Insight:
        """Make an insight; the same ``key`` again gives the same one."""
        audience.require(Right.ADMIN)
        return await self._telnyx.insights.create(
            name, instructions, json_schema=json_schema, webhook=webhook, idempotency_key=key
        )

    async def change(self, insight: str, fields: Mapping[str, str], audience: Audience) -> Insight:
        """Change these fields of an insight, by its id, and return it as it is now."""
        audience.require(Right.ADMIN)
        return await self._telnyx.insights.update(insight, **fields)

    async def delete(self, given: str, audience: Audience, *, again: bool) -> str:
        """Delete an insight and return its name; "" for one that is gone, which is no mistake when done ``again``.

        Raises:
            UsageError: there is no such insight.
        """
        audience.require(Right.ADMIN)
        try:
            insight = await self._meant(given)
        except UsageError:
            if not again:
                raise
            return ""
        try:
            await self._telnyx.insights.delete(insight.id)
        except TelnyxNotFoundError as error:
            if not (again or error.maybe_done):
                raise
        return insight.name

    async def counted(self, given: str, audience: Audience, since: datetime) -> Found:
        """Return how often an insight found what since then, in calls of the assistants that this audience may hear alone.

        Raises:
            UsageError: there is no such insight, or there are several.
        """
        audience.require(Right.CALLS)
        insight, calls, gate = await self._meant(given), audience.calls, asyncio.Semaphore(AT_ONCE)
        assistants: Sequence[str | None] = [None] if calls.everything else sorted(calls.names)

        async def count(field: str, assistant: str | None) -> Counter[str]:
            whole = audience.numbers.everything if assistant is None else assistant in audience.numbers
            async with gate:
                rows = await self._telnyx.conversations.aggregates(
                    group_by=[field], insight_id=insight.id, assistant_id=assistant, since=since
                )
            found: Counter[str] = Counter()
            for row in rows:
                found[in_words(row.values.get(field), whole=whole)] += row.record_count
            return found

        async def tally(field: str) -> Counter[str]:
            return sum(await asyncio.gather(*(count(field, one) for one in assistants)), Counter[str]())

        fields = countable(insight.json_schema)
        counts = zip(fields, await asyncio.gather(*map(tally, fields)), strict=True)
        return Found(insight, {field: count for field, count in counts if _comes_again(count)})

    async def said_of(self, insight: str, calls: Mapping[str, str], audience: Audience) -> dict[str, str]:
        """Return what an insight said of calls, by the calls' ids; of those of which it said nothing, nothing.

        Args:
            insight: its id.
            calls: the ids of calls, each with its assistant's.
            audience: for whom; of a call that they may not read, nothing is looked up.
        """
        audience.require(Right.CALLS)
        gate = asyncio.Semaphore(AT_ONCE)

        async def said(call: str, assistant: str) -> str:
            async with gate:
                runs = await self._telnyx.conversations.insights(call)
            results = [
                one.result for run in runs for one in run.conversation_insights if one.insight_id == insight
            ]
            return in_words(results[-1] if results else "", whole=assistant in audience.numbers)

        theirs = {call: assistant for call, assistant in calls.items() if assistant in audience.calls}
        texts = await asyncio.gather(*(said(*one) for one in theirs.items()))
        return {call: text for call, text in zip(theirs, texts, strict=True) if text}

    async def _meant(self, given: str) -> Insight:
        if len(given) < WHOLE:
            known = {one.id: one.name async for one in self._telnyx.insights.all()}
            given = meant(given, known, "insight")
        try:
            return await self._telnyx.insights.get(given)
        except (TelnyxNotFoundError, TelnyxInvalidError) as error:
            raise UsageError(f"There's no insight “{given[:80]}”.") from error


def of_assistant(audience: Audience, assistant: str) -> Audience:
    """Return an audience that may hear the calls of one assistant alone.

    Raises:
        UsageError: they may not hear it; whether there is one isn't said.
    """
    audience.require(Right.CALLS)
    if assistant not in audience.calls:
        raise UsageError(f"There are no calls of an assistant “{assistant[:80]}” that you can see.")
    return replace(audience, calls=Some(frozenset({assistant})))


def countable(schema: str | Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return the fields of a schema whose values can be counted: words, numbers, yes and no; the first few."""
    try:
        read = json.loads(schema or "{}") if isinstance(schema, str) else schema
    except ValueError:
        return ()
    found = read.get("properties") if isinstance(read, Mapping) else None
    fields = found.items() if isinstance(found, Mapping) else ()
    return tuple(name for name, one in fields if isinstance(one, Mapping) and _counts(one))[:FIELDS]


def _counts(schema: Mapping[str, Any]) -> bool:
    kinds = schema.get("type", "string" if schema.keys() & {"enum", "const"} else "object")
    return bool(
        _COUNTABLE
        & {kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)}
    )


def _comes_again(count: Counter[str]) -> bool:
    """Return whether counting says anything: in free text hardly any value comes twice."""
    return 0 < len(count) <= FEW or 0 < len(count) <= count.total() // 2


def in_words(value: Any, *, whole: bool) -> str:
    """Return a value of a result in words, with whole phone numbers for those alone who may see them."""
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if whole else masked(text)
