"""What the stand-in model says of passages where there are vectors. Slow ones embed texts that aren't shipped."""

import re
from pathlib import Path

import pytest

from sandbox.seeding import SEED
from sandbox.telnyx.asking import clauses_of, leans, whole_question
from sandbox.telnyx.nearest import Reader, terms_of
from sandbox.telnyx.passages import Turn
from sandbox.telnyx.standin_model import reply
from sandbox.telnyx.vectors import Vectors
from tests.unit.sandbox.telnyx.conftest import Running

RULES = "Answer only from the passages. If they do not hold the answer, reply with exactly NO_ANSWER."
MARKED = f"Begin with one line: answerable: yes, answerable: partly, or answerable: no.\n{RULES}"
FILES = (
    "handbook/leave.md",
    "handbook/expenses.md",
    "handbook/travel.md",
    "manual/plans.md",
    "manual/voicemail.md",
    "manual/warranty.md",
)


def given(*files: str) -> str:
    """Whole files of the sandbox as passages."""
    paths = [Path(file) for file in files]
    return "\n".join(
        f'<passage n="{number}" bucket="{path.parent}" document="{path.name}">\n{(SEED / path).read_text().strip()}\n</passage>'
        for number, path in enumerate(paths, 1)
    )


def cited(said: str, *files: str) -> set[str]:
    return {files[int(number) - 1] for number in re.findall(r"\[(\d)\]", said)}


@pytest.fixture(scope="session")
def reader(vectors: Vectors) -> Reader:
    return Reader(vectors)


def ask(reader: Reader, question: str, *earlier: str, system: str = RULES) -> str:
    before = [Turn("user", text) for text in earlier]
    return reply([Turn("system", system), *before, Turn("user", f"{given(*FILES)}\n\n{question}")], reader)


@pytest.mark.parametrize(
    ("question", "fact", "file"),
    [
        ("Grandma died, do I get time off?", "Three paid days", "handbook/leave.md"),
        ("Wie viele Urlaubstage habe ich im Jahr?", "27 days", "handbook/leave.md"),
        ("What's the cap when I dine with a client?", "65 euros per person", "handbook/expenses.md"),
        ("I forgot the code of my mailbox and tried too often", "15 minutes", "manual/voicemail.md"),
        ("How much does the middle subscription cost?", "14 euros", "manual/plans.md"),
        ("Quel est le prix d'une nuit \u00e0 l'h\u00f4tel ?", "140 euros", "handbook/travel.md"),
        ("Is my phone covered when I spilled coffee on it?", "liquids", "manual/warranty.md"),
    ],
)
def test_an_answer_holds_the_fact_and_cites_its_document_whatever_the_words(
    reader: Reader, question: str, fact: str, file: str
) -> None:
    said = ask(reader, question)

    assert fact in said
    assert file in cited(said, *FILES)


def test_an_answer_is_a_paragraph_at_most_and_each_statement_has_its_passage(reader: Reader) -> None:
    said = ask(reader, "How do expenses work, what is refused and what is paid?")

    assert 100 < len(said) < 900
    assert all(re.search(r"\[\d\]$", line) for line in said.splitlines())


def test_each_clause_of_a_question_is_answered(reader: Reader) -> None:
    said = ask(reader, "How many days of leave do I have and what may a hotel cost?")

    assert "27 days" in said
    assert "140 euros" in said
    assert cited(said, *FILES) >= {"handbook/leave.md", "handbook/travel.md"}


def test_a_follow_up_takes_the_question_before_along(reader: Reader) -> None:
    assert "190 euros" in ask(reader, "and in capitals?", "What may a hotel cost?")


def test_a_stray_sentence_of_another_document_that_is_near_by_a_single_word_is_left_out(
    reader: Reader,
) -> None:
    names = (
        "leave",
        "expenses",
        "warranty",
        "remote-work",
        "learning",
        "sick-days",
        "porting-numbers",
        "equipment",
    )
    files = [
        f"{'manual' if name in ('warranty', 'porting-numbers') else 'handbook'}/{name}.md" for name in names
    ]
    question = "Can I take unused vacation into next year?"

    said = reply([Turn("user", f"{given(*files)}\n\n{question}")], reader)

    assert "Up to five days may be carried over" in said
    assert "Unused devices" not in said


