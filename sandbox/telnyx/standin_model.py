"""What the stand-in model replies to a list of messages: what passages say, summaries, or a plain word about itself."""

from __future__ import annotations

from collections.abc import Sequence

from .answering import Answered, answer
from .extract import decline, extract
from .nearest import Reader
from .passages import Prompt, Turn, read_prompt
from .summary import gist, has_marks, headings_in, is_long, notes, summarize

_WHO = "I am the sandbox's stand-in model: I repeat what I am given and know nothing of my own."


_MARK = "answerable:"


def reply(turns: Sequence[Turn], reader: Reader | None = None) -> str:
    """Return the whole reply. Empty messages are answered, not refused. Blocks while new passages are embedded.

    Args:
        turns: the messages.
        reader: how passages are read; None where there are no vectors, then by words.
    """
    prompt = read_prompt(turns)
    if prompt.passages:
        return _from_passages(prompt, reader)
    headings = headings_in(prompt.system)
    given = "\n".join(turn.text for turn in turns if turn.role == "user")
    if headings and given.strip():
        return summarize(headings, given, owners="- Owner:" in prompt.system)
    if has_marks(given):
        return notes(given)
    if is_long(prompt.question):
        return f"{gist(prompt.question)}\n\n({_WHO})"
    return _nothing_given(prompt.system)


def _nothing_given(system: str) -> str:
    """What is said without passages, a text or a conversation: what the system message wants to hear then, or who this is."""
    if _MARK in system:
        return f"{_MARK} no"
    if "exactly" in system.lower():
        return decline(system)
    return f"{_WHO} Ask me about documents that you send along, or send me a text to summarize."


def _from_passages(prompt: Prompt, reader: Reader | None) -> str:
    """What the passages say; first, where the system message asks for it, a line that says whether they answer the question."""
    answered = answer(prompt, reader) if reader else Answered(extract(prompt))
    text, missing = answered.text, answered.missing
    marked = _MARK in prompt.system
    if not text:
        return f"{_MARK} no" if marked else decline(prompt.system)
    if missing:
        text += f"\nI can't find this in the passages: {' '.join(missing)}"
    return f"{_MARK} {'partly' if missing else 'yes'}\n{text}" if marked else text
