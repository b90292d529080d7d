"""What is typed behind `bot ask`: the same options as in Slack, at the ends; all else is the question."""

import click
import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from bot.cli import main
from bot.cli.ask import ask, read
from bot.errors import UsageError
from config.settings import Settings, TelnyxSettings
from tests.unit.bot.conftest import KEY, telnyx_house


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
        (["check", "now"], "There's a word too many. `bot check --help`"),
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
async def test_small_talk_is_not_searched(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    async with telnyx_house() as house:
        telnyx = TelnyxSettings(api_key=SecretStr(KEY), base_url=f"{house.root}/telnyx/v2")
        status = await ask(Settings(_env_file=None, telnyx=telnyx), words)

    printed = capsys.readouterr()
    assert (status, printed.err) == (0, "")
    assert "welcome" in printed.out or "handbook" in printed.out
    assert ('"refused": false' in printed.out) is ("--json" in words)
