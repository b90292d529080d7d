"""Calls as they come, not as one expects them: each is listed, shown, read, and looked into, and Slack takes all of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.render.call_places import ShowPlace
from bot.render.calls import CallInsights, Calls, ShowCall, Transcript
from bot.render.intent import Intent
from bot.render.outcomes import File
from handlers.verbs import BY_WORDS
from tests.unit.bot.conftest import telnyx_house
from tests.unit.handlers.test_verbs import OWN_LOOP, taken_by_slack
from tests.unit.handlers.verb_house import Bot, VerbHouse

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
SAYS_NOTHING = "No one said anything in this call"
TOOL = {
    "id": "1",
    "type": "function",
    "function": {"name": "find_order", "arguments": '{"to": "+15550104477"}'},
}
PHONE = {"telnyx_conversation_channel": "phone_call", "assistant_id": "assistant-a"}


@dataclass(frozen=True)
class Unusual:
    """A call, and what of it is to be read."""

    messages: tuple[dict[str, Any], ...] = ()
    transcript: str = SAYS_NOTHING
    """Words of the file, or of why there is none."""
    place: str = SAYS_NOTHING
    listed: str = ""
    name: str = ""
    metadata: dict[str, Any] = field(default_factory=lambda: PHONE)
    lasted: timedelta = timedelta(minutes=3)


def said(text: str | None, seconds: float | None, role: str = "user", **more: Any) -> dict[str, Any]:
    at = None if seconds is None else (AT + timedelta(seconds=seconds)).isoformat()
    return {"role": role, "text": text, "created_at": at, "sent_at": at, **more}


LONG = tuple(said(f"Turn {number}.", 2 * number) for number in range(3_000))
CALLS = {
    "without messages": Unusual(listed="3 min · phone call"),
    "without text": Unusual((said("", 0), said(None, 5), said("  \n ", 9, "assistant"))),
    "tool calls only": Unusual(
        (said(None, 0, "assistant", tool_calls=[TOOL]), said("", 3, "assistant", tool_calls=[TOOL, {}])),
        "[00:00] Assistant: (uses find_order)\n[00:03] Assistant: (uses find_order, ?)",
        "(uses find_order, ?)",
    ),
    "in three languages": Unusual(
        (said("Grüß Gott!", 0), said("いらっしゃいませ。", 4, "assistant"), said("مرحبا، كيف حالك؟", 8)),
        "Caller: Grüß Gott!\n[00:04] Assistant: いらっしゃいませ。\n[00:08] Caller: مرحبا، كيف حالك؟",
        "مرحبا، كيف حالك؟",
    ),
    "of one turn": Unusual((said("Wrong number.", 0),), "[00:00] Caller: Wrong number.\n", "> Wrong number."),
    "of three thousand turns": Unusual(
        LONG, "3,000 messages\n", "lines 46 to 56 of 3,000", lasted=timedelta(minutes=100), listed="1 h 40 min"
    ),
    "text messages of months": Unusual(
        (said("Hi", 0), said("Still there?", 86_400 * 75, "assistant")),
        "[2026-03-01 09:30] Caller: Hi\n[2026-05-15 09:30] Assistant: Still there?",
        "lines 1 to 2 of 2",
        listed=" · since <!date^",
        lasted=timedelta(days=75),
        metadata={"telnyx_conversation_channel": "sms_chat"},
    ),
    "of an unknown channel": Unusual(
        (said("Hi", 0),), "carrier pigeon", "> Hi", "carrier pigeon <", metadata={"telnyx_conversation_channel": "carrier_pigeon <!here>"}
    ),
    "with markup in its name": Unusual(
        (said("<!channel> *a* <@U1>", 0),), "<!channel> *a*", "*a*", name="<!channel> *Sale* `x` <https://evil.example|bank>"
    ),
    "without metadata": Unusual((said("Hi", 0),), "conversation · ", "> Hi", " · conversation · ", metadata={}),
    "with odd metadata": Unusual(
        (said("Hi", 0),), "Caller: 42", "> Hi", " · 42 · ", metadata={"telnyx_end_user_target": 42, "x" * 300: {"a": [None]}, "empty": None}
    ),
    "at one moment": Unusual(
        tuple(said(f"Turn {number}.", 0) for number in range(30)), "[00:00] Caller: Turn 29.", "lines 1 to 11 of 30", " UTC> · phone call", lasted=timedelta()
    ),
    "without times": Unusual((said("One", None), said("Two", None)), "Caller: One\nCaller: Two\n", "> One"),
    "that ended before it began": Unusual((said("Hi", 0),), "Hi", "> Hi", " UTC> · phone call", lasted=-timedelta(hours=1)),
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house() -> AsyncIterator[VerbHouse]:
    async with telnyx_house(seeded=False) as telnyx:
        for number, one in enumerate(CALLS.values()):
            began = AT - timedelta(days=1_000 * number)  # so that each is alone on its page
            conversation = {
                "id": called(number),
                "created_at": began.isoformat(),
                "last_message_at": (began + one.lasted).isoformat(),
                "metadata": one.metadata,
                "name": one.name,
            }
            telnyx.standin.conversations.add(
                {"conversation": conversation, "messages": list(one.messages), "insights": []}
            )
        yield VerbHouse(telnyx, Bot(telnyx.client))


def called(number: int) -> str:
    return f"3fa85f64-0000-4000-8000-{number:012}"


async def shown(house: VerbHouse, wanted: Intent) -> str:
    """What is to be read of an outcome that Slack takes; of a file, what is in it."""
    verb = BY_WORDS[wanted.verb]
    got = await house.get(verb, wanted)
    assert taken_by_slack(got.shown, verb.title)
    words = got.shown.content.decode() if isinstance(got.shown, File) else got.words
    assert "+15550104477" not in words
    assert isinstance(got.shown, File) or not {"<!here", "<!channel", "<@U", "<https://evil"} & {
        *words.split()
    }
    return words


@OWN_LOOP
@pytest.mark.parametrize(
    "which",
    [
        pytest.param(which, marks=[pytest.mark.slow] if len(one.messages) > 100 else [])
        for which, one in CALLS.items()
    ],
)
async def test_each_call_is_listed_shown_read_and_looked_into(which: str, house: VerbHouse) -> None:
    number, one = [*CALLS].index(which), CALLS[which]
    call, before = called(number), AT - timedelta(days=1_000 * number) + one.lasted + timedelta(hours=2)

    listing = await shown(house, Calls(last=1, before=before.isoformat()))

    assert f"`{call[:8]}`" in listing
    assert one.listed.replace("<", "&lt;") in listing or one.listed in listing
    assert f"Call {call[:8]}: " in (page := await shown(house, ShowCall(call=call))) or one.name
    assert f"`{call}`" in page
    assert one.transcript in await shown(house, Transcript(call=call))
    assert one.place in await shown(house, ShowPlace(call=call, at=100))
    assert "ran no insights" in await shown(house, CallInsights(call=call))
