from pathlib import Path

import pytest

from sandbox.announcement import questions
from sandbox.clock import SandboxClock
from sandbox.documents import DocumentsFolderError, bucket_name, load_folder
from sandbox.telnyx.library import Library


@pytest.fixture
def library() -> Library:
    return Library(SandboxClock(scale=0).now)


def fill(folder: Path, *names: str) -> None:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            f"# {file.stem}\n\nThe colour of {file.stem} is number {len(name)}.\n", encoding="utf-8"
        )


def test_folders_become_buckets_and_loose_files_the_bucket_docs(tmp_path: Path, library: Library) -> None:
    fill(
        tmp_path,
        "loose.md",
        "Our Handbook/deep/leave.md",
        "Our Handbook/pay.txt",
        ".git/config",
        "x/.DS_Store",
    )

    load_folder(tmp_path, library, lambda _: None)

    assert {name: list(bucket.documents) for name, bucket in library.buckets.items()} == {
        "docs": ["loose.md"],
        "our-handbook": ["deep/leave.md", "pay.txt"],
    }


def test_thirty_files_are_read_and_found(tmp_path: Path, library: Library) -> None:
    fill(tmp_path, *[f"animals/animal{number}.md" for number in range(30)])
    told: list[str] = []

    load_folder(tmp_path, library, told.append)
    bucket = library.buckets["animals"]
    match = bucket.search("What is the colour of animal17?", 1, SandboxClock(scale=0).now())[0]

    assert match.chunk.document.name == "animal17.md"
    assert told == ["Read 25 of 30 files.", "Read 30 of 30 files."]
    assert questions(library, own_documents=True) == {"animals": "What is said about animal0?"}


def test_an_unreadable_file_is_told_and_kept_as_failed(tmp_path: Path, library: Library) -> None:
    fill(tmp_path, "good.md")
    (tmp_path / "bad.pdf").write_bytes(b"no pdf")
    (tmp_path / "photo.md").write_bytes(b"\xff\xd8\xff\xe0")
    told: list[str] = []

    load_folder(tmp_path, library, told.append)

    documents = library.buckets["docs"].documents
    now = SandboxClock(scale=0).now()
    assert {name: document.status(now) for name, document in documents.items()} == {
        "bad.pdf": "failure",
        "good.md": "success",
        "photo.md": "failure",
    }
    assert [line.split(": ")[0] for line in told[:2]] == [
        f"Cannot read {tmp_path / 'bad.pdf'}",
        f"Cannot read {tmp_path / 'photo.md'}",
    ]


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_a_missing_or_empty_folder_is_one_sentence(tmp_path: Path, library: Library, name: str) -> None:
    with pytest.raises(DocumentsFolderError) as caught:
        load_folder(tmp_path / name, library, lambda _: None)

    assert str(tmp_path / name) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_two_folders_of_one_bucket_name_stay_apart(tmp_path: Path, library: Library) -> None:
    fill(tmp_path, "Team A/x.md", "team-a/y.md")

    load_folder(tmp_path, library, lambda _: None)

    assert sorted(library.buckets) == ["team-a", "team-a-2"]


@pytest.mark.parametrize(
    ("folder", "bucket"),
    [("HR & Payroll", "hr-payroll"), ("Ü", "bucket"), ("a" * 80, "a" * 63), ("v1.2", "v1.2"), ("-x-", "x")],
)
def test_bucket_names_are_made_as_documented(folder: str, bucket: str) -> None:
    assert bucket_name(folder) == bucket


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("old.docx", b"PK\x03\x04\x14\x00", "a Word"),
        ("sheet.xls", b"\xd0\xcf\x11\xe0\xa1", "an old Word"),
        ("little.txt", b"\xff\xfe" + "words".encode("utf-16-le"), "UTF-16"),
        ("big.md", b"\xfe\xff" + "words".encode("utf-16-be"), "UTF-16"),
        ("photo.md", b"\xff\xd8\xff\xe0", "a picture"),
        ("latin.txt", "Größe".encode("latin-1"), "not UTF-8"),
        ("bytes.txt", b"a\x00b", "a binary file"),
        ("empty.md", b"", "no text"),
        ("damaged.pdf", b"%PDF-1.7\nnothing", "damaged"),
        ("half.pdf", b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog", "damaged"),
        ("empty.pdf", b"", "damaged"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_it_is(
    library: Library, name: str, content: bytes, reason: str
) -> None:
    assert (library.seed("docs", name, content).error_reason or "").startswith(reason)
