"""What holds for all of them: no deadline for a generated example, whose time tells of this machine only; logging left as it was.

On CI the examples of one commit are always the same ones, so what is red there is red because of the change. New ones are
looked for wherever else the tests run.
"""

import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings

settings.register_profile(
    "without a clock",
    settings(),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("without a clock")


@pytest.fixture(autouse=True)
def no_trace_in_the_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave the logging of the tests' own process alone: what sets logging up does so for its whole process."""
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
