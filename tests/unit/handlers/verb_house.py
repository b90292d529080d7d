"""Runs any verb against Telnyx's stand-in, in process and without Slack: looks, turns and changes alike."""

import inspect
import re
import sqlite3
import time
import typing
import uuid
from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from types import SimpleNamespace
from typing import Any, get_type_hints

import sqlalchemy as sa
import structlog

from bot.render.blocks import Message
from bot.render.intent import Intent
from bot.render.outcomes import File, Shown
from bot.runtime import Services
from bot.services.access import EVERYTHING, NOTHING, About, Asker, Audience, Place, Readers, Right
from bot.services.ask import Looks
from bot.services.call_retrieval import Everywhere
from bot.services.jobs import KINDS
from bot.services.steps import Plan
from bot.services.unclear import asked_back
from bot.slack.reading.channels import Channels
from bot.slack.reading.whole_threads import WholeThreads
from bot.slack.ways import Way
from bot.slack.workspace import Workspaces
from bot.store import channels, grants
from bot.store.action_items import Items
from bot.store.deeds import Deeds
from bot.store.feedback import Opinions
from bot.store.interruptions import Interruptions
from bot.store.job_marks import Marks
from bot.store.jobs import Jobs
from bot.store.messages import Owned
from bot.store.noted import Noted
from bot.store.polls import Polls
from bot.store.schema import action_items, metadata
from bot.store.subscriptions import Subscriptions
from bot.store.turns import Turn
from bot.store.usage import Usages
from bot.telnyx import NewMessage, Telnyx
from bot.workflows.answer import AnswerProducer
from bot.workflows.asked import Asked, Producer, Written
from bot.workflows.deed import Wish
from bot.workflows.summarize import SummaryProducer
from bot.workflows.summarize_file import FileSummaryProducer
from bot.workflows.summarize_thread import ThreadSummaryProducer
from bot.workflows.summarize_transcript import TranscriptSummaryProducer
from bot.workflows.transcribe import TranscriptionProducer
from config.access import AccessSettings
from config.answers import DEFAULT_MODEL, AnswerSettings
from handlers import line, tree
from handlers.ask import read_options
from handlers.perform import Performer, notice
from handlers.typed import lex
from handlers.verb import AnyVerb, Effect, Outcome, Request
from handlers.verbs import BY_WORDS
from tests.unit.bot.conftest import TelnyxHouse

HERE, ADA = Place("T0ACME", "C0GENERAL", ""), Asker("U0ADA", "T0ACME")
KEPT = "cmd:T0ACME:7"
"""The id of an answer that is kept."""
REFUSED, UNCLEAR = "cmd:T0ACME:8", "cmd:T0ACME:9"
"""The ids of a question that was refused, and of one that was asked back."""
THREAD_TS = "1790000000.000100"
"""The only message of a thread."""
TUNABLE = "meta-llama/Meta-Llama-3.1-8B-Instruct"
"""A model that can be fine-tuned."""
PRODUCERS: dict[str, type[Any]] = {
    "ask": AnswerProducer,
    "summary": SummaryProducer,
    "file_summary": FileSummaryProducer,
    "thread_summary": ThreadSummaryProducer,
    "transcript_summary": TranscriptSummaryProducer,
    "transcription": TranscriptionProducer,
}
"""Who writes the turns of a kind."""


@dataclass(frozen=True)
class Got:
    """What came of a wish."""

    result: str
    """done | refused | failed | unknown, whatever its effect"""
    shown: Shown | File
    error: str = ""
    """The class of what went wrong."""

    @property
    def words(self) -> str:
        """Everything that a person reads of it."""
        if isinstance(self.shown, File):
            return f"{self.shown.name} {self.shown.title}"
        head = self.shown.text if isinstance(self.shown, Message) else self.shown.title
        return f"{head} {self.shown.blocks}"


