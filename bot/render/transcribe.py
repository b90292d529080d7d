"""What is said in a recording: how it is asked for. Pure."""

from pydantic import Field

from bot.render.intent import Intent, Name
from bot.render.sounds import Language, Listener, Sounds, Speakers

ASKS = "transcribe"
"""Begins what someone asked, as it is shown above a private transcript."""
ADDRESSES = "addresses"
"""The option of a turn that lists recordings by their web addresses."""


class Transcribe(Intent, verb="transcribe"):
    """Recordings to write down."""

    audio: Sounds = Field(
        title="Recording",
        description="The address of an audio or video file, or a link to one in Slack.",
        examples=["https://help.example.com/greeting.mp3"],
    )
    model: Listener | None = Field(default=None, description="Which model listens.")
    language: Language | None = Field(default=None, description="Its code, such as de.")
    speakers: Speakers = Field(default=False, description="Tell speakers apart (Deepgram's models).")
    channel: str = Field(default="", max_length=40, description="Where it can be shared.")


class SummarizeTranscript(Intent, verb="summarize_transcript"):
    """*Summarize* under a transcript."""

    turn: Name
