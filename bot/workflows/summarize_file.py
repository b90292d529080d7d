"""The turn of ``/telnyx summarize BUCKET/FILE``."""

from bot import ids
from bot.render import summarize_file as render
from bot.render.final import Final
from bot.services.access import Audience, Right
from bot.services.summarize_file import FileSummaries
from bot.slack.writing.growing import Growing
from bot.store.turns import Turn
from bot.workflows.asked import Asked, Written


class FileSummaryProducer:
    """Writes summaries of files; ``asked.text`` is the bucket and the file's name."""

    def __init__(self, file_summaries: FileSummaries) -> None:
        self._summaries = file_summaries

    def right(self, asked: Asked) -> Right:  # noqa: ARG002 - the same for every file
        """Return what a summary takes."""
        return Right.DOCUMENTS

    async def status(self, asked: Asked) -> str:  # noqa: ARG002 - the same for every file
        """Return the status line."""
        return "Reading the file…"

    async def write(self, asked: Asked, audience: Audience, reply: Growing) -> Written:
        """Have the file summarized, from a bucket that its readers may read.

        Raises:
            RefusedError, UsageError, TelnyxError, EmptyAnswerError: for the table of words.
        """
        prompt = asked.options.get("prompt") or ""
        summary = await self._summaries.file(asked.text, audience, key=ids.key(asked.id), prompt=prompt)
        text = render.text(summary)
        reply.write(text)
        return Written(
            outcome="answered",
            answer=text,
            buckets=[summary.bucket],
            note=render.coverage(summary),
            model=render.BY,
        )

    def final(self, turn: Turn) -> Final:
        """Return the summary with what it rests on, or the sentence of a failure."""
        return render.final(turn)
