"""The rules of the house that a syntax tree can show: each function lists what breaks its rule, as words."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from support.source import FILES, MODULES, imported, imports, module_name, tree

Guard: TypeAlias = Callable[[Path, ast.Module], Iterator[str]]
"""A file's path and its syntax to what breaks a rule."""

NO_DOORS = frozenset({"importlib.util", "importlib.machinery", "importlib.abc", "runpy", "imp", "pkgutil", "builtins"})
"""Modules that run or find code which no import statement names."""
RUNNERS = frozenset({"eval", "exec", "__import__"})
LAZY_FLOORS = ("tensorlab/cli/", "tensorlab/api/")
"""Where functions may import."""
_REASONED = re.compile(r"type: ignore\[[a-z-]+\]  # \S|noqa: [A-Z]+[0-9]+(, [A-Z]+[0-9]+)* - \S")
_IGNORE = re.compile(r"#\s*(type: ignore|noqa)")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def everywhere(guard: Guard, *packages: str) -> list[str]:
    """What a guard finds in these packages and top-level modules, or in the whole tree."""
    chosen = [path for path in FILES if not packages or path.parts[1].removesuffix(".py") in packages]
    assert chosen, packages
    return [found for path in chosen for found in guard(path, tree(path))]


def planted(guard: Guard, code: str, path: str) -> list[str]:
    """What a guard finds in a file that is not there."""
    return list(guard(Path(path), ast.parse(code)))


def _at(path: Path, node: ast.AST, what: str) -> str:
    return f"{path.as_posix()}:{getattr(node, 'lineno', 0)}: {what}"


def side_doors(path: Path, source: ast.Module) -> Iterator[str]:
    """Ways to run or to load code that import-linter cannot see; ``import_module`` has a guard of its own."""
    for node, name in imports(source):
        if name in NO_DOORS:
            yield _at(path, node, name)
    for node in ast.walk(source):
        if isinstance(node, ast.ImportFrom) and {f"{node.module}.{alias.name}" for alias in node.names} & NO_DOORS:
            yield _at(path, node, f"from {node.module}")
        if isinstance(node, ast.Name) and node.id in RUNNERS:
            yield _at(path, node, node.id)
        if isinstance(node, ast.Attribute) and node.attr in {"__import__", "__builtins__", "__loader__"}:
            yield _at(path, node, node.attr)


def uses_import_module(source: ast.Module) -> bool:
    """Whether a file loads modules by name."""
    named = any(isinstance(node, ast.Name) and node.id == "import_module" for node in ast.walk(source))
    return named or any(isinstance(node, ast.Attribute) and node.attr == "import_module" for node in ast.walk(source))


def foreign_names(path: Path, source: ast.Module) -> Iterator[str]:
    """Modules of another package of ours that are named by a string: what loads them would skip the floors."""
    package = module_name(path).split(".")[:2]
    for node in ast.walk(source):
        name = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if name.startswith("tensorlab.") and name.partition(":")[0] in MODULES and name.split(".")[:2] != package:
            yield _at(path, node, name)


def dead_names(path: Path, source: ast.Module) -> Iterator[str]:
    """Strings that look like a module of ours and name none."""
    for node in ast.walk(source):
        name = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if re.fullmatch(r"tensorlab(\.\w+)+", name) and name not in MODULES:
            yield _at(path, node, name)


def late_imports(path: Path, source: ast.Module) -> Iterator[str]:
    """Imports inside functions, outside the floors that may."""
    if not path.as_posix().startswith(LAZY_FLOORS):
        for function in ast.walk(source):
            if isinstance(function, _FUNCTIONS):
                for node in ast.walk(function):
                    yield from (_at(path, node, name) for name in imported(node))


def open_records(path: Path, source: ast.Module) -> Iterator[str]:
    """Classes decorated with ``dataclass`` that are not frozen, or not slotted."""
    classes = [node for node in ast.walk(source) if isinstance(node, ast.ClassDef)]
    for made, decorator in ((kind, decorator) for kind in classes for decorator in kind.decorator_list):
        call = decorator if isinstance(decorator, ast.Call) else ast.Call(decorator, [], [])
        true = {word.arg for word in call.keywords if ast.unparse(word.value) == "True"}
        if ast.unparse(call.func).endswith("dataclass") and not {"frozen", "slots"} <= true:
            yield _at(path, made, made.name)


def hiding_getattr(path: Path, source: ast.Module) -> Iterator[str]:
    """Definitions of ``__getattr__``, behind which a typo hides; the lazy face is the exception."""
    for node in ast.walk(source):
        if isinstance(node, ast.FunctionDef) and node.name in {"__getattr__", "__getattribute__"}:
            yield _at(path, node, node.name)


def drawing_records(path: Path, source: ast.Module) -> Iterator[str]:
    """Renderers where only records and functions to them belong."""
    for node in ast.walk(source):
        if isinstance(node, ast.FunctionDef) and re.match(r"render|to_(svg|html|text)", node.name):
            yield _at(path, node, node.name)


def unsteady_calls(path: Path, source: ast.Module) -> Iterator[str]:
    """What differs from run to run: the same scene must give the same bytes."""
    unsteady = {"id", "hash", "uuid4", "now", "time", "random", "perf_counter"}
    for node in ast.walk(source):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in unsteady:
            yield _at(path, node, ast.unparse(node.func))


def printing(path: Path, source: ast.Module) -> Iterator[str]:
    """Calls of ``print``: computing and printing never share a function."""
    for node in ast.walk(source):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"print", "pprint", "sys.stdout.write"}:
            yield _at(path, node, "print")


def silent_ignores(path: Path, text: str) -> Iterator[str]:
    """Ignores without their rule or their reason."""
    for number, line in enumerate(text.splitlines(), start=1):
        if _IGNORE.search(line) and not _REASONED.search(line):
            yield f"{path.as_posix()}:{number}: {line.strip()}"


def outside_libraries(path: Path, source: ast.Module) -> Iterator[str]:
    """Imports of anything but the standard library and ourselves."""
    for node, name in imports(source):
        if name.partition(".")[0] not in {*sys.stdlib_module_names, "tensorlab"}:
            yield _at(path, node, name)


def imported_libraries(source: ast.Module, *, types_only: bool) -> frozenset[str]:
    """The top-level packages that a file imports: when it runs, or for its annotations alone."""
    blocks = [
        node for node in ast.walk(source) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    ]
    typing = [node for block in blocks for part in block.body for node in ast.walk(part)]
    runs = {name.partition(".")[0] for node, name in imports(source) if node not in typing}
    everything = {name.partition(".")[0] for _, name in imports(source)}
    return frozenset(everything - runs if types_only else runs)


def public_functions(source: ast.Module) -> Iterator[ast.FunctionDef]:
    """The functions of a module, not of its classes, that have no underscore; of overloads the last."""
    for node in source.body:
        stub = any("overload" in ast.unparse(one) for one in getattr(node, "decorator_list", ()))
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not stub:
            yield node


def without_example(path: Path, source: ast.Module) -> Iterator[str]:
    """Public functions whose docstring shows no call."""
    for function in public_functions(source):
        if ">>>" not in (ast.get_docstring(function) or ""):
            yield _at(path, function, function.name)
