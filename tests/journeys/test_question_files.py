"""Files beside a question: what is read is cited, what isn't says why, and nothing that someone shares does harm."""

import io
from collections.abc import Callable

import pytest
from PIL import Image

from tests.journeys.conftest import People
from tests.journeys.replies import only_reply
from tests.journeys.screen import Shown, buttons, finished, words
from tests.pdfs import bomb, pdf

pytestmark = pytest.mark.usefixtures("bot")

DIRECT = "D0MIA"
PAGES = (
    "The Alder project replaces the old bakery ovens in Linden Street.",
    "The Alder project has a budget of 48,000 euros, approved by Priya Raman.",
    "The Alder project ends on 30 June with an open day for neighbors.",
)
BUDGET = "What budget does the Alder project have?"
SEES = "moonshotai/Kimi-K2.6"


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), (220, 30, 30)).save(made, "PNG")
    return made.getvalue()


def behind(ts: str) -> Callable[[Shown], bool]:
    """Whether a message is a finished reply to what was said then."""
    return lambda message: finished(message) and message["ts"] > ts


async def test_a_pdf_is_answered_from_with_its_page_and_a_follow_up_still_knows_it(person: People) -> None:
    mia = person("U0MIA")
    root = (await mia.upload(DIRECT, "alder.pdf", pdf(*PAGES), BUDGET))["ts"]

    reply = await only_reply(mia, DIRECT, root)

    assert "48,000 euros" in words(reply)
    assert "alder.pdf" in words(reply).replace("\u200b", "")
    assert "page 2" in words(reply)
    assert "Show passages" in buttons(reply)
    assert "Open document" not in buttons(reply)
    for asked in ("And when does the Alder project end?", "Where are the ovens of the Alder project?"):
        ts = await mia.say(DIRECT, asked, thread_ts=root)
        later = await mia.wait_for(behind(ts), channel=DIRECT, thread_ts=root)
        assert ("30 June" if "when" in asked else "Linden Street") in words(later)


async def test_a_pdf_is_answered_from_without_documents_too(person: People) -> None:
    mia = person("U0MIA")
    root = (await mia.upload(DIRECT, "alder.pdf", pdf(*PAGES), f"{BUDGET} --no-docs"))["ts"]

    reply = await only_reply(mia, DIRECT, root)

    assert "48,000 euros" in words(reply)
    assert "page 2" in words(reply)
    assert "general knowledge" not in words(reply)


async def test_a_picture_is_for_models_that_see_and_others_say_who_does(person: People) -> None:
    mia = person("U0MIA")
    asks = "What color is the picture?"
    blind = (await mia.upload(DIRECT, "photo.png", picture(), asks))["ts"]
    sees = (await mia.upload(DIRECT, "photo.png", picture(), f"{asks} --model {SEES}"))["ts"]

    told = words(await only_reply(mia, DIRECT, blind)).replace("\u200b", "")
    seen = words(await only_reply(mia, DIRECT, sees)).replace("\u200b", "")

    assert "I didn't read photo.png: this model doesn't see pictures." in told
    assert f"--model {SEES}" in told
    assert "40 by 30 pixels, and its color is mostly red" in seen
    assert "photo.png" in seen
    assert "Not in the sources" not in seen


async def test_what_is_not_read_says_why(person: People) -> None:
    mia = person("U0MIA")
    asked = [
        (name, (await mia.upload(DIRECT, name, content, "How many days of leave do I have?"))["ts"], why)
        for name, content, why in (
            ("plan.docx", b"PK\x03\x04", "I read text, PDF, and pictures"),
            ("memo.m4a", bytes(64), "use “Transcribe audio”"),
            ("half.pdf", b"%PDF-1.7\n", "it's damaged"),
            ("scan.pdf", pdf(""), "it has no text in it"),
            ("fake.png", b"GIF without its letters", "this model doesn't see pictures"),
        )
    ]
    for name, root, why in asked:
        told = words(await only_reply(mia, DIRECT, root)).replace("\u200b", "")
        assert f"I didn't read {name}: {why}" in told


async def test_a_file_of_200_mb_is_refused_before_it_is_downloaded(person: People) -> None:
    mia = person("U0MIA")
    root = (await mia.records(DIRECT, "plan.pdf", 200_000_000, BUDGET))["ts"]

    told = words(await only_reply(mia, DIRECT, root)).replace("\u200b", "")

    assert "I didn't read plan.pdf: it has 200 MB, and I read up to 20 MB." in told


async def test_a_pdf_that_unpacks_into_600_mb_is_read_around(person: People) -> None:
    mia = person("U0MIA")
    root = (await mia.upload(DIRECT, "alder.pdf", bomb(PAGES[1]), BUDGET))["ts"]

    reply = words(await only_reply(mia, DIRECT, root)).replace("\u200b", "")

    assert "48,000 euros" in reply
    assert "page 2" in reply
    assert "I couldn't read 1 page of alder.pdf." in reply
