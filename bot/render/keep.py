"""*Keep in docs*: what is wanted, and what became of it."""

from typing import Annotated

from pydantic import Field

from bot.render.blocks import Message, actions, button, section
from bot.render.docs import Embed, ShowDocs
from bot.render.intent import Intent, Name
from bot.render.markdown import code, shortened
from bot.services.keeping import Kept

FILE = 100
"""Characters of a file's name that are repeated."""
THREAD = "thread"
"""What is kept unless a file is named."""
BROKEN = "Slack stopped sending the file halfway, so I kept nothing. Try again."
NOT_THERE = (
    "That file isn't in the message that the link leads to. Choose *Keep in docs* in the menu of its message."
)


class Keep(Intent, verb="docs keep"):
    """Keep a thread, or a file that was shared in Slack, as a document of a bucket."""

    bucket: Name
    link: Annotated[
        str,
        Field(
            min_length=1,
            max_length=500,
            title="Link to the message",
            description="From the message's … menu: Copy link. Any message of the thread, or the one with the file.",
        ),
    ]
    file: str = Field(
        default=THREAD,
        max_length=40,
        title="What to keep",
        description="The whole thread, or a file of that message, by its ID.",
    )
    name: str = Field(
        default="",
        max_length=80,
        title="Name",
        description="What the document's name begins with; by default the first words. An ID follows.",
    )


def named(file: str) -> str:
    """Return the name of a file as it stands in a sentence."""
    return code(shortened(file, FILE))


def kept(done: Kept, what: str) -> Message:
    """Say where something is now, and when it can be asked; ``what`` is "the thread" or the name of a file."""
    where = f"{what} in {code(done.bucket)} as {code(done.name)}"
    text = f"I kept {where} again; it replaces what I kept before." if done.replaced else f"I kept {where}."
    if done.embedded:
        text += " It embeds by itself, so you can ask about it in a minute."
        steps = [button("Show bucket", ShowDocs(bucket=done.bucket))]
    else:
        text += f" That bucket isn't embedded yet, so no one can ask about it. Type {code(f'/telnyx docs embed {done.bucket}')}."
        steps = [button("Embed the bucket", Embed(bucket=done.bucket))]
    return Message(text, [section(text), actions(*steps)])
