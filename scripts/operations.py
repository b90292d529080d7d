"""Write docs/operations.md: each operation, what the client really sends for it, what it does, its verbs and its test.

Run it with ``python -m scripts.operations`` (or ``make docs``). Method and path are not written here: each call is made against a
server that notes them.
"""

import asyncio
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import httpx
from aiohttp import web

from bot.telnyx import ChatMessage, ChatRequest, NewMessage, RetryPolicy, Telnyx, TelnyxError
from handlers.verb import Effect
from handlers.verbs import VERBS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "operations.md"
HEAD = """# The 41 operations

What the client reaches of the Telnyx AI API: by which call, what it does there, where in Slack, and which test shows it. *Later* names the
command that is planned. An operation that **looks** reads and ends within seconds, one that **answers** takes model or audio time, and one
that **changes** creates, changes, or destroys something; a verb that calls it has at least that effect (`docs/access.md`).

Made by `make docs` from the requests that the client really sends and from the verbs; `tests/unit/test_generated_pages.py` compares the
page with both. `tests/contract/official/test_same_requests.py` shows that each request is what Telnyx's own package sends.

| # | operation | method | path | client call | effect | in Slack | test |
| --: | --- | --- | --- | --- | --- | --- | --- |
"""
TAIL = """
Beside these: `conversations.aggregates` (GET `/v2/ai/conversations/conversation-insights/aggregates`), which `/telnyx insights results`
counts by; `collections.all` and `collections.documents` (GET `/v2/ai/collections`, `/v2/ai/collections/{slug}/documents`) and
`conversation_histories.search` (GET `/v2/ai/conversation_histories`), by which `/telnyx calls search` and `ask --calls` find what was
said; and the newer paths
`/ai/openai/chat/completions` and `/ai/openai/models`, which are used when Telnyx answers 404 or 410 to the older ones. Outside the AI API:
`storage.presigned` (POST `/v2/storage/buckets/{bucket}/{object}/presigned_url`), for *Open document*.
"""
FAMILIES = "tests/unit/bot/telnyx/test_families.py"
ALL = "tests/unit/bot/telnyx/test_all_families.py"
GROUPS = "tests/journeys/test_insight_groups.py"
ANSWERS, CALLS, JOBS = (f"tests/journeys/test_{name}.py" for name in ("answers", "calls", "jobs"))
CALL_CHANGES = "tests/journeys/test_call_changes.py"
CLUSTERS = "tests/journeys/test_clusters.py"
TUNING = "tests/journeys/test_finetune.py"
INSIGHTS = "tests/journeys/test_insights.py"
DOCUMENTS, SEARCH = "tests/journeys/test_documents.py", "tests/journeys/test_search.py"
QUESTIONS, JOB_NEWS = "mentions and direct messages", "job news"
_ASKED = ChatRequest(messages=(ChatMessage(role="user", content="?"),))
_SAID = NewMessage(role="user", content="!")
LOOK, TURN, CHANGE, PAID = Effect.LOOK, Effect.TURN, Effect.CHANGE, "looks, paid"


@dataclass(frozen=True, slots=True)
class Row:
    """What the client and the verbs don't say of an operation themselves."""

    operation: str
    """Telnyx's name."""
    call: str
    """Ours, with arguments; names in the path stand for themselves."""
    arguments: tuple[object, ...]
    effect: str
    """Of the operation alone; ``PAID`` is a look that costs something, so it counts against the limit."""
    test: str
    later: str = ""
    """The command that is planned, until a verb of these words calls the operation."""
    also: str = ""
    """Where it is called without a verb."""

    def in_slack(self) -> str:
        """Return the verbs that call it, where it is called without one, and what is planned."""
        verbs = [verb.words for verb in VERBS if self.operation in verb.operations]
        planned = " ".join(takewhile(str.islower, self.later.split()))
        later = [f"later: `{self.later}`"] if self.later and planned not in verbs else []
        return ", ".join([*(f"`/telnyx {words}`" for words in verbs), *filter(None, [self.also]), *later])


