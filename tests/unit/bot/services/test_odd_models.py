"""Models that think aloud, end too early, refuse fields, or know less than they are asked: what a person gets all the same."""

from __future__ import annotations

from typing import Any

import pytest

from bot.errors import RefusedError, UsageError
from bot.render.errors import words
from bot.render.summarize import coverage
from bot.services.access import EVERYTHING, NOTHING
from bot.services.ask import Again, Answer, Ask, Delta, EmptyAnswerError
from bot.services.buckets import Buckets
from bot.services.calls import Calls
from bot.services.condensing import Condenser
from bot.services.models import Models
from bot.services.query import Exchange, Query
from bot.services.retrieval import Retrieval
from bot.services.room import TOO_LONG
from bot.services.steps import Plan
from bot.services.summarize import Summaries
from bot.telnyx import Telnyx, TelnyxStreamError, TelnyxTimeoutError, Timeouts
from sandbox.telnyx.models import DEFAULT_MODEL, SMALL_CONTEXT_MODEL
from tests.unit.bot.conftest import KEY, Model, TelnyxHouse, asking
from tests.unit.bot.services.test_calls import add, said

LEAVE = "How many weeks of parental leave do I get?"
HANDBOOK = asking(LEAVE, buckets=("handbook",))
THREAD = tuple(Exchange(f"Question {n}?", "A long answer about leave. " * 200) for n in range(6))


def service(house: TelnyxHouse, client: Telnyx | None = None, **more: Any) -> Ask:
    client = client or house.client
    limits = {"temperature": 0.1, "max_tokens": 256} | more
    retrieval = Retrieval(client, Buckets(client, limits.pop("buckets", ())), Plan())
    return Ask(client, retrieval, Models(client, DEFAULT_MODEL), **limits)


async def shown(ask: Ask, query: Query = HANDBOOK) -> tuple[str, Answer]:
    """What a person reads in the end, and the answer."""
    text, end = "", None
    async for part in ask.answer(query):
        if isinstance(part, Again):
            text = ""
        elif isinstance(part, Delta):
            text += part.text
        elif isinstance(part, Answer):
            end = part
    assert end is not None
    return text, end


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (["<think>[1] is", " it</think>", "Twelve [2]."], "Twelve [2]."),
        (["[1] is it, I th", "ink.</thi", "nk>\n\nTwelve [2]."], "Twelve [2]."),
        (["Use `<think>` [2]."], "Use `<think>` [2]."),
    ],
)
async def test_a_thought_is_neither_shown_nor_cited(
    scripted: TelnyxHouse, model: Model, pieces: list[str], text: str
) -> None:
    model.replies = [pieces]

    read, answer = await shown(service(scripted))

    assert (read, answer.text, answer.cited, answer.refused) == (text, text, (2,), False)


