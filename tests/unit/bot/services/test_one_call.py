"""One call: what is known of it, what insights found, its transcript and who may read it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.errors import RefusedError, UsageError
from bot.services.access import ALL, EVERYTHING, NOTHING, Audience, Some
from bot.services.call_insights import Result, State
from bot.services.calls import STATES, Calls
from bot.services.transcripts import Transcripts
from tests.unit.bot.conftest import TelnyxHouse
from tests.unit.bot.services.test_call_filters import put
from tests.unit.bot.services.test_clusters import HERE, ME, Rights

WHOLE = replace(EVERYTHING, numbers=ALL)
OTHERS = replace(EVERYTHING, calls=Some.of(["assistant-b"]))
"""Who may read other calls."""


def run(telnyx: TelnyxHouse, call: str, status: str, *results: tuple[str, str], seconds: int = 0) -> None:
    """A group of insights ran over a call."""
    at = datetime(2031, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    found = [{"insight_id": insight, "result": result} for insight, result in results]
    record = telnyx.standin.conversations.records[call]
    made = {"id": f"run-{len(record['insights'])}", "status": status, "created_at": at.isoformat()}
    record["insights"].append(made | {"conversation_insights": found})


def say(telnyx: TelnyxHouse, call: str, count: int) -> None:
    start = datetime(2031, 1, 1, tzinfo=UTC)
    for number in range(count):
        at = (start + timedelta(seconds=2 * number)).isoformat()
        message = {"role": "user", "text": f"Word {number}.", "created_at": at, "sent_at": at}
        telnyx.standin.conversations.records[call]["messages"].append(message)


async def test_a_call_is_found_with_all_that_is_noted_of_it_and_its_numbers_masked(
    telnyx: TelnyxHouse,
) -> None:
    noted: dict[str, Any] = {"order": "o-1", "call back +4930124477": 7, "vip": True}
    call = put(telnyx, 4477, name="Porting", **noted)

    found = await Calls(telnyx.client).details("porting", EVERYTHING)

    assert (found.call.caller, found.call.agent) == ("•••4477", "•••0100")
    assert found.call.metadata["order"] == "o-1"
    assert found.call.metadata["call back •••4477"] == "7"
    assert found.call.metadata["vip"] == "true"
    assert "5550104477" not in str(found)
    assert (found.messages, found.state) == (0, State.NONE)
    whole = await Calls(telnyx.client).one(call, WHOLE)
    assert (whole.caller, whole.agent) == ("+15550104477", "+493055500100")


@pytest.mark.parametrize("given", ["{call}", "Porting", "00000000-0000-4000-8000-999999999999"])
async def test_a_call_that_is_not_granted_is_told_as_one_that_is_not_there(
    telnyx: TelnyxHouse, given: str
) -> None:
    given = given.format(call=put(telnyx, 1, name="Porting"))
    calls, rights = Calls(telnyx.client), Rights(EVERYTHING)
    asking: Any = rights

    for look in (
        calls.one(given, OTHERS),
        calls.details(given, OTHERS),
        calls.insights(given, OTHERS),
        calls.transcript(given, OTHERS),
        Transcripts(calls, asking).whole(given, HERE, ME, OTHERS),
    ):
        with pytest.raises(UsageError) as caught:
            await look
        assert caught.value.text.startswith(f"There's no call “{given}”.")
    assert await telnyx.calls("conversations.messages") == 0
    assert await telnyx.calls("conversations.insights") == 0


async def test_the_states_of_the_first_calls_of_a_list_are_told(telnyx: TelnyxHouse) -> None:
    ids = [put(telnyx, number, minutes=number) for number in range(STATES + 2)]
    run(telnyx, ids[0], "completed", ("i", "Glad."))
    run(telnyx, ids[1], "completed", ("i", "Glad."))
    run(telnyx, ids[1], "in_progress")
    run(telnyx, ids[2], "failed")
    run(telnyx, ids[3], "something new")
    calls = Calls(telnyx.client)
    listed, _ = await calls.latest(EVERYTHING, STATES + 2)

    states = await calls.states(listed, EVERYTHING)

    assert [*states.values()] == [
        State.READY,
        State.PENDING,
        State.FAILED,
        State.PENDING,
        *[State.NONE] * (STATES - 4),
    ]
    assert await calls.states(listed, OTHERS) == {}


async def test_a_list_is_shown_also_if_telnyx_does_not_say_how_far_insights_are(telnyx: TelnyxHouse) -> None:
    put(telnyx, 1)
    calls = Calls(telnyx.client)
    listed, _ = await calls.latest(EVERYTHING, 1)
    await telnyx.fault(operation="conversations.insights", kind="status", status=500)

    assert await calls.states(listed, EVERYTHING) == {}


async def test_results_stand_under_the_names_of_their_insights_and_show_no_number(
    telnyx: TelnyxHouse,
) -> None:
    call = put(telnyx, 4477, name="Porting")
    mood = (await telnyx.client.insights.create("Mood", "How did they feel?")).id
    score = (await telnyx.client.insights.create("Score", "How glad?", json_schema={"type": "object"})).id
    fields = {"score": 5, "back": 15550104477, "+15550104477": None, "list": ["+15550104477"], "again": True}
    run(telnyx, call, "completed", (mood, "Cross."), seconds=1)
    run(
        telnyx,
        call,
        "completed",
        (mood, "Glad, call +1 555 010 4477."),
        (score, json.dumps(fields)),
        seconds=9,
    )
    run(telnyx, call, "failed")
    run(telnyx, call, "pending")
    run(telnyx, call, "completed", ("deleted-insight", "[1, 2]"), ("empty", ""), seconds=2)
    calls = Calls(telnyx.client)

    found = await calls.insights(call, EVERYTHING)

    assert found.found == (
        Result("Deleted insight deleted-", "[1, 2]", {}),
        Result("Deleted insight empty", "", {}),
        Result("Mood", "Glad, call •••4477.", {}),
        Result(
            "Score",
            "",
            {"score": "5", "back": "•••4477", "•••4477": "", "list": '["•••4477"]', "again": "yes"},
        ),
    )
    assert (found.state, found.pending, found.failed) == (State.PENDING, 1, 1)
    whole = {one.insight: one for one in (await calls.insights(call, WHOLE)).found}
    assert whole["Mood"].text == "Glad, call +1 555 010 4477."


async def test_a_call_of_three_thousand_messages_is_read_whole_and_in_order(telnyx: TelnyxHouse) -> None:
    call = put(telnyx, 1)
    say(telnyx, call, 3_000)

    transcript = await Calls(telnyx.client).transcript(call, EVERYTHING)

    assert [line.text for line in transcript.lines] == [f"Word {number}." for number in range(3_000)]
    assert transcript.began == datetime(2031, 1, 1, tzinfo=UTC)
    assert await telnyx.calls("conversations.messages") == 30


@pytest.mark.parametrize(
    ("everyone", "present", "shown"),
    [
        (EVERYTHING, True, True),
        (replace(EVERYTHING, calls=Some.of(["assistant-a"])), True, True),
        (OTHERS, True, False),
        (NOTHING, True, False),
        (EVERYTHING, False, False),
    ],
)
async def test_a_transcript_stands_where_all_who_read_there_may_see_it(
    telnyx: TelnyxHouse, everyone: Audience, present: bool, shown: bool
) -> None:
    call = put(telnyx, 1)
    say(telnyx, call, 2)
    rights: Any = Rights(everyone, present=present)

    transcript, all_of_them = await Transcripts(Calls(telnyx.client), rights).whole(
        call, HERE, ME, EVERYTHING
    )

    assert (len(transcript.lines), all_of_them) == (2, shown)


async def test_whoever_may_read_no_calls_is_refused_before_anything_is_asked(telnyx: TelnyxHouse) -> None:
    rights: Any = Rights()

    with pytest.raises(RefusedError):
        await Transcripts(Calls(telnyx.client), rights).whole("x", HERE, ME, NOTHING)

    assert await telnyx.calls("conversations.page") == 0
