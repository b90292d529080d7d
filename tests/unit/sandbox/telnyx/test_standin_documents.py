import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.telnyx.chunks import chunk_text
from sandbox.telnyx.readers import UnreadableDocumentError, read_document
from sandbox.telnyx.words import informative_words

LETTERS = st.text(alphabet="ab .#\n", max_size=4000)


@given(LETTERS)
def test_chunks_lose_no_word_and_keep_the_size(text: str) -> None:
    chunks = chunk_text(text, size=200, overlap=80)

    assert all(len(chunk) <= 200 for chunk in chunks)
    assert all(chunk in text for chunk in chunks)
    assert set("".join(chunks).split()) >= {
        word for word in text.split() if len(word) < 3 and word in text.split("\n")
    }


def test_neighbouring_chunks_overlap_at_a_sentence() -> None:
    text = " ".join(f"This is sentence number {number} of the text." for number in range(100))

    first, second, *_ = chunk_text(text)

    shared = second[: second.index(first[-20:]) + 20]
    assert first.endswith(shared)
    assert 300 < len(shared) <= 512
    assert second.startswith("This is sentence")


def test_a_heading_begins_a_chunk() -> None:
    text = f"# One\n{'a b c d. ' * 70}\n# Two\n{'e f g h. ' * 70}"

    assert chunk_text(text)[1].startswith("# Two")


@pytest.mark.parametrize(
    ("name", "content", "holds"),
    [
        ("a.md", b"# Title\nwords", "# Title"),
        ("a.txt", "\ufeffgr\u00fcn".encode(), "grün"),
        ("a.html", b"<h2>Head</h2><script>var x</script><p>Body</p>", "## Head"),
        ("a.json", json.dumps({"price": {"eur": 5}, "tags": ["x"]}).encode(), "price eur: 5"),
        ("a.csv", b"name,phone\nMia,12\n", "name: Mia; phone: 12"),
        ("LICENCE", b"unknown kinds are tried as text", "tried"),
    ],
)
def test_the_text_of_each_kind_is_read(name: str, content: bytes, holds: str) -> None:
    text = read_document(name, content)

    assert holds in text
    assert "var x" not in text


def test_a_pdf_is_read() -> None:
    assert "Hello PDF" in read_document("a.pdf", one_page_pdf("Hello PDF"))


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.pdf", b"not a pdf", "PDF"),
        ("a.md", b"\xff\xfe\x00", "UTF-8"),
        ("a.bin", b"a\x00b", "binary"),
        ("a.json", b"{", "JSON"),
        ("a.txt", b"  \n", "no text"),
    ],
)
def test_an_unreadable_document_says_why(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocumentError, match=reason):
        read_document(name, content)


def test_words_of_asking_are_not_informative() -> None:
    assert informative_words("How many days of leave do I get?") == ["day", "leav"]


def one_page_pdf(text: str) -> bytes:
    """The smallest file that is a PDF with one line of text."""
    stream = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 6\n0000000000 65535 f \n"
    return out + head + table + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)
