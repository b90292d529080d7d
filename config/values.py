"""What a setting can say of itself, and the kinds of values there are."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, field_validator
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

STRANGE = "strange_characters"
"""The kind of error for text that can't be in any value."""
_FERNET = re.compile(r"[A-Za-z0-9_+/-]{43}=")  # 32 bytes in Base64
_ID = re.compile(r"[UWS][A-Z0-9]{2,31}")


def setting(
    default: Any,
    about: str,
    *,
    must: str = "",
    where: str = "",
    unset: str = "",
    ask: bool = False,
    **rules: Any,
) -> Any:
    """Return a field that says of itself what people need to know.

    Args:
        default: what holds when it isn't set; a function makes it.
        about: what it does, in a sentence.
        must: what a value has to be; completes the variable's name to a sentence. Without it any text will do.
        where: where to get a value.
        unset: what holds when it isn't set, where the default alone doesn't say so.
        ask: `.env.example` leaves it to be filled in.
        rules: as pydantic's ``Field`` takes them.
    """
    rules |= {"default_factory": default} if callable(default) else {"default": default}
    said: JsonDict = {"must": must, "where": where, "unset": unset, "ask": ask}
    return Field(description=about, json_schema_extra=said, **rules)


def _words(value: Any) -> Any:
    """Return "a, b" as ("a", "b")."""
    return (
        tuple(word.strip() for word in value.split(",") if word.strip()) if isinstance(value, str) else value
    )


def _prompts(value: Any) -> Any:
    """Return "One question? | Another?" as the two of them: questions have commas."""
    return (
        tuple(part.strip() for part in value.split("|") if part.strip()) if isinstance(value, str) else value
    )


def _steps(value: Any) -> Any:
    """Return "pool, words" as ("pool", "words"), and "none" as no step."""
    return _words("" if isinstance(value, str) and value.strip().lower() == "none" else value)


def _limits(value: Any) -> Any:
    """Return "handbook:0.2, manual:0.25" as a mapping; a bucket's name holds no colon."""
    if not isinstance(value, str):
        return value
    pairs = [word.rpartition(":") for word in _words(value)]
    return {bucket.strip(): limit.strip() for bucket, _, limit in pairs}


def upper(value: Any) -> Any:
    """Return text in capitals."""
    return value.upper() if isinstance(value, str) else value


def unquoted(value: str) -> str:
    """Return the value without white space and one pair of quotation marks around it: Docker and systemd hand on what `.env` has."""
    bare = value.strip()
    if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'":
        return bare[1:-1].strip()
    return bare


def writable(value: Any) -> Any:
    """Return the value, unless no file name, header, or database can hold it."""
    if isinstance(value, str) and ("\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value)):
        raise PydanticCustomError(STRANGE, "has characters that can't be in it")
    return value


def _header_safe(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not text.isascii() or not text.isprintable() or " " in text:
        raise PydanticCustomError(STRANGE, "has characters that can't be in it")
    return value


def _fernet_keys(value: SecretStr) -> SecretStr:
    given = split_keys(value.get_secret_value())
    if not given or not all(_FERNET.fullmatch(key) for key in given):
        raise ValueError("must be Fernet keys")
    return value


def split_keys(given: str) -> list[str]:
    """Return the keys of ENCRYPTION_KEYS, one by one."""
    return [key.strip() for key in given.split(",") if key.strip()]


def _postgres(value: SecretStr) -> SecretStr:
    """Return the address, if the library that connects to it can read it."""
    # It takes a while to import, and few installations set this.
    from psycopg import ProgrammingError  # noqa: PLC0415 - as above
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - as above

    text = value.get_secret_value()
    try:
        parts = urlsplit(text)
        # Reading the port checks it.
        fit = parts.scheme in ("postgresql", "postgres") and parts.port != 0 and bool(conninfo_to_dict(text))
    except (ProgrammingError, ValueError):
        fit = False
    if not fit:
        raise ValueError("must be an address of PostgreSQL")
    return value


def at_home(value: Path) -> Path:
    """Return a path in which `~` is the home of the user, as in a shell; a home that no one knows is left as it is."""
    try:
        return value.expanduser()
    except RuntimeError:
        return value


def checked_ids(value: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ids, unless one is a name: it would never be anyone."""
    if wrong := [one for one in value if not _ID.fullmatch(one)]:
        raise ValueError(f"{len(wrong)} of these are no IDs")
    return value


def checked_prefix(value: SecretStr | None, prefix: str) -> SecretStr | None:
    """Return the token, if it begins as it has to."""
    if value is not None and not value.get_secret_value().startswith(prefix):
        raise ValueError(f"must start with {prefix}")
    return value


def checked_url(value: str) -> str:
    """Return the address, if a request can go there."""
    parts = urlsplit(value)
    # Reading the port checks it. What stands before an @ would be shown wherever the address is.
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or parts.port == 0:
        raise ValueError("must be an http or https address")
    if not value.isprintable() or " " in value:
        raise ValueError("must be an http or https address")
    return value


STEPS = ("pool", "words", "stitch", "repeats")
MORE_STEPS = ("neighbors", "rewrite")
"""Steps of retrieval that make a request of their own."""
Steps = Annotated[
    tuple[Literal["pool", "words", "stitch", "repeats", "neighbors", "rewrite"], ...], BeforeValidator(_steps)
]
Limits = Annotated[
    dict[Annotated[str, Field(min_length=1)], Annotated[float, Field(gt=0, le=2)]], BeforeValidator(_limits)
]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Prompts = Annotated[tuple[str, ...], BeforeValidator(_prompts)]
Port = Annotated[int, Field(ge=0, le=65535)]
Token = Annotated[SecretStr, AfterValidator(_header_safe)]
"""A secret that goes into a header as it is."""
FernetKeys = Annotated[SecretStr, AfterValidator(_fernet_keys)]
PostgresUrl = Annotated[SecretStr, AfterValidator(_postgres)]


class Section(BaseModel):
    """A group of settings; variables it doesn't know belong to other programs."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    _can_be_written = field_validator("*", mode="before")(writable)


def said(field: FieldInfo, what: Literal["must", "where", "unset"]) -> str:
    """Return what a setting says of itself."""
    extra = field.json_schema_extra
    return str(extra[what]) if isinstance(extra, dict) else ""
