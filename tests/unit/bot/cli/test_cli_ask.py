"""What is typed behind `bot ask`: the same options as in Slack, at the ends; all else is the question."""

import json
from typing import Any

import click
import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.cli.ask import answer, ask, read
from bot.errors import UsageError
from config.settings import Settings
from tests.unit.bot.conftest import KEY, TelnyxHouse, asking


@pytest.mark.parametrize(
    ("words", "question", "options", "as_json"),
    [
        (["--no-verify, what does it do?"], "--no-verify, what does it do?", {}, False),
        (["How", "long?", "--bucket", "hr", "--json"], "How long?", {"buckets": ["hr"]}, True),
        (["--json", "--top", "3", 'How <b> & "x"?'], 'How <b> & "x"?', {"top": 3}, True),
        (["git", "commit", "--amend", "--no-edit"], "git commit --amend --no-edit", {}, False),
        (["How does curl --json work?"], "How does curl --json work?", {}, False),
        (["--no-docs", "-"], "-", {"documents": False}, False),
        (["a", "b", "--model", "x/y", "--no-docs"], "a b", {"model": "x/y", "documents": False}, False),
        ([], "", {}, False),
    ],
)
def test_options_stand_at_the_ends(
    words: list[str], question: str, options: dict[str, object], as_json: bool
) -> None:
    text, intent, wanted = read(words)

    assert (text, intent.options, wanted) == (question, options, as_json)


def test_a_slip_is_told() -> None:
    with pytest.raises(UsageError, match="Did you mean `--bucket`"):
        read(["How long?", "--bukcet", "hr"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["asc", "x"], "There's no command `asc`. Did you mean `ask`?"),
        (["manifest", "--htp", "x"], "There's no option `--htp`. Did you mean `--http`?"),
        (["manifest", "--http"], "`--http` needs a value."),
        (["check", "now"], "There's one word too many. `bot check --help`"),
    ],
)
def test_errors_of_the_command_line_are_ours(words: list[str], said: str) -> None:
    done = CliRunner().invoke(main, words)

    assert done.exit_code == 2
    assert said in done.output
    assert "Error:" not in done.output


def test_its_commands_are_those_of_a_group() -> None:
    assert isinstance(main, click.Group)


@pytest.mark.parametrize("words", [["who", "made", "you?"], ["thanks!"], ["hi", "--json"]])
async def test_small_talk_is_not_searched(
    telnyx: TelnyxHouse, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status = await ask(Settings(telnyx={"api_key": KEY, "base_url": f"{telnyx.root}/telnyx/v2"}), words)

    printed = capsys.readouterr()
    assert (status, printed.err) == (0, "")
    assert "welcome" in printed.out or "handbook" in printed.out
    assert ('"refused": false' in printed.out) is ("--json" in words)


@pytest.mark.parametrize(
    ("reason", "cut", "told"),
    [
        ("stop", None, ""),
        ("MAX_TOKENS", "length", "reached the length limit"),
        ("contentFilter", "content_filter", "content filter"),
        ("abort", "abort", "may be cut off"),
        ("", "unknown", "may be cut off"),
    ],
)
@pytest.mark.parametrize("as_json", [True, False])
async def test_an_answer_that_was_cut_says_so(
    telnyx: TelnyxHouse,
    capsys: pytest.CaptureFixture[str],
    reason: str,
    cut: str | None,
    told: str,
    *,
    as_json: bool,
) -> None:
    await telnyx.fault(
        operation="chat.completions", kind="says", text="Twelve weeks [1].", finish_reason=reason
    )
    settings = Settings(telnyx={"api_key": KEY, "base_url": f"{telnyx.root}/telnyx/v2"})
    query = asking("How many weeks of parental leave do I get?", buckets=("handbook",))

    status = await answer(settings, query, as_json=as_json)

    out, err = capsys.readouterr()
    assert status == 0
    if as_json:
        read: dict[str, Any] = json.loads(
            out.splitlines()[-1]
        )  # log lines stand before it, which the command sends elsewhere
        assert (read["answer"], read["refused"], read["cut"]) == ("Twelve weeks [1].", False, cut)
    else:
        assert "Twelve weeks [1]." in out
        assert told in err
        assert ("cut off" in err) is bool(told)
