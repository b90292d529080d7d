"""``/telnyx transcribe``, *Transcribe audio* on a message, and *Summarize* under a transcript."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.render.forms import Choice, Form
from bot.render.sounds import MOST, ears, is_file, name_of, to_choose
from bot.render.transcribe import ADDRESSES, ASKS, SummarizeTranscript, Transcribe
from bot.services.access import Right
from bot.slack.reading.recordings import recordings
from bot.workflows.asked import FILES, PRESSED, Asked
from bot.workflows.summarize_transcript import OF
from handlers.verb import AnyVerb, Effect, Request, Shortcut, Verb


async def transcribe(request: Request[Transcribe]) -> Asked:
    """Return a durable turn; only the asker sees the transcript."""
    it, files = request.intent, [*filter(is_file, request.intent.audio)]
    sounds = {
        FILES: [[file.partition("/")[0], name_of(file)] for file in files],
        ADDRESSES: [sound for sound in it.audio if sound not in files],
    }
    options = sounds | it.model_dump(include={"model", "language", "speakers"})
    return Asked(
        id=request.id,
        kind="transcription",
        text=f"{ASKS} {', '.join(map(name_of, it.audio))}",
        ts="",
        place=replace(request.place, channel=it.channel or request.place.channel),
        asker=request.asker,
        private=True,
        options={name: value for name, value in options.items() if value},
    )


async def summarize(request: Request[SummarizeTranscript]) -> Asked:
    """Return a durable turn in the place of the transcript, for anyone who sees it."""
    turn = await request.services.answers.asked(request.intent.turn, request.place, request.asker)
    text = f"summarize {turn.question.removeprefix(f'{ASKS} ')}"
    asked = Asked.pressed(turn, request.asker, request.id, text, {OF: turn.id, PRESSED: ""})
    return replace(asked, kind="transcript_summary")


async def models(_: Request[Transcribe]) -> Sequence[Choice]:
    """Offer each model that listens."""
    return ears()


async def of_message(request: Request[Transcribe]) -> Sequence[Choice]:
    """Offer the recordings of the message that the form was opened from."""
    return to_choose(getattr(request.intent, "audio", ()))


def in_message(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return the recordings of a message, or the address of one that it names."""
    return {"audio": recordings(message)[:MOST], "channel": str(message.get("channel") or "")}


VERBS: tuple[AnyVerb, ...] = (
    Verb(
        Transcribe,
        transcribe,
        help="Write down what's said in a recording; only you see it.",
        example="https://help.example.com/greeting.mp3 --language de",
        right=Right.MEMBERS,
        effect=Effect.TURN,
        operations=("audio.transcribe",),
        scopes=frozenset({"files:read", "files:write"}),
        form=Form(
            "Transcribe audio",
            "Transcribe",
            ("audio", "model", "language", "speakers"),
            "I'm listening. I'll send you the transcript in a direct message.",
            carries=("channel",),
        ),
        choices={"audio": of_message, "model": models},
        shortcuts=(
            Shortcut("transcribe", "Transcribe audio", "Write down what's said in this message", in_message),
        ),
        home="Transcribe audio",
    ),
    Verb(
        SummarizeTranscript,
        summarize,
        right=Right.MEMBERS,
        effect=Effect.TURN,
        operations=("chat.completions",),
        typed=False,
    ),
)
