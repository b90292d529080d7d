"""Topics of documents in Slack: asked first, looked at while they are found, read, posted as a picture, deleted."""

import re
from typing import Any

import pytest

from sandbox.slack.person import Json, Person
from tests.journeys.conftest import People
from tests.journeys.house import House
from tests.journeys.replies import private as reply
from tests.journeys.screen import GENERAL, SUPPORT, words
from tests.journeys.telnyx_side import asked, telnyx

pytestmark = pytest.mark.usefixtures("bot")

MIA, ADA = "U0MIA", "U0ADA"
QUESTION, LISTED = "1600000000.000300", "1600000000.000400"
"""The ts of a thread's first message, and of one with our button in it."""
DONE = 10
"""After so many of its seconds the stand-in has found all topics."""
PNG = b"\x89PNG\r\n\x1a\n"


async def posted(person: Person, channel: str, after: str, thread_ts: str | None = None) -> Json:
    """The file of the message that came into a conversation since."""
    shown = await person.wait_for(
        lambda m: bool(m.get("files")) and m["ts"] > after, channel=channel, thread_ts=thread_ts
    )
    file: Json = shown["files"][0]
    return file


def elements(message: Json) -> dict[str, str]:
    """What buttons and menus say, and the value that is sent."""
    found: dict[str, str] = {}
    for block in message["blocks"]:
        for one in (*block.get("elements", ()), *filter(None, [block.get("accessory")])):
            found |= {option["text"]["text"]: option["value"] for option in one.get("options", ())}
            if one["type"] == "button":
                found.setdefault(one["text"]["text"], one["value"])
    return found


def done(house: House, bucket: str, **sizes: int) -> str:
    """The task id of a clustering that has found its topics."""
    body = {"bucket": bucket, "min_cluster_size": 3, "min_subcluster_size": 2, **sizes}
    made = str(telnyx(house, "/ai/clusters", "POST", body)["data"]["task_id"])
    house.ask("telnyx", "clock", {"advance": DONE})
    return made


def found(house: House, task: str) -> list[dict[str, Any]]:
    """What Telnyx says of its topics, the largest first."""
    path = f"/ai/clusters/{task}?top_n_nodes=3&show_subclusters=true"
    clusters: list[dict[str, Any]] = telnyx(house, path)["data"]["clusters"]
    return sorted(clusters, key=lambda one: -one["total_number_of_nodes"])


async def test_topics_are_found_once_somebody_said_yes_and_read_as_soon_as_they_are_there(
    person: People, house: House
) -> None:
    ada, before = person(ADA), asked(house, "clusters.compute")
    files = len(telnyx(house, "/ai/embeddings/buckets/manual")["data"])
    since = await ada.say(GENERAL, "What is the manual about?")
    await ada.command(GENERAL, "/telnyx", "clusters compute manual --min-size 3 —min-sub 2")
    question = await reply(ada, "Find topics in `manual`?", since)
    assert f"Telnyx sorts {files} files into topics of 3 passages or more" in words(question)
    assert asked(house, "clusters.compute") == before

    await ada.click(GENERAL, question["ts"], "confirm")
    started = await reply(ada, "I've started finding topics in `manual`", since)
    await ada.click(GENERAL, started["ts"], "clusters show")
    running = await reply(ada, "Its topics stand here when it's done", since)
    house.ask("telnyx", "clock", {"advance": DONE})
    await ada.click(GENERAL, running["ts"], "clusters show#again")
    shown = await reply(ada, ":white_check_mark: done", since)

    task = re.findall(r'"task":"([0-9a-f-]{36})"', elements(shown)["Show subtopics"])[0]
    topics = found(house, task)
    assert asked(house, "clusters.compute") == before + 1
    assert (started["ts"], shown["ts"]) == (question["ts"], running["ts"])
    for number, topic in enumerate(topics, 1):
        assert f"{number}. {topic['cluster_header']}" in words(shown)
        assert topic["nodes"][0]["filename"] in words(shown)


async def test_a_topic_is_read_with_its_passages_and_those_below_it(person: People, house: House) -> None:
    mia, task = person(MIA), done(house, "manual")
    topics = found(house, task)
    deep = next(number for number, topic in enumerate(topics) if topic["subclusters"])
    below = max(topics[deep]["subclusters"], key=lambda one: int(one["total_number_of_nodes"]))
    since = await mia.say(GENERAL, "What is it about?")
    await mia.command(GENERAL, "/telnyx", f"clusters show {task[:8]}")
    shown = await reply(mia, "1. ", since)
    assert "1.1." not in words(shown)

    await mia.click(GENERAL, shown["ts"], "clusters show#again")
    wide = await reply(mia, f"{deep + 1}.1. {below['cluster_header']}", since)
    await mia.click(GENERAL, shown["ts"], "clusters topic", f'{{"task":"{task}","number":"{deep + 1}"}}')
    alone = await reply(mia, "passages in `manual`", since)
    await mia.click(GENERAL, alone["ts"], "clusters topic", f'{{"task":"{task}","number":"{deep + 1}.1"}}')
    deepest = await reply(mia, f"{deep + 1}.1. {below['cluster_header']}", alone["ts"])

    assert wide["ts"] == shown["ts"], "in its place"
    assert len({shown["ts"], alone["ts"], deepest["ts"]}) == 3, "beside it"
    assert topics[deep]["nodes"][0]["filename"] in words(alone)
    assert f"{below['total_number_of_nodes']} passages in `manual`" in words(deepest)


