"""Forms, menus, tables, files and the home on the page, before a small bot that has them all."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.browser import Sandbox
from tests.journeys.by_keyboard import grave

BOT = Path(__file__).with_name("forms_bot.py")
PATIENCE = 15_000.0


@pytest.fixture(scope="module")
def sandbox(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    del browser  # asked for first: without one there is nothing to start
    running = Sandbox(tmp_path_factory.mktemp("forms"), bot=BOT)
    running.call("slack/control/command", {"user": "U0MIA", "channel": "C0GENERAL", "command": "/show"})
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, sandbox: Sandbox) -> Iterator[Page]:
    """The page as Mia finds it in #general; whatever it complains of fails the test."""
    context = browser.new_context(locale="en-US", viewport={"width": 1320, "height": 840})
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    shown = context.new_page()
    complaints: list[str] = []
    shown.on("pageerror", lambda error: complaints.append(str(error)))
    shown.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    shown.goto(sandbox.page)
    expect(shown.get_by_role("img", name="Two clusters of calls")).to_be_visible()
    yield shown
    context.close()
    sandbox.calm()
    assert complaints == []


def heard(page: Page, words: str) -> None:
    expect(page.locator("#channel .message", has_text=words).last).to_be_visible()


def offered(page: Page) -> Locator:
    """The options of the menu that is open."""
    return page.get_by_role("listbox", name="Options").get_by_role("option")


def open_form(page: Page, sandbox: Sandbox) -> Locator:
    """The form, from the … menu of a message of Ben's."""
    said = {"user": "U0BEN", "channel": "C0GENERAL", "text": "Long story"}
    ts = sandbox.call("slack/control/say", said)["ts"]
    message = page.locator(f'#channel [data-ts="{ts}"]')
    message.hover()
    message.get_by_role("button", name="More message actions").click()
    page.get_by_role("menuitem", name="Summarize thread").click()
    form = page.get_by_role("dialog", name="Fine-tune a model")
    expect(form).to_be_visible()
    return form


def fill_in(page: Page, form: Locator, name: str) -> None:
    form.get_by_label("Name").fill(name)
    form.get_by_role("combobox", name="Model").press_sequentially("lla")
    offered(page).filter(has_text="llama-70b").click()
    form.get_by_label("Tone").select_option(label="Brisk")
    form.get_by_label("Large").check()


def test_a_form_is_filled_in_corrected_confirmed_and_sent(page: Page, sandbox: Sandbox) -> None:
    form = open_form(page, sandbox)
    expect(form.get_by_label("Name")).to_be_focused()
    form.get_by_role("button", name="Next").click()
    expect(form.get_by_text("Please complete this required field.")).to_have_count(4)
    fill_in(page, form, "support 2")
    form.get_by_label("Docs").uncheck()
    form.get_by_label("Calls").check()
    form.get_by_role("button", name="Next").click()
    expect(form.get_by_text("Use no spaces in the name.")).to_be_visible()
    expect(form.get_by_label("Name")).to_be_focused()
    expect(form.get_by_label("Name")).to_have_value("support 2")
    form.get_by_label("Name").fill("support-2")
    form.get_by_role("button", name="Next").click()
    sure = page.get_by_role("dialog", name="Start it?")
    sure.get_by_role("button", name="Back").click()
    expect(form.get_by_label("Large")).to_be_checked()
    expect(form.get_by_role("combobox", name="Model")).to_have_value("llama-70b")
    form.get_by_role("button", name="Next").click()
    sure.get_by_role("button", name="Start").click()

    expect(page.get_by_role("dialog")).to_have_count(0)
    heard(page, "started: support-2, llama-70b, brisk, large, calls")


def test_what_was_typed_stays_when_the_app_draws_the_form_anew(page: Page, sandbox: Sandbox) -> None:
    form = open_form(page, sandbox)
    fill_in(page, form, "kept")
    [view] = [one for one in sandbox.call("slack/control/views?user=U0MIA") if one["type"] == "modal"]
    parts = {
        key: view[key] for key in ("type", "callback_id", "title", "submit", "blocks", "private_metadata")
    }
    fresh = parts | {"title": {"type": "plain_text", "text": "Anew"}}
    answer = sandbox.call("slack/api/views.update", {"view_id": view["id"], "view": fresh})
    assert answer["ok"], answer

    again = page.get_by_role("dialog", name="Anew")

    expect(again.get_by_label("Name")).to_have_value("kept")
    expect(again.get_by_role("combobox", name="Model")).to_have_value("llama-70b")
    expect(again.get_by_label("Tone")).to_have_value("brisk")
    expect(again.get_by_label("Large")).to_be_checked()


