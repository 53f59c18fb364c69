"""Deep graphs of several shapes."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.autograd.stress.record import Shape

_FAR = 700
"""Steps that a skip connection passes over: more than a band of the guard's."""
_WIDTH = 4


class Deep(NamedTuple):
    """A deep graph."""

    loss: torch.Tensor
    middle: torch.Tensor
    """Halfway up, or the end of one branch."""


def build(shape: Shape, length: int) -> Deep:
    """A graph of that many steps.

    >>> build("double", 3).loss
    tensor([4.], grad_fn=<AddBackward0>)
    """
    special = {"two-branch": _two_branch, "double-backward": _double_backward, "gru": _recurrent}
    found = special.get(shape)
    return found(length) if found is not None else _loop(_STEPS[shape], length)


def longer(loss: torch.Tensor, length: int) -> torch.Tensor:
    """The same with so many more steps."""
    return _loop(_sine, length, loss).loss


def _sine(value: torch.Tensor, _: deque[torch.Tensor]) -> torch.Tensor:
    return value.sin()


def _residual(value: torch.Tensor, _: deque[torch.Tensor]) -> torch.Tensor:
    return value + value.sin()


def _doubled(value: torch.Tensor, _: deque[torch.Tensor]) -> torch.Tensor:
    return value + value


def _skip(value: torch.Tensor, before: deque[torch.Tensor]) -> torch.Tensor:
    return value.sin() + before[0]


_STEPS: dict[str, Callable[[torch.Tensor, deque[torch.Tensor]], torch.Tensor]] = {
    "chain": _sine,
    "residual": _residual,
    "double": _doubled,
    "skip": _skip,
}


def _leaf() -> torch.Tensor:
    return torch.full((1,), 0.5, requires_grad=True)


def _loop(step: Callable[..., torch.Tensor], length: int, start: torch.Tensor | None = None) -> Deep:
    middle = value = _leaf() if start is None else start
    before: deque[torch.Tensor] = deque(maxlen=_FAR)
    for number in range(length):
        before.append(value)
        value = step(value, before)
        if number == length // 2:
            middle = value
    return Deep(value, middle)


def _two_branch(length: int) -> Deep:
    shared = _leaf()
    one = _loop(_sine, max(length // 2, 1), shared).loss
    two = _loop(_sine, max(length // 2, 1), shared).loss
    return Deep(one * two, one)


def _double_backward(length: int) -> Deep:
    start = _leaf()
    deep = _loop(_sine, length, start)
    (gradient,) = torch.autograd.grad(deep.loss, start, create_graph=True)
    return Deep(gradient, deep.middle)


def _recurrent(length: int) -> Deep:
    cell = torch.nn.GRUCell(_WIDTH, _WIDTH)
    given: Any = torch.zeros(1, _WIDTH)
    middle = state = cell(given)
    for number in range(1, length):
        state = cell(given, state)
        if number == length // 2:
            middle = state
    return Deep(state.sum(), middle)
