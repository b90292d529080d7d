"""A question that could mean several things: asked back, with a button for each meaning."""

from typing import Annotated

from pydantic import Field

from bot.render.blocks import Block, actions, button, context
from bot.render.forms import Form, window
from bot.render.intent import Intent, Name
from bot.render.markdown import escape_mrkdwn, moment
from bot.render.outcomes import Modal
from bot.services.access import APP
from bot.services.unclear import ASK_SECONDS, MEANT, MOST, kept
from bot.store.turns import Turn


class Mean(Intent, verb="mean"):
    """A meaning under a question that was asked back."""

    turn: Name
    number: int = Field(ge=1, le=MOST)


class OtherMeaning(Intent, verb="other_meaning"):
    """*Other* under it."""

    turn: Name


class MeanThis(Intent, verb="mean_this"):
    """What was meant, in the asker's own words."""

    turn: Name
    meaning: Annotated[
        str,
        Field(
            min_length=1,
            max_length=200,
            title="What do you mean?",
            examples=["Leave of people in Berlin"],
        ),
    ]


FORM = Form(
    "Your question",
    "Ask",
    ("meaning",),
    "I'm searching again. The answer comes where the question is, or in a direct message if only you can see it.",
    carries=("turn",),
)


def question_back(turn: Turn) -> list[Block]:
    """Return what stands under it: the meanings, *Other*, and who can choose until when."""
    found = enumerate(kept(turn.answer), 1)
    buttons = [button(text, Mean(turn=turn.id, number=n), name=str(n)) for n, text in found]
    other = button("Other…", OtherMeaning(turn=turn.id))
    who = "Anyone here" if turn.user.startswith(APP) else f"Only <@{turn.user}>"
    until = moment((turn.created_at or 0.0) + ASK_SECONDS, "{time}")
    return [actions(*buttons, other), context(f"{who} can choose, once, until {until}.")]


def chosen(turn: Turn) -> list[Block]:
    """Return what an answer that everyone reads says of the meaning that was chosen; the asker alone reads it above."""
    meant = (turn.options or {}).get(MEANT)
    return [context(f"The question means: {escape_mrkdwn(meant)}")] if meant and not turn.private else []


def own_words(turn: str) -> Modal:
    """Return the window for a meaning that isn't among them."""
    return window(FORM, MeanThis, given={"turn": turn})
