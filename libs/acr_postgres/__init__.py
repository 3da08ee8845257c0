"""The record. The only package that imports asyncpg; all general SQL of the project is here."""
