"""The sandbox's page in a real browser, before a real bot: what a person sees in the first minute."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.journeys.browser import Sandbox
from tests.journeys.by_keyboard import grave

LEAVE = "How many days of paid annual leave do full-timers have?"
NONSENSE = "What is the airspeed velocity of an unladen swallow?"
PATIENCE = 20_000.0
LONGEST_END = 3.0


@pytest.fixture(scope="module")
def sandbox(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    del browser  # asked for first: without one there is nothing to start
    running = Sandbox(tmp_path_factory.mktemp("page"))
    yield running
    running.stop()


@pytest.fixture
def context(browser: Browser, sandbox: Sandbox) -> Iterator[BrowserContext]:
    made = browser.new_context(
        locale="en-GB", timezone_id="Asia/Tokyo", viewport={"width": 1320, "height": 840}
    )
    made.set_default_timeout(PATIENCE)
    yield made
    for shown in made.pages:  # an answer that a test rewrites may be on its way
        shown.unroute_all(behavior="ignoreErrors")
    made.close()
    sandbox.calm()


@pytest.fixture
def page(context: BrowserContext, sandbox: Sandbox) -> Iterator[Page]:
    """The page as Mia finds it in #general; whatever it complains of fails the test."""
    shown = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    shown.on("pageerror", lambda error: complaints.append(str(error)))
    shown.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    shown.on("request", lambda request: asked.append(request.url))
    shown.goto(sandbox.page)
    expect(shown.locator(".pill")).to_have_text("Bot connected", timeout=PATIENCE)
    yield shown
    assert complaints == []
    assert [url for url in asked if not url.startswith(sandbox.page)] == []


def ask(page: Page, question: str) -> Locator:
    """Mention the bot; what it says last in the thread that opens."""
    page.get_by_role("textbox", name="Message #").fill(f"@bot {question}")
    page.keyboard.press("Enter")
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_text(question, exact=False).first).to_be_visible()
    return thread.locator(".message").nth(1)


