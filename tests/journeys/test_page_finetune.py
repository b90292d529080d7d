"""A model is fine-tuned on the page by keyboard alone, in Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.journeys.browser import Sandbox, shown_to
from tests.journeys.by_keyboard import go_to, grave

BASE = "meta-llama/Meta-Llama-3.1-8B-Instruct"


@pytest.fixture(scope="module")
def sandbox(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    del browser  # asked for first: without one there is nothing to start
    running = Sandbox(tmp_path_factory.mktemp("finetune"))
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, sandbox: Sandbox) -> Iterator[Page]:
    """The page as Ada, an admin, finds it."""
    with shown_to("Ada Admin (admin)", browser, sandbox) as shown:
        yield shown


def test_a_model_is_fine_tuned_by_keyboard_alone(page: Page, sandbox: Sandbox) -> None:
    keys = page.keyboard
    go_to(page, page.get_by_role("textbox", name="Message #general"), steps=30)
    keys.type("/telnyx finetune create")
    keys.press("Enter")
    form = page.get_by_role("dialog", name="Fine-tune a model")
    model = form.get_by_role("combobox", name="Model")
    expect(model).to_be_focused()
    keys.type("meta")
    expect(model.locator("option:checked")).to_have_text(BASE)
    keys.press("Tab")
    keys.type("hand")
    expect(form.get_by_role("combobox", name="Bucket").locator("option:checked")).to_have_text("handbook")
    keys.press("Tab")
    keys.type("11")
    go_to(page, form.get_by_role("button", name="Next"), steps=30)
    keys.press("Enter")
    expect(form.get_by_text("Takes a number from 1 to 10")).to_be_visible()
    epochs = form.get_by_label("Epochs")
    expect(epochs).to_be_focused()
    keys.press("Backspace")
    expect(epochs).to_have_value("1")
    keys.press("Tab")
    keys.type("Tidy Page")
    assert grave(page) == []
    go_to(page, form.get_by_role("button", name="Next"), steps=30)
    keys.press("Enter")
    sure = page.get_by_role("dialog", name="Fine-tune a model").last
    expect(sure).to_contain_text("in 1 epoch?")
    expect(sure).to_contain_text("doesn't publish their price")
    assert grave(page) == []
    go_to(page, sure.get_by_role("button", name="Start training"), steps=30)
    keys.press("Enter")

    expect(page.get_by_role("dialog").last).to_contain_text("I've started this job.")
    expect(page.get_by_role("dialog").last).to_contain_text("tidy-page")
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    keys.press("Shift+Tab")  # this Chromium takes no letters where a closed dialog left the focus
    go_to(page, page.get_by_role("textbox", name="Message #general"), steps=30)
    keys.type("/telnyx finetune show tidy-page")
    keys.press("Enter")
    shown = page.locator("#channel .message", has_text="The model will be called").last
    go_to(page, shown.get_by_role("button", name="Cancel…"), steps=30)
    keys.press("Enter")
    question = page.locator("#channel .message", has_text="What it has learned so far is lost")
    go_to(page, question.get_by_role("button", name="Yes, cancel it"), steps=30)
    keys.press("Enter")
    expect(page.locator("#channel .message", has_text="was canceled. There's no model.")).to_be_visible()
    jobs = sandbox.call("telnyx/control/calls")["calls"]
    assert [call["operation"] for call in jobs].count("fine_tuning.create") == 1


def test_a_model_is_chosen_for_a_channel_below_the_table(page: Page) -> None:
    page.get_by_role("textbox", name="Message #general").fill("/telnyx models --fine-tunable")
    page.keyboard.press("Enter")
    choice = page.locator("#channel").get_by_label("Use in this channel…").last
    expect(page.get_by_role("table", name="AI models").last).to_contain_text("can be fine-tuned")
    assert grave(page) == []
    choice.focus()
    page.keyboard.type("meta")

    expect(page.locator("#channel .message", has_text=f"{BASE} (set here)").last).to_be_visible()


def test_what_is_wrong_takes_the_focus_once_however_late_the_view_comes(page: Page) -> None:
    """The answer to *Next* shows what is wrong; the view that brings the same comes when the person is at the next field."""
    form = at_next(page, epochs="11")
    held: list[Route] = []
    page.route("**/slack/control/views?*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks the handler, which a method of a list doesn't bear
    form.get_by_role("button", name="Next").press("Enter")
    expect(form.get_by_text("Takes a number from 1 to 10")).to_be_visible()
    expect(form.get_by_label("Epochs")).to_be_focused()
    form.get_by_label("Epochs").fill("1")
    page.keyboard.press("Tab")
    page.keyboard.type("tidy")
    with page.expect_response("**/slack/control/views?*") as seen:
        for one in held:
            one.continue_()
    seen.value.finished()
    page.unroute("**/slack/control/views?*")
    expect(form.get_by_label("Suffix")).to_be_focused()
    page.keyboard.type(" page")
    expect(form.get_by_label("Suffix")).to_have_value("tidy page")
    expect(form.get_by_label("Epochs")).to_have_value("1")


def test_a_button_that_is_pressed_when_the_view_comes_is_pressed_all_the_same(page: Page) -> None:
    form = at_next(page, epochs="11")
    held: list[Route] = []
    page.route("**/slack/control/views?*", lambda route: held.append(route))  # noqa: PLW0108 - as above
    following = form.get_by_role("button", name="Next")
    following.press("Enter")
    expect(form.get_by_text("Takes a number from 1 to 10")).to_be_visible()
    form.get_by_label("Epochs").fill("1")
    following.hover()
    page.mouse.down()
    with page.expect_response("**/slack/control/views?*") as seen:
        for one in held:
            one.continue_()
    seen.value.finished()
    page.unroute("**/slack/control/views?*")
    page.mouse.up()

    expect(page.get_by_role("dialog").last).to_contain_text("in 1 epoch?")


def test_what_is_no_number_is_said_to_be_none_and_is_not_sent(page: Page) -> None:
    """A browser takes `1e` in a field of numbers, and reads nothing there: the job would have run with what is usual."""
    form = at_next(page, epochs="1e")
    form.get_by_role("button", name="Next").press("Enter")
    expect(form.get_by_text("Takes a number", exact=True)).to_be_visible()
    expect(form.get_by_label("Epochs")).to_be_focused()
    page.keyboard.press("Backspace")
    form.get_by_role("button", name="Next").press("Enter")
    expect(page.get_by_role("dialog").last).to_contain_text("in 1 epoch?")


def at_next(page: Page, *, epochs: str) -> Locator:
    """The form of a fine-tuning job, filled in but for its suffix."""
    page.get_by_role("textbox", name="Message #general").fill("/telnyx finetune create")
    page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="Fine-tune a model")
    form.get_by_role("combobox", name="Model").select_option(BASE)
    form.get_by_role("combobox", name="Bucket").select_option("handbook")
    form.get_by_label("Epochs").focus()
    page.keyboard.type(epochs)
    return form
