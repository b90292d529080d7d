"""Each problem that pydantic can report has words of ours."""

from enum import Enum
from typing import Annotated, Any, Literal, get_args

import pytest
from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from bot.render.complaints import FALLBACK, complaint, sentence


class Mood(Enum):
    GOOD = "good"
    BAD = "bad"


class Form(BaseModel):
    """A field for each constraint that an argument can have."""

    top: int | None = Field(default=None, ge=1, le=50)
    least: int = Field(default=1, ge=1)
    most: float = Field(default=1, lt=2)
    name: str = Field(default="x", min_length=1, max_length=200)
    letter: str = Field(default="x", max_length=1)
    kind: Literal["embeddings", "clusters"] | None = None
    mood: Mood = Mood.GOOD
    moods: tuple[Literal["good", "bad"], ...] = ()
    pair: Annotated[tuple[str, ...], Field(min_length=2, max_length=3)] = ("a", "b")
    one: Annotated[tuple[str, ...], Field(max_length=1)] = ()
    loud: bool = False
    schema_text: str = ""

    @field_validator("schema_text")
    @classmethod
    def _schema(cls, value: str) -> str:
        if value:
            raise ValueError("Line 1, column 10: Expecting value.")
        return value

    @model_validator(mode="after")
    def _both(self) -> "Form":
        if self.top == 50 and self.loud:
            raise ValueError("Either loud or all.")
        return self


def problem(**given: Any) -> ErrorDetails:
    with pytest.raises(ValidationError) as caught:
        Form.model_validate(given)
    return caught.value.errors()[0]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("top", "many", "takes a number from 1 to 50"),
        ("top", 1.5, "takes a whole number from 1 to 50"),
        ("top", 0, "takes a number from 1 to 50"),
        ("top", 51, "takes a number from 1 to 50"),
        ("least", 0, "must be at least 1"),
        ("least", "x", "must be a whole number"),
        ("most", 2, "must be less than 2"),
        ("most", "x", "must be a number"),
        ("name", "", "is empty"),
        ("name", "x" * 201, "is too long: at most 200 characters"),
        ("name", 1, "must be text"),
        ("letter", "xy", "is too long: at most 1 character"),
        ("kind", "x", "isn't one of: embeddings, clusters"),
        ("mood", "x", "isn't one of: good, bad"),
        ("moods", ("x",), "isn't one of: good, bad"),
        ("pair", ("a",), "needs at least 2 values"),
        ("pair", ("a",) * 4, "takes at most 3 values"),
        ("one", ("a", "b"), "takes only one value"),
        ("loud", "x", "must be yes or no"),
        ("schema_text", "x", "Line 1, column 10: Expecting value."),
    ],
)
def test_a_problem_is_told_in_our_words(field: str, value: Any, said: str) -> None:
    assert complaint(problem(**{field: value}), Form.model_fields[field]) == said


def test_without_the_field_the_problem_itself_says_what_it_can() -> None:
    assert complaint(problem(top=51)) == "must be at most 50"
    assert complaint(problem(top="x")) == "must be a whole number"
    assert complaint(problem(kind="x")) == "isn't one of: embeddings or clusters"


def test_a_sentence_names_what_is_wrong() -> None:
    assert (
        sentence("--top", problem(top=51), Form.model_fields["top"]) == "`--top` takes a number from 1 to 50."
    )
    assert sentence("--schema", problem(schema_text="x")) == "`--schema`: Line 1, column 10: Expecting value."
    assert sentence("", problem(top=50, loud=True)) == "Either loud or all."


@pytest.mark.parametrize("kind", get_args(ErrorType))
def test_no_type_of_pydantics_is_without_words(kind: str) -> None:
    context = {"error": "Ours.", "expected": "'a' or 'b'", "ge": 1, "gt": 1, "le": 2, "lt": 2}
    context |= {"min_length": 2, "max_length": 3, "multiple_of": 2}
    found: Any = {"type": kind, "loc": ("x",), "msg": "Input should be valid", "input": "", "ctx": context}

    text = complaint(found)

    assert text
    assert "Input" not in text
    assert text[0].islower() or text == "Ours."
    found["type"] = "a_type_of_tomorrow"
    assert complaint(found) == FALLBACK
