"""The words and the decisions of ingestion. Standard library only, no I/O, no clock."""
