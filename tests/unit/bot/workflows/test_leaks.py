"""The known leaks of bots like this one, each tried: on the stand-ins of Slack and Telnyx, with rows of a real database.

A confirmation that another presses, or twice, or late, is tried in ``test_deed.py``.
"""

import json
from dataclasses import replace
from typing import Any, cast

import pytest

from bot.errors import NotHereError, RefusedError, UsageError
from bot.render import ask as render
from bot.render import notes
from bot.services.access import Asker, Audience, Place, Rights
from bot.services.answers import Answers
from bot.services.documents import Documents
from bot.services.models import Models
from bot.services.rate import Rate
from bot.store.channels import Channels
from bot.store.database import Database
from bot.store.grants import ALL, Grant, Grantee, Grants, Thing
from bot.store.messages import Messages
from bot.store.turns import Turn, Turns
from bot.workflows.answer import AnswerProducer
from bot.workflows.asked import WITHIN, Asked, Written
from bot.workflows.material import Material
from bot.workflows.producing import Producing
from bot.workflows.share import Sharing
from config.access import AccessSettings
from handlers.ask import VERBS, read_options
from handlers.perform import Performer
from handlers.verbs import BY_WORDS
from sandbox.telnyx.models import DEFAULT_MODEL
from tests.unit.bot.conftest import Clock, TelnyxHouse
from tests.unit.bot.services.test_odd_models import LEAVE, service
from tests.unit.bot.slack.conftest import SlackHouse, slack
from tests.unit.bot.workflows.test_answer_writes import Grown

__all__ = ["slack"]  # a fixture

TEAM = "T0ACME"
GENERAL, RANDOM = Place(TEAM, "C0GENERAL", "1.0"), Place(TEAM, "C0RANDOM", "1.0")
MIA, BEN, ADA, GUS = (Asker(f"U0{name}", TEAM) for name in ("MIA", "BEN", "ADA", "GUS"))
WARRANTY = "How many months of warranty does the D40 have?"


async def nothing() -> None:
    """No thread is told anything."""


class House:
    """Everything that decides who sees what, without the engine."""

    def __init__(self, slack: SlackHouse, telnyx: TelnyxHouse, database: Database) -> None:
        self.slack, self.database = slack, database
        self.clock = Clock()
        self.turns, self.messages, self.grants = Turns(database), Messages(database), Grants(database)
        self.documents = Documents(telnyx.client)
        self.telnyx = telnyx
        self.set("all")

    def set(self, default: Any) -> None:
        """Begin anew with another setting."""
        at = self.slack.workspaces
        self.rights = Rights(
            at.of, Channels(self.database), self.grants, AccessSettings(default=default), clock=self.clock
        )
        self.answers = Answers(self.turns, self.messages, self.rights)
        self.sharing = Sharing(workspaces=at, turns=self.turns, messages=self.messages, rights=self.rights)
        self.material = Material(
            self.turns, at, self.rights, read_options, Models(self.telnyx.client, DEFAULT_MODEL)
        )
        producer = AnswerProducer(service(self.telnyx), self.material, self.rights)
        self.producing = Producing({"ask": producer}, self.rights.of, Rate(100), 60.0)

    async def grant(self, kind: Grantee, who: str, bucket: str, until: float | None = None) -> Grant:
        given = Grant(TEAM, kind, who, Thing.BUCKET, bucket, "U0ADA", 1.0, until)
        await self.grants.give(given)
        self.rights.forget(TEAM)
        return given

    async def withdraw(self, grant: Grant) -> None:
        await self.grants.withdraw(grant.id, TEAM)
        self.rights.forget(TEAM)

    async def begun(
        self, by: Asker, place: Place = GENERAL, text: str = LEAVE, *, private: bool = False
    ) -> Asked:
        asked = Asked(
            f"turn:{text}:{private}", "ask", text, "1.0", place, by, private=private, bot_user="U0BOT"
        )
        await self.turns.begin(boot="1", **asked.row())
        return asked

    async def write(self, asked: Asked) -> Written:
        """As the turn has it written; kept as it would be."""
        turn = await self.turns.get(asked.id)
        written = await self.producing._write(asked, cast("Turn", turn), cast("Any", Grown()), nothing)
        await self.turns.update(asked.id, **written.columns(asked.options))
        await self.turns.update(asked.id, state="done")
        return written

    async def ask(
        self, by: Asker, place: Place = GENERAL, text: str = LEAVE, *, private: bool = False
    ) -> Written:
        return await self.write(await self.begun(by, place, text, private=private))

    async def alone(self, who: Asker, place: Place = GENERAL) -> Audience:
        return await self.rights.of(place, who, private=True)

    async def joins(self, who: Asker, channel: str = "C0GENERAL") -> None:
        """Someone comes into a channel, and Slack tells of it."""
        self.slack.standin.workspace.world.channels[channel].members.add(who.user)
        self.slack.workspaces.of(TEAM).channels.joined(channel, who.user)

    async def said(self, channel: str = "C0GENERAL") -> list[str]:
        return [str(m) for m in await self.slack.mia.messages(channel) if m["user"] == "U0BOT"]


