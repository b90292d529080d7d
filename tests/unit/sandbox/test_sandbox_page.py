"""The page's small server: what it serves and refuses, what it says about itself, and the bot's switch."""

import ast
import asyncio
import json
import re
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from urllib.parse import quote

import httpx
import numpy as np
import pytest
from aiohttp import ClientConnectionResetError, web

from sandbox.__main__ import without_hang_ups
from sandbox.announcement import about
from sandbox.bot_process import readable
from sandbox.clock import SandboxClock
from sandbox.page import FOLDER, BotSwitch, Facts, page_routes, source_routes, telling_of_calls
from sandbox.page.serving import STATIC, files
from sandbox.progress import Progress, embedded_words
from sandbox.telnyx import TelnyxStandIn
from sandbox.telnyx.vector_file import Matrix
from sandbox.telnyx.vectors import Vectors
from tests.journeys.forked import ROOT
from tests.loopback import PLAIN

WAITING_BOT = (sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()")


class Served:
    """An application on a free port, and a client that asks it."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack

    async def __call__(self, app: web.Application) -> httpx.AsyncClient:
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        return await self._stack.enter_async_context(
            httpx.AsyncClient(verify=PLAIN, base_url=f"http://{host}:{port}")
        )


@pytest.fixture
async def serve() -> AsyncIterator[Served]:
    async with AsyncExitStack() as stack:
        yield Served(stack)


def app_of(routes: list[web.RouteDef]) -> web.Application:
    app = web.Application()
    app.add_routes(routes)
    return app


async def test_every_file_of_the_page_may_load_only_from_this_server(serve: Served) -> None:
    client = await serve(app_of(page_routes("<p>from a shell</p>")))

    answers = {name: await client.get(f"/page/{name}") for name in files()} | {"": await client.get("/")}

    assert {answer.status_code for answer in answers.values()} == {200}
    for answer in answers.values():
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert "<p>from a shell</p>" in answers[""].text


@pytest.mark.parametrize(
    "name",
    ["../serving.py", "..%2fserving.py", "%2e%2e/%2e%2e/house.py", "render", "nothing.js", "/etc/passwd"],
)
async def test_nothing_but_the_page_is_served(serve: Served, name: str) -> None:
    client = await serve(app_of(page_routes("")))

    assert (await client.get(f"/page/{name}")).status_code == 404


def test_all_that_the_page_imports_and_links_is_there() -> None:
    asked = {
        (file.parent / found).resolve()
        for file in STATIC.rglob("*.js")
        for found in re.findall(r'from "(\.[^"]+)"', file.read_text(encoding="utf-8"))
    }
    index = (STATIC / "index.html").read_text(encoding="utf-8")
    asked |= {STATIC / found for found in re.findall(r'"/page/([^"]+)"', index)}

    assert asked
    assert [str(file) for file in asked if not file.is_file()] == []


async def test_the_facts_name_commands_buckets_and_what_is_still_being_embedded(serve: Served) -> None:
    telnyx = TelnyxStandIn(keys=["KEY"])
    telnyx.library.seed("fruit", "pear.md", b"# Pears\n\nA pear weighs 180 grams.")
    telnyx.library.add("fruit", "plum.md", b"# Plums\n\nA plum weighs 50 grams.")
    facts = Facts(telnyx, lambda: {"fruit": "How heavy is a pear?"})
    command = {"command": "/ask", "description": "Ask"}
    facts.manifest = {"features": {"bot_user": {"display_name": "helper"}, "slash_commands": [command]}}
    client = await serve(app_of(facts.routes()))

    seen = (await client.get("/control/page")).json()

    assert seen["bot_name"] == "helper"
    assert seen["commands"] == [command]
    assert seen["buckets"] == [
        {
            "name": "fruit",
            "question": "How heavy is a pear?",
            "files": 2,
            "waiting": [{"name": "plum.md", "status": "queued", "reason": None}],
        }
    ]
    assert seen["embedding"] == ""


async def test_the_facts_say_what_finds_and_how_far_embedding_is(serve: Served) -> None:
    engine, changed, said = HeldEngine(), list[int](), list[str]()
    telnyx = TelnyxStandIn(keys=["KEY"], vectors=Vectors(engine, None))
    facts = Facts(telnyx, dict, "Documents are found by an owl.")
    embedder = telnyx.library.embedder
    assert embedder is not None
    client = await serve(app_of(facts.routes()))
    Progress(embedder, lambda: changed.append(embedder.done), said.append).begin()

    for name in ("fig.md", "pear.md"):
        telnyx.library.load("fruit", name, name.encode())
    telnyx.library.embed_loaded()
    before = (await client.get("/control/page")).json()
    engine.held.set()
    await asyncio.to_thread(embedder.settle)
    await asyncio.to_thread(embedder.close)
    after = (await client.get("/control/page")).json()

    assert before["about"] == "Documents are found by an owl."
    assert before["embedding"] == "Embedded 0 of 2 files …"
    assert after["embedding"] == ""
    assert after["buckets"][0]["waiting"] == []
    assert len(changed) == 2
    assert said[-1] == "Embedded all 2 files."


class HeldEngine:
    """A model that waits until it may go on."""

    def __init__(self) -> None:
        self.held = threading.Event()

    def passage(self, texts: list[str]) -> Matrix:
        assert self.held.wait(timeout=20)
        return np.ones((len(texts), 384), np.float32)


@pytest.mark.parametrize(
    ("done", "files", "words"),
    [(12, 30, "Embedded 12 of 30 files …"), (30, 30, "Embedded all 30 files."), (1, 1, "Embedded 1 file.")],
)
def test_how_far_embedding_is_in_words(done: int, files: int, words: str) -> None:
    assert embedded_words(done, files) == words


@pytest.mark.parametrize("real_model", [True, False])
def test_what_answers_is_named_with_the_way_to_a_real_model(real_model: bool) -> None:
    words = about("its processor has no AVX2", real_model=real_model)

    assert words.startswith("Documents are found by their words")
    assert "its processor has no AVX2" in words
    assert "SANDBOX_LLM_BASE_URL" in words
    assert about(None, real_model=real_model).startswith("Documents are found by the embedding model")


async def test_the_wire_is_told_of_calls_to_telnyx_and_of_nothing_else(serve: Served) -> None:
    told: list[str] = []
    telnyx = TelnyxStandIn(keys=["KEY"])
    app = web.Application(middlewares=[telling_of_calls(lambda: told.append("call"))])
    app.add_subapp("/telnyx", telnyx.app)
    client = await serve(app)

    await client.get("/telnyx/v2/ai/models", headers={"Authorization": "Bearer KEY"})
    await client.get("/telnyx/control/calls")
    await client.get("/telnyx/v2/nowhere")

    assert told == ["call", "call"]


async def test_the_bot_is_killed_and_started_again_and_says_what_cannot_be(serve: Served) -> None:
    changes = asyncio.Event()
    said: list[str] = []
    switch = BotSwitch(wanted=True, sockets=lambda: 0, changed=changes.set, say=said.append)
    client = await serve(app_of(switch.routes()))
    too_early = await client.post("/control/bot/start")
    await switch.begin(WAITING_BOT, {})
    first = (await client.get("/control/bot")).json()
    running = await client.post("/control/bot/start")

    killed = (await client.post("/control/bot/kill")).json()
    again = await client.post("/control/bot/kill")
    second = (await client.post("/control/bot/start")).json()
    await switch.end()

    assert (too_early.status_code, running.status_code, again.status_code) == (409, 409, 409)
    assert running.json()["error"] == "the bot is running already"
    assert first["bot"] == "starting"
    assert first["pid"]
    assert (killed["bot"], killed["pid"]) == ("stopped", None)
    assert second["pid"] != first["pid"]
    assert switch.ended
    assert changes.is_set()


async def test_without_a_bot_the_switch_says_so(serve: Served) -> None:
    switch = BotSwitch(wanted=False, sockets=lambda: 1, changed=lambda: None, say=lambda _line: None)
    client = await serve(app_of(switch.routes()))

    seen = (await client.get("/control/bot")).json()
    refused = await client.post("/control/bot/kill")

    assert seen == {"bot": "off (--no-bot)", "pid": None, "sockets": 1, "here": False}
    assert refused.status_code == 409
    assert "--no-bot" in refused.json()["error"]


STRANGE = (
    "leave.md",
    "<script>alert(1)</script>.md",
    "<img src=x onerror=alert(1)>.txt",
    'it\'s "quoted".md',
    "two\nlines.md",
    "\u202etxt.exe.md",
    "100% sure?#now.md",
    "a folder/ü/日本.md",
)


async def presigned(serve: Served, name: str, content: bytes) -> tuple[httpx.AsyncClient, str, TelnyxStandIn]:
    """A client of a server with one document, and an address of it for a minute."""
    telnyx = TelnyxStandIn(keys=["KEY"], clock=SandboxClock(scale=0))
    telnyx.library.seed("fruit", name, content)
    app = app_of(source_routes(telnyx.storage))
    app.add_subapp("/telnyx", telnyx.app)
    client = await serve(app)
    telnyx.library.storage = f"{client.base_url}{FOLDER}"
    given = await client.post(
        f"/telnyx/v2/storage/buckets/fruit/{quote(name, safe='')}/presigned_url",
        json={"ttl": 60},
        headers={"Authorization": "Bearer KEY"},
    )
    return client, given.json()["content"]["presigned_url"], telnyx


@pytest.mark.parametrize("name", STRANGE)
async def test_a_presigned_address_leads_to_the_document_on_this_server(serve: Served, name: str) -> None:
    client, address, _ = await presigned(serve, name, b"# Pears\n\nA <b>pear</b> weighs 180 grams.")

    shown = await client.get(address)

    assert re.fullmatch(r"[\w.~%/:?=-]+", address, re.ASCII)
    assert shown.text == "# Pears\n\nA <b>pear</b> weighs 180 grams."
    assert shown.headers["content-type"] == "text/plain; charset=utf-8"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["cache-control"] == "no-store"


async def test_a_document_that_cannot_be_read_says_why(serve: Served) -> None:
    client, address, _ = await presigned(serve, "plum.docx", b"PK\x03\x04\xff")

    assert "couldn't be read: " in (await client.get(address)).text


async def test_a_presigned_address_is_refused_once_its_time_is_over(serve: Served) -> None:
    client, address, telnyx = await presigned(serve, "fig.md", b"A fig.")
    before = await client.get(address)
    telnyx.clock.advance(61)

    after = await client.get(address)

    assert (before.status_code, after.status_code) == (200, 403)
    assert "Open document" in after.text


async def test_without_an_address_of_its_own_no_document_is_served_and_none_is_named(serve: Served) -> None:
    client, address, telnyx = await presigned(serve, "fig.md", b"A fig.")
    telnyx.library.seed("fruit", "plum.md", b"A plum.")
    token = address.partition("?token=")[2]
    ends, _, signed = token.partition("-")
    later = f"{int(ends) + 60}-{signed}"
    asked = [
        f"fig.md?token={wrong}" for wrong in ("", "x", later, token[:-1], f"{ends}-", "-", f"{ends}-ü", "²-a")
    ]

    refused = [
        await client.get(f"{FOLDER}/fruit/{name}")
        for name in (*asked, "fig.md", f"plum.md?token={token}", f"nope.md?token={token}")
    ]

    assert {(answer.status_code, answer.text) for answer in refused} == {(403, refused[0].text)}


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            json.dumps(
                {
                    "kind": "embedding",
                    "event": "job_told",
                    "level": "info",
                    "timestamp": "2026-11-25T18:50:07.12Z",
                }
            ),
            "18:50:07 job_told kind=embedding",
        ),
        (json.dumps({"event": "slow", "level": "warning", "seconds": 3}), "WARNING slow seconds=3"),
        (
            json.dumps({"event": "died", "level": "error", "exception": "Traceback\n  x"}),
            "ERROR died\nTraceback\n  x",
        ),
        ("plain words", "plain words"),
        ("{broken", "{broken"),
        ("[1]", "[1]"),
        ('{"other": 1}', '{"other": 1}'),
    ],
)
def test_the_bots_log_is_readable_in_a_terminal(line: str, shown: str) -> None:
    assert readable(line) == shown


async def test_a_client_that_is_gone_in_the_middle_of_an_answer_is_no_traceback(
    serve: Served, caplog: pytest.LogCaptureFixture
) -> None:
    async def hang_up(_request: web.Request) -> web.Response:
        raise ClientConnectionResetError("Cannot write to closing transport")

    async def fail(_request: web.Request) -> web.Response:
        raise RuntimeError("a mistake of ours")

    app = app_of([web.get("/gone", hang_up), web.get("/wrong", fail)])
    client = await serve(app)
    with without_hang_ups():
        for path in ("/gone", "/wrong"):
            await client.get(path)

    assert [str(record.exc_info[1]) for record in caplog.records if record.exc_info] == ["a mistake of ours"]


def test_every_emoji_that_the_bot_writes_is_drawn() -> None:
    """A bare machine has no font for them, and a name in colons isn't what people see in Slack."""
    emoji = re.compile(r"(?<![\w:]):([a-z][a-z0-9_]*):(?![\w:])")
    written = {
        name
        for path in (ROOT / "bot" / "render").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for name in emoji.findall(node.value)
    }
    drawn = set(
        re.findall(r"^  \"?([a-z0-9_+-]+)\"?: \[", (STATIC / "render" / "emoji.js").read_text(), re.MULTILINE)
    )

    assert written >= {"warning", "point_right"}
    assert written - drawn == set()
