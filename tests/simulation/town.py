"""The bot's durable work in one process, on the real engine and the stand-in Slack, and everything that can go wrong around it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
from aiohttp import web
from dbos._dbos import _get_or_create_dbos_registry
from slack_sdk.web.async_client import AsyncWebClient

from bot.render import ask as render
from bot.render.blocks import Message as Shown
from bot.render.final import Final
from bot.services.access import EVERYTHING, Asker, Audience, Place, Right, Rights
from bot.services.jobs import KINDS, JobKind, JobWatch, Look
from bot.services.rate import Rate
from bot.slack.api import SlackApi
from bot.slack.codes import refusal
from bot.slack.limits import Limits
from bot.slack.ways import Way
from bot.slack.workspace import Workspace, Workspaces
from bot.slack.writing.growing import Growing
from bot.slack.writing.posts import key_of
from bot.store.channels import Channels
from bot.store.database import Database, sqlite_engine
from bot.store.deeds import Deeds
from bot.store.grants import Grants
from bot.store.inputs import Inputs
from bot.store.interruptions import Interruptions
from bot.store.job_marks import Marks
from bot.store.jobs import Jobs, Sighting
from bot.store.messages import Messages
from bot.store.polls import Polls
from bot.store.response_urls import ResponseUrls, keys
from bot.store.subscriptions import Subscriptions
from bot.store.turns import Turn, Turns
from bot.telnyx import Telnyx as Api
from bot.telnyx import TelnyxUnreachableError
from bot.workflows.asked import Asked, Written
from bot.workflows.deed import DeedWorkflow, Done, Wish
from bot.workflows.engine import Engine
from bot.workflows.interrupts import Interrupts
from bot.workflows.job_cards import JobCards
from bot.workflows.knowing import Knowing
from bot.workflows.messages import OwnMessages
from bot.workflows.news import News
from bot.workflows.notify import NotifyWorkflow
from bot.workflows.order import Order
from bot.workflows.producing import Producing
from bot.workflows.replies import Replies
from bot.workflows.targets import Targets
from bot.workflows.turn import TurnWorkflow
from config.access import AccessSettings
from handlers.manifest import manifest
from sandbox.slack import Person, SlackStandIn
from sandbox.slack.messages import Message
from tests.simulation.timelapse import now
from tests.unit.bot.conftest import served

MIA = Asker("U0MIA", "T0ACME")
EPOCH = 1_700_000_000.0
SELDOM = 120.0
"""How much less often the engine looks at its rows than in a real process: a look is a query."""


class Weather:
    """What Slack and Telnyx do at the moment."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.slack_away = False
        self.token_refused = False
        self.losing = 0.0
        """How likely it is that Slack does a call and its answer is lost."""
        self.telnyx_away = False

    def clear_up(self) -> None:
        self.slack_away = self.token_refused = self.telnyx_away = False
        self.losing = 0.0


class Wire(AsyncWebClient):
    """Slack's own client, on a line that the weather cuts."""

    weather: Weather

    async def api_call(self, api_method: str, **given: Any) -> Any:  # passed on as it is
        if self.weather.slack_away:
            if self.weather.random.random() < 0.5:
                where: Any = SimpleNamespace(host="slack.test", port=443, ssl=True, is_ssl=True)
                raise aiohttp.ClientConnectorError(where, OSError("no route to host"))
            await asyncio.sleep(30)
            raise aiohttp.ServerTimeoutError
        if self.weather.token_refused:
            raise refusal(api_method, "token_revoked")
        with now().outside():
            answer = await super().api_call(api_method, **given)
        if self.weather.random.random() < self.weather.losing:
            raise aiohttp.ServerDisconnectedError
        return answer


