"""Writes `sandbox/seed/vectors.bin`: the vectors of the sandbox's own documents, so its first start computes none.

Run it (`python -m scripts.vectors`) after a change of those documents or of how they're cut; a test says when it's due.
"""

import sys

from sandbox.seeding import documents
from sandbox.telnyx.chunks import cut_text
from sandbox.telnyx.pieces import pieces_of
from sandbox.telnyx.readers import read_document
from sandbox.telnyx.vector_file import packed, write
from sandbox.telnyx.vectors import SHIPPED, Vectors, key_of


def texts() -> list[str]:
    """Return what is embedded of the documents, each text once: their blocks, and what the stand-in model reads of their passages."""
    found: dict[str, None] = {}
    for _, file in documents():
        text = read_document(file.name, file.read_bytes())
        cut = cut_text(text)
        found |= dict.fromkeys(cut.blocks)
        for passage in (text.strip(), *cut.texts()):
            for piece in pieces_of(file.name, passage):
                found |= dict.fromkeys([piece.text, *(told.embedded for told in piece.told)])
    return list(found)


def main() -> None:
    """Embed all of it anew, whatever is shipped now."""
    if (vectors := Vectors.open(None, shipped=None)) is None:
        sys.exit("There is no embedding model on this computer.")
    made = vectors.passages(texts())
    write(SHIPPED, dict(zip(map(key_of, texts()), packed(made), strict=True)))
    print(f"{SHIPPED}: {len(made)} vectors, {SHIPPED.stat().st_size:,} bytes")  # noqa: T201 -- a program


if __name__ == "__main__":
    main()
