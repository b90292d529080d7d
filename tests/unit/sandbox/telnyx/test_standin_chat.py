import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from aiohttp import web

from sandbox.telnyx import Pace, TelnyxStandIn, Upstream
from sandbox.telnyx.models import SMALL_CONTEXT_MODEL
from tests.loopback import PLAIN
from tests.unit.sandbox.telnyx.conftest import KEY, Running

RULES = "Answer only from the passages. If they do not hold the answer, reply with exactly NO_ANSWER."
LEAVE = """<passage n="1" bucket="handbook" document="leave.md">
## Annual leave
Everybody who works full time has 27 days of paid annual leave a year. Part-timers get a share in proportion to their hours.
</passage>
<passage n="2" bucket="handbook" document="travel.md">
## Hotels
A hotel may cost up to 140 euros a night.
</passage>"""


def events(text: str) -> list[Any]:
    return [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "How many days of annual leave do I get?",
            "Everybody who works full time has 27 days of paid annual leave a year. [1]",
        ),
        ("How much may a hotel cost?", "A hotel may cost up to 140 euros a night. [2]"),
    ],
)
async def test_an_answer_is_the_fitting_sentence_with_its_passage_number(
    telnyx: Running, question: str, answer: str
) -> None:
    assert await telnyx.say(("system", RULES), ("user", f"{LEAVE}\n\n{question}")) == answer


async def test_passages_may_stand_in_the_system_message(telnyx: Running) -> None:
    said = await telnyx.say(("system", f"{RULES}\n{LEAVE}"), ("user", "What may a hotel cost a night?"))

    assert said.endswith("[2]")


@pytest.mark.parametrize(
    "question", ["Who is the chief executive?", "Wie wird das Wetter?", "What is a quark?", "??"]
)
async def test_what_no_passage_holds_is_declined_with_the_prompts_token(
    telnyx: Running, question: str
) -> None:
    assert await telnyx.say(("system", RULES), ("user", f"{LEAVE}\n\n{question}")) == "NO_ANSWER"


async def test_without_a_token_the_model_says_that_it_cannot_find_it(telnyx: Running) -> None:
    assert "cannot find" in await telnyx.say(("user", f"{LEAVE}\n\nWho is the chief executive?"))


async def test_a_follow_up_leans_on_the_question_before(telnyx: Running) -> None:
    said = await telnyx.say(
        ("system", RULES),
        ("user", "How many days of annual leave do I get?"),
        ("assistant", "27 days [1]"),
        ("user", f"{LEAVE}\n\nand for part-timers?"),
    )

    assert said == "Part-timers get a share in proportion to their hours. [1]"


async def test_a_whole_answer_counts_tokens(telnyx: Running) -> None:
    body = {"messages": [{"role": "user", "content": "x" * 400}]}

    answer = (await telnyx.api.post("/ai/openai/chat/completions", json=body)).json()

    usage = answer["usage"]
    assert answer["object"] == "chat.completion"
    assert usage["prompt_tokens"] == 100
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert answer["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize("asked", [True, False])
async def test_a_stream_gives_the_same_words_and_usage_only_when_asked_for(
    telnyx: Running, asked: bool
) -> None:
    messages = [
        {"role": "system", "content": RULES},
        {"role": "user", "content": f"{LEAVE}\n\nHow much may a hotel cost?"},
    ]
    body: dict[str, Any] = {"messages": messages, "stream": True}
    if asked:
        body["stream_options"] = {"include_usage": True}

    answer = await telnyx.api.post("/ai/chat/completions", json=body)

    chunks = events(answer.text)
    words = [chunk["choices"][0]["delta"].get("content", "") for chunk in chunks if chunk["choices"]]
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.endswith("data: [DONE]\n\n")
    assert "".join(words) == "A hotel may cost up to 140 euros a night. [2]"
    assert len(words) > 8
    assert [c["finish_reason"] for chunk in chunks for c in chunk["choices"]][-1] == "stop"
    assert bool([chunk for chunk in chunks if "usage" in chunk]) is asked


async def test_max_tokens_cuts_and_says_so(telnyx: Running) -> None:
    body = {
        "messages": [{"role": "user", "content": f"{LEAVE}\n\nHow much may a hotel cost?"}],
        "max_tokens": 3,
    }

    choice = (await telnyx.api.post("/ai/chat/completions", json=body)).json()["choices"][0]

    assert choice["finish_reason"] == "length"
    assert choice["message"]["content"] == "A hotel may "


@pytest.mark.parametrize(
    ("extra", "status"),
    [
        ({"model": SMALL_CONTEXT_MODEL, "messages": [{"role": "user", "content": "x" * 8000}]}, 400),
        ({"model": "nobody/knows"}, 404),
        ({"response_format": {"type": "json_object"}}, 400),
        ({"messages": []}, 422),
        ({"messages": [{"role": "king", "content": "x"}]}, 422),
        ({"max_completion_tokens": 5}, 422),
        ({"tools": [{"type": "retrieval", "retrieval": {"bucket_ids": ["nope"]}}]}, 404),
    ],
)
async def test_what_cannot_be_done_is_refused(telnyx: Running, extra: dict[str, Any], status: int) -> None:
    body = {"messages": [{"role": "user", "content": "Hello"}], **extra}

    answer = await telnyx.api.post("/ai/chat/completions", json=body)

    assert answer.status_code == status
    if status == 400:
        assert answer.json()["errors"][0]["code"] == "10015"


async def test_a_retrieval_tool_reads_the_bucket(telnyx: Running) -> None:
    tool = {"type": "retrieval", "retrieval": {"bucket_ids": ["handbook"], "max_num_results": 2}}

    said = await telnyx.say(("user", "Who is the security officer?"), tools=[tool])

    assert "Priya Raman" in said


@pytest.fixture
async def real_model() -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
    """A small OpenAI-compatible server on loopback that notes what it is asked."""
    asked: list[dict[str, Any]] = []

    async def complete(request: web.Request) -> web.StreamResponse:
        asked.append({"authorization": request.headers.get("Authorization"), **await request.json()})
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b'data: {"choices": [{"delta": {"content": "hello"}}]}\n\ndata: [DONE]\n\n')
        return response

    app = web.Application()
    app.router.add_post("/v1/chat/completions", complete)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1", asked
    await runner.cleanup()


async def test_chat_goes_to_a_real_model_when_one_is_named(
    real_model: tuple[str, list[dict[str, Any]]],
) -> None:
    url, asked = real_model
    environment = {"SANDBOX_LLM_BASE_URL": url, "SANDBOX_LLM_API_KEY": "sk-other", "SANDBOX_LLM_MODEL": "big"}
    standin = TelnyxStandIn(keys=[KEY], pace=Pace(0, 0), upstream=Upstream.from_environment(environment))
    runner = web.AppRunner(standin.app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    root = f"http://127.0.0.1:{runner.addresses[0][1]}/v2"

    async with httpx.AsyncClient(
        verify=PLAIN, base_url=root, headers={"Authorization": f"Bearer {KEY}"}
    ) as api:
        body = {"messages": [{"role": "user", "content": "Hi"}], "stream": True, "model": "small"}
        answer = await api.post("/ai/chat/completions", json=body)
    await runner.cleanup()

    assert answer.text == 'data: {"choices": [{"delta": {"content": "hello"}}]}\n\ndata: [DONE]\n\n'
    assert asked == [{"authorization": "Bearer sk-other", **body, "model": "big"}]
    assert "sk-other" not in repr(Upstream.from_environment(environment))
