import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.backoff import Backoff
from bot.errors import NotNowError, OutcomeUnknownError
from bot.slack.api import SlackApi
from bot.slack.codes import WORDS, Kind, code_of, retry_after_of
from bot.slack.limits import Limits
from tests.unit.bot.conftest import Clock, served

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
UPDATE: dict[str, Any] = {"channel": "C", "ts": "1.0", "text": "x"}
POST: dict[str, Any] = {"channel": "C", "text": "x"}


class Server:
    """Answers every method with the next of its answers, the last one for ever."""

    def __init__(self) -> None:
        self.answers: list[Handler] = []
        self.calls: list[tuple[str, float]] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.calls.append((request.match_info["method"], asyncio.get_running_loop().time()))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await answer(request)


async def ok(_: web.Request) -> web.Response:
    return web.json_response({"ok": True, "ts": "1.0"})


async def limited(_: web.Request) -> web.Response:
    body = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers={"Retry-After": "1"})


async def no(_: web.Request) -> web.Response:
    return web.json_response({"ok": False, "error": "not_in_channel"})


def says(word: str) -> Handler:
    """Answers 200 with an error word."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"ok": False, "error": word})

    return answer


def holds(body: bytes, kind: str = "application/json", status: int = 200) -> Handler:
    """Answers with a body that says nothing."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body, content_type=kind)

    return answer


async def broken_gzip(_: web.Request) -> web.Response:
    return web.Response(
        body=b"no gzip", content_type="application/json", headers={"Content-Encoding": "gzip"}
    )


async def down_as_json(_: web.Request) -> web.Response:
    return web.json_response({"ok": False, "error": "fatal_error"}, status=503)


async def down_as_text(_: web.Request) -> web.Response:
    return web.Response(status=500, text="internal server error")


async def down_as_page(_: web.Request) -> web.Response:
    return web.Response(status=502, text="<html>bad gateway</html>", content_type="text/html")


