"""Which library's float64 is the reference that every result is checked against."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from tensorlab.bench.backends.ndarray import agree
from tensorlab.layout.dtype import dtype
from tensorlab.memory.build import build_array

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tensorlab.bench.backends.record import Backend
    from tensorlab.bench.record import Catalogue, Workload

REFERENCE = "numpy"
"""The library whose float64 result is what is right, unless the others agree against it."""

PROBE = 16
"""Size at which the libraries are compared before the reference is trusted."""
PROBE_OPERATIONS = 10_000
"""A workload that takes more of them at that size (a whole network) is not compared."""


def trusted(workload: Workload, catalogue: Catalogue, backends: Mapping[str, Backend]) -> str:
    """The library whose float64 is the reference: NumPy, unless plain Python floats disagree with it.

    Where torch is there, it decides: what two of the three agree on is right. A workload that is not written for lists,
    or that would take long in them, is left to NumPy unasked.

    >>> from tensorlab.bench.backends.table import BACKENDS
    >>> from tensorlab.bench.catalogue import CATALOGUE
    >>> {trusted(workload, CATALOGUE, BACKENDS) for workload in CATALOGUE.workloads}
    {'numpy'}
    """
    elements = max((prod(o.layout.shape) for o in workload.operands(PROBE, dtype("float64"))), default=0)
    if max(workload.flops(PROBE), elements) > PROBE_OPERATIONS:
        return REFERENCE
    allowed = min(workload.tolerance.values())
    plain = _probed(workload, "list", catalogue, backends)
    if plain is None:
        return REFERENCE
    array = _probed(workload, REFERENCE, catalogue, backends)
    if agree(plain, array, allowed):
        return REFERENCE
    tensor = _probed(workload, "torch", catalogue, backends)
    if agree(tensor, array, allowed):
        return REFERENCE
    return "torch" if agree(tensor, plain, allowed) else "list"


def _probed(workload: Workload, name: str, catalogue: Catalogue, backends: Mapping[str, Backend]) -> object | None:
    """What the library makes of the same few float64 numbers on the CPU; None where it makes nothing of them."""
    backend, prepare = backends.get(name), catalogue.implementations.get((name, workload.name))
    if backend is None or prepare is None:
        return None
    kind = dtype("float64")
    try:
        operands = [backend.adopt(build_array(o, seed=n)) for n, o in enumerate(workload.operands(PROBE, kind))]
        return backend.values(prepare("cpu", kind)(*operands))
    except Exception:  # noqa: BLE001 - libraries raise what they like; its own row will say what
        return None
