"""The turn of ``/telnyx summarize LINK`` and *Summarize thread*: read what both may read, sum it up, for one reader or in the thread."""

from contextlib import suppress

from slack_sdk.errors import SlackApiError

from bot.errors import NotHereError, UsageError
from bot.render import summarize_thread as render
from bot.render.final import Final
from bot.render.summarize import reading
from bot.services.access import Audience, Public, Right
from bot.services.remembering import Remembering
from bot.services.spent import spent
from bot.services.summarize_thread import Thread, ThreadSummaries, ThreadSummary
from bot.slack.codes import Kind, kind_of
from bot.slack.permalinks import Permalink
from bot.slack.reading.whole_threads import UNREADABLE, NotInChannelError
from bot.slack.workspace import Workspace, Workspaces
from bot.slack.writing.growing import Growing
from bot.store.turns import Turn
from bot.workflows.asked import Asked, Written

ELSEWHERE = "You aren't in that channel"


class ThreadSummaryProducer:
    """Writes summaries of threads; ``asked.text`` is a link to one of its messages."""

    def __init__(
        self, thread_summaries: ThreadSummaries, workspaces: Workspaces, remembering: Remembering
    ) -> None:
        self._summaries = thread_summaries
        self._workspaces = workspaces
        self._remembering = remembering
        self._reading: dict[str, str] = {}
        """How far each is, in words."""

    def right(self, asked: Asked) -> Right:
        """Return what the readers need: those of a thread can read it anyway, so only the one who asks is looked at, in ``write``."""
        return Right.MEMBERS if asked.private else Right.EVERYONE

    async def status(self, asked: Asked) -> str:
        """Return the status line; none in a place where it isn't known that the asker may speak."""
        with suppress(Exception):
            if asked.private or await _is_in(self._at(asked), asked.place.channel, asked.asker.user):
                return self._reading.get(asked.id, "Reading the thread…")
        return ""

    async def write(self, asked: Asked, audience: Audience, reply: Growing) -> Written:
        """Summarize the thread, if the one who asks and the bot both may read it now.

        Raises:
            NotHereError: it was to stand in a thread where the asker may not speak.
            RefusedError, UsageError, TelnyxError, SlackApiError: for the table of words.
        """
        alone = audience.asker if isinstance(audience, Public) else audience
        at, given = self._at(asked), Permalink.read(asked.text)
        if given is None:
            raise UsageError(UNREADABLE)
        # Nothing is said in a place that the asker only names, not even that they may not.
        if not asked.private and not await _is_in(at, asked.place.channel, asked.asker.user):
            raise NotHereError(UNREADABLE, why=ELSEWHERE, silent=True)
        alone.require(Right.MEMBERS)
        link = await at.whole_threads.ours(given)
        if not await _may_read(at, link.channel, asked.asker.user):
            raise UsageError(UNREADABLE)
        if render.JOIN in asked.options:
            await at.api.call("conversations.join", channel=link.channel)
        try:
            thread = await at.whole_threads.read(link)
        except NotInChannelError:
            return Written("refused", "", note=render.NOT_IN_CHANNEL, offers=(render.JOIN,))
        summary = await self._summed_up(asked, thread, alone)
        text, made = render.text(summary), summary.made
        reply.write(text)
        return Written(
            outcome="answered",
            answer=text,
            note=render.coverage(summary),
            question=thread.link,
            **spent(made),
        )

    def final(self, turn: Turn) -> Final:
        """Return the summary with what it covers, or the sentence of a failure."""
        return render.final(turn)

    async def _summed_up(self, asked: Asked, thread: Thread, audience: Audience) -> ThreadSummary:
        def progress(number: int, count: int) -> None:
            self._reading[asked.id] = reading(number, count)

        memory, wanted = await self._remembering.memory(asked.id), asked.options
        try:
            return await self._summaries.thread(
                thread,
                audience,
                model=wanted.get("model"),
                prompt=wanted.get("prompt") or "",
                progress=progress,
                memory=memory,
            )
        finally:
            self._reading.pop(asked.id, None)

    def _at(self, asked: Asked) -> Workspace:
        return self._workspaces.of(asked.place.team)


async def _may_read(at: Workspace, channel: str, user: str) -> bool:
    """Return whether a member may read a place now: they are in it, or it is open to every member."""
    if await _is_in(at, channel, user):
        return True
    return not channel.startswith("D") and (await at.place(channel)).kind == "public"


async def _is_in(at: Workspace, channel: str, user: str) -> bool:
    """Return whether someone is in a place now; of one that isn't there for the bot, no one is known to be.

    Raises:
        UsageError: the bot may not know of the place.
        SlackApiError, OutcomeUnknownError: Slack doesn't say.
    """
    try:
        return await at.holds(channel, user)
    except SlackApiError as error:
        if kind_of(error) is Kind.INVITE:
            raise UsageError(UNREADABLE) from error
        raise
