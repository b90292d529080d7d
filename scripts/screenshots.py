"""Makes the pictures in ``docs/images`` from a sandbox that it starts itself. Look at each before you keep it.

Usage: ``.venv/bin/python -m scripts.screenshots [FOLDER]`` (needs Debian's ``chromium-headless-shell`` or ``chromium``); ``ONLY=calls`` makes one row of them
"""

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from bot.render.blocks import Message
from bot.services.jobs.kinds import KINDS
from scripts.job_cards import going_on, marked, over, states

ROOT = Path(__file__).parent.parent
PATIENCE = 30_000.0
LARGEST = 350_000
COLORS = 256
BOT_TOKEN = "xoxb-sandbox-bot-token"  # noqa: S105 - of the stand-in
BROWSER = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
LEAVE = "How many days of paid annual leave do full-timers have?"
THREAD = (
    ("U0MIA", "Support needs two desks near the window, and headsets for all eight of us."),
    ("U0ADA", "I'll order the headsets today. Who moves the phones?"),
    ("U0BEN", "I'll move the phones on the evening before. The old lines stay open until the 16th."),
    ("U0MIA", "Then I'll tell customers on Monday that we may be slow on the 14th."),
)


@contextmanager
def sandbox() -> Iterator[str]:
    """The address of a fresh sandbox's page."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--port", "0", "--ready-json"],
            cwd=folder,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            if process.stdout is None:
                raise RuntimeError("the sandbox was started without a pipe")
            yield json.loads(process.stdout.readline())["page"]
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def ask(page: Page, question: str) -> None:
    """Ask in the channel and wait until the answer in the thread is finished."""
    page.get_by_role("textbox", name="Message #").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator("#thread .message").last.locator(".block.context")).to_be_visible()


def answer(page: Page) -> None:
    """A cited answer in a thread, with its sources."""
    ask(page, f"@telnyx-ai {LEAVE}")
    page.get_by_role("textbox", name="Reply in the thread").fill("@telnyx-ai And for part-timers?")
    page.keyboard.press("Enter")
    expect(page.locator("#thread .message")).to_have_count(4)
    expect(page.locator("#thread .message").last.get_by_role("button", name="Show passages")).to_be_visible()


def private(page: Page) -> None:
    """An answer that only the asker sees, with a way to share it."""
    page.get_by_role("button", name="Close thread").click()
    page.get_by_role("textbox", name="Message #").fill("/ask How do I set up a conference call?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Share in channel")).to_be_visible()


def commands(page: Page) -> None:
    """A list whose rows have buttons, and a table."""
    page.get_by_label("Speaking as").select_option(label="Ada Admin (admin)")
    for command, shown in (("/telnyx models", "thenlper/gte-large"), ("/telnyx docs", "Show files")):
        page.get_by_role("textbox", name="Message #").fill(command)
        page.keyboard.press("Enter")
        expect(page.get_by_text(shown, exact=True).first).to_be_visible()


def wire(page: Page) -> None:
    """API calls after one that failed, and the switches beside them."""
    page.get_by_role("button", name="API calls").click()
    page.get_by_role("button", name="Telnyx 500 until stopped").click()
    page.get_by_role("textbox", name="Message #").fill("@telnyx-ai How do I call in sick?")
    page.keyboard.press("Enter")
    expect(page.locator("#thread")).to_contain_text("Telnyx has a problem on its side")


def act(page: Page, what: str, **fields: str) -> str:
    """Let someone do something in the stand-in Slack; the ``ts`` of the message that they made, if they did."""
    answer = page.request.post(f"{page.url}slack/control/{what}", data=fields)
    if not answer.ok:
        raise RuntimeError(f"{what}: {answer.text()}")
    return str(answer.json().get("ts", ""))


def shortcut(page: Page, name: str, title: str, words: str) -> Locator:
    """The window of this title that an entry of a message's … menu opens."""
    message = page.locator("#channel .message", has_text=words).last
    message.hover()
    message.get_by_role("button", name="More message actions").click()
    page.get_by_role("menuitem", name=name).click()
    form = page.get_by_role("dialog", name=title)
    expect(form.locator("input, textarea, select").first).to_be_visible()
    return form


