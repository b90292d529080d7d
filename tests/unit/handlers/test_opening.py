"""What someone finds who opens the Home tab, as the stand-in Slack shows it: at once, whole, and never what is older."""

import asyncio
from collections.abc import MutableMapping
from types import SimpleNamespace
from typing import Any

import pytest

from bot.render.home import LOOKING, RefreshHome
from bot.services.access import EVERYTHING, Asker
from bot.services.home import Home, Part, Said
from bot.store.recent import Question
from handlers.agent import Agent
from handlers.home import HomeScreen
from tests.unit.bot.slack.conftest import SlackHouse, slack

__all__ = ["slack"]  # a fixture
MIA = Asker("U0MIA", "T0ACME")
OPENED = {"tab": "home", "channel": "D0MIA", "user": "U0MIA"}
BODY = {"team_id": "T0ACME"}
AN_HOUR = 3_600.0


def said(words: str) -> Said:
    return Said(Question("turn:1", "C0SUPPORT", "1.0", "1.0", words, 1.0), "")


class Looks:
    """``services.home.HomeTab``: each look ends when a test says so."""

    def __init__(self) -> None:
        self.looks: list[asyncio.Future[Home]] = []
        self._begun = asyncio.Semaphore(0)

    async def begin(self) -> None:
        """Wait until one more look is under way."""
        await self._begun.acquire()

    async def begun(self, team: str, asker: Asker) -> Home:
        """Return what is kept."""
        del team, asker
        return Home([said("What is kept?")])

    async def whole(self, team: str, asker: Asker) -> Home:
        """Return what the test says."""
        del team, asker
        self._begun.release()
        self.looks.append(asyncio.get_running_loop().create_future())
        return await self.looks[-1]

    def end(self, place: int, words: str, **more: Any) -> None:
        """Let a look end."""
        self.looks[place].set_result(Home([said(words)], EVERYTHING, whole=True, **more))


@pytest.fixture
def looks() -> Looks:
    return Looks()


@pytest.fixture
def runtime(slack: SlackHouse, looks: Looks) -> Any:
    return SimpleNamespace(workspaces=slack.workspaces, home=looks)


async def shown(slack: SlackHouse) -> str:
    """What stands on Mia's tab."""
    return str([view["blocks"] for view in await slack.mia.views() if view["type"] == "home"])


async def published(slack: SlackHouse, words: str) -> None:
    await slack.mia.wait_in(slack.mia.views, lambda view: words in str(view["blocks"]))


async def test_what_is_there_soon_is_published_once_and_whole(
    slack: SlackHouse, runtime: Any, looks: Looks
) -> None:
    opening = asyncio.create_task(HomeScreen(runtime, at_once_seconds=AN_HOUR).show("T0ACME", MIA))
    await looks.begin()
    looks.end(0, "What is whole?")
    await opening

    assert "What is whole?" in await shown(slack)
    assert LOOKING not in await shown(slack)
    assert await slack.calls("views.publish") == 1


async def test_what_takes_longer_is_filled_in_after_what_is_kept(
    slack: SlackHouse, runtime: Any, looks: Looks
) -> None:
    opening = asyncio.create_task(HomeScreen(runtime, at_once_seconds=0).show("T0ACME", MIA))
    await published(slack, "What is kept?")
    first = await shown(slack)
    looks.end(0, "What is whole?")
    await opening

    assert LOOKING in first
    assert "What is whole?" in await shown(slack)
    assert LOOKING not in await shown(slack)
    assert await slack.calls("views.publish") == 2


async def test_of_two_openings_the_latest_counts(slack: SlackHouse, runtime: Any, looks: Looks) -> None:
    tab = HomeScreen(runtime, at_once_seconds=AN_HOUR)
    earlier = asyncio.create_task(tab.show("T0ACME", MIA))
    await looks.begin()
    later = asyncio.create_task(tab.show("T0ACME", MIA))
    await looks.begin()

    looks.end(1, "Newer?")
    await later
    await earlier

    assert looks.looks[0].cancelled(), "what no one sees is not looked up to its end"
    assert "Newer?" in await shown(slack)
    assert await slack.calls("views.publish") == 1


