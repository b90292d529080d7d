import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from config.answers import DEFAULT_MODEL
from config.load import MUST_BE, ConfigError, load, read
from config.settings import Settings, sections, variables

BOT = "xoxb-" + "1-secret"
APP = "xapp-" + "1-secret"
ENOUGH = {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "TELNYX_API_KEY": "KEY" + "secret"}
FERNET = "-_" * 21 + "A="
EXAMPLE = Path(__file__).parents[3] / ".env.example"


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def given(monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    for name, value in (ENOUGH | more).items():
        monkeypatch.setenv(name, value)


def refusal(*needs: str) -> str:
    with pytest.raises(ConfigError) as refused:
        load(needs)  # type: ignore[arg-type]  # the names are those of Need
    return str(refused.value)


def test_a_first_try_needs_three_variables_only(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch)

    settings = load()

    assert settings.slack.socket_mode
    assert settings.slack.api_url == "https://slack.com/api/"
    assert settings.answers.model == DEFAULT_MODEL
    assert (settings.answers.top, settings.answers.candidates, settings.answers.buckets) == (8, 24, ())
    assert (settings.access.default, settings.access.calls) == ("all", "admins")
    assert (settings.data_dir, settings.port) == (Path("data"), 3000)
    assert settings.replica_id
    assert settings.foreign_hosts() == []


def test_everything_missing_is_said_in_one_message() -> None:
    said = refusal("slack", "telnyx")

    assert "- SLACK_BOT_TOKEN is missing. Slack → your app → OAuth & Permissions.\n" in said
    assert "SLACK_APP_TOKEN is missing" in said
    assert "SLACK_SIGNING_SECRET" in said
    assert "TELNYX_API_KEY is missing" in said


def test_only_what_the_command_needs_is_asked_for() -> None:
    assert "SLACK" not in refusal("telnyx")
    assert load(()).telnyx.api_key is None


def test_signing_secret_is_enough_for_http(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET="s")

    assert not load().slack.socket_mode


def test_wrong_values_are_all_named_and_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    given(
        monkeypatch,
        SLACK_BOT_TOKEN="xoxp-" + "1-hidden",
        SLACK_APP_TOKEN="hidden2",
        PORT="hidden3",
        ANSWERS_TOP="0",
    )

    said = refusal("slack", "telnyx")

    assert "- SLACK_BOT_TOKEN must start with xoxb-. Slack → your app" in said
    assert "- SLACK_APP_TOKEN must start with xapp-. Slack → your app" in said
    assert "- PORT must be a whole number from 0 to 65535." in said
    assert "- ANSWERS_TOP must be a whole number from 1 to 50." in said
    assert "hidden" not in said
    assert "Traceback" not in said


def test_nested_and_flat_names_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    given(
        monkeypatch,
        ANSWERS_BUCKETS="hr, it ,",
        ANSWERS_PROMPTS="How many days, and for whom? | Who pays?|",
        ANSWERS_STEPS="pool, stitch",
        ANSWERS_DISTANCE_LIMITS="hr:0.2, it: 0.25,",
        LIMITS_QUESTIONS_PER_MINUTE="3",
        JOBS_POLL_SECONDS="0.2",
        DATA_DIR="/var/x",
        DATABASE_URL="postgresql://u:p@h/d",
        ENCRYPTION_KEYS=FERNET,
        LOG_LEVEL="debug",
        SLACK_API_URL="http://127.0.0.1:9/api",
        TELNYX_BASE_URL="http://127.0.0.1:8/v2/",
    )

    settings = load()

    assert settings.answers.buckets == ("hr", "it")
    assert settings.answers.prompts == ("How many days, and for whom?", "Who pays?")
    assert settings.answers.steps == ("pool", "stitch")
    assert settings.answers.distance_limits == {"hr": 0.2, "it": 0.25}
    assert settings.limits.questions_per_minute == 3
    assert settings.jobs.poll_seconds == 0.2
    assert settings.data_dir == Path("/var/x")
    assert settings.log_level == "DEBUG"
    assert settings.slack.api_url == "http://127.0.0.1:9/api/"
    assert settings.telnyx.base_url == "http://127.0.0.1:8/v2"
    assert settings.foreign_hosts() == ["SLACK_API_URL (127.0.0.1:9)", "TELNYX_BASE_URL (127.0.0.1:8)"]
    assert "p@h" not in repr(settings)


def test_variables_of_others_in_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, SLACK_FOO="1", TELNYX_X="2", DATA="3", PORTS="4")

    assert load().port == 3000


