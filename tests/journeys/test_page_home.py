"""The Home tab, the menu of a message, and files on the page in Chromium, by keyboard alone and on a phone; PICTURES names a folder for pictures."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.browser import Sandbox, shown_to
from tests.journeys.by_keyboard import go_to, grave, picture, press
from tests.journeys.forked import ROOT

SOUNDS = ROOT / "sandbox" / "seed" / "audio"
MIA, ADA, GUS = "Mia Moreau (member)", "Ada Admin (admin)", "Gus Guest (guest)"
LEAVE = "How many days of paid annual leave do full-timers have?"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def sandbox(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One where Mia and Ada have asked something."""
    del browser  # asked for first: without one there is nothing to start
    running = Sandbox(tmp_path_factory.mktemp("home"))
    for user in ("U0MIA", "U0ADA"):
        running.call(
            "slack/control/say", {"user": user, "channel": "C0GENERAL", "text": f"@telnyx-ai {LEAVE}"}
        )
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, sandbox: Sandbox, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page as someone finds it, by default Mia."""
    with shown_to(getattr(request, "param", MIA), browser, sandbox) as shown:
        yield shown


def opened(page: Page) -> Locator:
    """The Home tab, opened by keyboard, once it is whole."""
    press(page, page.locator("#sidebar").get_by_role("button", name="telnyx-ai"), "Shift+Tab")
    go_to(page, page.get_by_role("tab", name="Messages"), "Shift+Tab")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Home")).to_be_focused()
    tab = page.get_by_role("tabpanel")
    expect(tab).to_contain_text("As of")
    return tab


def test_from_the_tab_back_to_a_question_and_asked_again(page: Page) -> None:
    tab = opened(page)
    expect(tab.get_by_role("heading", name="Your recent questions")).to_be_visible()
    expect(tab).to_contain_text("#general: I answer from handbook and manual", use_inner_text=True)
    picture(page, "home-member")
    assert grave(page) == []

    press(page, tab.get_by_role("button", name=f"Ask again: {LEAVE}"))
    form = page.get_by_role("dialog", name="Ask the docs")
    expect(form.get_by_label("Your question")).to_have_value(LEAVE)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    press(page, tab.get_by_role("link", name=LEAVE))

    thread = page.locator("#thread")
    expect(thread).to_contain_text(LEAVE)
    expect(thread).to_contain_text("27 days")
    expect(page.get_by_role("textbox", name="Reply in the thread")).to_be_focused()


@pytest.mark.parametrize("page", [ADA], indirect=True)
def test_an_admin_reaches_the_settings_by_keyboard(page: Page) -> None:
    tab = opened(page)
    expect(tab).to_contain_text("All members can read all documents")
    picture(page, "home-admin")
    press(page, tab.get_by_role("button", name="Channel settings"))

    form = page.get_by_role("dialog", name="Channel settings")
    expect(form.get_by_label("Tone")).to_be_visible()
    picture(page, "home-admin-form")
    assert grave(page) == []


@pytest.mark.parametrize("page", [GUS], indirect=True)
def test_a_guest_is_told_why_there_is_little(page: Page) -> None:
    tab = opened(page)

    expect(tab).to_contain_text("This isn't open to guests. Ask a workspace admin for access.")
    expect(tab.get_by_role("button")).to_have_text(["Refresh"])
    picture(page, "home-guest")
    assert grave(page) == []


def test_refresh_keeps_the_focus_where_it_was(page: Page) -> None:
    tab = opened(page)
    refresh = tab.get_by_role("button", name="Refresh")
    go_to(page, refresh)
    with page.expect_response(lambda answer: "control/views" in answer.url):
        page.keyboard.press("Enter")

    expect(tab).to_contain_text("As of")
    expect(refresh).to_be_focused()


@pytest.mark.parametrize("page", [MIA, ADA], indirect=True)
def test_the_tab_fits_on_a_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain dict
    page.get_by_role("button", name="Conversations").click()
    page.locator("#sidebar").get_by_role("button", name="telnyx-ai").click()
    page.get_by_role("tab", name="Home").click()

    expect(page.get_by_role("tabpanel")).to_contain_text("As of")
    picture(page, "home-phone")
    assert grave(page) == []


def test_a_file_goes_up_is_played_or_shown_and_comes_down(page: Page, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("# A note\n\nThe desk opens at eight.\n")
    files = [SOUNDS / "voicemail-order.wav", note]
    left = iter(files)
    page.on("filechooser", lambda chooser: chooser.set_files(next(left)))
    for file in files:
        press(page, page.get_by_role("button", name="Attach a file"), "Shift+Tab")
        expect(page.locator("#channel .message .file", has_text=file.name).last).to_be_visible()
    sound = page.locator("#channel .message", has_text="voicemail-order.wav").last
    text = page.locator("#channel .message", has_text="note.md").last

    expect(text.get_by_label("Beginning of note.md")).to_have_text("# A note\n\nThe desk opens at eight.")
    expect(sound.locator("audio")).to_have_attribute("controls", "")
    length = sound.locator("audio").evaluate(
        "audio => new Promise(done => { audio.onloadedmetadata = () => done(audio.duration); audio.preload = 'metadata'; audio.load(); })"
    )
    assert length > 1
    go_to(page, text.get_by_role("link", name="Download"), "Shift+Tab")
    picture(page, "files")
    assert grave(page) == []
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    assert saved.value.suggested_filename == "note.md"
    assert saved.value.path().read_text() == note.read_text()


def test_the_menu_of_a_message_has_all_its_shortcuts(page: Page, sandbox: Sandbox) -> None:
    names = [
        one["name"]
        for one in sandbox.call("slack/control/state")["app"]["shortcuts"]
        if one["kind"] == "message"
    ]
    message = page.locator("#channel .message", has_text=LEAVE).first
    press(page, message.get_by_role("button", name="More message actions"), "Shift+Tab")

    entries = page.get_by_role("menuitem")
    expect(entries).to_have_count(len(names))
    for name in names:
        expect(page.get_by_role("menuitem", name=name)).to_be_visible()
    picture(page, "shortcuts")
    press(page, page.get_by_role("menuitem", name="Ask about this"), "ArrowDown")
    expect(page.get_by_role("dialog").get_by_label("Your question")).to_be_visible()


def test_prompts_that_are_suggested_are_asked_with_a_key(page: Page, sandbox: Sandbox) -> None:
    sandbox.call("slack/control/home", {"user": "U0MIA", "tab": "messages"})
    press(page, page.locator("#sidebar").get_by_role("button", name="telnyx-ai"), "Shift+Tab")
    prompt = page.locator(".prompt", has_text="What does handbook say about").first
    words = prompt.inner_text()
    picture(page, "prompts")
    press(page, prompt, "Shift+Tab")

    expect(page.locator("#thread .message").first).to_contain_text(words)
    answer = page.locator("#thread .message").last
    expect(answer.get_by_role("button", name="Show passages")).to_be_visible()