@pytest.fixture
def house(slack: SlackHouse, telnyx: TelnyxHouse, database: Database) -> House:
    return House(slack, telnyx, database)


def buckets(written: Written) -> set[str]:
    return {passage["bucket"] for passage in written.passages or ()}


# --------------------------------------------------------------------------------- what is retrieved is posted
async def test_what_the_asker_alone_may_read_is_not_retrieved_for_all(house: House) -> None:
    house.set("none")
    await house.grant(Grantee.PERSON, "U0MIA", "handbook")
    await house.grant(Grantee.CHANNEL, "C0GENERAL", "manual")

    for_all = await house.ask(MIA, text=f"{LEAVE} And: {WARRANTY}")
    for_her = await house.ask(MIA, text=f"{LEAVE} And: {WARRANTY}", private=True)

    assert (buckets(for_all), for_all.buckets) == ({"manual"}, ["manual"])
    assert buckets(for_her) == {"handbook", "manual"}


async def test_a_bucket_named_in_the_question_is_not_there_for_who_may_not_read_it(house: House) -> None:
    house.set("none")
    await house.grant(Grantee.CHANNEL, "C0GENERAL", "manual")

    for name in ("handbook", "nothing-like-it"):
        with pytest.raises(Exception, match=f"no embedded bucket “{name}”") as why:
            await house.ask(BEN, text=f"{LEAVE} --bucket {name}")
        assert "handbook" not in str(why.value).replace(f"“{name}”", "")


@pytest.mark.parametrize("how", ["named in the question", "set for the channel"])
async def test_what_the_asker_alone_may_search_is_answered_to_them_alone(house: House, how: str) -> None:
    house.set("none")
    await house.grant(Grantee.CHANNEL, "C0GENERAL", "handbook")
    await house.grant(Grantee.PERSON, "U0MIA", "manual")
    if how == "set for the channel":
        await Channels(house.database).set(TEAM, "C0GENERAL", buckets=("manual",))
    text = WARRANTY if how == "set for the channel" else f"{WARRANTY} --bucket manual"

    with pytest.raises(NotHereError) as hers:
        await house.ask(MIA, text=text)
    with pytest.raises(UsageError) as his:
        await house.ask(BEN, text=f"{text} ")

    assert "manual" not in hers.value.text
    assert "manual" not in his.value.text.replace("“manual”", "" if "--bucket" in text else "manual")


