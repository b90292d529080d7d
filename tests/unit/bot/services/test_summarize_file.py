"""A file is summarized by Telnyx for those who may read its bucket; what can't be is said with a way on."""

from dataclasses import replace

import pytest

from bot.errors import RefusedError, UsageError
from bot.services.access import EVERYTHING, Right, Some
from bot.services.summarize_file import FileSummaries, takes
from tests.unit.bot.conftest import TelnyxHouse, without

HANDBOOK = replace(EVERYTHING, buckets=Some(frozenset({"handbook"})), named=Some(frozenset({"handbook"})))


@pytest.fixture
def files(telnyx: TelnyxHouse) -> FileSummaries:
    return FileSummaries(telnyx.client)


async def asked(telnyx: TelnyxHouse) -> list[dict[str, object]]:
    """What /ai/summarize was asked."""
    calls = (await telnyx.http.get(f"{telnyx.root}/telnyx/control/calls")).json()["calls"]
    return [call for call in calls if call["operation"] == "summarize"]


async def test_a_file_is_summarized_in_its_own_words(files: FileSummaries) -> None:
    summary = await files.file("handbook/leave.md", HANDBOOK, key="k")

    assert (summary.bucket, summary.filename, summary.heard) == ("handbook", "leave.md", False)
    assert "## In short" in summary.text
    assert "## Key points" in summary.text


async def test_the_same_work_again_is_done_and_paid_once(files: FileSummaries, telnyx: TelnyxHouse) -> None:
    first = await files.file("handbook/leave.md", HANDBOOK, key="k")
    telnyx.standin.library.seed(
        "handbook", "leave.md", b"There is no leave anymore in this company, says the board."
    )

    again = await files.file("handbook/leave.md", HANDBOOK, key="k")
    anew = await files.file("handbook/leave.md", HANDBOOK, key="another")

    assert again == first
    assert "says the board" in anew.text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("handbook/leaves.md", "Did you mean “leave.md”?"),
        ("handbook/LEAVE.MD", "Did you mean “leave.md”?"),
        ("handbook/zzz.pdf", "`/telnyx docs show handbook` lists its files"),
        ("handbok/leave.md", "Did you mean “handbook”?"),
        ("handbook/plan.docx", "Telnyx doesn't summarize .docx files. It takes csv, htm"),
    ],
)
async def test_what_is_not_there_is_said_with_what_there_is(
    given: str, said: str, files: FileSummaries
) -> None:
    with pytest.raises(UsageError) as caught:
        await files.file(given, HANDBOOK, key="k")

    assert said in caught.value.text


async def test_a_bucket_that_is_not_theirs_is_not_there(files: FileSummaries, telnyx: TelnyxHouse) -> None:
    with pytest.raises(UsageError) as caught:
        await files.file("manual/voicemail.md", HANDBOOK, key="k")

    assert "There's no embedded bucket “manual”" in caught.value.text
    assert caught.value.text.count("manual") == 1
    assert await asked(telnyx) == []


async def test_one_who_manages_a_bucket_and_may_not_read_it_reads_no_summary(files: FileSummaries) -> None:
    with pytest.raises(UsageError, match="no embedded bucket"):
        await files.file("manual/voicemail.md", replace(HANDBOOK, named=Some(everything=True)), key="k")


async def test_nothing_is_asked_for_those_who_may_read_no_documents(
    files: FileSummaries, telnyx: TelnyxHouse
) -> None:
    with pytest.raises(RefusedError):
        await files.file("handbook/leave.md", without(Right.DOCUMENTS), key="k")

    assert await asked(telnyx) == []


async def test_a_type_that_telnyx_does_not_take_is_said_before_anything_is_sent(
    files: FileSummaries, telnyx: TelnyxHouse
) -> None:
    with pytest.raises(UsageError):
        await files.file("handbook/plan.docx", HANDBOOK, key="k")

    assert (await telnyx.http.get(f"{telnyx.root}/telnyx/control/calls")).json()["calls"] == []


async def test_a_file_that_cannot_be_read_says_why(files: FileSummaries, telnyx: TelnyxHouse) -> None:
    telnyx.standin.library.seed_unreadable("handbook", "scan.pdf", "no text in it")

    with pytest.raises(UsageError, match=r"couldn't read “scan.pdf”: .*no text in it"):
        await files.file("handbook/scan.pdf", HANDBOOK, key="k")


def test_names_without_an_ending_are_tried() -> None:
    assert takes("README")
    assert takes("a/b/Call.MP3")
    assert not takes("plan.xlsx")
