"""What an answer stands on: its sources, what stands in none, the passages in a window, and the buttons that lead to documents."""

import json
import re
from dataclasses import fields
from typing import Any

import pytest

from bot.render.ask import final
from bot.render.blocks import LINK
from bot.render.sources import OpenDocument, ShowPassages, opened, passages, source_buttons, sources
from bot.render.support import claims
from bot.services.sources import Address
from bot.store.turns import Turn
from sandbox.slack.blocks import check_blocks
from sandbox.slack.web_api.views import checked_view


def turn(**known: Any) -> Turn:
    blank: dict[str, Any] = dict.fromkeys(field.name for field in fields(Turn))
    return Turn(
        **blank
        | {"id": "turn:1", "ts": "1.0", "channel": "C", "outcome": "answered", "answer": "27 days."}
        | known
    )


def texts(made: list[dict[str, Any]]) -> list[str]:
    return [element["text"] for block in made if block["type"] == "context" for element in block["elements"]]


def stands_on(answered: Turn) -> list[dict[str, Any]]:
    """What is said of an answer's sources."""
    return sources(answered, claims(answered.answer or ""))


def heads(view: dict[str, Any]) -> list[str]:
    """The line above each passage."""
    return [block["text"]["text"] for block in view["blocks"] if "accessory" in block]


def passage(number: int, text: str, **more: Any) -> dict[str, Any]:
    known = {
        "bucket": "handbook",
        "document": "leave.md",
        "url": None,
        "place": None,
        "distance": 0.2,
        "cited": True,
    }
    return known | {"n": number, "text": text} | more


def shown(view: dict[str, Any]) -> str:
    """The passages themselves."""
    return "\n".join(
        block["text"]["text"]
        for block in view["blocks"]
        if block["type"] == "section" and "accessory" not in block
    )


def test_a_source_names_file_heading_and_bucket_and_quotes_what_supports_it() -> None:
    text = "# Leave\n\n## Annual leave\n\nWelcome. Everybody gets “27” days.\n\n## Codes\n\nDial *61* to forward."
    found = [passage(1, text), passage(2, text, url="https://x.example/<!here>", cited=True)]
    answer = "You get 27 days [1]. Dial `*61*` [2]."

    assert texts(final(turn(outcome="answered", answer=answer, passages=found)).below) == [
        "[1] *leave.md* › Annual leave · handbook — “Everybody gets ‘27’ days.”",
        "[2] <https://x.example/%3C!here%3E|leave.md> › Codes · handbook — “Dial `*61*` to forward.”",
    ]


def test_where_a_passage_has_no_heading_its_place_is_told() -> None:
    found = [passage(1, "27 days.", place="page 3")]

    assert texts(final(turn(outcome="answered", passages=found)).below) == [
        "[1] *leave.md* › page 3 · handbook — “27 days.”"
    ]


def test_names_of_documents_and_buckets_have_no_power() -> None:
    found = [passage(1, "27 days.", document="<!channel>\u202e.md", bucket="b\x00<@U1>", place="<#C1>")]

    (line,) = texts(final(turn(outcome="answered", passages=found)).below)
    assert not re.search("[\x00\u202e]|<[!@#]", line)


@pytest.mark.parametrize(
    "text",
    [
        "語" * 3_000,
        "<a>" * 1_000,
        "# H\n\n" + "word & more " * 250,
        pytest.param("- item\n" * 400, marks=pytest.mark.slow),
    ],
)
def test_all_passages_are_shown_on_as_many_pages_as_they_need(text: str) -> None:
    asked = turn(
        passages=[passage(number, f"{number} begins {text} {number} ends") for number in range(1, 31)]
    )
    pages, number = [], 1
    while True:
        view = passages(asked, number).view("x" * 200)
        pages.append(view)
        following = [b for block in view["blocks"] if block["type"] == "actions" for b in block["elements"]]
        if "show_passages#next" not in [one["action_id"] for one in following]:
            break
        number = ShowPassages.unpack(following[-1]["value"]).page

    everything = "\n".join(map(shown, pages))
    assert len(pages) > 1
    assert all(len(view["blocks"]) <= 100 and len(json.dumps(view)) < 250_000 for view in pages)
    assert all(f"{number} begins" in everything and f"{number} ends" in everything for number in range(1, 31))
    assert not re.search(r"&(?!amp;|lt;|gt;)", everything)
    assert passages(asked, 999).view() == passages(asked, len(pages)).view()


def test_a_passage_is_drawn_and_its_distance_is_told_in_words() -> None:
    found = [
        passage(1, "## Parental leave\n\n**12** weeks"),
        passage(2, "b", distance=0.3, cited=False),
        passage(3, "", distance=0.6),
    ]
    view = passages(turn(passages=found)).view()

    assert shown(view) == "*Parental leave*\n*12* weeks\nb\n(empty)"
    assert [line.rpartition("handbook\n")[2] for line in heads(view)] == [
        "closest match · cited",
        "close match · not cited",
        "loose match · cited",
    ]


