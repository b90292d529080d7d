"""The turn of a question against both stand-ins: a thought that was shown is void, wherever its answer stands."""

import asyncio
from pathlib import Path

import pytest

from bot.render.final import Final
from bot.services.access import Asker, Place, Rights
from bot.services.models import Models
from bot.slack.writing.growing import Growing
from bot.store.channels import Channels
from bot.store.database import Database
from bot.store.grants import Grants
from bot.store.messages import Messages
from bot.store.response_urls import ResponseUrls, keys
from bot.store.turns import Turns
from bot.workflows.answer import AnswerProducer
from bot.workflows.asked import Asked, Written
from bot.workflows.material import Material
from bot.workflows.replies import Replies
from config.access import AccessSettings
from handlers.ask import read_options
from sandbox.telnyx.models import DEFAULT_MODEL
from tests.unit.bot.conftest import Model, TelnyxHouse
from tests.unit.bot.services.test_odd_models import LEAVE, service
from tests.unit.bot.slack.conftest import BOT, SlackHouse, slack

pytestmark = pytest.mark.slow  # replies grow at their own pace

__all__ = ["slack"]  # a fixture


class Scene:
    """A question of Mia's, in a thread or for her alone."""

    def __init__(
        self, slack: SlackHouse, telnyx: TelnyxHouse, model: Model, turns: Turns, urls: ResponseUrls
    ) -> None:
        self.slack, self.model, self.turns, self.urls = slack, model, turns, urls
        kept = Channels(turns._database), Grants(turns._database)
        rights = Rights(slack.workspaces.of, *kept, AccessSettings())
        material = Material(
            self.turns, slack.workspaces, rights, read_options, Models(telnyx.client, DEFAULT_MODEL)
        )
        self.rights, self.producer = rights, AnswerProducer(service(telnyx), material, rights)
        self.replies = Replies(slack.workspaces, self.turns, self.urls, Messages(turns._database))
        self.reply: Growing | None = None

    async def ask(self, *, private: bool) -> Written:
        ts = "" if private else await self.slack.mia.say("#general", LEAVE)
        place, mia = Place("T0ACME", "C0GENERAL", ts), Asker("U0MIA", "T0ACME")
        asked = Asked("turn:1", "ask", LEAVE, ts, place, mia, private=private, bot_user=BOT)
        if private:
            known = self.slack.standin.workspace.response_urls.new("C0GENERAL", "U0MIA")
            await self.urls.keep(asked.id, f"{self.slack.standin.root}/response/{known.token}")
        turn = await self.turns.begin(boot="1", **asked.row())
        self.reply = await self.replies.reply(turn, asked)
        audience = await self.rights.of(place, mia, private=private)
        return await self.producer.write(asked, audience, self.reply)


@pytest.fixture
def scene(
    slack: SlackHouse, scripted: TelnyxHouse, model: Model, database: Database, tmp_path: Path
) -> Scene:
    return Scene(
        slack, scripted, model, Turns(database, 86_400), ResponseUrls(database, keys(None, tmp_path))
    )


@pytest.mark.parametrize("private", [False, True], ids=["in a thread", "for one alone"])
@pytest.mark.parametrize(
    ("pieces", "answer", "cited"),
    [
        (["Let me see [1], [x", "](no</think>", "Twelve *weeks* [2]."], "Twelve *weeks* [2].", {2}),
        (["Let me see `x", " [1].\n</THINKING>\n\n", "Twelve weeks【2】."], "Twelve weeks[2].", {2}),
        (["Let me see [1]. ", "No.</think>NO_ANSWER"], "", None),
    ],
)
async def test_what_was_shown_of_a_thought_is_void(
    scene: Scene, pieces: list[str], answer: str, cited: set[int] | None, *, private: bool
) -> None:
    slack, model = scene.slack, scene.model
    model.replies, model.going_on = [pieces], asyncio.Event()

    writing = asyncio.ensure_future(scene.ask(private=private))
    await slack.mia.wait_for(lambda message: "Let me see" in str(message), channel="#general")
    model.going_on.set()
    written = await writing
    assert scene.reply is not None
    await scene.reply.finish(Final(written.answer or "Nothing."))

    last = (await slack.mia.messages("C0GENERAL"))[-1]
    assert (written.answer, scene.reply.text) == (answer, answer)
    assert (written.outcome, "Let me see" in str(last)) == ("refused" if cited is None else "answered", False)
    assert {one["n"] for one in written.passages or () if one["cited"]} == (cited or set())
