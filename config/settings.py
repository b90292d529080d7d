"""Every setting the bot knows, as frozen values. Nothing else reads the environment.

`SLACK_BOT_TOKEN` is `settings.slack.bot_token`: the first underscore divides section and name. `.env` in the working
directory is read too; the environment wins; an empty value counts as not set.
"""

import socket
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SLACK_API_URL = "https://slack.com/api/"
TELNYX_BASE_URL = "https://api.telnyx.com/v2"
DEFAULT_MODEL = "meta-llama/Meta-Llama-3.1-70B-Instruct"


def _words(value: Any) -> Any:
    """Read "a, b" as ("a", "b")."""
    return (
        tuple(word.strip() for word in value.split(",") if word.strip()) if isinstance(value, str) else value
    )


def _prompts(value: Any) -> Any:
    """Read "One question? | Another?" as the two of them: questions have commas."""
    return (
        tuple(part.strip() for part in value.split("|") if part.strip()) if isinstance(value, str) else value
    )


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _checked_prefix(value: SecretStr | None, prefix: str) -> SecretStr | None:
    if value is not None and not value.get_secret_value().startswith(prefix):
        raise ValueError(f"must start with {prefix}")
    return value


def _checked_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an http or https address")
    return value


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Prompts = Annotated[tuple[str, ...], BeforeValidator(_prompts)]
Port = Annotated[int, Field(ge=0, le=65535)]


class Section(BaseModel):
    """A group of settings; variables it doesn't know belong to other programs."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class SlackSettings(Section):
    """How the bot reaches Slack: Socket Mode with an app token, else HTTP with a signing secret."""

    bot_token: SecretStr | None = None
    app_token: SecretStr | None = None
    signing_secret: SecretStr | None = None
    api_url: str = SLACK_API_URL
    # A Socket Mode connection from which nothing came for longer is replaced.
    silent_seconds: float = Field(default=30.0, ge=1, le=600)

    @field_validator("bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _checked_prefix(value, "xoxb-")

    @field_validator("app_token")
    @classmethod
    def _app_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _checked_prefix(value, "xapp-")

    @field_validator("api_url")
    @classmethod
    def _api_url(cls, value: str) -> str:
        return _checked_url(value).rstrip("/") + "/"  # slack_sdk puts the method's name right behind it

    @property
    def socket_mode(self) -> bool:
        """Return whether Slack delivers over a WebSocket that we open, instead of requests that we receive."""
        return self.app_token is not None


class TelnyxSettings(Section):
    """How the bot reaches Telnyx."""

    api_key: SecretStr | None = None
    base_url: str = TELNYX_BASE_URL
    # A model that is silent for longer counts as timed out.
    first_byte_seconds: float = Field(default=30.0, gt=0, le=600)

    @field_validator("base_url")
    @classmethod
    def _base_url(cls, value: str) -> str:
        return _checked_url(value).rstrip("/")


class AnswerSettings(Section):
    """How questions are answered unless a channel has settings of its own."""

    # Large enough to keep to the passages and to cite them, and still among the hosted models that answer quickly;
    # Telnyx's own default (8B) invents citations more often. None of it is fixed: `/telnyx models` lists the others.
    model: str = DEFAULT_MODEL
    buckets: Annotated[Words, NoDecode] = ()  # empty: all that the audience may see
    top: int = Field(default=6, ge=1, le=50)  # passages asked for per bucket
    max_distance: float = Field(default=0.5, gt=0, le=2)  # cosine distance: 0 is the same text, 1 unrelated
    temperature: float = Field(default=0.1, ge=0, le=2)  # Telnyx's own default
    max_tokens: int = Field(default=1024, ge=16, le=32768)
    # questions that a direct message suggests; Slack shows four
    prompts: Annotated[Prompts, NoDecode] = Field(default=(), max_length=4)


class LimitSettings(Section):
    """What one person may ask for, and what the bot may use up."""

    questions_per_minute: int = Field(default=20, ge=1, le=10_000)
    # What running work gets to end when the bot is told to stop.
    stop_seconds: float = Field(default=8.0, ge=0, le=600)
    database_megabytes: float | None = Field(default=None, ge=1)  # of each SQLite file


class JobSettings(Section):
    """How long-running Telnyx jobs are followed."""

    channel: str | None = None  # where news goes that no subscription asked for
    poll_seconds: float = Field(default=15.0, ge=0.05, le=3600)


class AccessSettings(Section):
    """Who may see what before anything is granted."""

    default: Literal["all", "none"] = "all"
    calls: Literal["admins", "all"] = "admins"


class Settings(BaseSettings):
    """All settings. Build it with `config.load.load`, which says in words what is wrong."""

    model_config = SettingsConfigDict(
        env_nested_delimiter="_",
        env_nested_max_split=1,
        env_ignore_empty=True,
        env_file=".env",
        env_file_encoding="utf-8",
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

    command_aliases: Annotated[
        Words, NoDecode
    ] = ()  # nouns of /telnyx that are slash commands of their own too
    database_url: SecretStr | None = None  # it may carry a password
    data_dir: Path = Path("./data")
    port: Port = 3000
    replica_id: str = Field(default_factory=socket.gethostname, min_length=1)
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = "INFO"
    encryption_keys: SecretStr | None = None  # comma separated; the first one encrypts, all of them decrypt

    def foreign_hosts(self) -> list[str]:
        """Return the variables that send the keys to another host than Slack's and Telnyx's; the start names them."""
        chosen = {
            f"SLACK_API_URL ({urlsplit(self.slack.api_url).netloc})": self.slack.api_url != SLACK_API_URL,
            f"TELNYX_BASE_URL ({urlsplit(self.telnyx.base_url).netloc})": self.telnyx.base_url
            != TELNYX_BASE_URL,
        }
        return [name for name, foreign in chosen.items() if foreign]


def sections() -> dict[str, type[Section]]:
    """Return the sections by name: the part of a variable's name before its first underscore."""
    fields = Settings.model_fields.items()
    return {
        name: field.annotation
        for name, field in fields
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
    }


def variables() -> list[str]:
    """Return the name of every environment variable that has a meaning here."""
    grouped = sections()
    nested = [
        f"{name}_{inner}".upper() for name, section in grouped.items() for inner in section.model_fields
    ]
    return nested + [name.upper() for name in Settings.model_fields if name not in grouped]
