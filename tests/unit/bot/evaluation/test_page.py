"""The report as a page, and on a terminal."""

from dataclasses import replace
from html.parser import HTMLParser

from bot.evaluation.charts import Bar, shares, spread
from bot.evaluation.comparing import judged
from bot.evaluation.metrics import Figure
from bot.evaluation.page import page
from bot.evaluation.report import Base
from bot.evaluation.table import by_kind, failures, headline, overall, settings
from tests.unit.bot.evaluation.conftest import MADE, case, result, told

EVIL = '<script>alert(1)</script><img src=x onerror="alert(2)">\u202e'
VOID = {"meta", "input", "br", "line", "rect"}


class Reader(HTMLParser):
    """What a browser would build: the elements, their attributes, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(text: str) -> Reader:
    return Reader(text)


def test_nothing_of_a_case_becomes_markup() -> None:
    asked = case(f"handbook/{EVIL}", facts=(EVIL,), id=EVIL, question=EVIL, history=(EVIL,))
    evil = told(result(asked, f"{EVIL} [1]", (f"handbook/{EVIL}",), (1,)), result(asked, failed=EVIL))

    reader = read(page(evil, judged(evil, None, {}), [EVIL]))

    assert {"script", "img"}.isdisjoint(reader.tags)
    assert not [name for name in reader.names if name.startswith("on") or name in ("src", "href")]
    assert "".join(reader.texts).count("<script>alert(1)</script>") >= 8
    assert "\u202e" not in "".join(reader.texts)
    assert reader.open == []


def test_the_page_loads_nothing_and_shows_each_case_with_what_came_of_it() -> None:
    right = result(
        case("handbook/leave.md", facts=("27 days",)),
        "It's 27 days [1].",
        ("handbook/leave.md",),
        (1,),
        seconds=1.5,
    )
    refused = result(case("handbook/leave.md", facts=("31 March",), question="Until when?"), refused=True)
    run = told(right, refused)

    text = page(run, judged(run, None, {"cited": 0.9}), ["A note."])

    reader = read(text)
    seen = "".join(reader.texts)
    assert "http" not in text.replace("http-equiv", "")
    assert reader.tags.count("svg") >= 4
    assert text.count('class="case') == 2
    assert text.count('class="case fine"') == 1
    for said in (
        "It's 27 days [1].",
        "Until when?",
        "refused, but answerable",
        "(not said)",
        "at least 0.90: not kept, by 0.4",
        "A note.",
        "m/one",
    ):
        assert said in seen


def test_a_bar_stands_where_its_figure_is() -> None:
    bar = Bar("cited", Figure(0.5, 0.25, 0.75, 8), Figure(0.6, 0.5, 1.0, 8), bad=True)

    drawn = shares([bar], "Figures")

    assert '<rect class="bar bad" x="230" y="29" width="210" height="12"/>' in drawn
    assert '<line class="whisker" x1="335" x2="545"' in drawn
    assert '<rect class="band" x="440" y="24" width="210"' in drawn


def test_times_are_counted_by_their_length() -> None:
    assert spread([], "Times") == ""
    drawn = spread([0.0, 0.0, 2.4], "Times")
    assert drawn.count('class="bar"') == 2
    assert "2.40 s" in drawn
    assert spread([0.0], "Times").count('class="bar"') == 1


def test_the_tables_say_what_a_person_has_to_know() -> None:
    run = told(
        result(case("handbook/leave.md"), "So [1].", ("handbook/leave.md",), (1,)),
        result(case(), failed="No answer came."),
    )
    table = overall(
        judged(run, Base({}, {"cited": Figure(0.5, 0.4, 0.6, 9)}), {"found_1": 1.0, "wrong_refusals": 0.1})
    )

    line = {row.partition("  ")[0]: row for row in table.splitlines()}
    assert "was 0.50 (0.40 to 0.60): better" in line["right document cited"]
    assert "at least 1.00: kept" in line["right document found first"]
    assert "at most 0.10: kept" in line["refused, but answerable"]
    assert "!!" not in table
    assert [row.split()[:3] for row in by_kind(run).splitlines()[2:]] == [
        ["direct", "1", "1.00"],
        ["unanswerable", "1", "-"],
    ]
    assert "1 of 2:\n  c1: No answer came." in failures(run)
    assert failures(told()) == ""
    chosen = {"top": 8, "buckets": [], "steps": ["pool", "words"], "limits": {"hr": 0.2}}
    assert (
        settings(replace(MADE, settings=chosen))
        == "ANSWERS_TOP=8, ANSWERS_STEPS=pool,words, ANSWERS_LIMITS=hr:0.2"
    )
    assert headline(MADE) == "1 cases of small, answered by m/one at api.example. 4 at a time, in 1 s."
