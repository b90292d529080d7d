"""What is offered under a refusal and under a question that is asked back, and what experts read."""

from typing import Any

import pytest

from bot.render.ask import final
from bot.render.blocks import Block
from bot.render.refusal import BUCKETS, EXPERTS, OFFERS, for_experts
from bot.services.unclear import MEANT, WHICH, asked_back
from bot.store.turns import Turn
from sandbox.slack.blocks import check_blocks

WITHOUT = "Answer without documents"


def turn(outcome: str = "refused", **columns: Any) -> Turn:
    known: dict[str, Any] = dict.fromkeys(Turn.__slots__) | {
        "id": "turn:T:C:1.0",
        "kind": "ask",
        "team": "T",
        "channel": "C0GENERAL",
        "root": "1.0",
        "ts": "1.0",
        "user": "U0MIA",
        "question": "How much leave?",
        "outcome": outcome,
        "answer": "",
        "buckets": ["docs", "handbook", "manual"],
        "created_at": 1_000.0,
    }
    return Turn(**known | columns)


def pressed(of: Turn) -> list[Block]:
    """Its buttons, in a message that Slack takes."""
    (message,) = final(of).messages()
    assert check_blocks(message.blocks, "message").problems == []
    return [one for block in message.blocks if block["type"] == "actions" for one in block["elements"]]


def labels(of: Turn) -> list[str]:
    return [one["text"]["text"] for one in pressed(of)]


def test_a_refusal_says_where_i_looked() -> None:
    assert final(turn()).body == "I couldn't find an answer in `docs`, `handbook`, or `manual`."


@pytest.mark.parametrize(
    ("offers", "offered"),
    [
        (None, [WITHOUT]),  # of a release before
        ([], [WITHOUT]),
        ([BUCKETS], [WITHOUT, "Search other buckets"]),
        ([EXPERTS], [WITHOUT, "Ask an expert"]),
        ([BUCKETS, EXPERTS], [WITHOUT, "Search other buckets", "Ask an expert"]),
    ],
)
def test_what_helps_is_offered(offers: list[str] | None, offered: list[str]) -> None:
    assert labels(turn(options={OFFERS: offers} if offers is not None else None)) == offered


ASIDE = {"aside": {"why": "A guest reads along", "silent": True, "could_allow": False}}


@pytest.mark.parametrize(
    "more", [{"channel": "D0MIA"}, {"channel": ""}, {"options": {OFFERS: [EXPERTS], **ASIDE}}]
)
def test_where_no_expert_could_answer_none_is_offered(more: dict[str, Any]) -> None:
    assert labels(turn(**{"options": {OFFERS: [EXPERTS]}, **more})) == [WITHOUT]


def test_before_a_private_question_is_posted_the_asker_is_asked() -> None:
    for private in (0, 1):
        expert = pressed(turn(private=private, options={OFFERS: [EXPERTS]}))[-1]

        assert ("confirm" in expert) == bool(private)
        assert "everyone can read it" in str(expert.get("confirm", "everyone can read it"))


def test_experts_read_who_asks_what_and_only_they_are_mentioned() -> None:
    said = for_experts(
        turn(question="Is <!channel> on leave, <@U0BEN>?", options={MEANT: "now"}), "S0EXPERTS"
    )

    assert said.text.startswith("<!subteam^S0EXPERTS>, can you help <@U0MIA>?")
    assert "(now)" in said.text
    assert "<!channel>" not in said.text
    assert "<@U0BEN>" not in said.text
    assert "<@" not in for_experts(turn(user="B0ALERTS"), "S0EXPERTS").text


def test_an_unclear_question_is_asked_back_with_a_button_for_each_meaning() -> None:
    unclear = turn(
        "unclear", answer=asked_back(["Parental leave", "<!here> leave"]), note="I couldn't read a.doc."
    )
    (message,) = final(unclear).messages()

    assert labels(unclear) == ["Parental leave", "<!here> leave", "Other…"]
    assert final(unclear).body == WHICH
    assert "I couldn't read" in str(message.blocks)
    assert "Only <@U0MIA> can choose, once, until <!date^4600^{time}|" in str(message.blocks)
    assert len({one["action_id"] for one in pressed(unclear)}) == 3


def test_a_private_question_says_what_was_meant_by_it() -> None:
    private = turn("answered", private=1, answer="16 weeks.", options={MEANT: "Parental leave"})

    assert "You asked: How much leave? (Parental leave)" in str(final(private).above)
    assert "means" not in str(final(private).below)


def test_those_who_read_along_are_told_what_was_meant() -> None:
    public = turn("answered", answer="16 weeks.", options={MEANT: "Leave of <!here>"})

    assert "The question means: Leave of &lt;!here&gt;" in str(final(public).below)
