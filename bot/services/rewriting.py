"""Ask the model what a follow-up means without its thread, for the search alone: "and for interns?" names nothing."""

import asyncio

from bot.services.passages import fenced
from bot.services.query import Query
from bot.services.tokens import beginning
from bot.telnyx import ChatMessage, ChatRequest, Telnyx, TelnyxError

SECONDS = 5.0
"""How long a search waits for it."""
EARLIER = 3
"""Exchanges that the model reads."""
ANSWER_TOKENS = 200
"""What it reads of each answer, and what it may write."""
LONGEST = 400
"""Characters of the new question."""
RULES = """\
The last question goes on from the ones before it. Write it as one question that can be understood alone, in its language, with the \
words of the earlier questions and answers that it needs. Reply with that question and nothing else; if it needs nothing, repeat it."""


async def alone(telnyx: Telnyx, query: Query, model: str | None) -> str:
    """Return the question as it reads without its thread; empty when the model can't say it in time."""
    earlier = [
        f"Question: {fenced(one.question)}\nAnswer: {beginning(fenced(one.answer), ANSWER_TOKENS)}"
        for one in query.history[-EARLIER:]
    ]
    asked = "\n".join([*earlier, f"Last question: {fenced(query.text)}"])
    request = ChatRequest(
        messages=(ChatMessage(role="system", content=RULES), ChatMessage(role="user", content=asked)),
        model=query.model or model,
        temperature=0.0,
        max_tokens=ANSWER_TOKENS,
    )
    try:
        async with asyncio.timeout(SECONDS):
            answer = await telnyx.chat.complete(request)
    except (TelnyxError, TimeoutError):
        return ""
    lines = [line.strip().strip('"“”') for line in answer.text.splitlines()]
    return next(filter(None, lines), "")[:LONGEST]
