"""One table of the messages that are ours, in place of columns of turns, cards, and notes in options.

Everything an unfinished turn, share or notice of the release before relies on is taken over.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

CLAIM = "?"
"""Began what stood in a card's place while its message was on its way."""
CLOCKS_SECONDS = 300.0
"""The notes of shares were earlier by this than what they noted."""
ID = sa.String(length=200)
PLACE = sa.String(length=32)


def _table(name: str, *columns: tuple[str, Any]) -> sa.TableClause:
    return sa.table(name, *(sa.column(column, kind) for column, kind in columns))


TURNS = _table(
    "turns",
    ("id", ID),
    ("team", PLACE),
    ("channel", PLACE),
    ("root", PLACE),
    ("options", sa.JSON()),
    ("reply_kind", sa.String(16)),
    ("reply_ts", PLACE),
    ("created_at", sa.Float()),
    ("private", sa.Integer()),
)
CARDS = _table("cards", ("kind", PLACE), ("job", ID), ("channel", PLACE), ("ts", PLACE))
TRANSITIONS = _table("transitions", ("kind", PLACE), ("job", ID), ("at", sa.Float()))


def upgrade() -> None:
    """Make the table, fill it, and drop what is no longer read."""
    made = op.create_table(
        "messages",
        sa.Column("key", sa.String(length=300), primary_key=True),
        sa.Column("channel", sa.String(length=32), primary_key=True),
        sa.Column("thread", sa.String(length=32), primary_key=True),
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("shown", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("tried_at", sa.Float(), nullable=False),
    )
    op.create_index("messages_place", "messages", ["channel", "thread"])
    op.add_column("turns", sa.Column("private", sa.Integer()))
    connection = op.get_bind()
    connection.execute(TURNS.update().values(private=sa.case((TURNS.c.reply_kind == "private", 1), else_=0)))
    _replies(connection, made)
    _shares(connection, made)
    _cards(connection, made)
    for column in ("reply_kind", "reply_channel", "reply_ts"):
        op.drop_column("turns", column)
    op.drop_table("cards")


def _replies(connection: sa.Connection, made: sa.Table) -> None:
    """What a turn opened stands in the thread of its question; of a private answer nothing can be found again."""
    rows = sa.select(
        TURNS.c.id,
        TURNS.c.channel,
        TURNS.c.root,
        TURNS.c.team,
        TURNS.c.reply_kind,
        TURNS.c.reply_ts,
        sa.literal(""),
        sa.literal(""),
        TURNS.c.created_at,
    ).where(TURNS.c.reply_ts.is_not(None), TURNS.c.reply_ts != "", TURNS.c.reply_kind != "private")
    connection.execute(made.insert().from_select([column.name for column in made.columns], rows))


def _shares(connection: sa.Connection, made: sa.Table) -> None:
    """Where an answer was shared, and since when that was tried, stood in the options of its turn."""
    noted = sa.cast(TURNS.c.options, sa.Text()).like('%"shared"%')
    query = sa.select(TURNS.c.id, TURNS.c.team, TURNS.c.root, TURNS.c.options).where(noted)
    for turn in connection.execute(query).all():
        shared = turn.options.get("shared")
        if not isinstance(shared, dict):
            continue
        for channel, tried in shared.items():
            place = {"key": turn.id, "channel": channel, "thread": "", "team": turn.team, "kind": "share"}
            state = {
                "ts": tried["ts"],
                "shown": "",
                "holder": "",
                "tried_at": tried["since"] + CLOCKS_SECONDS,
            }
            connection.execute(made.insert(), place | state)
        options = {name: value for name, value in turn.options.items() if name != "shared"}
        connection.execute(TURNS.update().where(TURNS.c.id == turn.id).values(options=options))


def _cards(connection: sa.Connection, made: sa.Table) -> None:
    """A card that is claimed has no message yet, or one that its notice has not noted."""
    began = (
        sa.select(sa.func.min(TRANSITIONS.c.at))
        .where(TRANSITIONS.c.kind == CARDS.c.kind, TRANSITIONS.c.job == CARDS.c.job)
        .scalar_subquery()
    )
    query = sa.select(CARDS.c.kind, CARDS.c.job, CARDS.c.channel, CARDS.c.ts, began.label("began"))
    for card in connection.execute(query).all():
        claimed = card.ts.startswith(CLAIM)
        key = f"card:{card.kind}:{card.job}:{card.channel}"
        place = {"key": key, "channel": card.channel, "thread": "", "team": "", "kind": "card", "shown": ""}
        who = {"ts": "", "holder": card.ts[len(CLAIM) :]} if claimed else {"ts": card.ts, "holder": ""}
        connection.execute(made.insert(), place | who | {"tried_at": card.began or 0.0})
