"""Use cases: what the bot can do, without Slack, HTTP or SQL."""
