"""One pass of a module: forward, and where it is asked for a loss, the backward, and the step of an optimizer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from tensorlab.errors import TensorlabError, UnsupportedError
from tensorlab.memory.naming import reason
from tensorlab.models.profiling.keeping import apart
from tensorlab.models.profiling.watching import tensors_in

if TYPE_CHECKING:
    from torch import nn

    from tensorlab.models.profiling.keeping import Given
    from tensorlab.models.profiling.marking import Marks

OPTIMIZER = "SGD, momentum 0.9"
"""With a rate of 0: it does all its work, and the weights stay what they are from round to round."""


class Task(NamedTuple):
    """What is run again and again."""

    module: nn.Module
    given: Given
    optimizer: torch.optim.Optimizer | None
    train: bool

    def fresh(self) -> Task:
        """With inputs of their own, and without gradients of the pass before."""
        if self.train:
            self.module.zero_grad(set_to_none=True)
        return self._replace(given=apart(self.given))


def task_of(module: nn.Module, given: Given, *, train: bool) -> Task:
    """The module in its mode, with an optimizer where there is something to step.

    >>> import torch
    >>> from tensorlab.models.profiling.keeping import Given
    >>> task_of(torch.nn.ReLU(), Given((), {}), train=False).optimizer is None
    True
    """
    module.train(train)
    return Task(module, given, None, train)


def stepping(task: Task) -> Task:
    """The same with an optimizer, once a first pass has made what was lazy."""
    wanted = [one for one in task.module.parameters() if one.requires_grad]
    return task._replace(optimizer=torch.optim.SGD(wanted, lr=0.0, momentum=0.9) if wanted and task.train else None)


def run(task: Task, marks: Marks | None = None) -> Any:  # noqa: ANN401 - whatever a module gives
    """Run it once; what it gave.

    Raises:
        UnsupportedError: The module raises something, or nothing in what it gives requires a gradient.

    >>> import torch
    >>> from tensorlab.models.profiling.keeping import Given
    >>> run(task_of(torch.nn.ReLU(), Given((torch.tensor([-1.0, 2.0]),), {}), train=False))
    tensor([0., 2.])
    """
    try:
        return _run(task, marks)
    except TensorlabError:
        raise
    except Exception as error:
        told = f"{type(task.module).__name__} raises {type(error).__name__}: {reason(error)}"
        raise UnsupportedError(told, hint=_hint(task)) from error


def _run(task: Task, marks: Marks | None) -> Any:  # noqa: ANN401 - whatever a module gives
    with torch.set_grad_enabled(task.train):
        outputs = task.module(*task.given.args, **task.given.kwargs)
        if not task.train:
            return outputs
        if marks is not None:
            marks.phase("forward")
        loss = _loss(outputs)
        if marks is not None:
            marks.follow(loss)
            marks.phase("backward")
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not say its types
    if marks is not None:
        marks.phase("optimizer")
    if task.optimizer is not None:
        task.optimizer.step()
    return outputs


def _loss(outputs: object) -> torch.Tensor:
    """The mean of the squares of all numbers that it gives: its gradient is as dense as that of any loss."""
    found = [one for one in tensors_in(outputs) if one.requires_grad]
    if not found:
        raise UnsupportedError("nothing that the module gives requires a gradient", hint="leave train out")
    parts = [(torch.view_as_real(one) if one.is_complex() else one).square().mean() for one in found]
    return parts[0] if len(parts) == 1 else torch.stack([part.to(parts[0]) for part in parts]).sum()


def _hint(task: Task) -> str:
    """Devices that differ are the commonest reason."""
    inside = {str(one.device) for one in (*task.module.parameters(), *task.module.buffers())}
    outside = {str(one.device) for one in tensors_in(task.given)}
    if inside and outside and inside != outside:
        words = f"its parameters are on {', '.join(sorted(inside))}, the inputs on {', '.join(sorted(outside))}"
        return f"{words}: move one of them"
    return "call it with these inputs yourself first"
