"""Topics as files: exports, verifies and imports them, and fills up what only the database still has."""
