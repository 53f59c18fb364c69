"""Pieces that workloads share: a dense operand, sizes, tolerances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import canonical_strides, numel
from tensorlab.memory.record import Operand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tensorlab.bench.record import Profile
    from tensorlab.layout.dtype import DType

VECTOR_SIZES: Mapping[Profile, tuple[int, ...]] = {
    "quick": (1_000, 100_000, 10_000_000),
    "full": (100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000),
}
"""Elements: from dispatch-bound to beyond the caches."""

SIZES: Mapping[Profile, tuple[int, ...]] = {"quick": (1_000, 1_000_000), "full": VECTOR_SIZES["full"]}
"""Elements of what is one of many of its kind: bound by dispatch, and by memory."""

ROUNDED_ONCE: Mapping[str, float] = {"float64": 1e-14, "float32": 1e-6, "float16": 2e-3, "bfloat16": 1e-2}
"""Tolerance where each element is rounded a few times at most."""

ACCUMULATED: Mapping[str, float] = {"float64": 1e-11, "float32": 1e-4, "float16": 1e-2, "bfloat16": 3e-2}
"""Tolerance where many elements are added up, and may cancel."""


def dense(
    shape: tuple[int, ...], kind: DType, fill: Literal["index", "random", "zeros", "shuffled"] = "random"
) -> Operand:
    """An operand in C order over exactly its own bytes.

    >>> from tensorlab.layout.dtype import dtype
    >>> dense((2, 3), dtype("float32")).layout.strides, dense((2, 3), dtype("float32")).nbytes
    ((12, 4), 24)
    """
    layout = Layout(shape, canonical_strides(shape, kind.itemsize), itemsize=kind.itemsize)
    return Operand(layout, kind, numel(shape) * kind.itemsize, fill)


def no_parameters(kind: DType) -> int:  # noqa: ARG001 - the signature of Workload.parameters
    """An operation reads nothing beside its operands."""
    return 0
