"""Commands set up the logging of their whole process, which here is the process of the tests."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog


@pytest.fixture(autouse=True)
def no_trace_in_the_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave the logging of the tests' own process alone: each command sets it up for its whole process."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configure = structlog.configure

    def forgetful(**given: Any) -> None:
        configure(**(given | {"cache_logger_on_first_use": False}))

    monkeypatch.setattr(structlog, "configure", forgetful)
    yield
    structlog.reset_defaults()
    root.handlers[:] = before
    root.setLevel(level)
