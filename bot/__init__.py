"""A Slack bot on the Telnyx AI API."""

__version__ = "0.1.0"
