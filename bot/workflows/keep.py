"""*Keep in docs*: a thread or a file of Slack's becomes a document of a bucket."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.errors import OutcomeUnknownError, TooSlowError, UsageError
from bot.render import keep as render
from bot.services.access import Asker, Audience, Place, Right
from bot.services.keeping import LARGEST, Keeping, Kept
from bot.slack.reading import records
from bot.slack.reading.downloads import BrokenDownloadError
from bot.slack.workspace import Workspaces


class Keeper:
    """Keeps. Not durable by itself: it is run as a deed, and the same deed puts the same object again."""

    def __init__(self, *, workspaces: Workspaces, keeping: Keeping) -> None:
        self._workspaces = workspaces
        self._keeping = keeping

    async def buckets(self, link: str, team: str, asker: Asker, audience: Audience) -> tuple[str, ...]:
        """Return the buckets that what a link leads to may be kept in. Raises as ``keep``."""
        audience.require(Right.MEMBERS)
        async with _reading():
            found = await records.readable(link, asker.user, self._workspaces.of(team))
        return await self._keeping.buckets(Place(team, found.channel, ""), asker, audience)

    async def files(self, link: str, team: str, asker: Asker, audience: Audience) -> Mapping[str, str]:
        """Return the names of the files in the message that a link leads to, by their ids. Raises as ``keep``."""
        audience.require(Right.MEMBERS)
        async with _reading():
            return (await self._thread(link, team, asker)).files

    async def keep(
        self, it: render.Keep, team: str, asker: Asker, audience: Audience, *, key: str, began: float
    ) -> tuple[Kept, str]:
        """Keep a thread or a file; where it is now, and what it is, as it stands in a sentence.

        Raises:
            RefusedError, UsageError: they may not, the bot may not read it, or it can't be kept.
            TooSlowError: Slack doesn't answer, so nothing was kept.
            TelnyxError, SlackApiError: for the table of words.
        """
        audience.require(Right.MEMBERS)
        at, keeping = self._workspaces.of(team), records.Keeping(asker.user, it.name, began)
        async with _reading():
            thread = await self._thread(it.link, team, asker)
        place = Place(team, thread.link.channel, "")
        if it.file == render.THREAD:
            async with _reading():
                document = await records.of_thread(thread, keeping, at)
            done = await self._keeping.keep(it.bucket, document, place, asker, audience, key=key)
            return done, "the thread"
        if it.file not in thread.files:
            raise UsageError(render.NOT_THERE)
        async with _reading():
            file = await at.downloads.about(it.file)
        records.ending_of(file)
        try:
            async with at.downloads.stream(file, most=LARGEST) as coming:
                document = await records.of_file(file, coming, thread.link, keeping)
                done = await self._keeping.keep(it.bucket, document, place, asker, audience, key=key)
        except BrokenDownloadError as error:
            raise UsageError(render.BROKEN) from error
        return done, render.named(file.name)

    async def _thread(self, link: str, team: str, asker: Asker) -> records.Thread:
        """Return the thread that a link leads to, if the one who keeps it may read it."""
        at = self._workspaces.of(team)
        return await records.thread(await records.readable(link, asker.user, at), at)


@asynccontextmanager
async def _reading() -> AsyncIterator[None]:
    """Say of a Slack that doesn't answer that it's slow: nothing was changed so far."""
    try:
        yield
    except OutcomeUnknownError as error:
        raise TooSlowError from error
