"""Stand-ins for Slack and Telnyx, so anyone can run the bot without accounts."""