async def test_an_opening_ends_the_earlier_one_that_has_shown_what_is_kept(
    slack: SlackHouse, runtime: Any, looks: Looks
) -> None:
    tab = HomeScreen(runtime, at_once_seconds=0)
    earlier = asyncio.create_task(tab.show("T0ACME", MIA))
    await published(slack, "What is kept?")
    later = asyncio.create_task(tab.show("T0ACME", MIA))
    await earlier
    await looks.begin()
    await looks.begin()
    looks.end(1, "Newer?")
    await later

    assert "Newer?" in await shown(slack)


async def test_of_two_openings_in_two_processes_the_older_one_overwrites_nothing(
    slack: SlackHouse, runtime: Any, looks: Looks, logs: list[MutableMapping[str, Any]]
) -> None:
    earlier = asyncio.create_task(HomeScreen(runtime, at_once_seconds=0).show("T0ACME", MIA))
    await looks.begin()
    await published(slack, "What is kept?")
    later = asyncio.create_task(HomeScreen(runtime, at_once_seconds=AN_HOUR).show("T0ACME", MIA))
    await looks.begin()

    looks.end(1, "Newer?")
    await later
    looks.end(0, "Older?")
    await earlier

    assert "Newer?" in await shown(slack)
    assert [log["event"] for log in logs if log["event"].startswith("home_")] == ["home_opened_again"]


async def test_two_people_do_not_wait_for_one_another(slack: SlackHouse, runtime: Any, looks: Looks) -> None:
    tab = HomeScreen(runtime, at_once_seconds=AN_HOUR)
    mia = asyncio.create_task(tab.show("T0ACME", MIA))
    await looks.begin()
    ada = asyncio.create_task(tab.show("T0ACME", Asker("U0ADA", "T0ACME")))
    await looks.begin()

    looks.end(1, "Ada's?")
    await ada
    looks.end(0, "Mia's?")
    await mia

    assert "Mia's?" in await shown(slack)


async def test_what_could_not_be_looked_up_is_in_the_log_and_on_the_tab(
    slack: SlackHouse, runtime: Any, looks: Looks, logs: list[MutableMapping[str, Any]]
) -> None:
    opening = asyncio.create_task(HomeScreen(runtime, at_once_seconds=AN_HOUR).show("T0ACME", MIA))
    await looks.begin()
    looks.end(0, "What is whole?", failed={Part.JOBS: "TimeoutError", Part.CHANNELS: "TimeoutError"})
    await opening

    assert "I couldn't look up your channels and running jobs. Press *Refresh* to try again." in await shown(
        slack
    )
    assert [(log["part"], log["error"]) for log in logs if log["event"] == "home_lacks"] == [
        ("jobs", "TimeoutError"),
        ("channels", "TimeoutError"),
    ]


async def test_slacks_refusal_ends_in_the_log(
    slack: SlackHouse, runtime: Any, looks: Looks, logs: list[MutableMapping[str, Any]]
) -> None:
    await slack.fault("views.publish", "error", error="not_enabled")
    opening = asyncio.create_task(Agent(runtime).on_opened(OPENED, BODY))
    await looks.begin()
    looks.end(0, "What is whole?")
    await opening

    assert [(log["tab"], log["error"]) for log in logs if log["event"] == "not_greeted"] == [
        ("home", "not_enabled")
    ]


async def test_refresh_looks_again(slack: SlackHouse, runtime: Any, looks: Looks) -> None:
    acknowledged: list[bool] = []

    async def ack() -> None:
        acknowledged.append(True)

    body = {"user": {"id": "U0MIA", "team_id": "T0ACME"}, "team": {"id": "T0ACME"}}
    pressing = asyncio.create_task(Agent(runtime).on_refresh(ack, body))
    await looks.begin()
    looks.end(0, "Anew?")
    await pressing

    assert acknowledged == [True]
    assert "Anew?" in await shown(slack)
    assert f"'action_id': '{RefreshHome.verb}'" in await shown(slack)
