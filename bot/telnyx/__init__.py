"""A typed asynchronous client for the Telnyx AI API; it knows nothing of Slack or of this bot."""

from bot.telnyx._calls import Call, CallHook
from bot.telnyx._chat_stream import ChatPart, EndPart, ReasoningPart, TextPart, ToolCallPart, Usage, UsagePart
from bot.telnyx._retry import RetryPolicy
from bot.telnyx._transport import Timeouts
from bot.telnyx.chat import Chat, ChatAnswer, ChatMessage, ChatRequest
from bot.telnyx.client import Telnyx
from bot.telnyx.conversations import (
    Conversation,
    ConversationInsight,
    ConversationMessage,
    Conversations,
    InsightResult,
    MessagePage,
    PageMeta,
)
from bot.telnyx.embeddings import BucketFile, Embeddings, EmbeddingTask, Match, MatchMetadata
from bot.telnyx.errors import (
    TelnyxAuthenticationError,
    TelnyxConflictError,
    TelnyxError,
    TelnyxInvalidError,
    TelnyxNotFoundError,
    TelnyxPermissionError,
    TelnyxRateLimitError,
    TelnyxServerError,
    TelnyxStatusError,
    TelnyxStreamError,
    TelnyxTimeoutError,
    TelnyxUnreachableError,
    TelnyxUnreadableError,
)
from bot.telnyx.fine_tuning import FineTuning, FineTuningJob, Hyperparameters
from bot.telnyx.models import Model, Models

__all__ = [
    "BucketFile",
    "Call",
    "CallHook",
    "Chat",
    "ChatAnswer",
    "ChatMessage",
    "ChatPart",
    "ChatRequest",
    "Conversation",
    "ConversationInsight",
    "ConversationMessage",
    "Conversations",
    "EmbeddingTask",
    "Embeddings",
    "EndPart",
    "FineTuning",
    "FineTuningJob",
    "Hyperparameters",
    "InsightResult",
    "Match",
    "MatchMetadata",
    "MessagePage",
    "Model",
    "Models",
    "PageMeta",
    "ReasoningPart",
    "RetryPolicy",
    "Telnyx",
    "TelnyxAuthenticationError",
    "TelnyxConflictError",
    "TelnyxError",
    "TelnyxInvalidError",
    "TelnyxNotFoundError",
    "TelnyxPermissionError",
    "TelnyxRateLimitError",
    "TelnyxServerError",
    "TelnyxStatusError",
    "TelnyxStreamError",
    "TelnyxTimeoutError",
    "TelnyxUnreachableError",
    "TelnyxUnreadableError",
    "TextPart",
    "Timeouts",
    "ToolCallPart",
    "Usage",
    "UsagePart",
]
