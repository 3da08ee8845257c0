"""Statements mean other schemas; comments, literals and longer names stay as they are."""

import pytest

from acr_postgres.renaming import renaming

RENAME = renaming({"acr": "acr_rebuilt_lcsr", "lcsr": "lcsr_rebuilt", '"all"': "all_rebuilt"})


@pytest.mark.parametrize(
    ("statement", "meant"),
    [
        ("SELECT FROM acr.records", "SELECT FROM acr_rebuilt_lcsr.records"),
        ("JOIN acr.versions_lcsr AS v", "JOIN acr_rebuilt_lcsr.versions_lcsr AS v"),
        ("CREATE SCHEMA lcsr;", "CREATE SCHEMA lcsr_rebuilt;"),
        ("IN SCHEMA lcsr TO", "IN SCHEMA lcsr_rebuilt TO"),
        ('DELETE FROM "all".codes', "DELETE FROM all_rebuilt.codes"),
        ("-- PostgreSQL's acr.records\nacr.x", "-- PostgreSQL's acr.records\nacr_rebuilt_lcsr.x"),
        ("IS 'as in lcsr.codes, it''s acr.x'", "IS 'as in lcsr.codes, it''s acr.x'"),
        ("macr.records, x.acr.y, acrx.z", "macr.records, x.acr.y, acrx.z"),
        ("SELECT lcsr FROM t", "SELECT lcsr FROM t"),
    ],
)
def test_schemas_are_renamed_where_they_are_named(statement: str, meant: str) -> None:
    assert RENAME(statement) == meant
