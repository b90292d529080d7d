"""Whether a run is as good as an earlier one, and as good as was promised."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from bot.evaluation.metrics import BY_NAME, Figure, Metric
from bot.evaluation.report import Base, Report

_OF_NO_MATTER = ("set", "cases", "version", "at", "seconds", "at_once")
"""These may differ between two runs that measure the same."""


class Against(StrEnum):
    """Where a figure lies, seen from the base's interval."""

    WITHIN = "within"
    WORSE = "worse"
    BETTER = "better"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A figure beside the base's, and beside the limit that it has to keep."""

    metric: Metric
    figure: Figure
    base: Figure | None
    limit: float | None

    @property
    def against(self) -> Against:
        """Return where the figure lies."""
        if self.base is None:
            return Against.UNKNOWN
        if self.base.low <= self.figure.value <= self.base.high:
            return Against.WITHIN
        above = self.figure.value > self.base.high
        return Against.BETTER if above is self.metric.larger_is_better else Against.WORSE

    @property
    def beyond_limit(self) -> bool:
        """Return whether the limit is not kept."""
        if self.limit is None:
            return False
        value = self.figure.value
        return value < self.limit if self.metric.larger_is_better else value > self.limit

    @property
    def fails(self) -> bool:
        """Return whether the run isn't as good as it has to be."""
        return self.beyond_limit or (self.metric.judged and self.against is Against.WORSE)


def judged(told: Report, base: Base | None, limits: Mapping[str, float]) -> list[Judged]:
    """Return each figure of the run with what it is held against."""
    before: Mapping[str, Figure] = base.figures if base else {}
    return [
        Judged(BY_NAME[name], figure, before.get(name), limits.get(name))
        for name, figure in told.figures.items()
    ]


def unmeasured(told: Report, base: Base | None, limits: Mapping[str, float]) -> list[str]:
    """Return the names of judged metrics that the base or a limit asks for and this run says nothing of."""
    wanted = {*limits, *(name for name in (base.figures if base else ()) if BY_NAME[name].judged)}
    return [name for name in BY_NAME if name in wanted and name not in told.figures]


def differences(told: Report, base: Base) -> list[str]:
    """Return, in words, in what the two runs were made differently: other figures may be due to that alone."""
    now = _flat(asdict(told.made))
    then = _flat(base.made)
    said = []
    for name in sorted(now.keys() | then.keys()):
        if name in _OF_NO_MATTER or now.get(name) == then.get(name):
            continue
        if name == "digest":
            said.append("The base was made of other cases.")
        else:
            said.append(f"{name} is {_value(now.get(name))}, and was {_value(then.get(name))}.")
    return said


def _flat(made: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a run was made with, its settings by their names as variables, as it reads after JSON."""
    settings = made.get("settings")
    own = {name: _plain(value) for name, value in made.items() if name != "settings"}
    if isinstance(settings, Mapping):
        own |= {f"ANSWERS_{name.upper()}": _plain(value) for name, value in settings.items()}
    return own


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "empty"
    return "not set" if value is None else str(value)
