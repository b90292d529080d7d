"""What holds in a channel, as Slack shows it."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from bot.render.blocks import Message, actions, button, context, header, section
from bot.render.grants import since, what
from bot.render.ids import GroupId, HereId
from bot.render.intent import Intent, Name, Names, Several
from bot.render.markdown import code, escape_mrkdwn
from bot.render.numbers import joined
from bot.services.access import Readers
from bot.services.channels import Holds

Mode = Literal["mention", "follow", "off"]
Setting = Literal["bucket", "model", "tone", "experts", "mode"]
HERE, BOTS = "set here", "the bot's settings"
MODES = {
    "mention": "when I'm mentioned",
    "follow": "when I'm mentioned, and from then on in that thread without a mention",
    "off": "never",
}
READERS = {
    Readers.MEMBERS: "only members of this workspace",
    Readers.OUTSIDERS: "a guest or someone from another organization too",
    Readers.MANY: "more people than I look through, so I assume that guests do too",
}
KINDS = {"public": " (public channel)", "private": " (private channel)", "mpim": " (group message)"}
WHO_CHANGED = "`/telnyx audit --verb channel` shows who changed what."
UNSURE = "I couldn't check, so I assume that guests do too"
SHARED = "another organization too, because the channel is shared with it"


class ShowChannel(Intent, verb="channel"):
    """What holds here."""


class SetChannel(Intent, verb="channel set"):
    """Change what holds in a channel."""

    channel: HereId = Field(default="", description="By default the one where you type this.")
    bucket: Names = Field(default=(), title="Documents", description="Look only in this bucket.")
    model: str = Field(default="", max_length=200, description="Answer with this model.")
    tone: str = Field(default="", max_length=300, description="How I sound: “short and friendly”.")
    experts: GroupId = Field(default="", description="The @group to ask when I don't know; also its ID.")
    mode: Mode | None = Field(
        default=None, description="When I answer; `follow` needs no mention later in a thread."
    )
    clear: Annotated[tuple[Setting, ...], Field(max_length=5), Several()] = Field(
        default=(), title="Back to the bot's settings", description="Take this back."
    )

    @property
    def changes(self) -> dict[str, Any]:
        """Return the settings that are to be kept; None where one is taken back."""
        given = self.model_dump(exclude={"channel", "clear"}, exclude_defaults=True)
        given |= dict.fromkeys(self.clear)
        return {"buckets" if name == "bucket" else name: value for name, value in given.items()}


class UseModel(Intent, verb="channel use"):
    """Answer with a model that was chosen in a list, in the channel where it was chosen."""

    model: Name


def channel(holds: Holds, *, may_change: bool, news: str = "") -> Message:
    """Show each setting with where it comes from, who reads along, what was granted here, and why that is so."""
    lines = [news] * bool(news) + [f"*{name}:* {value}" for name, value in _lines(holds)]
    change = [actions(button("Change", SetChannel()))] if may_change else []
    blocks = [
        header("Channel settings"),
        section("\n".join(lines)),
        context(_why(holds), *[WHO_CHANGED] * may_change),
        *change,
    ]
    return Message("\n".join(lines), blocks)


def _lines(holds: Holds) -> Iterator[tuple[str, str]]:
    kept = holds.kept
    if holds.buckets is None:
        yield "Documents", "all that everyone who reads here may see"
    else:
        names, source = joined([*map(code, holds.buckets)]), BOTS if kept.buckets is None else HERE
        yield "Documents", f"{names} ({source})" if names else "none that you can see"
    yield "Model", f"{code(holds.model)} ({HERE if kept.model else BOTS})"
    yield "Tone", f"“{escape_mrkdwn(kept.tone)}” ({HERE})" if kept.tone else "as usual"
    yield "Experts", f"<!subteam^{kept.experts}> ({HERE})" if kept.experts else "none"
    yield "I answer", f"{MODES[kept.mode or 'mention']} ({HERE if kept.mode else BOTS})"
    if not holds.direct:
        readers = SHARED if kept.shared else READERS.get(holds.readers, UNSURE)
        yield "Who reads here", readers + KINDS.get(kept.kind, "")
        granted = "".join(f"\n• {what(grant)}, {since(grant)}" for grant in holds.grants)
        yield "Granted here", granted or "nothing that you can see"


def _why(holds: Holds) -> str:
    """Return why I answer here as I do."""
    if holds.kept.archived:
        return "I don't answer here because the channel is archived."
    if holds.kept.mode == "off":
        return "I don't answer here because the channel's mode is `off`. Ask me privately with `/ask`."
    if holds.direct:
        return "Answers here are from what you may see, because no one else reads them."
    if holds.kept.shared or holds.readers is not Readers.MEMBERS:
        return (
            "Guests or people from other organizations may read here, so I answer here only from what's granted to this channel. "
            "Other answers go to the person who asks. Admins can change that with `/telnyx grant #channel --bucket NAME`."
        )
    if holds.open_to_members:
        return "I answer everyone here because only members read along, and members may see all documents."
    return "I answer from what is granted to this channel, because members see no documents without a grant."