class Kept:
    """An answered question, one that was refused, one that was asked back, and a Slack that posts."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, Message]] = []
        columns = {
            "id": KEPT,
            "kind": "ask",
            "team": HERE.team,
            "channel": HERE.channel,
            "root": "",
            "ts": "",
            "user": ADA.user,
            "question": "How long?",
            "private": 1,
            "outcome": "answered",
            "answer": "Twenty-five days.",
            "passages": [{"n": 1, "bucket": "handbook", "document": "leave.md", "text": "25 days"}],
        }
        columns["passages"][0] |= {"url": None, "place": None, "distance": 0.1, "cited": True}  # type: ignore[index] # the list above
        self.turn = Turn(**dict.fromkeys(Turn.__slots__) | columns)  # type: ignore[arg-type] # absent columns are NULL
        meanings = asked_back(["Annual leave", "Parental leave"])
        self.others = (
            replace(self.turn, id=REFUSED, outcome="refused"),
            replace(self.turn, id=UNCLEAR, created_at=time.time(), outcome="unclear", answer=meanings),
        )

    async def get(self, turn: str, channel: str = "") -> Any:
        """``Turns.get``, and ``Messages.get`` of a card."""
        if channel:
            return Owned(turn, channel, "", "card", 0.0, ts="1790000000.000200")
        return {one.id: one for one in (self.turn, *self.others)}.get(turn)

    async def named(self, text: str) -> str:
        """``People.named``."""
        return text

    async def call(self, method: str, **_: Any) -> dict[str, Any]:
        """``SlackApi.call``."""
        if method == "conversations.replies":
            return {"messages": [{"ts": THREAD_TS, "user": ADA.user, "text": "How long is the *notice*?"}]}
        members = {"members": [ADA.user]}
        return {"channel": {"id": HERE.channel}, **members} if method.startswith("conversations.") else {}

    async def name(self, user: str) -> str:
        """``People.name``."""
        return user

    async def update(self, _: str, **values: Any) -> None:
        """``Turns.update``."""
        self.turn = replace(self.turn, **values)

    async def expect(self, key: str, channel: str, thread: str = "", *, kind: str, team: str = "") -> Owned:
        """``Messages.expect``."""
        return Owned(key, channel, thread, kind, 0.0, team=team)

    async def channels(self, key: str) -> set[str]:
        """``Messages.channels``: cards stand in the channel of the settings."""
        return {"C0JOBS"} if key.startswith("card:") else set()

    async def moved(self, _: Owned, **_noted: str) -> bool:
        """``Messages.moved``."""
        return True

    async def post(
        self,
        channel: str,
        message: Message,
        *,
        key: str,
        thread: str | None = None,
        broadcast: bool = False,  # noqa: ARG002 - as the posts
    ) -> str:
        """``Posts.post``."""
        self.posted.append((f"{channel}:{key}", message))
        return f"{thread or ''}:{key}"

    async def posted_(self, channel: str, key: str, _: str = "", since: float | None = None) -> str | None:  # noqa: ARG002 - as the posts
        """``Posts.posted``."""
        return next((place for place, _ in self.posted if place == f"{channel}:{key}"), None)


class Reply:
    """A reply that grows in memory."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        """``Growing.write``."""
        self.text += text


@cache
def empty() -> tuple[sa.Engine, bytes]:
    """An engine, and an empty database of it: making its tables takes longer than most of what is done with them."""
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    metadata.create_all(engine)
    with engine.connect() as connection:
        kept: Any = connection.connection.dbapi_connection
        return engine, kept.serialize()


COMPILED: dict[Any, Any] = {}
"""Statements as SQL, which an engine of its own would write anew for each test."""


@cache
def kinds() -> Mapping[str, Any]:
    """The services that a verb is given: names, each with its type."""
    return get_type_hints(Services)


@cache
def needs(kind: type[Any]) -> Mapping[str, Any]:
    """What a constructor has to be given: names, each with its type."""
    hints, parts = get_type_hints(kind.__init__), inspect.signature(kind).parameters.values()
    return {part.name: hints[part.name] for part in parts if part.default is inspect.Parameter.empty}


class InMemory:
    """A database that is gone with the test; only what repositories use of one."""

    def __init__(self) -> None:
        engine, tables = empty()
        kept: Any = sqlite3.connect(":memory:", check_same_thread=False)
        kept.deserialize(tables)
        own = sa.Engine(sa.pool.StaticPool(lambda: kept), engine.dialect, engine.url)
        self._engine = own.execution_options(compiled_cache=COMPILED)

    async def run(self, work: Callable[[sa.Connection], Any]) -> Any:
        """``Database.run``."""
        with self._engine.begin() as connection:
            return work(connection)


@dataclass
class Bot:
    """All that a verb is given, made of the stand-in's client."""

    telnyx: Telnyx
    audience: Audience = EVERYTHING
    kept: Kept = field(default_factory=Kept)
    database: Any = field(default_factory=InMemory)
    forgotten: list[str] = field(default_factory=list)
    """The workspaces in which rights have changed."""

    @property
    def deeds(self) -> Deeds:
        """What people changed."""
        return Deeds(self.database)

    @property
    def grants(self) -> grants.Grants:
        """Who was given what."""
        return grants.Grants(self.database)

    @property
    def subscriptions(self) -> Subscriptions:
        """Who wants to hear of jobs."""
        return Subscriptions(self.database)

    async def items(self) -> list[Any]:
        """Every action item: whose it is, and whether it is done."""
        query = sa.select(action_items.c.id, action_items.c.taken_by, action_items.c.done_by)
        found: list[Any] = await self.database.run(lambda c: c.execute(query).all())
        return found

    @property
    def workspace(self) -> Any:
        """Slack, kept in memory."""
        kept = self.kept
        posts = SimpleNamespace(post=kept.post, posted=kept.posted_)
        slack: Any = kept
        return SimpleNamespace(
            api=kept,
            threads=kept,
            people=kept,
            attachments=kept,
            posts=posts,
            channels=Channels(slack, slack),
            whole_threads=WholeThreads(slack, slack),
            holds=Channels(slack, slack).holds,
            place=self.place,
            me=None,
        )

    @property
    def services(self) -> Services:
        """The use cases, each made of what its constructor names."""
        made: dict[str, Any] = {
            name: self._made(name, kind) if isinstance(kind, type) else "C0JOBS"
            for name, kind in kinds().items()
        }
        return Services(**made)

    async def about(self, place: Place, _asker: Asker) -> channels.Channel:
        """``Rights.about``."""
        kept = await channels.Channels(self.database).get(place.team, place.channel)
        return replace(kept, kind="public")

    async def readers(self, channel: str, team: str) -> Readers:  # noqa: ARG002 - as the directory
        """``Directory.readers``."""
        return Readers.OUTSIDERS

    async def place(self, _channel: str) -> About:
        """``Directory.place``."""
        return About("public", shared=False, archived=False)

    async def members(self, _channel: str) -> frozenset[str]:
        """``Roll.members``."""
        return frozenset({ADA.user})

    async def groups(self, _user: str, among: Collection[str]) -> frozenset[str]:
        """``Directory.groups``."""
        return frozenset(among)

    async def set_for(self, place: Place, _asker: Asker, *, private: bool) -> channels.Channel:
        """``Rights.set_for``."""
        del private
        return await channels.Channels(self.database).get(place.team, place.channel)

    async def present(self, _place: Place, _asker: Asker) -> bool:
        """``Rights.present``."""
        return True

    async def joined(self, _team: str, _channel: str) -> bool:
        """``Places.joined``."""
        return True

    async def names_of(self, _team: str, _user: str) -> tuple[str, ...]:
        """``People.names``."""
        return ("ada", "Ada Lovelace")

    async def of(self, _place: Place, _asker: Asker, *, private: bool) -> Audience:
        """``Rights.of``."""
        del private
        return self.audience

    def producer(self, kind: str) -> Producer:
        """Who writes a turn of this kind."""
        made: Producer = self._made(kind, PRODUCERS[kind])
        return made

    @cached_property
    def _given(self) -> dict[str, Any]:
        """What a constructor is given by a name."""
        return {
            "telnyx": self.telnyx,
            "default": DEFAULT_MODEL,
            "preferred": (),
            "plan": Plan(),
            "model": DEFAULT_MODEL,
            "temperature": 0.1,
            "max_tokens": None,
            "turns": self.kept,
            "messages": self.kept,
            "workspaces": Workspaces(self.workspace),
            "read_options": read_options,
            "rights": self,
            "about": self.about,
            "channel": "C0JOBS",
            "kinds": KINDS,
            "directory": lambda _: self,
            "forget": self.forgotten.append,
            "names_of": self.names_of,
            "joined": self.joined,
        }

    @cached_property
    def _stores(self) -> dict[Any, Any]:
        """What a constructor is given of a type: repositories and settings, which hold nothing that a test changes."""
        return {
            grants.Grants: self.grants,
            Deeds: self.deeds,
            Interruptions: Interruptions(self.database),
            Items: Items(self.database),
            Jobs: Jobs(self.database),
            Marks: Marks(self.database),
            Polls: Polls(self.database),
            Noted: Noted(self.database),
            Opinions: Opinions(self.database),
            Usages: Usages(self.database),
            Subscriptions: self.subscriptions,
            channels.Channels: channels.Channels(self.database),
            AccessSettings: AccessSettings(),
            AnswerSettings: AnswerSettings(),
        }

    def _made(self, name: str, kind: type[Any]) -> Any:
        given, kept = self._given, self._stores
        if kind in kept:
            return kept[kind]
        kind = Everywhere if kind is Looks else kind
        if name in given:
            return given[name]
        if not kind.__module__.startswith(("bot.services.", "bot.workflows.")):
            raise AssertionError(f"verb_house.py does not know what {name} ({kind}) is")
        return kind(**{name: self._made(name, one) for name, one in needs(typing.cast("Any", kind)).items()})


