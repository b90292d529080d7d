import json
import re
from dataclasses import fields
from typing import Any

import pytest

from bot.render.ask import ShowPassages, final, passages
from bot.render.markdown import moment
from bot.store.turns import Turn

LATE = "Sorry for the delay: I was offline when you asked on <!date^1700000000^{date} at {time}|2023-11-14 22:13 UTC>."


def turn(**known: Any) -> Turn:
    blank: dict[str, Any] = dict.fromkeys(field.name for field in fields(Turn))
    return Turn(
        **blank | {"id": "turn:1", "ts": "1700000000.000100", "channel": "C", "answer": "27 days."} | known
    )


def texts(made: list[dict[str, Any]]) -> list[str]:
    return [element["text"] for block in made if block["type"] == "context" for element in block["elements"]]


def test_a_time_is_a_token_that_slack_turns_into_the_readers_own_time() -> None:
    assert moment(1700000000.9, "{date}") == "<!date^1700000000^{date}|2023-11-14 22:13 UTC>"


@pytest.mark.parametrize("outcome", ["answered", "refused", "told", "failed"])
def test_whatever_became_of_a_late_question_says_that_it_is_late(outcome: str) -> None:
    assert LATE in texts(final(turn(outcome=outcome, options={"late": True}, note="Something.")).below)


def test_other_notes_stand_beside_it() -> None:
    below = final(turn(outcome="answered", options={"late": True}, note="From <memory>.")).below

    assert texts(below) == [LATE, "From &lt;memory&gt;."]


@pytest.mark.parametrize("options", [None, {}, {"buckets": ["hr"]}])
def test_an_answer_in_time_says_nothing_of_it(options: dict[str, Any] | None) -> None:
    assert texts(final(turn(outcome="answered", options=options)).below) == []


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
    return "\n".join(block["text"]["text"] for block in view["blocks"] if block["type"] == "section")


def test_what_was_asked_stands_above_a_private_answer_as_it_was_typed() -> None:
    typed = "what is 2*3*4, __init__, <!channel>, *61#, and `x`?\n> y"
    private = turn(question=typed, private=1, outcome="answered")

    text = final(private).above[0]["elements"][0]

    assert (text["type"], text["text"]) == ("plain_text", f"You asked: {' '.join(typed.split())}")


def test_a_source_names_file_heading_and_bucket_and_quotes_what_supports_it() -> None:
    text = "# Leave\n\n## Annual leave\n\nWelcome. Everybody gets “27” days.\n\n## Codes\n\nDial *61* to forward."
    found = [passage(1, text), passage(2, text, url="https://x.example/<!here>", cited=True)]
    answer = "You get 27 days [1]. Dial `*61*` [2]."

    assert texts(final(turn(outcome="answered", answer=answer, passages=found)).below) == [
        "[1] *leave.md* › Annual leave · handbook — “Everybody gets ‘27’ days.”",
        "[2] <https://x.example/%3C!here%3E|leave.md> › Codes · handbook — “Dial `*61*` to forward.”",
    ]


def test_where_a_passage_has_no_heading_its_place_is_told() -> None:
    found = [passage(1, "Just words.", place="page 3")]

    assert texts(final(turn(outcome="answered", passages=found)).below) == [
        "[1] *leave.md* › page 3 · handbook — “Just words.”"
    ]


def test_names_of_documents_and_buckets_have_no_power() -> None:
    found = [passage(1, "a", document="<!channel>\u202e.md", bucket="b\x00<@U1>", place="<#C1>")]

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
        passage(2, "b", distance=0.4, cited=False),
        passage(3, "", distance=0.6),
    ]
    view = passages(turn(passages=found)).view()

    assert shown(view) == "*Parental leave*\n\n*12* weeks\nb\n(empty)"
    assert [line.rpartition("handbook · ")[2] for line in texts(view["blocks"])] == [
        "close match · cited",
        "fair match · not cited",
        "loose match · cited",
    ]


def labels(blocks: list[dict[str, Any]]) -> list[str]:
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    return [one["text"]["text"] for row in rows for one in row if one["type"] == "button"]


@pytest.mark.parametrize(
    ("outcome", "channel", "offered"),
    [
        ("answered", "C", ["👍", "👎", "Show passages", "Share in channel"]),
        ("answered", "D1", ["👍", "👎", "Show passages"]),
        ("refused", "C", []),
        ("stopped", "C", []),
        ("failed", "C", []),
    ],
)
def test_an_answer_that_could_not_stand_in_its_channel_can_be_shared_there(
    outcome: str, channel: str, offered: list[str]
) -> None:
    known = turn(outcome=outcome, channel=channel, passages=[passage(1, "27 days.")])

    made = final(known)

    assert labels(made.elsewhere) == offered
    assert "Share in channel" not in labels(made.below)
