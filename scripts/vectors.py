"""Writes `sandbox/seed/vectors.bin`: the vectors of the sandbox's own documents and calls, so its first start computes none.

Run it (`python -m scripts.vectors`) after a change of those or of how they're cut; a test says when it's due.
"""

import json
import sys

from sandbox.seed.generated_calls import generated_calls
from sandbox.seeding import SEED, TECHNICIAN, documents
from sandbox.telnyx.chunks import cut_text
from sandbox.telnyx.histories import chunks_of, lines_of
from sandbox.telnyx.pieces import pieces_of
from sandbox.telnyx.readers import read_document
from sandbox.telnyx.vector_file import packed, write
from sandbox.telnyx.vectors import SHIPPED, Vectors, key_of


def texts() -> list[str]:
    """Return what is embedded, each text once: blocks of documents, what the stand-in model reads of their passages, chunks of calls."""
    found: dict[str, None] = {}
    for _, file in documents():
        text = read_document(file.name, file.read_bytes())
        cut = cut_text(text)
        found |= dict.fromkeys(cut.blocks)
        for passage in (text.strip(), *cut.texts()):
            for piece in pieces_of(file.name, passage):
                found |= dict.fromkeys([piece.text, *(told.embedded for told in piece.told)])
    written = (
        json.loads(file.read_text(encoding="utf-8")) for file in sorted((SEED / "calls").glob("*.json"))
    )
    for call in (*written, *(call for _, call in generated_calls())):
        found |= dict.fromkeys(chunks_of(lines_of(call["turns"])))
    return list(found | dict.fromkeys(chunks_of(TECHNICIAN)))


def main() -> None:
    """Embed all of it anew, whatever is shipped now."""
    if (vectors := Vectors.open(None, shipped=None)) is None:
        sys.exit("There is no embedding model on this computer.")
    made = vectors.passages(texts())
    write(SHIPPED, dict(zip(map(key_of, texts()), packed(made), strict=True)))
    print(f"{SHIPPED}: {len(made)} vectors, {SHIPPED.stat().st_size:,} bytes")  # noqa: T201 -- a program


if __name__ == "__main__":
    main()
