"""Strangers hold little, and not for long; while they try, probes and Slack are answered."""

import asyncio
import gc
import os
import random
import resource
from collections.abc import Iterator

import pytest

from bot.inbound.connections import Connections
from bot.inbound.refusals import Refusals
from tests.unit.bot.inbound.conftest import SECRET, Door, mention, request, signed, standing, status

HALF_A_HEAD = b"POST /slack/events HTTP/1.1\r\nHost: bot\r\nX-Slack-Request-Timestamp: 17"
FILES = 4_096
MORE = (
    "Content-Encoding",
    "Content-Length",
    "Transfer-Encoding",
    "Expect",
    "Connection",
    "Upgrade",
    "Cookie",
)


@pytest.fixture
def files() -> Iterator[None]:
    """More open files than a shell allows: both ends of each connection are in this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(FILES, hard)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def stalled_body() -> bytes:
    """A request that looks like Slack's, and most of its body."""
    body = b" " * 1_000_000
    return request(body, signed(body))[:-1]


async def until_closed(reader: asyncio.StreamReader) -> None:
    """Wait until the other side has closed."""
    try:
        while await reader.read(1):
            pass
    except ConnectionError:
        return


@pytest.mark.slow  # 1,600 connections
@pytest.mark.usefixtures("files")
async def test_half_sent_heads_take_no_place_from_probes_and_from_slack(door: Door) -> None:
    opened = [await door.open() for _ in range(100)]
    answered = []
    for at in range(1_500):
        reader, writer = await door.open()
        writer.write(HALF_A_HEAD)
        opened.append((reader, writer))
        if at % 300 == 0:
            answered += [await door.alive(), await door.post(mention(ts=f"17{at:08}.0")) == 200]
    left = door.connections.strangers
    for _, writer in opened:
        writer.close()

    assert answered == [True] * 10
    assert len(door.asked) == 5
    assert left <= 256
    assert len(door.logged("requests_refused")) == 1


@pytest.mark.slow  # many megabytes
@pytest.mark.usefixtures("files")
async def test_stalled_bodies_hold_no_more_than_they_may_together(door: Door) -> None:
    sent, opened = stalled_body(), []
    for at in range(300):
        reader, writer = await door.open()
        opened.append((reader, writer))
        writer.write(sent)
        await writer.drain()
        if at % 100 == 0:
            assert await door.alive()
            assert await door.post(mention(ts=f"17{at:08}.0")) == 200
    held = door.connections.held
    for _, writer in opened:
        writer.close()

    assert held <= 16 * 1024 * 1024
    assert len(door.asked) == 3


@pytest.mark.parametrize(
    "begun", [b"", b"P", HALF_A_HEAD, stalled_body()], ids=["nothing", "a byte", "half a head", "a body"]
)
async def test_a_request_that_does_not_end_is_closed(begun: bytes) -> None:
    async with standing(Connections(Refusals(), seconds=0.3)) as door:
        reader, writer = await door.open()
        writer.write(begun)
        await until_closed(reader)
        writer.close()
        said = [line["too_slow"] for line in door.logged("requests_refused")]

    assert said == ([1] if begun else [])


async def test_slacks_connection_is_kept_and_its_next_request_has_the_same_time() -> None:
    async with standing(Connections(Refusals(), most=2, seconds=1.0)) as door:
        reader, writer = await door.open()
        for at in range(3):
            body = mention(ts=f"17{at:08}.0")
            writer.write(request(body, signed(body)))
            assert await status(reader) == 200
            while await reader.readline() != b"\r\n":
                pass
        others = [await door.open() for _ in range(4)]
        await until_closed(others[0][0])
        body = mention(ts="1800000000.0")
        writer.write(request(body, signed(body)))
        assert await status(reader) == 200
        writer.write(HALF_A_HEAD)
        await until_closed(reader)
        for _, one in [(reader, writer), *others]:
            one.close()

    assert len(door.asked) == 4


async def test_a_stranger_is_answered_once(door: Door) -> None:
    reader, writer = await door.open()
    writer.write(b"GET /live HTTP/1.1\r\nHost: bot\r\n\r\n" * 2)
    answer = await reader.read()
    writer.close()

    assert answer.count(b"HTTP/1.1 200") == 1
    assert b"Connection: close" in answer


def nonsense(chance: random.Random) -> bytes:
    """A request that no one who is well would send."""
    body = chance.choice(
        [
            b"null",
            b"[]",
            b"{",
            b"[" * 5_000,
            b"\xff\xfe",
            b'{"type":"x","response_url":"http://127.0.0.1:1/x"}',
            mention(),
            chance.randbytes(chance.randrange(300)),
        ]
    )
    headers = signed(body, secret=chance.choice([SECRET, "x"]))
    for _ in range(chance.randrange(1, 4)):
        name = chance.choice([*headers, *MORE])
        value = chance.choice(
            [
                "abc",
                "1.5",
                "",
                "9" * 5_000,
                "ü",
                "gzip",
                "chunked",
                "-1",
                "x;charset=y",
                "100-continue",
                "Upgrade",
                "websocket",
            ]
        )
        if chance.random() < 0.2:
            headers.pop(name, None)
        else:
            headers[name] = value
    whole = bytearray(request(body, headers))
    for _ in range(chance.choice([0, 0, 0, 1, 5])):
        whole[chance.randrange(len(whole))] = chance.randrange(256)
    return bytes(whole[: chance.choice([None, None, None, chance.randrange(len(whole))])])


@pytest.mark.slow  # 2,000 requests
@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("count", [2_000, pytest.param(10_000, marks=pytest.mark.matrix)])
async def test_nonsense_makes_no_500_and_leaves_nothing_behind(
    count: int, caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(int(os.environ.get("SEED", "1")))  # noqa: S311 - no secret
    statuses: set[int] = set()
    async with standing(Connections(Refusals(), seconds=2.0)) as door:

        async def send(some: int) -> None:
            for _ in range(some):
                reader, writer = await door.open()
                writer.write(nonsense(chance))
                if writer.can_write_eof():
                    writer.write_eof()
                statuses.add(await status(reader))
                writer.close()

        await send(300)
        gc.collect()
        before = (len(gc.get_objects()), len(asyncio.all_tasks()))
        await asyncio.gather(*(send(count // 20) for _ in range(20)))
        await door.listener.close()
        gc.collect()
        objects, tasks = len(gc.get_objects()) - before[0], len(asyncio.all_tasks()) - before[1]

    assert statuses <= {0, 200, 400, 401, 404, 405, 413, 417}
    assert objects < 1_000
    assert tasks <= 0
    assert len(door.lines) <= 6
    assert [record for record in caplog.records if record.exc_info] == []
