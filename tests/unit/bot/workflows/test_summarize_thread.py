"""A thread is summed up for those who may read it, where the bot may read it too; rights are asked when it is written."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.errors import NotHereError, RefusedError, UsageError
from bot.render.summarize_thread import JOIN, NOT_IN_CHANNEL
from bot.services.access import NOTHING, Asker, Audience, Place, Public, Right
from bot.services.condensing import Condensed, Condenser, Memory, Progress
from bot.services.summarize_thread import ThreadSummaries
from bot.slack.reading.whole_threads import UNREADABLE
from bot.telnyx import Usage
from bot.workflows.asked import Asked, Written
from bot.workflows.checkpoints import unwritten
from bot.workflows.summarize_thread import ThreadSummaryProducer
from tests.unit.bot.slack.conftest import SlackHouse, slack

__all__ = ["slack"]  # a fixture

MEMBER = Audience(member=True, reasons=dict.fromkeys(Right, "Not yours."))
GUEST = Audience(reasons=dict.fromkeys(Right, "This isn't open to guests."))
HOST = "https://acme-telecom.slack.com/archives"


class Grown:
    """A reply that only grows."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text


class Told:
    """Condenses as a test wants it to; remembers what it read."""

    def __init__(self) -> None:
        self.text = "## Decisions\nBen decided it. [2] <!channel> [9]"
        self.cut: str | None = None
        self.read: list[str] = []
        self.status = ""
        self.look: Callable[[], Awaitable[str]]

    async def condense(
        self, lines: list[str], how: object, model: str | None = None, *, progress: Progress, memory: Memory
    ) -> Condensed:
        del how, memory
        self.read = [*lines]
        progress(1, 2)
        self.status = await self.look()
        usage = Usage(prompt_tokens=1_200, completion_tokens=300, total_tokens=1_500)
        return Condensed(self.text, 1, model or "m/large", self.cut, usage=usage)


async def nothing_yet(_: str) -> None:
    """Nothing was made of it before."""


class House:
    """A producer in the workspace, and what people say there."""

    def __init__(self, slack: SlackHouse) -> None:
        self.slack = slack
        self.told, self.reply = Told(), Grown()
        summaries = ThreadSummaries(cast("Condenser", self.told))
        remembering: Any = SimpleNamespace(memory=nothing_yet)
        self.producer = ThreadSummaryProducer(summaries, slack.workspaces, remembering)

    async def thread(self, channel: str, by: str = "U0BEN") -> str:
        """Two messages in a channel; the link to the first."""
        where = {"user": by, "channel": channel}
        root = str((await self.slack.mia.post("say", text="Which carrier?", **where))["ts"])
        await self.slack.mia.post("say", text="The new one.", thread_ts=root, **where)
        return f"{HOST}/{channel}/p{root.replace('.', '')}"

    def asked(self, link: str, user: str = "U0MIA", *, join: bool = False) -> Asked:
        return Asked(
            "cmd:1", "thread_summary", link, "", Place("T0ACME", "", ""), Asker(user, "T0ACME"),
            private=True, options={JOIN: True} if join else {},
        )  # fmt: skip

    async def write(self, asked: Asked, audience: Audience = MEMBER) -> Written:
        self.told.look = partial(self.producer.status, asked)
        return await self.producer.write(asked, audience, cast("Any", self.reply))


@pytest.fixture
def house(slack: SlackHouse) -> House:
    return House(slack)


async def test_a_thread_of_a_channel_that_both_are_in_is_summed_up_with_links_to_its_messages(
    house: House,
) -> None:
    link = await house.thread("C0SUPPORT")

    written = await house.write(house.asked(link))

    assert [line.partition(" (")[0] for line in house.told.read] == ["[1] ben", "[2] ben"]
    assert written.outcome == "answered"
    assert written.answer == house.reply.text
    assert written.answer.startswith("**“Which carrier?”**")
    assert f"Ben decided it. [[2]]({HOST}/C0SUPPORT/p" in written.answer
    assert f"?thread_ts={link[-16:-6]}.{link[-6:]}&cid=C0SUPPORT)" in written.answer
    assert "<!channel>" not in written.answer
    assert "[9]" not in written.answer
    assert written.note == "Covers 2 of 2 messages of the thread. Model: m/large."
    assert written.question == link
    assert (written.prompt_tokens, written.completion_tokens) == (1_200, 300)
    assert house.told.status == "Reading part 1 of 2…"
    assert await house.producer.status(house.asked(link)) == "Reading the thread…"


async def test_a_member_reads_a_public_channel_without_being_in_it(house: House) -> None:
    link = await house.thread("C0JOBS")
    await house.slack.mia.post("leave", who="mia", channel="C0JOBS")

    assert (await house.write(house.asked(link))).outcome == "answered"


