import pytest

from bot.errors import RefusedError, UsageError
from bot.render.blocks import context
from bot.render.errors import slack_words, small_print, words
from bot.slack.codes import kind_of_word
from bot.telnyx import errors as telnyx

ID = "E-7K3QF"


def every_kind(root: type[BaseException]) -> list[type[BaseException]]:
    return [root, *(kind for child in root.__subclasses__() for kind in every_kind(child))]


def made(kind: type[BaseException]) -> BaseException:
    if issubclass(kind, telnyx.TelnyxStatusError):
        return kind("chat.stream", 418)
    if issubclass(kind, telnyx.TelnyxStreamError):
        return kind("chat.stream", "ended early", partial=3)
    if issubclass(kind, telnyx.TelnyxError):
        return kind("chat.stream", "reset")
    raise LookupError(kind)


@pytest.mark.parametrize("kind", every_kind(telnyx.TelnyxError))
def test_every_telnyx_error_is_a_sentence_with_its_id_and_no_internals(kind: type[BaseException]) -> None:
    notice = words(made(kind), ID)

    assert notice.message.blocks[-1] == context(small_print(ID))
    assert notice.message.text.endswith("person who runs the bot: E\u20117K3QF")
    assert ID not in notice.message.text
    assert "Telnyx" in notice.text
    assert "chat.stream" not in notice.text
    assert kind.__name__ not in notice.text


def test_unknown_error_shows_nothing_of_itself() -> None:
    notice = words(KeyError("xoxb-secret /srv/bot.py"), ID)

    assert notice.message.text == (
        "Something went wrong on my side. Try again. "
        "If it keeps happening, give this ID to the person who runs the bot: E\u20117K3QF"
    )
    assert notice.retryable


def test_wrong_key_names_the_variable_and_whom_to_ask() -> None:
    notice = words(telnyx.TelnyxAuthenticationError("chat.stream", 401, detail="bad key"), ID)

    assert "TELNYX_API_KEY" in notice.text
    assert "the person who runs the bot" in notice.text
    assert not notice.retryable


def test_spending_limit_is_said_in_words() -> None:
    error = telnyx.TelnyxPermissionError("chat.stream", 403, detail="Inference spending limit exceeded")

    assert "spending limit" in words(error, ID).text


def test_other_403_is_no_spending_limit() -> None:
    assert "spending" not in words(telnyx.TelnyxPermissionError("chat.stream", 403), ID).text


@pytest.mark.parametrize(
    ("seconds", "said"), [(7.2, "in 8 seconds"), (0.2, "in 1 second."), (None, "in a minute")]
)
def test_rate_limit_says_when_to_go_on(seconds: float | None, said: str) -> None:
    assert said in words(telnyx.TelnyxRateLimitError("chat.stream", 429, retry_after=seconds), ID).text


def test_what_telnyx_found_wrong_is_quoted_without_power() -> None:
    error = telnyx.TelnyxInvalidError("chat.stream", 422, detail="bucket <!channel> unknown")

    assert "bucket &lt;\u200b!channel&gt; unknown" in words(error, ID).text


def test_usage_error_shows_its_example() -> None:
    assert words(UsageError("A question is missing.", "/ask Where is it?"), ID).text == (
        "A question is missing. Example: /ask Where is it?"
    )


def test_refusal_is_shown_as_it_was_said() -> None:
    notice = words(RefusedError("Only admins may do this."), ID)

    assert notice.text.startswith("Only admins may do this.")
    assert not notice.retryable


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("not_in_channel", "/invite"),
        ("missing_scope", "reinstall"),
        ("is_archived", "archived"),
        ("ratelimited", "slow down"),
    ],
)
def test_slack_codes_have_words(code: str, said: str) -> None:
    assert said in slack_words(code, kind_of_word(code).name)


def test_unknown_slack_code_is_named_without_power() -> None:
    assert "brand_new_code" in slack_words("brand_new_code", "OTHER")
    assert "<!" not in slack_words("<!channel>", "OTHER")


@pytest.mark.parametrize("error", [UsageError("No bucket <!channel>."), RefusedError("Not <!channel>.")])
def test_what_a_person_typed_has_no_power_in_the_notice(error: Exception) -> None:
    assert "&lt;!channel&gt;" in words(error, ID).text
