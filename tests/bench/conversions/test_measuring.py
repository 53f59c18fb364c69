"""Each figure of the table against what the library documents; what may die or write is done in a fork."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tensorlab.bench.conversions.child import tried

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

FACTS: list[tuple[str, str, str, tuple[str, ...], bool | None]] = [
    ("list of float", "np.asarray", "copies", (), False),
    ("array.array('d')", "np.asarray", "shares", (), True),
    ("array.array('d')", "torch.asarray", "shares", ("values",), True),
    ("array.array('d')", "array", "copies", (), False),
    ("memoryview", "torch.frombuffer", "shares", (), True),
    ("ndarray", "np.asarray", "shares", (), True),
    ("ndarray", "np.array", "copies", (), False),
    ("ndarray", "torch.tensor", "copies", (), False),
    ("ndarray", "torch.from_numpy", "shares", (), True),
    ("ndarray", "list", "copies", (), False),
    ("tensor", "list", "shares", (), True),
    ("tensor", "np.from_dlpack", "shares", (), True),
    ("DLPack object", "torch.from_dlpack", "shares", (), True),
    ("bytes", "np.frombuffer", "shares", (), None),
    ("bytes", "torch.frombuffer", "shares", ("read-only",), True),
    ("ndarray, read-only", "torch.from_numpy", "shares", ("read-only",), True),
    ("ndarray, read-only", "np.from_dlpack", "shares", (), None),
    ("ndarray, every second", "torch.as_tensor", "shares", (), True),
    ("ndarray, every second", "torch.frombuffer", "refuses", (), None),
    ("ndarray, negative stride", "np.from_dlpack", "shares", (), True),
    ("ndarray, negative stride", "torch.from_numpy", "refuses", (), None),
    ("ndarray, big-endian", "torch.from_numpy", "refuses", (), None),
    ("ndarray, big-endian", "torch.frombuffer", "shares", ("values",), True),
    ("ndarray, zero-size", "torch.from_numpy", "no bytes", (), None),
    ("ndarray, objects", "torch.from_numpy", "refuses", (), None),
    ("ndarray, 0-d", "torch.from_numpy", "shares", (), True),
    ("tensor, requires_grad", "np.asarray", "refuses", (), None),
    ("tensor, conj view", "np.asarray", "refuses", (), None),
    ("tensor, neg view", "np.from_dlpack", "shares", ("values",), True),
    ("tensor, bfloat16", "np.asarray", "refuses", (), None),
    ("tensor, storage resized to 0", "np.asarray", "copies", ("values",), None),
    ("tensor, storage resized to 0", "torch.asarray", "shares", (), None),
    ("tensor, storage resized to 0", "torch.asarray", "shares", (), None),
]


@pytest.mark.parametrize(("source", "call", "outcome", "lost", "written"), FACTS)
def test_facts(source: str, call: str, outcome: str, lost: tuple[Any, ...], written: bool | None) -> None:  # noqa: FBT001 - a column
    found = tried(source, call)
    assert (found.outcome, found.lost, found.written) == (outcome, lost, written), found


def test_dtypes_and_words() -> None:
    assert str(tried("list of int", "torch.tensor")) == "list of int: torch.tensor copies, int -> int64"
    assert str(tried("list of float", "torch.tensor")) == "list of float: torch.tensor copies, float -> float32"
    assert tried("list of int", "list").after == "int"
    assert tried("ndarray, read-only", "torch.from_numpy").warning.startswith("The given NumPy array is not writable")
    assert "At least one stride" in tried("ndarray, negative stride", "torch.from_numpy").reason
