"""The stand-in model says only what stands in the documents, so nothing of it may be said to stand nowhere."""

from pathlib import Path

import pytest

from bot.render.sources import OpenDocument
from tests.unit.bot.conftest import telnyx_house
from tests.unit.handlers.verb_house import Bot, VerbHouse

SEED = Path(__file__).parents[3] / "sandbox" / "seed"
LEAST = 60


def questions() -> list[str]:
    """One for each section of the sandbox's documents."""
    found = []
    for file in sorted((*SEED.glob("handbook/*.md"), *SEED.glob("manual/*.md"))):
        title, *sections = [line for line in file.read_text(encoding="utf-8").splitlines() if line[:1] == "#"]
        found += [f"{title.strip('# ')}: what about {section.strip('# ').lower()}?" for section in sections]
    return found


@pytest.mark.slow
async def test_no_answer_of_the_stand_in_raises_an_alarm() -> None:
    cited, alarms = 0, []
    async with telnyx_house() as telnyx:
        house = VerbHouse(telnyx, Bot(telnyx.client))
        for question in questions():
            got = await house.get(*await house.read(f"ask {question}"))
            cited += OpenDocument.verb in got.words
            if "Not in the sources" in got.words:
                alarms.append((question, got.words))

    assert alarms == []
    assert cited >= LEAST
