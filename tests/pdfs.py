"""PDF documents for tests, written by hand: plain ones, and one that means harm."""

import zlib


def pdf(*pages: str) -> bytes:
    """Return a document of these pages, a text line by line on each."""
    streams = []
    for page in pages:
        lines = " ".join(f"({line}) Tj 0 -14 Td" for line in page.split("\n"))
        streams.append(_stream(f"BT /F1 12 Tf 72 720 Td {lines} ET".encode()))
    return _document(streams)


def bomb(*pages: str) -> bytes:
    """Return a document of these pages, before which there is one that unpacks into 600 MB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(600)) + packer.flush()
    streams = [_stream(packed, b" /Filter /FlateDecode")]
    streams += [_stream(f"BT /F1 12 Tf 72 720 Td ({page}) Tj ET".encode()) for page in pages]
    return _document(streams)


def _stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d%b >>\nstream\n%b\nendstream" % (len(content), more, content)


def _document(streams: list[bytes]) -> bytes:
    kids = b" ".join(b"%d 0 R" % (4 + 2 * at) for at in range(len(streams)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(streams)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for at, stream in enumerate(streams):
        about = b"/Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >>"
        objects += [b"<< /Type /Page %b /Contents %d 0 R >>" % (about, 5 + 2 * at), stream]
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF"
        % (len(objects) + 1, table, len(objects) + 1, len(body))
    )
