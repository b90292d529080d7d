from typing import Any

import pytest

from bot.render.summarize import final
from bot.store.turns import Turn


@pytest.mark.parametrize("outcome", ["stopped", "failed", "told"])
def test_a_summary_that_was_not_finished_says_what_ended_it(outcome: str) -> None:
    known: dict[str, Any] = dict.fromkeys(Turn.__slots__)
    note = "Stopped by <@U0BEN>."
    end = final(
        Turn(
            **known
            | {"id": "t", "channel": "C", "outcome": outcome, "answer": "Half", "note": note, "ts": "1.0"}
        )
    )

    assert end.body == "Half"
    assert [block["type"] for block in end.below] == ["section"]
    assert note in str(end.below)
    assert "&lt;" not in str(end.below)
