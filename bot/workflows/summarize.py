"""The turn of ``/telnyx summarize CALL-ID``."""

from bot.render import summarize as render
from bot.render.final import Final
from bot.render.markdown import safe_markdown
from bot.services.access import Audience, Right
from bot.services.summarize import Summaries
from bot.slack.writing.growing import Growing
from bot.store.turns import Turn
from bot.workflows.asked import Asked, Written


class SummaryProducer:
    """Writes call summaries."""

    def __init__(self, summaries: Summaries) -> None:
        self._summaries = summaries

    def right(self, asked: Asked) -> Right:  # noqa: ARG002 - the same for every call
        """Return what a summary takes."""
        return Right.CALLS

    async def status(self, asked: Asked) -> str:  # noqa: ARG002 - the same for every call
        """Return the status line."""
        return "Reading the call…"

    async def write(self, asked: Asked, audience: Audience, reply: Growing) -> Written:
        """Summarize the call; ``asked.text`` is the call's id.

        Raises:
            RefusedError, UsageError, TelnyxError: for the table of words.
        """
        summary = await self._summaries.call(asked.text, audience, asked.options.get("model"))
        text = safe_markdown(render.text(summary))
        reply.write(text)
        return Written(outcome="answered", answer=text, note=render.coverage(summary), model=summary.model)

    def final(self, turn: Turn) -> Final:
        """Return the summary with what it covers, or the sentence of a failure."""
        return render.final(turn)
