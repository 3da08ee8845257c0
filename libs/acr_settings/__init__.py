"""Every setting of every service, read once from the environment into frozen values."""