@dataclass
class VerbHouse:
    """A stand-in, and what has to exist before something can be wanted."""

    telnyx: TelnyxHouse
    bot: Bot
    made: dict[str, str] = field(default_factory=dict)

    async def fill(self, text: str) -> str:
        """Put ids of things that exist into a line: ``clusters delete {cluster}``."""
        for name in re.findall(r"{(\w+)}", text):
            text = text.replace(f"{{{name}}}", self.made.get(name) or await MAKERS[name](self.telnyx))
        return text

    async def read(self, wanted: str | Intent) -> tuple[AnyVerb, Intent]:
        """The verb of a typed line or of a button, and its intent."""
        if isinstance(wanted, Intent):
            return BY_WORDS[wanted.verb], wanted
        text = await self.fill(wanted)
        found = tree.find(lex(text))
        assert not isinstance(found, str), found
        return found[0], line.read(found[0].intent, text, found[1])

    async def outcome(self, wanted: str | Intent) -> Outcome:
        """What a verb's own work gives."""
        verb, intent = await self.read(wanted)
        request = Request(intent, HERE, ADA, self.bot.audience, self.bot.services, f"cmd:{uuid.uuid4()}")
        return await verb.run(request)

    async def needed(self, verb: AnyVerb, intent: Intent) -> Right:
        """The right that a wish takes: the verb's or, where everyone may want it, what its turn asks for."""
        if verb.right is not Right.EVERYONE:
            return verb.right
        asked = await self.outcome(intent)
        assert isinstance(asked, Asked)
        return self.bot.producer(asked.kind).right(asked)

    async def get(
        self,
        verb: AnyVerb,
        intent: Intent,
        audience: Audience = EVERYTHING,
        *,
        work_id: str = "",
        again: bool = False,
    ) -> Got:
        """Do what somebody wants, as the bot does it; a failure is something that they get, too."""
        self.bot.audience = audience
        work_id = work_id or f"cmd:{uuid.uuid4()}"
        performer = Performer(self.bot.services, self.bot.of)
        with structlog.testing.capture_logs() as logs:
            try:
                if verb.question is not None and not again:
                    request = await performer.request(verb, intent, HERE, ADA, work_id)
                    question = await verb.question(request)
                    intent = question.intent if question is not None else intent
                if verb.effect is Effect.CHANGE:
                    given = intent.model_dump(mode="json")
                    done = await performer.deed(
                        Wish(f"do:{work_id}", verb.words, given, HERE, ADA, Way(ADA.user)), again, time.time()
                    )
                    return Got(done.result, done.shown, _error(logs))
                if verb.effect is Effect.TURN:
                    return Got("done", await self._turn(verb, intent, work_id))
                return Got("done", await performer.look(verb, intent, HERE, ADA, work_id))
            except Exception as error:  # noqa: BLE001 - as in the dispatcher
                return Got("failed", notice(error, verb.words).message, _error(logs))

    async def _turn(self, verb: AnyVerb, intent: Intent, work_id: str) -> Message:
        """As ``TurnWorkflow`` writes and shows it."""
        asked = await verb.run(Request(intent, HERE, ADA, NOTHING, self.bot.services, work_id))
        assert isinstance(asked, Asked)
        producer, reply = self.bot.producer(asked.kind), Reply()
        self.bot.audience.require(producer.right(asked))
        written = await producer.write(asked, self.bot.audience, typing.cast("Any", reply))
        columns = asked.row() | {name: getattr(written, name) for name in Written.__slots__}
        known = {name: value for name, value in columns.items() if name in Turn.__slots__}
        turn = Turn(**dict.fromkeys(Turn.__slots__) | known | {"private": 1})  # type: ignore[arg-type] # absent columns are NULL
        return producer.final(turn).messages()[0]

    @property
    def asked(self) -> int:
        """How often Telnyx was asked something."""
        return self.telnyx.standin.calls.count

    def calls(self, since: int = 0) -> list[dict[str, Any]]:
        """What Telnyx was asked, after so many calls."""
        return self.telnyx.standin.calls.since(since)

    async def state(self) -> dict[str, list[str]]:
        """Everything that verbs make, change and destroy at Telnyx."""
        ai = self.telnyx.client
        calls = self.telnyx.standin.conversations.records.values()
        return {
            "calls": sorted(f"{call['conversation']} {len(call['messages'])}" for call in calls),
            "buckets": sorted(self.telnyx.standin.library.buckets),
            "tasks": sorted(self.telnyx.standin.library.tasks),
            "objects": sorted(map(str, self.telnyx.standin.objects.objects)),
            "insights": sorted([str(one) async for one in ai.insights.all()]),
            "groups": sorted([str(one) async for one in ai.insight_groups.all()]),
            "clusters": sorted([one.task_id async for one in ai.clusters.all()]),
            "jobs": sorted(str(one) for one in await ai.fine_tuning.jobs()),
            "posted": [place for place, _ in self.bot.kept.posted],
            "items": sorted(map(str, await self.bot.items())),
            "grants": sorted(f"{one.id} {one.until}" for one in await self.bot.grants.all(HERE.team)),
            "subscriptions": [
                f"{one.target} {one.kind} {one.bucket} {one.only}"
                for one in await self.bot.subscriptions.all(HERE.team)
            ],
            "channel": [str(await channels.Channels(self.bot.database).get(HERE.team, HERE.channel))],
        }

    async def fault(self, operation: str, kind: str, *, count: int = 0, status: int | None = None) -> None:
        """Let an operation, or all whose paths fit a pattern, fail, by default until all is ``well``."""
        which = {"path": operation} if operation.startswith("/") else {"operation": operation}
        await self.telnyx.fault(**which, kind=kind, count=count, status=status)

    async def well(self) -> None:
        """No fault is left."""
        await self.telnyx.http.delete(f"{self.telnyx.root}/telnyx/control/faults")


