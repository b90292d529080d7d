"""Files in the order of what needs a look, tasks as people look them up, and for whom."""

from dataclasses import replace
from typing import Any

import pytest

from bot.errors import RefusedError, UsageError
from bot.services.access import EVERYTHING, Audience, Right, Some
from bot.services.documents import Chunks, Documents
from bot.telnyx import TelnyxInvalidError
from tests.unit.bot.conftest import TelnyxHouse, without

PAGE = "https://help.example.com/visitors"


@pytest.fixture
def documents(telnyx: TelnyxHouse) -> Documents:
    return Documents(telnyx.client)


@pytest.fixture
def member() -> Audience:
    """Who may see the handbook alone, and change nothing."""
    some = Some.of(("handbook",))
    return replace(without(Right.ADMIN), buckets=some, named=some)


async def sent(telnyx: TelnyxHouse, operation: str) -> list[dict[str, Any]]:
    """What Telnyx was told by the calls of an operation."""
    calls = (await telnyx.http.get(f"{telnyx.root}/telnyx/control/calls")).json()["calls"]
    return [call for call in calls if call["operation"] == operation]


# -------------------------------------------------------------------------------------------- files and embedding
async def test_files_that_failed_come_first_then_those_that_wait(
    telnyx: TelnyxHouse, documents: Documents
) -> None:
    library = telnyx.standin.library
    library.seed("mixed", "b.md", b"# B")
    library.seed("mixed", "a.md", b"# A")
    library.add("mixed", "z.md", b"# Z")
    library.seed_unreadable("mixed", "y.md", "couldn't be read")

    names = [file.filename for file in await documents.files("mixed", EVERYTHING)]

    assert names == ["y.md", "z.md", "a.md", "b.md"]


async def test_a_page_and_those_below_it_are_added_once(telnyx: TelnyxHouse, documents: Documents) -> None:
    first = await documents.add_url("handbook", "https://help.example.com/", EVERYTHING, key="1")
    again = await documents.add_url("handbook", "https://help.example.com/", EVERYTHING, key="1")

    assert again.task_id == first.task_id
    names = {name for name in telnyx.standin.library.buckets["handbook"].documents if "example" in name}
    assert names == {f"help.example.com{page}.html" for page in ("", "/visitors", "/deliveries")}


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_a_bucket_that_is_not_embedded_is_named_whatever_telnyx_answers(
    telnyx: TelnyxHouse, documents: Documents, status: int
) -> None:
    await telnyx.fault(operation="embeddings.url", kind="status", status=status)

    with pytest.raises(UsageError, match="Did you mean “handbook”"):
        await documents.add_url("handbok", PAGE, EVERYTHING, key="1")


async def test_a_page_that_telnyx_cannot_read_is_its_own_complaint(documents: Documents) -> None:
    with pytest.raises(TelnyxInvalidError):
        await documents.add_url("handbook", "https://elsewhere.example/", EVERYTHING, key="1")


async def test_a_disabled_bucket_can_be_embedded_again(telnyx: TelnyxHouse, documents: Documents) -> None:
    await documents.disable("handbook", EVERYTHING, again=False)
    gone = await documents.buckets(EVERYTHING)

    await documents.embed("handbook", Chunks(), EVERYTHING, key="1")

    assert "handbook" not in gone
    assert "handbook" in await documents.buckets(EVERYTHING)
    telnyx.standin.clock.advance(60)
    assert await telnyx.client.embeddings.search("handbook", "annual leave")


async def test_whoever_may_change_nothing_starts_nothing(
    telnyx: TelnyxHouse, documents: Documents, member: Audience
) -> None:
    with pytest.raises(RefusedError):
        await documents.embed("handbook", Chunks(), member, key="1")
    with pytest.raises(RefusedError):
        await documents.add_url("handbook", PAGE, member, key="1")

    assert await sent(telnyx, "embeddings.url") == []
    assert await sent(telnyx, "embeddings.embed") == []


async def test_a_bare_list_asks_telnyx_once_however_many_buckets_there_are(
    telnyx: TelnyxHouse, documents: Documents
) -> None:
    for number in range(200):
        telnyx.standin.library.seed(f"bucket-{number:03}", "a.md", b"# A")

    names = await documents.buckets(EVERYTHING)

    assert len(names) == 202
    assert len((await telnyx.http.get(f"{telnyx.root}/telnyx/control/calls")).json()["calls"]) == 1
