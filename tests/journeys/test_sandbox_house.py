"""The whole sandbox as a process of its own, with a small bot in place of the real one."""

import asyncio
import json
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.slack import Person
from tests.loopback import PLAIN

ROOT = Path(__file__).parents[2]
STUB = Path(__file__).with_name("stub_bot.py")
START = f"import sys; from sandbox.__main__ import main; sys.exit(main(sys.argv[1:], bot=({sys.executable!r}, {str(STUB)!r})))"
PATIENCE = 30.0
LONGEST_END = 3.5


class Started:
    """A running sandbox and what it has said so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.told = ""

    async def line(self) -> str:
        """The next line of stdout."""
        assert self.process.stdout
        return (await asyncio.wait_for(self.process.stdout.readline(), PATIENCE)).decode()

    async def ready(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads(await self.line())
        return facts

    async def until(self, words: str) -> None:
        """Read stderr until it says these words."""
        assert self.process.stderr
        while words not in self.told:
            raw = await asyncio.wait_for(self.process.stderr.readline(), PATIENCE)
            assert raw, self.told
            self.told += raw.decode()

    async def end(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        """Signal it; (exit status, rest of stdout, all of stderr)."""
        self.process.send_signal(number)
        return await self.finished()

    async def finished(self) -> tuple[int, str, str]:
        out, err = await asyncio.wait_for(self.process.communicate(), PATIENCE)
        self.told += err.decode()
        assert self.process.returncode is not None
        return self.process.returncode, out.decode(), self.told


Start = Callable[..., Awaitable[Started]]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts sandboxes in an empty folder; every warning there is an error."""
    started: list[Started] = []

    async def begin(*arguments: str, **environment: str) -> Started:
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", **environment}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            START,
            *arguments,
            cwd=tmp_path,
            env=env,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        started.append(Started(process))
        return started[-1]

    yield begin
    for one in started:
        if one.process.returncode is None:
            # Not SIGKILL: its bot would outlive it.
            await one.end(signal.SIGTERM)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_a_question_travels_through_both_stand_ins_and_the_bot(start: Start) -> None:
    sandbox = await start("--port", "0", "--ready-json")
    facts = await sandbox.ready()

    async with Person(facts["page"] + "slack", "U0MIA") as mia:
        asked = await mia.say("C0GENERAL", "@bot How many weeks of parental leave do I get?")
        answer = await mia.wait_for(lambda message: message["thread_ts"] == asked)
    status, out, err = await sandbox.end()

    assert answer["text"] == "See leave.md"
    assert {"handbook", "manual"} <= set(facts["buckets"])
    assert facts["slack_api_url"].endswith("/slack/api/")
    assert facts["telnyx_base_url"].endswith("/telnyx/v2")
    assert (status, out) == (0, "")
    assert "Traceback" not in err


async def test_ready_says_whether_the_bot_is_connected(start: Start) -> None:
    sandbox = await start("--port", "0", "--ready-json")
    facts = await sandbox.ready()

    async with httpx.AsyncClient(verify=PLAIN, base_url=facts["page"]) as client:
        ready, page = await client.get("/ready"), await client.get("/")

    assert (ready.status_code, ready.json()) == (200, {"ready": True, "bot": "connected"})
    assert "handbook" in page.text
    assert "/slack/control/say" in page.text


async def test_own_documents_take_the_place_of_the_examples(start: Start, tmp_path: Path) -> None:
    for number in range(30):
        file = tmp_path / "mine" / "Fruit Facts" / f"fruit{number}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            f"# Fruit {number}\n\nFruit number {number} weighs {number * 7} grams.\n", encoding="utf-8"
        )
    sandbox = await start("--port", "0", "--ready-json", "--no-bot", "--docs", "mine", "--wait")
    facts = await sandbox.ready()

    headers = {"Authorization": f"Bearer {facts['env']['TELNYX_API_KEY']}"}
    async with httpx.AsyncClient(verify=PLAIN, base_url=facts["telnyx_base_url"], headers=headers) as api:
        body = {"bucket_name": "fruit-facts", "query": "How heavy is fruit number 17?"}
        found = (await api.post("/ai/embeddings/similarity-search", json=body)).json()["data"]

    assert facts["buckets"] == ["fruit-facts"]
    assert found[0]["metadata"]["filename"] == "fruit17.md"


