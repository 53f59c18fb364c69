"""A call that made what is not finite, told as a birth: what it is called, where it stands, what it was made of."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.autograd.births.record import NanBirth
from tensorlab.autograd.births.words import birth, is_brought, is_written, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.autograd.births.lineage import Lineage, Taint
    from tensorlab.dispatch.record import OpCall
    from tensorlab.dispatch.tracer import Tracer


class Seen(NamedTuple):
    """What was recorded, and what it had to do with NaN and infinities."""

    tracer: Tracer
    home: Tracer
    """The one that knows where nodes were made: of a backward that is run to find out, that of forward."""
    calls: Sequence[OpCall]
    found: Lineage
    last: int
    """Number of the call that made the loss; beyond all where that is not known."""
    number: int | None
    """Of the loss."""
    masked: tuple[NanBirth, ...] = ()
    """What forward made, and did not reach the loss."""


def birth_at(seen: Seen, number: int) -> NanBirth:
    """The birth that a call is."""
    if seen.calls[number].node is not None:
        return of_node(seen, number)
    taint = seen.found.taints[number]
    return birth(seen.calls[number], taint, _made_of(seen, taint) if taint.given[1] else "")


def _made_of(seen: Seen, taint: Taint) -> str:
    """What was given that is not finite, and the first call that it comes of."""
    what = "the NaN" if taint.given[0] else "an infinity"
    first = seen.found.taints.get(-1 if taint.root is None else taint.root)
    if first is None or taint.root is None:
        return f"{what} that came in"
    call = seen.calls[taint.root]
    by_hand = is_written(call, first)
    if first.came and not by_hand and not is_brought(call):
        return f"{what} that came in"
    place, when = _place(seen, call)
    if by_hand:
        return f"{what if first.gave[0] else 'an infinity'} of {place}, written by hand"
    if taint.given[0] and first.gave[0]:
        return f"the NaN that {place} made {when}"
    return f"an infinity of {place}"


def _place(seen: Seen, call: OpCall) -> tuple[str, str]:
    """What made it, with its line, and when: of a backward, the node, or Python code that it ran."""
    if call.node is None:
        return f"{said(call)} {call.line}".strip(), f"in {call.phase}"
    python = "" if is_custom(call.node[0]) else seen.tracer.python_line(call.number)
    if python:
        return f"{said(call)} {python}", "when forward ran again" if call.grad else "in a hook"
    return f"{call.node[0]} {call.line}".strip(), "in backward"


def came_in(seen: Seen, number: int, later: Sequence[int]) -> NanBirth:
    """Of what was there before: a number of the user's, where it was written; else where it was used first."""
    call, taint = seen.calls[number], seen.found.taints[number]
    place, (nans, infinities) = taint.came[0]
    look = call.inputs[place]
    by_hand = is_written(call, taint)
    kind = "a parameter" if "Parameter" in look.type else "a leaf" if "requires_grad" in look.traits else "an input"
    dtype = "" if look.dtype is None else f" {look.dtype.name}"
    used = next((seen.calls[n] for n in later if n >= number and seen.calls[n].line), call)
    return NanBirth(
        op=said(call) if by_hand or is_brought(call) else f"{kind}{dtype} {look.shape}",
        source="written" if by_hand else "brought in" if is_brought(call) else "came in",
        line=used.line,
        module=used.module,
        call=number,
        nans=nans,
        infinities=infinities,
        numel=prod(side for side in look.shape or () if isinstance(side, int)),
    )


def of_node(seen: Seen, number: int) -> NanBirth:
    """Of an operator of backward: the node that ran it, with the line that made the node; or a hook of the user's."""
    call, taint = seen.calls[number], seen.found.taints[number]
    name, sequence = call.node or ("", None)
    made = seen.home.origin(sequence, name)
    line, module = (call.line, call.module) if made is None else (made.line or call.line, made.module or call.module)
    op = _node_op(name, "" if made is None else made.call)
    known = birth(call, taint)
    known = replace(
        known,
        node=name,
        phase="backward",
        call=call.number if seen.tracer is seen.home else None,
        module=module,
        of=_given(seen, taint),
    )
    hook = "" if is_custom(name) else seen.tracer.python_line(number)
    if hook:
        at = f"{name} (backward of {' '.join(filter(None, (op, line)))})" if op else name
        return replace(known, source="op", line=hook, within=at)
    return replace(known, op=op, source="saved" if any(taint.given) else "op", line=line)


def _given(seen: Seen, taint: Taint) -> str:
    """What was saved in forward, or came down, that is not finite."""
    if not any(taint.given):
        return ""
    if seen.tracer is seen.home and (taint.parents or taint.came):
        return _made_of(seen, taint)
    if seen.masked:
        one = seen.masked[-1]
        return f"the NaN that {' '.join(filter(None, (one.op, one.line)))} made in forward"
    return "what it was given, which is not finite"


def _node_op(name: str, called: str) -> str:
    """What a node is the backward of: as the user called it; of a custom Function, its name."""
    if is_custom(name):
        return name.removesuffix("Backward")
    if name.startswith("AccumulateGrad"):
        return ""
    return called.rpartition(".")[2].strip("_") or name.partition("Backward")[0].lower()


def is_custom(name: str) -> bool:
    """Whether a node is a custom Function's: torch numbers its own.

    >>> is_custom("BadBackward"), is_custom("MulBackward0"), is_custom("CopySlices")
    (True, False, False)
    """
    return name.endswith("Backward")
