import base64

from sandbox.seed.audio.make import TEXTS
from sandbox.seeding import SEED
from sandbox.telnyx.hearing import AUDIO
from tests.unit.sandbox.telnyx.conftest import Running


async def test_a_file_is_summarised_in_its_own_sentences(telnyx: Running) -> None:
    body = {"bucket": "manual", "filename": "voicemail.md"}

    summary = (await telnyx.api.post("/ai/summarize", json=body)).json()["data"]["summary"]

    text = " ".join((SEED / "manual" / "voicemail.md").read_text(encoding="utf-8").split())
    assert 0 < len(summary) < len(text) / 2
    assert summary.split(". ")[0].removeprefix("- ") in text.replace("**", "")


async def test_headings_of_the_system_prompt_are_kept(telnyx: Running) -> None:
    body = {"bucket": "manual", "filename": "warranty.md", "system_prompt": "## Overview\n## Problems"}

    summary = (await telnyx.api.post("/ai/summarize", json=body)).json()["data"]["summary"]

    assert [line for line in summary.splitlines() if line.startswith("##")] == ["## Overview", "## Problems"]


async def test_audio_in_a_bucket_is_transcribed_first(telnyx: Running) -> None:
    content = base64.b64encode((AUDIO / "voicemail-order.wav").read_bytes()).decode()
    document = {"bucket": "manual", "filename": "v.wav", "base64": content}
    assert (await telnyx.control.post("/documents", json=document)).status_code == 200

    answer = await telnyx.api.post("/ai/summarize", json={"bucket": "manual", "filename": "v.wav"})

    assert answer.json()["data"]["summary"] == TEXTS["voicemail-order.wav"]


async def test_an_unknown_file_or_bucket_is_404_and_an_unreadable_file_422(telnyx: Running) -> None:
    telnyx.standin.library.seed_unreadable("manual", "bad.pdf", "damaged")
    statuses = [
        (await telnyx.api.post("/ai/summarize", json={"bucket": bucket, "filename": name})).status_code
        for bucket, name in (("manual", "x.md"), ("none", "voicemail.md"), ("manual", "bad.pdf"))
    ]

    assert statuses == [404, 404, 422]
