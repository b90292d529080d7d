"""The pages that are made from the code are what their programs make of it, and what they say is true."""

import json
import os
import re
from pathlib import Path

import httpx
import pytest

from bot.telnyx import Telnyx
from config.settings import sections, variables
from handlers.verb import AnyVerb, Effect
from handlers.verbs import VERBS
from scripts import access, configuration, jobs, operations
from scripts.operations import BESIDE, PAID, ROWS

ROOT = Path(__file__).parents[2]
ROW = re.compile(
    r"^\| (\d+) \| (\S+) \| ([A-Z]+) \| `([^`]+)` \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE
)
PUBLISHED = ROOT.parent / "shared" / "telnyx" / "operations.json"
FORGOTTEN = "run `make docs`"
NAMED = [verb for verb in VERBS if verb.operations]


# CHANGELOG.md tells of settings that are gone.
PAST = {"METRICS_PORT"}


def rows() -> list[tuple[str, ...]]:
    return [match.groups() for match in ROW.finditer(operations.PAGE.read_text())]


# ------------------------------------------------------------------------------------------------ the pages
async def test_the_page_of_operations_is_what_its_program_writes() -> None:
    assert operations.PAGE.read_text(encoding="utf-8") == await operations.page(), FORGOTTEN


def test_the_page_of_rights_is_what_its_program_writes() -> None:
    assert access.PAGE.read_text(encoding="utf-8") == access.page(), FORGOTTEN


def test_the_page_of_jobs_is_what_its_program_writes() -> None:
    assert jobs.PAGE.read_text(encoding="utf-8") == jobs.page(), FORGOTTEN


def test_the_page_of_settings_is_what_its_program_writes() -> None:
    assert configuration.PAGE.read_text(encoding="utf-8") == configuration.page(), FORGOTTEN


def test_the_example_of_settings_is_what_its_program_writes() -> None:
    assert configuration.EXAMPLE.read_text(encoding="utf-8") == configuration.example(), FORGOTTEN


def test_every_setting_says_what_it_does_in_a_sentence() -> None:
    for name, field in variables().items():
        assert (field.description or "").endswith("."), name


SETTING = re.compile(rf"\b(?:{'|'.join(name.upper() for name in sections())}|DATABASE|LOG)_[A-Z_]+\b")
READ = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / ".env.example", ROOT / "Dockerfile"]


@pytest.mark.parametrize("path", READ, ids=lambda path: path.name)
def test_no_page_names_a_setting_that_does_not_exist(path: Path) -> None:
    assert set(SETTING.findall(path.read_text(encoding="utf-8"))) - variables().keys() - PAST == set()


@pytest.mark.parametrize("path", READ, ids=lambda path: path.name)
def test_no_page_names_a_task_of_make_that_does_not_exist(path: Path) -> None:
    tasks = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(re.findall(r"`make ([a-z-]+)|^    make ([a-z-]+)", path.read_text())) <= {
        *((task, "") for task in tasks),
        *(("", task) for task in tasks),
    }


def test_there_are_forty_one_different_operations() -> None:
    numbers = [int(row[0]) for row in rows()]

    assert numbers == list(range(1, 42))
    assert len({row[1] for row in rows()}) == 41
    assert len({(row[2], row[3]) for row in rows()}) == 41
    assert len({row[4] for row in rows()}) == 41


async def test_every_operation_of_the_client_is_on_the_page_and_every_call_that_is_named_exists() -> None:
    named = {call for row in rows() for call in re.findall(r"`([^`]+)`", row[4])}
    async with httpx.AsyncClient() as http:
        client = Telnyx(http, api_key="KEY0")
        existing = {
            f"{family}.{name}"
            for family, resource in vars(client).items()
            for name in dir(resource)
            if not family.startswith("_") and not name.startswith("_")
        }

    beside = {
        "conversations.aggregates",
        "objects.held",
        "objects.put",
        "storage.presigned",
        "collections.all",
    }
    assert existing - named == {*beside, *BESIDE}
    assert named <= existing


def test_every_operation_is_reached_or_planned() -> None:
    assert [row[1] for row in rows() if not row[6].strip()] == []


def test_every_test_that_is_named_exists() -> None:
    named = {path for row in rows() for path in re.findall(r"`([^`]+)`", row[7])}

    assert named
    for path in named:
        assert (ROOT / path).is_file(), path


def test_the_rows_are_those_of_telnyx() -> None:
    if not PUBLISHED.exists() and not os.environ.get("CI"):
        pytest.skip("Telnyx's list of operations is not beside this checkout.")
    published = [(o["id"], o["method"], o["path"]) for o in json.loads(PUBLISHED.read_text())]

    assert [(row[1], row[2], row[3]) for row in rows()] == published


# -------------------------------------------------------------------------------------- effects of the verbs
EFFECTS = {row.operation: row.effect for row in ROWS} | BESIDE


def effects(verb: AnyVerb) -> set[str]:
    return {EFFECTS[operation] for operation in verb.operations}


def test_every_operation_has_one_of_the_effects() -> None:
    assert set(EFFECTS.values()) == {Effect.LOOK, PAID, Effect.TURN, Effect.CHANGE}


def test_verbs_name_operations_that_exist() -> None:
    assert {operation for verb in VERBS for operation in verb.operations} - EFFECTS.keys() == set()


@pytest.mark.parametrize("verb", NAMED, ids=lambda verb: verb.words)
def test_a_verb_has_at_least_the_effect_of_its_operations(verb: AnyVerb) -> None:
    if Effect.CHANGE in effects(verb):
        assert verb.effect is Effect.CHANGE
    elif Effect.TURN in effects(verb):
        assert verb.effect in (Effect.TURN, Effect.CHANGE)


@pytest.mark.parametrize("verb", NAMED, ids=lambda verb: verb.words)
def test_only_what_takes_model_time_is_a_turn(verb: AnyVerb) -> None:
    # A change may name only what it reads at Telnyx: its change can be in Slack.
    assert verb.effect is not Effect.TURN or Effect.TURN in effects(verb)


@pytest.mark.parametrize("verb", NAMED, ids=lambda verb: verb.words)
def test_a_look_that_costs_something_counts_against_the_limit(verb: AnyVerb) -> None:
    if verb.effect is Effect.LOOK:
        assert verb.paid == (PAID in effects(verb))
