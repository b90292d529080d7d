"""Of a phone number nothing but its last four digits leaves the service, wherever it stands in a call."""

import ast
import json
import re
from pathlib import Path
from typing import Any

from bot.render import calls as shown
from bot.render.summarize import text
from bot.services.access import EVERYTHING
from bot.services.calls import Calls, Page
from bot.services.condensing import Condenser
from bot.services.models import Models
from bot.services.summarize import PART_RULES, Summaries
from config.answers import DEFAULT_MODEL
from tests.unit.bot.conftest import Model, TelnyxHouse
from tests.unit.bot.services.test_calls import said
from tests.unit.bot.services.test_summarize import SMALL

ROOT = Path(__file__).resolve().parents[4]
ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
SPOKEN = "five five five, oh one oh, four four seven seven"
TOOL = {"to": "+15550104477", "at": "2026-01-01T10:00:00Z", "call": ID}


def add(house: TelnyxHouse, *messages: dict[str, Any], **about: Any) -> str:
    """A call with the number of one person wherever one can stand."""
    conversation = {
        "id": ID,
        "created_at": "2030-01-01T10:00:00+00:00",
        "last_message_at": "2030-01-01T10:05:00+00:00",
        "metadata": {
            "assistant_id": "assistant-1234567",
            "telnyx_end_user_target": "sip:+15550104477@sip.telnyx.com",
            "telnyx_agent_target": "+15550104400",
            "telnyx_conversation_channel": "phone_call",
        },
        "name": "2026-01-01 from +1 (555) 010-4477",
    }
    house.standin.conversations.add(
        {"conversation": conversation | about, "messages": list(messages), "insights": []}
    )
    return ID


TALK = (
    said("user", "I'm at +1 555 010 4477.", "00:00"),
    said("assistant", f"So that's {SPOKEN}?", "00:05"),
    said("tool", json.dumps(TOOL), "00:06"),
    said("user", "Yes, 555-010-4477 until 2026-02-03, order 60303.", "02:15"),
    said("caller +15550104477", "Thanks, <tel:+15550104477|+1 555 010 4477>.", "02:20"),
)


def whole(words: str) -> list[str]:
    """What of the number can be read beyond its last four digits."""
    return re.findall(r"555\D{0,3}0\d\d|0104477|oh one oh", words)


async def test_the_list_shows_the_last_four_digits_of_callers_and_in_names(telnyx: TelnyxHouse) -> None:
    add(telnyx)

    calls, _ = await Calls(telnyx.client).latest(EVERYTHING, 1)

    (call,) = calls
    assert (call.name, call.caller) == ("2026-01-01 from •••4477", "sip:•••4477@sip.telnyx.com")
    assert (call.id, call.channel, call.assistant) == (ID, "phone_call", "assistant-1234567")
    page = shown.listing(shown.Calls(), Page(tuple(calls), None), {}, EVERYTHING).page(shown.Calls())
    assert not whole(str(page))
    assert "2026-01-01 from •••4477" in str(page)


async def test_a_list_of_every_call_of_the_account_shows_no_number(telnyx: TelnyxHouse) -> None:
    numbers = [
        row.metadata["telnyx_end_user_target"] for row in await telnyx.client.conversations.page(limit=100)
    ]

    calls, _ = await Calls(telnyx.client).latest(EVERYTHING, 100)

    assert len(calls) == len(numbers) > 10
    assert sorted(call.caller for call in calls) == sorted(f"•••{number[-4:]}" for number in numbers)


async def test_a_call_without_an_assistant_has_an_empty_one(telnyx: TelnyxHouse) -> None:
    add(telnyx, metadata={"telnyx_end_user_target": 15550104477})

    ((call,), _) = await Calls(telnyx.client).latest(EVERYTHING, 1)

    assert (call.assistant, call.caller) == ("", "•••4477")


async def test_a_call_is_found_by_its_name_as_it_is_shown_and_by_no_number(telnyx: TelnyxHouse) -> None:
    add(telnyx)

    assert await Calls(telnyx.client).find("2026-01-01 from •••4477", EVERYTHING) == ID


async def test_a_transcript_shows_no_number_in_words_and_tools_and_roles(telnyx: TelnyxHouse) -> None:
    transcript = await Calls(telnyx.client).transcript(add(telnyx, *TALK), EVERYTHING)

    assert [str(line) for line in transcript.lines] == [
        "[00:00] Caller: I'm at •••4477.",
        "[00:05] Assistant: So that's •••4477?",
        f'[00:06] tool: {{"to": "•••4477", "at": "2026-01-01T10:00:00Z", "call": "{ID}"}}',
        "[02:15] Caller: Yes, •••4477 until 2026-02-03, order 60303.",
        "[02:20] caller •••4477: Thanks, <tel:•••4477|•••4477>.",
    ]


async def test_the_model_reads_no_number_and_the_summary_is_titled_without_one(
    scripted: TelnyxHouse, model: Model
) -> None:
    call = add(scripted, *TALK)
    model.replies = [["## Outcome\nCall •••4477 back."]]
    calls = Calls(scripted.client)

    summary = await Summaries(
        calls, Condenser(scripted.client, Models(scripted.client, DEFAULT_MODEL), 0.1)
    ).call(call, EVERYTHING)

    (asked,) = model.asked
    assert not whole(json.dumps(asked, ensure_ascii=False))
    assert asked["messages"][1]["content"].count("•••4477") == 7
    assert text(summary) == "**2026-01-01 from •••4477**\n\n## Outcome\nCall •••4477 back."


async def test_no_part_of_a_long_call_that_a_model_reads_has_a_number(
    scripted: TelnyxHouse, model: Model
) -> None:
    long = [said("user", "word " * 300 + TALK[0]["text"], f"{n:02}:00") for n in range(40)]
    call = add(scripted, *long)
    model.replies = [["a note"]] * 3 + [["the whole"]]

    await Summaries(
        Calls(scripted.client), Condenser(scripted.client, Models(scripted.client, SMALL), 0.1)
    ).call(call, EVERYTHING)

    read = [asked for asked in model.asked if asked["messages"][0]["content"] == PART_RULES]
    assert len(read) > 1
    assert not whole(json.dumps(model.asked, ensure_ascii=False))
    assert sum(asked["messages"][1]["content"].count("•••4477") for asked in read) == 40


def readers(source: str) -> list[str]:
    """What is asked of Telnyx's conversations in a module."""
    return [
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "conversations"
    ]


def test_no_other_module_reads_calls_past_the_one_that_masks_them() -> None:
    reading = {
        path.relative_to(ROOT).as_posix()
        for folder in ("bot", "handlers")
        for path in (ROOT / folder).rglob("*.py")
        if readers(path.read_text(encoding="utf-8"))
    }

    # What insights found is masked where it is read, see test_insights.py; a change gives what `calls.one` says of its call.
    # The watch keeps a call's name, masked for everyone, and nothing that was said in it: see jobs/test_calls.py.
    changing = "bot/services/call_changes.py"
    watched = {"bot/services/jobs/calls.py", "bot/services/jobs/insights.py"}
    assert reading == {changing, "bot/services/calls.py", "bot/services/insights.py", *watched}
    assert readers("async def leak(self): return await self._telnyx.conversations.get('1')") == ["get"]
