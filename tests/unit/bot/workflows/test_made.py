"""How an answer was made is noted while it is made: the first of each lap, and what the model read before the rest."""

from bot.services.ask import Answer
from bot.services.retrieval import Candidate, Found
from bot.workflows.made import KEPT, Laps, made


class Clock:
    """Seconds that a test lets go by."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def candidate(dense: int, kept: int | None) -> Candidate:
    return Candidate("b", "d.md", "text", 0.1, dense, None, None, kept, None if kept else "keep")


def test_seconds_run_from_the_beginning_to_the_first_of_each() -> None:
    clock = Clock()
    laps = Laps(clock)
    for now, what in ((100.25, "search"), (101.0, "first"), (102.0, "first"), (103.5, "search")):
        clock.now = now
        laps.first(what)

    noted = made(Answer("", refused=False, model="m", found=Found((), ()), request_id="req-1"), laps)

    assert noted == {
        "passages": [],
        "seconds": {"search": 0.25, "first": 1.0, "whole": 3.5},
        "request": "req-1",
    }


def test_of_many_passages_those_that_the_model_read_are_noted() -> None:
    trace = tuple(candidate(number, 1 if number == 100 else None) for number in range(1, 101))

    noted = made(Answer("", refused=True, model="m", found=Found((), (), trace=trace)), Laps())

    ranks = [one["dense"] for one in noted["passages"]]
    assert ranks == [100, *range(1, KEPT)]
    assert set(noted["passages"][0]) == set(Candidate._fields)
