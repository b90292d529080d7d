"""How a transcription is asked for: what can't be meant is said at its field."""

from typing import Any

import pytest
from pydantic import ValidationError

from bot.render.blocks import OPTION_TEXT, OPTION_VALUE
from bot.render.sounds import ears, name_of, to_choose
from bot.render.transcribe import Transcribe

MP3 = "https://help.example.com/a.mp3"
M4A = "F0123ABCD/audio_message.m4a"


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("help.example.com/a.mp3?x=1", "https://help.example.com/a.mp3?x=1"),
        ("F0123ABCD", "F0123ABCD"),
        (M4A, M4A),
        ("https://acme.slack.com/files/U0MIA/F0123ABCD/audio_message.m4a", M4A),
        ("https://acme.enterprise.slack.com/files/W0MIA/F0123ABCD/audio_message.m4a?x=1", M4A),
        ("https://files.slack.com/files-pri/T0ACME-F0123ABCD/audio_message.m4a", M4A),
        ("https://files.slack.com/files-pri/T0ACME-F0123ABCD/download/audio_message.m4a", M4A),
        ("https://help.example.com/listen", "https://help.example.com/listen"),
    ],
)
def test_an_address_a_file_and_a_link_to_one_are_recordings(given: str, read: str) -> None:
    assert Transcribe.model_validate({"audio": given}).audio == (read,)


@pytest.mark.parametrize(
    ("given", "field", "why"),
    [
        ({"audio": "http://10.0.0.1/a.mp3"}, "audio", "private network"),
        ({"audio": "http://localhost/a.mp3"}, "audio", "private network"),
        ({"audio": "https://www.youtube.com/watch?v=x"}, "audio", "web page that plays"),
        ({"audio": "https://youtu.be/x"}, "audio", "web page that plays"),
        ({"audio": "https://help.example.com/leave.html"}, "audio", "leave.html isn't a recording"),
        ({"audio": "F0123ABCD/plan.pdf"}, "audio", "plan.pdf isn't a recording"),
        ({"audio": "F1A/a.mp3 F2A/b.mp3 F3A/c.mp3 F4A/d.mp3 F5A/e.mp3 F6A/f.mp3"}, "audio", "at most 5"),
        ({"audio": MP3, "model": "nope"}, "model", "no transcription model “nope”"),
        ({"audio": M4A, "model": "deepgram/nova-3"}, "model", "takes mp3 and wav files only"),
        ({"audio": MP3, "language": "german!"}, "language", "a code such as de"),
        (
            {"audio": MP3, "model": "distil-large-v2", "language": "en"},
            "language",
            "understands English only",
        ),
        ({"audio": MP3, "speakers": True}, "speakers", "Only Deepgram"),
        ({"audio": MP3, "model": "parakeet-v3", "speakers": True}, "speakers", "Only Deepgram"),
    ],
)
def test_what_cannot_be_meant_is_said_at_its_field(given: dict[str, Any], field: str, why: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Transcribe.model_validate(given)

    problem = caught.value.errors()[0]
    assert problem["loc"][0] == field
    assert why in problem["msg"]


def test_what_fits_together_is_taken() -> None:
    asked = Transcribe.model_validate(
        {"audio": MP3, "model": "nova-3", "language": "en-US", "speakers": True}
    )

    assert (asked.model, asked.language, asked.speakers) == ("deepgram/nova-3", "en-US", True)
    assert Transcribe.model_validate({"audio": M4A, "language": "de"}).model is None


def test_recordings_and_models_can_be_chosen() -> None:
    long = f"F0123ABCD/{'x' * 96}.m4a"

    assert [(one.value, one.text) for one in to_choose([M4A])] == [(M4A, "audio_message.m4a")]
    assert len(to_choose([long])[0].value) <= OPTION_VALUE
    assert all(len(one.text) <= OPTION_TEXT for one in ears())
    assert name_of("https://help.example.com/a.mp3?x=1#y") == "a.mp3"
    assert name_of("https://help.example.com/") == "help.example.com"
