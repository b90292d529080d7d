"""Clusterings as Slack shows them: what was found in a bucket, its topics, and a picture of them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pydantic import Field

from bot.render.blocks import ALT_TEXT, Block, Message, actions, button, context, menu, row, section
from bot.render.intent import Intent, Name, Names, Paged
from bot.render.markdown import code, escape_mrkdwn, moment, plain, shortened
from bot.render.newer import container
from bot.render.numbers import counted, lasted
from bot.render.outcomes import AGAIN, File, Listing
from bot.services.access import Place
from bot.services.clusters import numbered
from bot.services.ids import short
from bot.services.jobs.clusters import CLUSTERS
from bot.telnyx import Cluster, Clustering, ClusterNode, ClusterTask

DONE = "completed"
NAME, SUMMARY, QUOTE = 80, 280, 110
"""Characters of a topic's name, and of its summary and its passages where many topics stand together."""
LONG_SUMMARY, LONG_QUOTE = 1_500, 500
"""The same where a topic stands alone."""
BELOW = 10
"""Topics below another that are shown with it."""
NONE = (
    "No one has looked for topics yet. A workspace admin can: type `/telnyx clusters compute` and the name of a bucket, "
    "and Telnyx sorts its documents by what they are about."
)


class Clusters(Paged, verb="clusters"):
    """The clusterings of all buckets."""


class ShowClusters(Paged, verb="clusters show"):
    """The topics that a clustering found."""

    task: Name
    top: int = Field(default=2, ge=0, le=5, description="How many passages of each topic; by default 2.")
    sub: bool = Field(default=False, description="Show the subtopics of each topic.")


class ShowTopic(Intent, verb="clusters topic"):
    """One topic of a clustering."""

    task: Name
    number: str = Field(min_length=1, max_length=40)


class Compute(Intent, verb="clusters compute"):
    """Find topics in a bucket."""

    bucket: Name
    min_size: int = Field(25, ge=2, le=9_999, title="Passages per topic", description="At least; else 25.")
    min_sub: int = Field(5, ge=2, le=9_999, title="Passages per subtopic", description="At least; else 5.")
    files: Names = Field((), description="Only these files, by their names; by default all.")
    prefix: str = Field("", max_length=200, title="Begins with", description="Only files named so.")


class Picture(Intent, verb="clusters picture"):
    """A picture of the topics that a clustering found."""

    task: Name


class Delete(Intent, verb="clusters delete"):
    """Delete a clustering."""

    task: Name


# ------------------------------------------------------------------------------------------------- the list
def listing(found: Sequence[ClusterTask], *, may_change: bool) -> Listing:
    """One clustering a row, newest first; what changes it is in the menu of those who may."""
    hint = "Find topics: `/telnyx clusters compute BUCKET`" if may_change else ""
    rows = [row(_line(task), *_actions(task, may_change=may_change)) for task in found]
    return Listing("Topics", rows, NONE, hint)


def _line(task: ClusterTask) -> str:
    return f"*{escape_mrkdwn(task.bucket)}*\n{' · '.join([_state(task.status), *_facts(task)])}"


def _actions(task: ClusterTask, *, may_change: bool) -> Iterator[Block]:
    yield button("Show topics", ShowClusters(task=task.task_id))
    picture = [("Post picture", Picture(task=task.task_id))] if task.status == DONE else []
    delete = [("Delete…", Delete(task=task.task_id))] if may_change else []
    if picture or delete:
        yield menu(*picture, *delete)


def _state(status: str) -> str:
    state = CLUSTERS.state(status)
    return f"{state.icon} {escape_mrkdwn(state.word) or 'not known'}"


def _facts(task: ClusterTask) -> list[str]:
    """Return when it was begun, how long it took, how large its topics are, and its id."""
    began, ended = task.created_at, task.finished_at if task.finished else None
    return [
        *([moment(began.timestamp(), "{date_short_pretty} {time}")] if began else []),
        *([f"took {lasted((ended - began).total_seconds())}"] if began and ended and ended > began else []),
        *([f"topics of {task.min_cluster_size} passages or more"] if task.min_cluster_size else []),
        code(short(task.task_id)),
    ]


# ----------------------------------------------------------------------------------------------- the topics
def topics_page(asked: ShowClusters, task: ClusterTask, found: Clustering, *, may_change: bool) -> Message:
    """Return a page of the topics that were found, the largest first; or why there are none."""
    whole = asked.model_copy(update={"task": task.task_id})
    if not (found.finished and found.clusters):
        return _without(whole, task, found, may_change=may_change)
    items = [[*_topic(task, number, topic, asked.top)] for number, topic in numbered(found.clusters)]
    lead = " · ".join([_state(found.status), *_facts(task)])
    page = Listing(f"Topics in {task.bucket}", items, NONE, lead=lead).page(whole)
    turn = "Hide subtopics" if asked.sub else "Show subtopics"
    tools = actions(
        button(turn, whole.model_copy(update={"sub": not asked.sub}), name=AGAIN),
        button("Post picture", Picture(task=task.task_id)),
    )
    return replace(page, blocks=[*page.blocks[:2], tools, *page.blocks[2:]])


