"""The bot's own tables (SQLAlchemy Core). Times are Unix seconds; texts live here and nowhere else."""

from sqlalchemy import Column, Float, Index, LargeBinary, Table

from bot.store import job_tables
from bot.store.columns import IDS, Count, Data, Name, Words

metadata = job_tables.metadata
"""Every table of ours."""

REVISION = "0012"
"""What this release works with; each change of a table below is a revision in ``migrations/versions``."""

SKEW_SECONDS = 120.0
"""How far ahead a stored time may lie: the clocks of replicas differ a little. More means that a clock was set back."""

BEGUN = ("running", "written")
"""States of turns that are being answered."""

turns = Table(
    "turns",
    metadata,
    Column("id", Name(IDS), primary_key=True),
    Column("kind", Name(16), nullable=False),  # which producer writes the answer: ask | summary
    Column("team", Name(32), nullable=False),
    Column("channel", Name(32), nullable=False),
    Column("root", Name(32), nullable=False),  # the thread's first message; "" for a private answer
    Column("ts", Name(32), nullable=False),  # the question's own message; "" for a command
    Column("user", Name(32), nullable=False),
    Column("question", Words, nullable=False),
    Column("options", Data),  # how it was asked: buckets, model …
    Column("bot_user", Name(32)),  # who we are in this workspace, by which a reply is found again
    Column("state", Name(16), nullable=False),  # accepted | running | written | done | failed
    Column("attempts", Count, nullable=False),
    Column("boot", Name(32), nullable=False),  # the process that runs the last attempt; "" once it left it
    Column(
        "outcome", Name(16)
    ),  # answered | refused (nothing found) | told (usage, rights) | failed | silent (not for us) …
    Column("answer", Words),
    Column("passages", Data),
    Column("buckets", Data),
    Column("note", Words),  # something the reader must know, such as a thread that could not be read
    Column("model", Name(IDS)),
    Column("prompt_tokens", Count),
    Column("completion_tokens", Count),
    Column("error_id", Name(16)),
    Column("retryable", Count),  # 1 when the same question again may fare better
    Column("created_at", Float, nullable=False),
    Column("finished_at", Float),
    Column("crashes", Count),  # attempts whose process died in the middle
    Column("estimated", Count),  # 1 where the tokens are our estimate, because Telnyx sent no count
    Column("private", Count),  # 1 where the asker alone reads the answer
    Column(
        "trace", Data
    ),  # how the answer was made: what was found and what became of it, times, Telnyx's request id
)
Index("turns_thread", turns.c.channel, turns.c.root, turns.c.created_at)
Index("turns_question", turns.c.channel, turns.c.ts, turns.c.user)  # what an edit or a deletion is about
Index("turns_age", turns.c.created_at)
Index("turns_user", turns.c.user, turns.c.created_at)  # what a person asked for
_STOPPED = turns.c.outcome == "stopped"
Index(
    "turns_stopped", turns.c.created_at, turns.c.id, sqlite_where=_STOPPED, postgresql_where=_STOPPED
)  # their notes say by whom

_ASKED = turns.c.model.is_not(None)
Index(
    "turns_usage",
    *(turns.c[name] for name in ("team", "created_at", "user", "channel", "model")),
    *(turns.c[name] for name in ("prompt_tokens", "completion_tokens", "estimated")),
    sqlite_where=_ASKED,
    postgresql_where=_ASKED,
)  # what answers took, without their words

#: What readers thought of an answer: a row per answer and person, changed by pressing again.
feedback = Table(
    "feedback",
    metadata,
    Column("turn", Name(IDS), primary_key=True),
    Column("user", Name(32), primary_key=True),
    Column("team", Name(32), nullable=False),
    Column("value", Name(8), nullable=False),  # up | down
    Column("reason", Name(32)),  # chosen in the form
    Column("comment", Words),
    Column("at", Float, nullable=False),
)
Index("feedback_user", feedback.c.user)
Index("feedback_age", feedback.c.at, feedback.c.turn, feedback.c.user)

#: What people did to a question that was being answered; kept for a day, for a process that comes back.
interruptions = Table(
    "interruptions",
    metadata,
    Column("turn", Name(IDS), primary_key=True),
    Column("kind", Name(16), nullable=False),  # edited | deleted | stopped
    Column("text", Words),  # the new words of an edited question
    Column("user", Name(32), nullable=False),
    Column("at", Float, nullable=False),
)

#: When a process last listened to a workspace; what was asked in a long gap is looked for in the history.
presence = Table(
    "presence",
    metadata,
    Column("team", Name(32), primary_key=True),
    Column("listened_at", Float, nullable=False),
)

#: Newer kinds of block that a workspace refused, with the last time; a row goes when the kind works.
refused_blocks = Table(
    "refused_blocks",
    metadata,
    Column("team", Name(32), primary_key=True),
    Column("kind", Name(32), primary_key=True),
    Column("at", Float, nullable=False),
)

#: A slash command's way back to the person: five uses within thirty minutes, then the row is dropped.
response_urls = Table(
    "response_urls",
    metadata,
    Column("id", Name(IDS), primary_key=True),
    Column("url", LargeBinary, nullable=False),  # encrypted
    Column("uses", Count, nullable=False),
    Column("created_at", Float, nullable=False),
)

