"""Files beside a question: what is read of which kind, and what isn't even downloaded."""

import base64
from typing import Any

import pytest

from bot.slack.reading.attached import BLIND, DAMAGED, EMPTY, OTHER, SCANNED, SOUND, Attached, Attachments
from bot.slack.reading.downloads import Downloads
from handlers.manifest import manifest
from tests.pdfs import pdf
from tests.unit.bot.slack.conftest import SlackHouse

PNG = b"\x89PNG\r\n\x1a\n and the rest of it"


class Shared:
    """Files of Mia's in a channel that the bot is in."""

    def __init__(self, slack: SlackHouse) -> None:
        app = manifest()
        app["oauth_config"]["scopes"]["bot"] += ["files:read"]
        slack.standin.install(app)
        self.slack = slack
        self.attachments = Attachments(Downloads(slack.api, slack.http))

    async def read(self, name: str, content: bytes, *, sees: bool = False) -> Attached:
        made: dict[str, Any] = await self.slack.mia.upload("#support", name, content)
        return await self.attachments.read(str(made["file"]), name, sees=sees)

    async def large(self, name: str, size: int) -> Attached:
        made = await self.slack.mia.records("#support", name, size)
        return await self.attachments.read(str(made["file"]), name, sees=True)


@pytest.fixture
def shared(slack: SlackHouse) -> Shared:
    return Shared(slack)


async def test_text_is_read_whole_whatever_it_is_written_in(shared: Shared) -> None:
    long = "\n".join(f"line {number}" for number in range(20_000))

    assert (await shared.read("log.txt", long.encode())).text == long
    assert (await shared.read("a.txt", "Grüße".encode("utf-16"))).text == "Grüße"
    assert (await shared.read("b.csv", "Grüße".encode("cp1252"))).text == "Grüße"


async def test_a_pdf_is_read_page_by_page(shared: Shared) -> None:
    found = await shared.read("plan.pdf", pdf("One.", "Two."))

    assert (found.pages, found.unread, found.why) == (("One.", "Two."), 0, "")


async def test_a_picture_is_read_for_who_sees_by_what_it_is_rather_than_by_its_name(shared: Shared) -> None:
    found = await shared.read("photo.jpg", PNG, sees=True)

    assert found.picture == f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    assert (await shared.read("photo.png", b"no picture", sees=True)).why == DAMAGED


async def test_what_is_not_read_is_not_downloaded_either(shared: Shared) -> None:
    assert (await shared.read("photo.png", PNG)).why == BLIND
    assert (await shared.read("plan.docx", b"PK\x03\x04")).why == OTHER
    assert (await shared.read("memo.m4a", b"sound")).why == SOUND
    assert (await shared.large("plan.pdf", 200_000_000)).why == "it has 200 MB, and I read up to 20 MB"
    assert (await shared.large("log.txt", 3_000_000)).why == "it has 3 MB, and I read up to 2 MB"
    assert (await shared.large("photo.webp", 6_000_000)).why == "it has 6 MB, and I read up to 5 MB"
    assert await shared.slack.calls("download") == 0


@pytest.mark.slow
async def test_what_has_nothing_to_read_says_so(shared: Shared) -> None:
    assert (await shared.read("scan.pdf", pdf("", ""))).why == SCANNED
    assert (await shared.read("half.pdf", b"%PDF-1.7\n")).why == DAMAGED
    assert (await shared.read("blank.txt", b" \n ")).why == EMPTY
