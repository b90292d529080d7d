from sandbox.telnyx.markdown import Kind, Unit, shown, units_of
from sandbox.telnyx.pieces import pieces_of

TABLE = """## Limits
| What | Limit |
| --- | --- |
| Books | 150 euros a year |
| Meals | 65 euros |
"""


def said(text: str) -> list[str]:
    return [unit.text for unit in units_of(text)]


def only(units: tuple[Unit, ...], kind: Kind) -> list[Unit]:
    return [unit for unit in units if unit.kind is kind]


def test_sentences_know_the_headings_above_them() -> None:
    units = units_of(
        "# Leave\n\nAsk early.\n\n## Special leave\n\nTwo days\nfor a wedding. One for moving.\n"
    )

    assert [(unit.text, unit.above) for unit in units] == [
        ("Ask early.", ("Leave",)),
        ("Two days for a wedding.", ("Leave", "Special leave")),
        ("One for moving.", ("Leave", "Special leave")),
    ]
    assert [unit.block for unit in units] == [1, 2, 2]


def test_a_row_is_said_with_the_heads_of_its_columns() -> None:
    units = units_of(TABLE)

    assert [unit.text for unit in units] == ["Books: limit 150 euros a year.", "Meals: limit 65 euros."]
    assert {unit.kind for unit in units} == {Kind.ROW}
    assert {unit.above for unit in units} == {("Limits",)}


def test_items_are_units_of_one_list_with_what_leads_to_it_and_the_item_they_lie_in() -> None:
    units = units_of(
        "The queue does this:\n\n1. Look at the label\n2. Land it\n   - Push it\n\nThat is all of it."
    )

    assert [unit.text for unit in units] == [
        "The queue does this:",
        "Look at the label",
        "Land it",
        "Push it",
        "That is all of it.",
    ]
    assert units[3].above == ("Land it",)
    assert units[1].lead == "The queue does this:"
    assert units[0].block == units[3].block != units[4].block
    assert units[4].kind is Kind.SENTENCE


def test_code_has_the_sentence_that_leads_to_it() -> None:
    units = units_of(
        "Turn it on so:\n\n```bash\n$ corepack enable\n\n$ corepack up\n```\n\nIt is off by default."
    )

    code = only(units, Kind.CODE)
    assert [(unit.text, unit.lead) for unit in code] == [
        ("$ corepack enable\n$ corepack up", "Turn it on so:")
    ]
    assert units[-1].text == "It is off by default."


def test_indented_code_is_code_too() -> None:
    units = units_of("Set the version of a folder:\n\n    $ pyenv local 2.7.6\n\nOr unset it again.")

    assert [unit.kind for unit in units] == [Kind.SENTENCE, Kind.CODE, Kind.SENTENCE]


def test_a_passage_that_begins_within_code_is_read_so() -> None:
    units = units_of("$ make all\n$ make test\n```\n\nThen wait.\n\n```bash\n$ make clean\n```\n")

    assert [(unit.kind, unit.text) for unit in units] == [
        (Kind.CODE, "$ make all\n$ make test"),
        (Kind.SENTENCE, "Then wait."),
        (Kind.CODE, "$ make clean"),
    ]


def test_a_bold_line_is_a_heading() -> None:
    units = units_of(
        "## Hooks\n\n**prepack**\n\n* Runs before a tarball is packed\n\n**postpack**\n\n* Runs after it\n"
    )

    assert [unit.above for unit in units] == [("Hooks", "prepack"), ("Hooks", "postpack")]


def test_front_matter_comments_contents_and_targets_of_links_are_no_units() -> None:
    text = (
        "---\ntitle: scope\ndescription: Scoped packages\n---\n<!-- TOC -->\n* [Use](#use)\n\n"
        "See [the rules][1] and [config](/config).\n\n[1]: https://x.test\n"
    )

    units = units_of(text)

    assert [unit.text for unit in units] == ["See the rules and config."]
    assert units[0].above == ("scope: Scoped packages",)


def test_the_point_of_an_abbreviation_ends_no_sentence() -> None:
    assert said("Give the token (e.g. what you got) or its id. It is gone. Dr. Imani Okafor knows.") == [
        "Give the token (e.g. what you got) or its id.",
        "It is gone.",
        "Dr. Imani Okafor knows.",
    ]


def test_an_address_stays_and_dress_goes() -> None:
    assert shown("Press <kbd>Ctrl</kbd>, see [here](https://x.test/a) and ![a chart](c.png) [`b`][]") == (
        "Press Ctrl, see [here](https://x.test/a) and `b`"
    )


def test_what_stands_below_one_heading_is_a_piece_of_a_paragraphs_size() -> None:
    long = "\n\n".join(
        f"Sentence number {number} of this section says something about the phone." for number in range(20)
    )

    pieces = pieces_of("set-up.md", f"# Set-up\n\n## First\n\nOne.\n\n## Second\n\n{long}")

    assert pieces[0].text == "set up. First: One."
    assert len(pieces) > 2
    assert all(len(piece.text) < 700 for piece in pieces)
    assert sum(len(piece.told) for piece in pieces) == 21
