"""The models that can be asked: GET /ai/models, or its successor under /ai/openai."""

from __future__ import annotations

from bot.telnyx._resource import AnswerModel, Moment, Resource
from bot.telnyx._routes import MovedRoute
from bot.telnyx._transport import Transport


class Model(AnswerModel):
    """One model. Telnyx showed only `id`, `created` and `owned_by` until June 2026, so all but the id may be missing.

    `created` was Unix seconds then and is ISO 8601 now; both are read. Lengths are in tokens. `pricing` maps kinds of tokens
    (`prompt`, `cached_prompt`, `completion`) to decimal numbers as text, beside `currency` and `unit` (`1M_tokens`).
    """

    id: str
    created: Moment | None = None
    owned_by: str | None = None
    organization: str | None = None
    base_model: str | None = None
    description: str | None = None
    context_length: int | None = None
    max_completion_tokens: int | None = None
    languages: tuple[str, ...] | None = None
    parameters: int | None = None
    parameters_str: str | None = None
    tier: str | None = None
    license: str | None = None
    task: str | None = None
    is_fine_tunable: bool | None = None
    is_vision_supported: bool | None = None
    recommended_for_assistants: bool | None = None
    pricing: dict[str, str | None] | None = None
    regions: tuple[str, ...] | None = None
    service_tiers: tuple[str, ...] | None = None


class Models(Resource):
    """Operations of /ai/models. All raise TelnyxError."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport)
        self._route = MovedRoute("/ai/models", "/ai/openai/models")

    async def all(self) -> tuple[Model, ...]:
        """Return every model that the account can use, its own fine-tuned ones included."""
        return await self._route.ask(lambda path: self._rows(Model, "models.all", "GET", path))
