"""What a call is called, as the user wrote it, and its birth as a record; without torch."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from tensorlab.autograd.births.lineage import UNWRITTEN, short
from tensorlab.autograd.births.record import NanBirth

if TYPE_CHECKING:
    from tensorlab.autograd.births.lineage import Taint
    from tensorlab.autograd.births.record import Source
    from tensorlab.dispatch.record import OpCall

CONSTANTS = (
    *("full", "full_like", "new_full", "fill", "fill_", "masked_fill", "masked_fill_", "scalar_tensor"),
    *("index_fill", "index_fill_", "scatter", "scatter_", "constant_pad_nd"),
)
"""Operations that put in a number that the user gave; what is not finite in them was given or is that number."""
PASSING = ("lift_fresh", "lift", "lift_fresh_copy")
"""Operations that a tensor made of Python's numbers, or by another library, passes on its way in."""
_MAKERS = ("tensor", "as_tensor", "asarray")
"""What the user calls for that; elsewhere it is one number of the user's, as in ``y[1] = float("nan")``."""
_CASTS = ("to_copy",)


def birth(call: OpCall, taint: Taint, of: str = "") -> NanBirth:
    """A call that made one, as a record."""
    name = short(call.name)
    source: Source = "op"
    if name in UNWRITTEN:
        source = "uninitialised"
    elif of:
        source = "infinite"
    elif is_written(call, taint):
        source = "written"
    maps = call.outputs or call.inputs
    layout = maps[min(taint.place, len(maps) - 1)].layout if maps else None
    return NanBirth(
        op=said(call),
        source=source,
        line=call.line,
        module=call.module,
        call=call.number,
        nans=taint.gave[0],
        infinities=taint.gave[1],
        numel=0 if layout is None else prod(layout.shape),
        of=of,
    )


def is_written(call: OpCall, taint: Taint) -> bool:
    """Whether what is not finite was a number of the user's.

    >>> from tensorlab.autograd.births.lineage import Taint
    >>> from tensorlab.dispatch.record import OpCall
    >>> is_written(OpCall(number=0, name="aten.full.default"), Taint(gave=(2, 0)))
    True
    """
    name, called = short(call.name), call.call.rpartition(".")[2]
    passed = name in PASSING and called not in {"", "default", *_MAKERS}
    return passed or (name in CONSTANTS and not any(taint.given))


def is_brought(call: OpCall) -> bool:
    """Whether it made a tensor of numbers that were there before: ``torch.tensor(rows)``."""
    return short(call.name) in PASSING and call.call.rpartition(".")[2] in _MAKERS


def said(call: OpCall) -> str:
    """As the user called it, where that is one operator's name; else the operator, within what was called.

    >>> from tensorlab.dispatch.record import OpCall
    >>> names = {"aten._to_copy.default": "Tensor.to", "aten.reciprocal.default": "Tensor.__rdiv__",
    ...          "aten.addmm.default": "torch.nn.functional.linear"}
    >>> [said(OpCall(number=0, name=name, call=call)) for name, call in names.items()]
    ['to', 'reciprocal (in rdiv)', 'addmm (in linear)']
    """
    name, called = short(call.name), call.call.rpartition(".")[2]
    plain = called.strip("_")
    if called in {"", "default", "apply", "backward", "grad"} or name.rstrip("_") in {plain, called}:
        return name
    if name in _CASTS or name in PASSING:
        return plain
    return name if name.startswith((plain, called)) else f"{name} (in {plain})"
