"""Custom Functions that mark what they give: torch runs each forward without gradients, but that is not what cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.autograd import Function

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

    from tensorlab.dispatch.tracer import Tracer

_MARK = "mark_non_differentiable"
_APPLY = "torch.autograd.Function.apply"


def marking(tracer: Tracer, number: int) -> tuple[str, str] | None:
    """The Function in whose forward a call ran and that marks outputs as non-differentiable, and where it was applied.

    None for any other call, also for one in a function that such a forward calls.

    Args:
        tracer: What was recorded.
        number: Of the call.

    >>> import torch
    >>> from tensorlab.dispatch.tracer import Tracer
    >>> class Twice(Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         y = x * 2
    ...         ctx.mark_non_differentiable(y)
    ...         return y
    >>> with Tracer() as tracer:
    ...     y = Twice.apply(torch.ones(2, requires_grad=True))
    >>> [None if (found := marking(tracer, number)) is None else found[0] for number in range(len(tracer.events))]
    [None, 'Twice']
    """
    event = tracer.events[number]
    site, count, grad = event[1], event[5], event[7]
    if grad or site < 0:
        return None
    name = _forwards().get(tracer.sites[site][1])  # torch counts a node under no_grad too: the code tells
    for earlier in range(site - 1, -1, -1):
        call, _, _, _, before = tracer.sites[earlier]
        if name is None or before < count - 1:
            break
        if call == _APPLY:  # nothing inside makes a node: its own is the last one
            return name, tracer.told(earlier)[1]
    return None


def _forwards() -> dict[CodeType, str]:
    """The code of each forward whose Function marks what it gives, and the name of that Function."""
    found: dict[CodeType, str] = {}
    for kind in _kinds(Function):
        codes = [
            code for code in map(_code, (kind.__dict__.get("forward"), kind.__dict__.get("setup_context"))) if code
        ]
        if any(_MARK in code.co_names for code in codes):
            found.update(dict.fromkeys(codes, kind.__name__))
    return found


def _kinds(kind: type) -> Iterator[type]:
    below: list[type] = kind.__subclasses__()
    for one in below:
        yield one
        yield from _kinds(one)


def _code(method: object) -> CodeType | None:
    code: CodeType | None = getattr(getattr(method, "__func__", method), "__code__", None)
    return code
