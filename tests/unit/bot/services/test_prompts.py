"""What is suggested: about documents and calls that this person may see now, in words that can be said."""

from dataclasses import replace

import pytest

from bot.services.access import EVERYTHING, Asker, Rights
from bot.services.buckets import Buckets
from bot.services.calls import Calls
from bot.services.prompts import Prompt, Prompts, subject
from bot.store.channels import Channels
from bot.store.database import Database
from bot.store.grants import ALL, Grant, Grantee, Grants, Thing
from bot.workflows.question import Where, asked_in
from config.access import AccessSettings
from tests.unit.bot.conftest import TelnyxHouse
from tests.unit.bot.services.test_home import ADMIN, GUEST, ME, MEMBER, Slack

TEAM = "T"


class Parts:
    """What the service is made of."""

    def __init__(self, telnyx: TelnyxHouse, database: Database) -> None:
        self.slack = Slack()
        self.grants = Grants(database)
        self.telnyx = telnyx
        slack = self.slack
        self.rights = Rights(lambda _team: slack, Channels(database), self.grants, AccessSettings())
        client = telnyx.client
        self.prompts = Prompts(client, Buckets(client, ()), Calls(client), self.rights)

    async def suggested(self) -> list[str]:
        """What is said for Mia when she chooses one."""
        return [prompt.message for prompt in await self.prompts.of(TEAM, ME)]

    async def grant(self, name: str, thing: Thing = Thing.BUCKET) -> str:
        """Give Mia something; the grant's id."""
        grant = Grant(TEAM, Grantee.PERSON, ME.user, thing, name, "U0ADA", 1.0, None)
        await self.grants.give(grant)
        self.rights.forget(TEAM)
        return grant.id

    async def withdraw(self, grant: str) -> None:
        """Take it back."""
        await self.grants.withdraw(grant, TEAM)
        self.rights.forget(TEAM)


@pytest.fixture
def parts(telnyx: TelnyxHouse, database: Database) -> Parts:
    return Parts(telnyx, database)


async def test_members_are_asked_about_documents_of_each_bucket_and_no_call(parts: Parts) -> None:
    said = await parts.suggested()

    assert len(said) == 3
    assert [one.split()[2] for one in said] == ["handbook", "manual", "handbook"]
    assert all(one.startswith("What does ") and one.endswith("?") for one in said)
    assert not any(one.startswith("Summarize") for one in said)


async def test_those_who_are_granted_calls_can_have_the_latest_summarized(parts: Parts) -> None:
    (latest,), _ = await Calls(parts.telnyx.client).latest(EVERYTHING, 1)
    parts.slack.who = ADMIN
    as_admin = await parts.prompts.of(TEAM, ME)
    parts.slack.who = MEMBER
    await parts.grant(ALL, Thing.CALLS)

    first = Prompt("Summarize the latest call", f"Summarize the call {latest.id[:8]}")
    assert as_admin[0] == first
    assert len(as_admin) == 3
    assert (await parts.prompts.of(TEAM, ME))[0] == first


async def test_what_is_suggested_of_a_call_is_understood_as_that_call(parts: Parts) -> None:
    parts.slack.who = ADMIN
    said = (await parts.suggested())[0]

    asked = asked_in({"ts": "1.0", "user": "U", "text": said}, Where(TEAM, "U0BOT", "D1"))

    assert asked is not None
    assert asked.kind == "summary"
    found = await Calls(parts.telnyx.client).find(asked.text, EVERYTHING)
    assert found.startswith(asked.text)


async def test_a_guest_is_asked_about_nothing_but_what_was_granted_to_them(parts: Parts) -> None:
    parts.slack.who = GUEST
    before = await parts.suggested()
    grant = await parts.grant("manual")
    granted = await parts.suggested()
    await parts.withdraw(grant)

    assert before == []
    assert {one.split()[2] for one in granted} == {"manual"}
    assert await parts.suggested() == [], "who may read a bucket is asked anew each time"


async def test_files_are_read_once_in_a_while(parts: Parts) -> None:
    await parts.suggested()
    await parts.suggested()

    assert await parts.telnyx.calls("embeddings.files") == 2  # one for each bucket


async def test_where_telnyx_does_not_answer_nothing_is_suggested(parts: Parts) -> None:
    await parts.telnyx.fault(operation="embeddings.buckets", kind="status", status=500, count=0)

    assert await parts.suggested() == []


async def test_a_bucket_that_can_not_be_read_leaves_the_others(parts: Parts) -> None:
    await parts.telnyx.fault(operation="embeddings.files", kind="status", status=500, count=1)

    said = await parts.suggested()

    assert len({one.split()[2] for one in said}) == 1
    assert said


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("leave.md", "leave"),
        ("hr/sick-days.md", "sick days"),
        ("Remote_Work (2026).pdf", "Remote Work (2026)"),
        ("Überstunden.txt", "Überstunden"),
        ("休暇.md", "休暇"),
        ("2026-11-25.md", ""),
        ("<!channel>.md", ""),
        ("*bold*.md", ""),
        ("@everyone.md", ""),
        ("a" * 61 + ".md", ""),
        (".env", ""),
        ("", ""),
    ],
)
def test_a_name_that_makes_no_words_is_left_out(name: str, words: str) -> None:
    assert subject(name) == words


@pytest.mark.parametrize(
    ("text", "kind", "asked_for"),
    [
        ("Summarize the call 3fa85f64", "summary", "3fa85f64"),
        (
            "summarise call 3fa85f64-5717-4562-b3fc-2c963f66afa6.",
            "summary",
            "3fa85f64-5717-4562-b3fc-2c963f66afa6",
        ),
        ("<@U0BOT> Summarize the call 3fa85f64", "summary", "3fa85f64"),
        ("Summarize the call center rules", "ask", "Summarize the call center rules"),
        ("Summarize the call 3fa85f64 for Ben", "ask", "Summarize the call 3fa85f64 for Ben"),
    ],
)
def test_a_call_that_is_named_by_its_id_is_summarized(text: str, kind: str, asked_for: str) -> None:
    asked = asked_in({"ts": "1.0", "user": "U", "text": text}, Where(TEAM, "U0BOT", "C1"))

    assert asked is not None
    assert (asked.kind, asked.text) == (kind, asked_for)


async def test_another_person_gets_their_own(parts: Parts) -> None:
    parts.slack.who = replace(GUEST, id="U0GUS")
    await parts.grant("manual")

    assert await parts.prompts.of(TEAM, Asker("U0GUS", TEAM)) == []
