"""*Why this answer?* shows ranks, what was dropped and by what, and ids; nothing in it has power."""

import json
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from bot.render.why import DROPPED, HIDDEN, why
from bot.services.feedback import Explained
from bot.services.passages import Passage
from bot.services.steps import Course, Hit, Plan, choosing, ranking
from bot.store.turns import Turn
from bot.store.usage import Made
from config.values import MORE_STEPS, STEPS
from sandbox.slack.web_api.views import checked_view

CITED = {
    "n": 1,
    "bucket": "handbook",
    "document": "leave.md",
    "text": "27 days",
    "distance": 0.1,
    "cited": True,
}


def explained(*noted: dict[str, Any], hidden: bool = False, **known: Any) -> Explained:
    blank: dict[str, Any] = dict.fromkeys(field.name for field in fields(Turn))
    asked = {"id": "turn:1", "user": "U1", "question": "<!here> *days*?", "model": "acme/one"}
    turn = Turn(**blank | asked | {"passages": [CITED], "buckets": ["handbook"]} | known)
    seconds = {"search": 0.123, "first": 0.9, "whole": 2.0}
    trace = {"passages": [*noted], "seconds": seconds, "request": "req-1"}
    return Explained(turn, Made(trace, None, 1_200, 30, 1, 1_700_000_000.0), hidden=hidden)


def candidate(dense: int, **known: Any) -> dict[str, Any]:
    same = {"bucket": "handbook", "document": "leave.md", "text": "27 <@U2> days", "distance": 0.1}
    return same | {"dense": dense, "words": None, "fused": None, "kept": None, "dropped": None} | known


def shown(found: Explained, cost: dict[str, Decimal] | None = None) -> str:
    view = why(replace(found, cost=cost)).view()
    checked_view(view, "modal")
    return json.dumps(view["blocks"], ensure_ascii=False)


def test_it_tells_ranks_and_what_became_of_each_passage() -> None:
    dropped = candidate(1, words=4, fused=3, dropped="near_duplicates")
    text = shown(explained(dropped, candidate(2, words=1, fused=1, kept=1), candidate(3, kept=2)))

    assert "[1] cited\\n#2 by distance · #1 by words · #1 by both · distance 0.100" in text
    assert "[2] read by the model, not cited\\n#3 by distance · distance 0.100" in text
    assert "dropped: near duplicates\\n#1 by distance · #4 by words · #3 by both" in text
    assert text.index("[1] cited") < text.index("[2] read") < text.index("dropped")


ONLY_ORDER = {"rank", "words", "stitch"}
"""Steps that let go of nothing: they order the passages, or join them."""


def test_what_each_step_lets_go_of_is_told_in_words() -> None:
    plan = Plan(frozenset((*STEPS, *MORE_STEPS)))
    steps = dict((*ranking(plan, "Days?"), *choosing(plan, 8)))
    course = Course([Hit(Passage("b", "a.md", f"{n} days", 0.1), (n,)) for n in range(200)])
    course.walk((name, steps[name]) for name in ONLY_ORDER)

    assert course.dropped == {}
    assert DROPPED.keys() == steps.keys() - ONLY_ORDER | {"pack"}
    for name, words in DROPPED.items():
        assert f"dropped: {words}\\n" in shown(explained(candidate(1, dropped=name)))


def test_it_tells_what_the_answer_took_and_by_which_ids_it_is_found() -> None:
    text = shown(explained(error_id="E-7K3QF"), {"USD": Decimal("0.000123")})

    assert "`acme/one` · about 1,200 tokens read, 30 written · 0.00012 USD" in text
    assert "search 0.12 s · first words 0.90 s · whole answer 2.00 s" in text
    assert all(f"`{one}`" in text for one in ("turn:1", "req-1", "E-7K3QF"))
    assert "cost unknown" in shown(explained())


def test_of_an_answer_of_before_the_passages_are_shown_without_ranks() -> None:
    assert "[1] cited\\ndistance 0.100" in shown(explained())


def test_words_of_others_have_no_power() -> None:
    text = shown(explained(candidate(1, document="<!channel>.md", dropped="<@U3>")))

    assert "<!channel>" not in text
    assert "<@U2>" not in text
    assert "<@U3>" not in text
    assert HIDDEN not in text


def test_what_is_left_out_is_said_and_many_passages_still_fit() -> None:
    text = shown(explained(*(candidate(number) for number in range(1, 61)), hidden=True))

    assert HIDDEN in text
    assert "And 20 more." in text
