"""Write docs/operations.md: each operation, what the client really sends for it, its command in Slack and its test.

    .venv/bin/python scripts/operations.py           write the page
    .venv/bin/python scripts/operations.py --check   say whether it is right, with 1 when it is not

Method and path are not written here: every call is made against a server that notes them.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import httpx  # noqa: E402
from aiohttp import web  # noqa: E402 - the root has to be on the path first

from bot.telnyx import ChatMessage, ChatRequest, NewMessage, RetryPolicy, Telnyx, TelnyxError  # noqa: E402
from handlers.verbs import VERBS  # noqa: E402

PAGE = ROOT / "docs" / "operations.md"
HEAD = """# The 41 operations

What of the Telnyx AI API the client reaches, by which call, from which command, and which test shows it. “later” names the command that is
planned. Made by `.venv/bin/python scripts/operations.py` from the requests that the client really sends; `tests/unit/test_operations_page.py`
holds the page against it. That each request is what Telnyx's own package sends is shown by `tests/contract/official/test_same_requests.py`.

| # | operation | method | path | client call | in Slack | test |
| --: | --- | --- | --- | --- | --- | --- |
"""
TAIL = """
Beside these: `conversations.aggregates` (GET `/v2/ai/conversations/conversation-insights/aggregates`), and the newer paths
`/ai/openai/chat/completions` and `/ai/openai/models`, which are used when Telnyx answers 404 or 410 to the older ones.
"""
FAMILIES = "tests/unit/bot/telnyx/test_families.py"
ALL = "tests/unit/bot/telnyx/test_all_families.py"
ANSWERS, CALLS, JOBS = (f"tests/journeys/test_{name}.py" for name in ("answers", "calls", "jobs"))
ASK = "`/ask`, `/telnyx ask`, a mention, a direct message"
_ASKED = ChatRequest(messages=(ChatMessage(role="user", content="?"),))
_SAID = NewMessage(role="user", content="!")
# Telnyx's name, our call with its arguments (names of the path stand for themselves), the command, the test.
ROWS: tuple[tuple[str, str, tuple[object, ...], str, str], ...] = (
    ("conversations.list", "conversations.page", (), "`/telnyx calls`", CALLS),
    ("conversations.create", "conversations.create", (), "later: `calls new`", ALL),
    ("conversations.retrieve", "conversations.get", ("{conversation_id}",), "`/telnyx summarize CALL-ID`", CALLS),
    ("conversations.update", "conversations.update", ("{conversation_id}", {}), "later: `calls tag ID k=v…`", ALL),
    ("conversations.delete", "conversations.delete", ("{conversation_id}",), "later: `calls delete ID`", ALL),
    ("conversations.insights_results", "conversations.insights", ("{conversation_id}",), "later: `calls insights ID`", FAMILIES),
    ("conversations.add_message", "conversations.add_message", ("{conversation_id}", _SAID), "later: `calls note ID TEXT`", ALL),
    ("conversations.messages", "conversations.messages_page", ("{conversation_id}",), "`/telnyx summarize CALL-ID`", CALLS),
    ("insight_groups.list", "insight_groups.page", (), "later: `insights groups`", ALL),
    ("insight_groups.create", "insight_groups.create", ("n",), "later: `insights groups create`", ALL),
    ("insight_groups.retrieve", "insight_groups.get", ("{group_id}",), "later: `insights groups show ID`", ALL),
    ("insight_groups.update", "insight_groups.update", ("{group_id}",), "later: `insights groups edit ID`", ALL),
    ("insight_groups.delete", "insight_groups.delete", ("{group_id}",), "later: `insights groups delete ID`", ALL),
    ("insight_groups.assign", "insight_groups.assign", ("{group_id}", "{insight_id}"), "later: `insights groups assign GROUP INSIGHT`", ALL),
    ("insight_groups.unassign", "insight_groups.unassign", ("{group_id}", "{insight_id}"), "later: `insights groups unassign GROUP INSIGHT`", ALL),
    ("insights.list", "insights.page", (), "later: `insights`", ALL),
    ("insights.create", "insights.create", ("n", "i"), "later: `insights create`", ALL),
    ("insights.retrieve", "insights.get", ("{insight_id}",), "later: `insights show ID`", ALL),
    ("insights.update", "insights.update", ("{insight_id}",), "later: `insights edit ID`", ALL),
    ("insights.delete", "insights.delete", ("{insight_id}",), "later: `insights delete ID`", ALL),
    ("embeddings.list_tasks", "embeddings.tasks", (), "job news in JOBS_CHANNEL; later: `docs tasks`", JOBS),
    ("embeddings.create", "embeddings.create", ("b",), "later: `docs embed BUCKET`", ALL),
    ("embeddings.retrieve_task", "embeddings.task", ("{task_id}",), "later: `jobs show TASK`", FAMILIES),
    ("embeddings.buckets.list", "embeddings.buckets", (), "every question; later: `docs`", ANSWERS),
    ("embeddings.buckets.retrieve", "embeddings.files", ("{bucket_name}",), "later: `docs show BUCKET`", FAMILIES),
    ("embeddings.buckets.delete", "embeddings.delete_bucket", ("{bucket_name}",), "later: `docs disable BUCKET`", ALL),
    ("embeddings.similarity_search", "embeddings.search", ("b", "q"), f"{ASK}; later: `search`", ANSWERS),
    ("embeddings.url", "embeddings.create_from_url", ("b", "u"), "later: `docs add-url BUCKET URL`", ALL),
    ("clusters.list", "clusters.page", (), "later: `clusters`", ALL),
    ("clusters.compute", "clusters.create", ("b",), "later: `clusters compute BUCKET`", ALL),
    ("clusters.retrieve", "clusters.get", ("{task_id}",), "later: `clusters show TASK`", ALL),
    ("clusters.delete", "clusters.delete", ("{task_id}",), "later: `clusters delete TASK`", ALL),
    ("clusters.graph", "clusters.graph", ("{task_id}",), "later: `clusters show TASK` (the picture)", ALL),
    ("audio.transcribe", "audio.transcribe", (b"",), "later: `transcribe`", "tests/unit/bot/telnyx/test_audio.py"),
    ("chat.completions", "chat.complete", (_ASKED,), f"{ASK}, `/telnyx summarize CALL-ID`", ANSWERS),
    ("fine_tuning.jobs.list", "fine_tuning.jobs", (), "job news in JOBS_CHANNEL; later: `finetune`", JOBS),
    ("fine_tuning.jobs.create", "fine_tuning.create", ("m", "t"), "later: `finetune create`", ALL),
    ("fine_tuning.jobs.retrieve", "fine_tuning.job", ("{job_id}",), "later: `finetune show ID`", FAMILIES),
    ("fine_tuning.jobs.cancel", "fine_tuning.cancel", ("{job_id}",), "later: `finetune cancel ID`", ALL),
    ("models.list", "models.all", (), "how much fits into an answer or summary; later: `models`", CALLS),
    ("summarize", "summaries.create", ("b", "f"), "later: `summarize BUCKET/FILE`", ALL),
)  # fmt: skip


def command_of(operation: str, planned: str) -> str:
    """The verbs that call it; what is reached otherwise (a mention, the clock) or planned is written in ROWS."""
    verbs = [f"`/telnyx {verb.words}`" for verb in VERBS if operation in verb.operations]
    others = [
        part
        for part in planned.split("; ")
        if "/telnyx" not in part and not (verbs and part.startswith("later"))
    ]
    return ", ".join([*verbs, *others])


async def page() -> str:
    """The whole page as it should be."""
    sent: list[tuple[str, str]] = []

    async def note(request: web.Request) -> web.Response:
        sent.append((request.method, request.path))
        return web.json_response({"error": "only noting"}, status=400)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", note)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    lines = []
    async with httpx.AsyncClient(trust_env=False) as http:
        base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/v2"
        client = Telnyx(http, api_key="KEY", base_url=base_url, retry=RetryPolicy(attempts=1))
        for number, (name, call, arguments, command, test) in enumerate(ROWS, 1):
            family, _, operation = call.partition(".")
            named = {"filename": "a.wav"} if call == "audio.transcribe" else {}
            try:
                await getattr(getattr(client, family), operation)(*arguments, **named)
            except TelnyxError:
                method, path = sent[-1]
            else:
                raise AssertionError(f"{call} took a refusal for an answer")
            shown = f"`{call}`" + (", `chat.stream`" if call == "chat.complete" else "")
            if operation == "messages_page":
                shown += ", `conversations.messages`"
            elif operation == "page":
                shown += f", `{family}.all`"
            lines.append(
                f"| {number} | {name} | {method} | `{path}` | {shown} | {command_of(name, command)} | `{test}` |"
            )
    await runner.cleanup()
    return HEAD + "\n".join(lines) + "\n" + TAIL


def main() -> int:
    """Write or check the page; 0 when it is right."""
    parser = argparse.ArgumentParser(description="docs/operations.md from the client")
    parser.add_argument("--check", action="store_true", help="change nothing")
    check = parser.parse_args().check
    text = asyncio.run(page())
    if check:
        return int(PAGE.read_text(encoding="utf-8") != text)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
