"""One piece of work at one size: its operands on the host, the call on the CPU, and the result that is right."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tensorlab.bench.agreement import REFERENCE
from tensorlab.bench.backends.ndarray import largest_error
from tensorlab.bench.backends.tensor import BACKEND
from tensorlab.bench.offload.torch_machine import EIGHTH, TENSOR_FLOAT, eighths
from tensorlab.errors import UnavailableError
from tensorlab.layout.dtype import dtype as dtype_of
from tensorlab.layout.shapes import numel

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tensorlab.bench.record import Catalogue, Workload
    from tensorlab.layout.dtype import DType

LIKE = {TENSOR_FLOAT: "float16", EIGHTH: "bfloat16"}
"""Products that round as these do: TF32 keeps as many bits as float16; those of one byte come out in bfloat16."""


class WrongResultError(Exception):
    """A result differs from the float64 reference: there is no time to tell."""


class Checked(NamedTuple):
    """Work whose result on the CPU is right."""

    workload: str
    dtype: str
    size: int
    call: Callable[[], object]
    """On the CPU."""
    function: Callable[[str], Callable[..., object]]
    """Device to the function of operands on it."""
    operands: tuple[object, ...]
    """On the host."""
    expected: NDArray[Any] | None
    """What float64 makes of the operands as they are rounded; None where nobody knows."""
    tolerance: float
    reads: int
    """Bytes, on the device."""
    writes: int
    flops: int
    error: float
    """Of the CPU's result."""

    def judge(self, device: str, result: object) -> float:
        """The error of a result against the reference.

        Raises:
            WrongResultError: It is more than the dtype allows.
        """
        return _judged(device, result, self.expected, self.tolerance)


def host_dtype(dtype: str) -> DType:
    """What the CPU computes in where a device computes in that dtype.

    >>> host_dtype("tfloat32").name, host_dtype("float8_e4m3fn").name, host_dtype("bfloat16").name
    ('float32', 'float32', 'bfloat16')
    """
    return dtype_of("float32" if dtype in LIKE else dtype)


def checked(catalogue: Catalogue, workload: Workload, dtype: str, size: int) -> Checked:
    """The work, called once on the CPU and found right.

    Raises:
        UnavailableError: torch or the reference has no such work, or it is no product and the dtype is for products.
        WrongResultError: The CPU's result is not that of the reference.
    """
    if dtype in LIKE and workload.group != "matmul":
        raise UnavailableError(f"{dtype} is a way to compute products; {workload.name} is none")
    prepare, judge = (catalogue.implementations.get((who, workload.name)) for who in (BACKEND.name, REFERENCE))
    kind = host_dtype(dtype)
    if prepare is None or judge is None or kind.name not in workload.tolerance:
        raise UnavailableError(f"{workload.name} has no implementation in torch, or no tolerance in {dtype}")
    asked = workload.operands(size, kind)
    operands = tuple(BACKEND.place(one, "cpu", seed) for seed, one in enumerate(asked))
    if dtype == EIGHTH:
        operands = eighths(operands)
    if workload.expected is not None:
        answer = workload.expected(operands)
        expected = None if answer is None else BACKEND.values(answer)
    else:
        inputs = [np.require(BACKEND.values(one), requirements="O") for one in operands]
        expected = BACKEND.values(BACKEND.adopt(np.asarray(judge("cpu", dtype_of("float64"))(*inputs))))
    call = partial(prepare("cpu", kind), *operands)
    itemsize = 1 if dtype == EIGHTH else kind.itemsize
    return Checked(
        workload=workload.name,
        dtype=dtype,
        size=size,
        call=call,
        function=lambda device: prepare(device, kind),
        operands=operands,
        expected=expected,
        tolerance=workload.tolerance[LIKE.get(dtype, dtype)],
        reads=sum(numel(one.layout.shape) * min(one.dtype.itemsize, itemsize) for one in asked),
        writes=workload.writes(size, kind),
        flops=workload.flops(size),
        error=_judged("cpu", call(), expected, workload.tolerance[kind.name]),
    )


def _judged(device: str, result: object, expected: NDArray[Any] | None, tolerance: float) -> float:
    if expected is None:
        return 0.0
    error = largest_error(BACKEND.values(result), expected)
    if not error <= tolerance:
        raise WrongResultError(
            f"the result of {device} differs from the float64 reference by {error:.3g}; {tolerance:.3g} is allowed"
        )
    return error
