"""Replies of the bot in threads: there is one, it has ended, it is whole."""

import re
from typing import Any

from sandbox.slack.person import PATIENCE_SECONDS, Json, Person
from tests.journeys.screen import BOT, GENERAL, finished, words

LEAVE = "How many days of paid annual leave do full-timers have?"
SAID = "27 days of paid annual leave a year. [1]"
"""How the stand-in model answers that, in the first of its statements; a source quotes it without the number."""
ERROR_ID = re.compile(r"E\u2011[0-9A-Z]{5}\b")
LONG = 30.0


async def replies(mia: Person, channel: str, root: str) -> list[dict[str, Any]]:
    """What the bot has in a thread."""
    return [m for m in await mia.messages(channel, root) if m["user"] == BOT and not m["deleted"]]


async def only_reply(mia: Person, channel: str, root: str, seconds: float = LONG) -> dict[str, Any]:
    """The finished reply of a thread: there is one, it is finished, and no status is left."""
    shown = await mia.wait_for(finished, seconds, channel=channel, thread_ts=root)
    assert [m["ts"] for m in await replies(mia, channel, root)] == [shown["ts"]]
    await no_status(mia, root)
    return shown


async def private(
    who: Person, text: str, after: str = "", channel: str = GENERAL, *, seconds: float = PATIENCE_SECONDS
) -> Json:
    """What someone alone reads in a channel, said after that ``ts``, once it holds ``text``."""
    return await who.wait_for(
        lambda m: m["kind"] == "ephemeral" and text in words(m) and m["ts"] > after, seconds, channel=channel
    )


async def no_status(mia: Person, root: str | None = None) -> None:
    """Nothing says any more that the bot is working, in a thread or anywhere: after a restart that is cleared by a call of its own."""

    async def look() -> list[dict[str, Any]]:
        shown = [s for s in await mia.get("statuses") if s.get("status")]
        return [{"open": [s for s in shown if root in (None, s["thread_ts"])]}]

    await mia.wait_in(look, lambda seen: seen["open"] == [])


async def answered_once(mia: Person, channel: str = GENERAL) -> dict[str, Any]:
    """Ask, and get the whole answer exactly once."""
    root = await mia.say(channel, f"@bot {LEAVE}")
    answer = await only_reply(mia, channel, root)
    assert words(answer).count(SAID) == 1, words(answer)
    return answer


def error_id(text: str) -> str:
    """The id that stands in small print below a sentence, as the log has it."""
    found = ERROR_ID.search(text)
    assert found is not None, text
    return found[0].replace("\u2011", "-")