def command(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Message #").fill(text)
    page.keyboard.press("Enter")


def speak_as(page: Page, name: str) -> None:
    page.get_by_label("Speaking as").select_option(label=name)


def post(sandbox: Sandbox, channel: str, blocks: list[dict[str, Any]]) -> None:
    """The app itself writes a message."""
    answer = sandbox.call("slack/api/chat.postMessage", {"channel": channel, "text": "-", "blocks": blocks})
    assert answer["ok"], answer


def test_a_question_on_the_screen_gets_a_streamed_answer_with_its_source(page: Page) -> None:
    answer = ask(page, LEAVE)

    expect(answer).to_contain_text("27 days", timeout=PATIENCE)
    expect(answer.get_by_role("button", name="Show passages")).to_be_visible()
    expect(page.locator("#news")).to_contain_text("27 days")
    answer.get_by_role("button", name="Open document").click()
    link = page.get_by_role("dialog").get_by_role("link")
    expect(link).to_have_attribute("rel", "noopener noreferrer", timeout=PATIENCE)


def test_text_appears_while_it_is_still_being_written(page: Page, sandbox: Sandbox) -> None:
    parent = sandbox.call("slack/control/say", {"user": "U0MIA", "channel": "C0GENERAL", "text": "Listen"})[
        "ts"
    ]
    where = {"channel": "C0GENERAL"}
    reader = {"recipient_user_id": "U0MIA", "recipient_team_id": "T0ACME"}
    stream = sandbox.call(
        "slack/api/chat.startStream", where | reader | {"thread_ts": parent, "markdown_text": "One, "}
    )
    page.locator(f'[data-ts="{parent}"]').get_by_role("button", name="1 reply").click()
    written = page.locator(f'#thread [data-ts="{stream["ts"]}"]')
    expect(written).to_have_class(re.compile("streaming"))
    expect(written).to_contain_text("One,")
    sandbox.call("slack/api/chat.appendStream", where | {"ts": stream["ts"], "markdown_text": "**two**"})
    expect(written.locator("strong", has_text="two")).to_be_visible()
    sandbox.call("slack/api/chat.stopStream", where | {"ts": stream["ts"]})

    expect(written).not_to_have_class(re.compile("streaming"))
    expect(written).to_contain_text("One, two")


def test_a_private_answer_is_seen_by_one_person_until_it_is_shared(page: Page) -> None:
    question = "How many months of warranty does the D40 have?"
    command(page, f"/ask {question}")
    private = page.locator(".message.private", has_text="months").last
    expect(private).to_contain_text("Only visible to you", timeout=PATIENCE)
    speak_as(page, "Ben Becker (member)")
    expect(page.locator(".message.private")).to_have_count(0)
    speak_as(page, "Mia Moreau (member)")
    private.get_by_role("button", name="Share in channel").click()

    speak_as(page, "Ben Becker (member)")

    expect(page.locator("#channel .message", has_text=f"asked: {question}")).to_be_visible(timeout=PATIENCE)


def test_what_no_document_says_is_refused_with_where_it_looked(page: Page) -> None:
    answer = ask(page, NONSENSE)

    expect(answer).to_contain_text("couldn't find an answer", timeout=PATIENCE)
    expect(answer.locator("code", has_text="handbook")).to_be_visible()


def test_a_failure_of_telnyx_is_a_sentence_and_stands_red_on_the_wire(page: Page) -> None:
    page.get_by_role("button", name="API calls").click()
    page.get_by_role("button", name="Telnyx 500 until stopped").click()
    expect(page.locator("#telnyx-500")).to_have_class(re.compile("armed"))
    answer = ask(page, LEAVE)

    expect(answer).to_contain_text("Telnyx has a problem on its side", timeout=60_000)
    expect(answer.get_by_role("img", name="warning")).to_be_visible()
    expect(page.locator(".calls tr.failed", has_text="/ai/chat/completions").last).to_contain_text("500")
    page.get_by_role("button", name="End all faults").click()
    expect(page.locator(".armed")).to_have_count(0)


def test_a_killed_bot_finishes_its_answer_once_it_is_started_again(page: Page) -> None:
    page.get_by_role("button", name="API calls").click()
    page.get_by_role("button", name="Telnyx slow once").click()
    expect(page.locator("#telnyx-slow")).to_have_class(re.compile("armed"))
    answer = ask(page, LEAVE)
    expect(page.locator("#thread .status.busy, #thread .message.streaming").first).to_be_visible()
    page.get_by_role("button", name="Kill the bot").click()
    expect(page.locator(".pill")).to_have_text("Bot stopped")
    expect(answer.get_by_role("button", name="Show passages")).to_have_count(0)
    page.get_by_role("button", name="Start it again").click()

    expect(page.locator(".pill")).to_have_text("Bot connected", timeout=PATIENCE)
    expect(answer).to_contain_text("27 days", timeout=60_000)
    expect(answer.get_by_role("button", name="Show passages")).to_be_visible(timeout=60_000)
    expect(page.locator("#thread .message")).to_have_count(2)


def test_a_dropped_file_becomes_a_job_in_jobs_and_then_an_answer(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "kites.md"
    file.write_text("# Kites\n\nThe club owns exactly 41 red kites and keeps them in the boathouse.\n")
    page.get_by_role("button", name="Add documents").click()
    page.get_by_label("Files").set_input_files(file)
    page.get_by_role("dialog").get_by_role("button", name="Add", exact=True).click()
    page.locator("#sidebar").get_by_role("button", name="jobs").click()
    card = page.locator("#channel .message", has_text="Embedding of docs").last
    expect(card).to_contain_text(re.compile("queued|processing"), timeout=PATIENCE)
    expect(card).to_contain_text("succeeded", timeout=30_000)
    page.locator("#sidebar").get_by_role("button", name="general").click()

    answer = ask(page, "How many red kites does the club own?")

    expect(answer).to_contain_text("41", timeout=PATIENCE)
    expect(answer).to_contain_text("kites.md")


def test_an_unknown_block_shows_its_name_in_red(context: BrowserContext, sandbox: Sandbox) -> None:
    # The stand-in refuses such a block, as Slack would; here the page gets one all the same.
    def with_strange_block(route: Route) -> None:
        answer = route.fetch()
        message = {
            **strange,
            "blocks": [{"type": "hologram"}, {"type": "section"}, {"type": "header", "text": 7}],
        }
        route.fulfill(response=answer, json=[*answer.json(), message])

    ts = sandbox.call("slack/control/say", {"user": "U0MIA", "channel": "C0GENERAL", "text": "Hello"})["ts"]
    seen = sandbox.call("slack/control/messages?channel=C0GENERAL&user=U0MIA")
    strange = next(message for message in seen if message["ts"] == ts) | {"ts": "9999999999.000001"}
    page = context.new_page()
    page.route("**/slack/control/messages*", with_strange_block)
    page.goto(sandbox.page)

    unknown = page.get_by_text("unknown block: hologram")

    expect(unknown).to_have_css("color", "rgb(179, 38, 30)")
    expect(page.get_by_text("broken block: header")).to_be_visible()


def test_a_form_shows_what_is_missing_and_sends_what_was_entered(
    context: BrowserContext, sandbox: Sandbox
) -> None:
    # No command of the bot opens a form yet, so the page gets one here, and what it sends is kept.
    def sent(route: Route) -> None:
        bodies.append(route.request.post_data_json)
        missing = {
            "ok": False,
            "error": "incomplete",
            "errors": {"name": "Please complete this required field."},
        }
        route.fulfill(json=missing if len(bodies) == 1 else {"ok": True})

    bodies: list[Any] = []
    words = {
        name: {"type": "plain_text", "text": name} for name in ("Settings", "Save", "Name", "Tone", "Calm")
    }
    name_field = {"type": "plain_text_input", "action_id": "typed"}
    calm = {"text": words["Calm"], "value": "calm"}
    tone_field = {"type": "static_select", "action_id": "chosen", "options": [calm]}
    fields = [
        {"type": "input", "block_id": "name", "label": words["Name"], "element": name_field},
        {"type": "input", "block_id": "tone", "label": words["Tone"], "element": tone_field},
    ]
    parts = {"title": words["Settings"], "submit": words["Save"], "close": None, "blocks": fields}
    view: dict[str, Any] = {
        "id": "V1",
        "type": "modal",
        "hash": "1",
        "errors": {},
        "state": {"values": {}},
        **parts,
    }
    page = context.new_page()
    page.route("**/slack/control/views*", lambda route: route.fulfill(json=[view]))
    page.route("**/slack/control/submit", sent)
    page.goto(sandbox.page)
    form = page.get_by_role("dialog", name="Settings")
    form.get_by_label("Tone").select_option(label="Calm")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("Please complete this required field.")).to_be_visible()
    expect(form.get_by_label("Name")).to_be_focused()
    form.get_by_label("Name").fill("Mia")
    with page.expect_response("**/slack/control/submit"):
        form.get_by_role("button", name="Save").click()

    assert [body["values"] for body in bodies] == [{"tone": "calm"}, {"name": "Mia", "tone": "calm"}]
    assert bodies[0]["view_id"] == "V1"


def test_only_web_and_mail_addresses_are_links_and_markup_stays_text(page: Page, sandbox: Sandbox) -> None:
    evil = "<javascript:alert(1)|press here> <data:text/html,hi|or here> <https://example.com/|fine> &lt;img src=x onerror=alert(1)&gt;"
    markdown = "[press](javascript:alert(1)) [fine too](https://example.org/) <img src=x onerror=alert(1)> ![p](data:image/png,x)"
    text = {"type": "mrkdwn", "text": evil, "verbatim": True}
    post(sandbox, "C0SUPPORT", [{"type": "section", "text": text}, {"type": "markdown", "text": markdown}])
    page.locator("#sidebar").get_by_role("button", name="support").click()
    message = page.locator("#channel .message", has_text="press here").last

    expect(message.get_by_role("link")).to_have_text(["fine", "fine too"])
    expect(message).to_contain_text("<img src=x onerror=alert(1)>")
    expect(message.locator("img")).to_have_count(0)


def test_blocks_are_shown_as_slack_shows_them(page: Page, sandbox: Sandbox) -> None:
    markdown = "## Plan\n\n1. **bold** and *slanted*\n   - inner `code`\n2. ~~gone~~\n\n- [x] done\n\n> said\n\n| a | b |\n| --- | ---: |\n| 1 | 2 |\n\n```py\nx = '<b>'\n```"
    fields = [{"type": "mrkdwn", "text": "*Left*\none"}, {"type": "mrkdwn", "text": "*Right*\ntwo"}]
    stamp = "<!date^1700000000^{date_num} {time}|then>"
    rows = [[{"type": "raw_text", "text": "Model"}], [{"type": "raw_text", "text": "llama"}]]
    item = {
        "type": "rich_text_section",
        "elements": [{"type": "text", "text": "in a list", "style": {"bold": True}}],
    }
    post(
        sandbox,
        "C0SUPPORT",
        [
            {"type": "header", "text": {"type": "plain_text", "text": "All of it"}},
            {"type": "markdown", "text": markdown},
            {"type": "divider"},
            {"type": "section", "fields": fields},
            {
                "type": "context",
                "elements": [{"type": "mrkdwn", "text": f"{stamp} by <@U0BEN> in <#C0JOBS>"}],
            },
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_list", "style": "bullet", "elements": [item]}],
            },
            {"type": "table", "rows": rows},
            {"type": "image", "image_url": "https://example.com/x.png", "alt_text": "a chart"},
        ],
    )
    page.locator("#sidebar").get_by_role("button", name="support").click()
    message = page.locator("#channel .message", has_text="All of it").last

    expect(message.get_by_role("heading", name="Plan")).to_be_visible()
    expect(message.locator("ol > li > strong")).to_have_text("bold")
    expect(message.locator("ol > li > em")).to_have_text("slanted")
    expect(message.locator("ol > li > ul code")).to_have_text("code")
    expect(message.locator("li s")).to_have_text("gone")
    expect(message.get_by_role("img", name="done")).to_be_visible()
    expect(message.locator("blockquote")).to_have_text("said")
    expect(message.locator(".markdown td.right")).to_have_text("2")
    expect(message.locator("pre")).to_have_text("x = '<b>'")
    expect(message.locator(".fields > div")).to_have_text(["Leftone", "Righttwo"])
    expect(message.locator("time", has_text="2023-11-15 07:13")).to_be_visible()
    expect(message.locator(".mention")).to_have_text(["@ben", "#jobs"])
    expect(message.locator(".rich li strong")).to_have_text("in a list")
    expect(message.get_by_role("columnheader", name="Model")).to_be_visible()
    expect(message.get_by_text("Picture: a chart")).to_be_visible()
    expect(message.locator(".unknown")).to_have_count(0)


