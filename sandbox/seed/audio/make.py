"""Makes the sandbox's audio: `python sandbox/seed/audio/make.py` writes the WAV files and `texts.json` beside it.

Each word becomes a short tone whose pitch follows from its letters: nobody understands it, but the files are real audio, small,
and the same bytes every time. The stand-in knows their texts by checksum.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import wave
from pathlib import Path

HERE = Path(__file__).parent
RATE, WORD, PAUSE = 8000, 0.16, 0.06
TEXTS = {
    "voicemail-order.wav": "Hello, this is Mia Keller from the bakery in Linden Street. Order 70418 has not arrived."
    " Please call me back before Friday.",
    "voicemail-porting.wav": "This is Paul Hansen. I agreed to move our number on the third of June."
    " Will you send me the form again?",
    "ansage-feiertag.wav": "Guten Tag, unser B\u00fcro ist am Feiertag geschlossen. Ab Montag um acht Uhr sind wir wieder da.",
}


def spoken(text: str) -> bytes:
    """A WAV file of 8 kHz, 8 bits, mono."""
    samples = bytearray()
    for word in text.split():
        pitch = 180 + 7 * (sum(word.encode()) % 60)
        samples += bytes(
            int(128 + 90 * math.sin(2 * math.pi * pitch * at / RATE)) for at in range(int(RATE * WORD))
        )
        samples += bytes([128]) * int(RATE * PAUSE)
    out = io.BytesIO()
    with wave.open(out, "wb") as audio:
        audio.setnchannels(1)
        audio.setsampwidth(1)
        audio.setframerate(RATE)
        audio.writeframes(bytes(samples))
    return out.getvalue()


def main() -> None:
    """Write everything."""
    texts = {}
    for name, text in TEXTS.items():
        content = spoken(text)
        (HERE / name).write_bytes(content)
        texts[hashlib.sha256(content).hexdigest()] = text
    listed = json.dumps(texts, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (HERE / "texts.json").write_text(listed, encoding="utf-8")


if __name__ == "__main__":
    main()
