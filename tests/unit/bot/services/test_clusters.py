"""Clusterings: which are seen, found, and read by whom; what a cut-off attempt began; where a picture may stand."""

import time
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import RefusedError, UsageError
from bot.services.access import EVERYTHING, NOTHING, Asker, Audience, Place, Some
from bot.services.clusters import Clusters, numbered
from bot.telnyx import Cluster, TelnyxUnreadableError
from sandbox.telnyx.clusters import ClusterBody
from tests.unit.bot.conftest import TelnyxHouse

HERE, ME = Place("T", "C0GENERAL", ""), Asker("U0ADA", "T")
HANDBOOK = Some.of(["handbook"])
MEMBER = replace(EVERYTHING, buckets=HANDBOOK, named=HANDBOOK, roles=frozenset())


class Rights:
    """Who is in a place, and what those who read it may see."""

    def __init__(self, everyone: Audience = NOTHING, *, present: bool = True) -> None:
        self.everyone, self.there = everyone, present

    async def present(self, _place: Place, _asker: Asker) -> bool:
        """``Rights.present``."""
        return self.there

    async def of(self, _place: Place, _asker: Asker, *, private: bool) -> Audience:
        """``Rights.of``."""
        assert not private
        return self.everyone


def service(telnyx: TelnyxHouse, here: Rights | None = None) -> Clusters:
    rights: Any = here or Rights()
    return Clusters(telnyx.client, rights)


def begun(telnyx: TelnyxHouse, bucket: str = "handbook", status: str = "") -> str:
    """The task id of a clustering; one with a status is at its end."""
    task = telnyx.standin.clusters.start(
        ClusterBody(bucket=bucket, min_cluster_size=3, min_subcluster_size=2)
    )
    if status:
        telnyx.standin.clusters.put_task(task.task_id, status)
    return task.task_id


# ------------------------------------------------------------------------------------------- which there are
async def test_an_id_or_its_beginning_is_found_among_more_than_one_page(telnyx: TelnyxHouse) -> None:
    oldest = await telnyx.client.clusters.create("handbook")
    for _ in range(101):
        newest = await telnyx.client.clusters.create("handbook")
    clusters = service(telnyx)

    assert (await clusters.find(oldest, EVERYTHING)).task_id == oldest
    assert (await clusters.find(oldest[:8], EVERYTHING)).task_id == oldest
    assert (await clusters.find(newest[:8], EVERYTHING)).task_id == newest
    with pytest.raises(UsageError, match="no clustering"):
        await clusters.find("00000000", EVERYTHING)


async def test_a_bucket_names_its_only_clustering(telnyx: TelnyxHouse) -> None:
    only, clusters = begun(telnyx, "manual"), service(telnyx)
    begun(telnyx)
    begun(telnyx)

    assert (await clusters.find("manual", EVERYTHING)).task_id == only
    with pytest.raises(UsageError, match="several clusterings called “handbook”"):
        await clusters.find("handbook", EVERYTHING)


async def test_they_are_listed_newest_first(telnyx: TelnyxHouse) -> None:
    made = []
    for _ in range(3):
        made.append(begun(telnyx))
        telnyx.standin.clock.advance(60)
    telnyx.standin.clusters.tasks = dict(
        sorted(telnyx.standin.clusters.tasks.items())
    )  # in no order that Telnyx tells

    found = await service(telnyx).all(EVERYTHING)

    assert [task.task_id for task in found] == made[::-1]


async def test_five_hundred_are_listed_within_two_seconds_in_five_pages(telnyx: TelnyxHouse) -> None:
    made = {begun(telnyx, status="completed") for _ in range(500)}
    began = time.monotonic()

    found = await service(telnyx).all(EVERYTHING)

    assert time.monotonic() - began < 2
    assert {task.task_id for task in found} == made
    assert await telnyx.calls("clusters.page") == 5


async def test_what_is_of_a_bucket_that_one_may_not_know_is_not_there(telnyx: TelnyxHouse) -> None:
    hidden, clusters = begun(telnyx, "manual", "completed"), service(telnyx)

    assert await clusters.all(MEMBER) == []
    for given in (hidden, hidden[:8], "manual"):
        with pytest.raises(UsageError, match=f"There's no clustering “{given}”") as refused:
            await clusters.topics(given, MEMBER)
        assert "Did you mean" not in str(refused.value)


# ------------------------------------------------------------------------------------------------ its topics
async def test_who_may_know_of_a_bucket_but_not_read_it_does_not_read_its_topics(telnyx: TelnyxHouse) -> None:
    task, admin = begun(telnyx, "manual", "completed"), replace(EVERYTHING, buckets=HANDBOOK)
    clusters = service(telnyx)

    assert [one.task_id for one in await clusters.all(admin)] == [task]
    for look in (
        clusters.topics(task, admin),
        clusters.topic(task, "1", admin),
        clusters.picture(task, admin),
    ):
        with pytest.raises(RefusedError, match="can't read the documents"):
            await look
    assert await telnyx.calls("clusters.get") == 0


