"""How a call reads its arguments: broadcast to a common shape, with a stride of 0 where one repeats; what it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.dispatch.operands import view_of
from tensorlab.dispatch.prediction import predicted
from tensorlab.dispatch.reasons import BROADCASTING, is_gathering, stem
from tensorlab.errors import LayoutError
from tensorlab.layout.shapes import broadcast_shape
from tensorlab.views.apply import apply
from tensorlab.views.record import CopyNeeded, Expand, View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.dispatch.operands import Operand
    from tensorlab.memory.record import MemoryMap


def stretched(name: str, operands: Sequence[Operand], made: Sequence[MemoryMap]) -> tuple[tuple[str, View], ...]:
    """Arguments that are repeated to the shape of the result, as they are read then; empty where none is.

    All arguments with strides are told where one is repeated, so that they can be drawn beside one another.
    """
    if stem(name) not in BROADCASTING or not made or made[0].sizes is None:
        return ()
    views = [(operand.name, view) for operand in operands if (view := view_of(operand.memory)) is not None]
    shape = made[0].sizes
    try:
        if broadcast_shape(*(view.layout.shape for _, view in views), shape) != shape:
            return ()
    except LayoutError:
        return ()
    found = [(word, apply(view, Expand(shape), "numpy")) for word, view in views]
    read = tuple((word, outcome) for word, outcome in found if isinstance(outcome, View))
    is_any = any(view.layout.shape != after.layout.shape for (_, view), (_, after) in zip(views, read, strict=False))
    return read if is_any and len(read) == len(views) else ()


def written_part(name: str, args: Sequence[object], target: Operand) -> View | None:
    """The elements that a write through square brackets reaches; None where it is no such write, or they are picked."""
    if stem(name) != "setitem" or len(args) < 2 or is_gathering(args[1]):
        return None
    found = predicted("getitem", (args[1],), {}, target.memory)
    outcome = found[0] if len(found) == 1 else None
    if isinstance(outcome, CopyNeeded):
        return None
    return outcome if isinstance(outcome, View) else None