async def cut(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
async def api(server: Server) -> AsyncIterator[SlackApi]:
    app = web.Application()
    app.router.add_post("/api/{method}", server.handle)
    async with served(app) as root, aiohttp.ClientSession() as http:
        client = AsyncWebClient(token="xoxb-t", base_url=f"{root}/api/", session=http, retry_handlers=[])
        yield SlackApi(client, Limits(), backoff=Backoff(first=0.01, most=0.01))


async def test_a_429_is_waited_out_for_as_long_as_slack_asks(server: Server, api: SlackApi) -> None:
    server.answers = [limited, ok]

    answer = await api.call("chat.postMessage", **POST)

    (_, first), (_, second) = server.calls
    assert answer["ts"] == "1.0"
    assert 1.0 <= second - first < 2.0


async def test_a_429_makes_the_budget_strict(server: Server, api: SlackApi) -> None:
    server.answers = [limited]

    with pytest.raises(SlackApiError):
        await api.call("chat.update", patience=0, **UPDATE)

    assert not api.limits.allowance("chat.update").may()


async def test_without_patience_a_429_is_slacks_no(server: Server, api: SlackApi) -> None:
    server.answers = [limited]

    with pytest.raises(SlackApiError) as caught:
        await api.call("chat.postMessage", patience=0, **POST)

    assert code_of(caught.value) == "ratelimited"
    assert len(server.calls) == 1


async def test_while_a_method_is_closed_what_can_be_left_out_is_refused_without_a_request(
    server: Server, api: SlackApi
) -> None:
    server.answers = [ok]
    api.limits.allowance("chat.update").refused(60)

    with pytest.raises(SlackApiError) as caught:
        await api.call("chat.update", patience=0, **UPDATE)

    assert retry_after_of(caught.value) is not None
    assert server.calls == []


async def test_what_cannot_be_in_time_is_refused_at_once(server: Server, api: SlackApi) -> None:
    server.answers = [ok]
    api.limits.allowance("users.info").refused(60)

    with pytest.raises(SlackApiError):
        await api.call("users.info", patience=20, user="U")

    assert server.calls == []


async def test_one_429_holds_up_all_calls_of_a_method_and_none_of_another_channel(
    server: Server, api: SlackApi
) -> None:
    server.answers = [limited, ok]
    with pytest.raises(SlackApiError):
        await api.call("chat.postMessage", patience=0, **POST)
    others = [asyncio.create_task(api.call("chat.postMessage", **POST)) for _ in range(2)]
    await api.call("chat.postMessage", channel="D", text="x")
    await asyncio.gather(*others)

    refused, elsewhere, *paced = [at for _, at in server.calls]
    assert elsewhere - refused < 1.0
    assert [at - refused >= wait for at, wait in zip(paced, (1, 2), strict=True)] == [True, True]


async def test_a_no_is_not_repeated(server: Server, api: SlackApi) -> None:
    server.answers = [no]

    with pytest.raises(SlackApiError) as caught:
        await api.call("chat.update", **UPDATE)

    assert code_of(caught.value) == "not_in_channel"
    assert len(server.calls) == 1


FAILURES = [
    down_as_json,
    down_as_text,
    down_as_page,
    cut,
    *map(says, ("internal_error", "fatal_error", "service_unavailable", "request_timeout", "update_failed")),
    holds(b"<html>Something went wrong</html>", "text/html"),
    holds(b"<html>Forbidden by the proxy</html>", "text/html", 403),
    holds(b""),
    holds(b"", "text/plain"),
    holds(b'{"ok":true,"ts":"17'),
    holds(b"[]"),
    holds(b"[1]"),
    holds(b"null"),
    holds(b'"ok"'),
    holds(b'{"ok":false}'),
    holds(b"upstream connect error", "text/plain", 200),
    holds(b'{"ok":"\xff\xfe"}'),
    holds(b"[" * 100_000),
    broken_gzip,
]
"""Answers after which nobody knows whether the call was done."""


@pytest.mark.parametrize("failure", FAILURES)
async def test_what_changes_nothing_is_repeated_after_a_failure(
    server: Server, api: SlackApi, failure: Handler
) -> None:
    server.answers = [failure, ok]

    answer = await api.call("chat.update", **UPDATE)

    assert answer["ok"] is True
    assert len(server.calls) == 2


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_post_whose_outcome_nobody_knows_is_not_repeated(
    server: Server, api: SlackApi, failure: Handler
) -> None:
    server.answers = [failure, ok]

    with pytest.raises(OutcomeUnknownError, match=r"chat\.postMessage"):
        await api.call("chat.postMessage", **POST)

    assert len(server.calls) == 1


async def test_a_server_that_was_never_reached_did_nothing_so_a_post_is_tried_again() -> None:
    clock = Clock()

    def patience() -> float:
        clock.now += 1  # each look at the clock is a second later
        return clock.now

    async with served(web.Application()) as root:
        port = root.rpartition(":")[2]
    async with aiohttp.ClientSession() as http:
        client = AsyncWebClient(
            token="xoxb-t", base_url=f"http://127.0.0.1:{port}/", session=http, retry_handlers=[]
        )
        with pytest.raises(OutcomeUnknownError):
            await SlackApi(client, Limits(), clock=patience, patience=2).call("chat.postMessage", **POST)

    assert clock.now == 1_000_003.0  # begun, waited once, given up


async def test_after_a_lost_answer_the_result_is_looked_for_before_it_is_done_again(api: SlackApi) -> None:
    done: list[str] = []

    async def send() -> str:
        done.append("sent")
        raise OutcomeUnknownError("chat.postMessage")

    async def find() -> str | None:
        return "7.7"

    assert await api.once(send, find) == "7.7"
    assert done == ["sent"]


async def test_what_was_not_done_after_all_is_done_again(api: SlackApi) -> None:
    done: list[str] = []

    async def send() -> str:
        done.append("sent")
        if len(done) == 1:
            raise OutcomeUnknownError("chat.postMessage")
        return "8.8"

    async def find() -> str | None:
        return None

    assert await api.once(send, find) == "8.8"
    assert done == ["sent", "sent"]


@pytest.mark.parametrize("word", sorted(WORDS[Kind.TOKEN]))
async def test_a_refused_token_is_waited_out_like_silence_and_operators_are_told(
    server: Server, api: SlackApi, word: str
) -> None:
    refused = []

    async def no(request: web.Request) -> web.StreamResponse:
        refused.append(api.token_refused)
        return await says(word)(request)

    server.answers = [no, no, ok]

    answer = await api.call("chat.postMessage", **POST)

    assert answer["ok"] is True
    assert refused == ["", word]
    assert api.token_refused == ""


@pytest.mark.parametrize("word", ["token_revoked", "ratelimited", "rate_limited"])
@pytest.mark.parametrize(
    ("method", "arguments"),
    [("chat.postMessage", POST), ("chat.update", UPDATE), ("conversations.open", {"users": "U"})],
)
async def test_what_slack_does_not_take_for_all_of_ten_minutes_is_kept(
    server: Server, word: str, method: str, arguments: dict[str, Any], api: SlackApi
) -> None:
    server.answers = [says(word)]
    impatient = SlackApi(api.client, api.limits, patience=0)

    with pytest.raises(NotNowError, match=word):
        await impatient.call(method, **arguments)


async def test_a_call_that_hangs_is_given_up_when_patience_ends(server: Server, api: SlackApi) -> None:
    async def hang(_: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    server.answers = [hang]

    with pytest.raises(OutcomeUnknownError):
        await api.call("assistant.threads.setStatus", patience=0.1, channel_id="C", thread_ts="1", status="")
