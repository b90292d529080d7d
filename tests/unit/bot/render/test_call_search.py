"""Hits of a search over calls as rows: the evidence, what was said around it, and only the ways on that there are."""

from datetime import UTC, datetime, timedelta

from bot.render.blocks import SECTION_TEXT, Block
from bot.render.call_search import SearchCalls, listing
from bot.services.call_search import Hit
from bot.services.calls import Call, Line
from sandbox.slack.blocks import check_blocks

WHEN = datetime(2026, 11, 25, 12, tzinfo=UTC)
CALL = Call("3fa85f64-5717-4562-b3fc-2c963f66afa6", "Outage <!channel>", "phone_call", "•••1206", WHEN, WHEN)
LINES = tuple(Line("Caller", f"Line {at} & more", timedelta(seconds=at)) for at in range(9))
PLACED = Hit("…", 0.9, CALL, WHEN, LINES, 20, 4)


def shown(*hits: Hit, query: str = "outage") -> list[Block]:
    asked = SearchCalls(query=query)
    blocks = listing(asked, hits, len(hits)).page(asked).blocks
    assert check_blocks(blocks, "message").problems == []
    return blocks


def sections(blocks: list[Block]) -> list[str]:
    return [block["text"]["text"] for block in blocks if block["type"] == "section"]


def labels(blocks: list[Block]) -> list[str]:
    """Of buttons, and of what stands in menus."""
    elements = [e for b in blocks for e in (*b.get("elements", ()), b.get("accessory", {})) if "type" in e]
    entries = [entry for e in elements for entry in (e, *e.get("options", ()))]
    return [entry["text"]["text"] for entry in entries if isinstance(entry.get("text"), dict)]


def test_a_row_tells_the_call_the_time_and_the_lines_around() -> None:
    blocks = shown(PLACED)

    head, *said = sections(blocks)[0].splitlines()
    assert head.startswith("*Outage &lt;!channel&gt;* · <!date^1795608000^")
    assert head.endswith("· •••1206 · at 00:04")
    assert said == [f"> Caller: Line {at} &amp; more" for at in (3, 4, 5)]
    assert labels(blocks) == ["Show the place", "Summarize", "Transcript", "Insights"]


def test_without_a_time_there_is_no_way_to_the_place() -> None:
    blocks = shown(Hit("Agent: Hello.\nCustomer: Bye.", 0.5, CALL, WHEN))

    assert sections(blocks)[0].splitlines()[1:] == ["> Agent: Hello.", "> Customer: Bye."]
    assert labels(blocks) == ["Summarize", "Transcript", "Insights"]


def test_what_no_one_knows_the_call_of_has_no_ways_on() -> None:
    blocks = shown(Hit("Agent: <@U1> *Hello*.", 0.5, None, None))

    assert sections(blocks) == ["*Recorded call without an AI assistant*\n> Agent: &lt;@U1&gt; *Hello*."]
    assert labels(blocks) == []


def test_a_call_without_a_name_is_told_by_its_id_and_long_lines_are_cut() -> None:
    nameless = Call(CALL.id, "", "web_call", "", None, None)
    long = tuple(Line("Caller", "word " * 2_000, None) for _ in range(3))

    (text,) = sections(shown(Hit("…", 0.5, nameless, None, long, 0, 1)))

    assert text.startswith("*Call* `3fa85f64`\n")
    assert len(text) < SECTION_TEXT
    assert "…" in text


def test_nothing_found_says_which_calls_can_be_found() -> None:
    asked = SearchCalls(query="the `moon`")

    text = listing(asked, (), 0).page(asked).text

    assert text.startswith("I found nothing about ")
    assert "30 days" in text
    assert "*conversation persistence*" in text
