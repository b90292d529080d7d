"""What readers press below an answer: thumbs, why, another model, a question that goes on; and what an operator exports of it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.evaluation.cases import read
from bot.render.intent import PICKED
from sandbox.slack.person import Person
from tests.journeys.conftest import People
from tests.journeys.forked import typed
from tests.journeys.house import BotProcess
from tests.journeys.screen import BOT, GENERAL, Shown, finished, words

pytestmark = pytest.mark.usefixtures("bot")

LEAVE = "How many days of paid annual leave do full-timers have?"
OTHER_MODEL = "acme/pocket-1b"
Export = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def export(bot: BotProcess) -> Export:
    """The lines of ``bot export feedback``, beside the running bot."""

    def go(*options: str) -> list[dict[str, Any]]:
        done = typed("export", "feedback", *options, environment=bot.environment)
        assert done.returncode == 0, done.stderr
        _, problems = read(done.stdout)
        assert problems in ([], ["There's no case in it."])  # `bot evaluate` takes it as it is
        return [json.loads(line) for line in done.stdout.splitlines()]

    return go


async def answered(mia: Person, question: str = LEAVE) -> Shown:
    """A finished answer in a thread of its own."""
    ts = await mia.say(GENERAL, f"@bot {question}")
    return await mia.wait_for(finished, channel=GENERAL, thread_ts=ts)


def turn_of(answer: Shown) -> str:
    return f"turn:T0ACME:{GENERAL}:{answer['thread_ts']}"


async def choose(person: Person, answer: Shown, verb: str) -> dict[str, Any]:
    """Choose something in the menu of an answer."""
    return await person.click(GENERAL, answer["ts"], "menu", f"{verb}{PICKED}{turn_of(answer)}")


async def window(person: Person, title: str, holds: str) -> dict[str, Any]:
    """A window, once that stands in it."""
    return await person.wait_in(
        person.views,
        lambda v: v["type"] == "modal" and v["title"]["text"] == title and holds in json.dumps(v["blocks"]),
    )


async def test_a_thumb_down_with_its_reason_becomes_a_candidate_case(person: People, export: Export) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    answer = await answered(mia)
    await ben.click(GENERAL, answer["ts"], "thumb_down")
    form = await window(ben, "What went wrong?", "Out of date")

    sent = await ben.submit(form["id"], {"reason": "Out of date", "comment": "Since March it's 28."})

    await window(ben, "What went wrong?", "I noted it")
    (case,) = [one for one in export("--value", "down") if one["question"].endswith(LEAVE)]
    assert sent["response_action"] == "update"
    assert case["id"] == f"{turn_of(answer)}/U0BEN"
    assert (case["kind"], case["history"], case["facts"]) == ("direct", [], [])
    assert case["documents"] == ["handbook/leave.md"]
    assert (case["reason"], case["comment"]) == ("Out of date", "Since March it's 28.")
    assert export("--value", "up") == []


async def test_a_thumb_down_is_kept_even_if_its_form_is_closed_and_a_thumb_up_replaces_it(
    person: People, export: Export
) -> None:
    ada = person("U0ADA")
    answer = await answered(ada)
    await ada.click(GENERAL, answer["ts"], "thumb_down")
    await window(ada, "What went wrong?", "Out of date")
    (down,) = [one for one in export() if one["id"].startswith(turn_of(answer))]

    await ada.click(GENERAL, answer["ts"], "thumb_up")

    said = await ada.wait_for(lambda m: m["kind"] == "ephemeral" and "Thanks!" in words(m), channel=GENERAL)
    (up,) = [one for one in export() if one["id"].startswith(turn_of(answer))]
    assert (down["value"], down["reason"]) == ("down", None)
    assert up["value"] == "up"
    assert not [m for m in await person("U0BEN").messages(GENERAL) if m["ts"] == said["ts"]]
    (now,) = [m for m in await ada.messages(GENERAL, answer["thread_ts"]) if m["ts"] == answer["ts"]]
    assert now["blocks"] == answer["blocks"]  # nothing was edited


async def test_why_is_told_to_the_asker_and_to_an_admin_and_to_no_one_else(person: People) -> None:
    mia, ben, ada = person("U0MIA"), person("U0BEN"), person("U0ADA")
    answer = await answered(mia)
    for one in (mia, ben, ada):
        await choose(one, answer, "why_this_answer")

    seen = await window(mia, "Why this answer?", "tokens read")
    told = await window(ben, "Why this answer?", "Only the person who asked")
    admin = await window(ada, "Why this answer?", "tokens read")

    text = json.dumps(seen["blocks"], ensure_ascii=False)
    assert all(part in text for part in (LEAVE, "leave.md", "cited", "distance", "search", turn_of(answer)))
    assert seen["blocks"] == admin["blocks"]
    assert "leave.md" not in json.dumps(told["blocks"])


async def test_another_model_answers_the_same_question_in_the_same_thread(person: People) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    answer = await answered(mia)
    await choose(ben, answer, "ask_again")
    form = await window(ben, "Ask again", OTHER_MODEL)

    await ben.submit(form["id"], {"model": OTHER_MODEL})

    second = await mia.wait_for(
        lambda m: finished(m) and m["ts"] > answer["ts"] and "27 days" in words(m),
        20,
        channel=GENERAL,
        thread_ts=answer["thread_ts"],
    )
    shown = [m for m in await mia.messages(GENERAL, answer["thread_ts"]) if m["user"] == BOT]
    assert [m["ts"] for m in shown][0::2] == [answer["ts"], second["ts"]]
    assert words(shown[1]) == f"<@U0BEN> asked again, with `{OTHER_MODEL}`: {LEAVE}"


async def test_a_question_that_goes_on_is_asked_in_the_thread_once_a_press(person: People) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    answer = await answered(mia)
    rows = [block["elements"] for block in answer["blocks"] if block["type"] == "actions"]
    (further,) = [one for one in rows[1] if one["text"]["text"] == "Parental leave?"]

    await ben.click(GENERAL, answer["ts"], further["action_id"])

    second = await mia.wait_for(
        lambda m: finished(m) and m["ts"] > answer["ts"] and "16 weeks" in words(m),
        20,
        channel=GENERAL,
        thread_ts=answer["thread_ts"],
    )
    shown = [m for m in await mia.messages(GENERAL, answer["thread_ts"]) if m["user"] == BOT]
    assert [words(m) for m in shown][1:-1] == ["<@U0BEN> asked: Parental leave?"]
    assert [m["ts"] for m in shown][0::2] == [answer["ts"], second["ts"]]


async def test_usage_is_ones_own_and_everyones_for_an_admin(person: People) -> None:
    mia, ada = person("U0MIA"), person("U0ADA")
    await answered(mia)
    await mia.command(GENERAL, "/telnyx", "usage")
    await ada.command(GENERAL, "/telnyx", "usage --by user --since 1d")

    own = await mia.wait_for(lambda m: "Your usage" in json.dumps(m), channel=GENERAL)
    every = await ada.wait_for(lambda m: "All together" in words(m), channel=GENERAL)

    assert "Tokens read" in json.dumps(own["blocks"])
    assert "USD" in json.dumps(own["blocks"])
    assert "<@U0MIA>" in words(every)
