"""Write docs/jobs.md: which kinds of jobs are watched, and what is told of each, from the kinds themselves.

Run it with ``python -m scripts.jobs`` (or ``make docs``).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.render.job_cards import LONG_SECONDS
from bot.render.job_words import ROWS, success
from bot.render.numbers import counted, lasted
from bot.services.jobs import STALLED, VANISHED, JobKind, Rank, State
from bot.services.jobs.estimates import FEWEST
from bot.services.jobs.kinds import KINDS
from bot.services.jobs.watch import FULL_SECONDS, IDLE, LONGEST_SECONDS, REQUESTS
from bot.services.subscriptions import NAMES
from bot.store.job_rows import CARD_SECONDS
from bot.workflows.news import LATE_SECONDS, NEWS_SECONDS
from config.settings import variables
from scripts.job_cards import states

PAGE = Path(__file__).resolve().parents[1] / "docs" / "jobs.md"
HEAD = """# Job news

Made by `make docs` from the kinds of jobs that the bot watches (`bot/services/jobs`) and from what it draws of them (`bot/render/job_cards.py`).

Set `JOBS_CHANNEL` to a channel's ID and invite the bot there: it shows what takes Telnyx time. Without it, and beside it, a job that someone
starts from Slack is told to them in a direct message, unless they started it where all of it is told. In any channel or direct message,
`/telnyx jobs subscribe` has that place hear of jobs, too ([below](#subscriptions)). `/telnyx jobs` lists what runs and what ended
in the last 24 hours, `/telnyx jobs show` with an ID, its beginning, or a title shows the card of one, `/telnyx jobs files` the files of one that
failed. The Home tab shows what runs.

## Kinds

*First news*: where it's the end, the beginning is no news, because it's the rule. *Buttons* stand on the card beside those of [the section
below](#snooze-mute-im-on-it).

"""
STATES = """
## States

Any other state that Telnyx says counts as running, and is shown in Telnyx's own word. An answer that is older than the last one,
by when it was asked for or by its own date, says nothing, and an earlier state is believed when two looks in a row say it.

"""
EACH = """
![Embedding tasks: the card of each state](images/jobs-embedding.png)

![Topics and fine-tuning: the card of each state](images/jobs-training.png)

![Calls and insights: the card of each state](images/jobs-calls.png)
"""
MARKED = "![Started from Slack, taking longer than most, someone on it, snoozed, muted, late, and unnamed](images/jobs-marked.png)"
TOGETHER = """![Jobs that began together, while some go on](images/jobs-together.png)

![Jobs that began together, when all have ended](images/jobs-over.png)"""


def page() -> str:
    """Return the whole page as it should be."""
    kinds = list(KINDS.values())
    states_of = (_state(kind, one) for kind in kinds for one in (*kind.states, *_odd(kind)))
    return "\n".join(
        [
            HEAD
            + _table(
                ("kind", "what", "first news", "share a card", "counted", "stalled after", "buttons"),
                map(_kind, kinds),
            ),
            STATES.lstrip("\n") + _table(("kind", "at Telnyx", "on the card", ""), states_of),
            EACH.lstrip("\n"),
            _told(),
        ]
    )


def _table(columns: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _kind(kind: JobKind) -> Sequence[str]:
    return (
        kind.title,
        kind.what,
        "its end" if kind.ends_only else "its beginning",
        "yes" if kind.shares_card else "no",
        kind.counts or "no",
        lasted(kind.stalls_seconds) if kind.stalls_seconds else "never",
        ", ".join(dict.fromkeys(_buttons(kind))),
    )


def _buttons(kind: JobKind) -> Iterator[str]:
    for _, card in states(kind):
        for block in card.blocks:
            for element in block["elements"] if block["type"] == "actions" else ():
                if not element["action_id"].startswith("jobs ") or element["action_id"] == "jobs files":
                    yield f"*{element['text']['text']}*"


def _odd(kind: JobKind) -> Sequence[State]:
    return (VANISHED, STALLED) if kind.stalls_seconds is not None else (VANISHED,)


def _state(kind: JobKind, state: State) -> Sequence[str]:
    ended = "ended" if state.rank is Rank.ENDED else "waits" if state.rank is Rank.WAITING else "runs"
    how = "failed" if state.failed else "partly failed" if state.partly else ended
    name = "" if state in (VANISHED, STALLED) else f"`{state.name}`"
    return (
        kind.title,
        name,
        f"{state.icon} {state.word}",
        how if state.word != success(kind) else "succeeded",
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _told() -> str:
    """Return what is told when, with the numbers that the bot goes by."""
    period = int(variables()["JOBS_POLL_SECONDS"].default)
    return f"""## What is told when

- **A card.** One message for each job in each place, edited in place as the job moves: how it stands, a bar where files can be counted, when it
  began, from {FEWEST} earlier jobs of its kind on a range for its end, who started it, and what people pressed. Half of the earlier jobs that
  took longer than this one has by now ended within the range; where it takes longer than nearly all of them, the card says that instead.
  Nothing on it changes with time alone, so it's edited only if something happened.
- **A line in its thread** for each change. A failure names the file, the reason, and what to do.
- **The channel too** hears of a failure, and of an end after more than {lasted(LONG_SECONDS)}, with who started it.
- **Jobs of one kind and bucket that begin within {lasted(CARD_SECONDS)} of each other share a card**, such as the files of one upload: "14 of 22
  embedded, 8 failed". It names {ROWS} of them, failed ones first. In its thread each failure has a line, and the end of all has one.
- **Nothing twice, and nothing is lost.** Changes are numbered, and each number has one notice in each place, whatever is restarted meanwhile and
  however many processes run. If Slack is away, or the bot can't write in the channel, the news waits and is tried again at least once a
  minute for {counted(round(NEWS_SECONDS / 86_400), "day")}. A message that Slack no longer lets it edit is posted again.
- **Late news.** What happened more than {lasted(LATE_SECONDS)} before it's told, because the bot, Telnyx, or Slack was down, is told once, with its
  time. What had already ended when the bot looked for the first time is no news.
- **Calls** count as ended {lasted(KINDS["call"].seen_after)} after the last message, as Telnyx doesn't tell the end.
- **Stalled.** A job in which nothing has moved for as long as the table above says is said to be stalled, once, until it moves again.
- **Gone.** A job that had not ended and that Telnyx doesn't know anymore is said to be gone.
- **Who reads.** Each message is made for those who read the place at that moment. Where some may not know of a bucket, such as guests, its name and
  those of its files are left out; calls and insights are told only where everyone may see them.

{TOGETHER}

## Subscriptions

| to type | what the channel hears, or in direct messages you |
| --- | --- |
| `/telnyx jobs subscribe` | all news of all jobs |
| `/telnyx jobs subscribe embeddings` | of one kind: {_listed([name for name in NAMES if NAMES[name]])} |
| `… --bucket handbook` | of one bucket |
| `… --only finished` | only their ends |
| `… --only failures` | only what goes wrong: failed, partly failed, stalled, gone |
| `/telnyx jobs unsubscribe` | nothing anymore but what `JOBS_CHANNEL` hears and what you start; with a kind or `--bucket`, it ends that subscription alone |
| `/telnyx jobs subscriptions` | which there are, each with *Unsubscribe* where it stands; admins see those of all channels |

Everyone who may see jobs can subscribe a channel, and end what others subscribed there. Subscribed again, the same kind and bucket has the later
`--only`. A place hears of each change once, however many of its subscriptions want it. Calls and insights need a channel where everyone may see
calls. In a channel that I'm not in, the news waits for me, for {counted(round(NEWS_SECONDS / 86_400), "day")} at most.

## Snooze, mute, I'm on it

- *Snooze an hour*: no lines in this place for an hour; then, or when someone presses *Wake*, they come in order.
- *Mute this job*: no lines in this place anymore, until someone presses *Unmute*.
- *I'm on it*: the card shows who takes care, in each place where it stands. Pressed again, it's taken back.

The card stays true all the while. Everyone sees the buttons; whether someone may press them is asked when they do. `/telnyx jobs on-it`,
`jobs snooze`, `jobs wake`, `jobs mute`, and `jobs unmute` do the same.

{MARKED}

## What it costs

While something of a kind runs, Telnyx is asked every `JOBS_POLL_SECONDS` ({period}); while nothing does, every {counted(IDLE * period, "second")}. After a
failure the pause doubles up to {lasted(LONGEST_SECONDS)}, with a line in the log when it begins and one when it's over. A look is one request for each
kind, and one for each bucket whose files move, each task that left Telnyx's list, and each call that ended: at most {REQUESTS} in all. Everything is read
when the bot starts, and every {lasted(FULL_SECONDS)}. With several processes, one of them looks. Calls and insights are read only if
someone hears of them: `JOBS_CHANNEL` or a subscribed place, where everyone may see calls.
"""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
