"""What is said in Slack: posts, replies that grow, files, the stop button."""