def calls(page: Page) -> None:
    """The latest calls, with what can be done about each."""
    act(page, "say", user="U0ADA", channel="C0GENERAL", text=f"@telnyx-ai {LEAVE}")
    expect(page.locator("#channel .message").first).to_contain_text("1 reply")
    page.get_by_label("Speaking as").select_option(label="Ada Admin (admin)")
    page.get_by_role("textbox", name="Message #").fill("/telnyx calls --last 5")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Summarize").first).to_be_visible()


def call_summary(page: Page) -> None:
    """The summary of a call, from its list in two clicks."""
    page.get_by_role("button", name="Summarize").first.click()
    expect(page.locator("#channel")).to_contain_text("What it was about")
    transcript = page.locator("#channel .message").last.get_by_role("button", name="Transcript")
    expect(transcript).to_be_visible()
    transcript.scroll_into_view_if_needed()


def thread_summary(page: Page) -> None:
    """The summary of a thread, posted below it."""
    page.locator("select", has_text="I'll do it").last.select_option(index=1)
    expect(page.locator("#channel")).to_contain_text("It's yours now")
    first = "The move to the new office is on 14 December. Who needs what?"
    ts = act(page, "say", user="U0BEN", channel="C0GENERAL", text=first)
    for user, text in THREAD:
        act(page, "say", user=user, channel="C0GENERAL", text=text, thread_ts=ts)
    form = shortcut(page, "Summarize thread", "Summarize", first)
    form.get_by_label("Where to post it").select_option(label="in the thread")
    form.get_by_role("button", name="Summarize").click()
    page.keyboard.press("Escape")
    message = page.locator("#channel .message", has_text=first)
    expect(message).to_contain_text(f"{len(THREAD) + 1} replies")
    message.get_by_role("button", name="replies").click()
    expect(page.locator("#thread .message").last).to_contain_text("Covers")


def transcription(page: Page) -> None:
    """A recording, and what is said in it."""
    page.get_by_role("button", name="Close thread").click()
    name = "voicemail-order.wav"
    content = base64.b64encode((ROOT / "sandbox" / "seed" / "audio" / name).read_bytes()).decode()
    act(page, "upload", user="U0ADA", channel="D0ADA", name=name, content=content)
    page.locator("#sidebar").get_by_role("button", name="telnyx-ai").click()
    expect(page.locator("#channel .message", has_text=name).first).to_be_visible()
    page.locator("#channel .message", has_text=name).first.get_by_role("button", name="1 reply").click()
    expect(page.locator("#thread .message").last.get_by_role("button", name="Summarize")).to_be_visible()


def home(page: Page) -> None:
    """What one asked, where one is answered, what one is to do, and what runs."""
    page.get_by_role("button", name="Close thread").click()
    page.get_by_role("tab", name="Home").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("As of")


def keep_form(page: Page) -> None:
    """A thread becomes a document."""
    page.locator("#sidebar").get_by_role("button", name="general").click()
    form = shortcut(page, "Keep in docs", "Keep in docs", "The move to the new office")
    form.get_by_label("Bucket").select_option(label="handbook")


def jobs_embedding(page: Page) -> Locator:
    """The card of each state of embedding tasks."""
    return gallery(page, "general", _states("embedding"))


def jobs_training(page: Page) -> Locator:
    """The card of each state of clusterings and fine-tuning jobs."""
    return gallery(page, "support", _states("clusters", "fine-tuning"))


def jobs_calls(page: Page) -> Locator:
    """The card of each state of calls and of their insights."""
    return gallery(page, "random", _states("call", "insights"))


def jobs_marked(page: Page) -> Locator:
    """Cards that people pressed something on, and those that are shown otherwise."""
    return gallery(page, "partners", marked(KINDS["embedding"], time.time()))


