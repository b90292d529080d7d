"""The bot's own tables (SQLAlchemy Core). Times are Unix seconds; texts live here and nowhere else."""

from sqlalchemy import JSON, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text

REVISION = "0003"
"""What this release works with; each change of a table below is a revision in ``migrations/versions``."""

metadata = MetaData()

turns = Table(
    "turns",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("kind", String(16), nullable=False),  # which producer writes the answer: ask | summary
    Column("team", String(32), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("root", String(32), nullable=False),  # the thread's first message; "" for a private answer
    Column("ts", String(32), nullable=False),  # the question's own message; "" for a command
    Column("user", String(32), nullable=False),
    Column("question", Text, nullable=False),
    Column("options", JSON),  # how it was asked: buckets, model …
    Column("shared", Integer),  # 1 in a channel that another organisation reads too
    Column("bot_user", String(32)),  # who we are in this workspace, by which a reply is found again
    Column("state", String(16), nullable=False),  # accepted | running | written | done | failed
    Column("attempts", Integer, nullable=False),
    Column("boot", String(32), nullable=False),  # the process that runs the last attempt; "" once it left it
    Column("reply_kind", String(16), nullable=False),  # stream | post | whole | private
    Column("reply_channel", String(32)),
    Column("reply_ts", String(32)),
    Column("outcome", String(16)),  # answered | refused (nothing found) | told (usage, rights) | failed
    Column("answer", Text),
    Column("passages", JSON),
    Column("buckets", JSON),
    Column("note", Text),  # something the reader must know, such as a thread that could not be read
    Column("model", String(200)),
    Column("prompt_tokens", Integer),
    Column("completion_tokens", Integer),
    Column("error_id", String(16)),
    Column("retryable", Integer),  # 1 when the same question again may fare better
    Column("created_at", Float, nullable=False),
    Column("finished_at", Float),
    Column("crashes", Integer),  # attempts whose process died in the middle
)
Index("turns_thread", turns.c.channel, turns.c.root, turns.c.created_at)

#: What people did to a question that was being answered; kept for a day, for a process that comes back.
interruptions = Table(
    "interruptions",
    metadata,
    Column("turn", String(200), primary_key=True),
    Column("kind", String(16), nullable=False),  # edited | deleted | stopped
    Column("text", Text),  # the new words of an edited question
    Column("user", String(32), nullable=False),
    Column("at", Float, nullable=False),
)

#: When a process last listened to a workspace; what was asked in a long gap is looked for in the history.
presence = Table(
    "presence",
    metadata,
    Column("team", String(32), primary_key=True),
    Column("listened_at", Float, nullable=False),
)

#: A slash command's way back to the person: five uses within thirty minutes, then the row is dropped.
response_urls = Table(
    "response_urls",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("url", LargeBinary, nullable=False),  # encrypted
    Column("uses", Integer, nullable=False),
    Column("created_at", Float, nullable=False),
)

#: One row per thing that is polled; whoever moves ``next_at`` forward does the poll.
polls = Table(
    "polls",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("next_at", Float, nullable=False),
    Column("slot", Integer, nullable=False),
    Column("looked", Integer, nullable=False),  # 1 once a poll succeeded: what had ended before is no news
)

jobs = Table(
    "jobs",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("id", String(200), primary_key=True),
    Column("title", String(300), nullable=False),
    Column("status", String(64), nullable=False),
    Column("transitions", Integer, nullable=False),
    Column("first_seen", Float, nullable=False),
    Column("changed_at", Float, nullable=False),
)

#: Each change of a job, numbered; ``notified`` turns 1 once its notice is a durable workflow.
transitions = Table(
    "transitions",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("job", String(200), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("status", String(64), nullable=False),
    Column("detail", JSON, nullable=False),
    Column("at", Float, nullable=False),
    Column("notified", Integer, nullable=False),
)

#: The one message of a job in a channel.
cards = Table(
    "cards",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("job", String(200), primary_key=True),
    Column("channel", String(32), primary_key=True),
    Column("ts", String(32), nullable=False),
    Column("number", Integer, nullable=False),  # the newest transition it shows
)

#: What somebody wanted changed: the question before it, its audit log, and the checkpoint of the work that does it.
deeds = Table(
    "deeds",
    metadata,
    Column("id", String(255), primary_key=True),
    Column("verb", String(64), nullable=False),
    Column("given", JSON),  # its arguments; NULL after thirty days
    Column("team", String(32), nullable=False),
    Column("channel", String(32), nullable=False),  # where it was wanted; "" in a window
    Column("user", String(32), nullable=False),
    Column("user_team", String(32), nullable=False),
    Column("at", Float, nullable=False),
    Column("until", Float),  # when the question before it ends; NULL where nothing was asked
    Column("attempts", Integer, nullable=False),  # 0: asked, and not confirmed so far
    Column("result", String(16)),  # NULL until it is known: done | refused | failed | unknown | canceled
    Column("noted", JSON),  # what an attempt noted before it changed anything, such as a Slack file's id
    Column(
        "shown", JSON
    ),  # what the person is told: after a crash it is told, not done, again; NULL after thirty days
    Column("told", Integer, nullable=False),  # 1 once the person was told
)
