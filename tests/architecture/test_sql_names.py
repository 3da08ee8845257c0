"""SQL is in files under names: every file is used, and every name that is used is there."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
QUERIES = ROOT / "libs" / "acr_postgres" / "queries"
# Functions whose first argument is the name of a query.
TAKERS = frozenset({"query", "_run"})


def names_used() -> dict[str, str]:
    """Map the names that our code gives as literals to a place where it does."""
    used = {}
    for path in sorted(ROOT.glob("[sl]*s/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            function, first = node.func, node.args[0]
            called = getattr(function, "attr", None) or getattr(function, "id", None)
            if called in TAKERS and isinstance(first, ast.Constant):
                used[str(first.value)] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return used


def names_there() -> set[str]:
    return {path.stem for path in QUERIES.glob("*.sql")}


def test_every_name_that_is_used_is_there() -> None:
    missing = {name: where for name, where in names_used().items() if name not in names_there()}

    assert not missing


def test_every_query_is_used() -> None:
    assert names_there() - names_used().keys() == set()


def test_a_query_that_takes_arguments_says_which() -> None:
    silent = [
        path.name
        for path in QUERIES.glob("*.sql")
        if "$1" in (text := path.read_text(encoding="utf-8")) and not text.startswith("--")
    ]

    assert not silent


def test_queries_are_spelt_out_in_files_only() -> None:
    """Migrations and roles are statements of their own; everything else has a name."""
    offenders = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "libs" / "acr_postgres").glob("*.py"))
        if path.stem != "migrations"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.split(" ")[0] in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}
        and node.value != "SELECT 1"
    ]

    assert not offenders
