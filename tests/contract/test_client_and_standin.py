"""Each call of the client that this release uses gets typed data that makes sense, and each no of Telnyx its own error."""

import pytest

from bot.telnyx import (
    ChatMessage,
    ChatRequest,
    ConversationMessage,
    EndPart,
    TelnyxAuthenticationError,
    TelnyxConflictError,
    TelnyxError,
    TelnyxInvalidError,
    TelnyxNotFoundError,
    TelnyxPermissionError,
    TelnyxRateLimitError,
    TelnyxServerError,
    TelnyxStreamError,
    TelnyxUnreachableError,
    TelnyxUnreadableError,
    TextPart,
)
from tests.contract.conftest import Contract

LEAVE = "How many days of paid annual leave do full-timers have?"
PASSAGE = (
    'Answer from the passages.\n<passage n="1" bucket="handbook" document="leave.md">\n'
    "Full-timers have 27 days of paid annual leave a year.\n</passage>"
)


def request(model: str = "meta-llama/Meta-Llama-3.1-70B-Instruct") -> ChatRequest:
    """A question with a passage that answers it."""
    messages = [ChatMessage(role="system", content=PASSAGE), ChatMessage(role="user", content=LEAVE)]
    return ChatRequest(messages=messages, model=model)


async def test_buckets_are_names(contract: Contract) -> None:
    assert {"handbook", "manual"} <= set(await contract.telnyx.embeddings.buckets())


async def test_a_search_gives_the_nearest_passage_first_with_its_file(contract: Contract) -> None:
    found = await contract.telnyx.embeddings.search("handbook", LEAVE, num_of_docs=4)

    assert len(found) == 4
    assert "27 days" in found[0].document_chunk
    assert found[0].metadata.filename == "leave.md"
    assert [match.distance for match in found] == sorted(match.distance for match in found)
    assert 0 <= found[0].distance < 0.5


async def test_the_files_of_a_bucket_have_a_status(contract: Contract) -> None:
    files = await contract.telnyx.embeddings.files("handbook")

    assert "leave.md" in {file.filename for file in files}
    assert all(file.status for file in files)


async def test_an_embedding_task_is_found_again_by_its_id(contract: Contract) -> None:
    put = {"bucket": "fresh", "filename": "a.md", "text": "Fresh words about mangoes."}
    task_id = (await contract.control.post("/documents", json=put)).json()["task_id"]

    waiting = await contract.telnyx.embeddings.tasks()
    one = await contract.telnyx.embeddings.task(task_id)

    assert task_id in {task.task_id for task in waiting}
    assert one.task_id == task_id
    assert not one.finished


async def test_models_say_how_much_they_take(contract: Contract) -> None:
    models = {model.id: model for model in await contract.telnyx.models.all()}

    assert (models["meta-llama/Meta-Llama-3.1-70B-Instruct"].context_length or 0) > 8_000
    assert len(models) > 1


async def test_all_messages_of_a_call_come_page_by_page_and_none_twice(contract: Contract) -> None:
    calls = await contract.telnyx.conversations.page(limit=100)
    sizes = {c.id: (await contract.telnyx.conversations.messages_page(c.id, size=5)).meta for c in calls}
    longest = max(calls, key=lambda call: sizes[call.id].total_results)

    walked = [message async for message in contract.telnyx.conversations.messages(longest.id)]
    paged: list[ConversationMessage] = []
    for number in range(1, sizes[longest.id].total_pages + 1):
        paged += (await contract.telnyx.conversations.messages_page(longest.id, number, 5)).data

    assert len(calls) == 12
    assert sizes[longest.id].total_pages > 1
    assert len(walked) == sizes[longest.id].total_results
    assert walked == paged


async def test_calls_come_in_the_order_that_was_asked_for(contract: Contract) -> None:
    newest = await contract.telnyx.conversations.page(limit=3, order="last_message_at.desc")
    one = await contract.telnyx.conversations.get(newest[0].id)

    times = [call.last_message_at for call in newest if call.last_message_at]
    assert len(times) == 3
    assert times == sorted(times, reverse=True)
    assert one == newest[0]