def _error(logs: list[MutableMapping[str, Any]]) -> str:
    last: Mapping[str, Any] = next((log for log in reversed(logs) if "error_id" in log), {})
    return type(last["exc_info"]).__name__ if "exc_info" in last else str(last.get("reason", ""))


async def _cluster(house: TelnyxHouse) -> str:
    return await house.client.clusters.create("handbook")


async def _topics(house: TelnyxHouse) -> str:
    made = await house.client.clusters.create("handbook", min_cluster_size=3, min_subcluster_size=2)
    house.standin.clusters.put_task(made, "completed")
    return made


async def _group(house: TelnyxHouse) -> str:
    return (await house.client.insight_groups.create("Empty")).id


async def _call(house: TelnyxHouse) -> str:
    return (await house.client.conversations.page(limit=1))[0].id


async def _live(house: TelnyxHouse, number: int = 1) -> str:
    """A call in which something was said just now."""
    call = (await house.client.conversations.page(limit=number + 1))[number]
    await house.client.conversations.add_message(call.id, NewMessage(role="user", content="Hello?"))
    return call.id


async def _silent(house: TelnyxHouse) -> str:
    """A live call in which the assistant keeps silent."""
    call = await house.client.conversations.get(await _live(house, 2))
    await house.client.conversations.update(call.id, {**call.metadata, "ai_disabled": "true"})
    return call.id


