"""From what was asked for to cells of the table: every one is a case to measure or a row that says why not."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, product
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.bench.backends.table import BACKENDS
from tensorlab.bench.budget import SECONDS_A_CALL, SHARE, bytes_checked, bytes_needed, free_memory, seconds_a_call
from tensorlab.bench.host.devices import device_name
from tensorlab.bench.record import Asked, Case, Skipped
from tensorlab.bench.threads import thread_count
from tensorlab.bench.words import LARGEST, brief
from tensorlab.errors import LayoutError, unknown_name
from tensorlab.layout.dtype import dtype
from tensorlab.layout.shapes import numel
from tensorlab.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tensorlab.bench.backends.record import Backend
    from tensorlab.bench.record import Cache, Catalogue, Cause, Profile, Workload
    from tensorlab.layout.dtype import DType
    from tensorlab.memory.record import Operand

DTYPES: Mapping[Profile, tuple[str, ...]] = {"quick": ("float32",), "full": ("float64", "float32", "bfloat16")}
"""What a profile measures where no dtype is asked for."""

LARGE = 2**25
"""Bytes of a result from which on allocators hand memory back to the system, so that each call gets new pages."""

AGES = 1000 * 365.25 * 86400
"""Seconds of 1,000 years: more of them are not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What was asked for; an empty tuple asks for everything that the profile has."""

    names: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    dtypes: tuple[str, ...] = ()
    profile: Profile = "quick"
    threads: int = 1
    backends: tuple[str, ...] = ()
    caches: tuple[Cache, ...] = ()
    """None means warm."""
    allocations: tuple[bool, ...] = ()
    """None means that each call makes its result; and, beside large ones, that it writes into one that is there."""
    processes: int = 1

    def asked(self) -> Asked:
        """What the file remembers of it, beside profile and threads."""
        return Asked(
            names=self.names,
            devices=self.devices,
            sizes=self.sizes,
            dtypes=self.dtypes,
            backends=self.backends,
            caches=self.caches,
            allocations=self.allocations,
            processes=self.processes,
        )


class Cell(NamedTuple):
    """One place of the table, before it is known whether it can be filled."""

    workload: Workload
    size: int
    kind: DType
    backend: Backend
    device: str
    cache: Cache = "warm"
    allocates: bool = True


def plan(
    catalogue: Catalogue, selection: Selection, backends: Mapping[str, Backend] = BACKENDS
) -> tuple[Case | Skipped, ...]:
    """Every cell that was asked for, in the order of the table: workload, size, dtype, cache, library, device.

    A list computes in float64 whatever was asked for, so it has one row a size.

    Raises:
        UnknownNameError: No workload, library, device or dtype of that name.
        LayoutError: A size or a number of threads below 1, a size above 10**18, or more than 8 threads a processor.

    >>> from tensorlab.bench.catalogue import CATALOGUE
    >>> cases = plan(CATALOGUE, Selection(names=("add",), sizes=(8,), devices=("cpu",)))
    >>> [f"{case.backend} {case.dtype}" for case in cases]
    ['list float64', 'array float32', 'numpy float32', 'torch float32']
    """
    return tuple(chain.from_iterable(groups(catalogue, selection, backends)))


def groups(
    catalogue: Catalogue, selection: Selection, backends: Mapping[str, Backend] = BACKENDS
) -> tuple[tuple[Case | Skipped, ...], ...]:
    """The cells of ``plan``, those together that are measured in turns: one workload, size, dtype, device and cache.

    >>> from tensorlab.bench.catalogue import CATALOGUE
    >>> asked = Selection(names=("add",), sizes=(8, 16), devices=("cpu",))
    >>> [len(group) for group in groups(CATALOGUE, asked)]
    [4, 4]
    """
    _require_sizes(selection.sizes)
    thread_count(selection.threads)
    kinds = dict.fromkeys(kind for backend in backends.values() for kind in backend.kinds)
    devices = tuple(dict.fromkeys(device_name(name, kinds) for name in selection.devices))
    for name in selection.backends:
        if name not in backends:
            raise unknown_name("library", name, backends)
    found: dict[tuple[object, ...], dict[Case, Case | Skipped]] = {}
    seen: set[Case] = set()
    chosen = _chosen(catalogue, selection.names)
    for together, cell in _cells(chosen, selection, devices, Shop(catalogue, backends)):
        case = _case(cell, selection.threads)
        if case not in seen:
            seen.add(case)
            refusal = _refusal(cell, case, catalogue, selection.profile)
            found.setdefault(together, {})[case] = _skipped(case, refusal, selection) or case
    return tuple(tuple(cells.values()) for cells in found.values())


def _skipped(case: Case, refusal: tuple[Cause, str] | None, selection: Selection) -> Skipped | None:
    if refusal is None:
        return None
    cause, reason = refusal
    asked = {"device": selection.devices, "dtype": selection.dtypes, "backend": selection.names}
    return Skipped(case=case, reason=reason, cause=cause, named=bool(asked.get(cause, selection.sizes)))


def _require_sizes(sizes: tuple[int, ...]) -> None:
    for size in sizes:
        if size < 1:
            raise LayoutError(f"a size is a count of 1 or more; got {brief(size)}", hint="choose a size such as 1000")
        if size > LARGEST:
            raise LayoutError(f"a size is 10**18 at most; got {brief(size)}", hint="choose a size such as 1000")


def _chosen(catalogue: Catalogue, names: tuple[str, ...]) -> tuple[Workload, ...]:
    known = {workload.name: workload for workload in catalogue.workloads}
    for name in names:
        if name not in known:
            raise unknown_name("workload", name, known)
    return tuple(known[name] for name in dict.fromkeys(names)) or catalogue.workloads


class Shop(NamedTuple):
    """What there is to choose from."""

    catalogue: Catalogue
    backends: Mapping[str, Backend]

    def serving(self, workload: Workload, selection: Selection) -> tuple[Backend, ...]:
        """Who computes a workload: whoever was asked for, otherwise who takes part in the profile unasked."""
        if workload.group == "own":
            mine = [b for b in self.backends.values() if (b.name, workload.name) in self.catalogue.implementations]
            return tuple(backend for backend in mine if not selection.backends or backend.name in selection.backends)
        return tuple(backend for backend in self.backends.values() if self._takes_part(backend, workload, selection))

    def _takes_part(self, backend: Backend, workload: Workload, selection: Selection) -> bool:
        if selection.backends:
            return backend.name in selection.backends
        if backend.quick == frozenset({"own"}):
            return False
        if backend.where_written and (backend.name, workload.name) not in self.catalogue.implementations:
            return False
        return selection.profile == "full" or backend.quick is None or workload.group in backend.quick


def _cells(
    workloads: tuple[Workload, ...], selection: Selection, devices: tuple[str, ...], shop: Shop
) -> Iterator[tuple[tuple[object, ...], Cell]]:
    """Every cell, with what is equal for those that are measured in turns."""
    kinds = [dtype(name) for name in selection.dtypes or DTYPES[selection.profile]]
    for workload in workloads:
        sizes = selection.sizes or workload.sizes[selection.profile]
        serving = shop.serving(workload, selection)
        for size, kind, cache, backend in product(sizes, kinds, selection.caches or ("warm",), serving):
            for device in devices or _unasked(backend):
                if device.partition(":")[0] in backend.kinds:
                    computes = backend.computes(kind)
                    for allocates in _allocations(workload, size, computes, backend, selection):
                        together = (workload.name, size, kind.name, cache, device)
                        yield together, Cell(workload, size, computes, backend, device, cache, allocates)


def _allocations(
    workload: Workload, size: int, kind: DType, backend: Backend, selection: Selection
) -> tuple[bool, ...]:
    """Beside a large result that each call makes, unasked the same into one that is there."""
    if selection.allocations:
        return selection.allocations
    large = workload.name in backend.into and workload.writes(size, kind) >= LARGE
    return (True, False) if large else (True,)


def _unasked(backend: Backend) -> tuple[str, ...]:
    """Where the library runs; with no accelerator at hand, the first kind that it knows gets a row that says so."""
    found = backend.devices()
    return found if len(found) > 1 else found + tuple(kind for kind in backend.kinds if kind not in found)[:1]


def _case(cell: Cell, threads: int) -> Case:
    workload, size, kind = cell.workload, cell.size, cell.kind
    return Case(
        workload=workload.name,
        size=size,
        unit=workload.unit,
        backend=cell.backend.name,
        device=cell.device,
        dtype=kind.name,
        threads=threads,
        reads=sum(map(distinct_bytes, workload.operands(size, kind))) + workload.parameters(kind),
        writes=workload.writes(size, kind),
        flops=workload.flops(size),
        cache=cell.cache,
        allocates=cell.allocates,
    )


def distinct_bytes(operand: Operand) -> int:
    """The bytes that hold an operand's values; an axis that repeats them adds nothing.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.memory.record import Operand
    >>> distinct_bytes(Operand(Layout((1000, 3), (0, 4), itemsize=4), dtype("float32"), 12))
    12
    """
    layout = operand.layout
    counts = (n for n, stride in zip(layout.shape, layout.strides, strict=True) if stride or n == 0)
    return prod(counts) * layout.itemsize


def _refusal(cell: Cell, case: Case, catalogue: Catalogue, profile: Profile) -> tuple[Cause, str] | None:
    """The first reason not to start the case. Nothing has been allocated yet."""
    missing, absent = cell.backend.missing(cell.device), cell.backend.absent()
    if missing:
        return "device", missing
    if absent:
        return "absent", absent
    unwritten = _unwritten(case, cell.backend, catalogue)
    if unwritten:
        return "backend", unwritten
    if case.dtype not in cell.workload.tolerance:
        checked = ", ".join(cell.workload.tolerance)
        return "dtype", f"{case.workload} is checked in {checked}; not in {case.dtype}"
    lacks = cell.backend.lacks(cell.device, cell.kind)
    return ("dtype", lacks) if lacks else _too_slow(cell, case, profile) or _too_large(cell, case)


def _unwritten(case: Case, backend: Backend, catalogue: Catalogue) -> str:
    if (case.backend, case.workload) not in catalogue.implementations:
        return f"{case.workload} is not written for {case.backend}"
    if not case.allocates and case.workload not in backend.into:
        return f"{case.workload} into a result that is there is not written for {case.backend}"
    return ""


def _too_slow(cell: Cell, case: Case, profile: Profile) -> tuple[Cause, str] | None:
    """The estimate of a call's seconds, from arithmetic alone, where it exceeds what the profile allows."""
    operands = cell.workload.operands(cell.size, cell.kind)
    elements = max((numel(operand.layout.shape) for operand in operands), default=0)
    pace = cell.backend.pace(cell.device, cell.kind, cell.workload.group)
    seconds, limit = seconds_a_call(case, elements, pace), SECONDS_A_CALL[profile]
    if seconds <= limit:
        return None
    time = f"about {Quantity(seconds, 's')}" if seconds <= AGES else "over 1,000 years"
    told = f"{time} a call at {Quantity(pace, 's')} an operation"
    return "cost", f"{told}; the {profile} profile allows {Quantity(limit, 's')}"


def _too_large(cell: Cell, case: Case) -> tuple[Cause, str] | None:
    needed, free = bytes_needed(case, cell.kind.itemsize, cell.backend.box), cell.backend.free(cell.device)
    host, left = bytes_checked(case, cell.kind.itemsize), free_memory()
    if cell.device == "cpu":
        needed, host = needed + host, 0
    if free is not None and needed > SHARE * free:
        return "memory", f"needs {Quantity(needed, 'B')}; {cell.device} has {Quantity(free, 'B')} free"
    if left is not None and host > SHARE * left:
        return "memory", f"its check needs {Quantity(host, 'B')}; the host has {Quantity(left, 'B')} free"
    return None
