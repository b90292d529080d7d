import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.telnyx.chunks import cut_text
from sandbox.telnyx.readers import UnreadableDocumentError, read_document
from sandbox.telnyx.words import informative_words

LETTERS = st.text(alphabet="ab .#\n", max_size=4000)


@given(LETTERS, st.integers(1, 300), st.integers(0, 400))
def test_blocks_are_the_text_and_chunks_keep_the_size(text: str, size: int, overlap: int) -> None:
    cut = cut_text(text, size=size, overlap=overlap)

    assert "".join(cut.blocks) == text
    assert all(0 < len(chunk) <= size for chunk in cut.texts())
    assert all(chunk in text for chunk in cut.texts())
    covered = {block for first, end in cut.chunks for block in range(first, end)}
    assert all(not block.strip() for at, block in enumerate(cut.blocks) if at not in covered)


def test_a_chunk_is_two_blocks_and_shares_one_with_its_neighbor() -> None:
    text = " ".join(f"This is sentence number {number} of the text." for number in range(100))

    cut = cut_text(text)
    first, second, *_ = cut.texts()

    shared = second[: second.index(first[-20:]) + 20]
    assert cut.chunks[:3] == ((0, 2), (1, 3), (2, 4))
    assert first.endswith(shared)
    assert 450 < len(shared) <= 512
    assert second.startswith("This is sentence")


@pytest.mark.parametrize(
    ("size", "overlap", "shared"),
    [(1024, 512, 512), (600, 200, 200), (2000, 500, 500), (300, 0, 0), (1024, 200, 200), (400, 9999, 300)],
)
def test_the_chunks_that_are_asked_for_come(size: int, overlap: int, shared: int) -> None:
    text = "".join(f"{number:04d}. " for number in range(2000))

    cut = cut_text(text, size=size, overlap=overlap)
    first, second = ("".join(cut.blocks[begin:end]) for begin, end in cut.chunks[3:5])

    assert 0.85 * size <= len(first) <= size
    assert abs(len(first) - text.index(second) + text.index(first) - shared) <= 0.15 * size
    assert max(map(len, cut.blocks)) <= 512


def test_a_heading_begins_a_block() -> None:
    text = f"# One\n{'a b c d. ' * 40}\n# Two\n{'e f g h. ' * 70}"

    assert cut_text(text).blocks[1].startswith("# Two")


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
