"""A recording on its way from Slack to Telnyx: what is checked before, what is sent again, what is never paid for twice."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.errors import OutcomeUnknownError, RefusedError, UsageError
from bot.services.access import EVERYTHING, Asker, Audience, Place, Public, Right
from bot.services.transcribe import Transcriptions
from bot.telnyx import TelnyxServerError, TelnyxUnreachableError
from bot.workflows.asked import FILES, Asked, Written
from bot.workflows.transcribe import TRIES, TranscriptionProducer
from handlers.manifest import manifest
from sandbox.telnyx.hearing import AUDIO
from tests.unit.bot.conftest import TelnyxHouse, without
from tests.unit.bot.slack.conftest import SlackHouse, slack
from tests.unit.handlers.verb_house import Reply

__all__ = ["slack"]

MEMO = (AUDIO / "voicemail-order.wav").read_bytes()
HEARD = "Hello, this is Mia Keller"
M4A = b"\0\0\0\x20ftypM4A \0\0\0\0" + bytes(1_000)
ASKED = Asked(
    id="turn:1",
    kind="transcription",
    text="",
    ts="1.0",
    place=Place("T0ACME", "C0GENERAL", "1.0"),
    asker=Asker("U0MIA", "T0ACME"),
    private=False,
)


@dataclass
class Desk:
    """Both stand-ins, and the producer between them."""

    slack: SlackHouse
    telnyx: TelnyxHouse
    paused: list[float]

    @property
    def producer(self) -> TranscriptionProducer:
        """With nothing to wait for."""

        async def pause(seconds: float) -> None:
            self.paused.append(seconds)

        return TranscriptionProducer(Transcriptions(self.telnyx.client), self.slack.workspaces, pause=pause)

    async def shared(self, name: str, content: bytes = MEMO, channel: str = "#general") -> str:
        """A file of Mia's."""
        return str((await self.slack.mia.upload(channel, name, content))["file"])

    async def write(
        self, *file_ids: str, audience: Audience = EVERYTHING, asker: str = "U0MIA", **options: Any
    ) -> Written:
        """What is made of files."""
        asked = replace(
            ASKED,
            asker=Asker(asker, "T0ACME"),
            options={FILES: [[one, f"{number}.wav"] for number, one in enumerate(file_ids)], **options},
        )
        return await self.producer.write(asked, audience, Reply())  # type: ignore[arg-type] # all that it uses of one

    async def heard(self) -> int:
        """How often Telnyx was asked."""
        return await self.telnyx.calls("audio.transcribe")


@pytest.fixture
def desk(slack: SlackHouse, telnyx: TelnyxHouse) -> Desk:
    app = manifest()
    slack.standin.install(app)
    return Desk(slack, telnyx, [])


async def test_a_recording_is_written_down(desk: Desk) -> None:
    written = await desk.write(await desk.shared("memo.wav"))

    assert written.answer.startswith(HEARD)
    assert written.note is not None
    assert "openai/whisper-large-v3-turbo" in written.note
    assert written.question == "transcribe 0.wav"


async def test_times_stand_before_lines_where_the_model_tells_them(desk: Desk) -> None:
    written = await desk.write(await desk.shared("memo.wav"), model="distil-whisper/distil-large-v2")

    lines = written.answer.split("\n\n")
    assert lines[0].startswith("[00:00] Hello")
    assert len(lines) == 3
    assert "5 seconds of audio" in (written.note or "")


async def test_a_wrong_ending_is_put_right_and_the_bytes_decide(desk: Desk) -> None:
    written = await desk.write(await desk.shared("memo.mp3"))

    assert written.answer.startswith(HEARD)


@pytest.mark.parametrize(
    ("name", "content", "options", "why"),
    [
        ("plan.pdf", b"%PDF-1.7", {}, "“plan.pdf” isn't a recording. I can transcribe flac, m4a"),
        ("memo.wav", b"Dear all, please read this.", {}, "I can't listen to “memo.wav”"),
        ("memo.wav", b"%PDF-1.7 something", {}, "I can't listen to “memo.wav”"),
        ("memo.m4a", M4A, {"model": "deepgram/nova-3"}, "takes mp3 and wav files only"),
        ("memo.mp3", M4A, {"model": "deepgram/nova-3"}, "takes mp3 and wav files only"),
    ],
)
async def test_what_telnyx_would_refuse_is_said_before_anything_is_sent(
    desk: Desk, name: str, content: bytes, options: dict[str, Any], why: str
) -> None:
    with pytest.raises(UsageError) as caught:
        await desk.write(await desk.shared(name, content), **options)

    assert why in caught.value.text
    assert await desk.heard() == 0


