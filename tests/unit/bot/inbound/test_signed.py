"""What comes in at the door: only what Slack has signed is looked at, and nothing makes a 500 or a traceback."""

import gzip
import json
import time
from urllib.parse import urlencode

import pytest
from aiohttp import web

from tests.unit.bot.conftest import served
from tests.unit.bot.inbound.conftest import Door, mention, signed

FORM = "application/x-www-form-urlencoded"
RIGHT = mention()
DEEP = b"[" * 200_000
NESTED = b'{"authorizations":[' * 400 + b"]}" * 400


async def test_a_signed_question_comes_through(door: Door) -> None:
    assert await door.post(RIGHT) == 200
    assert [asked.text for asked in door.asked] == ["how long?"]
    assert door.lines == []


UNSIGNED: list[dict[str, str]] = [
    {"X-Slack-Request-Timestamp": "abc"},
    {"X-Slack-Request-Timestamp": "1.5"},
    {"X-Slack-Request-Timestamp": ""},
    {"X-Slack-Request-Timestamp": "-1"},
    {"X-Slack-Request-Timestamp": "9" * 5_000},
    {"X-Slack-Request-Timestamp": "١٧٠٠٠٠٠٠٠٠"},
    {"X-Slack-Request-Timestamp": "1e9"},
    {"X-Slack-Request-Timestamp": "1_700_000_000"},
    {"X-Slack-Signature": "v0=ü" + "0" * 63},
    {"X-Slack-Signature": "v0=" + "\N{FULLWIDTH LATIN SMALL LETTER A}" * 64},
    {"X-Slack-Signature": ""},
    {"X-Slack-Signature": "v1=" + "0" * 64},
    {"X-Slack-Signature": "0" * 5_000},
]


@pytest.mark.parametrize(
    "body", [RIGHT, b"", b"null", b"\xff\xfe", b"{", DEEP], ids=lambda body: str(body[:12])
)
async def test_without_a_signature_nothing_is_used_and_one_line_is_logged(door: Door, body: bytes) -> None:
    shaped = {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=" + "a" * 64}
    tried = [{}, {"Content-Encoding": "gzip"}, *({**shaped, **wrong} for wrong in UNSIGNED)]

    assert [await door.post(body, headers) for headers in tried] == [401] * len(tried)
    assert door.asked == []
    assert [line["event"] for line in door.lines] == ["requests_refused"]
    assert await door.post(body, shaped) == 401


async def test_no_address_in_an_unsigned_body_is_called(door: Door) -> None:
    called: list[str] = []

    async def note(request: web.Request) -> web.Response:
        called.append(request.path)
        return web.Response(status=307, headers={"Location": "/again"})

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", note)
    async with served(app) as root:
        one, several = {"response_url": f"{root}/x"}, {"response_urls": [{"response_url": f"{root}/x"}]}
        bodies = [json.dumps({"type": "view_submission", **way}).encode() for way in (one, several)]
        forms = [urlencode({"payload": body.decode()}).encode() for body in bodies]
        for body in [*bodies, *forms, urlencode({"command": "/ask", **one}).encode()]:
            for wrong in UNSIGNED:
                assert await door.post(body, signed(body, wrong, secret="x")) == 401
                assert await door.post(body, signed(body, {"Content-Type": FORM, **wrong})) == 401

    assert called == []


async def test_two_signatures_are_none(door: Door) -> None:
    body, right = RIGHT, signed(RIGHT)

    assert await door.post(body, {**right, "x-slack-signature": right["X-Slack-Signature"]}) == 401
    assert await door.post(body, {**right, "x-slack-request-timestamp": "1"}) == 401


NO_DELIVERY: list[tuple[bytes, dict[str, str]]] = [
    (b"", {}),
    (b"null", {}),
    (b"[]", {}),
    (b"{", {}),
    (b"5", {}),
    (b'"x"', {}),
    (b"NaN", {}),
    (b"{}", {}),
    (b'{"type":5}', {}),
    (b'{"type":"event_callback"}', {}),
    (b'{"type":"event_callback","event":null}', {}),
    (b'{"type":"event_callback","event":[]}', {}),
    (b'{"type":"event_callback","event":{"type":[]}}', {}),
    (b'{"type":"x","enterprise":5}', {}),
    (b'{"type":"x","authorizations":5}', {}),
    (b'{"type":"x","team":5,"user":7}' + b" " * 9, {}),
    (DEEP, {}),
    (b'{"type":"x","a":' + DEEP, {}),
    (NESTED, {}),
    (b"9" * 5_000, {}),
    (b'{"type":"x","n":' + b"9" * 5_000 + b"}", {}),
    (b"\xff\xfe{}", {}),
    (b'{"type":"\xe4"}', {}),
    (RIGHT.decode().encode("utf-16"), {"Content-Type": "application/json; charset=utf-16"}),
    (RIGHT, {"Content-Type": "application/json; charset=klingon"}),
    (RIGHT, {"Content-Type": "application/json; charset=unicode_escape"}),
    (RIGHT, {"Content-Encoding": "gzip"}),
    (gzip.compress(RIGHT), {"Content-Encoding": "gzip"}),
    (b"\x1f\x8b broken", {"Content-Encoding": "gzip"}),
    (RIGHT, {"Content-Encoding": "br"}),
    (RIGHT, {"Content-Type": "text/plain; charset"} | {"Content-Encoding": "x"}),
    (b"payload=", {"Content-Type": FORM}),
    (b"payload=null", {"Content-Type": FORM}),
    (b"payload=%7B", {"Content-Type": FORM}),
    (b"payload=[]", {"Content-Type": FORM}),
    (b"payload=%FF", {"Content-Type": FORM}),
    (b"x=y", {"Content-Type": FORM}),
    (b"&" * 1_000, {"Content-Type": FORM}),
    (b'{"type":"block_actions","actions":[]}', {}),
    (b'{"type":"block_actions","actions":5,"user":[]}', {}),
    (b'{"type":"view_submission","view":5}', {}),
]


async def test_what_is_signed_and_is_no_delivery_is_refused(door: Door) -> None:
    answers = [await door.post(body, signed(body, headers)) for body, headers in NO_DELIVERY]

    assert [(sent, answer) for sent, answer in zip(NO_DELIVERY, answers, strict=True) if answer != 400] == []
    assert [line["event"] for line in door.lines] == ["requests_refused"]


async def test_a_body_that_is_too_large_is_refused(door: Door) -> None:
    body = b" " * 1_100_000 + RIGHT

    assert await door.post(body) == 413
    assert await door.post(body, signed(body, {"Content-Length": str(10**12)})) == 413


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 2_000 + b"\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=lambda sent: str(sent[:70]),
)
async def test_what_is_no_http_is_refused_in_one_line(door: Door, sent: bytes) -> None:
    assert await door.raw(sent) in (400, 401)
    assert [line["event"] for line in door.lines] == ["requests_refused"]


