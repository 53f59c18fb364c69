"""The style of the house, as far as the source shows it; for each rule there is a violation that it catches."""

from __future__ import annotations

import ast
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support import guards
from support.guards import everywhere, planted
from support.probe import ROOT
from support.source import FILES, text, tree

from tensorlab.memory.record import MemoryMap

if TYPE_CHECKING:
    from support.guards import Guard

OPEN_RECORDS = {
    "Backward": "is told how it ended while it runs",
    "Bench": "remembers both sides of one workload while sizes are searched",
    "Column": "holds the blocks of one contender as they come",
    "Laboratory": "remembers the references of one workload while a session runs",
    "Progression": "is how far a session is while it runs",
}
"""Dataclasses that may change."""
MOST_LINES = 300
ROOMS = tuple({path.parts[1].removesuffix(".py") for path in FILES})
ROOMS_BUT_FACE = tuple({*ROOMS} - {"__init__"})
ROOMS_BUT_CLI = tuple({*ROOMS} - {"cli"})
LAZY_FACE = "tensorlab/testing/__init__.py:"
"""A second table of names and homes; its ``__getattr__`` is the data model's, as the first one's."""
NOT_MIRRORED: dict[str, str] = {}
"""Files without a test of the same name, and where they are tested instead."""
NOT_A_MIRROR = {
    "test_algebra",  # of a program in JavaScript
    "test_algebra_code",
    "test_architecture",
    "test_bridge",  # of benchmarks/
    "test_capture_peers",
    "test_docs",
    "test_drawings",
    "test_face",
    "test_notebooks",
    "test_odd_inputs",
    "test_planted",  # of benchmarks/
    "test_scoreboard",
    "test_style",
    "test_suite",
}
"""Tests of the whole, not of one file."""


def test_records_are_frozen_and_slotted() -> None:
    found = [line for line in everywhere(guards.open_records) if line.rpartition(" ")[2] not in OPEN_RECORDS]
    assert found == []
    assert len(everywhere(guards.open_records)) == len(OPEN_RECORDS)


@pytest.mark.parametrize(
    "decorator",
    ["dataclass", "dataclass()", "dataclass(frozen=True)", "dataclasses.dataclass(slots=True, frozen=False)"],
)
def test_open_records_are_seen(decorator: str) -> None:
    code = f"@{decorator}\nclass A:\n    x: int"
    assert planted(guards.open_records, code, "tensorlab/a.py") == ["tensorlab/a.py:2: A"]


def test_a_map_has_at_most_11_fields_and_a_scene_8_classes() -> None:
    assert len(dataclasses.fields(MemoryMap)) <= 11
    scene = tree(Path("tensorlab/scene/record.py"))
    assert sum(isinstance(node, ast.ClassDef) for node in scene.body) <= 8


@pytest.mark.parametrize(
    ("guard", "packages", "violation"),
    [
        (guards.drawing_records, ("scene", "diagram"), "class A:\n    def to_svg(self): ..."),
        (guards.drawing_records, ("scene", "diagram"), "def render_table(x): ..."),
        (guards.unsteady_calls, ("diagram", "render", "scene"), "name = f'n{id(x)}'"),
        (guards.unsteady_calls, ("diagram", "render", "scene"), "uuid.uuid4()"),
        (guards.unsteady_calls, ("diagram", "render", "scene"), "datetime.now()"),
        (guards.hiding_getattr, ROOMS_BUT_FACE, "def __getattr__(self, n): ..."),
        (guards.printing, ROOMS_BUT_CLI, "print(1)"),
        (guards.printing, ROOMS_BUT_CLI, "sys.stdout.write('x')"),
    ],
)
def test_style_that_a_tree_shows(guard: Guard, packages: tuple[str, ...], violation: str) -> None:
    assert [line for line in everywhere(guard, *packages) if not line.startswith(LAZY_FACE)] == []
    assert planted(guard, violation, "tensorlab/diagram/planted.py")


def test_files_are_short() -> None:
    lengths = {path.as_posix(): len(text(path).splitlines()) for path in FILES}
    assert {path: length for path, length in lengths.items() if length > MOST_LINES} == {}


def test_ignores_give_their_rule_and_their_reason() -> None:
    assert [line for path in FILES for line in guards.silent_ignores(path, text(path))] == []


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # noqa",
        "x = 1  # noqa: E501",
        "x = 1  # noqa: E501 -",
        "x = 1  # type: ignore",
        "x = 1  # type: ignore[misc]",
        "x = 1  # type: ignore[misc] # one space",
    ],
)
def test_silent_ignores_are_seen(line: str) -> None:
    assert list(guards.silent_ignores(Path("a.py"), line))


def test_reasoned_ignores_pass() -> None:
    lines = "x = 1  # noqa: E501 - an address\ny = 1  # type: ignore[misc]  # what is tested"
    assert list(guards.silent_ignores(Path("a.py"), lines)) == []


def test_public_functions_say_what_they_do_and_show_it() -> None:
    for room in ("layout", "views", "api"):
        for path in (path for path in FILES if path.parts[1] == room):
            for function in guards.public_functions(tree(path)):
                assert ast.get_docstring(function), f"{path}: {function.name}"


def test_public_functions_of_the_ground_carry_an_example() -> None:
    assert everywhere(guards.without_example, "layout", "views") == []
    assert planted(guards.without_example, "def f():\n    '''What it does.'''", "tensorlab/layout/a.py")


def unmirrored(files: list[Path], tests: set[Path]) -> set[str]:
    """Files that no test of the same name stands for."""
    inner = [path.relative_to("tensorlab") for path in files if not path.name.startswith("__")]
    return {path.as_posix() for path in inner if path.parent / f"test_{path.name}" not in tests}


def test_each_file_has_a_test_of_its_name() -> None:
    tests = {path.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")}
    assert unmirrored(FILES, tests) == set(NOT_MIRRORED)


def test_each_test_stands_for_a_file() -> None:
    """``test_address_search.py`` may stand beside ``test_address.py``, for ``address.py``."""
    inner = {(path.parent, path.stem) for path in (path.relative_to("tensorlab") for path in FILES)}
    for path in (path.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")):
        subject = path.stem.removeprefix("test_")
        names = {stem for folder, stem in inner if folder == path.parent and (subject + "_").startswith(stem + "_")}
        assert names or path.stem in NOT_A_MIRROR, path


def test_a_file_without_a_test_is_seen() -> None:
    files = [Path("tensorlab/layout/planted.py"), Path("tensorlab/layout/__init__.py"), Path("tensorlab/codec.py")]
    assert unmirrored(files, {Path("test_codec.py")}) == {"layout/planted.py"}
