"""Settles one registry's topic: reads, judges, stores, announces."""
