"""Runs a stretch of a registry's topic through today's rules, beside the live consumers."""
