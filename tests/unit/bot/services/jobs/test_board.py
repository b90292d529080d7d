"""What people find of jobs: what runs, what ended lately, and one of them; for those who may know of it, and for no one else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import RefusedError, SeveralError, UsageError
from bot.render.jobs import in_short, page
from bot.services.access import EVERYTHING, NOTHING, Asker, Audience, Place, Right, Some
from bot.services.jobs.board import LATELY, AsOf, Card, JobBoard
from bot.services.jobs.embeddings import EMBEDDINGS
from bot.store.database import Database
from bot.store.job_marks import Mark, Marks, What
from bot.store.jobs import Jobs
from bot.store.polls import Polls
from bot.telnyx import TelnyxUnreachableError
from sandbox.telnyx.clusters import ClusterBody
from sandbox.telnyx.stages import Lifecycle
from tests.unit.bot.conftest import TelnyxHouse, without
from tests.unit.bot.sightings import BEGAN, Account, sighting

HERE, ADA = Place("T", "C1", ""), Asker("U0ADA", "T")
MEMBER = replace(without(Right.ADMIN, Right.CALLS), buckets=Some.of(["mydocs"]), named=Some.of(["mydocs"]))
NO_ONE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def account(database: Database) -> Account:
    made = Account(database, embedding={}, **{"fine-tuning": {}}, call={"ends_only": True})
    made.kinds["call"] = replace(made.kinds["call"], right=Right.CALLS)
    made.watch = made.process()
    return made


@pytest.fixture
def board(account: Account, database: Database) -> JobBoard:
    return board_of(account, database, telnyx=None)


def board_of(
    account: Account, database: Database, telnyx: Any, clock: Callable[[], float] | None = None
) -> JobBoard:
    clock = clock or (lambda: account.now)
    return JobBoard(account.jobs, account.polls, Marks(database), telnyx, kinds=account.kinds, clock=clock)


def ids(cards: Any) -> list[list[str]]:
    """The jobs of each card."""
    return [[job.id for job in card.jobs] for card in cards]


async def test_what_runs_comes_first_then_what_ended_in_the_last_day_card_by_card(
    account: Account, board: JobBoard
) -> None:
    await account.see(*(sighting(name, "processing", bucket=name) for name in ("old", "new", "fresh")))
    await account.see(sighting("old", "success", bucket="old", ended=BEGAN + 60))
    account.now = BEGAN + 60 + LATELY + 1
    later = account.now - 300
    await account.see(
        sighting("new", "failure", bucket="new", ended=later),
        sighting("fresh", "processing", bucket="fresh"),
        sighting("one", "queued", bucket="mydocs", began=later),
        sighting("two", "processing", bucket="mydocs", began=later + 30),
        sighting("apart", "queued", bucket="mydocs", began=later + 90),
    )

    found = await board.lately(EVERYTHING)

    assert ids(found.cards) == [["apart"], ["one", "two"], ["fresh"], ["new"]]


async def test_a_job_that_someone_may_not_know_of_does_not_exist_for_them(
    account: Account, board: JobBoard
) -> None:
    await account.see(
        sighting("mine-0001", "processing", bucket="mydocs"),
        sighting("theirs-01", "processing", bucket="secrets"),
        sighting("no-bucket", "processing", title="secrets"),
        sighting("call-0001", "processing", kind="call", title="Secrets", detail={"assistant": "a1"}),
    )

    assert ids((await board.lately(MEMBER)).cards) == [["mine-0001"]]
    for given in ("theirs-01", "theirs-0", "secrets", "no-bucket", "call-0001", "secret"):
        with pytest.raises(UsageError) as refused:
            await board.find(given, MEMBER)
        assert refused.value.text == f"There's no job “{given}”. `/telnyx jobs` lists them."
    assert len((await board.lately(EVERYTHING)).cards) == 4


async def test_calls_are_for_those_who_may_see_those_of_their_assistant(
    account: Account, board: JobBoard
) -> None:
    await account.see(
        sighting("one", "processing", kind="call", detail={"assistant": "a1"}),
        sighting("two", "processing", kind="call", began=BEGAN - 900, detail={"assistant": "a2"}),
        sighting("mine", "processing", bucket="mydocs"),
    )
    hears: Audience = replace(without(Right.BUCKETS, Right.ADMIN), calls=Some.of(["a2"]))

    assert ids((await board.lately(hears)).cards) == [["two"]]
    assert (await board.find("two", hears)).id == "two"


async def test_a_job_is_found_by_its_id_the_beginning_of_it_and_its_title(
    account: Account, board: JobBoard
) -> None:
    await account.see(
        sighting("3fa85f64-5717", "processing", bucket="mydocs"), sighting("3fa85f99", "queued", bucket="b")
    )

    for given in ("3fa85f64-5717", "3fa85f64", "`3fa85f64`", "MyDocs", "“mydocs ”"):
        assert (await board.find(given, EVERYTHING)).id == "3fa85f64-5717"
    with pytest.raises(UsageError, match="Did you mean “mydocs”"):
        await board.find("mydoc", EVERYTHING)
    with pytest.raises(UsageError, match="There's no job"):
        await board.find("3fa85", EVERYTHING)


async def test_a_title_means_what_runs_else_what_ended_last_and_of_several_that_run_it_is_asked_which(
    account: Account, board: JobBoard
) -> None:
    await account.see(sighting("old", "processing", bucket="mydocs"))
    await account.see(sighting("old", "success", bucket="mydocs", ended=account.now))
    later = account.now
    await account.see(sighting("next", "processing", bucket="mydocs", began=later))
    running = await board.find("mydocs", EVERYTHING)
    await account.see(sighting("next", "failure", bucket="mydocs", began=later, ended=account.now))
    ended = await board.find("mydocs", EVERYTHING)
    await account.see(
        sighting("new-1", "queued", bucket="mydocs", began=account.now),
        sighting("tune-1", "queued", kind="fine-tuning", title="mydocs", bucket="mydocs", began=account.now),
    )

    with pytest.raises(SeveralError) as several:
        await board.find("mydocs", EVERYTHING)

    assert (running.id, ended.id) == ("next", "next")
    assert several.value.found == {"new-1": "Embedding · new-1", "tune-1": "Fine-tuning · tune-1"}


async def test_many_that_someone_may_not_know_of_do_not_hide_the_one_they_may(
    account: Account, board: JobBoard
) -> None:
    hidden = [sighting(f"mine-{n}", "processing", title="mydocs", bucket="secrets") for n in range(30)]
    await account.see(
        sighting("mydocs", "processing", title="theirs", bucket="secrets"),
        sighting("yours", "processing", bucket="mydocs"),
        *hidden,
    )

    for given in ("mydocs", "yours"):
        assert (await board.find(given, MEMBER)).id == "yours"


async def test_a_title_in_any_letters_is_found_long_after_its_job_ended(
    account: Account, board: JobBoard
) -> None:
    await account.see(sighting("a", "processing", bucket="Übergänge"))
    await account.see(sighting("a", "success", bucket="Übergänge", ended=account.now))
    account.now += 3 * LATELY

    assert (await board.find("übergÄNGE", EVERYTHING)).id == "a"


async def test_rights_are_looked_at_once_for_a_bucket_however_many_jobs_it_has(
    account: Account, board: JobBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = list[str]()
    among = Some.__contains__

    def counted(self: Some, name: object) -> bool:
        looked.append(str(name))
        return among(self, name)

    await account.see(*(sighting(f"{n}", "processing", bucket=f"b{n % 2}", began=BEGAN) for n in range(200)))
    monkeypatch.setattr(Some, "__contains__", counted)

    assert ids((await board.lately(MEMBER)).cards) == []
    assert sorted(looked) == ["b0", "b1"]


async def test_a_card_is_shown_whole_with_what_was_pressed_here_and_what_earlier_jobs_took(
    account: Account, board: JobBoard, database: Database
) -> None:
    await account.see(sighting("a", "processing", bucket="mydocs"), sighting("b", "queued", bucket="mydocs"))
    await account.see(
        sighting("a", "success", bucket="mydocs", ended=BEGAN + 40), sighting("b", "queued", bucket="mydocs")
    )
    card = (await board.find("b", EVERYTHING)).card
    marks = [Mark("embedding", card, where, What.MUTED, "U1", 1.0) for where in ("C1", "C2")]
    for mark in marks:
        await Marks(database).put(mark)

    account.now += 2 * LATELY
    shown = await board.card(await board.find("b", EVERYTHING), "C1", EVERYTHING)

    assert ids([shown]) == [["a", "b"]], "what ended long ago is on it, too"
    assert (shown.past, shown.marks) == ([40.0], (marks[0],))


async def test_home_shows_a_few_that_run_and_counts_the_others(account: Account, board: JobBoard) -> None:
    await account.see(
        *(sighting(f"{n}", "processing", bucket=f"b{n}") for n in range(4)),
        sighting("e", "success", bucket="e"),
    )

    found, more = await board.running(EVERYTHING, 3)

    assert (len(found.cards), more) == (3, 1)
    assert all(card.runs for card in found.cards)


async def test_it_says_how_new_what_is_known_is(
    account: Account, board: JobBoard, database: Database
) -> None:
    async def known(of: JobBoard) -> AsOf:
        return (await of.lately(EVERYTHING)).as_of

    never = await known(board)
    await account.see()
    after = await known(board)
    account.now += 3_600
    restarted = board_of(account, database, None)
    again = [await known(restarted)]
    await account.see()
    again.append(await known(restarted))
    account.shown["embedding"] = TelnyxUnreachableError("embeddings.tasks", reason="no answer")
    await account.look(3_600)

    assert (never, after) == (AsOf.NOT_YET, AsOf.NOW)
    assert again == [AsOf.NOT_YET, AsOf.NOW]
    assert await known(restarted) is AsOf.AWAY


async def test_whoever_may_see_nothing_is_refused(board: JobBoard) -> None:
    with pytest.raises(RefusedError):
        await board.lately(NOTHING)


async def test_who_started_a_job_is_on_its_card(account: Account, board: JobBoard) -> None:
    await board.started(account.kinds["embedding"], "a", ADA, HERE)
    await account.see(sighting("a", "processing", bucket="mydocs"))

    (start,) = await account.jobs.starts("embedding", ["a"])
    assert (await board.find("a", EVERYTHING)).starter == "U0ADA"
    assert (start.user, start.team, start.channel) == ("U0ADA", "T", "C1")


async def test_who_is_no_member_is_not_told_who_started_a_job_or_is_on_it(
    account: Account, board: JobBoard, database: Database
) -> None:
    await account.see(sighting("a", "processing"))
    await account.jobs.started("embedding", "a", team="T", user="U0ADA", channel="C1", at=BEGAN)
    await Marks(database).put(Mark("embedding", "a", "", What.ON_IT, "U0BEN", BEGAN))
    said = {}
    for member in (True, False):
        (card,) = (await board.lately(replace(EVERYTHING, member=member))).cards
        said[member] = f"{in_short(card)} {page(card)}"

    assert [who in said[True] for who in ("U0ADA", "U0BEN")] == [True, True]
    assert [who in said[False] for who in ("U0ADA", "U0BEN")] == [False, False]


# ------------------------------------------------------------------------------ what no one has seen so far
@pytest.fixture
def unseen(telnyx: TelnyxHouse, database: Database) -> JobBoard:
    """Of the stand-in, at which no watcher has looked."""
    return JobBoard(Jobs(database), Polls(database), Marks(database), telnyx.client)


async def test_a_job_that_was_just_started_is_asked_for_once(telnyx: TelnyxHouse, unseen: JobBoard) -> None:
    task = await telnyx.client.embeddings.create("handbook", idempotency_key="k" * 32)
    clusters = await telnyx.client.clusters.create("manual")
    await unseen.started(EMBEDDINGS, task.task_id, ADA, HERE)

    job = await unseen.find(task.task_id, EVERYTHING)
    card = await unseen.card(job, "C1", EVERYTHING)

    assert (job.kind, job.title, job.starter) == ("embedding", "handbook", "U0ADA")
    assert ids([card]) == [[task.task_id]]
    assert await telnyx.calls("embeddings.tasks") == 1
    assert (await unseen.find(clusters, EVERYTHING)).kind == "clusters"


async def test_one_between_two_pages_and_one_whose_id_is_a_name_are_found_by_it(
    telnyx: TelnyxHouse, unseen: JobBoard
) -> None:
    standin = telnyx.standin
    for _ in range(100):
        standin.clusters.start(ClusterBody(bucket="old"))
    between = standin.clusters.start(ClusterBody(bucket="manual")).task_id
    for _ in range(299):
        standin.clusters.start(ClusterBody(bucket="old"))
    trained = next(iter(standin.fine_tuning.jobs.values()))
    trained.job_id = "support-model"
    standin.fine_tuning.jobs = {trained.job_id: trained}

    assert (await unseen.find(between, EVERYTHING)).id == between
    assert (await unseen.find("support-model", EVERYTHING)).kind == "fine-tuning"


async def test_what_telnyx_does_not_know_or_someone_may_not_is_no_job(
    telnyx: TelnyxHouse, unseen: JobBoard
) -> None:
    task = await telnyx.client.embeddings.create("handbook", idempotency_key="k" * 32)

    for given, audience in ((NO_ONE, EVERYTHING), (task.task_id, MEMBER)):
        with pytest.raises(UsageError, match="There's no job"):
            await unseen.find(given, audience)
    before = await telnyx.calls("embeddings.tasks")
    with pytest.raises(UsageError):
        await unseen.find(task.task_id[:8], EVERYTHING)
    assert await telnyx.calls("embeddings.tasks") == before, "only a whole id is asked for"


@pytest.mark.parametrize(
    ("status", "file", "expected"),
    [
        ("processing", None, ("mydocs", set())),
        ("failure", "a.md", ("mydocs", {"a.md"})),
        ("success", None, (None, set())),
    ],
)
async def test_where_files_may_have_failed_they_can_be_looked_for(
    account: Account, board: JobBoard, status: str, file: str | None, expected: tuple[str | None, set[str]]
) -> None:
    await account.see(sighting("a", "processing", bucket="mydocs"))
    await account.see(sighting("a", status, bucket="mydocs", detail={"file": file}, ended=BEGAN))

    found = await board.card(await board.find("a", EVERYTHING), "C1", EVERYTHING)
    card = Card(EMBEDDINGS, found.jobs, 0.0)

    assert (card.bucket, {*card.files}) == expected


# ------------------------------------------------------------------------------------ Telnyx's list of tasks
def seed(telnyx: TelnyxHouse, bucket: str, status: str, days: float = 0) -> str:
    began = telnyx.standin.clock.now() - timedelta(days=days)
    course = Lifecycle(began, ((status, 0.0),), frozenset({"success"}))
    return telnyx.standin.library.seed_task(bucket, course).task_id


async def test_of_embedding_tasks_those_that_go_on_come_first_then_what_ended_in_the_last_week(
    telnyx: TelnyxHouse, unseen: JobBoard
) -> None:
    telnyx.standin.library.tasks.clear()
    old, ended, latest = (seed(telnyx, "mydocs", "success", days) for days in (8, 6, 1))
    running, other, no_one = (seed(telnyx, name, "processing", 30) for name in ("mydocs", "manual", ""))

    async def listed(*statuses: str, audience: Audience = MEMBER) -> list[str]:
        return [job for card in ids(await unseen.embeddings(statuses, audience)) for job in card]

    assert await listed() == [running, latest, ended]
    assert await listed("success") == [latest, ended, old]
    assert {*await listed("processing", audience=EVERYTHING)} == {running, other, no_one}
