"""Makes the pictures in ``docs/images`` from a sandbox that it starts itself. Look at each before you keep it.

Usage: ``.venv/bin/python scripts/screenshots.py [FOLDER]`` (needs Debian's ``chromium``)
"""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).parent.parent
PATIENCE = 30_000.0
LARGEST = 300_000
BROWSER = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
LEAVE = "How many days of paid annual leave do full-timers have?"


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


def main(folder: Path) -> None:
    """Take the pictures in their order; each goes on where the one before ended."""
    folder.mkdir(parents=True, exist_ok=True)
    with sandbox() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*BROWSER])
        view = {"width": 1240, "height": 780}
        context = browser.new_context(locale="en-GB", viewport=view, device_scale_factor=1.4)  # type: ignore[arg-type]  # a plain dict
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page.goto(address)
        for picture in (answer, private, commands, wire):
            picture(page)
            page.mouse.move(0, 0)
            file = folder / f"{picture.__name__}.png"
            page.screenshot(path=file)
            sys.stdout.write(f"{file}: {file.stat().st_size // 1000} kB\n")
            if file.stat().st_size > LARGEST:
                raise SystemExit(f"{file} is too large for a page of documentation")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
