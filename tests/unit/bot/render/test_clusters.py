"""Clusterings and their topics as people read them: nothing of a document acts, nothing is too long, nothing is silent."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.render.blocks import MESSAGE_BYTES, Message
from bot.render.clusters import Clusters as All
from bot.render.clusters import Compute as Wanted
from bot.render.clusters import (
    ShowClusters,
    ShowTopic,
    computing,
    listing,
    picture,
    topic_page,
    topics_page,
)
from bot.services.access import Place
from bot.telnyx import Cluster, Clustering, ClusterNode, ClusterTask
from sandbox.slack.blocks import all_texts, check_blocks

BEGAN = datetime(2026, 11, 25, 10, tzinfo=UTC)
EVIL = "<!channel> *bold* <https://evil.test|here> `code` @here evil.com &amp; _x_ \u202e"
TASK = ClusterTask(
    task_id="3fa85f64-5717-4562-b3fc-2c963f66afa6",
    status="completed",
    bucket="handbook",
    created_at=BEGAN,
    finished_at=BEGAN + timedelta(seconds=137),
    min_cluster_size=25,
    min_subcluster_size=5,
)


def cluster(size: int = 12, **more: Any) -> Cluster:
    values = {"cluster_id": "0", "cluster_summary": "About leave.", "cluster_header": "Leave"} | more
    return Cluster(total_number_of_nodes=size, **values)


def found(*clusters: Cluster, status: str = "completed") -> Clustering:
    return Clustering(status=status, bucket="handbook", clusters=clusters)


def shown(*clusters: Cluster, status: str = "completed", may_change: bool = False, **asked: Any) -> Message:
    """``clusters show``."""
    intent = ShowClusters(task="3fa85f64", **asked)
    return topics_page(intent, TASK, found(*clusters, status=status), may_change=may_change)


def said(message: Message) -> str:
    return "\n".join([message.text, *all_texts(message.blocks)])


def formatted(node: Any) -> list[str]:
    """Every text in which Slack reads signs."""
    if isinstance(node, list):
        return [text for one in node for text in formatted(one)]
    if not isinstance(node, dict):
        return []
    own = [str(node["text"])] if node.get("type") == "mrkdwn" else []
    return [*own, *(text for one in node.values() for text in formatted(one))]


def pressable(message: Message) -> dict[str, str]:
    """Buttons and entries of menus: what they say, and what they carry."""
    found: dict[str, str] = {}
    for block in message.blocks:
        for element in (*block.get("elements", ()), *filter(None, [block.get("accessory")])):
            if element["type"] == "button":
                found[element["text"]["text"]] = element["value"]
            for option in element.get("options", ()):
                found[option["text"]["text"]] = option["value"]
    return found


def fits(message: Message) -> bool:
    """Slack takes it, and so does a message of ours."""
    assert check_blocks(message.blocks, "message").problems == []
    return sum(len(text.encode()) for text in all_texts(message.blocks)) <= MESSAGE_BYTES


# ------------------------------------------------------------------------------------------------- the list
def test_a_row_says_how_it_stands_when_it_was_begun_and_how_long_it_took() -> None:
    page = listing([TASK], may_change=False).page(All())

    text = page.blocks[1]["text"]["text"]
    assert text.startswith("*handbook*\n:white_check_mark: done · <!date^")
    assert "took 2 min 17 s · topics of 25 passages or more · `3fa85f64`" in text
    assert [*pressable(page)] == ["Show topics", "Post picture"]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("pending", "waiting to start"),
        ("running", "running"),
        ("failed", "failed"),
        ("re_queued", "re queued"),
    ],
)
def test_what_is_not_done_has_no_picture_and_no_end(status: str, words: str) -> None:
    task = TASK.model_copy(update={"status": status, "finished_at": BEGAN})

    page = listing([task], may_change=True).page(All())

    assert words in said(page)
    assert "took" not in said(page)
    assert [*pressable(page)] == ["Show topics", "Delete…"]


def test_what_telnyx_does_not_tell_is_left_out() -> None:
    task = ClusterTask(task_id="x", status="", bucket="b")

    page = listing([task], may_change=False).page(All())

    assert page.blocks[1]["text"]["text"] == "*b*\n:grey_question: not known · `x`"


# ----------------------------------------------------------------------------------------------- the topics
def test_topics_stand_with_their_size_their_summary_and_their_passages() -> None:
    nodes = [ClusterNode(filename=f"{n}.md", text=f"Passage {n}.") for n in range(5)]

    page = shown(cluster(7, cluster_header="Pay"), cluster(12, nodes=nodes), top=2)

    words = said(page)
    assert words.index("*1. Leave* · 12 passages\nAbout leave.") < words.index("*2. Pay* · 7 passages")
    assert "“Passage 0.” · `0.md`\n“Passage 1.” · `1.md`" in words
    assert "Passage 2." not in words
    assert fits(page)


def test_topics_below_stand_under_theirs_once_they_are_wanted() -> None:
    below = cluster(3, cluster_header="Parental"), cluster(5, cluster_header="Sick")

    plain, deep = shown(cluster()), shown(cluster(subclusters=below), sub=True)

    assert json.loads(pressable(plain)["Show subtopics"]) == {"task": TASK.task_id, "sub": True}
    assert json.loads(pressable(deep)["Hide subtopics"]) == {"task": TASK.task_id}
    assert "*1.1. Sick* · 5 passages\n*1.2. Parental* · 3 passages" in said(deep)


def test_a_topic_without_a_name_has_a_number_and_one_without_a_word_is_still_shown() -> None:
    bare = cluster(1, cluster_header=None, cluster_summary="", nodes=[ClusterNode(filename="", text="")])

    page, alone = shown(bare), topic_page(ShowTopic(task="x", number="1"), TASK, bare)

    assert "*Topic 1* · 1 passage" in said(page)
    assert alone.blocks[0]["text"]["text"] == "Topic 1"
    assert "It has no summary." in said(alone)
    assert "“(empty)”" in said(alone)
    assert fits(page)
    assert fits(alone)


def test_passages_and_topics_below_are_opened_and_closed_where_slack_can_and_stand_there_anyhow() -> None:
    nodes = [ClusterNode(filename="a.md", text="Take your leave.")]
    one = cluster(nodes=nodes, subclusters=[cluster(5, cluster_header="Sick")])

    page = topic_page(ShowTopic(task="x", number="2.1"), TASK, one)

    boxes = [block for block in page.blocks if block["type"] == "container"]
    assert [box["title"]["text"] for box in boxes] == ["Passages", "Subtopics"]
    assert "“Take your leave.” · `a.md`" in formatted(boxes[0])[0]
    assert json.loads(boxes[1]["child_blocks"][0]["accessory"]["value"])["number"] == "2.1.1"
    assert page.simpler
    assert all_texts(page.simpler.blocks) == [
        text for text in all_texts(page.blocks) if text not in ("Passages", "Subtopics")
    ]


def test_many_topics_are_paged_and_the_next_page_is_of_the_same_clustering() -> None:
    many = [cluster(100 - n, cluster_header=f"Topic of {n}") for n in range(25)]

    first, third = shown(*many), shown(*many, page=3)

    assert "1 to 10 of 25" in said(first)
    assert json.loads(pressable(first)["Next"]) == {"page": 2, "task": TASK.task_id}
    assert "*21. Topic of 20*" in said(third)
    assert "Next" not in pressable(third)


@pytest.mark.parametrize(
    "letters", ["word ", "漢字の文 ", "👩‍👩‍👧 ", pytest.param("<&> ", marks=pytest.mark.slow)]
)
def test_huge_words_are_cut_and_slack_takes_what_is_left(letters: str) -> None:
    huge = letters * 5_000
    nodes = [ClusterNode(filename=huge[:200], text=huge) for _ in range(10)]
    below = [cluster(cluster_header=huge, cluster_summary=huge) for _ in range(40)]
    one = cluster(cluster_header=huge, cluster_summary=huge, nodes=nodes, subclusters=below)

    page = shown(*[one] * 30, top=5, sub=True)
    alone = topic_page(ShowTopic(task="x", number="1"), TASK, one)

    assert fits(page)
    assert fits(alone)
    assert len(alone.text) <= 4_000


def test_words_of_documents_and_models_do_nothing() -> None:
    nodes = [ClusterNode(filename=EVIL, text=EVIL)]
    below = [cluster(cluster_header=EVIL, cluster_summary=EVIL)]
    one = cluster(cluster_header=EVIL, cluster_summary=EVIL, nodes=nodes, subclusters=below)
    evil = TASK.model_copy(update={"bucket": EVIL})
    intent = ShowClusters(task="x", sub=True)

    for page in (
        topics_page(intent, evil, found(one), may_change=True),
        topics_page(intent, evil, found(one, status="running"), may_change=True),
        topics_page(intent, evil, found(status="failed"), may_change=True),
        topic_page(ShowTopic(task="x", number="1"), evil, one),
        listing([evil], may_change=True).page(All()),
    ):
        for text in (page.text, *formatted(page.blocks)):
            bare = re.sub(r"`[^`]*`", "", text.replace("<!date^", ""))  # code is shown as it is
            assert not any(sign in bare for sign in ("<!", "<http", "<@", "@here", "evil.com", "\u202e")), (
                text
            )


# -------------------------------------------------------------------------------------- where there are none
@pytest.mark.parametrize("status", ["pending", "starting", "running", "something_new"])
def test_one_that_still_runs_says_so_and_can_be_looked_at_again(status: str) -> None:
    page = shown(status=status)

    assert "Its topics stand here when it's done" in page.text
    assert json.loads(pressable(page)["Refresh"]) == {"task": TASK.task_id}
    assert [e["action_id"] for b in page.blocks for e in b.get("elements", ())] == ["clusters show#again"]


@pytest.mark.parametrize(
    ("status", "why", "again"),
    [
        ("failed", "failed, and Telnyx doesn't say why", {"bucket": "handbook"}),
        ("completed", "found no topics", {"bucket": "handbook", "min_size": 12, "min_sub": 2}),
    ],
)
def test_one_without_topics_says_why_and_what_helps(status: str, why: str, again: dict[str, Any]) -> None:
    admin, member = shown(status=status, may_change=True), shown(status=status)

    assert why in admin.text
    assert json.loads(pressable(admin)["Find topics…"]) == again
    assert why in member.text
    assert "Ask a workspace admin" in member.text
    assert pressable(member) == {}


# ---------------------------------------------------------------------------------------------- the picture
def test_a_picture_says_in_words_what_is_in_it_the_largest_first() -> None:
    place = Place("T", "C0GENERAL", "17.5")
    topics_found = found(cluster(3, cluster_header=None), cluster(12))

    here, alone = picture(TASK, topics_found, b"png", place), picture(TASK, topics_found, b"png", None)

    assert here.alt == "Topics in handbook, the largest first: Leave (12 passages); topic 2 (3 passages)."
    assert (here.title, here.name, here.content) == ("Topics in handbook", "topics-3fa85f64.png", b"png")
    assert (here.channel, here.thread) == ("C0GENERAL", "17.5")
    assert (alone.channel, alone.thread) == ("", "")


def test_the_words_for_a_picture_are_cut_where_slack_cuts_them() -> None:
    many = found(*(cluster(n, cluster_header=f"A topic with a long name, the {n}th") for n in range(60)))

    assert len(picture(TASK, many, b"png", None).alt) <= 1_000


def test_the_question_says_how_much_is_sorted_and_what_is_not_known() -> None:
    asked = computing(Wanted(bucket="handbook", min_size=10), 1)

    assert "Telnyx sorts 1 file into topics of 10 passages or more, and these into subtopics of 5" in asked
    assert "I don't know what Telnyx charges" in asked