async def test_a_private_channel_of_the_bot_is_closed_to_who_is_not_in_it_in_the_words_for_what_is_not_there(
    house: House,
) -> None:
    link = await house.thread("C0FINANCE")
    await house.slack.mia.post("invite", user="ben", channel="C0FINANCE")
    nowhere = link.replace("C0FINANCE", "C0NOWHERE")

    for one in (link, nowhere):
        with pytest.raises(UsageError) as caught:
            await house.write(house.asked(one))
        assert caught.value.text == UNREADABLE
    assert house.told.read == []
    assert (await house.write(house.asked(link, user="U0ADA"))).outcome == "answered"


async def test_the_direct_message_of_someone_else_is_closed(house: House) -> None:
    link = await house.thread("D0BEN")

    with pytest.raises(UsageError, match=UNREADABLE[:30]):
        await house.write(house.asked(link))
    assert (await house.write(house.asked(link, user="U0BEN"))).outcome == "answered"


async def test_a_direct_message_between_two_people_is_not_there_for_the_bot(house: House) -> None:
    with pytest.raises(UsageError, match=UNREADABLE[:30]):
        await house.write(house.asked(f"{HOST}/D0MIABEN/p1700000000000100"))


async def test_a_guest_is_refused_even_in_a_channel_they_are_in(house: House) -> None:
    link = await house.thread("C0SUPPORT")

    with pytest.raises(RefusedError, match="guests"):
        await house.write(house.asked(link, user="U0GUS"), GUEST)
    assert house.told.read == []


async def test_a_public_channel_without_the_bot_is_entered_when_someone_says_so(house: House) -> None:
    link = await house.thread("C0RANDOM")

    refused = await house.write(house.asked(link))
    turn = unwritten(house.asked(link), outcome="refused", note=refused.note, options={"offers": [JOIN]})
    joined = await house.write(house.asked(link, join=True))

    assert (refused.outcome, refused.note, refused.offers) == ("refused", NOT_IN_CHANNEL, (JOIN,))
    assert "Add me" in str(house.producer.final(turn).below)
    assert joined.outcome == "answered"
    assert await house.slack.calls("conversations.join") == 1


async def test_no_one_makes_the_bot_enter_a_channel_they_may_not_read(house: House) -> None:
    link = await house.thread("C0FINANCE")

    with pytest.raises(UsageError, match=UNREADABLE[:30]):
        await house.write(house.asked(link, join=True))
    assert await house.slack.calls("conversations.join") == 0


async def test_what_is_to_stand_in_a_thread_goes_to_the_asker_alone_where_they_are_not_in_the_channel(
    house: House,
) -> None:
    link = await house.thread("C0JOBS")
    await house.slack.mia.post("leave", who="mia", channel="C0JOBS")
    asked = house.asked(link)
    here = replace(
        asked, private=False, place=Place("T0ACME", "C0JOBS", "1700000000.000100"), ts="1700000009.0"
    )

    with pytest.raises(NotHereError) as caught:
        await house.write(here, Public(asker=MEMBER))

    assert caught.value.silent, "nothing is said in a place that isn't theirs"
    assert await house.producer.status(here) == ""
    assert await house.producer.status(asked) == "Reading the thread…"


async def test_in_its_thread_a_summary_is_everyones_and_says_who_asked(house: House) -> None:
    link = await house.thread("C0SUPPORT")
    here = replace(house.asked(link), private=False, place=Place("T0ACME", "C0SUPPORT", "1700000000.000100"))

    written = await house.write(here, Public(asker=MEMBER))
    final = house.producer.final(
        unwritten(here, outcome="answered", answer=written.answer, note=written.note, private=0, user="U0MIA")
    )

    assert house.producer.right(here) is Right.EVERYONE
    assert house.producer.right(house.asked(link)) is Right.MEMBERS
    assert "<@U0MIA> asked for this summary." in str(final.below)
    assert "Post in thread" not in str(final.below)


async def test_a_private_summary_can_be_posted_in_its_thread(house: House) -> None:
    asked = house.asked(await house.thread("C0SUPPORT"))

    final = house.producer.final(
        unwritten(asked, outcome="answered", answer="Fine.", note="Covers", private=1)
    )

    assert "Post in thread" in str(final.below)


async def test_a_text_that_was_cut_claims_to_cover_nothing(house: House) -> None:
    house.told.cut = "length"

    written = await house.write(house.asked(await house.thread("C0SUPPORT")))

    assert "Covers" not in str(written.note)
    assert "The thread has 2 messages." in str(written.note)


async def test_what_was_shared_and_not_read_is_named(house: House) -> None:
    root = await house.slack.mia.say("C0SUPPORT", "The plan:")
    await house.slack.mia.upload("C0SUPPORT", "*plan*.pdf", b"%PDF", thread_ts=root)

    written = await house.write(house.asked(f"{HOST}/C0SUPPORT/p{root.replace('.', '')}"))

    assert "I didn't read what was shared in it: `*plan*.pdf`." in str(written.note)


async def test_without_a_right_nothing_is_read(house: House) -> None:
    link = await house.thread("C0SUPPORT")
    before = await house.slack.calls("conversations.replies")

    with pytest.raises(RefusedError):
        await house.write(house.asked(link), NOTHING)
    assert await house.slack.calls("conversations.replies") == before