@pytest.mark.parametrize("question", ["Who won the world cup in 1998?", "Explain the plot of Hamlet", "??"])
def test_only_what_is_far_from_everything_is_declined(reader: Reader, question: str) -> None:
    assert ask(reader, question) == "NO_ANSWER"
    assert ask(reader, question, system=MARKED) == "answerable: no"


def test_the_mark_comes_first_where_it_is_asked_for(reader: Reader) -> None:
    question = "What may a hotel cost?"

    plain, marked = ask(reader, question), ask(reader, question, system=MARKED)

    assert marked == f"answerable: yes\n{plain}"


def test_a_clause_that_is_far_from_everything_makes_it_partly_and_is_named(reader: Reader) -> None:
    said = ask(reader, "What may a hotel cost and who won the world cup in 1998?", system=MARKED)

    mark, _, text = said.partition("\n")
    assert mark == "answerable: partly"
    assert "140 euros" in text
    assert text.splitlines()[-1] == "I can't find this in the passages: who won the world cup in 1998?"


@pytest.mark.slow
def test_code_is_shown_with_what_leads_to_it(reader: Reader) -> None:
    passage = (
        '<passage n="1" document="corepack.md">\n## Turning it on\n\nCorepack is off. Turn it on with this command:\n\n'
        "```bash\ncorepack enable\n```\n\n## History\n\nIt came with version 16.\n</passage>"
    )

    said = reply([Turn("user", f"{passage}\n\nWhich command switches corepack on?")], reader)

    assert "Turn it on with this command: [1]\n```\ncorepack enable\n```" in said


async def test_the_model_of_the_sandbox_reads_by_vectors(dense: Running) -> None:
    said = await dense.say(
        ("system", RULES), ("user", f"{given(*FILES)}\n\nWie viele Urlaubstage habe ich im Jahr?")
    )
    tool = {"type": "retrieval", "retrieval": {"bucket_ids": ["handbook"], "max_num_results": 4}}

    assert "27 days" in said
    assert "Priya Raman" in await dense.say(
        ("user", "Wer ist f\u00fcr Sicherheit zust\u00e4ndig?"), tools=[tool]
    )


async def test_without_vectors_words_decide_and_the_mark_comes_too(telnyx: Running) -> None:
    for question, said in (
        ("How much may a hotel cost?", "answerable: yes\nA hotel may cost up to 140 euros a night"),
        ("What is a quark?", "answerable: no"),
    ):
        answer = await telnyx.say(
            ("system", MARKED), ("user", f"{given('handbook/travel.md')}\n\n{question}")
        )

        assert answer.startswith(said)


async def test_a_marked_prompt_without_passages_is_not_answerable(telnyx: Running) -> None:
    assert await telnyx.say(("system", MARKED), ("user", "How much may a hotel cost?")) == "answerable: no"


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("How many hours is full time?", 1),
        ("How many hours is full time and how much overtime may I collect?", 2),
        ("Was kostet der Plan Team und wie viele Minuten sind enthalten?", 2),
        ("What is the cap for meals? Who signs off on a purchase?", 2),
        ("Whom do I tell and until when?", 1),
        ("What are the rules for meals and hotels?", 1),
    ],
)
def test_a_question_is_split_where_another_begins(question: str, clauses: int) -> None:
    assert len(clauses_of(question)) == clauses


def test_what_is_said_around_several_questions_belongs_to_each() -> None:
    assert clauses_of("My laptop broke. Who repairs laptops? How long does a repair take?") == (
        "My laptop broke. Who repairs laptops?",
        "My laptop broke. How long does a repair take?",
    )


def test_a_question_leans_on_the_one_before_when_it_says_too_little() -> None:
    assert leans("und im zweiten Jahr des Vertrags?")
    assert not leans("How many days of annual leave does the handbook promise?")
    assert whole_question("and abroad?", ["May I work from home?"]) == "May I work from home? and abroad?"


def test_terms_are_numbers_names_in_capitals_and_codes() -> None:
    assert terms_of("Why was v1.4 refused with Error 408 by SIP when I dialed *61*, or set log_level?") == [
        "v1.4",
        "408",
        "sip",
        "*61*",
        "log_level",
    ]
