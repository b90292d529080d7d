"""A channel's settings in words: each with where it comes from, and why I answer there as I do."""

from dataclasses import replace
from typing import Any

import pytest

from bot.render.channel import channel
from bot.services.access import Readers
from bot.services.channels import Holds
from bot.store.channels import Channel
from bot.store.grants import Grant, Grantee, Thing
from sandbox.slack.blocks import check_blocks

KEPT = Channel("T", "C1", "public")
GRANT = Grant("T", Grantee.CHANNEL, "C1", Thing.BUCKET, "handbook", "U0ADA", 1_790_000_000.0, 1_799_000_000.0)
HOLDS = Holds(KEPT, None, "a/b", (), Readers.MEMBERS, open_to_members=True)


def lines(**changes: Any) -> dict[str, str]:
    """What is said of each setting, and why."""
    message = channel(replace(HOLDS, **changes), may_change=False)
    assert check_blocks(message.blocks, "message").problems == []
    said = dict(line.split(":* ", 1) for line in message.text.removeprefix("*").split("\n*"))
    return said | {"why": message.blocks[2]["elements"][0]["text"]}


def kept(**changes: Any) -> dict[str, str]:
    return lines(kept=replace(KEPT, **changes))


def test_what_is_not_set_says_what_holds_instead() -> None:
    assert lines() == {
        "Documents": "all that everyone who reads here may see",
        "Model": "`a/b` (the bot's settings)",
        "Tone": "as usual",
        "Experts": "none",
        "I answer": "when I'm mentioned (the bot's settings)",
        "Who reads here": "only members of this workspace (public channel)",
        "Granted here": "nothing that you can see",
        "why": "I answer everyone here because only members read along, and members may see all documents.",
    }


def test_what_is_set_says_so() -> None:
    said = kept(model="a/b", tone="short & <!channel>", experts="S1", mode="follow")

    assert said["Model"] == "`a/b` (set here)"
    assert said["Tone"] == "“short &amp; &lt;!channel&gt;” (set here)"
    assert said["Experts"] == "<!subteam^S1> (set here)"
    assert said["I answer"].endswith("without a mention (set here)")


@pytest.mark.parametrize(
    ("set_here", "known", "says"),
    [
        (("handbook", "manual"), ("handbook", "manual"), "`handbook` and `manual` (set here)"),
        (("handbook", "manual"), ("manual",), "`manual` (set here)"),
        (("handbook", "manual"), (), "none that you can see"),
        (None, ("manual",), "`manual` (the bot's settings)"),
    ],
)
def test_only_known_names_are_said_and_nothing_of_the_others(
    set_here: tuple[str, ...] | None, known: tuple[str, ...], says: str
) -> None:
    assert lines(kept=replace(KEPT, buckets=set_here), buckets=known)["Documents"] == says


def test_what_is_granted_says_by_whom_and_until_when() -> None:
    said = lines(grants=(GRANT,))["Granted here"]

    assert said.startswith("\n• `handbook`, by <@U0ADA> · <!date^1790000000^")
    assert "until <!date^1799000000^" in said


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kept": replace(KEPT, archived=True)}, "the channel is archived"),
        ({"kept": replace(KEPT, mode="off")}, "the channel's mode is `off`"),
        ({"kept": Channel("T", "D1")}, "no one else reads them"),
        ({"kept": replace(KEPT, shared=True)}, "only from what's granted to this channel"),
        ({"readers": Readers.OUTSIDERS}, "only from what's granted to this channel"),
        ({"readers": Readers.MANY}, "only from what's granted to this channel"),
        ({"readers": Readers.UNKNOWN}, "only from what's granted to this channel"),
        ({"open_to_members": False}, "members see no documents without a grant"),
    ],
)
def test_it_says_why_i_answer_as_i_do(changes: dict[str, Any], why: str) -> None:
    assert why in lines(**changes)["why"]


@pytest.mark.parametrize(
    ("readers", "shared", "says"),
    [
        (Readers.OUTSIDERS, False, "a guest or someone from another organization too"),
        (Readers.MANY, False, "more people than I look through"),
        (Readers.UNKNOWN, False, "I couldn't check"),
        (Readers.MEMBERS, True, "another organization too, because the channel is shared with it"),
    ],
)
def test_it_says_who_reads_along(readers: Readers, shared: bool, says: str) -> None:
    assert lines(readers=readers, kept=replace(KEPT, shared=shared))["Who reads here"].startswith(says)


def test_of_a_direct_message_no_reader_is_said() -> None:
    assert "Who reads here" not in lines(kept=Channel("T", "D1"))


def test_those_who_may_change_it_are_told_where_the_changes_stand() -> None:
    for_admins, for_members = (channel(HOLDS, may_change=may_change) for may_change in (True, False))

    assert "`/telnyx audit --verb channel`" in str(for_admins.blocks)
    assert "audit" not in str(for_members.blocks)