async def test_the_own_telnyx_key_of_a_person_is_let_in_and_never_shown(start: Start) -> None:
    sandbox = await start("--port", "0", "--ready-json", "--no-bot", TELNYX_API_KEY="KEY-precious")
    facts = await sandbox.ready()

    async with httpx.AsyncClient(verify=PLAIN, base_url=facts["telnyx_base_url"]) as api:
        answer = await api.get("/ai/models", headers={"Authorization": "Bearer KEY-precious"})
    _, _, err = await sandbox.end()

    assert answer.status_code == 200
    assert "KEY-precious" not in json.dumps(facts) + err


async def test_two_sandboxes_stand_side_by_side(start: Start) -> None:
    first = await start("--port", "0", "--ready-json")
    second = await start("--port", "0", "--ready-json")

    pages = {(await one.ready())["page"] for one in (first, second)}

    assert len(pages) == 2
    assert [(await one.end())[0] for one in (first, second)] == [0, 0]


async def test_a_port_in_use_is_said_with_its_cure(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, out, err = await (await start("--port", str(port))).finished()

    assert status == 2
    assert out == ""
    assert f"Port {port} is in use" in err
    assert "--port" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [("--docs", "nowhere"), ("--port", "ninety"), ("--what",)])
async def test_a_mistake_on_the_command_line_ends_with_status_2(
    start: Start, arguments: tuple[str, ...]
) -> None:
    status, out, err = await (await start(*arguments)).finished()

    assert (status, out) == (2, "")
    assert "Traceback" not in err
    assert arguments[-1] in err


async def test_people_are_told_where_to_look_and_what_to_ask(start: Start) -> None:
    port = free_port()
    sandbox = await start("--port", str(port), "--no-bot")

    told = "".join([await sandbox.line() for _ in range(5)])

    assert f"http://127.0.0.1:{port}/" in told
    assert "parental leave" in told


async def test_a_bot_that_dies_is_told_once_and_the_stand_ins_go_on(start: Start) -> None:
    port = free_port()
    sandbox = await start("--port", str(port), "--ready-json", STUB_BOT="crash")

    await sandbox.until("this bot cannot go on\n")
    await sandbox.until("  this bot cannot go on\n")
    async with httpx.AsyncClient(verify=PLAIN, base_url=f"http://127.0.0.1:{port}") as client:
        ready = await client.get("/ready")
    status, out, err = await sandbox.end()

    assert (ready.status_code, ready.json()["bot"]) == (503, "stopped")
    assert err.count("ended with status 3") == 1
    assert (status, out) == (0, "")


@pytest.mark.parametrize(
    ("behaviour", "number"),
    [
        pytest.param("", signal.SIGINT, id="-2"),
        pytest.param("", signal.SIGTERM, id="-15"),
        pytest.param("stubborn", signal.SIGINT, id="stubborn-2"),
        pytest.param("stubborn", signal.SIGTERM, id="stubborn-15", marks=pytest.mark.matrix),
    ],
)
async def test_everything_ends_within_three_seconds(
    start: Start, number: signal.Signals, behaviour: str
) -> None:
    took: list[float] = []
    # Other tests may hold this machine up for a moment, but not three times.
    while len(took) < 3 and min(took, default=LONGEST_END) >= LONGEST_END:
        sandbox = await start("--port", "0", "--ready-json", STUB_BOT=behaviour)
        await sandbox.ready()
        began = time.monotonic()
        status, _, err = await sandbox.end(number)
        took.append(time.monotonic() - began)

        assert status == 0
        assert ("was killed" in err) is bool(behaviour)
        assert "Traceback" not in err
    assert min(took) < LONGEST_END