async def _counted(house: TelnyxHouse) -> str:
    """An insight whose results can be counted, and three of them."""
    schema = {"type": "object", "properties": {"score": {"type": "integer"}, "again": {"type": "boolean"}}}
    insight = await house.client.insights.create("Score", "How glad were they?", json_schema=schema)
    scores = ('{"score": 5, "again": true}', '{"score": 5, "again": false}', '{"score": 1, "again": false}')
    for record, result in zip(house.standin.conversations.records.values(), scores, strict=False):
        found = {"insight_id": insight.id, "result": result}
        run = {
            "id": str(uuid.uuid4()),
            "status": "completed",
            "created_at": house.standin.clock.now().isoformat(),
        }
        record["insights"].append({**run, "conversation_insights": [found]})
    return insight.id


async def _task(house: TelnyxHouse) -> str:
    tasks = await house.client.embeddings.tasks(["success"])
    return next(task.task_id for task in tasks if task.bucket == "handbook")


async def _failed(house: TelnyxHouse) -> str:
    """A task of a bucket in which a file failed."""
    house.standin.library.seed_unreadable("scans", "scan.pdf", "damaged")
    return house.standin.library.embed("scans").task_id


async def _embedded(house: TelnyxHouse) -> str:
    """A task of a bucket in which nothing failed."""
    house.standin.library.seed("notes", "note.md", b"# A note")
    return house.standin.library.embed("notes").task_id


async def _tuning(house: TelnyxHouse) -> str:
    job = await house.client.fine_tuning.create(TUNABLE, "handbook", suffix="spoken")
    house.standin.fine_tuning.put_job(job.id, "running")
    return job.id


async def _emptied(house: TelnyxHouse) -> str:
    house.standin.library.seed("emptied", "gone.md", b"x")
    house.standin.library.buckets["emptied"].documents.clear()
    return "emptied"


MAKERS: dict[str, Callable[[TelnyxHouse], Awaitable[str]]] = {
    "cluster": _cluster,
    "topics": _topics,
    "group": _group,
    "call": _call,
    "live": _live,
    "silent": _silent,
    "counted": _counted,
    "tuning": _tuning,
    "emptied": _emptied,
    "task": _task,
    "failed": _failed,
    "embedded": _embedded,
}
"""How to make what a line of a case names in braces."""
