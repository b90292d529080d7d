"""The list of jobs, a job that is looked up, and the files of one that failed, as people see them."""

from typing import Any

import pytest

from bot.render import jobs
from bot.render.blocks import Message
from bot.render.job_intents import FailedFiles, Jobs
from bot.services.jobs.board import AsOf, Board, Card
from bot.services.jobs.kinds import KINDS
from bot.store.job_marks import Mark, What
from bot.store.jobs import Job
from bot.telnyx import BucketFile
from sandbox.slack.blocks import check_blocks

NOW = 1_700_000_000.0


def card(*statuses: str, kind: str = "embedding", marks: tuple[Mark, ...] = (), **more: Any) -> Card:
    """Jobs that began together, one in each state."""
    made = [
        Job(
            kind,
            f"job-{n}",
            "mydocs",
            status,
            "job-0",
            finished=status not in ("queued", "processing"),
            **{"bucket": "mydocs"} | more,
        )
        for n, status in enumerate(statuses)
    ]
    return Card(KINDS[kind], made, NOW, marks=marks)


def taken(message: Message) -> Message:
    """A message that Slack takes."""
    assert check_blocks(message.blocks, "message").problems == []
    return message


def offers(message: Message) -> list[str]:
    """The labels of its buttons, those of the … menus in brackets."""
    elements = [e for b in message.blocks for e in (*b.get("elements", ()), b.get("accessory", {}))]
    return [
        label
        for e in elements
        for label in (
            [e["text"]["text"]]
            if e.get("type") == "button"
            else [f"({one['text']['text']})" for one in e.get("options", ())]
        )
    ]


def test_each_card_is_a_row_with_its_actions_and_what_runs_can_be_quieted() -> None:
    cards = [
        card("processing", began=NOW - 90, starter="U0ADA", done=3, total=10),
        card("failure", "success"),
        card("success"),
    ]

    shown = taken(jobs.listing(Board(cards)).page(Jobs()))

    texts = [b["text"]["text"] for b in shown.blocks if b["type"] == "section"]
    assert texts[0].startswith(
        ":gear: *Embedding of mydocs*: processing\n▰▰▰▱▱▱▱▱▱▱ 3 of 10 files · began <!date^1699999910^"
    )
    assert texts[0].endswith("started by <@U0ADA>")
    assert texts[1].startswith(":warning: *Embedding of mydocs*: 1 of 2 ")
    assert offers(shown) == [
        *("Show", "(I'm on it)", "(Snooze an hour)", "(Mute this job)"),
        *("Show", "(Show failed files)", "(Embed again)", "(I'm on it)"),
        "Show",
    ]


def test_of_many_cards_a_page_is_shown_and_the_others_are_counted() -> None:
    board = Board([card("processing")] * 10, more=9_990)

    shown = taken(jobs.listing(board).page(Jobs(page=2)))

    assert shown.text == "Jobs (11 to 20 of 10000)"
    assert offers(shown)[-2:] == ["Previous", "Next"]


@pytest.mark.parametrize("known", [AsOf.NOT_YET, AsOf.AWAY])
def test_what_may_be_out_of_date_says_so_with_rows_and_without(known: AsOf) -> None:
    cards = [card("processing")]

    for board in (Board(cards, known), Board((), known)):
        page = jobs.listing(board).page(Jobs())
        assert jobs.STALE[known] in f"{page.text} {page.blocks}"


def test_a_job_that_runs_can_be_looked_up_anew_where_it_stands_and_one_that_ended_cannot() -> None:
    snoozed = (Mark("embedding", "job-0", "C1", What.SNOOZED, "U1", NOW, NOW + 60),)

    runs, ended = (
        taken(jobs.page(card("processing", marks=snoozed))),
        taken(jobs.page(card("success"))),
    )

    assert offers(runs) == ["Refresh", "I'm on it", "Wake", "Mute this job"]
    assert "Snoozed until" in str(runs.blocks)
    assert offers(ended) == []


@pytest.mark.parametrize(("name", "expected"), [(None, ["a.md", "b.md"]), ("b.md", ["b.md"])])
def test_of_a_job_for_one_file_that_alone_is_listed(name: str | None, expected: list[str]) -> None:
    files = [
        BucketFile(filename=f"{n}.md", status=s, error_reason=e)
        for n, s, e in (("a", "failure", "too large"), ("b", "failure", None), ("c", "success", None))
    ]

    shown = taken(
        jobs.failed_files(card("failure", detail={"file": name}), files).page(FailedFiles(job="job-0"))
    )

    rows = [b["text"]["text"] for b in shown.blocks if b["type"] == "section"]
    assert [row.split("`")[1] for row in rows] == expected
    assert ("too large" in rows[0]) is (name is None)
    assert offers(shown) == ["Embed again", "Show files"]


@pytest.mark.parametrize(
    ("kind", "status"), [("embedding", "success"), ("embedding", "failure"), ("fine-tuning", "failed")]
)
def test_where_no_file_failed_it_says_so_and_what_helps(kind: str, status: str) -> None:
    shown = jobs.failed_files(card(status, kind=kind), []).page(FailedFiles(job="job-0"))

    helps = KINDS[kind].next_step in shown.text
    assert shown.text.startswith(jobs.NONE_FAILED)
    assert helps is (kind == "fine-tuning")
