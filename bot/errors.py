"""Errors that people are told in words of their own. Everything else that is raised is ours, and people see only an id for it."""

from collections.abc import Mapping


class StartError(Exception):
    """The bot can't start like this: the text names the variable or file and its fix, and shows no value that may be a secret."""


class UsageError(Exception):
    """The person can put it right: `text` says what was wrong, `example` shows how it is written."""

    def __init__(self, text: str, example: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.example = example


class SeveralError(UsageError):
    """What was typed names several things of a kind: ``given`` is what was typed, ``found`` each whole id and how it's told apart."""

    def __init__(self, text: str, *, question: str, given: str, found: Mapping[str, str]) -> None:
        super().__init__(text)
        self.question = question
        self.given = given
        self.found = found


class RefusedError(Exception):
    """The person may not do this: `text` says what is not allowed and who could allow it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class NotHereError(RefusedError):
    """The person may see it, but others read along where they asked: ``why``, as a clause.

    ``silent``: there not even that may be said. ``could_allow``: the one who asks may change that. ``calls``: it is about calls.
    """

    def __init__(
        self,
        text: str,
        *,
        why: str = "",
        silent: bool = False,
        could_allow: bool = False,
        calls: bool = False,
    ) -> None:
        super().__init__(text)
        self.why = why
        self.silent = silent
        self.could_allow = could_allow
        self.calls = calls


class OutcomeUnknownError(Exception):
    """A call of Slack's may have been done: the connection ended without an answer, or Slack answered 5xx."""


class NotNowError(OutcomeUnknownError):
    """Slack takes no call like this now: it refuses the token, or has had too many. Kept and tried again, like silence."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"{method}: {code}")
        self.code = code


class TooSlowError(Exception):
    """A look-up took longer than anyone waits for it."""


class TookTooLongError(Exception):
    """An answer was not finished in the time that one may take."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not finished after {seconds:g} seconds")
        self.seconds = seconds


class GivenUpError(Exception):
    """The work has ended the process so often that it is not begun again by itself."""
