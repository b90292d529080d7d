"""Whether those who would read an answer now may see what it was made from."""

from bot.render.summarize import SUMMARY
from bot.services import passages
from bot.services.access import Audience
from bot.store.turns import Turn


def readable(turn: Turn, audience: Audience) -> bool:
    """Return whether an audience may see each passage that an answer was made from, and the call that it sums up."""
    call = (turn.options or {}).get(SUMMARY)
    if turn.kind == "summary" and (call is None or call["assistant"] not in audience.calls):
        return False
    if turn.passages is None:  # Telnyx read the file itself
        return all(bucket in audience.buckets for bucket in turn.buckets or ())
    return all(passages.readable(passage, audience) for passage in turn.passages)
