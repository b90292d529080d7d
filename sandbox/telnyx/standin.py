"""`TelnyxStandIn`: one aiohttp application that answers as Telnyx's AI API does, below `/v2`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from aiohttp import web

from sandbox.clock import SandboxClock

from .aggregates import Aggregates
from .audio import Audio
from .chat import Chat, Pace
from .clusters import Clusters
from .control import Control
from .conversations import Conversations
from .embeddings import Embeddings
from .endings import Endings
from .fine_tuning import FineTuning
from .gate import PREFIX, Gate, bare_path
from .insight_groups import InsightGroups
from .insight_results import InsightResults
from .insight_templates import InsightTemplates
from .insights import Insights
from .library import Library
from .models import Models
from .nearest import Reader
from .openai_paths import OpenAI
from .operations import Operation
from .refusals import unknown_route
from .storage import Storage
from .summarize import Summarize
from .upstream import Forwarder, Upstream
from .vectors import Vectors
from .webhooks import Webhooks

_MOST_BYTES = 100 * 2**20


class TelnyxStandIn:
    """The stand-in API. Mount `app` at `/telnyx`: its base URL is then `http://127.0.0.1:PORT/telnyx/v2`.

    Args:
        keys: API keys that are let in.
        clock: the sandbox's time.
        pace: how fast the stand-in model writes.
        upstream: a real model to forward chat to.
        vectors: the embedding model; without one search goes by words.

    Attributes:
        library, templates, results, conversations, clusters, fine_tuning, webhooks, storage: what the services know; a seed or a test fills them.
    """

    def __init__(
        self,
        *,
        keys: Iterable[str],
        clock: SandboxClock | None = None,
        pace: Pace = Pace(),  # noqa: B008 -- frozen
        upstream: Upstream | None = None,
        vectors: Vectors | None = None,
    ) -> None:
        self.clock = clock or SandboxClock()
        self.library = Library(self.clock.now, vectors)
        self.templates = InsightTemplates()
        self.results = InsightResults(self.clock.now)
        self.conversations = Conversations(self.clock.now, self.results.of)
        self.clusters = Clusters(self.library, self.clock.now)
        self.webhooks = Webhooks(self.clock.now)
        self.fine_tuning = FineTuning(self.clock.now)
        self.storage = Storage(self.library, self.clock.now)
        forwarder = Forwarder(upstream) if upstream else None
        reader = Reader(vectors) if vectors else None
        families = (
            Chat(self.library, self.clock.now, pace, forwarder, reader),
            Models(),
            Embeddings(self.library, self.clock.now),
            # Before conversations: their literal paths would be taken for a conversation's id.
            Aggregates(self.conversations, self.results.of),
            Insights(self.templates, self.clock.now),
            InsightGroups(self.templates, self.clock.now),
            self.conversations,
            self.fine_tuning,
            self.clusters,
            Audio(),
            Summarize(self.library),
            OpenAI(reader),
            self.storage,
        )
        operations = [operation for family in families for operation in family.operations()]
        gate = Gate(keys, self.clock.now)
        names = frozenset(operation.name for operation in operations)
        control = Control(
            gate=gate,
            clock=self.clock,
            library=self.library,
            fine_tuning=self.fine_tuning,
            clusters=self.clusters,
            operations=names,
        )
        endings = Endings(self.conversations, self.templates, self.results, self.webhooks)

        self.app = web.Application(client_max_size=_MOST_BYTES)
        if forwarder is not None:
            self.app.cleanup_ctx.append(forwarder.opened)
        self.app.cleanup_ctx.append(self.webhooks.closing)
        self.app.on_cleanup.append(self._end_embedding)
        self.app.add_routes([*endings.routes(), *control.routes()])
        for operation in operations:
            self.app.router.add_route(operation.method, PREFIX + operation.path, gate.guard(operation))
        self.app.router.add_route("*", "/{path:.*}", gate.guard(Operation("unknown", "*", "", _unknown)))

    async def _end_embedding(self, _app: web.Application) -> None:
        if self.library.embedder is not None:
            await asyncio.to_thread(self.library.embedder.close)


async def _unknown(request: web.Request) -> web.StreamResponse:
    raise unknown_route(request.method, bare_path(request))
