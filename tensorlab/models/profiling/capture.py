"""One pass that is watched: its rows without their seconds, and every storage from its making to its end."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import torch

from tensorlab.layout.record import Layout
from tensorlab.models.profiling.allocation import allocator_of
from tensorlab.models.profiling.gathering import Seen, gathered
from tensorlab.models.profiling.marking import Marks
from tensorlab.models.profiling.passing import run
from tensorlab.models.profiling.record import Output
from tensorlab.models.profiling.watching import Watch, storages_of, tensors_in

if TYPE_CHECKING:
    from tensorlab.models.profiling.gathering import Captured, Place
    from tensorlab.models.profiling.passing import Task

_FORMATS = (
    ("contiguous", torch.contiguous_format, 0),
    ("channels_last", torch.channels_last, 4),
    ("channels_last_3d", torch.channels_last_3d, 5),
)
"""Name, torch's own, and how many axes it is for; 0 for any."""


def capture(task: Task, device: torch.device) -> Captured:
    """Run the task once, and look at everything.

    >>> from tensorlab.models.profiling.keeping import Given
    >>> from tensorlab.models.profiling.passing import task_of
    >>> module = torch.nn.Sequential(torch.nn.Linear(4, 2), torch.nn.ReLU(inplace=True))
    >>> found = capture(task_of(module, Given((torch.zeros(3, 4),), {}), train=False), torch.device("cpu"))
    >>> [(row.name, row.macs, row.reads, row.writes, row.alive - row.counted) for row in found.rows]
    [('0', 24, 88, 24, 0), ('1', 0, 24, 24, 0)]
    """
    outputs: dict[int, tuple[Output, ...]] = {}
    allocator = allocator_of(device)
    ends: list[int] = []

    def ended(place: Place) -> None:
        if allocator is not None:
            allocator.mark()
        ends.append(watch.mark(place))

    def gave(stretch: int, given: object, made: object) -> None:
        outputs[stretch] = tuple(_output(tensor, given) for tensor in tensors_in(made))

    marks = Marks(task.module, lambda: 0.0, ended=ended, gave=gave)
    watch = Watch(lambda: marks.place)
    _before(watch, task)
    with nullcontext() if allocator is None else allocator, watch, marks:
        held = run(task, marks)
    counted = () if allocator is None else allocator.stretches()
    seen = Seen(
        visits=tuple(marks.visits),
        outputs=outputs,
        ran=tuple(watch.ran),
        held=tuple(watch.lives()),
        moments=tuple(watch.moments),
        ends=tuple(zip(ends, (spent.place for spent in marks.spent), strict=True)),
        counted=counted,
    )
    del held
    return gathered(seen, "" if allocator is None else allocator.name)


def _before(watch: Watch, task: Task) -> None:
    """What is there before the pass begins."""
    for name, parameter in task.module.named_parameters():
        watch.there(parameter, "parameter", name)
    for name, buffer in task.module.named_buffers():
        watch.there(buffer, "buffer", name)
    for place, tensor in enumerate(tensors_in(task.given)):
        watch.there(tensor, "input", f"input {place}")
    states = () if task.optimizer is None else task.optimizer.state.values()
    for tensor in tensors_in(list(states)):
        watch.there(tensor, "state", "state of the optimizer")


def _output(tensor: torch.Tensor, given: object) -> Output:
    size = tensor.element_size()
    strided = tensor.layout == torch.strided
    strides = tuple(stride * size for stride in tensor.stride()) if strided else (0,) * tensor.dim()
    offset = int(tensor.storage_offset()) * size if strided else 0
    layout = Layout(tuple(tensor.shape), strides, offset, size)
    ins = list(tensors_in(given))
    storages = storages_of(tensor)
    if any(tensor is one for one in ins):
        source = "given"
    else:
        source = (
            "view" if any(mine is theirs for mine in storages for one in ins for theirs in storages_of(one)) else "new"
        )
    return Output(layout, str(tensor.dtype).removeprefix("torch."), _format(tensor), source)  # type: ignore[arg-type]  # one of three words


def _format(tensor: torch.Tensor) -> str:
    if tensor.layout != torch.strided:
        return str(tensor.layout).removeprefix("torch.")
    for name, memory_format, axes in _FORMATS:
        if axes in {0, tensor.dim()} and tensor.is_contiguous(memory_format=memory_format):
            return name
    return "strided"
