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
from .filling import Filling
from .fine_tuning import FineTuning
from .gate import PREFIX, Gate, bare_path
from .histories import Histories
from .insight_groups import InsightGroups
from .insight_results import InsightResults
from .insight_templates import InsightTemplates
from .insights import Insights
from .library import Library
from .models import Models
from .nearest import Reader
from .object_store import ObjectStore, SignedGate
from .openai_paths import OpenAI
from .operations import Operation
from .refusals import unknown_route
from .states import States
from .storage import Storage
from .summarize import Summarize
from .upstream import Forwarder, Upstream
from .vectors import Vectors
from .webhooks import Webhooks

_MOST_BYTES = 100 * 2**20


class TelnyxStandIn:
    """The stand-in API. Mount `app` at `/telnyx`: its base URL is then `http://127.0.0.1:PORT/telnyx/v2`. The storage is `storage_app`.

    Args:
        keys: API keys that are let in.
        clock: the sandbox's time.
        pace: how fast the stand-in model writes.
        upstream: a real model to forward chat to.
        vectors: the embedding model; without one search goes by words.

    Attributes:
        library, templates, results, conversations,
            histories, clusters, fine_tuning, webhooks, storage, objects: what the services know; a seed or a test fills them.
        filling: adds thousands of rows to them.
        calls: what was asked of it.
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
        self.histories = Histories(self.conversations, self.clock.now, vectors)
        self.clusters = Clusters(self.library, self.clock.now)
        self.webhooks = Webhooks(self.clock.now)
        self.fine_tuning = FineTuning(self.clock.now)
        self.storage = Storage(self.library, self.clock.now)
        self.objects = ObjectStore(self.library, self.clock.now)
        forwarder = Forwarder(upstream) if upstream else None
        reader = Reader(vectors) if vectors else None
        models = Models(self.fine_tuning.tuned)
        keys = tuple(keys)
        gate = Gate(keys, self.clock.now)
        rest = gate.faults.rest
        families = (
            Chat(self.library, models, self.clock.now, pace, rest, forwarder=forwarder, reader=reader),
            models,
            Embeddings(self.library, self.clock.now),
            # Before conversations: their literal paths would be taken for a conversation's id.
            Aggregates(self.conversations, self.results.of),
            Insights(self.templates, self.clock.now),
            InsightGroups(self.templates, self.clock.now),
            self.conversations,
            self.histories,
            self.fine_tuning,
            self.clusters,
            Audio(),
            Summarize(self.library),
            OpenAI(models, reader),
            self.storage,
        )
        operations = [operation for family in families for operation in family.operations()]
        self.calls = gate.calls
        names = frozenset(one.name for one in (*operations, *self.objects.operations()))
        control = Control(
            gate=gate,
            clock=self.clock,
            library=self.library,
            conversations=self.conversations,
            operations=names,
        )
        self.filling = Filling(self.library, self.templates, self.clusters, self.fine_tuning, self.clock.now)
        states = States(self.library, self.clusters, self.fine_tuning, self.results, self.clock.now)
        endings = Endings(self.conversations, self.templates, self.results, self.webhooks)

        self.storage_app = self.objects.app(SignedGate(keys, self.clock.now, gate), _MOST_BYTES)
        self.app = web.Application(client_max_size=_MOST_BYTES)
        if forwarder is not None:
            self.app.cleanup_ctx.append(forwarder.opened)
        self.app.cleanup_ctx.append(self.webhooks.closing)
        self.app.on_cleanup.append(self._end_embedding)
        self.app.add_routes([*endings.routes(), *states.routes(), *self.filling.routes(), *control.routes()])
        for operation in operations:
            self.app.router.add_route(operation.method, PREFIX + operation.path, gate.guard(operation))
        self.app.router.add_route("*", "/{path:.*}", gate.guard(Operation("unknown", "*", "", _unknown)))

    async def _end_embedding(self, _app: web.Application) -> None:
        if self.library.embedder is not None:
            await asyncio.to_thread(self.library.embedder.close)


async def _unknown(request: web.Request) -> web.StreamResponse:
    raise unknown_route(request.method, bare_path(request))
