"""An insight is put into a group on the page in Chromium, by keyboard alone; pictures of it are kept where PICTURES names a folder."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.browser import Sandbox, shown_to
from tests.journeys.by_keyboard import picture


@pytest.fixture(scope="module")
def sandbox(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    del browser  # asked for first: without one there is nothing to start
    running = Sandbox(tmp_path_factory.mktemp("groups"))
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, sandbox: Sandbox) -> Iterator[Page]:
    """The page as Ada, an admin, finds it."""
    with shown_to("Ada Admin (admin)", browser, sandbox) as shown:
        yield shown


def command(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Message #").focus()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def heard(page: Page, words: str) -> Locator:
    """The last answer for Ada alone that holds these words."""
    message = page.locator("#channel .message.private", has_text=words).last
    expect(message).to_be_visible()
    return message


def test_an_insight_is_put_into_a_group_and_taken_out_by_keyboard_alone(page: Page) -> None:
    for name in ("Refunds", "Waiting"):
        command(page, f"/telnyx insights create {name} What about {name.lower()}?")
        heard(page, f"I created the insight {name}.")
    command(page, "/telnyx insights groups create 'Second line' --description 'After each call'")
    heard(page, "I created the insight group Second line.")

    command(page, "/telnyx insights groups assign")
    form = page.get_by_role("dialog", name="Add an insight")
    group, insight = form.get_by_label("Group", exact=True), form.get_by_label("Insight", exact=True)
    expect(group).to_be_focused()
    page.keyboard.type("Sec")
    expect(group.locator("option:checked")).to_have_text("Second line")
    page.keyboard.press("Tab")
    expect(insight).to_be_focused()
    page.keyboard.type("Wait")
    expect(insight.locator("option:checked")).to_have_text("Waiting")
    picture(page, "assign-form")
    form.get_by_role("button", name="Add", exact=True).focus()
    page.keyboard.press("Enter")
    done = page.get_by_role("dialog")
    expect(done).to_contain_text("I added Waiting to Second line.")
    picture(page, "assign-done")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    command(page, "/telnyx insights groups show Second line")
    shown = heard(page, "What about waiting?")
    picture(page, "group")
    shown.get_by_role("button", name="Remove").focus()
    page.keyboard.press("Enter")
    heard(page, "I removed Waiting from Second line.")
    command(page, "/telnyx insights groups show Second line")
    empty = heard(page, "Second line has no insights yet.")
    picture(page, "group-empty")
    empty.get_by_role("button", name="Add an insight…").focus()
    page.keyboard.press("Enter")

    expect(group.locator("option:checked")).to_have_text("Second line")
    expect(insight.locator("option")).to_contain_text(["Refunds", "Waiting"])
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_list_of_groups_has_a_menu_that_works_by_keyboard(page: Page) -> None:
    command(page, "/telnyx insights groups")
    row = heard(page, "After every call")
    row.get_by_role("button", name="More actions").first.focus()
    picture(page, "groups")
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Add an insight…")).to_be_focused()
    page.keyboard.press("ArrowDown")
    picture(page, "menu")
    page.keyboard.press("Enter")

    form = page.get_by_role("dialog", name="Edit an insight group")
    expect(form.get_by_label("Name", exact=True)).to_have_value("After every call")
    expect(form.get_by_label("Description")).to_have_value("What we want to know of each call.")
    picture(page, "edit")