# ------------------------------------------------------------------------------------------- another presses
async def test_passages_of_a_private_answer_are_shown_to_its_asker_alone(house: House) -> None:
    await house.ask(MIA, private=True)
    (turn,) = [f"turn:{LEAVE}:True"]

    assert (await house.answers.get(turn, await house.alone(MIA), GENERAL, MIA)).passages
    for place in (GENERAL, replace(GENERAL, channel=""), RANDOM):
        with pytest.raises(RefusedError, match="Only the person who asked"):
            await house.answers.get(turn, await house.alone(BEN), place, BEN)
        with pytest.raises(RefusedError, match="Only the person who asked"):
            await house.answers.asked(turn, place, BEN)


async def test_passages_are_those_that_the_presser_may_read_now(house: House) -> None:
    house.set("none")
    granted = [await house.grant(Grantee.CHANNEL, "C0GENERAL", name) for name in ("handbook", "manual")]
    text = f"{LEAVE} And: {WARRANTY}"
    assert buckets(await house.ask(MIA, text=text)) == {"handbook", "manual"}

    await house.withdraw(granted[0])
    fewer = await house.answers.get(f"turn:{text}:False", await house.alone(BEN), GENERAL, BEN)
    await house.withdraw(granted[1])

    assert {passage["bucket"] for passage in fewer.passages or ()} == {"manual"}
    with pytest.raises(RefusedError):
        await house.answers.get(f"turn:{text}:False", await house.alone(BEN), GENERAL, BEN)


async def test_in_a_window_passages_are_turned_by_those_who_are_in_the_channel(house: House) -> None:
    await house.ask(MIA)
    nowhere = replace(GENERAL, channel="")

    assert await house.answers.get(f"turn:{LEAVE}:False", await house.alone(BEN), nowhere, BEN)
    house.slack.standin.workspace.world.channels["C0GENERAL"].members.discard("U0BEN")
    with pytest.raises(RefusedError):
        await house.answers.get(f"turn:{LEAVE}:False", await house.alone(BEN), nowhere, BEN)


# ------------------------------------------------------------------------------------------- what was said before
async def test_what_one_was_told_alone_is_in_no_later_answer_for_others(house: House) -> None:
    house.set("none")
    await house.grant(Grantee.PERSON, "U0MIA", "handbook")
    await house.ask(MIA, private=True)
    await house.turns.update(f"turn:{LEAVE}:True", ts="1.0")

    async def told(by: Asker, *, private: bool, options: Any = None) -> list[str]:
        asked = Asked(
            "turn:2", "ask", "And half?", "2.0", GENERAL, by, private=private, options=options or {}
        )
        query, _ = await house.material.query(asked, await house.alone(by))
        return [one.question for one in query.history]

    assert await told(MIA, private=False) == []
    assert await told(BEN, private=True) == []
    assert await told(MIA, private=True, options={WITHIN: ["1.0", "2.0"]}) == []  # it can be shared
    assert await told(MIA, private=True) == [LEAVE]


async def test_a_thread_is_read_for_who_is_in_its_channel_now(house: House) -> None:
    root = await house.slack.mia.say("C0GENERAL", "We'll let Bob go in May.")
    place = replace(GENERAL, thread=root)
    asked = Asked("turn:2", "ask", LEAVE, "", place, BEN, private=True, options={WITHIN: [root, f"{root}9"]})

    there, _ = await house.material.query(asked, await house.alone(BEN))
    house.slack.standin.workspace.world.channels["C0GENERAL"].members.discard("U0BEN")
    gone, _ = await house.material.query(asked, await house.alone(BEN))

    assert "Bob" in there.thread
    assert (gone.thread, gone.about, gone.history) == ("", "", ())


# -------------------------------------------------------------------------------- what changed after the answer
@pytest.mark.parametrize("how", ["withdrawn", "ended"])
async def test_nothing_is_shared_after_the_channels_grant_is_gone(house: House, how: str) -> None:
    house.set("none")
    await house.grant(Grantee.PERSON, "U0MIA", "handbook")
    end = house.clock.now + 60 if how == "ended" else None
    granted = await house.grant(Grantee.CHANNEL, "C0GENERAL", "handbook", end)
    await house.ask(MIA, private=True)

    if how == "withdrawn":
        await house.withdraw(granted)
    house.clock.now += 61

    with pytest.raises(RefusedError):
        await house.sharing.share(f"turn:{LEAVE}:True", GENERAL, MIA, join=False)
    assert await house.said() == []