async def test_a_topic_is_named_by_its_place_and_the_largest_is_the_first(telnyx: TelnyxHouse) -> None:
    task, clusters = begun(telnyx, status="completed"), service(telnyx)
    _, found = await clusters.topics(task, EVERYTHING, deep=True)
    largest = max(found.clusters, key=lambda topic: topic.total_number_of_nodes)

    _, topic = await clusters.topic(task, "1", EVERYTHING)

    assert (topic.cluster_header, len(topic.nodes or ())) == (
        largest.cluster_header,
        min(10, largest.total_number_of_nodes),
    )
    for number in ("0", "99", "1.99", "one", "1..1", "01"):
        with pytest.raises(UsageError, match=f"There's no topic “{number}”"):
            await clusters.topic(task, number, EVERYTHING)


def test_topics_far_below_are_numbered_by_those_above() -> None:
    deep = Cluster(cluster_id="0", cluster_summary="", total_number_of_nodes=1)
    for size in range(2, 40):
        other = Cluster(cluster_id="1", cluster_summary="", total_number_of_nodes=size)
        deep = Cluster(
            cluster_id="0", cluster_summary="", total_number_of_nodes=size, subclusters=(deep, other)
        )

    above, level = "", [deep]
    while level:
        above, topic = list(numbered(level, above))[-1]
        level = list(topic.subclusters or ())

    assert above == "1" + ".2" * 38


@pytest.mark.parametrize(
    ("status", "said"), [("running", "still running"), ("", "still running"), ("failed", "failed")]
)
async def test_what_has_no_topics_has_no_picture_and_nothing_is_drawn(
    telnyx: TelnyxHouse, status: str, said: str
) -> None:
    task, clusters = begun(telnyx, status=status), service(telnyx)

    for look in (clusters.picture(task, EVERYTHING), clusters.topic(task, "1", EVERYTHING)):
        with pytest.raises(UsageError, match=said):
            await look
    assert await telnyx.calls("clusters.graph") == 0


async def test_a_clustering_without_a_topic_has_no_picture(telnyx: TelnyxHouse) -> None:
    telnyx.standin.library.seed("small", "one.md", b"One page.")
    task = begun(telnyx, "small", "completed")

    with pytest.raises(UsageError, match="no topics"):
        await service(telnyx).picture(task, EVERYTHING)


@pytest.mark.parametrize("body", ["bad_json", "empty", "empty_object"])
async def test_a_picture_that_is_no_png_is_refused(telnyx: TelnyxHouse, body: str) -> None:
    task = begun(telnyx, status="completed")
    await telnyx.fault(operation="clusters.graph", kind=body)

    with pytest.raises(TelnyxUnreadableError):
        await service(telnyx).picture(task, EVERYTHING)


@pytest.mark.parametrize(
    ("everyone", "present", "stands"),
    [(MEMBER, True, True), (MEMBER, False, False), (NOTHING, True, False)],
)
async def test_a_picture_stands_where_all_who_read_there_may_see_it(
    telnyx: TelnyxHouse, everyone: Audience, present: bool, stands: bool
) -> None:
    clusters = service(telnyx, Rights(everyone, present=present))

    assert await clusters.seen_in(HERE, ME, "handbook", EVERYTHING) is stands
    assert await clusters.seen_in(HERE, ME, "manual", EVERYTHING) is False


# ------------------------------------------------------------------------------------ what an attempt began
async def test_what_a_cut_off_attempt_began_is_of_the_same_bucket_and_sizes_and_not_older(
    telnyx: TelnyxHouse,
) -> None:
    clusters, clock = service(telnyx), telnyx.standin.clock
    await clusters.compute("handbook", (), "", size=3, below=2, audience=EVERYTHING)
    clock.advance(600)
    since = clock.now().timestamp()
    others = [("manual", 3, 2), ("handbook", 4, 2), ("handbook", 3, 3)]
    for bucket, size, below in others:
        await clusters.compute(bucket, (), "", size=size, below=below, audience=EVERYTHING)

    before = await clusters.made("handbook", size=3, below=2, since=since, audience=EVERYTHING)
    made = await clusters.compute("handbook", ("leave.md",), "l", size=3, below=2, audience=EVERYTHING)
    after = await clusters.made("handbook", size=3, below=2, since=since + 30, audience=EVERYTHING)

    assert (before, after) == (None, made)