def test_a_chart_is_a_picture_with_its_numbers_and_a_container_opens_by_keyboard(
    page: Page, sandbox: Sandbox
) -> None:
    inside = [{"type": "section", "text": {"type": "plain_text", "text": "All that was said"}}]
    title = {"type": "plain_text", "text": "Passages"}
    points = [{"label": "happy", "value": 3}, {"label": "angry", "value": 1}]
    bars = {
        "type": "bar",
        "series": [{"name": "Calls", "data": points}],
        "axis_config": {"categories": ["happy", "angry"]},
    }
    folded = {"is_collapsible": True, "default_collapsed": True, "child_blocks": inside}
    post(
        sandbox,
        "C0SUPPORT",
        [
            {"type": "header", "text": {"type": "plain_text", "text": "Moods of the day"}},
            {"type": "data_visualization", "title": "Moods", "chart": bars},
            {
                "type": "data_visualization",
                "title": "As a pie",
                "chart": {"type": "pie", "segments": points},
            },
            {"type": "container", "title": title, **folded},
        ],
    )
    page.locator("#sidebar").get_by_role("button", name="support").click()
    message = page.locator("#channel .message", has_text="Moods of the day").last
    chart = message.get_by_role("figure", name="Moods")

    expect(chart.locator("svg rect[height]:not([rx])")).to_have_count(2)
    row = chart.get_by_role("row", name="happy")
    expect(row.get_by_role("cell")).to_have_text("3")
    expect(message.get_by_text("happy (75 %)")).to_be_visible()
    expect(message.get_by_text("All that was said")).to_be_hidden()
    message.locator("summary", has_text="Passages").focus()
    page.keyboard.press("Enter")
    expect(message.get_by_text("All that was said")).to_be_visible()
    expect(message.locator(".unknown")).to_have_count(0)
    found: list[Any] = Axe().run(page, ".chart, .container").response["violations"]
    assert [one["id"] for one in found] == []


