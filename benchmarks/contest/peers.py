"""The public generators, each with the options under which it draws the most layouts.

All get the same sizes, integer-valued elements, and the same judge. Arguments that may share memory are the same tensor
in every second example where their shapes and dtypes agree: that is what a caller would write with any of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import torch
from torch.testing import make_tensor
from torch.utils.benchmark import FuzzedParameter, FuzzedTensor, Fuzzer

from benchmarks.contest.loops import hypothesis_hunt, seeded_hunt
from benchmarks.contest.record import Entrant
from tensorlab.memory.build_tensor import torch_dtype

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

    from benchmarks.contest.judging import Thing
    from benchmarks.contest.loops import Want
    from benchmarks.contest.record import Hunt
    from tensorlab.testing.source import Source

LOW, HIGH = -99, 100
"""Elements: whole numbers, so that sums are exact in any order."""


def _range(want: Want) -> tuple[int, int]:
    low, high = (LOW, HIGH) if want.high is None else (want.low, want.high)
    return (max(low, 0) if want.kind.kind == "uint" else low), high


def _from_make_tensor(want: Want, source: Source) -> Thing:
    low, high = _range(want)
    torch.manual_seed(source.integer(0, 2**31))
    dtype = torch_dtype(want.kind)
    options: dict[str, Any] = {"dtype": dtype, "device": "cpu"}
    if want.kind.kind != "bool":
        options.update(low=low, high=high)
    form = source.integer(0, 4)
    if form > 0 or len(want.shape) not in {4, 5}:
        options["noncontiguous"] = form > 0
    else:
        options["memory_format"] = torch.channels_last if len(want.shape) == 4 else torch.channels_last_3d
    return _rounded(make_tensor(want.shape, **options))


def _rounded(x: torch.Tensor) -> torch.Tensor:
    """Whole numbers where they lie."""
    if x.is_complex():
        torch.view_as_real(x).round_()
    elif x.is_floating_point():
        x.round_()
    return x


def _from_fuzzed_tensor(want: Want, source: Source) -> Thing:
    low, high = _range(want)
    dtype = torch_dtype(want.kind)

    def constructor(size: tuple[int, ...], dtype: torch.dtype, **_: object) -> torch.Tensor:
        if dtype == torch.bool:
            return torch.randint(0, 2, size).bool()
        parts = torch.randint(low, high, (*size, 2))
        return torch.view_as_complex(parts.to(torch.float32)).to(dtype) if dtype.is_complex else parts[..., 0].to(dtype)

    steps = [f"step{axis}" for axis in range(len(want.shape))]
    fuzzed = FuzzedTensor(
        "x", want.shape, tuple(steps), probability_contiguous=0.25, dtype=dtype, tensor_constructor=constructor
    )
    sized = [FuzzedParameter(step, 1, 3, distribution="uniform") for step in steps]
    fuzzer = Fuzzer([sized], [fuzzed], seed=source.integer(0, 2**31))
    drawn, _, _ = next(iter(fuzzer.take(1)))  # type: ignore[no-untyped-call]  # as it comes
    found = drawn["x"]
    assert isinstance(found, torch.Tensor)
    return found


def _hypothesis_torch() -> Hunt:
    peer: Any = importlib.import_module("hypothesis_torch")
    import hypothesis.strategies as st  # noqa: PLC0415 - what only this peer needs

    def draw_one(draw: DrawFn, want: Want) -> Thing:
        low, high = _range(want)
        numbers: Any = st.integers(low, high - 1)
        if want.kind.kind == "bool":
            numbers = st.booleans()
        elif want.kind.kind == "float":
            numbers = numbers.map(float)
        elif want.kind.kind == "complex":
            numbers = st.builds(complex, numbers, numbers)
        strategy = peer.tensor_strategy(
            torch_dtype(want.kind), want.shape, elements=numbers, layout=torch.strided, requires_grad=False
        )
        found: torch.Tensor = draw(strategy)
        return found

    return hypothesis_hunt(draw_one)


def _pytest_torch() -> Hunt:
    peer: Any = importlib.import_module("pytest_torch.strategies")

    def draw_one(draw: DrawFn, want: Want) -> Thing:
        low, high = _range(want)
        strategy = peer.tensors(
            want.shape, dtype=torch_dtype(want.kind), low=low, high=high - 1, edge_cases=False, noncontiguous=True
        )
        found: torch.Tensor = draw(strategy)
        return _rounded(found)

    return hypothesis_hunt(draw_one)


PEERS = (
    Entrant(
        "hypothesis-torch",
        "tensor_strategy(dtype, shape, elements=whole numbers, layout=torch.strided): memory formats are drawn",
        _hypothesis_torch,
        "hypothesis-torch",
    ),
    Entrant(
        "make_tensor",
        "torch.testing.make_tensor(noncontiguous=True), every fifth contiguous or channels_last",
        lambda: seeded_hunt(_from_make_tensor),
    ),
    Entrant(
        "pytest-torch",
        "pytest_torch.strategies.tensors(shape, noncontiguous=True, edge_cases=False)",
        _pytest_torch,
        "pytest-torch",
    ),
    Entrant(
        "FuzzedTensor",
        "torch.utils.benchmark.Fuzzer, probability_contiguous=0.25, steps of 1 to 3 along each axis",
        lambda: seeded_hunt(_from_fuzzed_tensor),
    ),
)
