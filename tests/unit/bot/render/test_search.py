"""Passages that a search found: what a card shows, its buttons, and what of a passage has no power."""

import re
from typing import Any

import pytest

from bot.render.ask import AskAbout
from bot.render.blocks import MESSAGE_BYTES, Message, size
from bot.render.cards import CARDS
from bot.render.feedback import as_question
from bot.render.outcomes import NEXT, as_modal
from bot.render.search import Search, listing
from bot.render.sources import OpenFound
from bot.services.passages import Passage
from bot.services.retrieval import Found
from sandbox.slack.blocks import check_blocks
from sandbox.slack.web_api.views import checked_view

CARRY = (
    "## Annual leave\n\nYou get 27 days.\n\n## 2.1 Carrying over\n\nUp to **five** days may be carried over."
)


def passage(text: str = CARRY, distance: float = 0.2, **more: Any) -> Passage:
    return Passage(
        **{"bucket": "handbook", "document": "leave.md", "text": text, "distance": distance, **more}
    )


def shown(*passages: Passage, query: str = "days carried over", page: int = 1, **more: Any) -> Message:
    """A page of the list, which Slack takes in a message and in a window."""
    found = Found(passages, more.pop("buckets", ("handbook",)), **more)
    wanted = Search(query=query, page=page)
    message = listing(wanted, found).page(wanted)
    assert check_blocks(message.blocks, "message").problems == []
    checked_view(as_modal(message, "Search the docs").view(), "modal")
    return message


def said(message: Message) -> list[str]:
    return [block["text"]["text"] for block in message.blocks if block["type"] == "section"]


def buttons(message: Message) -> list[dict[str, Any]]:
    return [one for block in message.blocks if block["type"] == "actions" for one in block["elements"]]


def test_a_card_names_file_heading_bucket_and_closeness_and_shows_the_passage() -> None:
    head, text = said(shown(passage()))

    assert head == "*leave.md* › 2.1 Carrying over · handbook\nclosest match"
    assert text.splitlines()[-1] == "Up to *five* days may be carried over."


def test_closeness_is_told_beside_all_others_on_whichever_page() -> None:
    many = [passage(distance=0.1 + n / 100) for n in range(7)]

    assert said(shown(*many))[0].endswith("\nclosest match")
    assert [line for line in said(shown(*many, page=2)) if line.endswith("loose match")]


def test_its_buttons_open_the_document_and_ask_about_it() -> None:
    stored = "https://us-east-1.telnyxcloudstorage.com/handbook/2026/leave.md"

    opens, asks = buttons(shown(passage(url=stored)))

    assert (opens["text"]["text"], asks["text"]["text"]) == ("Open document", "Ask about this")
    assert OpenFound.unpack(opens["value"]) == OpenFound(bucket="handbook", document="2026/leave.md")
    asked = AskAbout(bucket="handbook", question="Carrying over: days carried over?")
    assert AskAbout.unpack(asks["value"]) == asked


def test_a_page_of_a_website_is_opened_there() -> None:
    page = "https://help.example.com/leave"

    opens, _ = buttons(shown(passage(url=page)))

    assert OpenFound.unpack(opens["value"]) == OpenFound(bucket="handbook", document="leave.md", url=page)


@pytest.mark.parametrize(
    "known",
    [
        {"document": "a document without a name"},
        {"url": f"https://x.example/{'a' * 3_000}"},
        {"document": "x" * 2_000},
    ],
)
def test_what_cannot_be_opened_by_a_button_can_be_asked_about(known: dict[str, Any]) -> None:
    (asks,) = buttons(shown(passage(**known)))

    assert asks["text"]["text"] == "Ask about this"


@pytest.mark.parametrize(
    ("query", "heading", "question"),
    [
        ("Wie viele Tage?", "Urlaub", "Wie viele Tage?"),
        ("carried  over", "2.1 Carrying days over.", "Carrying days over: carried over?"),
        ("annual leave", "Annual leave", "annual leave?"),
        ("annual leave", "", "annual leave?"),
        ("annual leave", "x" * 100, "annual leave?"),
        ("leave", "Who decides?", "Who decides?: leave?"),
    ],
)
def test_the_question_about_a_passage_is_one_in_any_language(query: str, heading: str, question: str) -> None:
    assert as_question(query, heading) == question


def test_the_words_of_others_have_no_power() -> None:
    bad = passage(
        "# <!channel> *a*\n\n<@U1> [x](https://evil.example) `code`", document="<!here>.md", bucket="b<@U2>"
    )
    message = shown(bad, query="<!everyone> `x`", buckets=("b<@U2>",), unsearched=("c<@U3>",))

    texts = [
        *said(message),
        message.text,
        *(e["text"] for b in message.blocks if b["type"] == "context" for e in b["elements"]),
    ]
    assert not re.search("<[!@#]|<http", "\n".join(texts))


@pytest.mark.parametrize(
    "text",
    [
        "語" * 30_000,
        pytest.param("- item & <more>\n" * 2_000, marks=pytest.mark.slow),
        f"```\n{'x = 1' * 9_000}",
        "",
    ],
)
def test_passages_of_any_length_stay_within_a_message(text: str) -> None:
    message = shown(*(passage(text, url=f"https://x.example/{'a' * 900}") for _ in range(50)))

    without_values = [{**b, "elements": []} if b["type"] == "actions" else b for b in message.blocks]
    assert size(without_values) <= MESSAGE_BYTES + 1_000  # what only programs read is in it
    assert sum("Open document" in str(b) for b in message.blocks) == CARDS


def test_the_next_page_is_the_same_search_whatever_was_asked() -> None:
    query, names = '"' * 100 + "語" * 300, tuple(f"{n:02}" + "b" * 61 for n in range(20))
    wanted = Search(query=query, bucket=names, top=50)

    made = listing(wanted, Found((passage(),) * 50, names)).page(wanted)

    (following,) = [one for one in buttons(made) if one["action_id"] == f"search#{NEXT}"]
    assert Search.unpack(following["value"]) == wanted.model_copy(update={"page": 2})


def test_nothing_found_is_a_sentence_that_says_where_was_looked() -> None:
    message = shown(query="`moon` <!here>", buckets=("a", "b"))

    assert message.text.startswith("I found no passage about")
    assert message.text.endswith(" in `a` and `b`. Try other words.")
    assert "<!here>" not in message.text


def test_what_was_not_searched_is_said_above_the_passages() -> None:
    assert "I couldn't search manual" in said(shown(passage(), unsearched=("manual",)))[0]


def test_of_many_buckets_a_few_are_named() -> None:
    message = shown(passage(), buckets=tuple("abcdefghijkl"))

    assert "Best first, from `a`, `b`, `c`, `d`, `e`, `f`, `g`, `h`, `i`, `j`, and 2 more" in str(
        message.blocks
    )