def test_what_an_answer_says_that_stands_in_no_source_is_told_in_one_line() -> None:
    found = [passage(1, "Everybody gets 27 days."), passage(2, "Ask Anna, within 28 days.", cited=False)]
    answer = "You get 27 or 28 days, so 2.25 days a month, says Bob <!here> [1]."

    assert (
        texts(stands_on(turn(answer=answer, passages=found)))[-1]
        == "Not in the sources: 28 days, 2.25 days, Bob"
    )


def test_of_much_that_stands_in_no_source_five_are_told() -> None:
    answer = "It is 41, 42, 43, 44, 45, 46, or 47 [1]."

    (_, line) = texts(stands_on(turn(answer=answer, passages=[passage(1, "It is late.")])))
    assert line == "Not in the sources: 41, 42, 43, 44, 45, and 2 more"


def test_an_answer_without_documents_is_compared_with_nothing() -> None:
    assert stands_on(turn(answer="It is 41.", passages=[])) == []


def test_an_answer_without_citations_is_compared_with_all_passages() -> None:
    found = [passage(1, "It is 41.", cited=False)]

    assert texts(stands_on(turn(answer="It is 41 or 42.", passages=found)))[1:] == ["Not in the sources: 42"]


def labels(made: list[dict[str, Any]]) -> list[str]:
    return [one["text"]["text"] for one in made]


def test_one_document_has_one_button_however_often_it_is_cited() -> None:
    found = [passage(1, "a"), passage(2, "b"), passage(3, "c", document="travel.md", cited=False)]

    made = source_buttons(turn(passages=found))

    assert labels(made) == ["Show passages", "Open document"]
    assert OpenDocument.unpack(made[1]["value"]) == OpenDocument(turn="turn:1", passage=1)


def test_several_documents_are_told_apart_and_the_message_stays_short() -> None:
    found = [
        passage(1, "a", document="a/leave.md"),
        passage(2, "b", document="x" * 90),
        passage(3, "c", document="a/leave.md", bucket="b"),
    ]
    many = [passage(number, "a", document=f"{number}.md") for number in range(1, 9)]

    assert labels(source_buttons(turn(passages=found))) == [
        "Show passages",
        "Open leave.md (handbook)",
        f"Open {'x' * 39}…",
        "Open leave.md (b)",
    ]
    made = source_buttons(turn(passages=many))
    assert len(made) == 6
    assert check_blocks([{"type": "actions", "elements": made}], "message").problems == []


def test_a_document_without_a_name_has_nothing_to_open() -> None:
    assert labels(source_buttons(turn(passages=[passage(1, "a", document="a document without a name")]))) == [
        "Show passages"
    ]


STORED = "https://us-east-1.telnyxcloudstorage.com/handbook/leave.md"


@pytest.mark.parametrize(
    "url",
    [
        STORED,
        "https://handbook.us-east-1.telnyxcloudstorage.com/leave.md",
        "http://127.0.0.1:3000/documents/handbook/leave.md",
        None,
    ],
)
def test_what_lies_in_storage_is_no_link_because_no_one_gets_in_there_without_a_key(url: str | None) -> None:
    (line,) = texts(stands_on(turn(answer="a [1]", passages=[passage(1, "a", url=url)])))

    assert line.startswith("[1] *leave.md* · handbook")


def test_each_passage_in_the_window_has_the_way_to_its_document() -> None:
    view = passages(turn(passages=[passage(1, "a"), passage(7, "b", cited=False)])).view()

    pressed = [block["accessory"] for block in view["blocks"] if "accessory" in block]
    assert [OpenDocument.unpack(one["value"]).passage for one in pressed] == [1, 7]


def test_a_table_in_a_passage_is_drawn_in_columns() -> None:
    view = passages(turn(passages=[passage(1, "| Case | Days |\n|---|---|\n| Moving | 1 |")])).view()

    assert shown(view) == "```\nCase    Days\n──────  ────\nMoving  1\n```"


def test_the_window_of_a_document_has_a_button_that_asks_for_nothing_and_says_how_long_it_works() -> None:
    view = opened(passage(1, "a"), Address("https://x.example/a?token=1", 300)).view()

    checked_view(view, "modal")
    (button,) = [one for block in view["blocks"] if block["type"] == "actions" for one in block["elements"]]
    assert (button["action_id"], button["url"]) == (LINK, "https://x.example/a?token=1")
    assert "value" not in button
    assert "works for 5 minutes" in texts(view["blocks"])[0]


def test_an_address_that_slack_would_refuse_is_said_to_be_too_long() -> None:
    view = opened(passage(1, "a"), Address("https://x.example/" + "a" * 3_000, 300)).view()

    checked_view(view, "modal")
    assert "too long for Slack" in str(view)
