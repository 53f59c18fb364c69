"""A module profiled: watched once, timed in rounds, and left as it was."""

from __future__ import annotations

from contextlib import ExitStack, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import nn

from tensorlab.bench.doubts import oversubscription
from tensorlab.bench.host.fingerprint import fingerprint, usable_processors
from tensorlab.bench.host.interruptions import crowding, involuntary_switches
from tensorlab.errors import UnsupportedError
from tensorlab.memory.record import Doubt
from tensorlab.models.layer_times import Pace, clock_of
from tensorlab.models.profiling.arithmetic import UNCOUNTED
from tensorlab.models.profiling.capture import capture
from tensorlab.models.profiling.keeping import apart, given_of, is_lazy, kept, own_copy, same_chance
from tensorlab.models.profiling.passing import OPTIMIZER, run, stepping, task_of
from tensorlab.models.profiling.record import Profile
from tensorlab.models.profiling.rounds import time_rows
from tensorlab.models.profiling.watching import tensors_in
from tensorlab.quantity import counted, listed

if TYPE_CHECKING:
    from tensorlab.models.profiling.gathering import Captured
    from tensorlab.models.profiling.keeping import Given
    from tensorlab.models.profiling.passing import Task
    from tensorlab.models.profiling.rounds import Timed

PACE = Pace(seconds=1.0, fewest=5, most=100, warmups=1)
_COMPILED = "OptimizedModule"


def profile_module(
    module: nn.Module, inputs: object, *, train: bool = False, pace: Pace = PACE, name: str = ""
) -> Profile:
    """What each layer of a module does with these inputs.

    A copy of the module is run, in evaluation mode without gradients, or with ``train`` in training mode with
    backward and optimizer step; the module, its inputs and all random numbers stay as they were.

    Args:
        module: Any.
        inputs: A tensor, a tuple of arguments, or a dict of them by name.
        train: Whether to train.
        pace: How long to measure.
        name: What to call it; the name of its class if left out.

    Raises:
        UnsupportedError: It is no module that can be run with these inputs, or none that can be trained.

    >>> found = profile_module(nn.Sequential(nn.Linear(4, 2), nn.ReLU()), torch.zeros(3, 4), pace=Pace(0, 1, 1, 0))
    >>> [(row.name, row.parameters, row.macs) for row in found.rows]
    [('0', 10, 24), ('1', 0, 0)]
    """
    given = apart(given_of(inputs))
    _require_module(module, given)
    device = _device(module, given)
    with ExitStack() as stack:
        stack.enter_context(same_chance((device,)))
        copied, why = own_copy(module)
        if why and (train or any(map(is_lazy, (*module.parameters(), *module.buffers())))):
            raise UnsupportedError(f"it would not stay as it is: {why}", hint="leave train out, and run it once before")
        stack.enter_context(kept(copied) if why else nullcontext())
        task = task_of(copied, given, train=train)
        run(task.fresh())
        task = stepping(task)
        for _ in range(max(pace.warmups, task.optimizer is not None)):
            run(task.fresh())
        captured = capture(task.fresh(), device)
        if not captured.rows:
            raise UnsupportedError(f"nothing ran in {type(module).__name__}: it has no parts and calls no operator")
        before = involuntary_switches()
        timed = time_rows(task, captured, clock_of(str(device)), pace)
        after = involuntary_switches()
        switches = None if before is None or after is None else after - before
        seen = _Seen(captured, timed, str(device), switches)
        return _profile(task, seen, name or type(module).__name__, why)


class _Seen(NamedTuple):
    """What watching and timing gave."""

    captured: Captured
    timed: Timed
    device: str
    switches: int | None
    """Times that a thread had to give way meanwhile."""


def _profile(task: Task, seen: _Seen, name: str, why: str) -> Profile:
    captured, timed, device, switches = seen
    threads = torch.get_num_threads()
    seconds = sum(map(sum, timed.rows)) + sum(timed.whole)
    return Profile(
        name=name,
        inputs=tuple(f"{_word(one.dtype)} {tuple(one.shape)}" for one in tensors_in(task.given)),
        device=device,
        threads=threads,
        train=task.train,
        optimizer=OPTIMIZER if task.optimizer is not None else "",
        host=fingerprint(),
        parameters=sum(parameter.numel() for parameter in task.module.parameters()),
        rows=tuple(replace(row, seconds=each) for row, each in zip(captured.rows, timed.rows, strict=True)),
        steps=captured.steps,
        blocks=captured.blocks,
        whole=timed.whole,
        allocator=captured.allocator,
        notes=tuple(filter(None, (why, *_notes(captured)))),
        doubts=(
            *_strayed(timed),
            *(oversubscription(threads, usable_processors()) if device == "cpu" else ()),
            *(crowding(switches, seconds, threads) if device == "cpu" else ()),
        ),
    )


def _word(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _notes(captured: Captured) -> list[str]:
    unseen = sorted({word for row in captured.rows for word in row.operators} & UNCOUNTED)
    return [f"multiply-adds inside of {listed(unseen, 3)} are not counted"] if unseen else []


def _strayed(timed: Timed) -> tuple[Doubt, ...]:
    if not timed.strayed:
        return ()
    text = f"{timed.strayed} of {counted(len(timed.whole), 'round')} called other parts, or in another order: the rows"
    return (Doubt("strayed", f"{text} are those of one pass", "profile it with inputs for which it takes one way"),)


def _require_module(module: object, given: Given) -> None:
    if not isinstance(module, nn.Module):
        told = f"a module is profiled, with its inputs; got {type(module).__name__}"
        raise UnsupportedError(told, hint="write profile(torch.nn.Linear(2, 3), torch.ones(4, 2))")
    compiled = [one for one in module.modules() if type(one).__name__ == _COMPILED]
    if compiled:
        raise UnsupportedError("torch.compile has made one program of its layers", hint="profile it uncompiled")
    if any(isinstance(one, torch.jit.ScriptModule) for one in module.modules()):
        raise UnsupportedError("torch.jit has made one program of its layers", hint="profile the module it was made of")
    if any(one.is_meta for one in (*module.parameters(), *module.buffers(), *tensors_in(given))):
        told = "the module, or an input, is on the meta device: it has no memory, and nothing can be timed"
        raise UnsupportedError(told, hint="module.to_empty(device='cpu')")


def _device(module: nn.Module, given: Given) -> torch.device:
    """Where its parameters are; without any, where its inputs are."""
    places = [one.device for one in (*module.parameters(), *module.buffers(), *tensors_in(given))]
    return next((place for place in places if place.type != "cpu"), torch.device("cpu"))
