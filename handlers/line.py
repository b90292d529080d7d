"""A typed line read into an intent: options by name, the rest by position, free text as it was written. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from bot.errors import UsageError
from bot.render.complaints import sentence
from bot.render.intent import Bare, Cursor, Edited, Intent, Paged, Positional, Verbatim
from bot.slack.markup import as_written
from handlers.typed import Word, code, near

I = TypeVar("I", bound=Intent)  # noqa: E741 - the intent
_MARKS = ("?", "\uff1f", "\u061f")
BY_BUTTON = {*Paged.model_fields, *Cursor.model_fields, *Edited.model_fields}
"""Where a list goes on, and what a form showed: buttons and windows carry it."""


@dataclass(frozen=True, slots=True)
class Argument:
    """A field of an intent, as people type it."""

    name: str
    field: FieldInfo

    @property
    def placed(self) -> bool:
        """It is typed by position, without its name."""
        return self.field.is_required() or self._is(Positional)

    @property
    def verbatim(self) -> bool:
        """It takes the text as it was written."""
        return self._is(Verbatim)

    @property
    def many(self) -> bool:
        """It can be repeated."""
        return get_origin(self.field.annotation) is tuple

    @property
    def bare(self) -> str:
        """Return what it means without a value; "" where it needs one."""
        return next((one.value for one in self.field.metadata if isinstance(one, Bare)), "")

    @property
    def flag(self) -> bool:
        """It takes no value."""
        return self.field.annotation is bool

    @property
    def told(self) -> bool:
        """It stands in the usage; a page can be typed as well, but a list has buttons for it."""
        return self.name not in BY_BUTTON

    @property
    def shown(self) -> str:
        """Return ``BUCKET`` by position, else ``--bucket``."""
        typed = self.name.strip("_").replace("_", "-")  # `verb_` is not the verb that every intent has
        return typed.upper() if self.placed else f"--{typed}"

    @property
    def usage(self) -> str:
        """Return ``BUCKET``, ``[TOPIC]``, ``[--top TOP]``, ``[--bucket BUCKET]…``."""
        more = "…" if self.many or self.verbatim else ""
        if self.placed:
            return self.shown + more if self.field.is_required() else f"[{self.shown}{more}]"
        value = "" if self.flag else f" {self.name.strip('_').rpartition('_')[2].upper()}"
        value = f" [{value[1:]}]" if self.bare else value
        return f"[{self.shown}{value}]{more}"

    def _is(self, marker: type) -> bool:
        return any(isinstance(one, marker) for one in self.field.metadata)


def arguments(kind: type[Intent]) -> tuple[Argument, ...]:
    """Return what can be typed for an intent: by position first, then options."""
    found = [Argument(name, field) for name, field in kind.model_fields.items()]
    return tuple(sorted(found, key=lambda argument: not argument.placed))


def usage(kind: type[Intent]) -> str:
    """Return ``BUCKET [--chunk-size SIZE]``."""
    return " ".join(argument.usage for argument in arguments(kind) if argument.told)


def read(kind: type[I], line: str, said: Sequence[Word]) -> I:
    """Return the intent in a line; ``said`` are its words behind those that named the verb.

    Raises:
        UsageError: what is missing, too much or wrong, and the option that was probably meant.
    """
    reading = _Reading(kind, said)
    placed = [argument for argument in arguments(kind) if argument.placed]
    if placed and placed[-1].verbatim:
        reading.around_text(placed, line)
    else:
        reading.in_any_order(placed)
    return _checked(kind, reading.given)


def spoken(kind: type[I], line: str, said: Sequence[Word]) -> tuple[str, I]:
    """Return the text and the intent in what was said to the bot, where there may be options alone, or nothing.

    Raises:
        UsageError: an option that is wrong, or nearly one of ours.
    """
    text = next(one.name for one in arguments(kind) if one.verbatim)
    reading = _Reading(kind, said)
    reading.around_text([one for one in arguments(kind) if one.placed], line)
    words = str(reading.given.get(text, ""))
    return words, _checked(kind, {**reading.given, text: words or "?"})


def _checked(kind: type[I], given: Mapping[str, Any]) -> I:
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        wrong = next((one for one in arguments(kind) if problem["loc"][:1] == (one.name,)), None)
        name = wrong.shown if wrong else ""
        raise UsageError(sentence(name, problem, wrong.field if wrong else None)) from error


class _Reading:
    """One pass over the words of a line."""

    def __init__(self, kind: type[Intent], words: Sequence[Word]) -> None:
        self.given: dict[str, Any] = {}
        self._words = words
        self._options = {one.shown: one for one in arguments(kind) if not one.placed}

    def in_any_order(self, placed: Sequence[Argument]) -> None:
        """Read a verb without free text: options stand anywhere among the arguments."""
        left, at = [], 0
        while at < len(self._words):
            if width := self._width(at):
                self._take(at)
            elif self._words[at].option:
                raise _unknown(self._words[at].option, near(self._words[at].option, self._options))
            else:
                left.append(self._words[at].text)
            at += width or 1
        for argument in placed:
            if left:
                self.given[argument.name] = tuple(left) if argument.many else left[0]
                left = [] if argument.many else left[1:]
        if left:
            raise UsageError(f"I don't know what {code(left[0])} means here.")

    def around_text(self, placed: Sequence[Argument], line: str) -> None:
        """Read options before the text and behind it, never inside: what is no option of ours there belongs to the text."""
        *before, text = placed
        words, at = self._words, self._take_run(0)
        for argument in before:
            if at < len(words):
                if words[at].option:
                    raise _unknown(words[at].option, near(words[at].option, self._options))
                self.given[argument.name] = words[at].text
                at = self._take_run(at + 1)
        end = self._end_of_text(at + 1)
        self._take_run(end)
        for word, following in self._like_options(at, end):
            if meant := self._slip_of(word, following):
                raise _unknown(word.option, meant)
        if any(word.text for word in words[at:end]):
            self.given[text.name] = as_written(line[words[at].start : words[end - 1].end])

    def _like_options(self, at: int, end: int) -> Iterator[tuple[Word, Word | None]]:
        """Yield the words of the text that stand where an option would, each with what would be its value."""
        words = [*self._words[at:end], None]
        for place in {0, end - at - 2, end - at - 1}:
            if (
                0 <= place < end - at
                and (word := words[place]) is not None
                and word.option
                and not self._asks(at + place)
            ):
                yield word, words[place + 1]

    def _slip_of(self, word: Word, following: Word | None) -> str | None:
        """Return the option that was probably meant: a letter too many, too few, or two that changed places.

        Another letter (`--no-deps`, `--modal`) makes another word. A value has to stand where the option takes one.
        """
        for shown, option in self._options.items():
            valued = "=" in word.text or (following is not None and not following.option)
            alone = following is None or bool(following.option) or word is self._words[0]
            if (alone if option.flag else valued) and _slipped(word.option, shown):
                return shown
        return None

    def _end_of_text(self, earliest: int) -> int:
        """Return where the options begin that fill the rest of the line, from ``earliest`` on."""
        # Backwards, so a line of nothing but options takes no longer than one of words.
        ends = [False] * len(self._words) + [True]
        for at in range(len(self._words) - 1, earliest - 1, -1):
            width = 0 if self._asks(at) else self._width(at)
            ends[at] = width > 0 and ends[at + width]
        return next((at for at in range(earliest, len(self._words)) if ends[at]), len(self._words))

    def _take_run(self, at: int) -> int:
        """Take the options that follow each other from ``at`` on; return where the first other word stands."""
        while width := self._width(at):
            self._take(at)
            at += width
        return at

    def _width(self, at: int) -> int:
        """Return of how many words the option at ``at`` is; 0 when there is none of ours."""
        option = self._options.get(self._words[at].option) if at < len(self._words) else None
        if option is None:
            return 0
        alone = option.flag or "=" in self._words[at].text or not self._value_at(at + 1)
        return 1 if alone else 2

    def _value_at(self, at: int) -> bool:
        """Return whether a value stands there: the next option isn't one, unless it is in quotes."""
        return at < len(self._words) and (self._words[at].quoted or not self._words[at].text.startswith("--"))

    def _asks(self, at: int) -> bool:
        """Return whether the option at ``at`` is what a question is about ("what does --top do?"), and no option of it."""
        last = self._words[-1]
        return at > 0 and at >= len(self._words) - 2 and last.text.endswith(_MARKS) and not last.quoted

    def _take(self, at: int) -> None:
        key, equals, value = self._words[at].text.partition("=")
        option = self._options[key]
        if option.flag:
            if equals:
                raise UsageError(f"`{key}` takes no value.")
            self.given[option.name] = True
            return
        if not equals and self._value_at(at + 1):
            value = self._words[at + 1].text
        value = value if value.strip() else option.bare
        if not value:
            raise UsageError(f"`{key}` needs a value.")
        if option.many:
            self.given[option.name] = (*self.given.get(option.name, ()), value)
        elif option.name in self.given:
            raise UsageError(f"You typed `{key}` twice.")
        else:
            self.given[option.name] = value


def _slipped(typed: str, meant: str) -> bool:
    """Return whether one slip of the fingers makes one of the other, in letters or dashes."""
    short, long = sorted((typed.casefold(), meant), key=len)
    if len(short) == len(long):
        differ = [place for place, (a, b) in enumerate(zip(short, long, strict=True)) if a != b]
        swapped = len(differ) == 2 and differ[1] == differ[0] + 1 and sorted(short) == sorted(long)  # noqa: PLR2004 - neighbors
        return not differ or swapped
    return len(long) == len(short) + 1 and any(
        long[:place] + long[place + 1 :] == short for place in range(len(long))
    )


def _unknown(option: str, meant: str | None) -> UsageError:
    return UsageError(f"There's no option {code(option)}." + (f" Did you mean `{meant}`?" if meant else ""))
