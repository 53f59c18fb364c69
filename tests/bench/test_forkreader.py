from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tensorlab.bench import forkreader
from tensorlab.bench.forkreader import container, cost, costs, private_dirty, read_all
from tensorlab.process.record import Failed


@pytest.mark.parametrize(
    ("label", "nbytes"),
    [
        ("array.array('d')", 8),
        ("numpy float64", 8),
        ("torch bfloat16", 2),
        ("torch int64", 8),
        ("numpy complex128", 16),
    ],
)
def test_containers_hold_as_many_values(label: str, nbytes: int) -> None:
    made: Any = container(label, 50, "float")
    assert memoryview(made).nbytes == 50 * nbytes
    read_all(made)


@pytest.mark.parametrize(("kind", "unique"), [("float", 50), ("int", 50), ("bool", 2), ("complex", 50), ("str", 50)])
def test_boxes_are_of_that_type(kind: str, unique: int) -> None:
    made: Any = container("list", 50, kind)
    assert {type(value).__name__ for value in made} == {kind if kind != "str" else "float"}
    assert len({id(value) for value in made}) == unique
    assert container("tuple", 50, kind) == tuple(made)


def test_what_is_not_made_or_not_told_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    assert costs(3, "int", ["mmap", "numpy float33"]) == {
        "mmap": "none is made of that kind",
        "numpy float33": "TypeError: data type 'float33' not understood",
    }
    monkeypatch.setattr(forkreader, "ask_fork", lambda *_, **__: Failed("this system cannot fork"))
    assert cost("list", 3, "int") == "this system cannot fork"
    monkeypatch.undo()
    monkeypatch.setattr(forkreader, "_ROLLUP", Path("no", "such", "file"))
    assert private_dirty() is None
    assert str(cost("list", 3, "int")).startswith("this system ")


def test_what_this_process_writes_is_its_own() -> None:
    before = private_dirty()
    if before is None:
        pytest.skip("this system does not tell private pages")
    written = np.ones(4_000_000)
    assert (private_dirty() or 0) - before > written.nbytes // 2
