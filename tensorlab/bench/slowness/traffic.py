"""From recorded operators to what was moved, copied and computed, beside what would do."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from torch.utils._pytree import tree_flatten

from tensorlab.bench.slowness.record import OpRun
from tensorlab.layout.address import extent
from tensorlab.layout.record import Layout
from tensorlab.layout.touched import LINE, touched_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.bench.slowness.record import Kind
    from tensorlab.dispatch.record import OpCall
    from tensorlab.memory.record import MemoryMap

COPYING = frozenset({"clone", "_to_copy", "copy_", "contiguous", "_unsafe_view_copy"})
"""Operators that give the elements that they were given."""
PRODUCTS = frozenset({"mm", "addmm", "bmm", "baddbmm", "mv", "addmv", "dot"})


class Traffic(NamedTuple):
    """Of one call."""

    ops: tuple[OpRun, ...]
    moved: int
    ideal: int
    reads: int = 0
    """Of the ideal: the rest is written."""


def traffic_of(calls: Iterable[OpCall], results: frozenset[int]) -> Traffic:
    """What operators moved: each reads its inputs once and writes its outputs once; views move nothing.

    Args:
        calls: As a tracer tells them.
        results: Numbers of the storages that the result lies in.

    >>> traffic_of((), frozenset()).moved
    0
    """
    found: dict[tuple[str, str, str, Kind], OpRun] = {}
    made: set[int] = set()
    inputs: defaultdict[int, set[Layout]] = defaultdict(set)
    outputs: defaultdict[int, set[Layout]] = defaultdict(set)
    for call in calls:
        kind = kind_of_call(call)
        _ideal(call, made, inputs, outputs)
        fresh = [m for m, s in zip(call.outputs, call.storages[1], strict=True) if s not in call.storages[0]]
        operands = () if kind == "view" else (*(memory for _, memory in _read(call)), *call.outputs)
        moved = sum(map(distinct_bytes, operands))
        key = call.name, call.line, call.call, kind
        before = found.get(key)
        found[key] = OpRun(
            name=call.name,
            kind=kind,
            calls=1 + (before.calls if before else 0),
            line=call.line,
            call=call.call,
            made=sum(map(distinct_bytes, fresh)) + (before.made if before else 0),
            moved=moved + (before.moved if before else 0),
            fetched=sum(map(line_bytes, operands)) + (before.fetched if before else 0),
            turned=moved * turns(operands) + (before.turned if before else 0),
            flops=flops_of(call) + (before.flops if before else 0),
        )
    reads = sum(map(together, inputs.values()))
    writes = sum(together(outputs[number]) for number in results & outputs.keys())
    ops = tuple(found.values())
    return Traffic(ops, sum(op.moved for op in ops), reads + writes, reads)


def arrays_traffic(given: object, result: object) -> Traffic:
    """What would do for a call of NumPy's, whose operators nobody records: arrays given read once, those made written.

    >>> row = np.ones((1, 4), np.float32)
    >>> arrays_traffic((row, np.broadcast_to(row, (3, 4))), np.ones((3, 4), np.float32))
    Traffic(ops=(), moved=0, ideal=80, reads=32)
    """
    arrays = {id(one): one for one in tree_flatten(given)[0] if isinstance(one, np.ndarray)}
    made = {id(one): one for one in tree_flatten(result)[0] if isinstance(one, np.ndarray)}
    reads = sum(map(_values, arrays.values()))
    fresh = (one for one in made.values() if not any(np.may_share_memory(one, other) for other in arrays.values()))
    return Traffic((), 0, reads + sum(map(_values, fresh)), reads)


def _values(values: np.ndarray[Any, Any]) -> int:
    """Bytes that hold them; an axis that repeats them adds nothing."""
    return _distinct(Layout(values.shape, values.strides, itemsize=values.itemsize))


def _read(call: OpCall) -> tuple[tuple[int, MemoryMap], ...]:
    """Its inputs with their storages, each once; what is only written over (``copy_``, ``out=``) is not read."""
    given = tuple(zip(call.tensors[0], zip(call.storages[0], call.inputs, strict=True), strict=True))
    if _name(call) == "copy_":
        return tuple(one for _, one in given[1:])
    filled = ".out" in call.name or "_out" in call.name
    skip = {number for number in call.tensors[1] if filled and call.tensors[0].count(number) == 1}
    return tuple(one for number, one in dict(given).items() if number not in skip)


def _ideal(
    call: OpCall, made: set[int], inputs: defaultdict[int, set[Layout]], outputs: defaultdict[int, set[Layout]]
) -> None:
    """What is read of the storages that were there before, and what is written of any."""
    if kind_of_call(call) == "view":
        made.update(storage for storage in call.storages[1] if storage in made)
        return
    for storage, memory in _read(call):
        if storage not in made and memory.layout is not None:
            inputs[storage].add(memory.layout)
    for storage, memory in zip(call.storages[1], call.outputs, strict=True):
        if storage not in call.storages[0]:
            made.add(storage)
        if memory.layout is not None:
            outputs[storage].add(memory.layout)


def kind_of_call(call: OpCall) -> Kind:
    """View, copy, write or compute, by the storages of what it was given and gave.

    >>> from tensorlab.dispatch.record import OpCall
    >>> kind_of_call(OpCall(number=0, name="aten.t.default", storages=((0,), (0,))))
    'view'
    >>> kind_of_call(OpCall(number=0, name="aten.clone.default", storages=((0,), (1,))))
    'copy'
    """
    name = _name(call)
    if name in COPYING:
        return "copy"
    shared = set(call.storages[0]) & set(call.storages[1])
    wrote = any(before != after for before, after in call.versions) or name.endswith("_") or ".out" in call.name
    if wrote and shared:
        return "write"
    return "view" if shared and set(call.storages[1]) <= set(call.storages[0]) else "compute"


def flops_of(call: OpCall) -> int:
    """Of products and convolutions, 2 a multiply-add; 0 for anything else."""
    shapes = [memory.sizes or () for memory in call.inputs]
    made = [memory.sizes or () for memory in call.outputs]
    name = _name(call)
    if not made or len(shapes) < 2:
        return 0
    if name in PRODUCTS:
        left = shapes[-2]
        return 2 * prod(made[0]) * (left[-1] if left else 1)
    if name == "convolution":
        return 2 * prod(made[0]) * prod(shapes[1][1:])
    return 0


def distinct_bytes(memory: MemoryMap) -> int:
    """The bytes that hold its values; an axis that repeats them adds nothing."""
    return 0 if memory.layout is None else _distinct(memory.layout)


def _distinct(layout: Layout) -> int:
    counts = (n for n, stride in zip(layout.shape, layout.strides, strict=True) if stride or n == 0)
    return prod(counts) * layout.itemsize


def together(layouts: Iterable[Layout]) -> int:
    """Bytes that views of one storage hold between them: those of each, but no more than lie between their ends.

    >>> from tensorlab.layout.record import Layout
    >>> rows = [Layout((2,), (4,), row * 8, itemsize=4) for row in range(3)]
    >>> together(rows), together([*rows, Layout((3, 2), (8, 4), itemsize=4)])
    (24, 24)
    """
    each, reached, end = 0, 0, 0
    for layout in sorted(layouts, key=lambda one: extent(one).start):
        low, high = extent(layout).start, extent(layout).stop
        each += _distinct(layout)
        reached += max(0, high - max(low, end))
        end = max(end, high)
    return min(each, reached)


def line_bytes(memory: MemoryMap) -> int:
    """Bytes of the cache lines that its values lie in, of a storage that begins with one."""
    return 0 if memory.layout is None else _line_bytes(memory.layout) or distinct_bytes(memory)


@lru_cache(maxsize=1024)
def _line_bytes(layout: Layout) -> int:
    return LINE * (touched_blocks(layout, LINE).count or 0)


def turns(operands: Iterable[MemoryMap]) -> bool:
    """Whether operands of one shape run along different axes in memory: one of them is not gone through in its order.

    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.memory.record import MemoryMap
    >>> row, column = (
    ...     MemoryMap(type="", library="torch", shape=(3, 2), dtype=None, layout=Layout((3, 2), strides, itemsize=4))
    ...     for strides in ((8, 4), (4, 12))
    ... )
    >>> turns([row, row]), turns([row, column])
    (False, True)
    """
    layouts = [memory.layout for memory in operands if memory.layout is not None]
    shapes = {layout.shape for layout in layouts if len(layout.shape) > 1}
    return any(len({_fastest(one) for one in layouts if one.shape == shape} - {None}) > 1 for shape in shapes)


def _fastest(layout: Layout) -> int | None:
    """The axis of the smallest step between elements; None where there is but one element, or one twice."""
    steps = [
        (abs(s), axis) for axis, (n, s) in enumerate(zip(layout.shape, layout.strides, strict=True)) if n > 1 and s
    ]
    return min(steps)[1] if steps else None


def _name(call: OpCall) -> str:
    words = call.name.split(".")
    return words[1] if len(words) > 1 and words[0] == "aten" else words[0]
