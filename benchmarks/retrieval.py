"""Time of the steps between the search and the model, against BM25 that cuts every text into its words, in one run.

    .venv/bin/python benchmarks/retrieval.py [ROUNDS]

All take turns over the same passages: 1,024 characters each, chunks of documents whose ends overlap by 512, as Telnyx's default makes
them. Each figure is the median of processor time, which other programs do not lengthen. Promise: fusion and stitching of 100 passages take less than 5 ms.
"""

from __future__ import annotations

import math
import random
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import bm25s  # noqa: E402 - the root has to be on the path first

from bot.services import bm25  # noqa: E402 - as above
from bot.services.passages import Passage  # noqa: E402 - as above
from bot.services.steps import Course, Hit, Plan, by_words, choosing, ranked, ranking, stitched  # noqa: E402 - as above

QUESTION = "How many days ahead do I have to ask for leave when I work part-time, and who approves it?"
SIZE, STEP = 1_024, 512
SEEDS = sorted((ROOT / "sandbox" / "seed").glob("*/*.md"))


def hits(count: int) -> list[Hit]:
    """Return chunks of eight long documents, written with the words of the sandbox's own ones, in the order of a search."""
    words = re.findall(r"\S+\s*", "".join(path.read_text(encoding="utf-8") for path in SEEDS))
    dice = random.Random(7)  # noqa: S311 - no secret
    made = []
    for document in range(8):
        text = "".join(dice.choices(words, k=20_000 // 5))
        made += [
            Passage(
                bucket="b",
                document=f"{document}.md",
                text=text[at : at + SIZE],
                distance=dice.uniform(0.1, 0.25),
            )
            for at in range(0, STEP * -(-count // 8), STEP)
        ]
    return [Hit(passage, (place,), "e5") for place, passage in enumerate(made[:count])]


def naive(question: str, texts: Sequence[str]) -> list[float]:
    """Return BM25 as textbooks have it."""
    cut = [re.findall(r"\w+", text.casefold()) for text in texts]
    counts = list(map(Counter, cut))
    usual = sum(map(len, cut)) / len(cut)
    found = [0.0] * len(texts)
    for word in set(re.findall(r"\w+", question.casefold())):
        holding = sum(word in count for count in counts)
        weight = math.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
        for place, count in enumerate(counts):
            often = count[word]
            room = bm25.K1 * (1 - bm25.B + bm25.B * len(cut[place]) / usual)
            found[place] += weight * often * (bm25.K1 + 1) / (often + room)
    return found


def library(question: str, texts: Sequence[str]) -> list[float]:
    """Return what `bm25s` says."""
    index = bm25s.BM25()
    index.index(bm25s.tokenize(list(texts), show_progress=False), show_progress=False)
    (tokens,) = bm25s.tokenize(question, return_ids=False, show_progress=False)
    return list(index.get_scores(tokens))


def fused_and_stitched(found: Sequence[Hit]) -> list[Hit]:
    """Return what the promise is about."""
    return stitched(by_words(found, question=QUESTION), most=8)


def everything(found: Sequence[Hit]) -> list[Hit]:
    """Return what goes to the model, by all steps."""
    course = Course(found)
    course.walk(ranking(Plan(), QUESTION))
    return course.walk(choosing(Plan(), 8))


def measured(rounds: int, runs: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median of each in milliseconds; they take turns."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            began = time.process_time()
            run()
            times[name].append(time.process_time() - began)
    return {name: statistics.median(taken) * 1_000 for name, taken in times.items()}


def main(rounds: int) -> None:
    """Write a table."""
    print("| | passages | ms of CPU | beside the naive BM25 |\n| --- | ---: | ---: | ---: |")
    for count in (24, 100):
        found = ranked(hits(count))
        texts = [hit.passage.text for hit in found]
        runs: dict[str, Callable[[], object]] = {
            "naive BM25": partial(naive, QUESTION, texts),
            "bm25s": partial(library, QUESTION, texts),
            "our BM25": partial(bm25.scores, QUESTION, texts),
            "stitching": partial(stitched, found, most=8),
            "fusion and stitching": partial(fused_and_stitched, found),
            "all steps": partial(everything, found),
        }
        times = measured(rounds, runs)
        for name, ms in times.items():
            print(f"| {name} | {count} | {ms:.2f} | {ms / times['naive BM25']:.2f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