def jobs_together(page: Page) -> Locator:
    """Cards of jobs that began together, and of which some go on."""
    return gallery(page, "telnyx-ai", going_on(KINDS["embedding"], time.time()))


def jobs_over(page: Page) -> Locator:
    """Cards of jobs that began together, and have all ended."""
    return gallery(page, "private-finance", over(KINDS["embedding"], time.time()))


def _states(*names: str) -> Iterator[tuple[str, Message]]:
    for name in names:
        yield from states(KINDS[name], time.time())


def gallery(page: Page, place: str, drawn: Iterable[tuple[str, Message]]) -> Locator:
    """A conversation with these messages of the bot's, as tall as they need."""
    page.get_by_label("Speaking as").select_option(label="Ada Admin (admin)")
    channel = {"telnyx-ai": "D0ADA", "private-finance": "C0FINANCE"}.get(place, f"C0{place.upper()}")
    page.locator("#sidebar").get_by_role("button", name=place).click()
    if place in ("random", "private-finance"):
        act(page, "invite", user="U0ADA", channel=channel)
    messages = [message for _, message in drawn]
    for message in messages:
        _post(page, channel, message)
    shown = page.locator("#channel .message")
    expect(shown).to_have_count(len(messages))
    page.set_viewport_size({"width": 960, "height": 300 * len(messages)})
    top, bottom = shown.first.bounding_box(), shown.last.bounding_box()
    if top is None or bottom is None:
        raise RuntimeError("no message is to be seen")
    page.set_viewport_size({"width": 960, "height": 200 + int(bottom["y"] + bottom["height"] - top["y"])})
    return page.locator("#channel")


def _post(page: Page, channel: str, message: Message) -> None:
    while True:
        answer = page.request.post(
            f"{page.url}slack/api/chat.postMessage",
            headers={"Authorization": f"Bearer {BOT_TOKEN}"},
            data={"channel": channel, "text": message.text, "blocks": message.blocks},
        )
        if answer.json()["ok"]:
            return
        if answer.status != HTTPStatus.TOO_MANY_REQUESTS:
            raise RuntimeError(answer.text())
        page.wait_for_timeout(1_000 * float(answer.headers["retry-after"]))


ROWS: dict[str, Sequence[Callable[[Page], Locator | None]]] = {
    "answers": (answer, private, commands, wire),
    "calls": (calls, call_summary, thread_summary, transcription, home, keep_form),
    "jobs": (jobs_embedding, jobs_training, jobs_calls, jobs_marked, jobs_together, jobs_over),
}
"""Pictures that are taken in one sandbox; each goes on where the one before ended."""


def main(folder: Path, only: str = "") -> None:
    """Take the pictures, row by row."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"),
            args=[*BROWSER],
        )
        for name, pictures in ROWS.items():
            if only in ("", name):
                with sandbox() as address:
                    _take(pictures, folder, browser, address)
        browser.close()


def _take(
    pictures: Sequence[Callable[[Page], Locator | None]], folder: Path, browser: Browser, address: str
) -> None:
    view = {"width": 1240, "height": 780}
    context = browser.new_context(locale="en-GB", viewport=view, device_scale_factor=1.4)  # type: ignore[arg-type]  # a plain dict
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    page.goto(address)
    for picture in pictures:
        part = picture(page)
        page.mouse.move(0, 0)
        file = folder / f"{picture.__name__.replace('_', '-')}.png"
        (part or page).screenshot(path=file)
        Image.open(file).convert("RGB").quantize(COLORS, Image.Quantize.MAXCOVERAGE).save(file, optimize=True)
        sys.stdout.write(f"{file}: {file.stat().st_size // 1000} kB\n")
        if file.stat().st_size > LARGEST:
            raise SystemExit(f"{file} is too large for a page of documentation")
    context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images", os.environ.get("ONLY", ""))
