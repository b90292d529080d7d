"""Stand-ins for Slack and Telnyx, so that anyone can run the bot without accounts."""
