"""The package as source: files, module names, syntax trees."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from support.probe import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGE = ROOT / "tensorlab"


def module_name(path: Path) -> str:
    """The dotted name of a file of the package, given relative to the root."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = sorted(path.relative_to(ROOT) for path in PACKAGE.rglob("*.py"))
"""Every file of the package, relative to the root."""
MODULES = {module_name(path): path for path in FILES}
"""Module name to file; packages included."""


@cache
def text(path: Path) -> str:
    """What the file says."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(text(path), str(path))


def imported(node: ast.AST) -> list[str]:
    """The modules that an import statement names; [] for anything else."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module]
    return []


def imports(source: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Every import statement, wherever it stands, with each module that it names."""
    for node in ast.walk(source):
        for name in imported(node):
            yield node, name