def test_a_model_is_found_and_chosen_by_keyboard_alone(page: Page, sandbox: Sandbox) -> None:
    form = open_form(page, sandbox)
    box = form.get_by_role("combobox", name="Model")
    box.press_sequentially("q")
    expect(form.get_by_text("Type 1 more character")).to_be_visible()
    box.press_sequentially("wen")
    expect(offered(page)).to_have_text(["qwen-7b", "qwen-32b"])
    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("qwen-32b")
    box.fill("nothing like it")
    expect(form.get_by_text("No results")).to_be_visible()
    box.press("Tab")

    expect(box).to_have_value("qwen-32b")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_an_overflow_menu_works_by_mouse_and_by_keyboard(page: Page) -> None:
    button = page.locator("#channel").get_by_role("button", name="More actions")
    button.click()
    page.get_by_role("menuitem", name="Show").click()
    heard(page, "menu: show")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Show")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    heard(page, "menu: delete")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")

    expect(page.get_by_role("menuitem")).to_have_count(0)
    expect(button).to_be_focused()


def test_menus_and_boxes_of_a_message_tell_what_was_chosen(page: Page) -> None:
    channel = page.locator("#channel")
    channel.get_by_label("Pick a tone").select_option(label="Brisk")
    heard(page, "pick: brisk")
    channel.get_by_role("combobox", name="Pick a model").click()
    expect(offered(page)).to_have_count(5)
    offered(page).filter(has_text="mistral-24b").click()
    heard(page, "model: mistral-24b")
    channel.get_by_label("Calls").check()
    heard(page, "boxes: calls")
    channel.get_by_label("Docs").check()

    heard(page, "boxes: calls, docs")


def test_a_data_table_has_headers_a_caption_pages_and_an_order(page: Page) -> None:
    table = page.get_by_role("table", name="Models")
    expect(table.get_by_role("rowheader")).to_have_count(4)
    expect(page.get_by_text("4 of 10")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("8 of 10")).to_be_visible()
    expect(table.get_by_role("row").nth(1)).to_contain_text("40960")
    table.get_by_role("button", name="Context").click()
    table.get_by_role("button", name="Context").click()

    expect(table.get_by_role("columnheader", name="Context")).to_have_attribute("aria-sort", "descending")
    expect(table.get_by_role("row").nth(1)).to_contain_text("81920")
    plain = page.get_by_role("table").filter(has_text="leave.md")
    expect(plain.locator("thead th[scope=col]")).to_have_text(["File", "State"])


def test_a_file_is_a_card_that_opens_and_a_picture_is_shown_with_its_description(page: Page) -> None:
    card = page.get_by_role("link", name="call.txt")
    expect(card).to_contain_text("TXT · 14 bytes")
    with page.context.expect_page() as opened:
        card.click()
    expect(opened.value.locator("body")).to_contain_text("Agent: Hello.")
    picture = page.get_by_role("img", name="Two clusters of calls")

    expect(picture).to_have_js_property("naturalWidth", 120)


def test_a_person_shares_a_file_with_a_word_about_it(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "note.md"
    file.write_text("# Note\n")
    page.get_by_role("textbox", name="Message #general").fill("Read this")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Attach a file", exact=True).click()
    chooser.value.set_files(file)
    message = page.locator("#channel .message", has_text="Read this")

    expect(message.get_by_role("link", name="note.md")).to_be_visible()
    expect(page.get_by_role("textbox", name="Message #general")).to_have_value("")


def test_a_workspace_without_newer_blocks_is_a_switch(page: Page, sandbox: Sandbox) -> None:
    page.get_by_role("button", name="API calls").click()
    switch = page.get_by_role("button", name="Slack without newer blocks")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    refused = sandbox.call("slack/control/state")["refused_blocks"]
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")

    assert refused == ["container", "data_table", "data_visualization", "table"]


def test_the_home_of_the_app_is_a_tab_whose_buttons_work(page: Page) -> None:
    page.locator("#sidebar").get_by_role("button", name="forms").click()
    page.get_by_role("tab", name="Home").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("Your jobs")
    expect(page.get_by_role("textbox", name="Message forms")).to_be_hidden()
    page.get_by_role("button", name="Refresh").click()
    page.get_by_role("tab", name="Home").press("ArrowRight")

    expect(page.get_by_role("tab", name="Messages")).to_be_focused()
    heard(page, "refresh: jobs")


@pytest.mark.parametrize("place", ["channel", "menu", "form", "errors", "options", "home"])
def test_axe_finds_nothing_grave(page: Page, sandbox: Sandbox, place: str) -> None:
    if place == "menu":
        page.locator("#channel").get_by_role("button", name="More actions").click()
    if place in ("form", "errors", "options"):
        form = open_form(page, sandbox)
        if place == "errors":
            form.get_by_role("button", name="Next").click()
            expect(form.locator(".wrong")).to_have_count(4)
        if place == "options":
            form.get_by_role("combobox", name="Model").press_sequentially("lla")
            expect(offered(page)).to_have_count(2)
    if place == "home":
        page.locator("#sidebar").get_by_role("button", name="forms").click()
        page.get_by_role("tab", name="Home").click()
        expect(page.get_by_role("tabpanel")).to_contain_text("Your jobs")

    assert grave(page) == []


def test_people_of_another_workspace_get_no_shortcuts(page: Page) -> None:
    page.get_by_label("Speaking as").select_option(label="Eve Elsewhere (another organization)")
    expect(page.locator("#sidebar").get_by_role("button", name=re.compile("partners"))).to_be_visible()

    expect(page.get_by_role("button", name="More message actions")).to_have_count(0)
