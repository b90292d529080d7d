"""A new user's first ten minutes, clicked through in Chromium on a wide screen, a tablet, and a phone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.browser import Sandbox
from tests.journeys.by_keyboard import grave

PATIENCE = 20_000.0
LEAVE = "How many days of paid annual leave do full-timers have?"
GOOD = [f"procedure-{n:02}.md" for n in range(12)] + ["100% sure #1.txt", "it's (new).md"]
BAD: dict[str, bytes] = {
    "old.docx": b"PK\x03\x04\x14\x00\xff\xfe",
    "notes.doc": b"\xd0\xcf\x11\xe0",
    "utf-16.txt": "words".encode("utf-16"),
    "empty.md": b"",
    "spaces.txt": b" \n",
    "damaged.pdf": b"%PDF-1.7\nnothing",
    "picture.png": b"\x89PNG\r\n\x1a\n\x00",
    "<img src=x>.txt": b"\xff\xff",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("minutes")


@pytest.fixture(scope="module")
def sandbox(browser: Browser, folder: Path) -> Iterator[Sandbox]:
    del browser  # asked for first: without one there is nothing to start
    running = Sandbox(folder)
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, sandbox: Sandbox) -> Iterator[Page]:
    """The page as Mia finds it; whatever it complains of fails the test."""
    context = browser.new_context(viewport={"width": 1320, "height": 840})
    context.set_default_timeout(PATIENCE)
    shown = context.new_page()
    complaints: list[str] = []
    shown.on("pageerror", lambda error: complaints.append(str(error)))
    shown.goto(sandbox.page)
    expect(shown.locator(".pill")).to_have_text("Bot connected", timeout=PATIENCE)
    yield shown
    context.close()
    sandbox.calm()
    assert complaints == []


def ask(page: Page, question: str) -> Locator:
    """Mention the bot in #general; what it says last in the thread that opens."""
    page.get_by_role("textbox", name="Message #").fill(f"@telnyx-ai {question}")
    page.keyboard.press("Enter")
    return page.locator("#thread .message").nth(1)


def go_to(page: Page, place: str) -> None:
    page.locator("#sidebar").get_by_role("button", name=place).click()


def test_every_suggested_prompt_is_answered(page: Page, sandbox: Sandbox) -> None:
    seen = []
    for place in ("general", "telnyx-ai"):
        go_to(page, place)
        expect(page.locator(".prompt").first).to_be_visible()
        for prompt in page.locator(".prompt > span:last-child").all_inner_texts():
            # The prompts go once something is said: the others are asked as if they had been clicked.
            clicked = page.locator(".prompt", has_text=prompt)
            if clicked.is_visible():
                clicked.click()
            else:
                page.get_by_role("textbox", name=re.compile("^Message ")).fill(prompt)
                page.keyboard.press("Enter")
            answer = page.locator("#thread .message").nth(1)
            expect(page.locator("#thread .message").first).to_contain_text(prompt.split(" ", 1)[-1])
            if "can you do" in prompt:
                expect(answer).to_contain_text("handbook", timeout=PATIENCE)
                expect(answer.get_by_role("button", name="Show passages")).to_have_count(0)
            else:
                expect(answer).to_contain_text(re.compile(r"\[\d\]"), timeout=PATIENCE)
                answer.get_by_role("button", name=re.compile("^Open ")).first.click()
                link = page.get_by_role("dialog").get_by_role("link")
                expect(link).to_have_attribute("href", re.compile(re.escape(sandbox.page)), timeout=PATIENCE)
                page.keyboard.press("Escape")
            seen.append(prompt)
            page.keyboard.press("Escape")

    assert len(seen) == 6
    go_to(page, "general")
    page.get_by_role("textbox", name="Message #").fill(f"/ask {LEAVE}")
    page.keyboard.press("Enter")
    expect(page.locator(".message.private").last).to_contain_text("27 days", timeout=PATIENCE)
    go_to(page, "random")
    expect(page.locator("#sidebar").get_by_role("button", name="general")).to_be_visible()
    expect(page.locator('#sidebar [data-focus="C0GENERAL"] .count')).to_have_count(0)


def test_small_talk_help_and_a_refusal_lead_on(page: Page) -> None:
    for said in ("hi", "help"):
        expect(ask(page, said)).to_contain_text("handbook", timeout=PATIENCE)
    refusal = ask(page, "What is the airspeed velocity of an unladen swallow? --bucket manual")
    expect(refusal.get_by_role("button", name="Search other buckets")).to_be_visible(timeout=PATIENCE)
    refusal.get_by_role("button", name="Answer without documents").click()

    expect(page.locator("#thread .message")).to_have_count(3, timeout=PATIENCE)


