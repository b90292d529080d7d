"""What is shown of fine-tuning jobs, in each state and to those who may do more or less."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.render.blocks import Message
from bot.render.finetune import May, Tune, Tunings, asking, canceling, listing, tuning
from bot.telnyx import FineTuningJob

BASE = "meta-llama/Meta-Llama-3.1-8B-Instruct"
BEGAN = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
ALL, NOTHING = May(change=True, use=True), May(change=False, use=False)


def job(status: str = "running", **more: Any) -> FineTuningJob:
    given = {"id": f"{BASE.lower()}-polite", "model": BASE, "training_file": "handbook", "created_at": BEGAN}
    return FineTuningJob.model_validate(given | {"status": status} | more)


def ended(status: str) -> FineTuningJob:
    return job(status, finished_at=BEGAN + timedelta(minutes=47), trained_tokens=547_200)


def labels(message: Message) -> list[str]:
    """What can be pressed."""
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [element["text"]["text"] for row in rows for element in row]


@pytest.mark.parametrize(
    ("status", "words", "buttons"),
    [
        ("queued", "`polite` is waiting.", ["Refresh", "Cancel…"]),
        ("running", "`polite` is running.", ["Refresh", "Cancel…"]),
        ("succeeded", f"Use the model by its name: `{BASE.lower()}-polite`", ["Use in this channel"]),
        ("failed", "then train it again", ["Train again…"]),
        ("cancelled", "`polite` was canceled. There's no model.", ["Train again…"]),
        ("paused *now*", "`polite` is paused now.", ["Refresh", "Cancel…"]),
    ],
)
def test_each_state_says_what_came_of_it_and_what_can_be_done(
    status: str, words: str, buttons: list[str]
) -> None:
    shown = tuning(job(status), ALL)

    assert words in shown.text
    assert labels(shown) == buttons
    assert "cancelled" not in str(shown)


@pytest.mark.parametrize("status", ["running", "succeeded", "failed"])
def test_who_may_change_nothing_is_offered_nothing(status: str) -> None:
    assert labels(tuning(job(status), NOTHING)) == (["Refresh"] if status == "running" else [])
    assert "overflow" not in str(listing([job(status)], NOTHING).items)
    assert "finetune create" not in listing([job(status)], NOTHING).hint


def test_without_a_channel_there_is_no_model_to_set() -> None:
    assert labels(tuning(job("succeeded"), May(change=True, use=False))) == []


def test_its_facts_are_told_with_how_long_it_took_and_what_is_billed() -> None:
    facts = str(tuning(ended("succeeded"), ALL).blocks[0]["fields"])

    assert ", after 47 min" in facts
    assert "547,200 trained tokens" in facts
    assert "`handbook`" in facts


def test_what_telnyx_leaves_out_is_left_out() -> None:
    bare = FineTuningJob(id="ft-1", model=BASE, status="failed")

    shown = tuning(bare, ALL)

    assert "what Telnyx doesn't name" in str(shown.blocks)
    assert labels(shown) == [], "no one knows what to train it on again"


def test_names_of_others_mention_no_one() -> None:
    shown = tuning(job(id=f"{BASE}-<!channel>", training_file="<@U1>`*x*"), ALL)

    said = f"{shown.text} {shown.blocks[0]}"
    assert "&lt;!channel&gt;" in said
    assert "<!channel>" not in said
    assert "<@U1>" not in said


def test_a_job_whose_name_is_longer_than_a_menu_carries_has_none() -> None:
    rows = listing([job(id="x" * 150)], ALL)

    assert labels(rows.page(Tunings())) == []
    assert rows.items[0][0]["accessory"]["action_id"] == "finetune show"


def test_the_question_names_all_of_it_and_invents_no_price() -> None:
    text = asking(Tune(model=BASE, bucket="handbook", epochs=1))

    assert f"`{BASE}` on `handbook` in 1 epoch?" in text
    assert "doesn't publish their price" in text
    assert not any(sign in text for sign in ("USD", "$", "€"))


def test_the_other_question_says_what_is_lost() -> None:
    assert "What it has learned so far is lost" in canceling(job())
