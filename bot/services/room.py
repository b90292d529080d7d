"""How the tokens of a model are shared out between the parts of one question."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import UsageError
from bot.services.tokens import beginning, tokens

RESERVED_TOKENS = 2_000
"""Room kept for the rules and the way tokens are estimated; a quarter of a model that has less than four times that."""
PART = 4
"""Earlier questions get one of so many parts of what is left, others' words another, passages the rest."""
HALF = 0.5
_SMALLEST = 50
TOO_LONG = (
    "This is more than the model can read at once. Use fewer words, start a new thread, "
    "or choose a model with more context: `/telnyx models` lists them."
)


@dataclass(frozen=True, slots=True)
class Room:
    """What of a question fits: earlier questions with their answers, others' words, and tokens for passages and answer."""

    history: tuple[tuple[str, str], ...]
    thread: str
    passages: int
    answer: int | None


def shared_out(
    context: int,
    question: str,
    *,
    history: Sequence[tuple[str, str]] = (),
    thread: str = "",
    max_tokens: int | None = None,
    share: float = 1.0,
) -> Room:
    """Share ``context`` tokens out; the latest of the earlier questions and words stay. ``share`` is below 1 when it was too much.

    Raises:
        UsageError: the question alone is too long.
    """
    wanted = min(max_tokens or 0, context // PART)
    reserve = min(RESERVED_TOKENS, context // PART)
    left = int((context - reserve - wanted - tokens(question)) * share)
    if left < _SMALLEST:
        raise UsageError(TOO_LONG)
    earlier = _latest(history, left // PART)
    others = _end(thread, left // PART)
    used = sum(tokens(text) for pair in earlier for text in pair) + tokens(others)
    answer = None if max_tokens is None else max(int(wanted * share), 1)
    return Room(earlier, others, left - used, answer)


def _latest(history: Sequence[tuple[str, str]], room: int) -> tuple[tuple[str, str], ...]:
    """Return the last exchanges that fit, the first of them cut."""
    kept: list[tuple[str, str]] = []
    for question, answer in reversed(history):
        asked = beginning(question, room // 2)
        said = beginning(answer, room - tokens(asked))
        if kept and (asked, said) != (question, answer) and room < _SMALLEST:
            break
        if not asked or not said:
            break
        kept.append((asked, said))
        room -= tokens(asked) + tokens(said)
    return tuple(reversed(kept))


def _end(thread: str, room: int) -> str:
    """Return the last lines that fit, since the latest is nearest to the question; of one that is too long its beginning."""
    kept: list[str] = []
    for line in reversed(thread.splitlines()):
        cost = tokens(line) + 1
        if cost > room:
            kept += [beginning(line, room)] if room >= _SMALLEST else []
            break
        kept.append(line)
        room -= cost
    return "\n".join(reversed(kept))