async def test_the_picture_stands_where_it_was_wanted_and_says_what_is_in_it(
    person: People, house: House
) -> None:
    ada, mia, task = person(ADA), person(MIA), done(house, "manual")
    since = await ada.say(GENERAL, "Let us see.")
    await ada.command(GENERAL, "/telnyx", "clusters")
    listed = await reply(ada, "*manual*", since)

    await ada.click(GENERAL, listed["ts"], "menu", f"clusters picture\u241f{task}")

    file = await posted(mia, GENERAL, since)
    largest = found(house, task)[0]
    said = f"{largest['cluster_header']} ({largest['total_number_of_nodes']} passages)"
    assert file["alt_txt"].startswith(f"Topics in manual, the largest first: {said}; ")
    assert file["title"] == "Topics in manual"
    assert (await mia.download(file["id"])).startswith(PNG)
    await reply(ada, f"*Topics in manual* is in <#{GENERAL}>", since)


async def test_the_picture_stands_in_the_thread_in_which_it_was_wanted(person: People, house: House) -> None:
    ada, task = person(ADA), done(house, "manual")
    button = {"type": "button", "text": {"type": "plain_text", "text": "Post picture"}}
    pressed = button | {"action_id": "clusters picture", "value": f'{{"task":"{task}"}}'}
    blocks = [{"type": "actions", "elements": [pressed]}]
    asked_for = {"channel": GENERAL, "ts": QUESTION, "user": ADA, "kind": "user", "text": "Topics?"}
    ours = {"channel": GENERAL, "ts": LISTED, "user": "U0BOT", "kind": "post", "thread_ts": QUESTION}
    for message in (asked_for, ours | {"text": "Topics", "blocks": blocks}):
        house.ask("slack", "restore", message)

    await ada.click(GENERAL, LISTED, "clusters picture")

    file = await posted(ada, GENERAL, LISTED, thread_ts=QUESTION)
    assert file["title"] == "Topics in manual"


async def test_where_a_guest_reads_along_the_picture_goes_to_the_one_who_wants_it(
    person: People, house: House
) -> None:
    ada, task = person(ADA), done(house, "manual")
    since = await ada.say(SUPPORT, "Only for me, please.")

    await ada.command(SUPPORT, "/telnyx", f"clusters picture {task}")

    assert (await posted(ada, "D0ADA", since))["title"] == "Topics in manual"
    await reply(ada, "is in a direct message", since, SUPPORT)
    assert not [m for m in await ada.messages(SUPPORT) if m.get("files") and m["ts"] > since]


async def test_what_still_runs_has_no_picture_and_nothing_is_uploaded(person: People, house: House) -> None:
    ada, before = person(ADA), len(house.calls("files.getUploadURLExternal"))
    task = telnyx(house, "/ai/clusters", "POST", {"bucket": "manual"})["data"]["task_id"]
    since = await ada.say(GENERAL, "Is it there already?")

    await ada.command(GENERAL, "/telnyx", f"clusters picture {task}")

    await reply(ada, "still running. Try again in a few minutes", since)
    assert len(house.calls("files.getUploadURLExternal")) == before


async def test_the_form_offers_the_buckets_and_asks_before_it_begins(person: People, house: House) -> None:
    ada, before = person(ADA), asked(house, "clusters.compute")
    await ada.command(GENERAL, "/telnyx", "clusters compute")
    form = await ada.wait_in(ada.views, lambda view: view["callback_id"] == "clusters compute")
    offered = form["blocks"][0]["element"]["options"]

    sent = await ada.submit(form["id"], {"bucket": "manual", "min_size": "4", "files": "setup.md nope.md"})
    wrong = await ada.wait_in(ada.views, lambda view: "can't find these files" in str(view))
    await ada.post("close", user=ADA, view_id=wrong["id"], all=True)

    assert "manual" in [option["value"] for option in offered]
    assert sent["response_action"] == "push"
    assert asked(house, "clusters.compute") == before


async def test_a_clustering_is_deleted_from_the_list(person: People, house: House) -> None:
    ada, mia, task = person(ADA), person(MIA), done(house, "manual")
    since = await ada.say(GENERAL, "Enough of it.")
    for one in (ada, mia):
        await one.command(GENERAL, "/telnyx", "clusters")
    listed, members = [await reply(one, "*manual*", since) for one in (ada, mia)]

    await ada.click(GENERAL, listed["ts"], "menu", f"clusters delete\u241f{task}")
    question = await reply(ada, f"Delete the clustering `{task[:8]}`", since)
    await ada.click(GENERAL, question["ts"], "confirm")
    await reply(ada, f"I deleted the clustering `{task[:8]}`", since)

    assert task not in [one["task_id"] for one in telnyx(house, "/ai/clusters?page[size]=100")["data"]]
    assert "Delete…" in elements(listed)
    assert "Delete…" not in elements(members)
