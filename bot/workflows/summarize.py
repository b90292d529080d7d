"""The turn of ``/telnyx summarize CALL-ID``."""

from bot.render import summarize as render
from bot.render.final import Final
from bot.render.markdown import safe_markdown
from bot.services.access import Audience, Right
from bot.services.action_items import ActionItems
from bot.services.remembering import Remembering
from bot.services.spent import spent
from bot.services.summarize import Summaries
from bot.slack.writing.growing import Growing
from bot.store.turns import Turn
from bot.workflows.asked import Asked, Written


class SummaryProducer:
    """Writes call summaries.

    Args:
        summaries: makes them.
        remembering: what of a long one was made before a crash.
        actions: keeps what was agreed.
    """

    def __init__(self, summaries: Summaries, remembering: Remembering, actions: ActionItems) -> None:
        self._summaries = summaries
        self._remembering = remembering
        self._actions = actions
        self._reading: dict[str, str] = {}
        """How far each is, in words."""

    def right(self, asked: Asked) -> Right:  # noqa: ARG002 - the same for every call
        """Return what a summary takes."""
        return Right.CALLS

    async def status(self, asked: Asked) -> str:
        """Return the status line."""
        return self._reading.get(asked.id, "Reading the call…")

    async def write(self, asked: Asked, audience: Audience, reply: Growing) -> Written:
        """Summarize the call; ``asked.text`` is the call's id.

        Raises:
            RefusedError, UsageError, TelnyxError: for the table of words.
        """

        def progress(number: int, count: int) -> None:
            self._reading[asked.id] = render.reading(number, count)

        memory = await self._remembering.memory(asked.id)
        try:
            model = asked.options.get("model")
            made = await self._summaries.call(asked.text, audience, model, progress=progress, memory=memory)
        finally:
            self._reading.pop(asked.id, None)
        call, team, user = made.transcript.call, asked.place.team, asked.asker.user
        items = await self._actions.keep(call, made.agreed, audience, turn=asked.id, team=team, user=user)
        text = safe_markdown(render.text(made))
        reply.write(text)
        return Written(
            outcome="answered",
            answer=text,
            note=render.coverage(made),
            **spent(made),
            trace={"parts": made.parts},
            beside={render.SUMMARY: render.beside(made, items)},
        )

    def final(self, turn: Turn) -> Final:
        """Return the summary with what it covers, or the sentence of a failure."""
        return render.final(turn)
