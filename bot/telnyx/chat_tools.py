"""What a chat request may bring along: buckets to look into, functions to call, a schema for the answer."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from bot.telnyx._resource import RequestModel


class Retrieval(RequestModel):
    """Embedded buckets, by name, and how many passages of them at most."""

    bucket_ids: tuple[str, ...] = Field(min_length=1)
    max_num_results: int | None = Field(default=None, ge=1)


class RetrievalTool(RequestModel):
    """Telnyx's own tool: the model gets passages of embedded buckets. How they show in the answer is not documented."""

    type: Literal["retrieval"] = "retrieval"
    retrieval: Retrieval

    @classmethod
    def over(cls, *buckets: str, max_num_results: int | None = None) -> RetrievalTool:
        """Return the tool for these buckets."""
        return cls(retrieval=Retrieval(bucket_ids=buckets, max_num_results=max_num_results))


class Function(RequestModel):
    """A function that the model may ask for; `parameters` is a JSON schema."""

    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None


class FunctionTool(RequestModel):
    """A function as a tool."""

    type: Literal["function"] = "function"
    function: Function


class JsonSchema(RequestModel):
    """A named JSON schema; `strict` makes the model keep to it exactly."""

    name: str
    description: str | None = None
    definition: dict[str, Any] | None = Field(default=None, alias="schema")
    strict: bool | None = None


class JsonSchemaFormat(RequestModel):
    """An answer that is JSON of a schema; Telnyx's supported way since July 2026, before it was `guided_json`."""

    type: Literal["json_schema"] = "json_schema"
    json_schema: JsonSchema

    @classmethod
    def of(cls, name: str, schema: dict[str, Any], *, strict: bool | None = None) -> JsonSchemaFormat:
        """Return the format for this schema."""
        return cls(json_schema=JsonSchema(name=name, definition=schema, strict=strict))
