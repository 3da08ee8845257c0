"""Functions and modules stay short: the limit is on the tail, where reading gets hard."""

import ast
from collections.abc import Iterator
from pathlib import Path

FUNCTION_LINES_MAX = 40
MODULE_LINES_MAX = 300
ROOT = Path(__file__).parents[2]
FOLDERS = ("services", "libs", "tests", "benchmarks")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules() -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def functions(path: Path) -> Iterator[Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def lines_of(function: Function) -> int:
    """Count from `def` to the last line, the docstring left out."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def test_there_is_something_to_measure() -> None:
    assert len(modules()) > 100


def test_functions_are_short() -> None:
    offenders = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}: {lines_of(function)} lines"
        for path in modules()
        for function in functions(path)
        if lines_of(function) > FUNCTION_LINES_MAX
    ]

    assert not offenders, "\n".join(["functions of more than 40 lines:", *offenders])


def test_modules_are_short() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    offenders = [
        f"{path.relative_to(ROOT)}:{MODULE_LINES_MAX + 1} the module has {lines} lines"
        for path, lines in lengths.items()
        if lines > MODULE_LINES_MAX
    ]

    assert not offenders, "\n".join(["modules of more than 300 lines:", *offenders])