def test_misspelled_variable_in_env_file_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch)
    Path(".env").write_text(
        "SLACK_BOT_TOKNE=xoxb-hidden\nTELNYX_FOO=1\nDATADIR=x\nCOMPOSE_PROJECT_NAME=bot\n", "utf-8"
    )

    said = refusal()

    assert "SLACK_BOT_TOKNE in .env isn't a setting; SLACK_BOT_TOKEN is." in said
    assert "TELNYX_FOO in .env isn't a setting" in said
    assert "DATADIR in .env isn't a setting; DATA_DIR is." in said
    assert "COMPOSE" not in said
    assert "hidden" not in said


def test_environment_wins_over_env_file(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, PORT="4000")
    Path(".env").write_text("PORT=5000\nANSWERS_TOP=9\n", "utf-8")

    assert (load().port, load().answers.top) == (4000, 9)


def test_empty_value_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, LOG_LEVEL="", ANSWERS_TOP="", SLACK="", ANSWERS_BUCKETS="")

    assert load().log_level == "INFO"


def test_settings_cannot_be_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch)
    settings = load()

    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]  # this is what must fail
    with pytest.raises(ValidationError):
        settings.slack.api_url = "x"  # type: ignore[misc]  # this is what must fail


def test_example_file_names_every_variable_and_works_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    named = {
        line.lstrip("#").partition("=")[0] for line in lines if "=" in line and not line.startswith("# ")
    }
    given(monkeypatch)

    assert named == set(variables())
    assert load(env_file=EXAMPLE) == Settings(_env_file=None)


def test_what_is_wrong_and_what_is_missing_is_said_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "not-a-token")
    monkeypatch.setenv("PORT", "70000")

    with pytest.raises(ConfigError) as caught:
        load(("slack", "telnyx"))

    said = str(caught.value)
    assert said.count("SLACK_BOT_TOKEN") == 1
    assert "- PORT must be a whole number from 0 to 65535." in said
    assert "SLACK_APP_TOKEN is missing" in said
    assert "TELNYX_API_KEY is missing" in said
    assert "not-a-token" not in said


# The most and the least that each variable takes, as the message about it says.
BOUNDS = re.compile(r"must be (?:a )?(?:whole )?number (?:from ([\d.]+) to|above ([\d.]+), up to) ([\d.]+)")


@pytest.mark.parametrize("variable", MUST_BE)
def test_a_wrong_value_is_told_without_a_sentence_of_pydantics(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, **{variable: "hush"})

    said = refusal("slack", "telnyx")

    assert said.startswith(f"Invalid settings:\n- {variable} must ")
    assert "hush" not in said


@pytest.mark.parametrize("variable", sorted(variables().keys() - MUST_BE.keys()))
def test_a_variable_without_a_rule_takes_any_text(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, ENCRYPTION_KEYS=FERNET)
    monkeypatch.setenv(variable, "hush")

    load()


def test_the_bounds_that_are_told_are_those_that_are_checked() -> None:
    fields = {
        f"{section}_{name}".upper(): field
        for section, kind in sections().items()
        for name, field in kind.model_fields.items()
    }
    told = {
        name: found for name, text in MUST_BE.items() if name in fields and (found := BOUNDS.search(text))
    }

    assert told
    for name, found in told.items():
        marks = fields[name].metadata
        low = next(
            getattr(mark, "ge", getattr(mark, "gt", None))
            for mark in marks
            if hasattr(mark, "ge") or hasattr(mark, "gt")
        )
        high = next(mark.le for mark in marks if hasattr(mark, "le"))
        assert (float(found[1] or found[2]), float(found[3])) == (low, high), name


# One of each kind of white space that a copied value can bring along.
@pytest.mark.parametrize("around", ["\n", "\r\n", " ", "\t", "\u00a0", "\u2028"])
@pytest.mark.parametrize("in_file", [False, True])
def test_white_space_around_a_value_is_dropped(
    monkeypatch: pytest.MonkeyPatch, around: str, in_file: bool
) -> None:
    values = ENOUGH | {
        "PORT": "4000",
        "LOG_LEVEL": "debug",
        "DATA_DIR": "/var/x",
        "REPLICA_ID": "one",
        "DATABASE_URL": "postgresql://h/d",
        "ENCRYPTION_KEYS": FERNET,
        "ACCESS_CALLS": "all",
        "TELNYX_BASE_URL": "http://127.0.0.1:8/v2",
    }
    if in_file:
        quoted = {"\n": r"\n", "\r\n": r"\r\n", "\t": r"\t"}.get(around, around)
        Path(".env").write_text(
            "".join(f'{name}="{quoted}{value}{quoted}"\n' for name, value in values.items())
        )
    else:
        for name, value in values.items():
            monkeypatch.setenv(name, f"{around}{value}{around}")
    seen = load()
    for name, value in values.items():
        monkeypatch.setenv(name, value)

    assert seen == load()


