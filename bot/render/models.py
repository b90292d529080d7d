"""The models as a table, and the choice of one for a channel."""

from collections.abc import Sequence

from pydantic import Field

from bot.render.blocks import OPTION_VALUE, SELECT_OPTIONS, Block, button, select
from bot.render.channel import SetChannel, UseModel
from bot.render.costs import price
from bot.render.intent import Paged
from bot.render.markdown import code
from bot.render.newer import Cell
from bot.render.outcomes import Table
from bot.services.models import NONE_TO_TUNE, answers
from bot.telnyx.models import Model

COLUMNS = ("Model", "Context", "Size", "Languages", "Price for 1M tokens (in / out)", "Task", "More")
NONE = "Telnyx lists no models for this account."
USE = "Use in this channel…"


class Models(Paged, verb="models"):
    """The models of the account."""

    task: str | None = Field(
        default=None, max_length=64, description="Only models for this task, such as text-generation."
    )
    fine_tunable: bool = Field(default=False, description="Only models that can be fine-tuned.")


def models(found: Sequence[Model], default: str, *, tunable: bool = False, settable: bool = False) -> Table:
    """One model a row; below them, where the model of the channel can be set, the choice of one."""
    return Table(
        "AI models",
        COLUMNS,
        [_row(model) for model in found],
        NONE_TO_TUNE if tunable else NONE,
        f"I answer with {code(default)}",
        buttons=_choice([model.id for model in found if answers(model)]) if settable else (),
    )


def _choice(names: Sequence[str]) -> Sequence[Block]:
    """Return a select of models, or the way to the form that searches where there are more than one holds."""
    entries = [(name, UseModel(model=name)) for name in names]
    fit = [(name, use) for name, use in entries if len(use.pick()) <= OPTION_VALUE]
    if len(fit) > SELECT_OPTIONS:
        return [button(USE, SetChannel())]
    return [select(USE, *fit)] if fit else []


def _row(model: Model) -> list[Cell]:
    return [
        model.id,
        model.context_length or "",
        model.parameters_str or "",
        ", ".join(model.languages or ()),
        price(model.pricing or {}),
        model.task or "",
        ", ".join(_more(model)),
    ]


def _more(model: Model) -> list[str]:
    """Return what a model can do beyond its task, or where it comes from."""
    more = (
        (f"fine-tuned from {model.base_model}", model.base_model),
        ("can be fine-tuned", model.is_fine_tunable),
        ("sees pictures", model.is_vision_supported),
    )
    return [words for words, so in more if so]
