"""What the services write about themselves: metrics, logs, health, traces. Never a submission's content."""
