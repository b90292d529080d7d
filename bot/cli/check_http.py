"""What `bot check` can tell of HTTP mode: the signing secret, and the clock that a signature is compared with."""

import re
import time
from email.utils import parsedate_to_datetime

from config.settings import SLACK_API_URL

AHEAD_SECONDS = 60.0
"""Slack's signatures are refused at 300; a clock that is off by this much will get there."""
_SECRET = re.compile(r"[0-9a-f]{32}")


def secret_trouble(secret: str, api_url: str) -> str:
    """Return what is wrong with a signing secret as far as its shape tells, or nothing."""
    if api_url != SLACK_API_URL or _SECRET.fullmatch(secret):
        return ""
    return (
        "This doesn't look like a signing secret, which has 32 digits and letters from a to f. "
        "Slack → your app → Basic Information → App Credentials → Signing Secret."
    )


def clock_trouble(date: str, now: float | None = None) -> str:
    """Return by how much this computer's clock differs from the Date of an answer, or nothing."""
    try:
        theirs = parsedate_to_datetime(date).timestamp()
    except ValueError:
        return ""
    ahead = (time.time() if now is None else now) - theirs
    if abs(ahead) < AHEAD_SECONDS:
        return ""
    minutes = round(abs(ahead) / 60)
    return (
        f"This computer's clock is {minutes} {'minute' if minutes == 1 else 'minutes'} "
        f"{'ahead of' if ahead > 0 else 'behind'} Slack's. "
        "Set it, for instance with `timedatectl set-ntp true`."
    )
