"""What someone wants done, however they said it: words typed, a button pressed, a form filled in. Plain JSON, checked on every way in."""

from itertools import chain
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

PICKED = "\u241f"
"""Between the verb and its argument in the value of a menu's option."""


SEEN = "seen"
"""The field of a change that says what its form was filled with."""
TURNED = ("page", "before")
"""The fields that say which page of a list is shown."""


class Positional:
    """An optional field that is typed without its name: ``jobs subscribe embeddings``."""


class Verbatim:
    """A field that takes the rest of the line as the person wrote it: no option, quote or mention is read out of it."""


class Multiline:
    """A field that is long enough for several lines in a form; a ``Verbatim`` one always is."""


class Several:
    """A tuple whose choices can be ticked together in a form."""


class Chosen:
    """A field that a form demands; left out of a line or a button, it opens that form with what was said."""


class Here:
    """A conversation of Slack's; its form opens with the one where it was wanted, because a window has no place."""


class Someone:
    """A channel, a person, or a user group: typed as one word, in a form a field for each kind."""


class Bare:
    """An option that may be typed without a value, which then is this one."""

    def __init__(self, value: str) -> None:
        self.value = value


Text = Annotated[str, Verbatim(), Field(min_length=1, max_length=40_000)]
Phrase = Annotated[str, Verbatim(), Field(min_length=1, max_length=400)]
"""A ``Text`` that is short enough for a button to carry it beside other fields."""
Name = Annotated[str, Field(min_length=1, max_length=200)]
"""An id or a name of something at Telnyx."""


def _words(value: object) -> object:
    """Return the names in what was typed into one field."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


Names = Annotated[tuple[Name, ...], Field(max_length=20), BeforeValidator(_words), Several()]
"""Names of which there may be several: an option that is repeated, or a choice of many in a form."""


class Intent(BaseModel):
    """Subclass with ``verb="docs show"`` and a field for each argument.

    A field without a default is typed by position, one with a default as ``--long-option``; ``bool`` is a flag and a tuple may be
    repeated. ``title`` is its label in a form, ``description`` its line in the help.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True, defer_build=True
    )
    verb: ClassVar[str] = ""

    def __init_subclass__(cls, *, verb: str = "", **more: Any) -> None:
        super().__init_subclass__(**more)
        cls.verb = verb or cls.verb

    def pack(self) -> str:
        """Return a button's value."""
        return self.model_dump_json(exclude_defaults=True)

    @classmethod
    def unpack(cls, value: str) -> Self:
        """Return the inverse of ``pack``; reads ``PREFIX:part:part`` of buttons of release 0.1 too. Raises ``ValueError``."""
        if value.startswith("{"):
            return cls.model_validate_json(value)
        parts = [part.replace("%3A", ":").replace("%25", "%") for part in value.split(":")[1:]]
        return cls.model_validate(dict(zip([*cls.model_fields][: len(parts)], parts, strict=True)))

    def pick(self) -> str:
        """Return the value of a menu's option: the verb and its only argument, because an option carries 150 characters."""
        given = self.model_dump(exclude_defaults=True)
        if not given.keys() <= {self._argument()}:
            raise ValueError(
                f"{self.verb}: an option carries {self._argument()} alone, not {', '.join(given)}."
            )
        return PICKED.join([self.verb, *map(str, given.values())])

    @classmethod
    def picked(cls, argument: str) -> Self:
        """Return the intent of an option that was chosen. Raises ``ValueError``."""
        return cls.model_validate({cls._argument(): argument} if argument else {})

    @classmethod
    def _argument(cls) -> str:
        """Return the field that an option carries: the first that has to be given, else the first that turns no page."""
        fields = cls.model_fields.items()
        required = (name for name, field in fields if field.is_required())
        others = (name for name, _ in fields if name not in TURNED)
        return next(chain(required, others), "")


class Edited(Intent):
    """A change to something that exists, in a form that is filled with what is there; see ``bot/render/edits.py``."""

    seen: str = Field(default="", max_length=400, description="What the form was filled with.")


class Paged(Intent):
    """A list that is shown page by page: a page is an argument like any other, so *Next* is the same intent again."""

    page: int = Field(default=1, ge=1, le=100_000, description="Which page.")

    def place(self, total: int, size: int) -> slice:
        """Return which of ``total`` rows stand on this page of so many; behind the last page there is the last one."""
        first = (min(self.page, max(-(-total // size), 1)) - 1) * size
        return slice(first, first + size)


class Cursor(Intent):
    """A list that Telnyx cannot number: *Next* carries where the last page ended."""

    before: str = Field(default="", max_length=64, description="Only what is older than this.")
