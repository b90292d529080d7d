"""What Telnyx heard, in lines."""

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from bot.services.access import EVERYTHING
from bot.services.ears import ear
from bot.services.transcribe import AT_ONCE_SECONDS, Heard, How, Transcriptions
from bot.telnyx import Transcription, TranscriptionOptions


class Telnyx:
    """Hears what it is told."""

    def __init__(self, **heard: Any) -> None:
        self.audio = SimpleNamespace(transcribe=self._transcribe)
        self.options = TranscriptionOptions()
        self._heard = Transcription.model_validate(heard)

    async def _transcribe(self, *, url: str, options: TranscriptionOptions) -> Transcription:
        del url
        self.options = options
        return self._heard


async def heard(telnyx: Any, how: How) -> Heard:
    return await Transcriptions(telnyx).address("https://help.example.com/a.mp3", how, EVERYTHING)


def spoken(*said: tuple[str, int | None], each: float = 1.0) -> list[dict[str, Any]]:
    return [
        {"word": word, "start": at * each, "end": (at + 1) * each, "speaker": speaker}
        for at, (word, speaker) in enumerate(said)
    ]


async def test_each_turn_of_a_speaker_is_a_line() -> None:
    telnyx = Telnyx(
        text="hello there hi bye", words=spoken(("hello", 0), ("there", 0), ("hi", 1), ("bye", 0))
    )

    found = await heard(telnyx, How(ear("nova-3"), speakers=True))

    assert [(one.text, one.at, one.speaker) for one in found.said] == [
        ("hello there", 0.0, 0),
        ("hi", 2.0, 1),
        ("bye", 3.0, 0),
    ]
    assert telnyx.options.options == {"smart_format": True, "diarize": True}


async def test_someone_who_goes_on_speaking_has_a_line_for_each_half_minute() -> None:
    words = spoken(*[("word", 0)] * 50, ("hi", 1), each=2.0)

    found = await heard(Telnyx(text="x", words=words), How(ear("nova-3"), speakers=True))

    times = [one.at for one in found.said if one.at is not None]
    assert times[0] == 0.0
    assert max(b - a for a, b in pairwise(times)) <= AT_ONCE_SECONDS + 2.0
    assert sum(len(one.text.split()) for one in found.said) == 51


async def test_words_stand_in_segments_too() -> None:
    segments = [{"id": 0, "text": "hi yes", "start": 0.0, "end": 2.0, "words": spoken(("hi", 0), ("yes", 1))}]

    found = await heard(Telnyx(text="hi yes", segments=segments), How(ear("nova-3"), speakers=True))

    assert [one.speaker for one in found.said] == [0, 1]
    assert found.seconds == 2.0


@pytest.mark.parametrize("text", ["", " \n "])
async def test_nothing_heard_is_nothing(text: str) -> None:
    assert (await heard(Telnyx(text=text), How(ear(None)))).said == ()


async def test_the_usual_model_is_asked_for_no_times_and_the_others_are() -> None:
    plain, timed = Telnyx(text="x"), Telnyx(text="x")

    await heard(plain, How(ear(None), "de"))
    await heard(timed, How(ear("distil-large-v2")))

    assert plain.options.fields() == {"model": "openai/whisper-large-v3-turbo", "language": "de"}
    assert timed.options.fields() == {
        "model": "distil-whisper/distil-large-v2",
        "response_format": "verbose_json",
        "timestamp_granularities[]": "segment",
    }


async def test_a_text_without_times_is_read_in_paragraphs_that_end_with_a_sentence() -> None:
    sentences = [f"This is sentence {number} of what was said." for number in range(40)]

    found = await heard(Telnyx(text=" ".join(sentences)), How(ear(None)))

    assert 3 < len(found.said) < 8
    assert all(one.text.endswith("said.") for one in found.said)
    assert " ".join(one.text for one in found.said) == " ".join(sentences)