async def test_an_answer_from_more_than_the_channel_may_read_is_not_shared(house: House) -> None:
    house.set("none")
    for kind, who, name in (
        (Grantee.PERSON, "U0MIA", "handbook"), (Grantee.PERSON, "U0MIA", "manual"), (Grantee.CHANNEL, "C0GENERAL", "manual")
    ):  # fmt: skip
        await house.grant(kind, who, name)
    text = f"{LEAVE} And: {WARRANTY}"
    assert buckets(await house.ask(MIA, text=text, private=True)) == {"handbook", "manual"}

    with pytest.raises(RefusedError, match="Not everyone in that channel") as why:
        await house.sharing.share(f"turn:{text}:True", GENERAL, MIA, join=False)

    assert "handbook" not in str(why.value)
    assert await house.said() == []


async def test_a_note_that_names_a_bucket_is_not_shared(house: House) -> None:
    """A bucket that only the asker may know of failed, or isn't embedded yet."""
    house.set("none")
    await house.grant(Grantee.PERSON, "U0MIA", ALL)
    await house.grant(Grantee.CHANNEL, "C0GENERAL", "manual")
    await house.ask(MIA, text=f"{WARRANTY} --bucket manual", private=True)
    turn = f"turn:{WARRANTY} --bucket manual:True"
    cut_off = notes.cut("unknown (odd)") or ""
    named = f"I couldn't read plan.pdf. {render.unsearched(('salaries',))} {render.lacking(('layoffs',))}"
    await house.turns.update(turn, note=f"{named} {cut_off}", question=WARRANTY, passages=[])

    await house.sharing.share(turn, GENERAL, MIA, join=False)

    (said,) = await house.said()
    assert not [word for word in ("salaries", "layoffs", "plan.pdf") if word in said]
    assert "may be cut off" in said


@pytest.mark.parametrize("told", ["by Slack", "by the question's own event"])
async def test_a_channel_that_became_shared_hears_nothing_from_then_on(house: House, told: str) -> None:
    assert (await house.ask(MIA)).outcome == "answered"
    await house.ask(MIA, private=True)

    house.slack.standin.workspace.world.channels["C0GENERAL"].is_ext_shared = True
    if told == "by Slack":
        await house.rights.changed(TEAM, "C0GENERAL", {"shared": True})
    else:
        house.rights.seen_shared(TEAM, "C0GENERAL")

    with pytest.raises(NotHereError) as why:
        await house.ask(MIA, text=WARRANTY)
    assert why.value.silent
    with pytest.raises(NotHereError):
        await house.sharing.share(f"turn:{LEAVE}:True", GENERAL, MIA, join=False)
    assert await house.said() == []


async def test_a_grant_is_the_channels_whatever_it_is_called(house: House) -> None:
    house.set("none")
    await house.grant(Grantee.CHANNEL, "C0GENERAL", "handbook")
    channels = house.slack.standin.workspace.world.channels

    channels["C0GENERAL"].name, channels["C0RANDOM"].name = "old-general", "general"

    assert (await house.ask(MIA)).outcome == "answered"
    with pytest.raises(RefusedError):
        await house.ask(MIA, RANDOM, WARRANTY)