async def test_a_fine_tuning_job_is_found_again_by_its_id(contract: Contract) -> None:
    jobs = await contract.telnyx.fine_tuning.jobs()

    one = await contract.telnyx.fine_tuning.job(jobs[0].id)

    assert one.id == jobs[0].id
    assert one.created_at is not None
    assert one.created_at.year > 2020


async def test_a_whole_answer_and_a_streamed_one_say_the_same(contract: Contract) -> None:
    whole = await contract.telnyx.chat.complete(request())
    parts = [part async for part in contract.telnyx.chat.stream(request())]

    text = "".join(part.text for part in parts if isinstance(part, TextPart))
    assert "27 days" in text
    assert text.strip() == (whole.text or "").strip()
    assert isinstance(parts[0], TextPart)  # how many follow depends on what arrives together
    assert isinstance(parts[-1], EndPart)


async def test_the_successor_of_the_chat_route_is_used_when_the_first_is_gone(contract: Contract) -> None:
    await contract.fault(operation="chat.completions", kind="status", status=410, count=0)

    parts = [part async for part in contract.telnyx.chat.stream(request())]

    assert "27 days" in "".join(part.text for part in parts if isinstance(part, TextPart))


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, TelnyxInvalidError),
        (401, TelnyxAuthenticationError),
        (403, TelnyxPermissionError),
        (404, TelnyxNotFoundError),
        (409, TelnyxConflictError),
        (422, TelnyxInvalidError),
        (429, TelnyxRateLimitError),
        (500, TelnyxServerError),
        (503, TelnyxServerError),
    ],
)
async def test_each_status_is_its_own_error(
    contract: Contract, status: int, error: type[TelnyxError]
) -> None:
    await contract.fault(operation="embeddings.search", kind="status", status=status)

    with pytest.raises(error) as caught:
        await contract.telnyx.embeddings.search("handbook", LEAVE)

    assert type(caught.value) is error
    assert getattr(caught.value, "status", None) == status


async def test_an_unknown_key_is_an_authentication_error_that_does_not_show_it(contract: Contract) -> None:
    with pytest.raises(TelnyxAuthenticationError) as caught:
        await contract.stranger.embeddings.buckets()

    assert "KEY-unknown" not in f"{caught.value} {caught.value.detail}"


async def test_a_used_up_budget_is_known_as_such(contract: Contract) -> None:
    await contract.fault(path="/ai/*", kind="spending_limit")

    with pytest.raises(TelnyxPermissionError) as caught:
        await contract.telnyx.chat.complete(request())

    assert caught.value.spending_limit


async def test_the_wait_that_telnyx_asks_for_is_read(contract: Contract) -> None:
    await contract.fault(operation="embeddings.search", kind="status", status=429, retry_after=7)

    with pytest.raises(TelnyxRateLimitError) as caught:
        await contract.telnyx.embeddings.search("handbook", LEAVE)

    assert caught.value.retry_after == 7


@pytest.mark.parametrize("kind", ["cut", "error_chunk"])
async def test_a_broken_stream_is_an_error_after_its_words(contract: Contract, kind: str) -> None:
    await contract.fault(operation="chat.completions", kind=kind, after_chunks=4, count=0)
    text: list[str] = []

    async def read() -> None:
        async for part in contract.telnyx.chat.stream(request()):
            text.extend([part.text] if isinstance(part, TextPart) else [])

    with pytest.raises((TelnyxStreamError, TelnyxUnreachableError)):
        await read()

    assert text


@pytest.mark.parametrize("kind", ["bad_json", "empty"])
async def test_what_nobody_can_read_is_an_error_of_its_own(contract: Contract, kind: str) -> None:
    await contract.fault(operation="embeddings.buckets", kind=kind)

    with pytest.raises(TelnyxUnreadableError):
        await contract.telnyx.embeddings.buckets()


async def test_a_dropped_connection_is_no_answer(contract: Contract) -> None:
    await contract.fault(operation="embeddings.buckets", kind="drop", count=0)

    with pytest.raises(TelnyxUnreachableError):
        await contract.telnyx.embeddings.buckets()


async def test_an_unknown_model_is_not_found_under_either_route(contract: Contract) -> None:
    with pytest.raises(TelnyxNotFoundError):
        await contract.telnyx.chat.complete(request("acme/nothing"))
