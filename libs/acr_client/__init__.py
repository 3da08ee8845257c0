"""Sends submissions for a vendor and tells what became of each. Knows the API, nothing of the services."""
