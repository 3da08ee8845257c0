"""PQRS, the physician quality reporting registry."""