#: The messages that are ours. A row is written before one is posted, unless another row says that it may be there.
messages = Table(
    "messages",
    metadata,
    Column("key", Name(300), primary_key=True),  # stands in the message's metadata, too
    Column("channel", Name(32), primary_key=True),
    Column("thread", Name(32), primary_key=True),  # "" in the channel itself
    Column("team", Name(32), nullable=False),
    Column("kind", Name(16), nullable=False),  # stream | post (replies) | share | card | line
    Column("ts", Name(32), nullable=False),  # "" until it is known to stand
    Column("shown", Name(64), nullable=False),  # the digest of what it shows, where it is edited
    Column("holder", Name(64), nullable=False),  # the work that alone may post it; "" where any may
    Column("tried_at", Float, nullable=False),  # nothing was posted before
)
Index("messages_place", messages.c.channel, messages.c.thread)
Index("messages_age", messages.c.kind, messages.c.tried_at)

#: A row per conversation: what Slack says of it, kept by events, and what was set for it. NULL: as the settings say.
channels = Table(
    "channels",
    metadata,
    Column("team", Name(32), primary_key=True),
    Column("channel", Name(32), primary_key=True),
    Column("kind", Name(16), nullable=False),  # public | private | mpim | im; "" where Slack was never asked
    Column("shared", Count, nullable=False),  # 1 where another organization reads along
    Column("archived", Count, nullable=False),
    Column("known_at", Float, nullable=False),  # when Slack said so; 0: never, or not since something changed
    Column("buckets", Data),  # what questions here are looked for in
    Column("model", Name(IDS)),
    Column("tone", Words),
    Column("experts", Name(32)),  # a user group
    Column("mode", Name(16)),  # mention | follow | off
)

#: Who may see what beyond what everyone may. Granting the same thing twice is one row.
grants = Table(
    "grants",
    metadata,
    Column("id", Name(32), primary_key=True),  # made of team, grantee, thing and name
    Column("team", Name(32), nullable=False),
    Column("kind", Name(16), nullable=False),  # channel | person | group
    Column("grantee", Name(32), nullable=False),
    Column("thing", Name(16), nullable=False),  # bucket | calls
    Column(
        "name", Name(IDS), nullable=False
    ),  # a bucket, or the assistant whose calls they are; "*" is all of them
    Column("by", Name(32), nullable=False),
    Column("at", Float, nullable=False),
    Column("until", Float),  # NULL: until it is withdrawn
)
Index("grants_grantee", grants.c.team, grants.c.grantee)
Index("grants_kind", grants.c.team, grants.c.kind)

#: What someone wanted changed: the question before it, its audit log, and the checkpoint of the work that does it.
deeds = Table(
    "deeds",
    metadata,
    Column("id", Name(255), primary_key=True),
    Column("verb", Name(64), nullable=False),
    Column("given", Data),  # its arguments; NULL after thirty days
    Column("team", Name(32), nullable=False),
    Column("channel", Name(32), nullable=False),  # where it was wanted; "" in a window
    Column("user", Name(32), nullable=False),
    Column("user_team", Name(32), nullable=False),
    Column("at", Float, nullable=False),
    Column("until", Float),  # when the question before it ends; NULL where nothing was asked
    Column("attempts", Count, nullable=False),  # 0: asked, and not confirmed so far
    Column("result", Name(16)),  # NULL until it is known: done | refused | failed | unknown | canceled
    Column("noted", Data),  # what an attempt noted before it changed anything, such as a Slack file's id
    # what the person is told: after a crash it is told, not done, again; NULL after thirty days
    Column("shown", Data),
    Column("told", Count, nullable=False),  # 1 once the person was told
)
Index("deeds_team", deeds.c.team, deeds.c.at, deeds.c.id)
Index("deeds_age", deeds.c.at, deeds.c.id)
Index("deeds_user", deeds.c.user, deeds.c.at)
_WORDED = deeds.c.given.is_not(None)
Index(
    "deeds_worded", deeds.c.at, deeds.c.id, sqlite_where=_WORDED, postgresql_where=_WORDED
)  # those whose words go one day

#: What was to be done after a call, as a summary of it says. A new summary of the same call replaces those that no one has touched.
action_items = Table(
    "action_items",
    metadata,
    Column("id", Name(64), primary_key=True),  # made of team, call, owner, and words
    Column("team", Name(32), nullable=False),
    Column("call", Name(IDS), nullable=False),
    Column("assistant", Name(IDS), nullable=False),  # by which calls are granted
    Column("title", Words, nullable=False),  # what the call is called
    Column("who", Name(IDS), nullable=False),  # the owner's name as names are compared
    Column("owner", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("at", Count),  # seconds since the call began; NULL where no time is known
    Column("turn", Name(IDS), nullable=False),  # the summary
    Column("asked_by", Name(32), nullable=False),  # who asked for it; "" once they are forgotten
    Column("created_at", Float, nullable=False),
    Column("taken_by", Name(32)),  # who said that they do it
    Column("done_by", Name(32)),
    Column("done_at", Float),
)
Index("action_items_call", action_items.c.team, action_items.c.call)
Index("action_items_who", action_items.c.team, action_items.c.who)
Index("action_items_taken", action_items.c.taken_by)
Index("action_items_asked", action_items.c.asked_by)
Index("action_items_done", action_items.c.done_by)
Index("action_items_age", action_items.c.created_at)
