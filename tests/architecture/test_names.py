"""Names say what a thing is; imports say where it is."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ("services", "libs")
EVERYWHERE = (*OURS, "tests", "benchmarks")
GENERIC = frozenset(
    {
        *("util", "utils", "common", "manager", "base", "helper", "helpers", "core", "handler"),
        *("misc", "shared", "stuff", "things", "tools"),
    }
)


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def words(name: str) -> set[str]:
    """Split a name in either style into its words, in lower case."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)}


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def test_names_are_taken_apart_into_words() -> None:
    assert words("KafkaManager") == {"kafka", "manager"}
    assert words("http_utils") == {"http", "utils"}
    assert words("TimedHttpToolsProtocol") == {"timed", "http", "tools", "protocol"}


def test_no_module_or_package_has_a_name_that_fits_anything() -> None:
    offenders = [
        str(path.relative_to(ROOT))
        for path in modules(*EVERYWHERE)
        if GENERIC & words(path.stem if path.stem != "__init__" else path.parent.name)
    ]

    assert not offenders


def test_no_class_has_a_name_that_fits_anything() -> None:
    offenders = [
        f"{place(path, node)} {node.name}"
        for path in modules(*EVERYWHERE)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        # The library's own name is HttpTools.
        if isinstance(node, ast.ClassDef) and GENERIC & words(node.name.replace("HttpTools", ""))
    ]

    assert not offenders


def test_imports_are_absolute_and_by_package_name() -> None:
    offenders = [
        place(path, node)
        for path in modules(*EVERYWHERE)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if imports_by_folder(node)
    ]

    assert not offenders


def imports_by_folder(node: ast.AST) -> bool:
    """Tell a relative import, and one that begins with the name of a folder instead of a package."""
    if isinstance(node, ast.ImportFrom):
        return node.level > 0 or (node.module or "").split(".")[0] in {*OURS, "tests"}
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    return any(name.split(".")[0] in {*OURS, "tests"} for name in names)


def test_every_module_says_first_what_it_is_for() -> None:
    offenders = [
        str(path.relative_to(ROOT))
        for path in modules(*EVERYWHERE)
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert not offenders


def test_production_code_never_imports_the_test_kit() -> None:
    offenders = [
        str(path.relative_to(ROOT))
        for path in modules(*OURS)
        if "acr_testkit" not in path.parts and "acr_testkit" in path.read_text(encoding="utf-8")
    ]

    assert not offenders
