"""Where a document is opened: its page, or an address made for the moment; only for those who may read it now."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import RefusedError, UsageError
from bot.services.access import EVERYTHING, NOTHING, Asker, Audience, Place, Some
from bot.services.answers import Answers
from bot.services.sources import GONE, NOT_READABLE, SECONDS, Address, Sources, stored_as, website
from bot.store.turns import Turn
from bot.telnyx import TelnyxServerError
from tests.unit.bot.conftest import TelnyxHouse, telnyx_house

HERE, ADA = Place("T0ACME", "C0GENERAL", ""), Asker("U0ADA", "T0ACME")


@pytest.fixture
async def house() -> AsyncIterator[TelnyxHouse]:
    async with telnyx_house() as made:
        yield made


def passage(**known: Any) -> dict[str, Any]:
    return {
        "n": 1,
        "bucket": "handbook",
        "document": "leave.md",
        "text": "27 days",
        "url": None,
        "cited": True,
    } | known


def only(*buckets: str) -> Audience:
    """Someone who may read these buckets."""
    return replace(EVERYTHING, buckets=Some.of(buckets), named=Some.of(buckets))


STORED = "https://us-east-1.telnyxcloudstorage.com/handbook"


@pytest.mark.parametrize(
    ("url", "document", "object_name", "page"),
    [
        (None, "leave.md", "leave.md", False),
        (f"{STORED}/leave.md", "leave.md", "leave.md", False),
        (f"{STORED}/2026/%C3%BC%20%3F.md", "ü ?.md", "2026/ü ?.md", False),
        (
            "https://handbook.eu-central-1.telnyxcloudstorage.com/2026/leave.md",
            "leave.md",
            "2026/leave.md",
            False,
        ),
        ("https://us-east-1.telnyxstorage.com/handbook/leave.md", "leave.md", "leave.md", False),
        ("http://127.0.0.1:3000/documents/handbook/a%20b/leave.md", "a b/leave.md", "a b/leave.md", False),
        (f"{STORED}/other.md", "leave.md", "leave.md", False),
        ("https://help.example.com/handbook/leave", "leave", "leave", True),
        ("https://telnyxcloudstorage.com.example/handbook/leave.md", "leave.md", "leave.md", True),
    ],
)
def test_an_object_is_named_as_search_says_and_a_page_is_opened_where_it_is(
    url: str | None, document: str, object_name: str, page: bool
) -> None:
    found = passage(url=url, document=document)

    assert (stored_as(found), website(found)) == (object_name, url if page else "")


class Kept:
    """One answer of Ada's, as the repositories give it."""

    def __init__(self, *passages: dict[str, Any]) -> None:
        self.passages = [*passages]

    async def get(self, _: str) -> Turn:
        """``Turns.get``."""
        known = {
            "id": "t",
            "team": HERE.team,
            "channel": HERE.channel,
            "user": ADA.user,
            "passages": self.passages,
        }
        return Turn(**dict.fromkeys(Turn.__slots__) | known)  # type: ignore[arg-type] # absent columns are NULL


async def find(
    house: TelnyxHouse, *passages: dict[str, Any], audience: Audience, number: int = 1
) -> tuple[dict[str, Any], Address]:
    """What *Open document* of one of these passages gives Ada."""
    kept: Any = Kept(*passages)
    return await Sources(house.client, Answers(kept, kept, kept)).find("t", number, audience, HERE, ADA)


async def test_the_address_of_a_stored_document_works_for_a_few_minutes(house: TelnyxHouse) -> None:
    found, address = await find(house, passage(), audience=only("handbook"))

    assert found == passage()
    assert "/handbook/leave.md?token=" in address.url
    assert 60 <= address.seconds == SECONDS <= 300
    assert address.url not in repr(address)


async def test_a_page_of_a_website_is_opened_there_without_asking_telnyx(house: TelnyxHouse) -> None:
    url = "https://help.example.com/leave"

    _, address = await find(house, passage(url=url), audience=only("handbook"))

    assert (address.url, address.seconds) == (url, 0)
    assert await calls(house) == []


@pytest.mark.parametrize("audience", [NOTHING, only("manual")])
@pytest.mark.parametrize("url", [None, "https://help.example.com/leave"])
async def test_whoever_may_not_read_it_is_refused_before_telnyx_is_asked(
    house: TelnyxHouse, audience: Audience, url: str | None
) -> None:
    with pytest.raises(RefusedError) as refused:
        await find(house, passage(url=url), audience=audience)

    assert "handbook" not in refused.value.text
    assert "leave" not in refused.value.text
    assert await calls(house) == []


@pytest.mark.parametrize("number", [1, 3])
async def test_one_that_may_not_be_read_and_one_that_is_not_there_are_refused_alike(
    house: TelnyxHouse, number: int
) -> None:
    with pytest.raises(RefusedError) as refused:
        await find(house, passage(), passage(n=2, bucket="manual"), audience=only("manual"), number=number)

    assert refused.value.text == NOT_READABLE
    assert await calls(house) == []


@pytest.mark.parametrize("document", ["nope.md", "..", ""])
async def test_what_is_no_longer_there_is_said_without_a_name(house: TelnyxHouse, document: str) -> None:
    with pytest.raises(UsageError) as told:
        await find(house, passage(document=document), audience=EVERYTHING)

    assert told.value.text == GONE


async def test_a_failure_of_telnyx_is_one_of_telnyx(house: TelnyxHouse) -> None:
    await house.fault(operation="storage.presigned", kind="status", status=500, count=0)

    with pytest.raises(TelnyxServerError):
        await find(house, passage(), audience=EVERYTHING)


async def calls(house: TelnyxHouse) -> list[str]:
    """What Telnyx was asked."""
    found = (await house.http.get(f"{house.root}/telnyx/control/calls")).json()["calls"]
    return [call["operation"] for call in found]
