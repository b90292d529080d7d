"""Makes calls from the building blocks: the same ones each time, of varied lengths, older than the hand-written ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .phrases import ASIDES, GREETINGS, MATTERS, PEOPLE, PLACES, Matter

COUNT = 48
_OLDEST_WRITTEN = 14_500
_APART = 397
_CHANNELS = ("phone_call", "phone_call", "phone_call", "web_call", "sms_chat")
# Rounds of questions in the unusually long calls; and the call in which nobody said a word.
_LONG, _SILENT = {7: 60, 29: 25}, 17


def generated_calls() -> Iterator[tuple[str, dict[str, Any]]]:
    """(stem, call) in the form of the files in `calls/`."""
    for number in range(COUNT):
        matter = MATTERS[number % len(MATTERS)]
        person, place = PEOPLE[number * 3 % len(PEOPLE)], PLACES[number * 2 % len(PLACES)]
        facts = {
            "person": person,
            "place": place,
            "amount": str(19 + 7 * number),
            "count": str(3 + number % 14),
            "number": str(60_300 + number),
        }
        turns = [] if number == _SILENT else _turns(number, matter, facts)
        yield (
            f"generated-{number:02d}",
            {
                "name": f"{matter.title} ({person})",
                "minutes_before_start": _OLDEST_WRITTEN + 60 + _APART * number,
                "channel": _CHANNELS[number % len(_CHANNELS)],
                "customer": f"+4930555013{number:02d}",
                "summary": "" if number == _SILENT else matter.ending.format(**facts),
                "turns": turns,
            },
        )


def _turns(number: int, matter: Matter, facts: dict[str, str]) -> list[dict[str, Any]]:
    hello, name = GREETINGS[matter.language]
    said = [("assistant", hello), ("user", f"{name} {matter.turns[0]}")]
    asides = _LONG.get(number, number % 4) if matter.language == "en" else 0
    for at in range(asides):
        question, answer = ASIDES[(number + at) % len(ASIDES)]
        said += [("assistant", question), ("user", answer)]
    if matter.tool:
        said += [("call", matter.tool), ("tool", json.dumps({"found": True, "amount": facts["amount"]}))]
    said += [
        ("assistant", matter.turns[1]),
        ("user", matter.turns[2]),
        ("assistant", matter.ending),
    ]
    turns, seconds = [], 0
    for role, text in said:
        turns.append(_turn(role, text.format(**facts) if role not in {"call", "tool"} else text, seconds))
        seconds += 4 + len(text) // 14
    return turns


def _turn(role: str, text: str, at: int) -> dict[str, Any]:
    """A turn; the assistant's call of a tool has an empty text."""
    if role != "call":
        return {"at": at, "role": role, "text": text}
    function = {"name": text, "arguments": json.dumps({"month": "March"})}
    call = {"id": f"call_{at}", "type": "function", "function": function}
    return {"at": at, "role": "assistant", "text": "", "tool_calls": [call]}
