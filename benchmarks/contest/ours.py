"""What this project has: strategies in Hypothesis' loop under the judge of the peers, and the tester as it is."""

from __future__ import annotations

import importlib
from math import prod
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st

from benchmarks.contest.loops import hypothesis_hunt
from benchmarks.contest.record import Entrant
from tensorlab.memory.build import numpy_dtype
from tensorlab.memory.build_tensor import torch_dtype
from tensorlab.testing.record import CLASSES

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

    from benchmarks.contest.judging import Thing
    from benchmarks.contest.loops import Want
    from benchmarks.contest.record import Hunt
    from benchmarks.planted.record import Planted

WRITABLE = tuple(name for name in CLASSES if name not in {"stride 0", "overlapping"})


def _strategies() -> Hunt:
    ours: Any = importlib.import_module("tensorlab.testing")

    def draw_one(draw: DrawFn, want: Want) -> Thing:
        options: dict[str, Any] = {"shape": want.shape, "classes": WRITABLE if want.written else None}
        if want.high is not None:
            options["elements"] = st.integers(want.low, want.high - 1)
        if want.library == "numpy":
            array: Thing = draw(ours.arrays(dtype=numpy_dtype(want.kind), **options))
            return array
        tensor: Thing = draw(ours.tensors(dtype=torch_dtype(want.kind), **options))
        return tensor

    def draw_pair(draw: DrawFn, want: Want) -> list[Thing] | None:
        ways = ["same", *(["shifted"] if prod(want.shape) > 1 else [])]
        ways += ["transposed"] if len(want.shape) > 1 and want.shape[-1] == want.shape[-2] > 1 else []
        if prod(want.shape) == 0:
            return None
        pair = draw(ours.aliased_pairs(shape=want.shape, dtype=torch_dtype(want.kind), sharing=ways))
        return [pair.first, pair.second] if draw(st.booleans()) else [pair.second, pair.first]

    return hypothesis_hunt(draw_one, draw_pair)


def _tester() -> Hunt:
    ours: Any = importlib.import_module("tensorlab.testing")

    def hunt(planted: Planted, function: Any, *, seed: int, examples: int) -> str | None:  # noqa: ANN401 - any function
        report = ours.check_layouts(
            function, *planted.specs, contract=planted.contract, examples=examples, seed=seed, shrunk=False
        )
        return report.findings[0].verdict if report.findings else None

    return hunt


OURS = (
    Entrant(
        "tensorlab strategies",
        "tensorlab.testing.tensors(shape, dtype), arrays() and aliased_pairs(), under the judge of the peers",
        _strategies,
        "tensorlab-toolkit[testing]",
    ),
    Entrant(
        "tensorlab check_layouts",
        "tensorlab.testing.check_layouts(function, *specs, contract=..., examples=..., seed=..., shrunk=False)",
        _tester,
        "tensorlab-toolkit[testing]",
    ),
)