async def test_a_file_over_100_mb_is_not_even_begun(desk: Desk) -> None:
    shared = await desk.slack.mia.records("#general", "long.wav", 100_000_001)

    with pytest.raises(UsageError, match="too large: I can take up to 100 MB"):
        await desk.write(shared["file"])
    assert (await desk.slack.calls("download"), await desk.heard()) == (0, 0)


async def test_a_recording_without_a_word_is_said(desk: Desk) -> None:
    shared = await desk.slack.mia.records("#general", "empty.wav", 44)

    with pytest.raises(UsageError, match=r"I didn't hear anyone speak in “0\.wav”"):
        await desk.write(shared["file"])


async def test_several_are_written_one_below_the_other_and_what_is_no_recording_is_named(desk: Desk) -> None:
    files = [
        await desk.shared(name, content) for name, content in (("a.wav", MEMO), ("b.wav", b"no audio at all"))
    ]

    written = await desk.write(*files)

    first, second = written.answer.split("**1.\u200bwav**")
    assert first.startswith("**0.\u200bwav**")
    assert HEARD in first
    assert "I can't listen to" in second


async def test_where_none_of_several_is_a_recording_all_reasons_are_said(desk: Desk) -> None:
    files = [await desk.shared(name, b"no audio at all") for name in ("a.wav", "b.wav")]

    with pytest.raises(UsageError) as caught:
        await desk.write(*files)

    assert [name in caught.value.text for name in ("“a.wav”", "“b.wav”")] == [True, True]


async def test_a_file_that_broke_off_is_sent_again_from_its_beginning(desk: Desk) -> None:
    file = await desk.shared("memo.wav")
    await desk.slack.fault("download", "500", count=TRIES - 1)

    written = await desk.write(file)

    assert written.answer.startswith(HEARD)
    assert len(desk.paused) == TRIES - 1
    assert await desk.heard() == 1


async def test_a_file_that_never_comes_is_said_and_can_be_tried_again(desk: Desk) -> None:
    file = await desk.shared("memo.wav")
    await desk.slack.fault("download", "500", count=99)

    with pytest.raises(OutcomeUnknownError):
        await desk.write(file)
    assert (await desk.slack.calls("download"), await desk.heard()) == (TRIES, 0)


async def test_what_telnyx_turned_away_is_sent_again_as_soon_as_it_says(desk: Desk) -> None:
    file = await desk.shared("memo.wav")
    await desk.telnyx.fault(operation="audio.transcribe", kind="status", status=429, retry_after=7)

    written = await desk.write(file)

    assert written.answer.startswith(HEARD)
    assert desk.paused == [7.0]


@pytest.mark.parametrize(
    ("kind", "error"), [("reset_after_apply", TelnyxUnreachableError), ("status", TelnyxServerError)]
)
async def test_what_may_be_paid_for_is_not_sent_again(desk: Desk, kind: str, error: type[Exception]) -> None:
    file = await desk.shared("memo.wav")
    more = {"status": 500} if kind == "status" else {}
    await desk.telnyx.fault(operation="audio.transcribe", kind=kind, count=0, **more)

    with pytest.raises(error):
        await desk.write(file)
    assert (await desk.heard(), desk.paused) == (1, [])


async def test_only_those_who_can_open_a_file_in_slack_get_its_words(desk: Desk) -> None:
    private = await desk.shared("memo.wav", channel="D0MIA")
    public = await desk.shared("memo.wav", channel="#support")

    assert (await desk.write(public, asker="U0BEN")).answer.startswith(HEARD)
    with pytest.raises(UsageError, match="I can't see that file"):
        await desk.write(private, asker="U0BEN")
    assert await desk.heard() == 1


async def test_only_members_have_recordings_written_down_whoever_reads_along(desk: Desk) -> None:
    file = await desk.shared("memo.wav")
    guest = without(Right.MEMBERS)

    for audience in (guest, Public(asker=guest)):
        with pytest.raises(RefusedError):
            await desk.write(file, audience=audience)
    assert await desk.heard() == 0
    assert (await desk.write(file, audience=Public(asker=EVERYTHING))).answer.startswith(HEARD)


async def test_a_page_in_place_of_a_recording_is_said_with_telnyx_own_words(desk: Desk) -> None:
    with pytest.raises(UsageError) as caught:
        await desk.write(addresses=["https://help.example.com/"])

    assert "not to a page that plays it" in caught.value.text
    assert "Telnyx said: “unsupported audio format" in caught.value.text
