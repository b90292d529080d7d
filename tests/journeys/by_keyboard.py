"""The page as someone uses it who has no mouse, and what would be in their way; PICTURES names a folder for pictures."""

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import Locator, Page, expect

GRAVE = {"serious", "critical"}
STEPS = 60
"""Presses of Tab after which a thing counts as out of reach."""


def go_to(page: Page, element: Locator, key: str = "Tab", steps: int = STEPS) -> None:
    """Press Tab (or Shift+Tab: what was said last is nearest) until it has the focus."""
    expect(element).to_be_visible()
    for _ in range(steps):
        if element.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    expect(element).to_be_focused()


def press(page: Page, element: Locator, key: str = "Tab") -> None:
    """Go to it, and press Enter."""
    go_to(page, element, key)
    page.keyboard.press("Enter")


def grave(page: Page) -> list[tuple[str, str]]:
    """What a person with a screen reader or poor sight would stumble over, and what sticks out at the side."""
    found = Axe().run(page).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    stumbled = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in GRAVE]
    return stumbled + ([("wider than the screen", "")] if wide else [])


def picture(page: Page, name: str) -> None:
    """Keep a picture for a person to look at."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")
