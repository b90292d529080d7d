"""Documents read in a process of their own: page by page, and no longer than they may take."""

import io
from collections.abc import AsyncIterator

import pytest
from pypdf import PdfReader, PdfWriter

from bot.page_texts import LOCKED
from bot.slack.reading.documents import DAMAGED, SLOW, PageReader, Pages
from tests.pdfs import bomb, pdf

TWO = pdf("The first page.", "The second\nhas two lines.")


async def coming(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), 50_000):
        yield content[at : at + 50_000]


def encrypted(password: str) -> bytes:
    writer, made = PdfWriter(clone_from=PdfReader(io.BytesIO(TWO))), io.BytesIO()
    writer.encrypt(password, "owner", algorithm="AES-256")
    writer.write(made)
    return made.getvalue()


async def test_each_page_comes_with_its_text() -> None:
    found = await PageReader().read(coming(TWO))

    assert found == Pages(("The first page.", "The second\nhas two lines."), read=2, of=2)


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"no document at all " * 5_000, TWO[:300]])
async def test_what_is_no_document_is_damaged(content: bytes) -> None:
    found = await PageReader().read(coming(content))

    assert (found.why, found.read) == (DAMAGED, 0)


@pytest.mark.slow
async def test_a_password_locks_it_unless_it_is_only_needed_for_changes() -> None:
    assert (await PageReader().read(coming(encrypted("secret")))).why == LOCKED
    assert (await PageReader().read(coming(encrypted("")))).texts[0] == "The first page."


@pytest.mark.slow
async def test_a_page_that_unpacks_into_600_mb_is_left_out_and_the_next_is_read() -> None:
    found = await PageReader().read(coming(bomb("Behind it.")))

    assert found == Pages(("", "Behind it."), read=1, of=2)


async def test_what_takes_too_long_is_ended() -> None:
    found = await PageReader(seconds=0.0).read(coming(TWO))

    assert (found.texts, found.why) == ((), SLOW)


async def test_a_download_that_breaks_ends_the_reading() -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield TWO[:100]
        raise ConnectionResetError("gone")

    with pytest.raises(ConnectionResetError):
        await PageReader().read(broken())
