"""Every setting the bot knows, as frozen values. Nothing else reads the environment.

`SLACK_BOT_TOKEN` is `settings.slack.bot_token`: the first underscore divides section and name. `.env` in the working
directory is read too; the environment wins; an empty value counts as not set, and white space and quotation marks around
one are dropped.
What a setting says of itself here becomes `.env.example`, `docs/configuration.md`, and the message about a wrong value.
"""

import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from config.access import AccessSettings
from config.values import (
    MORE_STEPS,
    STEPS,
    FernetKeys,
    Limits,
    Port,
    PostgresUrl,
    Prompts,
    Section,
    Steps,
    Token,
    Words,
    at_home,
    checked_prefix,
    checked_url,
    setting,
    unquoted,
    upper,
    writable,
)

SLACK_API_URL = "https://slack.com/api/"
TELNYX_BASE_URL = "https://api.telnyx.com/v2"
DEFAULT_MODEL = "meta-llama/Meta-Llama-3.1-70B-Instruct"
_ADDRESS = "must be an http or https address"
_KEYS_GO_THERE = "For tests and the sandbox only: the host that answers there receives the keys."


class SlackSettings(Section):
    """How I reach Slack: over Socket Mode with an app token, else over HTTP with a signing secret."""

    bot_token: Token | None = setting(
        None,
        "Lets me act in Slack.",
        must="must start with xoxb-",
        where="Slack → your app → OAuth & Permissions.",
        unset="required",
        ask=True,
    )
    app_token: Token | None = setting(
        None,
        "Opens Socket Mode.",
        must="must start with xapp-",
        where="Slack → your app → Basic Information → App-Level Tokens, scope connections:write.",
        unset="required, unless SLACK_SIGNING_SECRET is set",
        ask=True,
    )
    signing_secret: Token | None = setting(
        None,
        "Proves that a request over HTTP is Slack's. Set it instead of SLACK_APP_TOKEN to receive events over HTTP.",
        where="Slack → your app → Basic Information → App Credentials.",
        unset="Socket Mode",
        ask=True,
    )
    silent_seconds: float = setting(
        30.0,
        "Seconds after which a Socket Mode connection that sends nothing, not even the answer to a ping, is replaced.",
        must="must be a number from 1 to 600",
        ge=1,
        le=600,
    )
    api_url: str = setting(SLACK_API_URL, f"Slack's Web API. {_KEYS_GO_THERE}", must=_ADDRESS)

    @field_validator("bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        return checked_prefix(value, "xoxb-")

    @field_validator("app_token")
    @classmethod
    def _app_token(cls, value: SecretStr | None) -> SecretStr | None:
        return checked_prefix(value, "xapp-")

    @field_validator("api_url")
    @classmethod
    def _api_url(cls, value: str) -> str:
        return checked_url(value).rstrip("/") + "/"  # slack_sdk puts the method's name right behind it

    @property
    def socket_mode(self) -> bool:
        """Return whether Slack delivers over a WebSocket that we open, instead of requests that we receive."""
        return self.app_token is not None


class TelnyxSettings(Section):
    """How I reach Telnyx."""

    api_key: Token | None = setting(
        None,
        "Pays for and reads everything at Telnyx.",
        where="portal.telnyx.com → API Keys.",
        unset="required",
        ask=True,
    )
    first_byte_seconds: float = setting(
        30.0,
        "Seconds after which a model that sends nothing counts as timed out.",
        must="must be a number above 0, up to 600",
        gt=0,
        le=600,
    )
    base_url: str = setting(TELNYX_BASE_URL, f"The Telnyx API. {_KEYS_GO_THERE}", must=_ADDRESS)

    @field_validator("base_url")
    @classmethod
    def _base_url(cls, value: str) -> str:
        return checked_url(value).rstrip("/")


class AnswerSettings(Section):
    """How I answer."""

    # Large enough to keep to the passages and to cite them, and still among the hosted models that answer quickly;
    # Telnyx's own default (8B) invents citations more often. None of it is fixed: `/telnyx models` lists the others.
    model: str = setting(DEFAULT_MODEL, "The model that answers, one of those that `/telnyx models` lists.")
    buckets: Annotated[Words, NoDecode] = setting(
        (), "Buckets to answer from, comma separated.", unset="all that the readers may see"
    )
    top: int = setting(
        8,
        "Passages to read for an answer, from all buckets together.",
        must="must be a whole number from 1 to 50",
        ge=1,
        le=50,
    )
    candidates: int = setting(
        24,
        "Passages to ask each bucket for; the best of all are read.",
        must="must be a whole number from 1 to 100",
        ge=1,
        le=100,
    )
    steps: Annotated[Steps, NoDecode] = setting(
        STEPS,
        "The steps between the search and the model, comma separated, or none. *pool*: buckets of one embedding model are ordered by "
        "distance, not by turns. *words*: the question's words count beside the distance. *stitch*: passages that overlap become one. "
        "*repeats*: what says the same again is left out. Two more make a second request: *neighbors* looks for what comes "
        "behind the best passage, *rewrite* asks the model what a follow-up means.",
        must=f"must be names among {', '.join(STEPS + MORE_STEPS)}, comma separated, or none",
        unset=", ".join(STEPS),
    )
    distance_limits: Annotated[Limits, NoDecode] = setting(
        dict,
        "How far a passage of a bucket may be from the question, comma separated: handbook:0.2,manual:0.25. 0 is the same text. "
        "Distances of embedding models lie close together, right and wrong ones alike, so look at *Why this answer?* first.",
        must="must be pairs such as handbook:0.2, comma separated, each with a number above 0, up to 2",
        unset="no limit",
    )
    # Telnyx's own default.
    temperature: float = setting(
        0.1, "How freely the model writes.", must="must be a number from 0 to 2", ge=0, le=2
    )
    max_tokens: int = setting(
        1024,
        "The longest answer, in tokens.",
        must="must be a whole number from 16 to 32768",
        ge=16,
        le=32768,
    )
    max_seconds: float = setting(
        300.0,
        "The longest that one answer or summary may take, in seconds; after that, people get what there is and a note that it was stopped.",
        must="must be a number from 1 to 3600",
        ge=1,
        le=3600,
    )
    retention_days: float = setting(
        180.0,
        "Days after which a question and its answer are deleted from the database. In Slack they stay; *Show passages* and *Share* "
        "under older answers say that they're no longer kept. Slack's clock decides if this computer's is ahead.",
        must="must be a number above 0, up to 36500",
        gt=0,
        le=36_500,
    )
    prompts: Annotated[Prompts, NoDecode] = setting(
        (),
        "Questions to suggest in a direct message, with | between them; Slack shows the first four.",
        unset="what the bot can do, and which documents it answers from",
    )


class LimitSettings(Section):
    """What one person may ask for, and what I may use up."""

    questions_per_minute: int = setting(
        20,
        "Questions, summaries, and changes per person and minute; looking at lists doesn't count.",
        must="must be a whole number from 1 to 10000",
        ge=1,
        le=10_000,
    )
    stop_seconds: float = setting(
        8.0,
        "Seconds that running answers get to finish when I'm told to stop.",
        must="must be a number from 0 to 600",
        ge=0,
        le=600,
    )
    database_megabytes: float | None = setting(
        None,
        "The largest each SQLite file may get, in megabytes; protects the rest of the disk.",
        must="must be a number from 1 to 10000000; leave it empty for no limit",
        unset="no limit",
        ge=1,
        le=10_000_000,
    )


class JobSettings(Section):
    """How I follow long-running Telnyx jobs."""

    channel: str | None = setting(
        None,
        "The ID of the channel for job news. Invite me there.",
        where="Slack → the channel → About → Channel ID.",
        unset="no job news",
    )
    poll_seconds: float = setting(
        15.0,
        "Seconds between checks of the jobs.",
        must="must be a number from 0.05 to 3600",
        ge=0.05,
        le=3600,
    )


class Settings(BaseSettings):
    """All settings. Build it with `config.load.load`, which says in words what is wrong."""

    model_config = SettingsConfigDict(
        env_nested_delimiter="_",
        env_nested_max_split=1,
        env_ignore_empty=True,
        env_file=".env",
        # Some editors begin a file with a mark that would become a part of the first name.
        env_file_encoding="utf-8-sig",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    slack: SlackSettings = SlackSettings()
    telnyx: TelnyxSettings = TelnyxSettings()
    answers: AnswerSettings = AnswerSettings()
    limits: LimitSettings = LimitSettings()
    jobs: JobSettings = JobSettings()
    access: AccessSettings = AccessSettings()

    command_aliases: Annotated[Words, NoDecode] = setting(
        (),
        "Short forms, comma separated: docs,calls adds /docs and /calls to /telnyx and /ask. After a change, update the app "
        "with the output of `bot manifest`. All apps of a workspace share its slash commands, so a name may be taken.",
        unset="none",
    )
    database_url: PostgresUrl | None = setting(
        None,
        "A PostgreSQL for several replicas: a direct connection, no transaction pooler. Needs ENCRYPTION_KEYS.",
        must="must be postgresql://user:password@host/name, with special characters in the password percent-encoded",
        unset="SQLite files in DATA_DIR",
    )
    # Two are no pool's; with fewer than five, work would wait for work.
    database_connections: int = setting(
        14,
        "The most connections that this process opens to PostgreSQL. The server needs this number for each replica, and during a "
        "rolling update for the one that is starting, too; `bot check` compares it with what the server allows. With fewer, "
        "work waits, and none is lost.",
        must="must be a whole number from 5 to 1000",
        ge=5,
        le=1000,
    )
    data_dir: Annotated[Path, AfterValidator(at_home)] = setting(
        Path("./data"), "The folder of the SQLite files. Only I use it."
    )
    port: Port = setting(
        3000,
        "The port of the probes, and of Slack's requests over HTTP.",
        must="must be a whole number from 0 to 65535",
    )
    replica_id: str = setting(
        socket.gethostname,
        "The name of this process among several: unique, and the same after a restart. Used only with DATABASE_URL.",
        unset="the host's name",
        min_length=1,
    )
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(upper)] = setting(
        "INFO",
        "How much goes into the log: DEBUG, INFO, WARNING, or ERROR.",
        must="must be DEBUG, INFO, WARNING, or ERROR",
    )
    log_format: Literal["text", "json"] | None = setting(
        None,
        "How the log is written: text for people, or json, one object a line.",
        must="must be text or json",
        unset="text in a terminal, else json",
    )
    encryption_keys: FernetKeys | None = setting(
        None,
        "Keys for what is stored encrypted, comma separated: the first encrypts, all decrypt. All replicas share them.",
        must="must be Fernet keys (32 bytes in URL-safe Base64), comma separated",
        where="Make one with: "
        "python3 -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'",
        unset="a key is made in DATA_DIR/encryption.key; required with DATABASE_URL",
    )

    _can_be_written = field_validator("*", mode="before")(writable)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the names are pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return where values come from, without the variables of other programs (`JOBS=4` is make's)."""
        for source in (env_settings, dotenv_settings):
            if isinstance(source, EnvSettingsSource):
                source.env_vars = _ours(source.env_vars)
        return init_settings, env_settings, dotenv_settings

    def secrets(self) -> list[str]:
        """Return every secret value, for what takes them out of texts."""
        groups = (self, *(getattr(self, name) for name in sections()))
        held = [value for group in groups for _, value in group if isinstance(value, SecretStr)]
        return [part for value in held for part in value.get_secret_value().split(",")]

    def foreign_hosts(self) -> list[str]:
        """Return the variables that send the keys to another host than Slack's and Telnyx's; the start names them."""
        chosen = {
            f"SLACK_API_URL ({urlsplit(self.slack.api_url).netloc})": self.slack.api_url != SLACK_API_URL,
            f"TELNYX_BASE_URL ({urlsplit(self.telnyx.base_url).netloc})": self.telnyx.base_url
            != TELNYX_BASE_URL,
        }
        return [name for name, foreign in chosen.items() if foreign]


def _ours(given: Mapping[str, str | None]) -> dict[str, str | None]:
    known = {name.lower() for name in variables()}
    bare = {name: unquoted(value) for name, value in given.items() if value and name.lower() in known}
    return {name: value for name, value in bare.items() if value}


def sections() -> dict[str, type[Section]]:
    """Return the sections by name: the part of a variable's name before its first underscore."""
    fields = Settings.model_fields.items()
    return {
        name: field.annotation
        for name, field in fields
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
    }


def variables() -> dict[str, FieldInfo]:
    """Return every environment variable that has a meaning here, with its setting."""
    grouped = sections()
    nested = {
        f"{name}_{inner}".upper(): field
        for name, section in grouped.items()
        for inner, field in section.model_fields.items()
    }
    own = {name.upper(): field for name, field in Settings.model_fields.items() if name not in grouped}
    return nested | own
