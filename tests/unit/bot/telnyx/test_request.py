from collections.abc import AsyncIterator

import pytest

from bot.telnyx._request import Request


class File:
    """A body that is read while it is sent."""

    spent = False
    failure: Exception | None = None

    def __init__(self, length: int | None) -> None:
        self.length = length

    async def chunks(self) -> AsyncIterator[bytes]:
        yield b"sound"


def test_a_request_without_a_body_says_nothing_of_one() -> None:
    assert Request("models.all", "GET", "/ai/models").headers() == {"Accept": "application/json"}


def test_a_body_carries_its_type_and_the_key_by_which_it_is_done_once() -> None:
    request = Request("insights.create", "POST", "/ai/insights", body=b"{}", idempotency_key="do:1")

    assert request.headers() == {
        "Accept": "application/json",
        "Content-Type": "application/json",
        "Idempotency-Key": "do:1",
    }


def test_a_streamed_answer_is_asked_for_uncompressed() -> None:
    headers = Request("chat.stream", "POST", "/ai/chat/completions", body=b"{}").headers(stream=True)

    assert (headers["Accept"], headers["Accept-Encoding"]) == ("text/event-stream", "identity")


@pytest.mark.parametrize(("length", "said"), [(5, "5"), (None, None)])
def test_a_file_says_its_length_if_anyone_knows_it(length: int | None, said: str | None) -> None:
    request = Request("audio.transcribe", "POST", "/ai/audio/transcriptions", body=File(length))

    assert request.headers().get("Content-Length") == said


async def test_a_file_is_read_from_its_beginning_at_each_attempt() -> None:
    request = Request("audio.transcribe", "POST", "/ai/audio/transcriptions", body=File(5))

    for _ in range(2):
        content = request.content
        assert isinstance(content, AsyncIterator)
        assert [chunk async for chunk in content] == [b"sound"]


@pytest.mark.parametrize(("query", "target"), [("", "/ai/clusters"), ("page=2", "/ai/clusters?page=2")])
def test_the_query_stands_behind_the_path(query: str, target: str) -> None:
    assert Request("clusters.page", "GET", "/ai/clusters", query=query).target == target
