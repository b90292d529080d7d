"""What a workspace refuses is not tried again for a day; what was wrong with one message says nothing of the next."""

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
import structlog

from bot.render.blocks import Block, Message, context, header, section
from bot.render.intent import Paged
from bot.render.newer import chart, container, data_table
from bot.render.newer import table as plain_table
from bot.render.outcomes import Table
from bot.slack.api import SlackApi
from bot.slack.ladder import AGAIN_SECONDS, LOOK_SECONDS, Ladder, Refusal
from bot.slack.writing.posts import Posts
from bot.slack.writing.private_reply import respond
from bot.store.database import Database
from bot.store.refused_blocks import RefusedBlocks
from tests.unit.bot.conftest import Clock
from tests.unit.bot.slack.conftest import SlackHouse

CHART = chart("Moods", "bar", ["happy"], {"calls": [3]})
TABLE = Table("Moods", ["Mood", "Calls"], [["happy", "3"]], "None.").page(Paged())
CHARTED = Table("Moods", ["Mood", "Calls"], [["happy", "3"]], "None.", chart=CHART).page(Paged())
FOLDED = Message("x", [container("Passages", [section("a")])], Message("x", [section("a")]))


def types(blocks: list[Block]) -> list[str]:
    return [block["type"] for block in blocks]


def tried(ladder: Ladder, message: Message) -> list[list[str]]:
    return [types(blocks) for blocks in ladder.rungs(message, [])]


def unknown(blocks: list[Block], *kinds: str) -> Refusal:
    """Slack's no as it says it."""
    said = "\n".join(f"[ERROR] unsupported type: {kind} [json-pointer:/blocks/0/type]" for kind in kinds)
    return Refusal(blocks, "invalid_blocks", said)


@pytest.fixture
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


def events(logged: list[MutableMapping[str, Any]]) -> list[tuple[str, str | None]]:
    return [(line["event"], line.get("block")) for line in logged]


# ------------------------------------------------------------------------------------------------ one message
def test_a_table_with_a_chart_goes_down_by_what_is_newest() -> None:
    assert tried(Ladder(), CHARTED) == [
        ["data_visualization", "data_table", "context"],
        ["header", "data_visualization", "table", "context"],
        ["data_table", "context"],
        ["header", "table", "context"],
        ["header", "section", "context"],
        [],
    ]


@pytest.mark.parametrize(
    ("refused", "instead"),
    [
        ({"data_visualization"}, ["data_table", "context"]),
        ({"data_table"}, ["header", "data_visualization", "table", "context"]),
        ({"data_table", "data_visualization"}, ["header", "table", "context"]),
        ({"data_table", "table"}, ["header", "section", "context"]),
    ],
)
async def test_each_refused_kind_is_named_once_and_then_left_out(
    slack: SlackHouse, refused: set[str], instead: list[str]
) -> None:
    posts = Posts(slack.api)
    await slack.mia.post("blocks", refused=sorted(refused))

    first = await posts.post("C0JOBS", CHARTED, key="a")
    calls = await slack.calls("chat.postMessage")
    second = await posts.post("C0JOBS", CHARTED, key="b")

    shown = {m["ts"]: types(m["blocks"]) for m in await slack.mia.messages("C0JOBS")}
    assert shown == {first: instead, second: instead}
    assert calls <= 1 + len(refused)
    assert await slack.calls("chat.postMessage") == calls + 1


@pytest.mark.parametrize(
    ("kind", "times"), [("table", 3), ("data_table", 2), ("container", 2), ("data_visualization", 3)]
)
async def test_beside_a_command_slack_names_no_kind_and_it_is_learned_all_the_same(
    slack: SlackHouse, kind: str, times: int
) -> None:
    message = {"container": FOLDED, "data_visualization": CHARTED}.get(kind, TABLE)
    refused = ["data_table", "table"] if kind == "table" else [kind]
    await slack.mia.post("blocks", refused=refused)

    async def say() -> None:
        made = slack.standin.workspace.response_urls.new("C0SUPPORT", "U0MIA")
        url = f"{slack.standin.root}/response/{made.token}"
        assert await respond(slack.api, slack.http, url, message, replace=False)

    await say()
    calls = await slack.calls("response_url")
    await say()

    assert calls == times
    assert await slack.calls("response_url") == calls + 1


