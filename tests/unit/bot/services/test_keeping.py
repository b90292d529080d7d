"""Keep in docs without Slack: who may, into which bucket, and what is under which name afterwards."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.errors import RefusedError, UsageError
from bot.services.access import EVERYTHING, NONE, Asker, Audience, Place, Right, Some
from bot.services.access.wider import EVERYONE, UNKNOWN
from bot.services.keeping import DEED, LATER_SECONDS, NOT_AN_EXPERT, SOURCE, Document, Keeping
from bot.store.channels import Channel
from tests.unit.bot.conftest import TelnyxHouse, without

THERE, ADA = Place("T0ACME", "C0SUPPORT", ""), Asker("U0ADA", "T0ACME")
EXPERT = replace(
    without(Right.ADMIN, Right.OPERATOR),
    buckets=Some(frozenset({"handbook"})),
    named=Some(frozenset({"handbook"})),
)
DOCUMENT = Document(
    id="C0SUPPORT-1790000000000100",
    words="How do I port a number?",
    ending="md",
    content=b"# Zebra porting\n\nZebras port on Tuesdays.",
    content_type="text/markdown; charset=utf-8",
    notes={"source": "https://acme.slack.com/archives/C0SUPPORT/p1790000000000100"},
)
NAME = "how-do-i-port-a-number-C0SUPPORT-1790000000000100.md"


@dataclass
class Slack:
    """The channel has experts, and its buckets are as wide as a test says."""

    experts: str = "S0EXPERTS"
    members: frozenset[str] = frozenset({"U0ADA"})
    wide: str = ""

    async def set_for(self, place: Place, asker: Asker, *, private: bool) -> Channel:  # noqa: ARG002 - as ``Rights.set_for``
        assert private
        return Channel(place.team, place.channel, experts=self.experts or None)

    async def groups(self, user: str, among: Collection[str]) -> frozenset[str]:
        return frozenset(among) if user in self.members else frozenset()

    async def why(self, buckets: Collection[str], place: Place) -> dict[str, str]:  # noqa: ARG002 - as ``Wider.why``
        return dict.fromkeys(buckets, self.wide)


async def at_once(_seconds: float) -> None:
    """No time passes."""


def keeping(telnyx: TelnyxHouse, slack: Slack | None = None, pause: Any = at_once) -> Keeping:
    known: Any = slack or Slack()
    return Keeping(telnyx.client, known, known, lambda _: known, pause=pause)


async def keep(telnyx: TelnyxHouse, bucket: str = "handbook", **more: Any) -> Any:
    given: dict[str, Any] = {
        "document": DOCUMENT,
        "audience": EVERYTHING,
        "key": "first",
        "slack": None,
        "pause": at_once,
    } | more
    service = keeping(telnyx, given["slack"], given["pause"])
    return await service.keep(bucket, given["document"], THERE, ADA, given["audience"], key=given["key"])


async def test_what_is_kept_can_be_found_a_moment_later_and_says_where_it_is_from(
    telnyx: TelnyxHouse,
) -> None:
    kept = await keep(telnyx)

    telnyx.standin.clock.advance(60)
    found = await telnyx.client.embeddings.search("handbook", "zebra porting")
    held = await telnyx.client.objects.held("handbook", NAME)
    assert (kept.bucket, kept.name, kept.replaced, kept.embedded) == ("handbook", NAME, False, True)
    assert any("Zebras port" in match.document_chunk for match in found)
    assert held is not None
    assert held.notes == {**DOCUMENT.notes, SOURCE: DOCUMENT.id, DEED: "first"}


async def test_the_task_that_embeds_it_is_told_where_telnyx_lists_it(telnyx: TelnyxHouse) -> None:
    before = set(telnyx.standin.library.tasks)

    kept = await keep(telnyx)
    await telnyx.fault(operation="embeddings.tasks", kind="status", status=500, count=2)
    unlisted = await keep(telnyx, key="second")

    (task, _) = [one for one in telnyx.standin.library.tasks if one not in before]
    assert kept.task == task
    assert (unlisted.replaced, unlisted.task) == (True, ""), "it is kept all the same"


async def test_a_task_that_is_listed_a_moment_later_is_found_also_if_it_has_ended_by_then(
    telnyx: TelnyxHouse,
) -> None:
    before, paused = set(telnyx.standin.library.tasks), list[float]()

    async def pause(seconds: float) -> None:
        paused.append(seconds)
        telnyx.standin.clock.advance(15 * seconds)

    await telnyx.fault(operation="embeddings.tasks", kind="status", status=500, count=1)
    kept = await keep(telnyx, pause=pause)

    (task,) = telnyx.standin.library.tasks.keys() - before
    assert kept.task == task
    assert task not in {one.task_id for one in await telnyx.client.embeddings.tasks()}
    assert paused == [0.0, LATER_SECONDS]


async def test_the_task_of_an_earlier_document_is_not_taken_for_that_of_this_one(telnyx: TelnyxHouse) -> None:
    first = await keep(telnyx)
    telnyx.standin.clock.advance(600)
    known = set(telnyx.standin.library.tasks)

    async def pause(_seconds: float) -> None:  # Telnyx hasn't begun it yet
        for new in telnyx.standin.library.tasks.keys() - known:
            del telnyx.standin.library.tasks[new]

    second = await keep(telnyx, key="second", pause=pause)

    assert first.task in known
    assert second.task == ""


async def test_kept_again_it_replaces_itself_even_under_other_words(telnyx: TelnyxHouse) -> None:
    await keep(telnyx)
    renamed = replace(DOCUMENT, words="Another name", content=b"# New")

    again = await keep(telnyx, document=renamed, key="second")

    ours = [name for name in telnyx.standin.library.buckets["handbook"].documents if "C0SUPPORT" in name]
    assert (again.name, again.replaced) == (NAME, True)
    assert ours == [NAME]
    assert telnyx.standin.objects.objects["handbook", NAME].content == b"# New"


async def test_a_name_that_only_ends_alike_is_another_document(telnyx: TelnyxHouse) -> None:
    file = replace(DOCUMENT, id="F0ABC")
    telnyx.standin.library.seed("handbook", "rules-F0F0ABC.md", b"another file")

    assert (await keep(telnyx, document=file)).name == "how-do-i-port-a-number-F0ABC.md"


async def test_the_same_change_done_again_after_a_crash_replaces_nothing(telnyx: TelnyxHouse) -> None:
    await keep(telnyx)
    before = await telnyx.calls("objects.put")

    first = await keep(telnyx)
    await keep(telnyx, key="second")
    second = await keep(telnyx, key="second")

    assert not first.replaced
    assert second.replaced
    assert await telnyx.calls("objects.put") == before + 1


async def test_another_document_is_never_replaced(telnyx: TelnyxHouse) -> None:
    telnyx.standin.library.seed("handbook", NAME, b"someone's own")

    with pytest.raises(UsageError, match="already has another document"):
        await keep(telnyx)

    assert telnyx.standin.library.buckets["handbook"].documents[NAME].text == "someone's own"


@pytest.mark.parametrize(
    ("slack", "audience"),
    [
        (Slack(experts=""), EXPERT),
        (Slack(members=frozenset()), EXPERT),
    ],
)
async def test_neither_admin_nor_expert_is_refused_with_who_could(
    telnyx: TelnyxHouse, slack: Slack, audience: Audience
) -> None:
    with pytest.raises(RefusedError) as refused:
        await keep(telnyx, slack=slack, audience=audience)
    with pytest.raises(RefusedError):
        await keeping(telnyx, slack).buckets(THERE, ADA, audience)

    assert refused.value.text == NOT_AN_EXPERT
    assert not telnyx.standin.objects.objects


async def test_an_expert_keeps_in_what_they_may_see_alone(telnyx: TelnyxHouse) -> None:
    assert (await keep(telnyx, audience=EXPERT)).name == NAME
    assert await keeping(telnyx).buckets(THERE, ADA, EXPERT) == ("handbook",)
    for bucket in ("manual", "nowhere"):
        with pytest.raises(UsageError, match="no embedded bucket") as error:
            await keep(telnyx, bucket, audience=EXPERT)
        assert "manual" not in error.value.text.replace(f"“{bucket}”", "")


async def test_an_admin_without_buckets_keeps_in_what_they_manage(telnyx: TelnyxHouse) -> None:
    assert (await keep(telnyx, "manual", audience=replace(EVERYTHING, buckets=NONE))).bucket == "manual"


@pytest.mark.parametrize(("why", "way_on"), [(EVERYONE, "/telnyx grants --bucket"), (UNKNOWN, "Try again")])
async def test_a_wider_bucket_is_refused_with_a_way_on_and_not_offered(
    telnyx: TelnyxHouse, why: str, way_on: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        await keep(telnyx, slack=Slack(wide=why))

    assert refused.value.text.startswith(why)
    assert way_on in refused.value.text
    assert await keeping(telnyx, Slack(wide=why)).buckets(THERE, ADA, EVERYTHING) == ()
    assert not telnyx.standin.objects.objects


async def test_into_a_bucket_that_is_not_embedded_an_admin_keeps_and_is_told(telnyx: TelnyxHouse) -> None:
    telnyx.standin.library.disable("handbook")

    kept = await keep(telnyx)

    assert not kept.embedded
    assert ("handbook", NAME) in telnyx.standin.objects.objects
    with pytest.raises(UsageError, match="no embedded bucket"):
        await keep(telnyx, "nowhere")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("", "X-1.md"),
        ("../../etc/passwd?", "etc-passwd-X-1.md"),
        ("Größe & Länge", "größe-länge-X-1.md"),
        ("日本語の質問", "日本語の質問-X-1.md"),
        ("a " * 30, "a-a-a-a-a-a-a-a-X-1.md"),
        ("x" * 300, f"{'x' * 60}-X-1.md"),
    ],
)
def test_a_name_is_words_and_an_id(words: str, name: str) -> None:
    assert replace(DOCUMENT, id="X-1", words=words).name == name
