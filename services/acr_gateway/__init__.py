"""HTTP in, one log record out, the result back. Never touches the database."""