class Telnyx:
    """Answers word by word, and makes changes, each once for its key."""

    def __init__(self, weather: Weather, rights: Rights) -> None:
        self._weather = weather
        self._rights = rights
        self.made: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()

    def right(self, _asked: Asked) -> Right:
        """Everyone may ask."""
        return Right.EVERYONE

    async def status(self, _asked: Asked) -> str:
        return "Searching the documents…"

    async def write(self, asked: Asked, _audience: Audience, reply: Growing) -> Written:
        self.asked[asked.id] += 1
        for word in ("The", " answer", " to", f" {asked.text}", " is", " 27."):
            if self._weather.telnyx_away:
                raise TelnyxUnreachableError("chat.completions", "no answer")
            reply.write(word)
            await asyncio.sleep(1)
        return Written("answered", reply.text)

    def final(self, turn: Turn) -> Final:
        return render.final(turn)

    async def perform(self, wish: Wish, _again: bool, _began: float) -> Done:
        await self._rights.of(wish.place, wish.asker, private=True)
        await asyncio.sleep(1)
        if not self.made[wish.id]:  # a key makes it idempotent
            self.made[wish.id] += 1
        await asyncio.sleep(1)
        return Done("done", Shown(f"Made {wish.id}."))


class Process:
    """One process of the bot; another on the same files is its successor."""

    def __init__(self, town: "Town") -> None:
        _get_or_create_dbos_registry().instance_info_map.clear()
        loop, workspaces, database = now(), town.workspaces, town.database
        steady, clock = loop.time, town.clock
        made = sqlite_engine(town.folder / "engine.sqlite3")
        self.engine = Engine(made, executor_id="one", pause=lambda seconds: asyncio.sleep(SELDOM * seconds))
        self.order = Order()
        urls = ResponseUrls(database, keys(None, town.folder), clock)
        messages = Messages(database, surely=clock)
        self.interrupts = Interrupts(Interruptions(database, clock), town.turns, Inputs(made).erase)
        rights = Rights(workspaces.of, Channels(database), Grants(database), AccessSettings())
        producing = Producing({"ask": town.telnyx}, rights.of, Rate(10_000, clock=steady), 600, steady=steady)
        shared: dict[str, Any] = {"engine": self.engine, "order": self.order}
        self.turns = TurnWorkflow(
            **shared,
            turns=town.turns,
            urls=urls,
            workspaces=workspaces,
            replies=Replies(workspaces, town.turns, urls, messages),
            interrupts=self.interrupts,
            producing=producing,
            clock=clock,
            steady=steady,
        )
        self.deeds = DeedWorkflow(
            **shared,
            deeds=town.deeds,
            urls=urls,
            workspaces=workspaces,
            perform=town.telnyx.perform,
            clock=clock,
        )

        async def no_files(_: Any) -> list[Any]:
            return []

        async def everything(*_: Any) -> Audience:
            return EVERYTHING

        knowing = cast("Knowing", everything)
        self.cards = JobCards(
            jobs=town.jobs,
            polls=Polls(database),
            marks=Marks(database),
            workspaces=workspaces,
            messages=messages,
            targets=Targets(town.jobs, Subscriptions(database), knowing, "C0JOBS"),
            knowing=knowing,
            kinds=KINDS,
            clock=clock,
        )
        own = OwnMessages(workspaces.only.posts, messages)
        news = News(town.jobs, own, self.cards, no_files, steady=steady, clock=clock)
        self.notices = NotifyWorkflow(self.engine, news, self.order)

    async def launch(self) -> None:
        """Take up what is left, and wait until all of it runs."""
        with now().outside():
            left = await self.engine.launch()
            for name, _, data in left:
                if name == "notify":
                    self.notices.expect(data)
                elif name == "turn":
                    self.turns.expect(data)
            self.order.begin()
            ids = [work_id for _, work_id, _ in left]
            async with asyncio.timeout(20):
                while await self.engine.alive(ids) - set(self.engine._running.ids):  # noqa: ASYNC110 - DBOS starts them in a thread of its own
                    await asyncio.sleep(0.005)