def test_guests_and_strangers_find_only_what_is_theirs(page: Page) -> None:
    sidebar = page.locator("#sidebar")
    expect(sidebar.get_by_role("button", name="jobs")).to_be_visible()
    speak_as(page, "Gus Guest (guest)")
    expect(sidebar.get_by_role("button", name="support")).to_be_visible()
    expect(sidebar.get_by_role("button", name="jobs")).to_have_count(0)

    answer = ask(page, LEAVE)

    expect(answer).to_contain_text("guests", timeout=PATIENCE)
    expect(answer).not_to_contain_text("27 days")
    speak_as(page, "Eve Elsewhere (another organization)")
    expect(sidebar.get_by_role("button", name="partners")).to_be_visible()
    expect(sidebar.get_by_role("button", name="support")).to_have_count(0)


def test_a_question_is_asked_and_its_passages_read_by_keyboard_alone(page: Page) -> None:
    keys = page.keyboard
    expect(page.get_by_role("textbox", name="Message #general")).to_be_focused()
    keys.type("@tel")
    expect(page.get_by_role("option", name="@telnyx-ai")).to_have_attribute("aria-selected", "true")
    keys.press("Tab")
    keys.type(LEAVE)
    keys.press("Enter")
    button = page.locator("#thread").get_by_role("button", name="Show passages")
    expect(button).to_be_visible(timeout=PATIENCE)
    for _ in range(60):
        keys.press("Tab")
        if button.evaluate("button => button === document.activeElement"):
            break
    keys.press("Enter")
    expect(page.get_by_role("dialog", name="Passages")).to_contain_text("27 days")
    keys.press("Escape")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()


FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Two frames have been drawn."""


def test_the_newest_message_stays_in_sight_until_somebody_scrolls_up(page: Page, sandbox: Sandbox) -> None:
    def say(text: str) -> Locator:
        sandbox.call("slack/control/say", {"user": "U0BEN", "channel": "C0RANDOM", "text": text})
        return page.locator("#channel .message", has_text=text).last

    page.locator("#sidebar").get_by_role("button", name="random").click()
    for number in range(30):
        say(f"Line {number} of many")
    last = say("The last line")
    expect(last).to_be_in_viewport()
    page.get_by_role("button", name="API calls").click()
    expect(page.locator("#wire")).to_be_visible()
    last.evaluate(FRAMES)  # there is less room now, and the page makes up for it
    expect(last).to_be_in_viewport()
    first = page.locator("#channel .message").first
    rolled_up = False
    while (
        not rolled_up
    ):  # a message that is drawn before the page is told of it takes the list back to its end
        first.scroll_into_view_if_needed()
        first.evaluate(FRAMES)
        rolled_up = first.evaluate("(message) => message.parentElement.atEnd === false")
    later = say("A later line")

    expect(later).to_be_attached()
    expect(later).not_to_be_in_viewport()
    expect(first).to_be_in_viewport()


def test_a_button_that_is_held_down_while_its_message_changes_is_pressed_all_the_same(
    page: Page, sandbox: Sandbox
) -> None:
    said = {"user": "U0BEN", "channel": "C0RANDOM", "text": "Lunch at noon?"}
    ts = sandbox.call("slack/control/say", said)["ts"]
    page.get_by_role("button", name="random").click()
    message = page.locator(f'#channel .message[data-ts="{ts}"]')
    message.hover()
    message.get_by_role("button", name="Reply in thread").hover()
    page.mouse.down()
    with page.expect_response("**/slack/control/messages?*") as seen:
        sandbox.call("slack/control/edit", said | {"ts": ts, "text": "Lunch at one?"})
    seen.value.finished()
    page.mouse.up()

    expect(page.locator("#thread")).to_contain_text("Lunch at one?")
    expect(message).to_contain_text("Lunch at one?")


def test_typing_a_slash_offers_the_commands_of_the_manifest(page: Page) -> None:
    box = page.get_by_role("textbox", name="Message #general")
    box.press_sequentially("/")
    expect(page.get_by_role("option")).to_contain_text(["/ask", "/telnyx"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(box).to_have_value("/telnyx ")
    expect(page.locator("#channel .hint")).to_contain_text("summarize WHAT")


def test_the_direct_message_suggests_what_to_ask_and_answers(page: Page) -> None:
    page.locator("#sidebar").get_by_role("button", name="telnyx-ai").click()
    page.get_by_role("button", name="What can you do?").click()

    answer = page.locator("#thread .message").nth(1)

    expect(answer).to_contain_text("handbook", timeout=PATIENCE)


@pytest.mark.parametrize("place", ["start", "answer", "wire", "passages", "documents"])
def test_axe_finds_nothing_grave(page: Page, place: str) -> None:
    if place != "start":
        expect(ask(page, LEAVE)).to_contain_text("leave.md", timeout=PATIENCE)
    if place == "wire":
        page.get_by_role("button", name="API calls").click()
    if place == "passages":
        page.locator("#thread").get_by_role("button", name="Show passages").click()
        expect(page.get_by_role("dialog")).to_be_visible()
    if place == "documents":
        page.get_by_role("button", name="Add documents").click()

    assert grave(page) == []


def test_the_page_says_that_no_bot_runs_here(browser: Browser, tmp_path: Path) -> None:
    alone = Sandbox(tmp_path, "--no-bot")
    page = browser.new_page()
    try:
        page.goto(alone.page)

        expect(page.locator(".pill")).to_have_text("No bot runs here (--no-bot)")
        page.get_by_role("button", name="API calls").click()
        expect(page.get_by_role("button", name="Kill the bot")).to_be_disabled()
    finally:
        page.close()
        alone.stop()


def test_ctrl_c_ends_sandbox_and_bot_within_three_seconds_while_the_page_is_open(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # Other tests may hold this machine up for a moment, but not three times.
    ends = (ended_by_ctrl_c(browser, tmp_path_factory.mktemp("ended")) for _ in range(3))

    assert any(seconds < LONGEST_END for seconds in ends)


def ended_by_ctrl_c(browser: Browser, folder: Path) -> float:
    """End a sandbox whose page is open; how many seconds that took."""
    running = Sandbox(folder)
    page = browser.new_page()
    try:
        page.goto(running.page)
        expect(page.locator(".pill")).to_have_text("Bot connected", timeout=PATIENCE)
        bot = int(running.call("control/bot")["pid"])
        began = time.monotonic()
        status = running.stop()
        took = time.monotonic() - began

        assert status == 0
        assert not Path(f"/proc/{bot}").exists()
        expect(page.locator(".pill")).to_have_text("The sandbox isn't answering")
    finally:
        page.close()
    return took
