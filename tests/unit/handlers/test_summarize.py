"""What is to be summarized is told by the form of the words, before anything is asked."""

from typing import Any

import pytest

from bot.errors import UsageError
from bot.render.calls import Summarize
from bot.services.access import NOTHING, Asker, Place
from bot.workflows.asked import Asked
from handlers import line
from handlers.summarize import NO_MESSAGE, NO_MODEL, NO_PROMPT, NOT_POSTED, of_thread, summarize
from handlers.typed import lex
from handlers.verb import Request
from tests.unit.handlers.scene import Scene

HERE, MIA = Place("T0ACME", "C0GENERAL", ""), Asker("U0MIA", "T0ACME")
LINK = "https://acme-telecom.slack.com/archives/C0SUPPORT/p1700000000000100"
REPLY = f"{LINK}?thread_ts=1699999999.000100&cid=C0SUPPORT"


async def asked(typed: str) -> Asked:
    words = f"summarize {typed}"
    intent = line.read(Summarize, words, lex(words)[1:])
    services: Any = None  # nothing is asked
    return await summarize(Request(intent, HERE, MIA, NOTHING, services, "cmd:1"))


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        ("3fa85f64-5717-4562-b3fc-2c963f66afa6", "summary", "3fa85f64-5717-4562-b3fc-2c963f66afa6"),
        ("3fa85f64", "summary", "3fa85f64"),
        ('"Support / billing"', "summary", "Support / billing"),
        ("handbook/leave.md", "file_summary", "handbook/leave.md"),
        ('"handbook/annual leave.md"', "file_summary", "handbook/annual leave.md"),
        ("handbook/a/b.pdf", "file_summary", "handbook/a/b.pdf"),
        (LINK, "thread_summary", LINK),
        (f"<{LINK}>", "thread_summary", LINK),
        (f"<{REPLY.replace('&', '&amp;')}|a message>", "thread_summary", REPLY),
    ],
)
async def test_it_is_a_call_a_file_or_a_thread_by_its_form(typed: str, kind: str, text: str) -> None:
    got = await asked(typed)

    assert (got.kind, got.text) == (kind, text)
    assert (got.private, got.place, got.options) == (True, HERE, {})


async def test_options_go_along() -> None:
    got = await asked(f'{LINK} --prompt "Only dates" --model m/large')

    assert got.options == {"prompt": "Only dates", "model": "m/large"}


@pytest.mark.parametrize("said", ["thread", '"in the thread"', "Thread"])
async def test_in_the_thread_it_is_a_turn_of_that_thread(said: str) -> None:
    got = await asked(f"{REPLY} --post {said}")

    assert got.place == Place("T0ACME", "C0SUPPORT", "1699999999.000100")
    assert not got.private
    assert float(got.ts) > 1_700_000_000


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("https://acme-telecom.slack.com/archives/C0SUPPORT", NO_MESSAGE),
        ("https://help.example.com/leave", NO_MESSAGE),
        ("3fa85f64 --prompt dates", NO_PROMPT),
        ("handbook/leave.md --model m/large", NO_MODEL),
        ("handbook/leave.md --post thread", NOT_POSTED),
        ("3fa85f64 --post thread", NOT_POSTED),
    ],
)
async def test_what_does_not_fit_is_said(typed: str, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        await asked(typed)

    assert caught.value.text == why


def test_the_form_of_a_message_holds_the_link_to_it() -> None:
    message = {"ts": "1700000000.000100", "channel": "C0SUPPORT", "domain": "acme-telecom"}

    assert of_thread(message) == {"what": LINK, "post": "only me"}
    assert of_thread(message | {"thread_ts": "1699999999.000100"})["what"] == REPLY
    assert of_thread(message | {"is_ephemeral": True})["what"] == ""


async def test_the_shortcut_of_a_message_opens_the_form_with_its_link_and_where_to_post() -> None:
    scene = Scene()
    chosen = {
        "callback_id": "summarize_thread",
        "user": {"id": "U", "team_id": "T"},
        "team": {"id": "T", "domain": "acme-telecom"},
        "channel": {"id": "C0SUPPORT", "name": "privategroup"},
        "message": {"ts": "1700000000.000100", "text": "Hi"},
        "trigger_id": "1.5",
        "action_ts": "6.6",
    }

    await scene.inbound.on_shortcut(scene.ack, chosen)

    what, prompt, post = scene.only("shown").what.blocks
    assert what["element"]["initial_value"] == LINK
    assert (prompt["optional"], prompt["element"]["multiline"]) == (True, True)
    assert [one["value"] for one in post["element"]["options"]] == ["only me", "in the thread"]
    assert post["element"]["initial_option"]["value"] == "only me"


async def test_the_form_begins_a_turn_for_a_direct_message_or_in_the_thread() -> None:
    alone, together = Scene(), Scene()

    await alone.send("summarize", {"what": REPLY, "prompt": "Only dates"})
    await together.send("summarize", {"what": REPLY, "post": "in the thread"})

    private, public = alone.only("started").what, together.only("started").what
    assert (private.private, private.place.channel, private.options) == (True, "", {"prompt": "Only dates"})
    assert (public.private, public.place.channel, public.place.thread) == (
        False,
        "C0SUPPORT",
        "1699999999.000100",
    )


async def test_what_is_wrong_stands_at_the_field() -> None:
    scene = Scene()

    await scene.send("summarize", {"what": "https://help.example.com"})

    assert "no message of Slack" in scene.only("ack").what["errors"]["what"]