# ---------------------------------------------------------------------------------------------- what is learned
def test_a_kind_that_slack_names_is_left_out_for_a_day_and_tried_again(clock: Clock) -> None:
    ladder = Ladder(clock)
    ladder.heard(TABLE.rungs[1], [unknown(TABLE.rungs[0], "data_table")])

    assert tried(ladder, TABLE)[0] == ["header", "table", "context"]
    clock.now += AGAIN_SECONDS - 1
    assert tried(ladder, TABLE)[0] == ["header", "table", "context"]
    clock.now += 2
    assert tried(ladder, TABLE)[0] == ["data_table", "context"]


def test_it_is_told_once_that_a_kind_is_refused_and_once_that_it_is_taken(
    clock: Clock, logged: list[MutableMapping[str, Any]]
) -> None:
    ladder = Ladder(clock)
    for _ in range(2):
        ladder.heard(TABLE.rungs[1], [unknown(TABLE.rungs[0], "data_table")])
        clock.now += AGAIN_SECONDS + 1
    for _ in range(2):
        ladder.heard(TABLE.rungs[0], [])

    assert events(logged) == [("block_not_taken", "data_table"), ("block_taken_again", "data_table")]
    assert tried(ladder, TABLE)[0] == ["data_table", "context"]


BROKEN = [data_table("x", ["a"], [["b"]]), context("x" * 10)]


@pytest.mark.parametrize(
    ("refusal", "taken"),
    [
        (Refusal(BROKEN, "invalid_blocks", "must be less than 4 characters [json-pointer:/blocks/1]"), []),
        (Refusal(BROKEN, "invalid_blocks", "invalid additional property: x [json-pointer:/blocks/0]"), [BROKEN[1]]),
        (unknown(BROKEN, "hologram"), [BROKEN[1]]),
        (Refusal(BROKEN, "invalid_blocks"), [section("something else")]),
        (Refusal(BROKEN, "msg_blocks_too_long"), [BROKEN[1]]),
        (Refusal([context("x")], "invalid_blocks"), []),
    ],
)  # fmt: skip
def test_another_cause_leaves_the_kinds_as_they_are(
    refusal: Refusal, taken: list[Block], logged: list[MutableMapping[str, Any]]
) -> None:
    ladder = Ladder()

    ladder.heard(taken, [refusal])

    assert tried(ladder, TABLE)[0] == ["data_table", "context"]
    assert events(logged) == [("blocks_refused", None)]


async def test_a_field_that_slack_refuses_costs_this_message_its_table_and_no_other(
    slack: SlackHouse,
) -> None:
    broken = data_table("x", ["a"], [["b"]]) | {"page_size": 1000}
    posts = Posts(slack.api)

    first = await posts.post("C0JOBS", Message("x", [broken], Message("x", [section("b")])), key="a")
    second = await posts.post("C0JOBS", TABLE, key="b")

    shown = {m["ts"]: types(m["blocks"])[0] for m in await slack.mia.messages("C0JOBS")}
    assert shown == {first: "section", second: "data_table"}


def test_where_slack_names_nothing_the_kind_that_makes_the_difference_is_meant() -> None:
    ladder = Ladder()
    refused = [Refusal(blocks, "invalid_blocks") for blocks in CHARTED.rungs[:2]]

    ladder.heard(CHARTED.rungs[2], refused)

    assert tried(ladder, CHARTED)[0] == ["data_table", "context"]
    assert [header("Moods"), plain_table(["Mood", "Calls"], [["happy", "3"]])] == CHARTED.rungs[3][:2]
    assert tried(ladder, FOLDED) == [["container"], ["section"], []]


