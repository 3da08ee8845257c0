"""Connections on which every statement means other schemas than it names. Runs no statement itself.

The named queries say `acr.` and a registry's own name. Tables beside the live ones have the same
names in other schemas: the statement is changed at the connection, so that the code that settles,
projects and fills is the same for both, and what it forgets to make beside is missed at once
instead of written to the live tables.
"""

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any

import asyncpg

Rename = Callable[[str], str]

# Comments and literals stay as they are.
_LEFT_ALONE = r"--[^\n]*|'(?:[^']|'')*'"


def renaming(names: Mapping[str, str]) -> Rename:
    """Give a function that writes other schemas into a statement, as spelt there: {former: new}."""
    spelt = "|".join(re.escape(name) for name in names)
    pattern = re.compile(
        rf'{_LEFT_ALONE}|(?<![\w."])(?:(?P<of>{spelt})(?=\.)|(?<=SCHEMA )(?P<whole>{spelt})(?![\w.]))'
    )

    def put(match: re.Match[str]) -> str:
        found = match["of"] or match["whole"]
        return names[found] if found else match[0]

    @functools.lru_cache(maxsize=256)
    def rename(statement: str) -> str:
        return pattern.sub(put, statement)

    return rename


def renaming_connection(names: Mapping[str, str]) -> type[asyncpg.Connection]:
    """Make a class of connections whose statements mean other schemas: {as spelt: meant}."""
    rename = renaming(names)

    class RenamingConnection(asyncpg.Connection):
        """Every way of giving a statement that we use."""

        async def execute(self, query: str, *args: Any, **options: Any) -> str:
            """Run a statement."""
            return await super().execute(rename(query), *args, **options)

        async def executemany(self, command: str, *args: Any, **options: Any) -> None:
            """Run a statement for many."""
            await super().executemany(rename(command), *args, **options)

        async def fetch(self, query: str, *args: Any, **options: Any) -> Any:
            """Give rows."""
            return await super().fetch(rename(query), *args, **options)

        async def fetchrow(self, query: str, *args: Any, **options: Any) -> Any:
            """Give the first row."""
            return await super().fetchrow(rename(query), *args, **options)

        async def fetchval(self, query: str, *args: Any, **options: Any) -> Any:
            """Give the first row's value."""
            return await super().fetchval(rename(query), *args, **options)

        def cursor(self, query: str, *args: Any, **options: Any) -> Any:
            """Open a cursor."""
            return super().cursor(rename(query), *args, **options)

        async def copy_records_to_table(
            self, table_name: str, *, schema_name: str | None = None, **options: Any
        ) -> str:
            """Copy rows into a table; its schema is a name here, not spelt in a statement."""
            meant = names.get(schema_name, schema_name) if schema_name else None
            return await super().copy_records_to_table(table_name, schema_name=meant, **options)

    return RenamingConnection
