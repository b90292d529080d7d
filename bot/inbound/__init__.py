"""The ways in: Socket Mode and HTTP, side by side."""
