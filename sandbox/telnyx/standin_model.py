"""What the stand-in model replies to a list of messages: extracts, summaries, or a plain word about itself."""

from __future__ import annotations

from collections.abc import Sequence

from .extract import answer, decline
from .passages import Prompt, Turn, read_prompt
from .summary import gist, has_marks, headings_in, is_long, notes, summarize

MARK = "answerable:"
"""A prompt that names it wants to be told first whether the passages answer the question."""
_WHO = "I am the sandbox's stand-in model: I repeat what I am given and know nothing of my own."


def reply(turns: Sequence[Turn]) -> str:
    """The whole reply. Empty messages are answered, not refused."""
    prompt = read_prompt(turns)
    if prompt.sentences:
        return _answer(prompt)
    headings = headings_in(prompt.system)
    given = "\n".join(turn.text for turn in turns if turn.role == "user")
    if headings and given.strip():
        return summarize(headings, given)
    if has_marks(given):
        return notes(given)
    if is_long(prompt.question):
        return f"{gist(prompt.question)}\n\n({_WHO})"
    token = decline(prompt.system)
    if token and "exactly" in prompt.system.lower():
        return token
    return f"{_WHO} Ask me about documents that you send along, or send me a text to summarize."


def _answer(prompt: Prompt) -> str:
    """The answer, below the line that the prompt asks for, if it does."""
    said = answer(prompt)
    if MARK not in prompt.system:
        return said
    return f"{MARK} no" if said == decline(prompt.system) else f"{MARK} yes\n{said}"
