"""``/telnyx search``: passages as cards in a channel, and the ways on from them, each with the rights of the moment."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from sandbox.slack.person import Json, Person
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House
from tests.journeys.replies import private as told
from tests.journeys.screen import GENERAL, buttons, finished, words
from tests.journeys.telnyx_side import HANDBOOK, asked

CARRY = "carrying days of leave over"
Started = Callable[..., BotProcess]


@pytest.fixture
def started(house: House, tmp_path: Path) -> Iterator[Started]:
    """Starts the only bot of a test, set up as that needs it."""
    bots: list[BotProcess] = []

    def start(**settings: str) -> BotProcess:
        bots.append(BotProcess(house, tmp_path, **settings).start())
        return bots[0]

    yield start
    for bot in bots:
        bot.stop()


async def window(who: Person, text: str) -> Json:
    """The window on top, once it says this."""
    return await who.wait_in(
        who.views, lambda view: view["type"] == "modal" and text in f"{view['title']} {view['blocks']}"
    )


async def test_passages_are_shown_best_first_opened_and_asked_about(
    person: People, house: House, started: Started
) -> None:
    started()
    mia = person("U0MIA")
    models = asked(house, "chat.completions")

    await mia.command(GENERAL, "/telnyx", f"search {CARRY} --bucket {HANDBOOK}")
    shown = await told(mia, "leave.md")

    first = [block["text"]["text"] for block in shown["blocks"] if block["type"] == "section"][:2]
    assert first[0] == "*leave.md* › Carrying leave over · handbook\nclosest match"
    assert "Up to five days may be carried over" in first[1]
    assert buttons(shown)[-1] == "Next"
    assert asked(house, "chat.completions") == models

    await mia.click(GENERAL, shown["ts"], "open_found")
    opened = await window(mia, "works for 5 minutes")
    (url,) = [one["url"] for b in opened["blocks"] if b["type"] == "actions" for one in b["elements"]]
    async with httpx.AsyncClient(trust_env=False) as browser:
        assert "27 days" in (await browser.get(url)).text

    await mia.click(GENERAL, shown["ts"], "ask_about_passage")
    form = await window(mia, "initial_value")
    question, bucket = (block["element"] for block in form["blocks"] if block["type"] == "input")
    assert bucket["initial_option"]["value"] == HANDBOOK
    assert asked(house, "chat.completions") == models, "nothing is asked before it is sent"
    await mia.submit(form["id"], {"question": question["initial_value"], "bucket": HANDBOOK})
    answer = await mia.wait_for(
        lambda m: (
            m["channel"].startswith("D") and finished(m) and "Up to five days may be carried over" in words(m)
        )
    )
    assert "leave.md" in words(answer)


async def test_the_next_page_stands_where_the_first_one_stood(person: People, started: Started) -> None:
    started()
    ben = person("U0BEN")

    await ben.command(GENERAL, "/telnyx", f"search {CARRY} --top 7")
    shown = await told(ben, "1 to 5 of 7")
    await ben.click(GENERAL, shown["ts"], "search#next")

    second = await told(ben, "6 to 7 of 7")
    assert second["ts"] == shown["ts"]
    assert buttons(second)[-1] == "Previous"


async def test_from_the_home_tab_it_is_a_form_and_shows_passages_in_its_window(
    person: People, started: Started
) -> None:
    started()
    mia = person("U0MIA")

    await mia.home()
    home = await mia.wait_in(mia.views, lambda view: view["type"] == "home")
    await mia.click_view(home["id"], "search")
    form = await mia.wait_in(mia.views, lambda view: view["callback_id"] == "search")
    await mia.submit(form["id"], {"query": CARRY, "bucket": [HANDBOOK]})

    shown = await window(mia, "Carrying leave over")
    await mia.click_view(shown["id"], "ask_about_passage")
    asking = await window(mia, "initial_value")
    assert "Carrying leave over" in str(asking["blocks"])


async def test_nothing_found_is_a_sentence(person: People, started: Started) -> None:
    started(ANSWERS_DISTANCE_LIMITS="handbook:0.000001")
    mia = person("U0MIA")

    await mia.command(GENERAL, "/telnyx", f"search the moon --bucket {HANDBOOK}")

    shown = await told(mia, "I found no passage")
    assert words(shown) == "I found no passage about `the moon` in `handbook`. Try other words."


async def test_a_member_sees_no_passage_of_what_is_not_theirs_and_loses_what_was(
    person: People, house: House, started: Started
) -> None:
    started(ACCESS_DEFAULT="none")
    ada, mia = person("U0ADA"), person("U0MIA")
    since = await ada.say(GENERAL, "Good morning.")
    await ada.command(GENERAL, "/telnyx", f"grant <@U0MIA> --bucket {HANDBOOK}")
    await told(ada, "can now see", since)

    await mia.command(GENERAL, "/telnyx", "search unused devices may be returned")
    shown = await told(mia, "Passages about", since)
    await mia.command(GENERAL, "/telnyx", "search unused devices --bucket manual")
    refused = await told(mia, "no embedded bucket", since)
    await ada.command(GENERAL, "/telnyx", f"revoke <@U0MIA> --bucket {HANDBOOK}")
    await told(ada, "I withdrew", since)
    before = asked(house, "storage.presigned")
    await mia.click(GENERAL, shown["ts"], "open_found")
    lost = await window(mia, "access")

    assert "warranty.md" not in str(shown["blocks"])
    assert "There are: handbook." in words(refused)
    assert "Ask a workspace admin" in str(lost["blocks"])
    assert asked(house, "storage.presigned") == before
