"""Passes over several devices, beside passes on one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.errors import UnsupportedError
from tensorlab.memory.naming import reason
from tensorlab.memory.registry import describe
from tensorlab.memory.totals import unique_bytes
from tensorlab.models.placement.placing import brought, moved, parts, settle, wait
from tensorlab.models.placement.record import Placed, Step
from tensorlab.models.profiling.keeping import apart, given_of, own_copy
from tensorlab.models.profiling.watching import tensors_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import nn

    from tensorlab.models.layer_times import Pace
    from tensorlab.models.placement.placing import Part, Seen
    from tensorlab.models.profiling.keeping import Given


def run_placed(
    module: nn.Module, inputs: object, places: Mapping[str, torch.device], home: torch.device, pace: Pace
) -> Placed:
    """A forward pass in evaluation mode, without gradients, of a copy whose parts lie where they are told to.

    Raises:
        UnknownNameError: No layer has such a name.
        UnsupportedError: The module cannot be copied, or raises something.

    >>> from tensorlab.models.layer_times import Pace
    >>> net = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU())
    >>> cpu, meta = torch.device("cpu"), torch.device("meta")
    >>> found = run_placed(net, torch.ones(2, 4), {"0": cpu}, meta, Pace(0, 1, 1, 0))
    >>> [(step.name, step.source, step.device, step.nbytes) for step in found.steps]
    [('0', '', 'cpu', 60), ('1', 'cpu', 'meta', 24), ('1', '', 'meta', 0)]
    """
    there, here = _copied(module), _copied(module)
    given = given_of(inputs)
    cut = parts(there, places, home)
    settle(there, cut, home)
    here.to(home)
    at_home = moved(given, home, "", None, time.perf_counter)
    with torch.no_grad():
        passes, whole, alone = _rounds((there, here), cut, (given, at_home), home, pace)
        error = _error(_pass(there, cut, given, home), here(*apart(at_home).args, **apart(at_home).kwargs))
    return Placed(
        module=type(module).__name__,
        home=str(home),
        places=tuple((name, str(device)) for name, device in places.items()),
        steps=_steps(passes),
        held=_held(there),
        whole=tuple(whole),
        alone=tuple(alone),
        error=error,
    )


def _copied(module: nn.Module) -> nn.Module:
    copy, why = own_copy(module)
    if why:
        raise UnsupportedError(f"{type(module).__name__} cannot be copied, and it is not moved itself: {why}")
    return copy.eval()


def _pass(
    module: nn.Module, cut: tuple[Part, ...], given: Given, home: torch.device, steps: list[Seen] | None = None
) -> object:
    fresh = apart(given)
    with brought(cut, steps, time.perf_counter):
        try:
            result = module(*fresh.args, **fresh.kwargs)
        except RuntimeError as error:
            raise UnsupportedError(
                f"{type(module).__name__} raises with its layers so placed: {reason(error)}",
                hint="what meets outside a layer, such as a sum with a shortcut, must lie on one device",
            ) from error
    return moved(result, home, "result", steps, time.perf_counter)


def _rounds(
    modules: tuple[nn.Module, nn.Module],
    cut: tuple[Part, ...],
    given: tuple[Given, Given],
    home: torch.device,
    pace: Pace,
) -> tuple[list[list[Seen]], list[float], list[float]]:
    """Passes that are looked into, passes that are not, and passes at home, in turn."""
    there, here = modules
    devices = {home, *(part.device for part in cut)}
    passes: list[list[Seen]] = []
    whole: list[float] = []
    alone: list[float] = []
    begun = time.perf_counter()
    while len(whole) < pace.fewest + pace.warmups or (
        len(whole) < pace.most and time.perf_counter() - begun < pace.seconds
    ):
        steps: list[Seen] = []
        _pass(there, cut, given[0], home, steps)
        passes.append(steps)
        whole.append(_timed(lambda: _pass(there, cut, given[0], home), devices))
        alone.append(_timed(lambda: here(*apart(given[1]).args, **apart(given[1]).kwargs), devices))
    return passes[pace.warmups :], whole[pace.warmups :], alone[pace.warmups :]


def _timed(call: Any, devices: set[torch.device]) -> float:  # noqa: ANN401 - any call
    for device in devices:
        wait(device)
    begun = time.perf_counter()
    held = call()
    for device in devices:
        wait(device)
    spent = time.perf_counter() - begun
    del held
    return spent


def _steps(passes: list[list[Seen]]) -> tuple[Step, ...]:
    """Each step with its seconds in every pass."""
    orders = {tuple(one._replace(seconds=0.0) for one in steps) for steps in passes}
    if len(orders) != 1:
        raise UnsupportedError("the module calls its layers otherwise in each pass: their times cannot be put together")
    return tuple(
        Step(
            name=one[0].name,
            device=one[0].device,
            source=one[0].source,
            nbytes=one[0].nbytes,
            seconds=tuple(seen.seconds for seen in one),
        )
        for one in zip(*passes, strict=True)
    )


def _held(module: nn.Module) -> tuple[tuple[str, int], ...]:
    found: dict[str, list[Any]] = {}
    for one in (*module.parameters(), *module.buffers()):
        found.setdefault(str(one.device), []).append(describe(one.detach()).storage)
    return tuple((device, unique_bytes(one for one in storages if one)) for device, storages in found.items())


def _error(found: object, right: object) -> float | None:
    """None on a device without values."""
    pairs = list(zip(tensors_in(found), tensors_in(right), strict=True))
    if any(one.device.type == "meta" for pair in pairs for one in pair) or not pairs:
        return None
    worst = 0.0
    for ours, theirs in pairs:
        most = float(theirs.detach().abs().max()) if theirs.numel() else 0.0
        gap = float((ours.double() - theirs.double()).abs().max()) if theirs.numel() else 0.0
        worst = max(worst, gap / (most or 1.0))
    return worst
