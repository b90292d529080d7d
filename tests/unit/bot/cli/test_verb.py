"""``bot do``: what is shown, and how mistakes end."""

import shlex
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.cli.verb import as_line, do
from config.settings import Settings, TelnyxSettings
from handlers.typed import lex
from handlers.verb import Effect
from handlers.verbs import VERBS
from tests.unit.bot.conftest import KEY, TelnyxHouse, telnyx_house


@pytest.fixture
async def house() -> AsyncIterator[TelnyxHouse]:
    async with telnyx_house() as made:
        yield made


def settings(house: TelnyxHouse | None = None, key: str = KEY) -> Settings:
    base_url = f"{house.root}/telnyx/v2" if house else "http://127.0.0.1:9/v2"
    return Settings(_env_file=None, telnyx=TelnyxSettings(api_key=SecretStr(key), base_url=base_url))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("docs show handbook", "leave.md"),
        ("models --task text-generation", "Llama"),
        ("calls --last 3", "Mailbox locked"),
        ("docs", "handbook"),
        ("finetune", "billing-004"),
        ("finetune show support-tone", "547,200 trained tokens"),
        ("insights", "insights"),
        ("jobs", "Fine-tuning of billing-004: running"),
        ("jobs show billing-004", "Fine-tuning of billing-004: running"),
        ("jobs files handbook", "No file of this job failed"),
    ],
)
async def test_what_a_verb_shows_is_printed_without_marks(
    house: TelnyxHouse, typed: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status = await do(settings(house), typed.split())

    printed = capsys.readouterr()
    assert status == 0, printed.err
    assert shown in printed.out
    assert not {"*", "`"} & set(printed.out)
    assert printed.err == ""


async def test_a_search_shows_its_passages_and_what_comes_next(
    house: TelnyxHouse, capsys: pytest.CaptureFixture[str]
) -> None:
    status = await do(settings(house), ["search", "carrying", "leave", "over", "--bucket", "handbook"])

    printed = capsys.readouterr().out
    assert status == 0
    assert "leave.md › Carrying leave over · handbook\nclosest match\nLeave\n" in printed
    assert printed.endswith("Next page: bot do search 'carrying leave over' --page=2 --bucket=handbook\n")


async def test_a_list_says_how_its_next_page_is_typed(
    house: TelnyxHouse, capsys: pytest.CaptureFixture[str]
) -> None:
    await do(settings(house), ["calls", "--last", "2"])
    first = capsys.readouterr().out
    more = first.splitlines()[-1].removeprefix("Next page: bot do ")
    status = await do(settings(house), shlex.split(more))

    second = capsys.readouterr().out
    assert status == 0
    assert first.startswith("Calls\n")
    assert second.startswith("Calls\n")
    assert second.splitlines()[1] not in first


@pytest.mark.parametrize("typed", ["", "help", "docs help", "docs show help"])
async def test_help_needs_nothing_and_is_no_mistake(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    status = await do(settings(), typed.split())

    assert status == 0
    assert "/telnyx docs" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("docs shwo handbook", "There's no command docs shwo. Did you mean /telnyx docs show handbook?"),
        ("docs show", "BUCKET is missing.\n\nList the files"),
        ("docs show a b", "I don't know what b means here."),
        ("calls --last 99", "--last takes a number from 1 to 40."),
        ("calls --lats 9", "There's no option --lats. Did you mean --last?"),
        ("ask How long?", "Use bot ask."),
        ("docs embed handbook", "bot do only shows things. Use /telnyx docs embed in Slack."),
        ("grants", "bot do knows no workspace. Use /telnyx grants in Slack."),
    ],
)
async def test_a_mistake_is_told_with_status_2_before_telnyx_is_asked(
    typed: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status = await do(settings(), typed.split())

    printed = capsys.readouterr()
    assert status == 2
    assert said in printed.err
    assert printed.out == ""


async def test_a_failure_is_told_with_status_1(
    house: TelnyxHouse, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = await do(settings(house), ["docs", "show", "handbok"])
    refused = await do(settings(house, key="KEY-wrong"), ["models"])

    printed = capsys.readouterr()
    assert (missing, refused) == (1, 1)
    assert "handbook" in printed.err
    assert "TELNYX_API_KEY" in printed.err
    assert "KEY-wrong" not in printed.err
    assert "()" not in printed.err
    assert printed.out == ""


@pytest.mark.parametrize(
    "words", [verb.words for verb in VERBS if verb.typed and verb.effect is not Effect.LOOK]
)
async def test_what_changes_or_costs_is_refused(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert await do(settings(), words.split()) == 2
    assert "only shows things" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["docs", "show", "my bucket"],
        ["--task=two words"],
        ["a", "", "b"],
        ['say "no" twice'],
        ["<#C1|general>", "a&b", "&lt;"],
        ["it's"],
    ],
    ids=str,
)
def test_words_of_the_shell_arrive_as_they_were_given(words: list[str]) -> None:
    assert [word.text for word in lex(as_line(words))] == words
