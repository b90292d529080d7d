"""The clock: what the bot does without being asked."""