@pytest.mark.parametrize("change", ["guest", "removed", "withdrawn", "a guest came"])
async def test_a_turn_that_waited_has_the_rights_of_the_moment_in_which_it_answers(
    house: House, change: str
) -> None:
    house.set("none")
    granted = await house.grant(Grantee.CHANNEL, "C0GENERAL", "handbook")
    asked = await house.begun(MIA)
    carried = json.dumps(asked.to_json())

    house.clock.now += 3_600.0
    if change == "withdrawn":
        await house.withdraw(granted)
    elif change == "a guest came":
        house.set("all")
        await house.withdraw(granted)
        await house.joins(GUS)
    else:
        about = (await house.slack.api.call("users.info", user="U0MIA"))["user"]
        changed = {"is_restricted": True} if change == "guest" else {"deleted": True}
        house.slack.workspaces.of(TEAM).people.learn(about | changed)
        await house.withdraw(granted)

    with pytest.raises(RefusedError):
        await house.write(Asked.from_json(json.loads(carried)))
    assert "handbook" not in carried
    assert not [word for word in ("audience", "readers", "shared", "guest") if word in carried]


# ------------------------------------------------------------------------------- a guest who joins after the answer
SAID: dict[str, dict[str, Any]] = {
    "mean": {"number": 1},
    "mean_this": {"meaning": "annual"},
    "ask_about_passage": {"bucket": "handbook", "question": "How many days?"},
}
"""What some carry besides the question, or instead of it."""
BUTTONS = [v.words for v in VERBS if not v.typed and "channel" not in v.intent.model_fields]


@pytest.mark.parametrize("words", BUTTONS)
async def test_a_guest_who_joins_later_presses_no_button_of_what_was_said_before(
    house: House, words: str
) -> None:
    await house.ask(MIA)
    before = await house.said()
    await house.joins(GUS)
    verb = BY_WORDS[words]
    services: Any = _Services(house)
    performer = Performer(services, house.rights.of)
    turn = {"turn": f"turn:{LEAVE}:False"} if "turn" in verb.intent.model_fields else {}
    intent = verb.intent(**turn, **SAID.get(words, {}))

    async def press() -> None:
        await verb.run(await performer.request(verb, intent, GENERAL, GUS, "press:1"))

    with pytest.raises(RefusedError) as why:
        await press()

    assert "handbook" not in why.value.text
    assert await house.said() == before
    with pytest.raises(NotHereError, match="guest"):
        await house.ask(MIA, text=WARRANTY)


class _Services:
    """What the buttons under an answer call."""

    def __init__(self, house: House) -> None:
        self.answers, self.documents, self.sharing = house.answers, house.documents, house.sharing


async def test_what_was_granted_to_a_channel_is_there_for_who_is_in_it(house: House) -> None:
    house.set("none")
    await house.grant(Grantee.CHANNEL, "C0GENERAL", ALL)

    assert "handbook" in (await house.alone(MIA)).buckets
    assert not (await house.alone(GUS)).buckets
    assert not (await house.alone(MIA, replace(GENERAL, channel=""))).buckets
    await house.joins(GUS)
    assert "handbook" in (await house.alone(GUS)).buckets


# ----------------------------------------------------------------------------------------- what was set for a channel
async def test_what_was_set_for_a_channel_holds_there_and_for_who_is_in_it(house: House) -> None:
    channels = Channels(house.database)
    await channels.set(
        TEAM,
        "C0GENERAL",
        buckets=("manual",),
        tone="Like a pirate.",
        model="mistralai/Mistral-Small-24B-Instruct",
    )
    house.rights.forget(TEAM)

    there = await house.ask(MIA)
    for_her = await house.ask(MIA, private=True)
    elsewhere = await house.ask(MIA, replace(GENERAL, channel=""), WARRANTY, private=True)
    gone = await house.rights.set_for(GENERAL, GUS, private=True)

    assert (there.buckets, for_her.buckets) == (["manual"], ["manual"])
    assert set(elsewhere.buckets or ()) == {"handbook", "manual"}
    assert gone.settings == {}
    asked = await house.material.query(await house.begun(MIA, text="How?"), await house.alone(MIA))
    assert (asked[0].tone, asked[0].model, asked[0].here) == (
        "Like a pirate.",
        "mistralai/Mistral-Small-24B-Instruct",
        ("manual",),
    )
