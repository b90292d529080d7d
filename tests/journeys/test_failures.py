"""Whatever goes wrong at Telnyx or at Slack ends as one sentence, or one whole answer, in the right place."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House, until
from tests.journeys.replies import LEAVE, LONG, answered_once, error_id, no_status, only_reply, replies
from tests.journeys.screen import BOT, GENERAL, RANDOM, finished, from_bot, words
from tests.journeys.telnyx_side import telnyx

ALWAYS = {"count": 0}
CHAT_PATHS = "/ai/*chat/completions"
SEARCH_PATH = "/ai/embeddings/similarity-search"

# What Telnyx does, and the words that matter in the sentence about it.
TELNYX_TROUBLE: dict[str, tuple[dict[str, Any], str]] = {
    "401": ({"kind": "status", "status": 401}, "API key"),
    "403": ({"kind": "status", "status": 403}, "isn't allowed to do this"),
    "spending limit": ({"kind": "spending_limit"}, "spending limit"),
    "429 for longer than the bot waits": ({"kind": "status", "status": 429, "retry_after": 90}, "90 seconds"),
    "500": ({"kind": "status", "status": 500}, "problem on its side"),
    "a silent model": ({"kind": "slow", "seconds": 60.0}, "took too long"),
    "a stream cut in the middle": ({"kind": "cut", "after_chunks": 5}, "broke off"),
    "an error chunk": ({"kind": "error_chunk", "after_chunks": 5}, "broke off"),
    "bad JSON": ({"kind": "bad_json", "after_chunks": 5}, "broke off"),
    "a dropped connection": ({"kind": "drop"}, "I can't reach Telnyx"),
}
TROUBLE = pytest.mark.parametrize(("fault", "sentence"), TELNYX_TROUBLE.values(), ids=TELNYX_TROUBLE.keys())


@pytest.fixture(scope="module")
def bot(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    """Soon tired of a silent model. No turn may end in an error that nobody caught, whichever of these tests it gets."""
    running = BotProcess(house, tmp_path_factory.mktemp("bot"), TELNYX_FIRST_BYTE_SECONDS="5").start()
    yield running
    running.stop()
    assert not running.logged("Traceback")
    assert not running.logged("never retrieved")


# ------------------------------------------------------------------------------------------------ Telnyx
@TROUBLE
async def test_telnyx_trouble_ends_a_mention_with_one_sentence_in_its_thread(
    person: People, house: House, bot: BotProcess, fault: dict[str, Any], sentence: str
) -> None:
    mia = person("U0MIA")
    house.telnyx_fault(path=CHAT_PATHS, **ALWAYS, **fault)
    root = await mia.say(GENERAL, f"@bot {LEAVE}")

    told = await only_reply(mia, GENERAL, root)

    assert sentence in words(told)
    assert bot.logged(error_id(words(told)))


@pytest.mark.parametrize("name", ["401", "spending limit", "a stream cut in the middle"])
async def test_telnyx_trouble_ends_a_command_with_a_private_sentence(
    person: People, house: House, bot: BotProcess, name: str
) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    fault, sentence = TELNYX_TROUBLE[name]
    before = {m["ts"] for m in await mia.messages(GENERAL)}
    house.telnyx_fault(path=CHAT_PATHS, **ALWAYS, **fault)
    await mia.command(GENERAL, "/ask", LEAVE)

    told = await mia.wait_for(lambda m: m["ts"] not in before and sentence in words(m), LONG, channel=GENERAL)

    assert told["kind"] == "ephemeral"
    assert bot.logged(error_id(words(told)))
    assert not [m for m in await ben.messages(GENERAL) if m["ts"] == told["ts"]]


async def test_every_search_failing_is_said(person: People, house: House, bot: BotProcess) -> None:
    mia = person("U0MIA")
    house.telnyx_fault(path=SEARCH_PATH, kind="status", status=500, **ALWAYS)
    root = await mia.say(GENERAL, f"@bot {LEAVE}")

    told = await only_reply(mia, GENERAL, root)

    assert "problem on its side" in words(told)
    assert bot.logged(error_id(words(told)))


async def test_one_bucket_failing_leaves_an_answer_and_a_note(
    person: People, house: House, bot: BotProcess
) -> None:
    mia = person("U0MIA")
    told = None
    # Which bucket is asked first is not fixed, so questions go on until the one that fails is not the one with the answer.
    for _ in range(10):
        house.telnyx_fault(path=SEARCH_PATH, kind="status", status=404, count=1)
        root = await mia.say(GENERAL, f"@bot {LEAVE} --bucket manual --bucket handbook")
        told = await only_reply(mia, GENERAL, root)
        house.calm()
        if "27 days" in words(told):
            break

    assert told is not None
    assert "27 days" in words(told)
    assert "I couldn't search" in words(told)
    assert bot.logged("turn_ended")


# ------------------------------------------------------------------------------------------------- Slack
@pytest.mark.usefixtures("bot")
async def test_a_stream_refused_for_this_message_only_becomes_an_edited_post(
    person: People, house: House
) -> None:
    mia = person("U0MIA")
    house.slack_fault(method="chat.startStream", kind="error", error="channel_type_not_supported")

    answer = await answered_once(mia)

    assert answer["kind"] == "post"
    assert (await answered_once(mia))["kind"] == "stream"


METHODS = ("chat.startStream", "chat.appendStream", "chat.stopStream")
LOST = pytest.mark.parametrize(
    "kind", [pytest.param("500", marks=pytest.mark.matrix), "drop", "reset_after_apply"]
)


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("method", METHODS)
async def test_slack_asking_to_slow_down_a_stream_costs_no_word(
    person: People, house: House, method: str
) -> None:
    house.slack_fault(method=method, kind="429", retry_after=1)

    await answered_once(person("U0MIA"))


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_slack_asking_to_slow_down_a_post_costs_no_word(
    person: People, house: House, method: str
) -> None:
    house.slack_fault(method="chat.startStream", kind="error", error="channel_type_not_supported")
    house.slack_fault(method=method, kind="429", retry_after=1)

    await answered_once(person("U0MIA"))


@pytest.mark.usefixtures("bot")
@LOST
@pytest.mark.parametrize("method", METHODS)
async def test_a_lost_answer_of_slack_to_a_stream_leaves_one_whole_message(
    person: People, house: House, method: str, kind: str
) -> None:
    house.slack_fault(method=method, kind=kind)

    await answered_once(person("U0MIA"), GENERAL)


@pytest.mark.usefixtures("bot")
@LOST
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_a_lost_answer_of_slack_to_a_post_leaves_one_whole_message(
    person: People, house: House, method: str, kind: str
) -> None:
    house.slack_fault(method="chat.startStream", kind="error", error="channel_type_not_supported")
    house.slack_fault(method=method, kind=kind)

    answer = await answered_once(person("U0MIA"), GENERAL)

    assert answer["kind"] == "post"


@pytest.mark.usefixtures("bot")
async def test_blocks_that_slack_refuses_do_not_take_the_answer_with_them(
    person: People, house: House
) -> None:
    mia = person("U0MIA")
    for method in ("chat.stopStream", "chat.update"):
        house.slack_fault(method=method, kind="error", error="invalid_blocks")
    root = await mia.say(GENERAL, f"@bot {LEAVE}")

    answer = await mia.wait_for(
        lambda m: from_bot(m) and "27 days" in words(m), LONG, channel=GENERAL, thread_ts=root
    )

    assert len(await replies(mia, GENERAL, root)) == 1
    assert not answer["streaming"]


@pytest.mark.usefixtures("bot")
async def test_a_channel_that_takes_no_reply_sends_the_answer_to_the_asker(
    person: People, house: House
) -> None:
    mia = person("U0MIA")
    for method in ("chat.startStream", "chat.postMessage"):
        house.slack_fault(method=method, channel=GENERAL, kind="error", error="not_in_channel", count=99)
    root = await mia.say(GENERAL, f"@bot {LEAVE}")

    told = await mia.wait_for(
        lambda m: from_bot(m) and m["channel"].startswith("D") and m["ts"] > root and "27 days" in words(m),
        LONG,
    )

    assert told["channel"] not in (GENERAL, RANDOM)
    assert await replies(mia, GENERAL, root) == []
    await no_status(mia, root)


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    "fault", [{"kind": "error", "error": "expired_url"}, {"kind": "drop"}], ids=["expired", "dead"]
)
async def test_a_command_whose_way_back_is_closed_is_answered_in_a_direct_message(
    person: People, house: House, fault: dict[str, Any]
) -> None:
    mia = person("U0MIA")
    seen = {m["ts"] for m in await mia.messages()}
    house.slack_fault(method="response_url", count=100, **fault)
    await mia.command(GENERAL, "/ask", LEAVE)

    told = await mia.wait_for(lambda m: m["ts"] not in seen and finished(m) and "27 days" in words(m), LONG)

    assert told["channel"].startswith("D")
    assert told["kind"] == "post"


@pytest.mark.usefixtures("bot")
async def test_a_thread_that_cannot_be_read_is_answered_and_that_is_said(
    person: People, house: House
) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    root = await ben.say(GENERAL, "Does anybody know about holidays?")
    house.slack_fault(method="conversations.replies", kind="error", error="missing_scope", count=5)
    await mia.say(GENERAL, f"@bot {LEAVE}", thread_ts=root)

    answer = await only_reply(mia, GENERAL, root)

    assert "27 days" in words(answer)
    assert "couldn't read the rest of this thread" in words(answer)


# ------------------------------------------------------------------------------------------- dangerous text
POISON = (
    "The zanzibar protocol says <!channel> and <@U0MIA> and @here must sign in at "
    "[bank](https://evil.example/x) or https://evil.example/?d=1 before the zanzibar meeting."
)
CONTROL = re.compile(r"<!(channel|here|everyone)|<@U0MIA>|(?<!\u200b)@(here|channel|everyone)\b")
LINKED = re.compile(r"\]\(https?://evil|<https?://evil")
BARE = re.compile(r"(?<!`)https?://evil\.example/(?!(?:x|\?d=1)(?:[ )]|$))")
"""Another address than those that stand in the document, letter by letter: these are links, and show where they lead."""


def texts(node: Any) -> list[tuple[str, bool]]:
    """Each text in blocks, and whether Slack makes links of the bare addresses in it."""
    if isinstance(node, list):
        return [found for item in node for found in texts(item)]
    if not isinstance(node, dict):
        return []
    own = node.get("text")
    linking = node.get("type") == "markdown" or (node.get("type") == "mrkdwn" and not node.get("verbatim"))
    return ([(own, linking)] if isinstance(own, str) else []) + texts(list(node.values()))


def live(message: dict[str, Any]) -> list[str]:
    """What in a message would ping somebody or lead to a foreign address.

    A bare address in `text` is none: the bot sends ``parse=none``, with which Slack links nothing.
    """
    parts = [(message.get("markdown") or "", True), (message.get("text") or "", False)]
    parts += texts(message.get("blocks") or [])
    return [
        text
        for text, linking in parts
        if CONTROL.search(text) or LINKED.search(text) or (linking and BARE.search(text))
    ]


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("streaming", [True, False], ids=["as a stream", "as a post"])
async def test_what_a_document_smuggles_into_an_answer_pings_nobody_and_links_nowhere(
    person: People, house: House, streaming: bool
) -> None:
    mia = person("U0MIA")
    house.ask("telnyx", "documents", {"bucket": "manual", "filename": "zanzibar.md", "text": POISON})
    house.ask("telnyx", "tasks", {"bucket": "manual", "status": "success"})
    search = {"bucket_name": "manual", "query": "zanzibar protocol"}
    until(lambda: "zanzibar" in str(telnyx(house, SEARCH_PATH, "POST", search)), "the document is embedded")
    if not streaming:
        house.slack_fault(method="chat.startStream", kind="error", error="channel_type_not_supported")
    root = await mia.say(GENERAL, "@bot What does the zanzibar protocol say before the zanzibar meeting?")
    seen: list[list[str]] = []

    def done(message: dict[str, Any]) -> bool:
        if message["user"] == BOT:
            seen.append(live(message))
        return finished(message)

    answer = await mia.wait_for(done, LONG, channel=GENERAL, thread_ts=root)

    assert "must sign in at" in words(answer)
    assert "evil.example" in words(answer), "the address is shown, as text"
    assert [found for found in seen if found] == []


async def test_no_turn_of_all_these_ended_in_an_error_nobody_caught(bot: BotProcess, person: People) -> None:
    await answered_once(person("U0MIA"))  # the others may have had another bot, see there
    until(lambda: bot.logged("turn_ended"), "an ended turn")

    assert not bot.logged("Traceback")
    assert not bot.logged("never retrieved")


@pytest.mark.usefixtures("bot")
async def test_try_again_under_a_failure_answers_the_same_question(person: People, house: House) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    house.telnyx_fault(operation="chat.completions", kind="status", status=500, count=1)
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    failed = await mia.wait_for(lambda m: "problem on its side" in words(m), channel=GENERAL, thread_ts=root)
    await ben.click(GENERAL, failed["ts"], "try_again")
    for _ in range(3):
        await mia.click(GENERAL, failed["ts"], "try_again")

    answer = await mia.wait_for(
        lambda m: finished(m) and "27 days" in words(m), channel=GENERAL, thread_ts=root
    )

    assert answer["ts"] != failed["ts"]
    assert len([m for m in await mia.messages(GENERAL, root) if from_bot(m) and "27 days" in words(m)]) == 1


@pytest.mark.usefixtures("bot")
async def test_try_again_under_a_private_failure_answers_privately(person: People, house: House) -> None:
    ben = person("U0BEN")
    house.telnyx_fault(operation="chat.completions", kind="status", status=500, count=1)
    await ben.command(GENERAL, "/ask", LEAVE)
    failed = await ben.wait_for(
        lambda m: m["kind"] == "ephemeral" and "problem on its side" in words(m), channel=GENERAL
    )
    await ben.click(GENERAL, failed["ts"], "try_again")

    answer = await ben.wait_for(lambda m: m["kind"] == "ephemeral" and "27 days" in words(m), channel=GENERAL)

    assert answer["only_for"] == "U0BEN"
