"""The revisions of the bot's own tables, oldest first."""
