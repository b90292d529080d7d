"""How an answer is made: admitted, with rights asked for anew, within its time. Whatever goes wrong becomes a sentence."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

import structlog

from bot.backoff import Backoff
from bot.errors import GivenUpError, NotHereError, NotNowError, TookTooLongError
from bot.render.numbers import seconds
from bot.services.access import AudienceOf, Public
from bot.services.rate import Rate, TooFastError
from bot.slack.writing.growing import Growing
from bot.store.turn_columns import Columns
from bot.store.turns import Turn
from bot.workflows.asked import Asked, Producer, Written
from bot.workflows.ends import failed
from bot.workflows.readable import readable

log = structlog.get_logger(__name__)

MAX_CRASHES = 3
"""A question that ended the process this often is given up with a notice."""
PAUSES = Backoff(first=2.0, most=60.0)
"""Between two tries of what Slack takes later: its token is refused, or it has had too many calls."""
NO_LONGER: Mapping[str, float] = MappingProxyType({})
LONGEST_SECONDS = 24 * 3600.0
"""No one waits for an answer from the day before yesterday."""


class Producing:
    """Makes the answers of every kind of turn.

    Args:
        producers: one for each kind.
        audience_of: asks Slack and the settings who will read an answer.
        rate: admits what costs; the first answer to a question was admitted when the question was taken in.
        seconds: the longest that one answer may take.
        longer: the kinds that may take longer, and how long.
        pause: waits.
        steady: seconds that only go on.
    """

    def __init__(
        self,
        producers: Mapping[str, Producer],
        audience_of: AudienceOf,
        rate: Rate,
        seconds: float,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        *,
        longer: Mapping[str, float] = NO_LONGER,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._producers = producers
        self._audience_of = audience_of
        self._rate = rate
        self._seconds = seconds
        self._longer = longer
        self._pause = pause
        self._steady = steady

    def __getitem__(self, kind: str) -> Producer:
        """Return the producer of a kind."""
        return self._producers[kind]

    async def admitted(self, asked: Asked, edit: float, say: Callable[[str], Awaitable[None]]) -> None:
        """Wait until an edited question may be answered anew; it costs as much as a new one.

        Args:
            asked: the question.
            edit: when it was edited.
            say: shows that it waits.
        """
        while True:
            try:
                return self._rate.admit(asked.asker.user, f"{asked.id}~{edit}")
            except TooFastError as error:
                log.info("edit_waits", seconds=error.seconds)
                await say(f"Answering your latest edit in {seconds(error.seconds)}…")
                await self._pause(error.seconds)

    async def answers(self, asked: Asked) -> bool:
        """Return whether the asker, by themselves, would get an answer and not a refusal."""
        audience = await self._audience_of(asked.place, asked.asker, private=asked.private)
        alone = audience.asker if isinstance(audience, Public) else audience
        return alone.has(self._producers[asked.kind].right(asked))

    def has_room(self, asked: Asked) -> bool:
        """Count a question that no one brought us by name; False where it is one too many."""
        try:
            self._rate.admit(asked.asker.user, asked.id)
        except TooFastError:
            return False
        return True

    async def columns(
        self, asked: Asked, turn: Turn, reply: Growing, allowed: Callable[[], Awaitable[None]]
    ) -> Columns:
        """Return the columns that the producer fills; a failure is one too. While Slack refuses the token it waits.

        Args:
            asked: the question.
            turn: its row.
            reply: what the answer grows in.
            allowed: is awaited once it is known that those who read there may read an answer, before there is one.

        Raises:
            NotHereError: not everyone who reads there may see it.
        """
        begun, pauses = self._steady(), PAUSES.pauses()
        while True:
            try:
                written = await self._write(asked, turn, reply, allowed)
            except NotNowError as error:
                if self._steady() - begun > LONGEST_SECONDS:
                    return failed(error, reply.text)
                pause = next(pauses)
                log.warning("turn_waits_for_slack", error=error.code, again_in=pause)
                if reply.text:
                    await reply.again()
                await self._pause(pause)
            except NotHereError:  # the asker alone may see it: the turn goes on elsewhere
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the person reads a sentence and the log has its id
                return failed(error, reply.text)
            else:
                return written.columns(turn.options)

    async def stands(self, asked: Asked, turn: Turn) -> bool:
        """Return whether what an earlier process wrote may still be shown: hours may have gone by since."""
        if turn.outcome not in ("answered", "refused", "unclear"):
            return True
        try:
            audience = await self._audience_of(asked.place, asked.asker, private=asked.private)
            audience.require(self._producers[asked.kind].right(asked))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is met again where the answer is made anew, and said
            log.info("answer_is_made_anew", error=type(error).__name__)
            return False
        return readable(turn, audience) and all(bucket in audience.buckets for bucket in turn.buckets or ())

    async def _write(
        self, asked: Asked, turn: Turn, reply: Growing, allowed: Callable[[], Awaitable[None]]
    ) -> Written:
        if (turn.crashes or 0) >= MAX_CRASHES:
            raise GivenUpError
        if wait := asked.options.get("too_fast"):
            raise TooFastError(wait)
        producer = self._producers[asked.kind]
        audience = await self._audience_of(asked.place, asked.asker, private=asked.private)
        audience.require(producer.right(asked))
        await allowed()
        longest = max(self._seconds, self._longer.get(asked.kind, 0.0))
        try:
            async with asyncio.timeout(longest) as limit:
                return await producer.write(asked, audience, reply)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise TookTooLongError(longest) from error
