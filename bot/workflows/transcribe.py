"""The turn of a transcription: a recording goes from Slack to Telnyx as it comes, without a file on disk.

Telnyx takes no key for it. So what is cut off while it is sent is sent again here, because it is not paid for; an attempt that was
killed while Telnyx listened is paid for, and made again by the turn.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import structlog
from slack_sdk.errors import SlackApiError

from bot.backoff import Backoff
from bot.errors import OutcomeUnknownError, UsageError
from bot.render import transcript as render
from bot.render.final import Final
from bot.render.sounds import name_of, unfit
from bot.render.transcribe import ADDRESSES, ASKS
from bot.services.access import Audience, Right
from bot.services.ears import HEAD_BYTES, NO_AUDIO, ear, may_be_heard, name_for
from bot.services.transcribe import MOST_BYTES, CutOffError, Heard, How, Transcriptions
from bot.slack.reading.downloads import UNSEEN, BrokenDownloadError, FileUnreadableError, SlackFile
from bot.slack.workspace import Workspace, Workspaces
from bot.slack.writing.growing import Growing
from bot.store.turns import Turn
from bot.text import beginning, clean
from bot.workflows.asked import FILES, Asked, Written

log = structlog.get_logger(__name__)

LONGER = {"transcription": 1_800.0}
"""Seconds: a recording of 100 MB takes its time to arrive, and to be listened to."""
TRIES = 3
PAUSES = Backoff(first=1.0, most=10.0)
LONGEST_WAIT = 60.0
"""The most seconds that are waited because Telnyx asks for it."""
NAME_BYTES = 80


class TranscriptionProducer:
    """Writes transcripts.

    Args:
        transcriptions: Telnyx's side.
        workspaces: Slack's side.
        pause: waits.
    """

    def __init__(
        self,
        transcriptions: Transcriptions,
        workspaces: Workspaces,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._transcriptions = transcriptions
        self._workspaces = workspaces
        self._pause = pause

    def right(self, asked: Asked) -> Right:
        """Return what it takes: those who read along can hear what they read, so only the asker has to be a member."""
        return Right.MEMBERS if asked.private else Right.EVERYONE

    async def status(self, asked: Asked) -> str:
        """Return the status line."""
        return render.listening(_names(asked))

    async def write(self, asked: Asked, audience: Audience, reply: Growing) -> Written:
        """Write down what is said in each recording; one of several that can't be read is named in its place.

        Raises:
            RefusedError, UsageError, TelnyxError, SlackApiError, OutcomeUnknownError: for the table of words.
        """
        how = How(
            ear(asked.options.get("model")),
            asked.options.get("language"),
            bool(asked.options.get("speakers")),
        )
        names, heard, parts, wrong = _names(asked), list[Heard](), list[str](), list[str]()
        for name, listen in zip(names, self._listening(asked, how, audience), strict=True):
            title = name if len(names) > 1 else ""
            try:
                found = await _spoken(name, listen)
            except UsageError as error:
                wrong.append(error.text)
                parts.append(render.left_out(title, error.text))
            else:
                heard.append(found)
                parts.append(await asyncio.to_thread(render.text, found, title))
        if not heard:
            raise UsageError(" ".join(wrong))
        answer = "\n\n".join(parts)
        reply.write(render.shown(answer))
        question = f"{ASKS} {', '.join(names)}"
        return Written("answered", answer, note=render.note(heard, how.ear.name), question=question)

    def final(self, turn: Turn) -> Final:
        """Return the transcript with its buttons, or the sentence of a failure."""
        return render.final(turn)

    def _listening(self, asked: Asked, how: How, audience: Audience) -> list[Callable[[], Awaitable[Heard]]]:
        """Return what hears each recording, one at a time."""

        def file(file_id: str) -> Callable[[], Awaitable[Heard]]:
            return lambda: self._file(file_id, asked, how, audience)

        def address(url: str) -> Callable[[], Awaitable[Heard]]:
            return lambda: self._transcriptions.address(url, how, audience)

        files, addresses = asked.options.get(FILES, ()), asked.options.get(ADDRESSES, ())
        return [*(file(file_id) for file_id, _ in files), *map(address, addresses)]

    async def _file(self, file_id: str, asked: Asked, how: How, audience: Audience) -> Heard:
        """Return what is said in a file of Slack's. One that stopped on its way is sent again from its beginning."""
        at = self._workspaces.of(asked.place.team)
        file = await at.downloads.about(file_id)
        if not await _may_hear(file, asked.asker.user, at):
            raise FileUnreadableError(UNSEEN)  # nor that it is there
        if not may_be_heard(file.name, file.mimetype):
            raise UsageError(f"“{_short(file.name)}” isn't a recording. {NO_AUDIO}")
        if problem := unfit(how.ear, _short(file.name)):
            raise UsageError(problem)
        pauses = PAUSES.pauses()
        for left in reversed(range(TRIES)):
            try:
                return await self._sent(file, how, audience, at)
            except BrokenDownloadError as error:
                log.warning("recording_broke_off", error=str(error), left=left)
                if not left:
                    raise OutcomeUnknownError("download") from error
                await self._pause(next(pauses))
            except CutOffError as error:
                log.warning("recording_not_sent_whole", error=type(error.__cause__).__name__, left=left)
                if (not left or error.wait > LONGEST_WAIT) and error.__cause__:
                    raise error.__cause__ from None
                await self._pause(max(error.wait, next(pauses)))
        raise AssertionError("the last try returns or raises")

    async def _sent(self, file: SlackFile, how: How, audience: Audience, at: Workspace) -> Heard:
        """Return what is said in a file that goes up as it comes down; what it is its first bytes say, before any of it goes up."""
        async with at.downloads.stream(file, most=MOST_BYTES) as coming:
            head, pieces = await _begun(coming.chunks)
            name = name_for(clean(coming.name), head)
            if not name:
                raise UsageError(f"I can't listen to “{_short(coming.name)}”. {NO_AUDIO}")
            if problem := unfit(how.ear, _short(name)):
                raise UsageError(problem)
            return await self._transcriptions.recording(name, coming.size, pieces, how, audience)


async def _spoken(name: str, listen: Callable[[], Awaitable[Heard]]) -> Heard:
    """Return what is said in a recording. Raises ``UsageError`` where that is nothing."""
    found = await listen()
    if not found.said:
        raise UsageError(render.unheard(name))
    return found


async def _may_hear(file: SlackFile, user: str, at: Workspace) -> bool:
    """Return whether someone can open a file in Slack now; where Slack doesn't say so, they can't."""
    if file.user == user:
        return True
    for place in file.places:
        with suppress(SlackApiError, OutcomeUnknownError):
            if await at.holds(place, user) or (await at.place(place)).kind == "public":
                return True
    return False


async def _begun(chunks: AsyncIterator[bytes]) -> tuple[bytes, AsyncIterator[bytes]]:
    """Return the first bytes, and all of it."""
    first = b""
    while len(first) < HEAD_BYTES and (piece := await anext(chunks, b"")):
        first += piece

    async def all_of_it() -> AsyncIterator[bytes]:
        yield first
        async for piece in chunks:
            yield piece

    return first[:HEAD_BYTES], all_of_it()


def _names(asked: Asked) -> list[str]:
    addresses = asked.options.get(ADDRESSES, ())
    return [*(_short(name) for _, name in asked.options.get(FILES, ())), *map(name_of, addresses)]


def _short(name: str) -> str:
    return beginning(clean(name), NAME_BYTES)
