"""Documents, a search and an insight's change on the page in Chromium, by keyboard alone; PICTURES names a folder for pictures of them."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.browser import Sandbox, shown_to
from tests.journeys.by_keyboard import go_to, grave, picture, press

BUCKET = "reception"


@pytest.fixture(scope="module")
def sandbox(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One with a bucket of two files: one that can be read, and one that can't."""
    del browser  # asked for first: without one there is nothing to start
    running = Sandbox(tmp_path_factory.mktemp("verbs"))
    for name, text in (("desk.md", "The front desk is open from 8 to 18."), ("scan.pdf", "no PDF at all")):
        running.call("telnyx/control/documents", {"bucket": BUCKET, "filename": name, "text": text})
    running.call("telnyx/control/clock", {"advance": 60})
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, sandbox: Sandbox) -> Iterator[Page]:
    """The page as Ada, an admin, finds it."""
    with shown_to("Ada Admin (admin)", browser, sandbox) as shown:
        yield shown


def command(page: Page, text: str) -> None:
    go_to(page, page.get_by_role("textbox", name="Message #"), "Shift+Tab")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def heard(page: Page, words: str) -> Locator:
    """The last answer for Ada alone that holds these words."""
    message = page.locator("#channel .message.private", has_text=words).last
    expect(message).to_be_visible()
    return message


def closed(page: Page) -> None:
    """Close the window that is open."""
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_from_the_list_of_buckets_to_why_a_file_failed(page: Page) -> None:
    command(page, "/telnyx docs")
    listed = heard(page, "Ask about one:")
    expect(listed).to_contain_text(
        "You can also: docs show · docs embed · docs add-url · docs keep · docs disable · docs tasks — /telnyx docs help"
    )
    expect(listed.locator("code").nth(2)).to_have_text(BUCKET)
    picture(page, "docs")
    press(page, listed.get_by_role("button", name="Show files").nth(2), "Shift+Tab")

    files = heard(page, f"Files in {BUCKET}")
    expect(files).to_contain_text("2 files: 1 embedded, 1 failed")
    expect(files).to_contain_text("scan.pdf · failed damaged or protected PDF", use_inner_text=True)
    expect(files).to_contain_text("desk.md · embedded")
    picture(page, "docs-files")
    assert grave(page) == []


def test_a_passage_that_was_found_is_asked_about(page: Page) -> None:
    command(page, "/telnyx search carrying days of leave over --bucket handbook")
    found = heard(page, "Passages about “carrying days of leave over”")
    expect(found).to_contain_text(
        "leave.md › Carrying leave over · handbook closest match", use_inner_text=True
    )
    go_to(page, found.get_by_role("button", name="Ask about this").first, "Shift+Tab")
    picture(page, "search")
    assert grave(page) == []
    page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="Ask the docs")
    expect(form.get_by_label("Your question")).to_have_value(
        "Carrying leave over: carrying days of leave over?"
    )
    expect(form.get_by_label("Bucket").locator("option:checked")).to_have_text("handbook")
    picture(page, "search-form")
    assert grave(page) == []
    press(page, form.get_by_role("button", name="Ask", exact=True))
    expect(page.get_by_role("dialog")).to_contain_text("I'll send you the answer in a direct message.")
    closed(page)
    press(page, page.locator("#sidebar").get_by_role("button", name="telnyx-ai"), "Shift+Tab")

    answer = page.locator("#channel .message", has_text="You asked: Carrying leave over").last
    expect(answer).to_contain_text("Up to five days may be carried over into the next year. [1]")
    expect(answer.get_by_role("button", name="Show passages")).to_be_visible()
    picture(page, "search-answer")
    assert grave(page) == []


def test_an_insight_is_changed_in_a_form_that_tells_what_is_wrong(page: Page) -> None:
    command(page, "/telnyx insights")
    listed = heard(page, "Telnyx runs them over each call")
    picture(page, "insights")
    press(page, listed.get_by_role("button", name="More actions").last, "Shift+Tab")
    expect(page.get_by_role("menuitem").first).to_be_focused()
    press(page, page.get_by_role("menuitem", name="Edit…"), "ArrowDown")
    form = page.get_by_role("dialog", name="Edit an insight")
    name, schema = form.get_by_label("Name"), form.get_by_label("JSON schema")
    expect(name).to_be_focused()
    expect(name).to_have_value("Satisfaction")
    expect(form.get_by_label("Instructions")).to_have_value("How satisfied was the customer?")
    expect(schema).to_have_value(re.compile('"type": "object"'))
    picture(page, "insight-form")
    assert grave(page) == []

    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    go_to(page, schema)
    page.keyboard.press("Control+a")
    page.keyboard.type('{"type": "numbr"}')
    press(page, form.get_by_role("button", name="Save"))
    expect(form.get_by_text("Please complete this required field.")).to_be_visible()
    expect(name).to_be_focused()
    page.keyboard.type("Contentment")
    press(page, form.get_by_role("button", name="Save"))
    expect(form.get_by_text("At type: “numbr” is no type.")).to_be_visible()
    expect(schema).to_be_focused()
    expect(schema).to_have_value('{"type": "numbr"}')
    expect(name).to_have_value("Contentment")
    picture(page, "insight-wrong")
    assert grave(page) == []

    page.keyboard.press("Control+a")
    page.keyboard.type('{"type": "number"}')
    press(page, form.get_by_role("button", name="Save"))
    done = page.get_by_role("dialog")
    expect(done).to_contain_text("I changed the insight Contentment.")
    expect(done).to_contain_text("Name: Satisfaction → Contentment")
    expect(done).to_contain_text('→ { "type": "number" }')
    picture(page, "insight-changed")
    closed(page)


def test_models_are_put_in_the_order_of_how_much_they_read(page: Page) -> None:
    command(page, "/telnyx models")
    table = page.get_by_role("table", name="AI models").last
    context = table.get_by_role("button", name="Context")
    press(page, context, "Shift+Tab")
    page.keyboard.press("Enter")

    expect(table.get_by_role("columnheader", name="Context")).to_have_attribute("aria-sort", "descending")
    shown = [cell.replace(",", "") for cell in table.locator("tbody tr td:nth-child(2)").all_inner_texts()]
    picture(page, "models")
    numbers = [int(cell) for cell in shown if cell.isdecimal()]
    assert len(numbers) > 2
    assert numbers == sorted(numbers, reverse=True)
