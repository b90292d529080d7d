"""Family `models`: the catalog of made-up models, in the documented shape, and what was fine-tuned from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import web

from .arguments import check_query
from .operations import Operation

DEFAULT_MODEL = "meta-llama/Meta-Llama-3.1-8B-Instruct"
SMALL_CONTEXT_MODEL = "acme/pocket-1b"


def _model(
    name: str, *, context: int, size: int, tier: str, prices: tuple[str, str], **more: Any
) -> dict[str, Any]:
    prompt, completion = prices
    return {
        "id": name,
        "object": "model",
        "created": "2026-06-02T09:00:00Z",
        "owned_by": "Telnyx",
        "organization": name.partition("/")[0],
        "context_length": context,
        "max_completion_tokens": min(8192, context // 2),
        "languages": ["en", "de", "es", "fr"],
        "parameters": size * 10**9,
        "parameters_str": f"{size}B",
        "tier": tier,
        "license": "Apache 2.0",
        "is_fine_tunable": False,
        "is_vision_supported": False,
        "recommended_for_assistants": False,
        "regions": ["us-central-1", "eu-central-1"],
        "task": "text-generation",
        "pricing": {
            "prompt": prompt,
            "cached_prompt": f"{float(prompt) / 2:.6f}",
            "completion": completion,
            "currency": "USD",
            "unit": "1M_tokens",
        },
    } | more


CATALOG: tuple[dict[str, Any], ...] = (
    _model(
        DEFAULT_MODEL,
        context=131_072,
        size=8,
        tier="small",
        prices=("0.200000", "0.200000"),
        license="Llama 3 Community License",
        is_fine_tunable=True,
        description="A small all-round model.",
    ),
    _model(
        "meta-llama/Meta-Llama-3.1-70B-Instruct",
        context=98_304,
        size=70,
        tier="large",
        prices=("0.900000", "0.900000"),
        license="Llama 3 Community License",
        recommended_for_assistants=True,
        description="A large model for careful answers.",
    ),
    _model(
        "moonshotai/Kimi-K2.6",
        context=262_144,
        size=1000,
        tier="large",
        prices=("0.300000", "1.200000"),
        parameters_str="1.0T",
        is_vision_supported=True,
        recommended_for_assistants=True,
        description="Long documents and long calls.",
    ),
    _model(
        "mistralai/Mistral-Small-24B-Instruct",
        context=32_768,
        size=24,
        tier="medium",
        prices=("0.400000", "0.400000"),
        is_fine_tunable=True,
        description="A model of middle size.",
    ),
    _model(
        SMALL_CONTEXT_MODEL,
        context=1_536,
        size=1,
        tier="unlisted",
        prices=("0.050000", "0.050000"),
        owned_by="Acme Telecom",
        description="A tiny model with a context of 1,536 tokens, to see what happens when a prompt does not fit.",
    ),
    _model(
        "thenlper/gte-large",
        context=512,
        size=1,
        tier="small",
        prices=("0.010000", "0.000000"),
        task="feature-extraction",
        parameters_str="335M",
        description="Embeddings.",
    ),
)


class Models:
    """Serves the models under the deprecated and the new path.

    Args:
        tuned: the models that were fine-tuned so far.
    """

    def __init__(self, tuned: Callable[[], Sequence[dict[str, Any]]]) -> None:
        self._tuned = tuned

    def operations(self) -> tuple[Operation, ...]:
        """The operations of this family."""
        return (
            Operation("models.all", "GET", "/ai/models", self.all),
            Operation("models.all_openai", "GET", "/ai/openai/models", self.all),
        )

    async def all(self, request: web.Request) -> web.Response:
        """`{object, data: [ModelMetadata]}`."""
        check_query(request, ())
        return web.json_response({"object": "list", "data": self.every()})

    def every(self) -> list[dict[str, Any]]:
        """The catalog, then the account's own models."""
        return [*CATALOG, *self._tuned()]

    def that_writes(self, name: str) -> dict[str, Any] | None:
        """The entry of a text-generation model; None when there is no such model."""
        return next((m for m in self.every() if m["id"] == name and m["task"] == "text-generation"), None)
