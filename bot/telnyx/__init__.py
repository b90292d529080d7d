"""A typed asynchronous client for the Telnyx AI API; it knows nothing of Slack or of this bot."""

from bot.telnyx._chat_parts import (
    ChatPart,
    EndPart,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    Usage,
    UsagePart,
    VoidPart,
    whole,
)
from bot.telnyx._exchange import Exchange, ExchangeHook
from bot.telnyx._paging import Page, PageMeta
from bot.telnyx._retry import RetryPolicy
from bot.telnyx._timeouts import Timeouts
from bot.telnyx.audio import Audio
from bot.telnyx.audio_types import SpokenSegment, SpokenWord, Transcription, TranscriptionOptions
from bot.telnyx.chat import Chat
from bot.telnyx.chat_tools import (
    Function,
    FunctionTool,
    JsonSchema,
    JsonSchemaFormat,
    Retrieval,
    RetrievalTool,
)
from bot.telnyx.chat_types import ChatAnswer, ChatMessage, ChatRequest
from bot.telnyx.client import Telnyx
from bot.telnyx.cluster_types import Cluster, Clustering, ClusterNode, ClusterTask
from bot.telnyx.clusters import Clusters
from bot.telnyx.conversation_filters import AnyOf, Condition, TextField, TimeField, Where
from bot.telnyx.conversation_types import (
    Conversation,
    ConversationInsight,
    ConversationMessage,
    InsightAggregate,
    InsightResult,
    MessagePage,
    NewMessage,
)
from bot.telnyx.conversations import Conversations
from bot.telnyx.embedding_types import BucketFile, EmbeddingTask, Match, MatchMetadata
from bot.telnyx.embeddings import Embeddings
from bot.telnyx.errors import (
    TelnyxAuthenticationError,
    TelnyxConflictError,
    TelnyxError,
    TelnyxInvalidError,
    TelnyxNotFoundError,
    TelnyxPermissionError,
    TelnyxRateLimitError,
    TelnyxServerError,
    TelnyxSignatureError,
    TelnyxStatusError,
    TelnyxStreamError,
    TelnyxTimeoutError,
    TelnyxUnreachableError,
    TelnyxUnreadableError,
)
from bot.telnyx.fine_tuning import FineTuning, FineTuningJob, Hyperparameters
from bot.telnyx.insight_groups import InsightGroup, InsightGroups
from bot.telnyx.insights import Insight, Insights
from bot.telnyx.models import Model, Models
from bot.telnyx.objects import Held, Objects
from bot.telnyx.storage import PresignedAddress, Storage
from bot.telnyx.summaries import Summaries
from bot.telnyx.transcript_search import (
    Chunk,
    ChunkPage,
    Collection,
    Collections,
    ConversationHistories,
    Source,
)
from bot.telnyx.webhooks import InsightsEvent, OtherEvent, WebhookInsight, read_event, verify

__all__ = [
    "AnyOf",
    "Audio",
    "BucketFile",
    "Chat",
    "ChatAnswer",
    "ChatMessage",
    "ChatPart",
    "ChatRequest",
    "Chunk",
    "ChunkPage",
    "Cluster",
    "ClusterNode",
    "ClusterTask",
    "Clustering",
    "Clusters",
    "Collection",
    "Collections",
    "Condition",
    "Conversation",
    "ConversationHistories",
    "ConversationInsight",
    "ConversationMessage",
    "Conversations",
    "EmbeddingTask",
    "Embeddings",
    "EndPart",
    "Exchange",
    "ExchangeHook",
    "FineTuning",
    "FineTuningJob",
    "Function",
    "FunctionTool",
    "Held",
    "Hyperparameters",
    "Insight",
    "InsightAggregate",
    "InsightGroup",
    "InsightGroups",
    "InsightResult",
    "Insights",
    "InsightsEvent",
    "JsonSchema",
    "JsonSchemaFormat",
    "Match",
    "MatchMetadata",
    "MessagePage",
    "Model",
    "Models",
    "NewMessage",
    "Objects",
    "OtherEvent",
    "Page",
    "PageMeta",
    "PresignedAddress",
    "ReasoningPart",
    "Retrieval",
    "RetrievalTool",
    "RetryPolicy",
    "Source",
    "SpokenSegment",
    "SpokenWord",
    "Storage",
    "Summaries",
    "Telnyx",
    "TelnyxAuthenticationError",
    "TelnyxConflictError",
    "TelnyxError",
    "TelnyxInvalidError",
    "TelnyxNotFoundError",
    "TelnyxPermissionError",
    "TelnyxRateLimitError",
    "TelnyxServerError",
    "TelnyxSignatureError",
    "TelnyxStatusError",
    "TelnyxStreamError",
    "TelnyxTimeoutError",
    "TelnyxUnreachableError",
    "TelnyxUnreadableError",
    "TextField",
    "TextPart",
    "TimeField",
    "Timeouts",
    "ToolCallPart",
    "Transcription",
    "TranscriptionOptions",
    "Usage",
    "UsagePart",
    "VoidPart",
    "WebhookInsight",
    "Where",
    "read_event",
    "verify",
    "whole",
]