def test_what_stands_in_a_container_may_be_what_is_refused() -> None:
    inside = Message("x", [container("x", [plain_table(["a"], [["b"]])])], FOLDED)
    ladder = Ladder()

    ladder.heard(FOLDED.blocks, [unknown(inside.blocks, "table")])

    assert tried(ladder, inside) == [["container"], ["section"], []]
    assert tried(ladder, FOLDED)[0] == ["container"]


# ------------------------------------------------------------------------------------------------- what is kept
class Process:
    """One process of the bot."""

    def __init__(self, database: Database, clock: Clock, team: str = "T0ACME") -> None:
        self.steady = Clock(0.0)
        self.ladder = Ladder(clock, self.steady)
        self.kept = RefusedBlocks(database)
        self.ladder.team = team

    async def tick(self) -> "Process":
        self.steady.now += LOOK_SECONDS
        await self.ladder.keep(self.kept)
        return self

    def refused(self) -> bool:
        return tried(self.ladder, TABLE)[0] != ["data_table", "context"]

    def learn(self) -> None:
        self.ladder.heard(TABLE.rungs[1], [unknown(TABLE.rungs[0], "data_table")])


async def test_a_restart_and_other_replicas_know_it(database: Database, clock: Clock) -> None:
    first, other = await Process(database, clock).tick(), await Process(database, clock).tick()
    first.learn()
    assert not other.refused()

    await first.tick()
    await other.tick()
    restarted = await Process(database, clock, team="").tick()

    assert (first.refused(), other.refused(), restarted.refused()) == (True, True, True)
    clock.now += AGAIN_SECONDS + 1
    other.ladder.heard(TABLE.rungs[0], [])
    await other.tick()
    await first.tick()
    assert dict(await first.kept.all()) == {}
    assert not first.refused()


async def test_another_workspace_is_asked_for_itself(database: Database, clock: Clock) -> None:
    ours, theirs = Process(database, clock), Process(database, clock, "T0OTHER")
    ours.learn()
    await ours.tick()
    await theirs.tick()

    assert (ours.refused(), theirs.refused()) == (True, False)
    theirs.learn()
    await theirs.tick()
    assert {team for team, _ in await theirs.kept.all()} == {"T0ACME", "T0OTHER"}


async def test_what_is_learned_before_slack_has_said_who_we_are_is_written_down_then(
    database: Database, clock: Clock
) -> None:
    early = await Process(database, clock, team="").tick()
    early.learn()
    await early.tick()
    assert dict(await early.kept.all()) == {}
    assert early.refused()

    early.ladder.team = "T0ACME"
    await early.tick()

    assert dict(await early.kept.all()) == {("T0ACME", "data_table"): clock.now}
    assert early.refused()


async def test_a_database_that_is_away_loses_nothing_of_it(database: Database, clock: Clock) -> None:
    process = await Process(database, clock).tick()
    process.learn()

    class Away(RefusedBlocks):
        async def note(self, *_: object) -> None:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        await process.ladder.keep(Away(database))
    assert process.refused()
    await process.tick()

    assert ("T0ACME", "data_table") in await process.kept.all()


def test_a_clock_that_was_a_year_ahead_does_not_keep_a_kind_away_for_a_year(clock: Clock) -> None:
    ladder = Ladder(clock)
    clock.now += 365 * AGAIN_SECONDS
    ladder.heard(TABLE.rungs[1], [unknown(TABLE.rungs[0], "data_table")])
    clock.now -= 365 * AGAIN_SECONDS

    assert tried(ladder, TABLE)[0] == ["data_table", "context"]


def test_each_workspace_has_its_own(slack: SlackHouse) -> None:
    other = SlackApi(slack.api.client, slack.api.limits)
    slack.api.ladder.heard(TABLE.rungs[1], [unknown(TABLE.rungs[0], "data_table")])

    assert tried(slack.api.ladder, TABLE) != tried(other.ladder, TABLE)
