"""Measure the bot's answers in a sandbox of its own: both shipped sets of cases, against what was promised and an earlier run.

Run it with ``python -m scripts.evaluate`` (or ``make evaluate``). Reports go to ``build/evaluation``. With ``--base`` (``make
evaluate-base``) the figures become those that later runs are compared with, in ``evaluation/base.json``. With ``--ablation`` (``make
evaluate-ablation``) no answer is asked for: the sets are only searched, with each step of retrieval left out in turn, and the tables go into
``docs/answers.md``.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from bot.evaluation.report import SETS
from config.settings import variables
from scripts import published_documents

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "evaluation"
BASE = CASES / "base.json"
OUT = ROOT / "build" / "evaluation"
PAGE = ROOT / "docs" / "answers.md"
BEGIN, END = "<!-- made by make evaluate-ablation -->", "<!-- end -->"
CANNOT = 2
"""The exit status if nothing could be measured, as of ``bot evaluate``, which ends with 1 for figures that are too bad."""
_END_SECONDS = 10
# A stand-in that computes on a busy computer is slow at first; that says nothing of an answer.
_PATIENT = {"TELNYX_FIRST_BYTE_SECONDS": "300"}


@dataclass(frozen=True)
class Set:
    """A shipped set of cases, and the figures that are promised for it."""

    name: str
    limits: dict[str, float]
    fetched: bool = False
    """Its documents aren't part of the project: pip fetches them."""

    @property
    def cases(self) -> Path:
        """Return the file of its cases."""
        return CASES / f"{self.name}.jsonl"


ALL = {
    one.name: one
    for one in (
        Set("sandbox", {"cited": 0.8, "precision": 0.75, "contained": 0.7}),
        Set(
            "published",
            {"cited": 0.92, "precision": 0.8, "contained": 0.65, "wrong_refusals": 0.08},
            fetched=True,
        ),
    )
}


class CannotMeasureError(Exception):
    """Nothing can be measured; the text says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the chosen sets, and return the worst exit status."""
    parser = argparse.ArgumentParser(prog="python -m scripts.evaluate", description="Measure the answers.")
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"{' or '.join(ALL)}; both without it")
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--base",
        action="store_true",
        help="later runs are compared with this one, instead of this one with an earlier",
    )
    how.add_argument("--ablation", action="store_true", help="what each step of retrieval is worth")
    chosen = parser.parse_args(arguments)
    if unknown := [name for name in chosen.sets if name not in ALL]:
        parser.error(f"there's no set {unknown[0]}")
    signal.signal(signal.SIGTERM, _ended)
    OUT.mkdir(parents=True, exist_ok=True)
    sets = [ALL[name] for name in chosen.sets or ALL]
    try:
        if chosen.ablation:
            tables = [ablated(one) for one in ALL.values()]  # the page shows them together
            PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), tables), encoding="utf-8")
            return 0
        return max(_measured(one, keep_it=chosen.base) for one in sets)
    except (CannotMeasureError, published_documents.NotFetchedError) as error:
        sys.stderr.write(f"{error}\n")
        return CANNOT


def _ended(number: int, _frame: FrameType | None) -> NoReturn:
    """End as after Ctrl-C: the sandbox is stopped, too."""
    sys.exit(128 + number)


def _measured(one: Set, *, keep_it: bool) -> int:
    status = measured(one, compare=not keep_it)
    if keep_it:
        keep(BASE, one.name, json.loads((OUT / f"{one.name}.json").read_text(encoding="utf-8")))
    return status


def measured(one: Set, *, compare: bool) -> int:
    """Ask the cases of a set, and return the exit status of `bot evaluate`; its report lies in ``OUT``.

    Raises:
        CannotMeasureError, NotFetchedError: the sandbox didn't start, or its documents can't be had.
    """
    with sandbox(*documents(one)) as environment:
        status = subprocess.run(  # noqa: S603 -- our own program
            [sys.executable, "-m", "bot", "evaluate", *options(one, compare=compare)],
            cwd=OUT,  # where no .env of the person's own lies
            env=environment,
            check=False,
        ).returncode
    sys.stdout.write(f"\nThe report with every case: {OUT / f'{one.name}.html'}\n\n")
    if status == CANNOT:
        raise CannotMeasureError(f"The set {one.name} wasn't measured.")
    return status


def ablated(one: Set) -> str:
    """Return the table of a set, in Markdown: its figures with each step of retrieval left out.

    Raises:
        CannotMeasureError, NotFetchedError: the sandbox or the search of the cases ended with an error, or the documents can't be had.
    """
    with sandbox(*documents(one)) as environment:
        done = subprocess.run(  # noqa: S603 -- our own program
            [sys.executable, "-m", "scripts.ablation", str(one.cases)],
            cwd=OUT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    if done.returncode:
        raise CannotMeasureError(f"The steps weren't measured with the set {one.name}.")
    sys.stdout.write(done.stdout)
    return done.stdout


def page(text: str, tables: Sequence[str]) -> str:
    """Return the page with these tables instead of those that stand there."""
    before, _, rest = text.partition(BEGIN)
    behind = rest.partition(END)[2]
    made = "\n\n".join(table.strip() for table in tables)
    return f"{before}{BEGIN}\n{made}\n{END}{behind}"


def documents(one: Set) -> tuple[str, ...]:
    """Return how the sandbox gets the documents that a set is about."""
    if not one.fetched:
        return ()
    folder = OUT / "documents"
    published_documents.lay_out(folder)
    return ("--docs", str(folder))


def options(one: Set, *, compare: bool) -> list[str]:
    """Return what `bot evaluate` is told for a set."""
    told = [str(one.cases), "--json", str(OUT / f"{one.name}.json"), "--html", str(OUT / f"{one.name}.html")]
    for name, limit in one.limits.items():
        told += ["--limit", f"{name}={limit}"]
    if compare and one.name in based():
        told += ["--against", str(BASE)]
    return told


def based() -> set[str]:
    """Return the sets that an earlier run measured."""
    return set(json.loads(BASE.read_text(encoding="utf-8"))[SETS]) if BASE.is_file() else set()


@contextmanager
def sandbox(*arguments: str) -> Iterator[dict[str, str]]:
    """Run a sandbox whose documents are all embedded, and yield the environment of a bot that joins it.

    Raises:
        CannotMeasureError: it ended instead; it has said why.
    """
    command = [
        sys.executable,
        "-m",
        "sandbox",
        "--no-bot",
        "--port",
        "0",
        "--ready-json",
        "--wait",
        *arguments,
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 -- our own program
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                raise CannotMeasureError("The sandbox didn't start.")
            yield {**without_settings(), **json.loads(line)["env"], **_PATIENT, "PYTHONPATH": str(ROOT)}
        finally:
            process.terminate()
            process.wait(_END_SECONDS)


def without_settings() -> dict[str, str]:
    """Return this process's environment without settings of a bot, or figures would depend on who measures."""
    return {name: value for name, value in os.environ.items() if name not in variables()}


def keep(base: Path, name: str, run: dict[str, Any]) -> None:
    """Write the figures of a set's run into the base, beside those of the other sets."""
    kept = json.loads(base.read_text(encoding="utf-8")) if base.is_file() else {SETS: {}}
    kept[SETS][name] = {part: run[part] for part in ("made", "figures", "kinds")}
    base.write_text(json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
