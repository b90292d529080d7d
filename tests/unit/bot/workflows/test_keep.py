"""Keep in docs: what is read of Slack, for whom, and what becomes of it where Slack is slow, silent, or says no."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest

from bot.errors import OutcomeUnknownError, TooSlowError, UsageError
from bot.render import keep as render
from bot.services.access import EVERYTHING, About, Asker, Audience, Place
from bot.services.keeping import Keeping
from bot.slack.permalinks import Permalink
from bot.slack.reading import records
from bot.slack.reading.downloads import BrokenDownloadError, Download, SlackFile
from bot.slack.reading.whole_threads import UNREADABLE, NotInChannelError
from bot.slack.workspace import Workspaces
from bot.workflows.keep import Keeper
from tests.unit.bot.conftest import TelnyxHouse

ADA = Asker("U0ADA", "T0ACME")
ROOT, REPLY = "1790000000.000100", "1790000060.000200"
LINK = "https://acme.slack.com/archives/C0SUPPORT/p1790000060000200?thread_ts=1790000000.000100&cid=C0SUPPORT"
KEEP = render.Keep(bucket="handbook", link=LINK)
BEGAN = 1_790_000_300.0
NAME = "how-do-i-port-C0SUPPORT-1790000000000100.md"
BIG = 12_000_000


def message(ts: str, text: str, user: str = "U0MIA", **more: Any) -> dict[str, Any]:
    return {"ts": ts, "thread_ts": ROOT, "text": text, "user": user, **more}


THREAD = (
    message(ROOT, "How do I port?"),
    message("1790000030.000100", "You can't.", "U0BOT"),
    message(
        REPLY,
        "Ask <@U0BEN>, see <https://help.example.com|our page>",
        "U0BEN",
        files=[{"id": "F1", "name": "Rules.md"}],
    ),
)


@dataclass
class Slack:
    """One workspace, as a test says it is."""

    messages_: tuple[dict[str, Any], ...] = THREAD
    members: tuple[str, ...] = ("U0ADA",)
    kind: str = "private"
    more: bool = False
    fails: Exception | None = None
    """What reading the thread raises."""
    file: SlackFile = field(
        default_factory=lambda: SlackFile(
            "F1", "Rules.md", 7, "text/markdown", "https://files.slack.com/1", "U0BEN"
        )
    )
    pieces: tuple[bytes | Exception, ...] = (b"# Rules",)
    me: Any = field(default_factory=lambda: SimpleNamespace(user="U0BOT"))

    @property
    def workspace(self) -> Any:
        whole = SimpleNamespace(ours=self.ours, messages=self.messages)
        people = SimpleNamespace(name=self.name, named=self.named)
        downloads = SimpleNamespace(about=self.about, stream=self.stream)
        return SimpleNamespace(
            whole_threads=whole,
            people=people,
            downloads=downloads,
            holds=self.holds,
            place=self.place,
            me=self.me,
        )

    async def ours(self, link: Permalink) -> Permalink:
        return link

    async def messages(self, link: Permalink) -> tuple[list[dict[str, Any]], bool]:
        assert link.root == ROOT
        if self.fails:
            raise self.fails
        return list(self.messages_), self.more

    async def holds(self, channel: str, user: str) -> bool:
        assert channel == "C0SUPPORT"
        return user in self.members

    async def place(self, _channel: str) -> About:
        return About(self.kind, shared=False, archived=False)

    async def name(self, user: str) -> str:
        return user.removeprefix("U0").title()

    async def named(self, text: str) -> str:
        for user in ("U0MIA", "U0BEN", "U0BOT"):
            text = text.replace(f"@{user}", f"@{await self.name(user)}")
        return text.replace("#C0SUPPORT", "#support")

    async def about(self, file_id: str) -> SlackFile:
        assert file_id == self.file.id
        return self.file

    @asynccontextmanager
    async def stream(self, file: SlackFile, *, most: int) -> AsyncIterator[Download]:
        assert file.size <= most

        async def chunks() -> AsyncIterator[bytes]:
            for piece in self.pieces:
                if isinstance(piece, Exception):
                    raise piece
                yield piece

        yield Download(file.name, file.size, file.mimetype, chunks())


class AsWide:
    """No bucket has more readers."""

    async def why(self, buckets: Collection[str], _place: Place) -> dict[str, str]:
        return dict.fromkeys(buckets, "")


def keeper(telnyx: TelnyxHouse, slack: Slack) -> Keeper:
    rights: Any = slack
    wide: Any = AsWide()
    keeping = Keeping(telnyx.client, wide, rights, lambda _: rights)
    return Keeper(workspaces=Workspaces(slack.workspace), keeping=keeping)


async def keep(
    telnyx: TelnyxHouse, slack: Slack, it: render.Keep = KEEP, audience: Audience = EVERYTHING
) -> str:
    done = await keeper(telnyx, slack).keep(it, "T0ACME", ADA, audience, key="k", began=BEGAN)
    return render.kept(*done).text


def kept(telnyx: TelnyxHouse, name: str) -> bytes:
    return telnyx.standin.objects.objects["handbook", name].content


async def test_a_thread_is_kept_without_what_i_said_in_it(telnyx: TelnyxHouse) -> None:
    told = await keep(telnyx, Slack())

    held = await telnyx.client.objects.held("handbook", NAME)
    text = kept(telnyx, NAME).decode()
    assert told.startswith(f"I kept the thread in `handbook` as `{NAME}`.")
    assert "Ada kept it here on 2026-09-21 14:18 UTC. It has 2 messages" in text
    assert "Ask @Ben, see our page (https://help.example.com)" in text
    assert "(Shared here, and not part of this document: Rules.md)" in text
    assert "You can't" not in text
    assert held is not None
    assert held.notes["source"] == "https://acme.slack.com/archives/C0SUPPORT/p1790000000000100"
    assert (held.notes["kept-by"], held.notes["written-by"]) == ("U0ADA", "U0MIA U0BEN")


async def test_a_file_of_the_message_is_kept_as_it_is(telnyx: TelnyxHouse) -> None:
    slack = Slack()

    told = await keep(telnyx, slack, KEEP.model_copy(update={"file": "F1"}))

    held = await telnyx.client.objects.held("handbook", "rules-F1.md")
    assert "I kept `Rules.md` in `handbook`" in told
    assert kept(telnyx, "rules-F1.md") == b"# Rules"
    assert held is not None
    assert (held.notes["source"], held.notes["written-by"]) == (LINK, "U0BEN")
    assert await keeper(telnyx, slack).files(LINK, "T0ACME", ADA, EVERYTHING) == {"F1": "Rules.md"}


@pytest.mark.slow
async def test_a_large_file_is_read_while_it_is_sent(telnyx: TelnyxHouse) -> None:
    plan = SlackFile("F1", "Plan.pdf", BIG, "application/pdf", "https://files.slack.com/1", "U0BEN")
    slack = Slack(file=plan, pieces=(bytes(64 * 1024),) * (BIG // (64 * 1024)))

    await keep(telnyx, slack, KEEP.model_copy(update={"file": "F1", "name": "The plan"}))

    assert len(kept(telnyx, "the-plan-F1.pdf")) == 64 * 1024 * (BIG // (64 * 1024))
    assert await telnyx.calls("objects.post") == 2, "begun and completed"


@pytest.mark.parametrize("size", [7, BIG])
async def test_a_file_that_stops_halfway_is_not_kept(telnyx: TelnyxHouse, size: int) -> None:
    broken = replace(Slack().file, size=size)
    slack = Slack(file=broken, pieces=(bytes(6_000_000), BrokenDownloadError("gone")))

    with pytest.raises(UsageError) as refused:
        await keep(telnyx, slack, KEEP.model_copy(update={"file": "F1"}))

    assert refused.value.text == render.BROKEN
    assert not telnyx.standin.objects.objects
    assert telnyx.standin.objects.pending == 0


@pytest.mark.parametrize(
    ("slack", "changes", "why"),
    [
        (Slack(members=()), {}, UNREADABLE),
        (Slack(members=(), kind="mpim"), {}, UNREADABLE),
        (Slack(more=True), {}, records.TOO_LONG),
        (Slack(fails=NotInChannelError()), {}, records.NOT_IN_IT),
        (Slack(messages_=(message(ROOT, "Hello!", "U0BOT"),)), {}, records.NOTHING),
        (Slack(), {"link": "https://acme.slack.com/team/U0ADA"}, records.NO_MESSAGE),
        (Slack(), {"file": "F2"}, render.NOT_THERE),
        (
            Slack(file=replace(Slack().file, name="Rules.docx")),
            {"file": "F1"},
            records.OTHER_FILE.format("Rules.docx"),
        ),
    ],
)
async def test_what_cannot_be_kept_is_said(
    telnyx: TelnyxHouse, slack: Slack, changes: dict[str, str], why: str
) -> None:
    with pytest.raises(UsageError) as refused:
        await keep(telnyx, slack, KEEP.model_copy(update=changes))

    assert refused.value.text == why
    assert not telnyx.standin.objects.objects


async def test_a_public_channel_is_read_by_who_is_not_in_it_too(telnyx: TelnyxHouse) -> None:
    assert "I kept" in await keep(telnyx, Slack(members=(), kind="public"))


async def test_while_slack_is_silent_nothing_was_done(telnyx: TelnyxHouse) -> None:
    slack = Slack(fails=OutcomeUnknownError("conversations.replies"))

    with pytest.raises(TooSlowError):
        await keep(telnyx, slack)

    assert not telnyx.standin.objects.objects


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"ts": "1", "text": "<@U0BOT> How do I port?"}, ("", "How do I port?")),
        (
            {"ts": "1", "thread_ts": "1", "text": "How do I port?", "files": [{"id": "F1", "name": "a.md"}]},
            ("", "How do I port?"),
        ),
        ({"ts": "2", "thread_ts": "1", "text": "A reply"}, ("", "")),
        (
            {"ts": "1", "text": "See", "files": [{"id": "F1", "name": "My rules.v2.md"}]},
            ("F1", "My rules.v2"),
        ),
    ],
)
def test_a_message_suggests_what_to_keep_under_which_name(
    message: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert records.suggested(message) == expected
