"""Calls, summaries, a transcript, and what is kept in docs on the page in Chromium: by keyboard alone, as wide as a phone."""

import base64
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.browser import Sandbox, shown_to
from tests.journeys.by_keyboard import go_to, grave, press
from tests.journeys.forked import ROOT

VOICEMAIL = ROOT / "sandbox" / "seed" / "audio" / "voicemail-order.wav"
MOVE = "The move to the new office is on 14 December."
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def sandbox(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One where Ben and Mia have spoken in a thread, and Ada has sent a recording."""
    del browser  # asked for first: without one there is nothing to start
    running = Sandbox(tmp_path_factory.mktemp("calls"))
    root = running.call("slack/control/say", {"user": "U0BEN", "channel": "C0GENERAL", "text": MOVE})["ts"]
    reply = {"user": "U0MIA", "channel": "C0GENERAL", "text": "I'll order the boxes.", "thread_ts": root}
    running.call("slack/control/say", reply)
    content = base64.b64encode(VOICEMAIL.read_bytes()).decode()
    recording = {"user": "U0ADA", "channel": "D0ADA", "name": VOICEMAIL.name, "content": content}
    running.call("slack/control/upload", recording)
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, sandbox: Sandbox) -> Iterator[Page]:
    """The page as Ada, an admin, finds it on a phone."""
    with shown_to("Ada Admin (admin)", browser, sandbox) as shown:
        shown.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain dict
        yield shown


def form_of(page: Page, shortcut: str, title: str) -> Locator:
    """The form of this title that an entry in the menu of Ben's message opens."""
    message = page.locator("#channel .message", has_text=MOVE).first
    press(page, message.get_by_role("button", name="More message actions"), "Shift+Tab")
    press(page, page.get_by_role("menuitem", name=shortcut), "ArrowDown")
    return page.get_by_role("dialog", name=title)


def test_from_the_list_of_calls_to_a_place_in_one(page: Page) -> None:
    go_to(page, page.get_by_role("textbox", name="Message #general"))
    page.keyboard.type("/telnyx calls --last 2")
    page.keyboard.press("Enter")
    cards = page.locator("#channel .message.private").filter(has_text="Newest first").last
    expect(cards).to_be_visible()
    assert grave(page) == []

    press(page, cards.get_by_role("button", name="Summarize").first, "Shift+Tab")
    summary = page.locator("#channel .message.private").filter(has_text="What it was about").last
    expect(summary).to_contain_text("Covers")
    assert grave(page) == []

    go_to(page, summary.get_by_role("combobox").first, "Shift+Tab")
    page.keyboard.press("ArrowDown")
    place = page.get_by_role("dialog")
    expect(place.get_by_role("img", name="point right")).to_have_count(1)
    assert grave(page) == []


def test_a_thread_is_summed_up_from_the_menu_of_a_message(page: Page) -> None:
    form = form_of(page, "Summarize thread", "Summarize")
    where = form.get_by_label("Where to post it")
    expect(where).to_be_visible()
    assert grave(page) == []

    press(page, form.get_by_role("button", name="Summarize"))

    page.keyboard.press("Escape")
    page.get_by_role("button", name="Conversations").click()
    press(page, page.locator("#sidebar").get_by_role("button", name="telnyx-ai"), "Tab")
    expect(page.locator("#channel .message").last).to_contain_text("Covers 2 of 2 messages")
    assert grave(page) == []


def test_a_thread_is_kept_from_the_menu_of_a_message(page: Page) -> None:
    form = form_of(page, "Keep in docs", "Keep in docs")
    bucket = form.get_by_label("Bucket")
    go_to(page, bucket)
    page.keyboard.type("hand")
    expect(bucket.locator("option:checked")).to_have_text("handbook")
    assert grave(page) == []

    press(page, form.get_by_role("button", name="Keep", exact=True))

    expect(page.get_by_role("dialog").last).to_contain_text("handbook")
    expect(page.get_by_role("dialog").last).not_to_contain_text("Link to the message")


def test_a_recording_and_its_transcript(page: Page) -> None:
    page.get_by_role("button", name="Conversations").click()
    press(page, page.locator("#sidebar").get_by_role("button", name="telnyx-ai"), "Tab")
    recording = page.locator("#channel .message", has_text=VOICEMAIL.name).first
    press(page, recording.get_by_role("button", name="1 reply"), "Shift+Tab")

    transcript = page.locator("#thread .message").last
    expect(transcript).to_contain_text("this is Mia Keller")
    assert grave(page) == []
    go_to(page, transcript.get_by_role("button", name="Summarize"), "Shift+Tab")
