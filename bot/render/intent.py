"""What somebody wants done, however they said it: words typed, a button pressed, a form filled in. Plain JSON, checked on every way in."""

from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field


class Positional:
    """An optional field that is typed without its name: ``jobs subscribe embeddings``."""


class Verbatim:
    """A field that takes the rest of the line as the person wrote it: no option, quote or mention is read out of it."""


Text = Annotated[str, Verbatim(), Field(min_length=1, max_length=40_000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
"""An id or a name of something at Telnyx."""


class Intent(BaseModel):
    """Subclass with ``verb="docs show"`` and a field for each argument.

    A field without a default is typed by position, one with a default as ``--long-option``; ``bool`` is a flag and a tuple may be
    repeated. ``title`` is its label in a form, ``description`` its line in the help.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True
    )
    verb: ClassVar[str] = ""

    def __init_subclass__(cls, *, verb: str = "", **more: Any) -> None:
        super().__init_subclass__(**more)
        cls.verb = verb or cls.verb

    def pack(self) -> str:
        """A button's value."""
        return self.model_dump_json(exclude_defaults=True)

    @classmethod
    def unpack(cls, value: str) -> Self:
        """The inverse of ``pack``; reads ``PREFIX:part:part`` of buttons of release 0.1 too. Raises ``ValueError``."""
        if value.startswith("{"):
            return cls.model_validate_json(value)
        parts = [part.replace("%3A", ":").replace("%25", "%") for part in value.split(":")[1:]]
        return cls.model_validate(dict(zip(cls.model_fields, parts, strict=True)))


class Paged(Intent):
    """A list that is shown page by page: a page is an argument like any other, so *Next* is the same intent again."""

    page: int = Field(default=1, ge=1, le=1_000, description="Which page.")