@pytest.mark.parametrize(
    "text",
    [
        "<think>no</think>NO_ANSWER",
        "<think>no</think>\n\n**NO_ANSWER**",
        "no, nothing</think>NO_ANSWER.",
        "> NO_ANSWER",
        "# NO_ANSWER",
        "NO\\_ANSWER",
        "“NO_ANSWER”",
        "[NO_ANSWER]",
        "no_answer",
        "The passages do not tell.\n\nNO_ANSWER",
        "Answer: `NO_ANSWER`.",
    ],
)
async def test_a_refusal_is_one_however_it_is_dressed(scripted: TelnyxHouse, model: Model, text: str) -> None:
    model.replies = [[text[: len(text) // 2], text[len(text) // 2 :]]]

    read, answer = await shown(service(scripted))

    assert (read, answer.text, answer.refused, answer.cut) == ("", "", True, None)


@pytest.mark.parametrize(
    "text", ["No, they don't [1].", "NO_ANSWERS [1]", "Reply `NO_ANSWER` [1], they say [1]."]
)
async def test_words_like_the_mark_are_an_answer(scripted: TelnyxHouse, model: Model, text: str) -> None:
    model.replies = [[text]]

    read, answer = await shown(service(scripted))

    assert (read, answer.refused) == (text, False)


@pytest.mark.parametrize(
    ("reason", "cut"),
    [
        ("stop", None),
        ("length", "length"),
        ("content_filter", "content_filter"),
        ("abort", "abort"),
        ("", "unknown"),
    ],
)
async def test_an_answer_says_whether_it_was_cut(telnyx: TelnyxHouse, reason: str, cut: str | None) -> None:
    await telnyx.fault(operation="chat.completions", kind="says", finish_reason=reason)

    assert (await shown(service(telnyx)))[1].cut == cut


async def test_the_limit_of_tokens_is_one_that_cuts(telnyx: TelnyxHouse) -> None:
    assert (await shown(service(telnyx, max_tokens=8)))[1].cut == "length"


@pytest.mark.parametrize("reason", [None, "", "length"])
async def test_a_stream_that_ends_without_an_end_is_broken(telnyx: TelnyxHouse, reason: str | None) -> None:
    await telnyx.fault(operation="chat.completions", kind="says", finish_reason=reason, done=False)

    if reason:
        assert (await shown(service(telnyx)))[1].cut == reason
        return
    with pytest.raises(TelnyxStreamError) as caught:
        await shown(service(telnyx))
    assert "broke off" in words(caught.value, "E-1").text


@pytest.mark.parametrize(
    ("text", "told"), [("<think>hm", "ANSWERS_MAX_TOKENS"), ("<think>hm</think>", "ANSWERS_MAX_TOKENS")]
)
async def test_a_model_that_thinks_until_its_tokens_run_out_is_told_so(
    telnyx: TelnyxHouse, text: str, told: str
) -> None:
    await telnyx.fault(operation="chat.completions", kind="says", text=text, finish_reason="length")

    with pytest.raises(EmptyAnswerError) as caught:
        await shown(service(telnyx))
    assert told in words(caught.value, "E-1").text


@pytest.mark.parametrize("kind", ["pings", "thinks", "dribble"])
async def test_a_model_without_an_end_is_left(telnyx: TelnyxHouse, kind: str) -> None:
    await telnyx.fault(operation="chat.completions", kind=kind, seconds=0.01)
    limits = Timeouts(between_words=0.1, thinking=0.1, whole=0.3)
    client = Telnyx(telnyx.http, api_key=KEY, base_url=f"{telnyx.root}/telnyx/v2", timeouts=limits)

    with pytest.raises(TelnyxTimeoutError):
        await shown(service(telnyx, client))


async def test_content_as_parts_and_counts_that_cannot_be_are_read(telnyx: TelnyxHouse) -> None:
    usage = {"prompt_tokens": 10**23, "completion_tokens": -1}
    await telnyx.fault(operation="chat.completions", kind="says", parts=True, text="Twelve [1].", usage=usage)

    text, answer = await shown(service(telnyx))

    assert (text, answer.usage, answer.cited) == ("Twelve [1].", None, (1,))


@pytest.mark.parametrize("field", ["max_tokens", "temperature", "roles", "system"])
async def test_what_a_model_refuses_is_left_out_once_and_remembered(telnyx: TelnyxHouse, field: str) -> None:
    await telnyx.fault(operation="chat.completions", kind="refuses", field=field, count=0)
    ask = service(telnyx)
    query = asking(LEAVE, buckets=("handbook",), history=(Exchange("first?", ""),), thread="U1: hello")

    first = (await shown(ask, query))[0]
    calls = await telnyx.calls("chat.completions")
    second = (await shown(ask, query))[0]

    refused_once = 1 if field != "roles" else 0  # our messages alternate from the beginning
    assert (first, calls) == (second, 1 + refused_once)
    assert await telnyx.calls("chat.completions") == calls + 1


async def test_a_thread_of_long_answers_leaves_room_for_passages(telnyx: TelnyxHouse) -> None:
    query = asking(LEAVE, buckets=("handbook",), history=THREAD, model="mistralai/Mistral-Small-24B-Instruct")

    assert (await shown(service(telnyx), query))[1].cited


async def test_a_small_model_answers_in_a_long_thread(telnyx: TelnyxHouse) -> None:
    query = asking(
        LEAVE, buckets=("handbook",), history=THREAD, thread="U1: hello\n" * 2_000, model=SMALL_CONTEXT_MODEL
    )

    assert (await shown(service(telnyx, max_tokens=1_024), query))[1].found.passages


@pytest.mark.parametrize(
    "script",
    ["日本語の文章です。", "한국어 문장입니다. ", "Русский текст. ", "نص عربي. ", "ภาษาไทย ", "😀😀 "],
)
async def test_passages_of_every_script_fit(telnyx: TelnyxHouse, script: str) -> None:
    text = "# Leave\n\nHow many weeks of parental leave: " + script * (9_000 // len(script))
    telnyx.standin.library.seed("long", "leave.md", text.encode())
    query = asking(LEAVE, buckets=("long",), model=SMALL_CONTEXT_MODEL)

    _, answer = await shown(service(telnyx), query)

    assert len(answer.found.passages) >= 1
    assert await telnyx.calls("chat.completions") == 1


async def test_what_is_too_much_is_tried_once_with_half_and_then_told(telnyx: TelnyxHouse) -> None:
    entry = {"operation": "chat.completions", "kind": "too_long"}
    await telnyx.fault(**entry)
    text, answer = await shown(service(telnyx))
    await telnyx.fault(**entry, count=0)

    with pytest.raises(UsageError) as caught:
        await shown(service(telnyx))

    assert text
    assert answer.cited
    assert caught.value.text == TOO_LONG


async def test_a_question_longer_than_the_model_is_told_before_it_is_asked(telnyx: TelnyxHouse) -> None:
    with pytest.raises(UsageError, match="more than the model"):
        await shown(service(telnyx), asking("why " * 4_000, buckets=("handbook",), model=SMALL_CONTEXT_MODEL))

    assert await telnyx.calls("chat.completions") == 0


async def test_top_counts_in_all_buckets_together(telnyx: TelnyxHouse) -> None:
    kinds = ("vanilla", "cherry", "lemon", "walnut")
    for bucket in ("one", "two", "three"):
        for kind in kinds:
            text = f"The {kind} crumble of canteen {bucket} costs {len(kind)} euros and is served {bucket} times a week."
            telnyx.standin.library.seed(bucket, f"{kind}.md", text.encode())
    query = asking("crumble canteen", buckets=("one", "two", "three"), top=2)

    found = await service(telnyx).retrieve(query)

    assert len(found.passages) == 2
    assert found.buckets == ("one", "two", "three")


@pytest.mark.parametrize(
    ("configured", "told"),
    [
        (("handbok",), ["“handbok”", "Did you mean “handbook”?"]),
        (("a", "b"), ["“a”, “b”"]),
        (("HANDBOOK",), ["“HANDBOOK”"]),
    ],
)
async def test_a_setting_that_names_no_bucket_searches_nothing(
    telnyx: TelnyxHouse, configured: tuple[str, ...], told: list[str]
) -> None:
    with pytest.raises(UsageError) as caught:
        await shown(service(telnyx, buckets=configured), asking(LEAVE))

    assert all(part in caught.value.text for part in ("ANSWERS_BUCKETS", "searched nothing", *told))
    assert await telnyx.calls("embeddings.search") == 0


async def test_a_wrong_bucket_among_right_ones_is_noted(telnyx: TelnyxHouse) -> None:
    ask = service(telnyx, buckets=("handbook", "gone"))

    assert (await ask.retrieve(asking(LEAVE))).lacking == ("gone",)
    assert (await ask.retrieve(asking(LEAVE))).buckets == ("handbook",)
    assert (await ask.retrieve(asking(LEAVE, buckets=("manual",)))).lacking == ()


@pytest.mark.parametrize("asked", [("handbok",), ("handbook",), ()])
async def test_no_bucket_is_named_to_who_may_see_none(telnyx: TelnyxHouse, asked: tuple[str, ...]) -> None:
    with pytest.raises((UsageError, RefusedError)) as caught:
        await service(telnyx).retrieve(asking(LEAVE, buckets=asked, audience=NOTHING))

    assert "manual" not in str(caught.value)
    assert await telnyx.calls("embeddings.search") == 0


@pytest.mark.parametrize("kind", ["first", "last"])
async def test_a_summary_that_was_cut_claims_to_cover_nothing(
    scripted: TelnyxHouse, model: Model, kind: str
) -> None:
    call = add(scripted, *(said("user", f"line {n} " + "word " * 300, f"{n:02}:00") for n in range(40)))
    model.replies = [["note"] for _ in range(3)] + [["<think>hm</think>the whole"]]
    model.reasons = {0: "length"} if kind == "first" else {3: "content_filter"}
    summaries = Summaries(
        Calls(scripted.client), Condenser(scripted.client, Models(scripted.client, "small/unknown"), 0.1)
    )

    summary = await summaries.call(call, EVERYTHING)

    assert summary.text == "the whole"
    assert "cut off" in coverage(summary)
    assert "Covers" not in coverage(summary)


async def test_a_summary_that_is_too_much_is_made_in_smaller_parts(telnyx: TelnyxHouse) -> None:
    await telnyx.fault(operation="chat.completions", kind="too_long")
    call = add(telnyx, *(said("user", f"line {n} " + "слово " * 60, f"{n:02}:00") for n in range(5)))
    summaries = Summaries(
        Calls(telnyx.client), Condenser(telnyx.client, Models(telnyx.client, DEFAULT_MODEL), 0.1)
    )

    assert (await summaries.call(call, EVERYTHING)).text
