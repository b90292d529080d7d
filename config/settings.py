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
from config.answers import AnswerSettings, CallSettings
from config.limits import LimitSettings
from config.storage import StorageSettings
from config.values import (
    FernetKeys,
    Port,
    PostgresUrl,
    Section,
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


class JobSettings(Section):
    """How I follow long-running Telnyx jobs."""

    channel: str | None = setting(
        None,
        "The ID of the channel for news of all jobs. Invite me there.",
        where="Slack → the channel → About → Channel ID.",
        unset="subscribed channels and who starts a job from Slack hear about it",
    )
    poll_seconds: float = setting(
        15.0,
        "Seconds between checks of the jobs while one runs; four times as many while none does.",
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
    storage: StorageSettings = StorageSettings()
    answers: AnswerSettings = AnswerSettings()
    calls: CallSettings = CallSettings()
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
            f"STORAGE_URL ({urlsplit(self.storage.address).netloc})": self.storage.url is not None,
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
