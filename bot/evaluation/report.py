"""A run as a value: what was measured, with what, and its form as JSON."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.evaluation.asking import Result
from bot.evaluation.cases import KINDS, Case
from bot.evaluation.metrics import BY_NAME, Figure, figures, verdict
from bot.text import storable

SETS = "sets"
"""Under this key a file of figures holds several runs, each by the name of its set of cases."""


@dataclass(frozen=True, slots=True)
class Made:
    """With what a run was made. Settings are those that decide what is found and asked."""

    set: str
    """The name of the set of cases."""
    cases: int
    digest: str
    """Tells whether two runs had the same cases."""
    host: str
    """Who answered: the host of the API's address."""
    models: tuple[str, ...]
    embeddings: tuple[str, ...]
    """The models that the passages were found by."""
    settings: Mapping[str, Any]
    version: str
    at: str
    seconds: float
    at_once: int


@dataclass(frozen=True, slots=True)
class Report:
    """A run: its figures, over all cases and by kind, and what came of each case."""

    made: Made
    figures: Mapping[str, Figure]
    kinds: Mapping[str, Mapping[str, Figure]]
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Base:
    """What a run is compared with: an earlier one's figures, and what it was made with as it was written down."""

    made: Mapping[str, Any]
    figures: Mapping[str, Figure]


def digest(cases: Sequence[Case]) -> str:
    """Return a few letters that differ between different sets of cases."""
    told = repr(sorted(cases, key=lambda case: case.id))
    return hashlib.sha256(told.encode(errors="replace")).hexdigest()[:12]


def report(made: Made, results: Sequence[Result]) -> Report:
    """Return the report of a run."""
    by_kind = {kind: [one for one in results if one.case.kind == kind] for kind in KINDS}
    kinds = {kind: figures(some) for kind, some in by_kind.items() if some}
    return Report(made, figures(results), kinds, tuple(results))


def as_object(told: Report) -> dict[str, Any]:
    """Return what ``--json`` writes."""
    written: dict[str, Any] = storable(
        {
            "made": asdict(told.made),
            "figures": _written(told.figures),
            "kinds": {kind: _written(some) for kind, some in told.kinds.items()},
            "cases": [_case(result) for result in told.results],
        }
    )
    return written


def base(document: Any, name: str) -> Base:
    """Return the earlier run that a JSON document holds for the set of cases of this name.

    Raises:
        ValueError: it holds none; the text says what is wrong.
    """
    if isinstance(document, dict) and isinstance(sets := document.get(SETS), dict):
        if name not in sets:
            raise ValueError(f"it holds no figures of `{name}`, only of {', '.join(map(str, sets))}")
        document = sets[name]
    try:
        made, given = dict(document["made"]), dict(document["figures"])
        if not given:
            raise ValueError  # noqa: TRY301 - told like the others
        return Base(made, {key: _read(value) for key, value in given.items() if key in BY_NAME})
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ValueError("it isn't what `--json` writes") from None


def _read(given: Mapping[str, Any]) -> Figure:
    return Figure(float(given["value"]), float(given["low"]), float(given["high"]), int(given["count"]))


def _written(some: Mapping[str, Figure]) -> dict[str, Any]:
    return {name: asdict(figure) for name, figure in some.items()}


def _case(result: Result) -> dict[str, Any]:
    return {
        "id": result.case.id,
        "kind": result.case.kind,
        "verdict": verdict(result).value,
        "question": result.case.question,
        "answer": result.answer,
        "refused": result.refused,
        "partly": result.partly,
        "failed": result.failed or None,
        "found": [f"{passage.bucket}/{passage.document}" for passage in result.found],
        "cited": [f"{passage.bucket}/{passage.document}" for _, passage in result.cited],
        "search_seconds": result.search_seconds,
        "first_seconds": result.first_seconds,
        "seconds": result.seconds,
        "usage": asdict(result.usage) if result.usage else None,
    }