def test_a_question_is_edited_stopped_and_lost_with_a_word_about_each(
    page: Page, sandbox: Sandbox, folder: Path
) -> None:
    answer = ask(page, "How do I call in sick?")
    expect(answer.get_by_role("button", name="Show passages")).to_be_visible()
    mine = page.locator("#thread .message").first
    mine.hover()
    mine.get_by_role("button", name="Edit message").click()
    box = page.get_by_role("textbox", name="Edit message")
    expect(box).to_have_value("@telnyx-ai How do I call in sick?")
    box.fill(f"@telnyx-ai {LEAVE}")
    box.press("Enter")
    expect(mine).to_contain_text("(edited)")
    expect(mine).to_contain_text(LEAVE)

    sandbox.call("telnyx/control/faults", {"operation": "chat.completions", "kind": "slow", "seconds": 30})
    ask(page, LEAVE)
    page.locator("#thread").get_by_role("button", name="Stop").click()
    expect(page.locator("#thread .status")).not_to_have_class(re.compile("busy"))
    expect(page.locator("#thread").get_by_role("button", name="Stop")).to_be_hidden()

    sandbox.call("telnyx/control/faults", {"operation": "chat.completions", "kind": "slow", "seconds": 30})
    ask(page, "How do I turn on call forwarding?")
    expect(page.locator("#thread .status")).to_have_class(re.compile("busy"))
    page.get_by_role("button", name="API calls").click()
    page.get_by_role("button", name="Kill the bot").click()
    expect(page.locator(".pill")).to_have_text("Bot stopped")
    page.get_by_role("button", name="Close API calls").click()
    ask(page, "Where do I find the warranty?")
    expect(page.locator("#thread .status")).to_contain_text("Slack tries again after a minute")
    assert grave(page) == []
    sandbox.call("control/bot/start", {})
    expect(page.locator(".pill")).to_have_text("Bot connected", timeout=PATIENCE)

    said = (folder / "sandbox.log").read_text()
    assert said.count("The bot is killed from the page.") == 1
    assert "Traceback" not in said


def test_own_documents_are_read_and_those_that_cannot_be_are_named(
    page: Page, sandbox: Sandbox, tmp_path: Path
) -> None:
    for number, name in enumerate(GOOD):
        (tmp_path / name).write_text(
            f"# Procedure {number}\n\nProcedure {number} needs {number + 40} keys.\n"
        )
    for name, content in BAD.items():
        (tmp_path / name).write_bytes(content)
    sandbox.call("telnyx/control/clock", {"scale": 0})  # until all of them have begun
    page.get_by_role("button", name="Add documents").click()
    window = page.get_by_role("dialog", name="Add documents")
    window.get_by_label("Bucket").fill("My Docs!")
    window.get_by_role("button", name="Add", exact=True).click()
    expect(window.get_by_text("Choose at least one file.")).to_be_visible()
    expect(window.get_by_text("A bucket's name has 1 to 63 characters")).to_be_visible()
    assert grave(page) == []
    page.get_by_label("Files").set_input_files([tmp_path / name for name in (*GOOD, *BAD)])
    window.get_by_label("Bucket").fill("mydocs")
    window.get_by_role("button", name="Add", exact=True).click()
    expect(window.get_by_role("status")).to_contain_text("8 of your files can't be read")
    expect(window.locator(".unread-files li")).to_have_count(len(BAD))
    for name in BAD:
        expect(window.locator(".unread-files code").filter(has_text=name)).to_have_count(1)
    window.get_by_role("button", name="Close", exact=True).click()

    go_to(page, "jobs")
    card = page.locator("#channel .message", has_text="mydocs")
    expect(card).to_contain_text("mydocs: 0 of 22 embedded, 22 to go")
    sandbox.call("telnyx/control/clock", {"scale": 10})
    expect(card).to_contain_text("mydocs: 14 of 22 embedded, 8 failed", timeout=30_000)
    expect(card).to_have_count(1)
    card.locator(".thread-link button").click()
    thread = page.locator("#thread")
    for name in BAD:
        expect(thread.locator(".message:not(:first-child)", has_text=name)).to_contain_text("add it again")
    sandbox.call("telnyx/control/clock", {"scale": 1})
    page.get_by_role("button", name="Close thread").click()


@pytest.mark.parametrize("width", [pytest.param(900, marks=pytest.mark.matrix), 390])
def test_it_works_on_a_narrow_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 840})
    if width < 820:
        expect(page.locator("#sidebar")).to_be_hidden()
        page.get_by_role("button", name="Conversations").click()
        go_to(page, "random")
        page.get_by_role("button", name="Conversations").click()
        go_to(page, "general")
        expect(page.locator("#sidebar")).to_be_hidden()
    answer = ask(page, LEAVE)
    expect(answer).to_contain_text("27 days", timeout=PATIENCE)
    expect(answer.get_by_role("button", name="Show passages")).to_be_in_viewport()
    assert grave(page) == []
    page.get_by_role("button", name="API calls").click()
    expect(page.get_by_role("button", name="Kill the bot")).to_be_visible()
    assert grave(page) == []
    page.get_by_role("button", name="Close API calls").click()
    page.get_by_role("button", name="Close thread").click()

    expect(page.get_by_role("textbox", name="Message #")).to_be_in_viewport()
