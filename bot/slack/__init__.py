"""Slack's Web API as this bot uses it."""