class Town:
    """A workspace, its people, Telnyx, and the bot; what was asked of it."""

    def __init__(
        self, slack: SlackStandIn, mia: Person, wire: Wire, folder: Path, database: Database
    ) -> None:
        self.slack, self.mia, self.folder, self.database = slack, mia, folder, database
        self.weather = wire.weather
        self.random = wire.weather.random
        steady = now().time
        api = SlackApi(wire, Limits(steady), clock=steady)
        self.workspaces = Workspaces(Workspace(api, cast("aiohttp.ClientSession", wire.session)))
        self.turns, self.deeds, self.jobs = Turns(database), Deeds(database, self.clock), Jobs(database)
        self.telnyx = Telnyx(
            self.weather, Rights(self.workspaces.of, Channels(database), Grants(database), AccessSettings())
        )
        self.process = Process(self)
        self.questions: dict[str, Asked] = {}
        self.words: dict[str, list[str]] = {}
        """Of each question: what it said, first to last."""
        self.gone: set[str] = set()
        self.wishes: dict[str, Wish] = {}
        self.news: dict[str, int] = {}
        self.shown: dict[str, Sighting] = {}
        kinds = {"embedding": self._kind()}  # and each look is due
        self.watch = JobWatch(
            cast("Api", SimpleNamespace(said_at=None, dated=None)),
            self.jobs,
            Polls(database),
            kinds=kinds,
            period=0,
        )

    @property
    def clock(self) -> Callable[[], float]:
        """The time of day."""
        steady = now().time
        return lambda: EPOCH + steady()

    # ------------------------------------------------------------------------------------- what people do
    async def ask(self, thread: str = "") -> Asked:
        """Mia asks, in a thread if one is given."""
        words = f"question {len(self.questions)} version 0"
        with now().outside():
            ts = await self.mia.say("#support", f"@bot {words}", thread or None)
        place = Place("T0ACME", "C0SUPPORT", thread or ts)
        asked = Asked(
            f"turn:T0ACME:C0SUPPORT:{ts}", "ask", words, ts, place, MIA, private=False, bot_user="U0BOT"
        )
        self.questions[asked.id], self.words[asked.id] = asked, [words]
        await self.process.turns.start(asked)
        return asked

    async def edit(self, asked: Asked) -> None:
        said = self.words[asked.id]
        said.append(f"{said[0][:-1]}{len(said)}")
        await self.process.interrupts.change(asked, said[-1], self.clock())

    async def delete(self, asked: Asked) -> None:
        self.gone.add(asked.id)
        await self.process.interrupts.change(asked, None, self.clock())

    async def again(self, asked: Asked) -> None:
        """Slack delivers a question once more."""
        await self.process.turns.start(asked)

    async def want(self) -> Wish:
        """Mia wants something changed."""
        place = Place("T0ACME", "C0SUPPORT", "")
        number = len(self.wishes)
        wish = Wish(f"do:{number}", "docs.disable", {"bucket": f"b{number}"}, place, MIA, Way("U0MIA"))
        self.wishes[wish.id] = wish
        await self.process.deeds.start(wish, None)
        return wish

    async def want_again(self, wish: Wish) -> None:
        """The same press is delivered once more."""
        await self.process.deeds.start(wish, None)

    async def move(self, job: str) -> None:
        """A job changes at Telnyx, and the watch sees it."""
        number = self.news[job] = self.news.get(job, 0) + 1
        status = ("queued", "processing", "success")[number - 1]
        self.shown[job] = Sighting(
            "embedding", job, job, status, {"created_at": 100}, status == "success", job, began=EPOCH
        )
        await self.watch.look(self.clock())
        for change in await self.jobs.untold():
            await self.process.notices.start(change, "C0JOBS")
            await self.jobs.told(change)

    def _kind(self) -> JobKind:
        async def read(_look: Look) -> Sequence[Sighting]:
            return [*self.shown.values()]

        return replace(KINDS["embedding"], read=read)

    async def restart(self) -> None:
        """The process ends at once and its successor begins."""
        await self.process.engine.close(deadline=0)
        self.process = Process(self)
        await self.process.launch()

    # --------------------------------------------------------------------------------------- how it ended
    async def all_ended(self, hours: float = 72) -> None:
        """Let time pass until nothing is left to be done."""
        ids = [*self.questions, *self.wishes]
        ids += [
            f"job:embedding:{job}:{n}:C0JOBS" for job, count in self.news.items() for n in range(1, count + 1)
        ]
        async with asyncio.timeout(hours * 3_600):
            while await self.process.engine.alive(ids):  # noqa: ASYNC110 - DBOS offers nothing to wait on
                await asyncio.sleep(60)
            await asyncio.sleep(180)  # a status that Slack takes away by itself is no trace

    def ours(self, channel: str, thread: str = "") -> list[Message]:
        """What stands of ours in a thread, or in a channel outside threads."""
        store = self.slack.workspace.messages
        found = store.thread(channel, thread) if thread else store.top_level(channel)
        return [message for message in found if message.by_app]

    def assert_nothing_is_left_open(self) -> None:
        workspace = self.slack.workspace
        assert [one.ts for one in workspace.messages.everything() if one.streaming and not one.deleted] == []
        assert [one.status for one in workspace.live_statuses() if one.status] == []
        assert [one.status for one in workspace.sessions.values() if one.status == "processing"] == []

    async def assert_each_question_has_one_end(
        self, outcomes: frozenset[str] = frozenset({"answered"})
    ) -> None:
        """None lost, none twice, in their order: what stands in each thread is what the rows of its questions say."""
        threads: dict[str, list[Turn]] = {}
        for work_id, asked in sorted(self.questions.items(), key=lambda item: item[1].ts):
            turn = await self.turns.get(work_id)
            assert turn is not None
            assert turn.state == "done"
            threads.setdefault(asked.place.thread, [])
            if turn.outcome == "deleted":
                assert work_id in self.gone
                assert (turn.question, turn.answer) == ("", None)
            else:
                assert turn.outcome in outcomes
                threads[asked.place.thread].append(turn)
        for thread, turns in threads.items():
            shown = [words(message) for message in self.ours("C0SUPPORT", thread)]
            assert len(shown) == len(turns), (turns, shown)
            for turn, said in zip(turns, shown, strict=True):
                self._assert_is_the_end_of(turn, said)

    def _assert_is_the_end_of(self, turn: Turn, said: str) -> None:
        answers = {one for words in self.words.values() for one in words if f"{one} is" in said}
        if turn.outcome == "failed":
            assert (turn.error_id or "no id").replace("-", "\u2011") in said
            assert answers <= {*self.words[turn.id]}  # as far as it came
            return
        # The words of a question that was deleted later are not kept; its answer stays.
        (answer,) = answers
        assert answer in self.words[turn.id]
        assert turn.question == answer or (turn.id in self.gone and not turn.question)

    def assert_each_change_is_made_and_told_once(self) -> None:
        told = Counter(words(message).split("Made ")[1].split(".")[0] for message in self.ours("D0MIA"))
        assert dict(self.telnyx.made) == dict.fromkeys(self.wishes, 1)
        assert dict(told) == dict.fromkeys(self.wishes, 1)

    def assert_each_job_has_one_card(self) -> None:
        cards = Counter(str(key_of(message.for_app(with_metadata=True))) for message in self.ours("C0JOBS"))
        assert dict(cards) == {f"card:embedding:{job}:C0JOBS": 1 for job in self.news}


