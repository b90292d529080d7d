"""Moments as commands print them."""

from datetime import UTC, datetime


def moment(seconds: float) -> str:
    """Return a time in Unix seconds as ISO 8601, such as ``2026-11-26T01:08:40.123Z``."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
