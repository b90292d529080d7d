"""``bot export feedback``: answers that readers judged, as candidate cases for an evaluation, a JSON object a line."""

import json
import sys
from typing import Any

import click

from bot.cli.moments import moment
from bot.store.beside import reading
from bot.store.feedback import Judged, Opinions
from config.settings import Settings

FEEDBACK = "feedback"


async def export(settings: Settings, since: float, value: str | None) -> None:
    """Print what was judged since then, oldest first.

    Raises:
        StartError: the database can't be read.
    """
    async with reading(settings) as kept:
        async for judged in Opinions(kept.database).since(since, value):
            if judged.question:  # one that was deleted has no words
                click.echo(json.dumps(case(judged), ensure_ascii=False))
    sys.stdout.flush()


def case(judged: Judged) -> dict[str, Any]:
    """Return a candidate case: what was asked and cited, to be put right by a person, and beside it what the reader said.

    ``documents`` are those the answer cited, whether they were the right ones or not, and where it cited none the case counts as
    unanswerable for now; ``facts`` are for a person to write.
    """
    cited = [one for one in judged.passages if one["cited"]]
    documents = list(dict.fromkeys(f"{one['bucket']}/{one['document']}" for one in cited))
    opinion = judged.opinion
    answered = "follow_up" if judged.history else "direct"
    return {
        "id": f"{opinion.turn}/{opinion.user}",
        "kind": answered if documents else "unanswerable",
        "question": judged.question,
        "history": list(judged.history),
        "documents": documents,
        "facts": [],
        "value": opinion.value,
        "reason": opinion.reason,
        "comment": opinion.comment,
        "outcome": judged.outcome,
        "model": judged.model,
        "when": moment(opinion.at),
    }
