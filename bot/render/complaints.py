"""Placeholder until the words land."""

from typing import Any


def complaint(problem: Any, field: Any = None) -> str:
    return str(problem["msg"]).removeprefix("Value error, ")[:200]
