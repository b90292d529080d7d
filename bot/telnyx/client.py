"""The client: one object per account, with a family of operations per noun of Telnyx's AI API."""

from __future__ import annotations

from collections.abc import Sequence

import httpx

from bot.telnyx._exchange import ExchangeHook
from bot.telnyx._retry import RetryPolicy
from bot.telnyx._timeouts import Timeouts
from bot.telnyx._transport import Transport
from bot.telnyx.audio import Audio
from bot.telnyx.chat import Chat
from bot.telnyx.clusters import Clusters
from bot.telnyx.conversations import Conversations
from bot.telnyx.embeddings import Embeddings
from bot.telnyx.fine_tuning import FineTuning
from bot.telnyx.insight_groups import InsightGroups
from bot.telnyx.insights import Insights
from bot.telnyx.models import Models
from bot.telnyx.objects import STORAGE_URL, Objects
from bot.telnyx.storage import Storage
from bot.telnyx.summaries import Summaries
from bot.telnyx.transcript_search import Collections, ConversationHistories

_DEFAULT_RETRY = RetryPolicy()
_DEFAULT_TIMEOUTS = Timeouts()


class Telnyx:
    """Telnyx's AI API for one key.

    Args:
        http: an open client, which the caller closes; its own time-outs and redirects are not used.
        api_key: sent as a bearer token and shown nowhere. ValueError when it cannot stand in a header.
        base_url: with the version and without a slash at the end.
        storage_url: where objects are put; the key is sent there too.
        on_exchange: told of every attempt after it; see `Exchange`.
        retry: how often and how long to try.
        timeouts: seconds per kind of request.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        api_key: str,
        base_url: str = "https://api.telnyx.com/v2",
        storage_url: str = STORAGE_URL,
        on_exchange: Sequence[ExchangeHook] = (),
        retry: RetryPolicy = _DEFAULT_RETRY,
        timeouts: Timeouts = _DEFAULT_TIMEOUTS,
    ) -> None:
        transport = Transport(
            http, api_key=api_key, base_url=base_url, on_exchange=on_exchange, retry=retry, timeouts=timeouts
        )
        self._transport = transport
        self.chat = Chat(transport)
        self.embeddings = Embeddings(transport)
        self.models = Models(transport)
        self.conversations = Conversations(transport)
        self.collections = Collections(transport)
        self.conversation_histories = ConversationHistories(transport)
        self.fine_tuning = FineTuning(transport)
        self.insights = Insights(transport)
        self.insight_groups = InsightGroups(transport)
        self.clusters = Clusters(transport)
        self.audio = Audio(transport)
        self.summaries = Summaries(transport)
        self.storage = Storage(transport)
        self.objects = Objects(api_key=api_key, url=storage_url, on_exchange=on_exchange)

    @property
    def said_at(self) -> float | None:
        """Return when Telnyx's last answer to this task was sent by its own clock, in Unix seconds; before one, that to any task.

        None before the first, and where it tells none.
        """
        return self._transport.said_at

    @property
    def dated(self) -> float | None:
        """The date of the last answer to this task, in Unix seconds; None where it bore none."""
        return self._transport.dated