def words(message: Message) -> str:
    return f"{message.text} {message.markdown} {message.blocks}"


@asynccontextmanager
async def opened(folder: Path, seed: int = 0) -> AsyncIterator[Town]:
    """A town in which the bot runs."""
    steady, weather = now().time, Weather(Random(seed))  # noqa: S311 - the same every time
    slack = SlackStandIn(clock=lambda: EPOCH + steady())
    app = web.Application()
    app.add_subapp("/slack", slack.app)
    async with AsyncExitStack() as stack:
        root = await stack.enter_async_context(served(app))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        slack.root = f"{root}/slack"
        slack.install(manifest())
        wire = Wire(
            token=slack.credentials.bot_token, base_url=f"{slack.root}/api/", session=http, retry_handlers=[]
        )
        wire.weather = weather
        mia = await stack.enter_async_context(Person(slack.root, "mia"))
        database = Database.sqlite(folder / "bot.sqlite3")
        stack.callback(database.close)
        await database.prepare()
        town = Town(slack, mia, wire, folder, database)
        await town.watch.look(town.clock())
        await town.process.launch()
        try:
            yield town
        finally:
            await town.process.engine.close(deadline=0)
            _get_or_create_dbos_registry().instance_info_map.clear()


Story = Callable[[Town], Awaitable[None]]


async def told(folder: Path, story: Story, seed: int = 0) -> None:
    """Tell a story in a new town."""
    async with opened(folder, seed) as town:
        await story(town)
