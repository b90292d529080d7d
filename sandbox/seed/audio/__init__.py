"""Audio of the sandbox, with the script that makes it."""
