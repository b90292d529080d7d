"""The JSON that single operations send; callers give its fields as parameters and see none of these."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from bot.telnyx._resource import RequestModel


class BucketSearch(RequestModel):
    bucket_name: str
    query: str
    num_of_docs: int = Field(ge=1)


class NewEmbedding(RequestModel):
    bucket_name: str
    embedding_model: Literal["thenlper/gte-large", "intfloat/multilingual-e5-large"] | None
    document_chunk_size: int | None
    document_chunk_overlap_size: int | None
    loader: Literal["default", "intercom"] | None


class NewUrl(RequestModel):
    url: str
    bucket_name: str


class NewConversation(RequestModel):
    name: str | None
    metadata: dict[str, str] | None


class ConversationChange(RequestModel):
    metadata: dict[str, str]


class NewInsight(RequestModel):
    name: str
    instructions: str
    json_schema: str | dict[str, Any] | None
    webhook: str | None


class InsightChange(RequestModel):
    name: str | None
    instructions: str | None
    json_schema: str | dict[str, Any] | None
    webhook: str | None


class NewInsightGroup(RequestModel):
    name: str
    description: str | None
    webhook: str | None


class InsightGroupChange(RequestModel):
    name: str | None
    description: str | None
    webhook: str | None


class NewClustering(RequestModel):
    bucket: str
    prefix: str | None
    files: tuple[str, ...] | None
    min_cluster_size: int | None
    min_subcluster_size: int | None


class Training(RequestModel):
    n_epochs: int = Field(ge=1, le=10)


class NewFineTuningJob(RequestModel):
    model: str
    training_file: str
    suffix: str | None
    hyperparameters: Training | None


class NewSummary(RequestModel):
    bucket: str
    filename: str
    system_prompt: str | None


class NewAddress(RequestModel):
    ttl: int = Field(ge=1)
