"""What the sandbox tells about itself: the text for people, the line of JSON for programs, help without scripts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from sandbox.joining import Addresses
from sandbox.seeding import EXAMPLES
from sandbox.telnyx.bucket import Bucket
from sandbox.telnyx.library import Library
from sandbox.telnyx.words import heading_of


def example_question(bucket: Bucket) -> str:
    """A question that the bucket can answer: from its first document that has a heading."""
    for document in bucket.documents.values():
        titles = [title for line in document.text.splitlines() if (title := heading_of(line))]
        if len(titles) > 1:
            return f"What does {titles[0]} say about {titles[1].lower()}?"
        if titles:
            return f"What is said about {titles[0].lower()}?"
    first = next(iter(bucket.documents), bucket.name)
    return f"What is in {first}?"


def questions(library: Library, *, own_documents: bool) -> dict[str, str]:
    """An example question for each bucket."""
    known: Mapping[str, str] = {} if own_documents else EXAMPLES
    return {
        name: known.get(name) or example_question(bucket) for name, bucket in sorted(library.buckets.items())
    }


def ready_line(addresses: Addresses, buckets: list[str], env: Mapping[str, str]) -> str:
    """One line of JSON: where everything is, and how a bot started by hand joins."""
    facts: dict[str, Any] = {
        "page": addresses.page,
        "slack_api_url": addresses.slack_api_url,
        "telnyx_base_url": addresses.telnyx_base_url,
        "buckets": buckets,
        "env": dict(env),
        "control": addresses.control,
    }
    return json.dumps(facts)


def about(reason: str | None, *, real_model: bool) -> str:
    """Return what finds and what answers here, in two sentences.

    Args:
        reason: why there is no embedding model.
        real_model: whether chat goes to one.
    """
    found = (
        "Documents are found by the embedding model multilingual-e5-small, on this computer."
        if reason is None
        else f"Documents are found by their words, not by meaning, because this computer can't run the embedding model: {reason}."
    )
    answered = (
        "Answers come from the model at SANDBOX_LLM_BASE_URL."
        if real_model
        else "Answers are sentences taken from them; set SANDBOX_LLM_BASE_URL to put a real model there."
    )
    return f"{found} {answered}"


def ready_text(addresses: Addresses, asked: Mapping[str, str], said: str, *, bot: bool) -> str:
    """The same for people; `said` is what finds and what answers here."""
    rows = [f"  {name:<12} e.g. {question}" for name, question in asked.items()]
    lines = [
        f"The sandbox is ready: {addresses.page}",
        f"Slack's API is at {addresses.slack_api_url}, Telnyx's at {addresses.telnyx_base_url}.",
        "Buckets and a question for each:",
        *rows,
        said,
    ]
    if not bot:
        lines.append("No bot runs here (--no-bot): start one with the variables that --ready-json prints.")
    lines.append("Stop with Ctrl-C.")
    return "\n".join(lines)


def shell_help(addresses: Addresses, asked: Mapping[str, str]) -> str:
    """HTML for a reader whose browser runs no scripts: the buckets, and how to ask from a shell."""
    question = next(iter(asked.values()), "What can you do?")
    body = json.dumps({"user": "U0MIA", "channel": "C0GENERAL", "text": f"@bot {question}"})
    ask = f"curl -s {addresses.control['slack']}say -H 'Content-Type: application/json' -d {_quoted(body)}"
    read = f"curl -s '{addresses.control['slack']}messages?channel=C0GENERAL&user=U0MIA'"
    rows = "".join(f"<li>{escape(name)}: {escape(question)}</li>" for name, question in asked.items())
    return (
        f"<p>Buckets, and a question for each:</p><ul>{rows}</ul>"
        f"<p>Ask from a shell:</p><pre>{escape(ask)}</pre><p>and read what came back:</p><pre>{escape(read)}</pre>"
    )


def _quoted(text: str) -> str:
    """For a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"
