"""The drawings of docs/architecture.md show the code as it is."""

import grimp
import pytest

from scripts import trips


def test_the_drawings_are_those_of_the_code() -> None:
    text = trips.PAGE.read_text(encoding="utf-8")

    assert all(f"drawn by make docs: {trip} -->" in text for trip in trips.TRIPS)
    assert trips.page(text) == text


def test_an_arrow_that_the_code_lacks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = grimp.build_graph("bot", "handlers", "sandbox", cache_dir=None)
    monkeypatch.setitem(trips.TRIPS, "a lie", (("bot.telnyx", "sandbox.slack", "a secret"),))

    with pytest.raises(ValueError, match="is never given"):
        trips.drawing("a lie", graph)
