"""What is looked up in Slack: people, channels, threads, files."""
