"""Results become messages: Block Kit, safe text and the words for errors. Pure."""
