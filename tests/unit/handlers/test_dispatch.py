"""What the dispatcher takes in and what it says, without Bolt and without Slack."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.render.blocks import Message
from bot.render.confirm import Confirm
from bot.services.access import EVERYTHING, NOTHING
from bot.services.rate import Rate
from bot.workflows.engine import NotDurableInTimeError
from handlers.dispatch import Dispatcher

UNTIL = 4_000_000_000


class Scene:
    """A dispatcher whose neighbours note what they are given."""

    def __init__(self, audience: Any = EVERYTHING, late: bool = False, rate: int = 9) -> None:
        self.noted: list[Any] = []
        self._late = late

        async def of(_: Any) -> Any:
            return audience

        runtime: Any = SimpleNamespace(
            settings=SimpleNamespace(command_aliases=("docs",)),
            rate=Rate(rate),
            services=SimpleNamespace(),
            workspace=SimpleNamespace(rights=SimpleNamespace(of=of), ways=SimpleNamespace(show=self._show)),
            work=SimpleNamespace(
                turns=SimpleNamespace(start=self._start), deeds=SimpleNamespace(start=self._start)
            ),
        )
        self.dispatcher = Dispatcher(runtime)

    async def _show(self, _way: Any, shown: Any, **_more: Any) -> None:
        self.noted.append(("shown", shown.text if isinstance(shown, Message) else shown["callback_id"]))

    async def _start(self, work: Any, url: str | None = None) -> None:
        self.noted.append(("started", work.id))
        if self._late:
            raise NotDurableInTimeError

    async def ack(self, **said: Any) -> None:
        self.noted.append(("ack", said.get("text", "").partition("\n")[0]))

    async def type(self, text: str, command: str = "/telnyx") -> list[Any]:
        sent = {
            "command": command,
            "text": text,
            "team_id": "T",
            "channel_id": "C",
            "user_id": "U",
            "trigger_id": "1.2",
            "response_url": "u",
        }
        await self.dispatcher.on_command(self.ack, sent)
        return self.noted

    async def press(self, action_id: str, value: str, user: str = "U") -> list[Any]:
        body = {
            "user": {"id": user, "team_id": "T"},
            "team": {"id": "T"},
            "channel": {"id": "C"},
            "container": {"message_ts": "9.9"},
            "response_url": "u",
            "trigger_id": "1.3",
        }
        await self.dispatcher.on_press(
            self.ack, body, {"action_id": action_id, "value": value, "action_ts": "5.5"}
        )
        return self.noted


async def test_a_question_is_durable_before_it_is_acknowledged() -> None:
    assert await Scene().type("ask How long?") == [("started", "cmd:T:1.2"), ("ack", "")]


async def test_a_change_is_durable_before_it_is_acknowledged() -> None:
    assert await Scene().type("docs embed handbook") == [("started", "do:cmd:T:1.2"), ("ack", "")]


async def test_a_short_form_is_the_same_verb() -> None:
    assert await Scene().type("embed handbook", "/docs") == [("started", "do:cmd:T:1.2"), ("ack", "")]


async def test_a_late_start_is_said() -> None:
    assert (await Scene(late=True).type("ask How long?"))[1][1].startswith("I'm running slowly")


async def test_too_many_are_told_when_to_go_on_and_nothing_is_started() -> None:
    scene = Scene(rate=1)
    await scene.type("docs embed a")
    await scene.press(
        "confirm", Confirm(name="clusters delete", given={"task": "x"}, user="U", until=UNTIL, key="k").pack()
    )

    assert scene.noted[2] == ("ack", "")
    assert "limit for one minute" in scene.noted[3][1]


async def test_destroying_asks_first() -> None:
    noted = await Scene().type("clusters delete x")

    assert noted[0] == ("ack", "")
    assert noted[1][1].startswith("Delete the clustering `x`?")


@pytest.mark.parametrize(
    ("user", "until", "noted"),
    [
        ("U", UNTIL, [("started", "do:confirm:k"), ("ack", "")]),
        ("U2", UNTIL, [("ack", ""), ("shown", "Only the person who was asked can confirm this.")]),
        ("U", 1, [("ack", ""), ("shown", "This question is too old to be confirmed.")]),
    ],
)
async def test_a_confirmation_is_for_one_person_and_ends(user: str, until: int, noted: list[Any]) -> None:
    yes = Confirm(name="clusters delete", given={"task": "x"}, user="U", until=until, key="k")

    seen = await Scene().press("confirm", yes.pack(), user)

    assert [
        (kind, said[: len(wanted)]) for (kind, said), (_, wanted) in zip(seen, noted, strict=True)
    ] == noted


async def test_whoever_may_not_is_not_asked() -> None:
    assert [kind for kind, _ in await Scene(NOTHING).type("clusters delete x")] == ["ack", "shown"]


@pytest.mark.parametrize(
    ("action", "value"),
    [("gone", "{}"), ("docs show", '{"nonsense": 1}'), ("confirm", "{}"), ("show_passages", "zzz")],
)
async def test_a_button_of_another_release_is_acknowledged(action: str, value: str) -> None:
    assert (await Scene().press(action, value))[0] == ("ack", "")
