"""Which layouts a call is made under: every tensor alone, and all of them together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.memory.tensor_dtype import element
from tensorlab.testing.aten.record import Plan
from tensorlab.testing.aten.relaying import BITS, relayouts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tensorlab.testing.aten.calling import Prepared

LEAST = 4
"""Layouts that a sample is tried under, at least."""
_MANY = 3
"""Tensors of a call from which on each alone is tried in as many layouts only as the least."""


def plans(call: Prepared, written: Sequence[bool]) -> Iterator[Plan]:
    """First each tensor alone, then all together, each layout in its turn.

    The in-place form and ``out=`` lay out alone the tensors that they write. What is written gets no neg or conj bit:
    there torch copies to and fro by one piece of code for all operators, which is none of theirs.

    Args:
        call: The operator and its arguments.
        written: Which of its tensors it writes in C order.

    >>> import torch
    >>> from tensorlab.testing.aten.calling import Prepared
    >>> call = Prepared(None, "call", torch.add, [[torch.ones(2), torch.ones(2)], {}])
    >>> found = list(plans(call, [False, False]))
    >>> found[0], found[-1]
    (Plan(positions=(0,), layouts=('gaps',)), Plan(positions=(0, 1), layouts=('neg', 'neg')))
    """
    outs = [
        name.startswith("out") or (call.variant == "in-place" and not place) for place, name in enumerate(call.names)
    ]
    names = [
        [name for name in relayouts(tuple(value.shape), element(value)) if not (writes and name in BITS)]
        for value, writes in zip(call.values, map(any, zip(outs, written, strict=True)), strict=True)
    ]
    alone = _alone(call)
    for position in alone:
        some = names[position] if len(alone) <= _MANY else names[position][:LEAST]
        yield from (Plan((position,), (name,)) for name in some)
    if len(names) > 1 or not alone:
        everything = tuple(range(len(names)))
        for turn in range(max(map(len, names))):
            yield Plan(everything, tuple(several[turn % len(several)] for several in names))


def _alone(call: Prepared) -> list[int]:
    if call.variant == "in-place":
        return [0]
    if call.variant == "out":
        return [position for position, name in enumerate(call.names) if name.startswith("out")]
    return list(range(len(call.names)))
