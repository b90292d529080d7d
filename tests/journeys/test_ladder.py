"""A workspace that does not take a newer block yet is asked for it once a day, and shows the same in a simpler one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.slack.person import Json, Person
from tests.databases import SqliteFiles
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House, until
from tests.journeys.screen import GENERAL

PROGRAM = "tests.journeys.bot_with_more_verbs"
NEWER = ("container", "data_visualization", "data_table", "table")


@pytest.fixture
def bot(house: House, tmp_path: Path) -> Iterator[BotProcess]:
    made = BotProcess(house, tmp_path, program=PROGRAM).start()
    yield made
    house.ask("slack", "blocks", {"refused": []})
    if made.process is not None and made.process.poll() is None:
        made.stop()


class Desk:
    """Types commands and looks at what they show."""

    def __init__(self, house: House, person: Person) -> None:
        self._house, self._person = house, person

    async def types(self, verb: str) -> list[str]:
        """The kinds of block that a verb is shown with."""
        before = await self._person.say(GENERAL, f"Now {verb}.")
        await self._person.command(GENERAL, "/telnyx", f"try {verb}")

        def shown(message: Json) -> bool:
            return message["kind"] == "ephemeral" and message["ts"] > before and bool(message["blocks"])

        message = await self._person.wait_for(shown, 30, channel=GENERAL)
        return [block["type"] for block in message["blocks"] if block["type"] not in ("header", "context")]

    @property
    def refused(self) -> int:
        """How often Slack has refused blocks so far."""
        return sum(call["error"] == "invalid_blocks" for call in self._house.calls("response_url"))


def kept(bot: BotProcess) -> list[str]:
    """The kinds that are written down as refused."""
    rows = SqliteFiles(Path(bot.environment["DATA_DIR"])).rows(
        "SELECT kind FROM refused_blocks ORDER BY kind"
    )
    return [kind for (kind,) in rows]


async def test_each_newer_block_goes_down_one_rung_is_remembered_and_tried_again_after_a_day(
    bot: BotProcess, person: People, house: House
) -> None:
    desk = Desk(house, person("U0MIA"))
    newest = [await desk.types("folded"), await desk.types("chart")]
    shown = {}
    for n, kind in enumerate(NEWER, start=1):
        house.ask("slack", "blocks", {"refused": NEWER[:n]})
        shown[kind] = await desk.types("folded" if kind == "container" else "chart")
    asked = desk.refused
    until(lambda: kept(bot) == sorted(NEWER), "the note of what was refused")

    bot.stop()
    bot.start()
    restarted = [await desk.types("folded"), await desk.types("chart")]
    asked_again = desk.refused

    bot.stop()
    house.ask("slack", "blocks", {"refused": []})
    SqliteFiles(Path(bot.environment["DATA_DIR"])).change("UPDATE refused_blocks SET at = at - 86400")
    bot.start()
    tomorrow = [await desk.types("folded"), await desk.types("chart")]
    until(lambda: kept(bot) == ["table"], "the note of what works again")

    assert newest == tomorrow == [["container"], ["data_visualization", "data_table"]]
    assert shown == {
        "container": ["section"],
        "data_visualization": ["data_table"],
        "data_table": ["table"],
        "table": ["section", "section"],
    }
    assert restarted == [["section"], ["section", "section"]]
    assert asked_again == asked
    assert bot.log.read_text().count("block_not_taken") == len(NEWER)
    assert bot.log.read_text().count("block_taken_again") == len(NEWER) - 1