@pytest.mark.parametrize("mark", ['"', "'"])
def test_quotation_marks_that_docker_and_systemd_hand_on_are_dropped(
    monkeypatch: pytest.MonkeyPatch, mark: str
) -> None:
    values = ENOUGH | {"PORT": "4000", "LOG_LEVEL": "debug", "REPLICA_ID": "it's", "JOBS_CHANNEL": ""}
    for name, value in values.items():
        monkeypatch.setenv(name, f" {mark} {value}{mark}\n")
    seen = load()
    for name, value in values.items():
        monkeypatch.setenv(name, value)

    assert seen == load()


@pytest.mark.parametrize("value", ['"', 'a "b"', '"a" b', "'a\""])
def test_a_quotation_mark_that_encloses_nothing_stays(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    given(monkeypatch, REPLICA_ID=value)

    assert load().replica_id == value


def test_a_line_of_the_file_that_says_nothing_is_named_once(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    given(monkeypatch)
    Path(".env").write_text('LOG_LEVEL=INFO\nthis is not\n# fine\n\nexport PORT=4000\n=x\nJOBS_CHANNEL="C1\n')

    said = refusal()

    assert said.splitlines()[1:] == [
        "- .env has something that isn't NAME=value in lines 2, 6, 7. Correct it, or begin the line with #."
    ]
    assert "parse" not in capfd.readouterr().err


def test_a_tilde_is_the_home_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, DATA_DIR="~/bot", HOME="/srv/mia")
    at_home = load().data_dir
    monkeypatch.setenv("DATA_DIR", "~no-such-user/bot")

    assert (at_home, load().data_dir) == (Path("/srv/mia/bot"), Path("~no-such-user/bot"))


@pytest.mark.parametrize(
    ("given_value", "steps"),
    [("none", ()), (" None ", ()), ("words", ("words",)), ("rewrite,pool", ("rewrite", "pool"))],
)
def test_steps_are_named_or_none(
    monkeypatch: pytest.MonkeyPatch, given_value: str, steps: tuple[str, ...]
) -> None:
    given(monkeypatch, ANSWERS_STEPS=given_value)

    assert load().answers.steps == steps


@pytest.mark.parametrize("value", ["pool,wrds", "all", "none,pool"])
def test_a_step_that_does_not_exist_is_told_with_those_that_do(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    given(monkeypatch, ANSWERS_STEPS=value)

    assert "- ANSWERS_STEPS must be names among pool, words, stitch, repeats, neighbors, rewrite" in refusal(
        "slack", "telnyx"
    )


@pytest.mark.parametrize(
    "value", ["handbook", "handbook:", ":0.2", "handbook:near", "a:0", "a:2.1", "a:nan", "a:-1"]
)
def test_a_limit_without_a_bucket_or_a_number_is_told(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    given(monkeypatch, ANSWERS_DISTANCE_LIMITS=value)

    assert "- ANSWERS_DISTANCE_LIMITS must be pairs such as handbook:0.2" in refusal("slack", "telnyx")


def test_a_value_of_white_space_alone_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, LOG_LEVEL=" ", ANSWERS_TOP="\t", REPLICA_ID="\n", DATABASE_URL=" ", JOBS_CHANNEL="  ")

    settings = load()

    assert (settings.log_level, settings.answers.top) == ("INFO", 8)
    assert settings.replica_id.strip()
    assert (settings.database_url, settings.jobs.channel) == (None, None)


@pytest.mark.parametrize("name", ["JOBS", "SLACK", "ACCESS", "limits"])
def test_a_variable_named_like_a_section_belongs_to_another_program(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    given(monkeypatch)
    monkeypatch.setenv(name, "4")

    assert load().jobs.poll_seconds == 15


def test_a_mark_at_the_beginning_of_the_file_is_no_part_of_the_first_name() -> None:
    Path(".env").write_text("PORT=4000\nSLACK_BOT_TOKEN=" + BOT, "utf-8-sig")

    assert load(()).port == 4000


HUSH = "s3cret"
WRONG = [
    ("DATABASE_URL", f"postgresql+psycopg://bot:{HUSH}@localhost/x"),
    ("DATABASE_URL", f"mysql://bot:{HUSH}@localhost/x"),
    ("DATABASE_URL", f"bot:{HUSH}@localhost/x"),
    ("DATABASE_URL", f"postgresql://bot:{HUSH}@localhost:port/x"),
    ("DATABASE_URL", f"postgresql://bot:{HUSH}/%zz@localhost/x"),
    ("DATABASE_URL", f"postgresql://bot:{HUSH}@localhost/x?sslmod=require"),
    ("DATABASE_URL", f"host=localhost password={HUSH}"),
    ("ENCRYPTION_KEYS", "changeme"),
    ("ENCRYPTION_KEYS", f"{FERNET},{HUSH}"),
    ("ENCRYPTION_KEYS", f"{FERNET} {FERNET}"),
    ("ENCRYPTION_KEYS", f"kéy-{HUSH}"),
    ("ENCRYPTION_KEYS", ","),
    ("TELNYX_API_KEY", f"KEY{HUSH}\nKEY"),
    ("TELNYX_API_KEY", f"KEY{HUSH}\u200b"),
    ("TELNYX_API_KEY", f"KEY {HUSH}"),
    ("SLACK_BOT_TOKEN", f"{BOT}\x07{HUSH}"),
    ("SLACK_BOT_TOKEN", f"{BOT}\r\nX-{HUSH}: 1"),
    ("SLACK_APP_TOKEN", f"{APP}…{HUSH}"),
    ("SLACK_SIGNING_SECRET", f"{HUSH}ä"),
    ("SLACK_API_URL", f"http://bot:{HUSH}@127.0.0.1/api"),
    ("SLACK_API_URL", f"http://127.0.0.1:99999/{HUSH}"),
    ("TELNYX_BASE_URL", f"https://host/ {HUSH}"),
    ("TELNYX_BASE_URL", f"https:///{HUSH}"),
    ("LIMITS_DATABASE_MEGABYTES", "inf"),
    ("LIMITS_DATABASE_MEGABYTES", "1e300"),
    ("ANSWERS_TEMPERATURE", "nan"),
    ("ANSWERS_MODEL", f"{HUSH}\udcff"),
    ("PORT", "-1"),
    ("PORT", "65536"),
    ("LOG_LEVEL", "LOUD"),
]


@pytest.mark.parametrize(("name", "value"), WRONG, ids=[f"{n}-{name}" for n, (name, _) in enumerate(WRONG)])
def test_a_value_that_would_end_in_a_traceback_later_is_told_at_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    given(monkeypatch, **({} if name == "ENCRYPTION_KEYS" else {"ENCRYPTION_KEYS": FERNET}), **{name: value})

    said = refusal("slack", "telnyx")

    assert said.startswith(f"Invalid settings:\n- {name} ")
    assert said.count("\n") == 1
    assert HUSH not in said


def test_a_control_character_in_the_file_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch)
    Path(".env").write_bytes(b"DATA_DIR=/var/\0x\n")

    assert refusal().startswith("Invalid settings:\n- DATA_DIR has characters that can't be in it.")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_bytes(b"PORT=4000\nREPLICA_ID=\xe9"), ".env isn't UTF-8 text."),
        (lambda path: path.write_text("PORT=4000", "utf-16"), ".env isn't UTF-8 text."),
        (lambda path: path.mkdir(), ".env is a folder."),
        (lambda path: path.symlink_to(path), ".env can't be read ("),
    ],
    ids=["latin-1", "utf-16", "a folder", "a link to itself"],
)
def test_an_env_file_that_cannot_be_read_is_told(make: Callable[[Path], object], said: str) -> None:
    make(Path(".env"))

    assert refusal("telnyx").startswith(f"Invalid settings:\n- {said}")


def test_settings_can_be_read_past_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, PORT="many", ANSWERS_TOP="9")

    settings, problems = read()

    assert (settings.port, settings.answers.top) == (3000, 9)
    assert [problem.split()[0] for problem in problems] == ["PORT"]


def test_short_forms_are_read_with_and_without_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, COMMAND_ALIASES="docs, /calls")

    assert load().command_aliases == ("docs", "/calls")


@pytest.mark.parametrize("value", ["ada", "@ada", "U0ADA, ben", "C0SUPPORT", "u0ada", "U0ADA;U0BEN"])
def test_someone_who_is_named_instead_of_their_id_is_no_admin(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    given(monkeypatch, ACCESS_ADMINS=value)

    assert "ACCESS_ADMINS must be IDs" in refusal("slack", "telnyx")


def test_people_and_user_groups_are_admins_by_their_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, **ENOUGH, ACCESS_ADMINS="U0ADA, S012AB3CD")

    assert load().access.admins == ("U0ADA", "S012AB3CD")