def _without(asked: ShowClusters, task: ClusterTask, found: Clustering, *, may_change: bool) -> Message:
    """Say why there are no topics, and what to do."""
    again = Compute(bucket=task.bucket, min_size=max(2, (task.min_cluster_size or 25) // 2), min_sub=2)
    of = f"{code(short(task.task_id))} of {code(task.bucket)}"
    if not found.finished:
        text = f"The clustering {of}: {_state(found.status)}. Its topics stand here when it's done, in a few minutes."
        return Message(text, [section(text), actions(button("Refresh", asked, name=AGAIN))])
    why = f"The clustering {of} found no topics: no {task.min_cluster_size or 'few'} passages are about the same thing."
    if found.status != DONE:
        again, why = Compute(bucket=task.bucket), f"The clustering {of} failed, and Telnyx doesn't say why."
    if not may_change:
        return Message(f"{why} Ask a workspace admin to look for topics again.")
    text = f"{why} Look again{'' if found.status != DONE else ', for smaller topics'}?"
    return Message(text, [section(text), actions(button("Find topics…", again))])


def _topic(task: ClusterTask, number: str, topic: Cluster, top: int) -> Iterator[Block]:
    """Yield a topic among others: its name, its summary, some passages, and the topics below it."""
    summary = escape_mrkdwn(plain(topic.cluster_summary, SUMMARY))
    more = button("Show passages", ShowTopic(task=task.task_id, number=number))
    yield section(f"{_named(number, topic)}\n{summary}", accessory=more)
    lines = [_quoted(node, QUOTE) for node in (topic.nodes or ())[:top]]
    lines += [_named(*below) for below in [*numbered(topic.subclusters or (), number)][:BELOW]]
    if lines:
        yield context("\n".join(lines))


def topic_page(asked: ShowTopic, task: ClusterTask, found: Cluster) -> Message:
    """Return a topic alone: its summary, its passages as quotes, and the topics below it, both to open and close where Slack can."""
    name = plain(found.cluster_header or "", NAME)
    summary = escape_mrkdwn(plain(found.cluster_summary, LONG_SUMMARY)) or "It has no summary."
    quotes = [[section(f"> {_quoted(node, LONG_QUOTE)}")] for node in found.nodes or ()]
    below = [
        row(_named(*one), button("Show passages", ShowTopic(task=task.task_id, number=one[0])))
        for one in [*numbered(found.subclusters or (), asked.number)][:BELOW]
    ]
    title = f"{asked.number}. {name}" if name else f"Topic {asked.number}"
    about = f"{counted(found.total_number_of_nodes, 'passage')} in {code(task.bucket)}"
    page = Listing(title, [[section(summary)], *quotes, *below], NONE, about).page(asked)
    head, passages, rest = page.blocks[:2], page.blocks[2 : 2 + len(quotes)], page.blocks[2 + len(quotes) :]
    parts = [("Passages", passages), ("Subtopics", rest[:-1])]
    boxes = [container(name, blocks) for name, blocks in parts if blocks]
    return replace(page, blocks=[*head, *boxes, *rest[-1:]], simpler=page) if boxes else page


def _named(number: str, topic: Cluster) -> str:
    name = escape_mrkdwn(plain(topic.cluster_header or "", NAME))
    return f"*{f'{number}. {name}' if name else f'Topic {number}'}* · {counted(topic.total_number_of_nodes, 'passage')}"


def _quoted(node: ClusterNode, limit: int) -> str:
    return f"“{escape_mrkdwn(plain(node.text, limit)) or '(empty)'}” · {code(node.filename)}"


# ---------------------------------------------------------------------------------------------- the picture
def picture(task: ClusterTask, found: Clustering, content: bytes, place: Place | None) -> File:
    """Return the picture with what is in it in words; for those in a place, else for the asker alone."""
    said = [
        f"{plain(topic.cluster_header or '', NAME) or f'topic {number}'} ({counted(topic.total_number_of_nodes, 'passage')})"
        for number, topic in numbered(found.clusters)
    ]
    alt = shortened(f"Topics in {task.bucket}, the largest first: {'; '.join(said)}.", ALT_TEXT)
    where = {"channel": place.channel, "thread": place.thread} if place else {}
    return File(f"topics-{short(task.task_id)}.png", content, f"Topics in {task.bucket}", alt, **where)


# ----------------------------------------------------------------------------------------- making, deleting
def computing(asked: Compute, files: int) -> str:
    """Ask before topics are looked for."""
    sizes = (
        f"topics of {asked.min_size} passages or more, and these into subtopics of {asked.min_sub} or more"
    )
    what = f"Find topics in {code(asked.bucket)}? Telnyx sorts {counted(files, 'file')} into {sizes}."
    return f"{what} It takes a few minutes, and I don't know what Telnyx charges for it."


def started(bucket: str, task_id: str, told: str) -> Message:
    """Say that topics are looked for, and where I tell how far it is."""
    text = f"I've started finding topics in {code(bucket)} ({code(short(task_id))}). {told}"
    return Message(text, [section(text), actions(button("Show topics", ShowClusters(task=task_id)))])


def deleting(task: ClusterTask) -> str:
    """Ask before a clustering is deleted."""
    made = f" of {moment(task.created_at.timestamp(), '{date_short_pretty}')}" if task.created_at else ""
    return (
        f"Delete the clustering {code(short(task.task_id))}{made} over {code(task.bucket)}? "
        "Its topics and its picture will be gone."
    )


def deleted(task_id: str) -> Message:
    """Say that a clustering is gone."""
    return Message(f"I deleted the clustering {code(short(task_id))}.")