BESIDE = {"collections.documents": PAID, "conversation_histories.search": PAID}
"""Operations that verbs name and that are none of the 41, with their effect."""
ROWS: tuple[Row, ...] = (
    Row("conversations.list", "conversations.page", (), LOOK, CALLS),
    Row("conversations.create", "conversations.create", (), CHANGE, CALL_CHANGES),
    Row("conversations.retrieve", "conversations.get", ("{conversation_id}",), LOOK, CALLS),
    Row("conversations.update", "conversations.update", ("{conversation_id}", {}), CHANGE, CALL_CHANGES),
    Row("conversations.delete", "conversations.delete", ("{conversation_id}",), CHANGE, CALL_CHANGES),
    Row("conversations.insights_results", "conversations.insights", ("{conversation_id}",), LOOK, CALLS),
    Row("conversations.add_message", "conversations.add_message", ("{conversation_id}", _SAID), CHANGE, CALL_CHANGES),
    Row("conversations.messages", "conversations.messages_page", ("{conversation_id}",), LOOK, CALLS),
    Row("insight_groups.list", "insight_groups.page", (), LOOK, GROUPS),
    Row("insight_groups.create", "insight_groups.create", ("n",), CHANGE, GROUPS),
    Row("insight_groups.retrieve", "insight_groups.get", ("{group_id}",), LOOK, GROUPS),
    Row("insight_groups.update", "insight_groups.update", ("{group_id}",), CHANGE, GROUPS),
    Row("insight_groups.delete", "insight_groups.delete", ("{group_id}",), CHANGE, GROUPS),
    Row("insight_groups.assign", "insight_groups.assign", ("{group_id}", "{insight_id}"), CHANGE, GROUPS),
    Row("insight_groups.unassign", "insight_groups.unassign", ("{group_id}", "{insight_id}"), CHANGE, GROUPS),
    Row("insights.list", "insights.page", (), LOOK, INSIGHTS),
    Row("insights.create", "insights.create", ("n", "i"), CHANGE, INSIGHTS),
    Row("insights.retrieve", "insights.get", ("{insight_id}",), LOOK, INSIGHTS),
    Row("insights.update", "insights.update", ("{insight_id}",), CHANGE, INSIGHTS),
    Row("insights.delete", "insights.delete", ("{insight_id}",), CHANGE, INSIGHTS),
    Row("embeddings.list_tasks", "embeddings.tasks", (), LOOK, DOCUMENTS, also=JOB_NEWS),
    Row("embeddings.create", "embeddings.create", ("b",), CHANGE, DOCUMENTS),
    Row("embeddings.retrieve_task", "embeddings.task", ("{task_id}",), LOOK, DOCUMENTS),
    Row("embeddings.buckets.list", "embeddings.buckets", (), LOOK, ANSWERS, also="each question"),
    Row("embeddings.buckets.retrieve", "embeddings.files", ("{bucket_name}",), LOOK, DOCUMENTS),
    Row("embeddings.buckets.delete", "embeddings.delete_bucket", ("{bucket_name}",), CHANGE, "tests/unit/bot/services/test_documents.py"),
    Row("embeddings.similarity_search", "embeddings.search", ("b", "q"), PAID, SEARCH, also=QUESTIONS),
    Row("embeddings.url", "embeddings.create_from_url", ("b", "u"), CHANGE, DOCUMENTS),
    Row("clusters.list", "clusters.page", (), LOOK, CLUSTERS),
    Row("clusters.compute", "clusters.create", ("b",), CHANGE, CLUSTERS),
    Row("clusters.retrieve", "clusters.get", ("{task_id}",), LOOK, CLUSTERS),
    Row("clusters.delete", "clusters.delete", ("{task_id}",), CHANGE, CLUSTERS),
    Row("clusters.graph", "clusters.graph", ("{task_id}",), LOOK, CLUSTERS),
    Row("audio.transcribe", "audio.transcribe", (b"",), TURN, "tests/journeys/test_transcription.py", also="a recording without words"),
    Row("chat.completions", "chat.complete", (_ASKED,), TURN, ANSWERS, also=QUESTIONS),
    Row("fine_tuning.jobs.list", "fine_tuning.jobs", (), LOOK, JOBS, also=JOB_NEWS),
    Row("fine_tuning.jobs.create", "fine_tuning.create", ("m", "t"), CHANGE, TUNING),
    Row("fine_tuning.jobs.retrieve", "fine_tuning.job", ("{job_id}",), LOOK, TUNING),
    Row("fine_tuning.jobs.cancel", "fine_tuning.cancel", ("{job_id}",), CHANGE, TUNING),
    Row("models.list", "models.all", (), LOOK, CALLS, also="how much fits into an answer or summary"),
    Row("summarize", "summaries.create", ("b", "f"), TURN, "tests/journeys/test_file_summaries.py"),
)  # fmt: skip


async def page() -> str:
    """Return the whole page as it should be."""
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
        for number, row in enumerate(ROWS, 1):
            family, _, name = row.call.partition(".")
            named = {"filename": "a.wav"} if row.call == "audio.transcribe" else {}
            try:
                await getattr(getattr(client, family), name)(*row.arguments, **named)
            except TelnyxError:
                method, path = sent[-1]
            else:
                raise AssertionError(f"{row.call} took a refusal for an answer")
            cells = (
                number,
                row.operation,
                method,
                f"`{path}`",
                _calls(row.call),
                row.effect,
                row.in_slack(),
                f"`{row.test}`",
            )
            lines.append(f"| {' | '.join(map(str, cells))} |\n")
    await runner.cleanup()
    return HEAD + "".join(lines) + TAIL


def _calls(call: str) -> str:
    """Return a call with those that go the same way: all pages of one, a stream of another."""
    more = {"chat.complete": "chat.stream", "conversations.messages_page": "conversations.messages"}
    family, _, name = call.partition(".")
    other = f"{family}.all" if name == "page" else more.get(call, "")
    return ", ".join(f"`{one}`" for one in (call, other) if one)


if __name__ == "__main__":
    PAGE.write_text(asyncio.run(page()), encoding="utf-8")