async def test_headers_that_no_one_signs_change_nothing(door: Door) -> None:
    lazy = {"X-Slack-Bolt-Lazy-Only": "1", "X-Slack-Bolt-Lazy-Function-Name": "on_press"}

    assert await door.post(RIGHT, signed(RIGHT, lazy)) == 200
    assert len(door.asked) == 1


@pytest.mark.parametrize(("minutes", "clock"), [(15, "ahead"), (-15, "behind"), (6, "ahead")])
async def test_a_clock_that_is_off_is_said_to_be_the_reason(door: Door, minutes: int, clock: str) -> None:
    stamp = int(time.time()) - minutes * 60

    assert [await door.post(RIGHT, signed(RIGHT, stamp=stamp)) for _ in range(3)] == [401, 401, 401]
    await door.listener.close()

    first, rest = door.logged("slack_signature_of_another_time")
    assert (first["minutes"], first["clock"], first["count"], rest["count"]) == (abs(minutes), clock, 1, 2)
    assert "timedatectl" in first["fix"]
    assert len(door.lines) == 2


async def test_a_wrong_signing_secret_is_said_to_be_the_reason(door: Door) -> None:
    for _ in range(3):
        assert await door.post(RIGHT, signed(RIGHT, secret="another app's")) == 401
    await door.listener.close()

    first, rest = door.logged("slack_signature_does_not_match")
    assert (first["count"], rest["count"]) == (1, 2)
    assert "SLACK_SIGNING_SECRET" in first["fix"]
    assert len(door.lines) == 2


async def test_a_form_is_read_as_slack_sends_it(door: Door) -> None:
    action = {"action_id": "of an earlier release", "type": "button", "action_ts": "1.2", "value": ""}
    payload = {"type": "block_actions", "user": {"id": "U"}, "trigger_id": "1.2", "actions": [action]}
    body = urlencode({"payload": json.dumps(payload)}).encode()

    assert await door.post(body, signed(body, {"Content-Type": FORM})) == 200
    assert door.logged("requests_refused") == []
