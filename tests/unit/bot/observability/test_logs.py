import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot.observability.logs import REMOVED, configure, hide, new_error_id, without_secrets


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def fail(words: str) -> None:
    raise RuntimeError(words)


SECRETS = [
    "xoxb-" + "12-ab-CD",
    "xapp-" + "1-A0-99-ff",
    "xoxp-" + "1-2",
    "xoxe.xoxp-" + "1-Mi0y",
    "KEY" + "0123456789ABCDEF_abcDEF0123",
    "https://hooks.slack.com/commands/T1/2/abc",
    "https://hooks.slack-gov.com/actions/T1/2/abc",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_secrets_never_reach_a_line_wherever_they_stand(out: io.StringIO, secret: str) -> None:
    configure("DEBUG", json=True, stream=out)
    log = structlog.get_logger()
    try:
        fail(f"call with {secret} failed")
    except RuntimeError:
        log.exception("failed", value={"nested": [secret]}, error=f"Authorization: Bearer {secret}")
        logging.getLogger("slack_sdk").warning("sent %s", secret, exc_info=True)

    assert secret not in out.getvalue()
    assert secret[-6:] not in out.getvalue()
    assert [line["level"] for line in lines(out)] == ["error", "warning"]
    assert "RuntimeError" in lines(out)[0]["exception"]
    assert REMOVED in lines(out)[1]["exception"]


@pytest.mark.parametrize(
    "line",
    [
        "Authorization: Bearer abc.def-123",
        '{"response_url": "http://127.0.0.1:9/commands/abc.def-123"}',
        "{'token': 'abc.def-123'}",
        '{"event": "body {\\"token\\": \\"abc.def-123\\"}"}',
        "postgresql://bot:abc.def-123@db/x",
        "bot_token=abc.def-123 next",
    ],
)
def test_values_are_removed_by_their_names_too(line: str) -> None:
    assert "abc.def-123" not in without_secrets(line)


@pytest.mark.parametrize(
    "line", ["plain", '{"prompt_tokens": 12}', "https://api.telnyx.com/v2/ai", "tokens=12", "KEYBOARD"]
)
def test_ordinary_lines_stay_as_they_are(line: str) -> None:
    assert without_secrets(line) == line


def test_context_and_level_are_on_every_line(out: io.StringIO) -> None:
    configure("INFO", json=True, stream=out)
    with structlog.contextvars.bound_contextvars(turn="t1"):
        structlog.get_logger().info("turn_ended", state="done")
        structlog.get_logger().debug("not shown")

    (line,) = lines(out)
    assert (line["event"], line["turn"], line["level"], line["state"]) == ("turn_ended", "t1", "info", "done")
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("name", ["text", "question", "blocks"])
def test_what_people_wrote_is_not_logged_above_debug(out: io.StringIO, name: str) -> None:
    configure("DEBUG", json=True, stream=out)
    structlog.get_logger().info("asked", **{name: "my salary"})
    structlog.get_logger().debug("asked", **{name: "my salary"})

    assert [line[name] for line in lines(out)] == ["(9 long)", "my salary"]


def test_libraries_are_heard_from_warning_on(out: io.StringIO) -> None:
    configure("INFO", json=True, stream=out)
    logging.getLogger("httpx").info("ticking")
    logging.getLogger("httpx").warning("missed")

    assert [(line["event"], line["logger"]) for line in lines(out)] == [("missed", "httpx")]


def test_debug_lets_libraries_speak(out: io.StringIO) -> None:
    configure("DEBUG", json=True, stream=out)
    logging.getLogger("httpx").info("request")

    assert lines(out)[0]["event"] == "request"


def test_lines_for_people_are_not_json_and_as_safe(out: io.StringIO) -> None:
    configure("INFO", json=False, stream=out)
    structlog.get_logger().info("started", value="xoxb-" + "12-ab")

    assert "started" in out.getvalue()
    assert not out.getvalue().startswith("{")
    assert "12-ab" not in out.getvalue()


def test_configuring_twice_writes_each_line_once(out: io.StringIO) -> None:
    configure("INFO", json=True, stream=out)
    configure("INFO", json=True, stream=out)
    logging.getLogger("a_library").warning("once")  # one that no other test of this process configured

    assert len(lines(out)) == 1


def test_error_ids_are_short_speakable_and_different() -> None:
    ids = {new_error_id() for _ in range(200)}

    assert len(ids) > 195
    assert all(re.fullmatch(r"E-[34679ACDEFGHJKMNPQRTVWXY]{5}", one) for one in ids)


def test_a_line_of_json_begins_with_what_happened(out: io.StringIO) -> None:
    configure("INFO", json=True, stream=out)
    structlog.get_logger("x").warning("slack_closes", method="chat.update", seconds=40)
    logging.getLogger("y").warning("of a library")

    for line in out.getvalue().splitlines():
        assert list(json.loads(line))[:3] == ["event", "level", "timestamp"]


def test_text_for_people_has_no_braces_and_names_the_event(out: io.StringIO) -> None:
    configure("INFO", json=False, stream=out)
    structlog.get_logger("x").warning("slack_closes", method="chat.update", seconds=40)

    assert "slack_closes" in out.getvalue()
    assert "method=chat.update" in out.getvalue()
    assert "{" not in out.getvalue()


def test_the_secrets_of_the_settings_are_removed_whatever_they_look_like() -> None:
    hide(["pass/wörd-42", "x"])

    assert without_secrets("x: pass/wörd-42, pass%2Fw%C3%B6rd-42") == f"x: {REMOVED}, {REMOVED}"


def test_a_secret_that_is_the_beginning_of_another_leaves_nothing_of_it() -> None:
    hide(["xoxb-1", "KEY-short.but+odd"])

    assert without_secrets("xoxb-12-ab-CD, xoxb-1.") == f"{REMOVED}, {REMOVED}."
    assert without_secrets("a KEY-short.but+odd and aKEY-short.but+oddb") == f"a {REMOVED} and a{REMOVED}b"
