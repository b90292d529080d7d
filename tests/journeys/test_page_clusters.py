"""Topics in a real browser, by keyboard alone: started, looked at until they are there, opened, and posted as a picture."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.browser import Sandbox, chromium

PATIENCE = 20_000.0


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, Sandbox]]:
    """The page as an admin finds it."""
    with chromium() as browser:
        sandbox = Sandbox(tmp_path_factory.mktemp("page"))
        shown = browser.new_page(locale="en-GB", viewport={"width": 1320, "height": 840})
        shown.set_default_timeout(PATIENCE)
        shown.goto(sandbox.page)
        expect(shown.locator(".pill")).to_have_text("Bot connected", timeout=PATIENCE)
        shown.get_by_label("Speaking as").select_option(label="Ada Admin (admin)")
        yield shown, sandbox
        sandbox.stop()


def press(button: Locator) -> None:
    """Reach it with the keyboard, and press it."""
    button.focus()
    expect(button).to_be_focused()
    button.page.keyboard.press("Enter")


def test_topics_by_keyboard(page: tuple[Page, Sandbox]) -> None:
    shown, sandbox = page
    shown.get_by_role("textbox", name="Message #").focus()
    shown.keyboard.type("/telnyx clusters compute handbook --min-size 3 --min-sub 2")
    shown.keyboard.press("Enter")

    press(shown.get_by_role("button", name="Yes, find topics"))
    press(shown.get_by_role("button", name="Show topics"))
    refresh = shown.get_by_role("button", name="Refresh")
    expect(refresh).to_be_visible(timeout=PATIENCE)
    sandbox.call("telnyx/control/clock", {"advance": 10})
    press(refresh)

    expect(shown.get_by_role("heading", name="Topics in handbook")).to_be_visible(timeout=PATIENCE)
    expect(refresh).to_have_count(0)
    press(shown.get_by_role("button", name="Show subtopics"))
    expect(shown.get_by_text("1.1. ")).to_be_visible(timeout=PATIENCE)
    press(shown.get_by_role("button", name="Show passages").first)
    expect(shown.locator("details").first).to_contain_text("leave.md", timeout=PATIENCE)
    press(shown.get_by_role("button", name="Post picture"))
    expect(shown.get_by_role("img", name="Topics in handbook, the largest first")).to_be_visible(
        timeout=PATIENCE
    )
