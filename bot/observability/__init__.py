"""What operators see of the process: logs, metrics, health."""
