"""``bot evaluate``: what can't be used is said before anything is asked; the journey in tests/journeys runs it as a process."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.cli.evaluate import BadInputError, Wanted, evaluate
from config.settings import Settings
from tests.unit.bot.conftest import KEY, TelnyxHouse

CASE = {
    "id": "a",
    "kind": "direct",
    "question": "How many days of leave?",
    "documents": ["leave.md"],
    "facts": [],
}


def settings(root: str = "http://127.0.0.1:9") -> Settings:
    return Settings(_env_file=None, telnyx={"api_key": KEY, "base_url": f"{root}/telnyx/v2"})


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(CASE), encoding="utf-8")
    return path


Change = Callable[[Path], dict[str, Any]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda folder: {"cases": folder / "none.jsonl"}, r"I can't read .*none\.jsonl: No such file"),
        (lambda folder: {"cases": folder}, r"I can't read .*: Is a directory"),
        (lambda folder: {"against": folder / "none.json"}, r"I can't read .*none\.json"),
        (lambda folder: {"against": folder / "cases.jsonl"}, r"I can't compare with .*: it isn't what `--json` writes\."),
        (lambda folder: {"against": folder / "words"}, r"I can't compare with .*words: it is no JSON\."),
        (lambda folder: {"cases": folder / "words"}, r"I can't use .*words\.\nLine 1: this is no JSON\."),
        (lambda folder: {"cases": folder / "bytes"}, r"I can't read .*bytes: it isn't UTF-8\."),
        (lambda _: {"limits": ("accuracy=1",)}, r"There's no metric `accuracy`\. Choose from found_1, "),
        (lambda _: {"limits": ("cited=high",)}, r"`--limit cited=high` needs a number, such as cited=0\.9\."),
        (lambda _: {"kinds": ("hard",)}, r"There's no kind `hard`\. Choose from direct, "),
        (lambda _: {"kinds": ("table",)}, r"has no case of the kind table\."),
        (lambda folder: {"as_html": folder / "words" / "x.html"}, r"I can't write .*x\.html: "),
        (lambda folder: {"as_json": folder}, r"I can't write .*: Is a directory"),
    ],
)  # fmt: skip
async def test_what_cannot_be_used_is_said_in_a_sentence(
    cases: Path, tmp_path: Path, change: Change, said: str
) -> None:
    (tmp_path / "words").write_text("How are you?", encoding="utf-8")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\xff")

    given: dict[str, Any] = {"cases": cases, **change(tmp_path)}

    with pytest.raises(BadInputError, match=said) as told:
        await evaluate(settings(), Wanted(**given))

    assert told.value.exit_code == 2


async def test_an_unknown_bucket_is_said_once(telnyx: TelnyxHouse, cases: Path) -> None:
    with pytest.raises(BadInputError, match=r"handbok.*handbook"):
        await evaluate(settings(telnyx.root), Wanted(cases, buckets=("handbok",)))

    assert await telnyx.calls("chat.completions") == 0


async def test_telnyx_that_answers_nothing_is_a_sentence_and_status_1(
    telnyx: TelnyxHouse, cases: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = Settings(_env_file=None, telnyx={"api_key": "KEY-wrong", "base_url": f"{telnyx.root}/telnyx/v2"})

    status = await evaluate(wrong, Wanted(cases))

    printed = capsys.readouterr()
    assert status == 1
    assert "API key" in printed.err
    assert "KEY-wrong" not in printed.err


async def test_the_report_says_what_it_was_made_with(
    telnyx: TelnyxHouse, cases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = Wanted(cases, buckets=("handbook",), top=3, as_json=tmp_path / "new" / "out.json")

    status = await evaluate(settings(telnyx.root), wanted)

    made = json.loads((tmp_path / "new" / "out.json").read_text(encoding="utf-8"))["made"]
    printed = capsys.readouterr()
    assert status == 0
    assert (made["set"], made["cases"], made["host"]) == ("cases", 1, "127.0.0.1")
    (match,) = await telnyx.client.embeddings.search("handbook", "leave", num_of_docs=1)
    assert made["embeddings"] == [match.metadata.embedding]
    assert f"passages by {match.metadata.embedding}" in printed.out
    assert made["settings"]["top"] == 3
    assert made["settings"]["buckets"] == ["handbook"]
    assert "prompts" not in made["settings"]
    for said in (made["models"][0], "ANSWERS_TOP=3", "right document cited"):
        assert said in printed.out
    assert KEY not in printed.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "`cases` is missing."),
        (["x.jsonl", "--at-once", "0"], "`--at-once` doesn't take this value."),
        (["x.jsonl", "--agianst", "y"], "Did you mean `--against`?"),
    ],
)
def test_what_is_typed_wrongly_ends_with_status_2(words: list[str], said: str) -> None:
    done = CliRunner().invoke(main, ["evaluate", *words])

    assert done.exit_code == 2
    assert said in done.output
