"""The models as a table."""

from collections.abc import Sequence

from bot.render.blocks import Block, section
from bot.render.markdown import escape_mrkdwn
from bot.render.outcomes import Listing
from bot.telnyx.models import Model


def models(found: Sequence[Model], default: str) -> Listing:
    """One model a row: name, context, size, languages, price."""
    hint = f"Answers come from `{default}`"
    return Listing(
        "AI models", [_row(model) for model in found], "Telnyx lists no models for this account.", hint
    )


def _row(model: Model) -> Block:
    price = model.pricing or {}
    facts = [
        f"*Context* {model.context_length:,} tokens" if model.context_length else "",
        f"*Size* {model.parameters_str}" if model.parameters_str else "",
        f"*Languages* {', '.join(model.languages)}" if model.languages else "",
        f"*Price* {price['prompt']} / {price.get('completion')} {price.get('currency', '')} per 1M tokens"
        if price.get("prompt")
        else "",
    ]
    return section(f"`{escape_mrkdwn(model.id)}`", columns=[escape_mrkdwn(fact) for fact in facts if fact])
