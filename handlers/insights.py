"""``/telnyx insights``."""

import json
from typing import Annotated

from pydantic import Field, field_validator

from bot.render.blocks import Message
from bot.render.forms import Form
from bot.render.insights import Insights, created, listing
from bot.render.intent import Intent, Multiline, Name, Text
from bot.render.outcomes import Listing
from bot.services.access import Right
from handlers.verb import AnyVerb, Effect, Request, Verb


class Create(Intent, verb="insights create"):
    """A new insight."""

    name: Annotated[Name, Field(examples=["Mood"])]
    instructions: Annotated[Text, Field(examples=["How did the caller feel at the end? One word."])]
    json_schema: Annotated[
        str | None,
        Multiline(),
        Field(max_length=40_000, title="JSON schema", description="Leave it empty for results in free text."),
    ] = None

    @field_validator("json_schema")
    @classmethod
    def _object(cls, value: str | None) -> str | None:
        try:
            read = json.loads(value or "{}")
        except json.JSONDecodeError as error:
            raise ValueError(f"Line {error.lineno}, column {error.colno}: {error.msg}.") from error
        # A number of thousands of digits, thousands of brackets.
        except (ValueError, RecursionError) as error:
            raise ValueError("I can't read this as JSON.") from error
        if not isinstance(read, dict):
            raise ValueError("A schema is a JSON object: { … }.")  # noqa: TRY004 - pydantic wants a ValueError
        return value


async def overview(request: Request[Insights]) -> Listing:
    """Show what Telnyx looks for in calls."""
    return listing(await request.services.insights.all(request.audience))


async def create(request: Request[Create]) -> Message:
    """Create it at Telnyx, and show it."""
    it, insights = request.intent, request.services.insights
    return created(
        await insights.create(it.name, it.instructions, it.json_schema, request.audience, key=request.key)
    )


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        Insights,
        overview,
        right=Right.MEMBERS,
        help="List the insights: what Telnyx looks for in each call.",
        operations=("insights.list",),
        home="Insights",
    ),
    Verb(
        Create,
        create,
        help="Create an insight; opens a form.",
        right=Right.ADMIN,
        effect=Effect.CHANGE,
        operations=("insights.create",),
        form=Form("New insight", "Create", ("name", "instructions", "json_schema"), "Creating the insight…"),
        see="insights",
        home="New insight",
    ),
)
