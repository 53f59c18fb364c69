"""From recorded operators to what was moved, copied and computed, beside what would do."""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.bench.slowness.record import OpRun
from tensorlab.layout.touched import LINE, touched_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.bench.slowness.record import Kind
    from tensorlab.dispatch.record import OpCall
    from tensorlab.layout.record import Layout
    from tensorlab.memory.record import MemoryMap

COPYING = frozenset({"clone", "_to_copy", "copy_", "contiguous", "_unsafe_view_copy"})
"""Operators that give the elements that they were given."""
PRODUCTS = frozenset({"mm", "addmm", "bmm", "baddbmm", "mv", "addmv", "dot"})


class Traffic(NamedTuple):
    """Of one call."""

    ops: tuple[OpRun, ...]
    moved: int
    ideal: int


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
    inputs: dict[int, int] = {}
    outputs: dict[int, int] = {}
    for call in calls:
        kind = kind_of_call(call)
        _ideal(call, made, inputs, outputs)
        fresh = [m for m, s in zip(call.outputs, call.storages[1], strict=True) if s not in call.storages[0]]
        operands = () if kind == "view" else (*_read(call), *call.outputs)
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
    ideal = sum(inputs.values()) + sum(n for storage, n in outputs.items() if storage in results)
    ops = tuple(found.values())
    return Traffic(ops, sum(op.moved for op in ops), ideal)


def _read(call: OpCall) -> tuple[MemoryMap, ...]:
    """Its inputs, each once; a tensor that is only written over (``copy_``, ``out=``) is not read."""
    if _name(call) == "copy_":
        return call.inputs[1:]
    twice = set(call.tensors[1])
    alike = dict(zip(call.tensors[0], call.inputs, strict=True))
    skip = twice if ".out" in call.name or "_out" in call.name else set()
    return tuple(memory for number, memory in alike.items() if number not in skip)


def _ideal(call: OpCall, made: set[int], inputs: dict[int, int], outputs: dict[int, int]) -> None:
    """Bytes of the storages that were there before, as far as they are read; of what was made, as far as written."""
    if kind_of_call(call) == "view":
        made.update(storage for storage in call.storages[1] if storage in made)
        return
    for storage, memory in zip(call.storages[0], call.inputs, strict=True):
        if storage not in made:
            inputs[storage] = max(inputs.get(storage, 0), distinct_bytes(memory))
    for storage, memory in zip(call.storages[1], call.outputs, strict=True):
        if storage not in call.storages[0]:
            made.add(storage)
        outputs[storage] = max(outputs.get(storage, 0), distinct_bytes(memory))


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
    layout = memory.layout
    if layout is None:
        return 0
    counts = (n for n, stride in zip(layout.shape, layout.strides, strict=True) if stride or n == 0)
    return prod(counts) * layout.itemsize


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
    >>> row, column = (MemoryMap(layout=Layout((3, 2), strides, itemsize=4)) for strides in ((8, 4), (4, 12)))
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
