"""Buckets, their files, and the tasks that embed them, as they are shown."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from bot.render import docs, jobs
from bot.render.blocks import Message
from bot.telnyx import BucketFile
from sandbox.slack.blocks import check_blocks
from tests.journeys.screen import buttons, words

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
WHEN = f"<!date^{int(NOON.timestamp())}^{{date_short_pretty}} at {{time}}|2026-11-26 12:00 UTC>"


def file(name: str = "a.md", status: str = "success", **more: Any) -> BucketFile:
    return BucketFile(filename=name, status=status, **more)


def page(found: list[BucketFile], number: int = 1, *, may_change: bool = False) -> Message:
    wanted = docs.ShowDocs(bucket="handbook", page=number)
    return docs.files(wanted, found, may_change=may_change).page(wanted)


def read(message: Message) -> str:
    assert check_blocks(message.blocks, "message").problems == []
    return words({"blocks": message.blocks, "text": message.text})


def test_the_first_line_counts_what_became_of_the_files() -> None:
    found = [file(str(n)) for n in range(1_238)] + [file("x", "failure", error_reason="too large")] * 3

    assert "*1,241 files: 1,238 embedded, 3 failed*" in read(page(found))
    assert "*1 file: 1 waiting*" in read(page([file(status="queued")]))


def test_what_failed_has_its_reason_and_what_to_do() -> None:
    shown = read(page([file("scan.pdf", "failure", error_reason="damaged <PDF>"), file("b.pdf", "failed")]))

    assert ":x: `scan.pdf` · failed\n_damaged &lt;PDF&gt;_" in shown
    assert ":x: `b.pdf` · failed\n_Telnyx didn’t say why." in shown
    assert "Save a failed file as PDF" in shown
    assert "Save" not in read(page([file()]))


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (file(last_embedded_at=NOON), f"embedded {WHEN}"),
        (file(), "embedded"),
        (file(status="partial_success"), "partly embedded"),
        (file(status="queued"), "waiting"),
        (file(status="processing"), "being embedded"),
        (file(status="processing", last_embedded_at=NOON), f"being embedded · last embedded {WHEN}"),
        (file(status="in review"), "waiting (in review)"),
        (file(status="in review", last_embedded_at=NOON), f"embedded {WHEN}"),
    ],
)
def test_the_state_of_a_file_is_said_in_words(one: BucketFile, said: str) -> None:
    assert f"`a.md` · {said}\n" in read(page([one]))


def test_those_who_may_read_files_can_have_each_that_telnyx_takes_summarized() -> None:
    wanted = docs.ShowDocs(bucket="handbook")
    found = [file("a b.md"), file("plan.docx"), file("scan.pdf", "failure", error_reason="too large")]

    def values(*, may_read: bool) -> list[str]:
        blocks = docs.files(wanted, found, may_change=False, may_read=may_read).page(wanted).blocks
        return [block["accessory"]["value"] for block in blocks if "accessory" in block]

    assert values(may_read=True) == ['{"what":"handbook/a b.md"}']
    assert values(may_read=False) == []


def test_ten_thousand_files_have_a_thousand_pages_and_only_one_is_made() -> None:
    class Counted(BucketFile):
        """Notes that it was drawn: nothing else asks for its name."""

        def __getattribute__(self, name: str) -> Any:
            if name == "filename":
                drawn.append(1)
            return super().__getattribute__(name)

    drawn: list[int] = []
    found: list[BucketFile] = [Counted(filename=f"{n:05}.md", status="success") for n in range(10_000)]
    drawn.clear()

    last = page(found, 1_000)

    assert len(drawn) == 10
    assert "9991 to 10000 of 10000" in last.text
    assert "`09999.md`" in read(last)
    assert page(found[:15], 9).text.endswith("(11 to 15 of 15)"), "a page that is gone is the last"


def test_whoever_may_change_it_can_embed_again_and_add_a_link() -> None:
    def labels(message: Message) -> list[str]:
        return buttons({"blocks": message.blocks})

    assert labels(page([file()], may_change=True)) == ["Embed again", "Add a link"]
    assert labels(page([file()])) == []


def test_two_hundred_buckets_are_twenty_pages() -> None:
    listing = docs.buckets([f"bucket-{n:03}" for n in range(200)], may_change=True)

    shown = listing.page(docs.Docs(page=20))

    assert "`bucket-199`" in read(shown)
    assert shown.text == "Documents (191 to 200 of 200)"


# -------------------------------------------------------------------------------------------------- embedding
@pytest.mark.parametrize(
    ("given", "most"),
    [
        ({"chunk_size": 512, "overlap": 512}, 511),
        ({"chunk_size": 100, "overlap": 600}, 99),
        ({"overlap": 1_024}, 1_023),
    ],
)
def test_an_overlap_that_is_no_smaller_than_the_passage_is_refused_at_its_field(
    given: dict[str, int], most: int
) -> None:
    with pytest.raises(ValidationError) as caught:
        docs.Embed.model_validate({"bucket": "b", **given})

    (problem,) = caught.value.errors()
    assert problem["loc"] == ("overlap",)
    assert f"at most {most:,}." in problem["msg"]


@pytest.mark.parametrize(
    ("given", "overlap"),
    [
        ({"chunk_size": 512, "overlap": 511}, 511),
        ({"overlap": 0}, 0),
        ({}, None),
        ({"chunk_size": 513}, None),
        ({"chunk_size": 512}, 256),
        ({"chunk_size": 1}, 0),
    ],
)
def test_a_smaller_overlap_is_taken_and_half_where_telnyxs_own_would_be_too_large(
    given: dict[str, int], overlap: int | None
) -> None:
    assert docs.Embed.model_validate({"bucket": "b", **given}).overlap == overlap


@pytest.mark.parametrize("typed", ["queued, processing", ("queued,processing",), ["queued", "processing"]])
def test_statuses_may_be_repeated_or_joined_by_commas(typed: object) -> None:
    assert jobs.Tasks.model_validate({"status": typed}).status == ("queued", "processing")


@pytest.mark.parametrize("typed", ["done", ("queued", "done"), 7, ["queued"] * 6])
def test_another_status_is_refused(typed: object) -> None:
    with pytest.raises(ValidationError):
        jobs.Tasks.model_validate({"status": typed})


@pytest.mark.parametrize(
    ("channel", "here", "told"),
    [
        ("C1", "C2", "I'll show its progress in <#C1> and in our direct messages."),
        ("C1", "C1", "I'll show its progress in <#C1>."),
        (None, "C1", "I'll show its progress in our direct messages."),
    ],
)
def test_what_was_started_says_where_its_progress_is(channel: str | None, here: str, told: str) -> None:
    shown = jobs.started("embedding `handbook`", "handbook", "3fa85f64", jobs.shown_in(channel, here))

    assert shown.text == f"I've started embedding `handbook`. {told}"
    assert buttons({"blocks": shown.blocks}) == ["Show files", "Show job"]
