"""``profile``: any module, layer by layer, beside the limits of the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.errors import ExpressionError, LayoutError, TensorlabError, UnavailableError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

    from tensorlab.bench.ceilings.record import Ceilings
    from tensorlab.models.profiling.record import Profile
    from tensorlab.render.figure import Figure

EXAMPLE = (3, 224, 224)
"""Shape of one example where nothing else is said: a colour image as ImageNet's networks take it."""
BATCH = 8
NO_CEILINGS = "no ceilings are kept for this machine: tensorlab.measure_ceilings() measures them once, in half a minute"
_FEWEST, _MOST = 5, 200
"""Rounds."""


def profile(
    module: nn.Module, inputs: object, *, train: bool = False, seconds: float = 1.0, ceilings: Ceilings | None = None
) -> Profile:
    """A module told layer by layer: layouts, parameters, multiply-adds, bytes, time, and what is alive when.

    A copy of the module runs: in evaluation mode and without gradients, or with ``train`` in training mode with
    backward and a step of an optimizer. The module itself, its hooks, gradients and mode, the inputs, and all random
    numbers stay as they were.

    Args:
        module: Any ``torch.nn.Module``.
        inputs: A tensor; a tuple of arguments; or a dict of arguments by name.
        train: Whether to train.
        seconds: How long to repeat it, 5 times at least.
        ceilings: What the times are judged by; those that are kept for this machine if left out.

    Returns:
        A record: ``rows`` are the layers, ``blocks`` the storages with their beginning and end; ``str()`` says it in
        lines, ``tensorlab.show`` draws it.

    Raises:
        UnsupportedError: No module, or it raises something with these inputs, or has nothing to train.
        LayoutError: The seconds are no number that can be.
        UnavailableError: torch is not installed.

    >>> import torch, tensorlab
    >>> module = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU(inplace=True))
    >>> found = tensorlab.profile(module, torch.ones(2, 4), seconds=0)
    >>> [(row.name, row.kind, row.macs, row.reads, row.writes) for row in found.rows]
    [('0', 'Linear', 24, 92, 24), ('1', 'ReLU', 0, 24, 24)]
    >>> found.rows[0].outputs[0].layout, found.peak == found.rows[0].peak
    (Layout(shape=(2, 3), strides=(12, 4), offset=0, itemsize=4), True)
    """
    from tensorlab.bench.ceilings.record import Ceilings

    given: object = ceilings
    if given is not None and not isinstance(given, Ceilings):
        told = f"ceilings are what measure_ceilings gives; got {type(given).__name__}"
        raise UnsupportedError(told, hint="leave them out: those of this machine are taken")
    if type(train) is not bool:
        raise UnsupportedError(f"train is True or False; got {train!r}", hint="True adds backward and optimizer step")
    return _profiled(module, inputs, train=train, seconds=seconds, ceilings=ceilings)


def _profiled(  # noqa: PLR0913 - what is measured, and how
    module: nn.Module,
    inputs: object,
    *,
    train: bool,
    seconds: float,
    ceilings: Ceilings | None,
    name: str = "",
) -> Profile:
    from dataclasses import replace
    from math import isfinite

    given: object = seconds
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not (isfinite(given) and given >= 0):
        raise LayoutError(f"seconds are a number, 0 or more; got {given!r}", hint="for a quick look: 0")
    try:
        from tensorlab.models.layer_times import Pace
        from tensorlab.models.profiling.ceiled import beside_ceilings
        from tensorlab.models.profiling.measuring import profile_module
    except ModuleNotFoundError as error:
        raise UnavailableError(f"{error.name} is not installed", hint="pip install torch") from error
    pace = Pace(seconds=float(seconds), fewest=_FEWEST, most=_MOST, warmups=1)
    found = profile_module(module, inputs, train=train, pace=pace, name=name)
    limits = _kept() if ceilings is None else ceilings
    if limits is None:
        return replace(found, notes=(*found.notes, NO_CEILINGS))
    return beside_ceilings(found, limits)


def _kept() -> Ceilings | None:
    from tensorlab.bench.ceilings.keeping import load, own_folder, today
    from tensorlab.bench.host.fingerprint import fingerprint, host_facts

    host = host_facts()
    return load(own_folder(), fingerprint(host), host.libraries, today()).ceilings


def profile_target(  # noqa: PLR0913 - the options of the command
    target: str,
    *,
    batch: int = BATCH,
    shape: str = "",
    train: bool = False,
    device: str = "cpu",
    threads: int | str | None = None,
    seconds: float = 1.0,
    ceilings: Ceilings | None = None,
) -> Profile:
    """The same of what a name stands for.

    A function is called without arguments and gives a module, or a module and its inputs: ``return model, batch``.
    A module alone is given random numbers: as many examples as ``batch``, of the shape of one example.

    Args:
        target: ``alexnet``, ``package.module:function`` or ``path.py:function``.
        batch: Examples in a pass.
        shape: Of one example: "3,224,224" if left out.
        train: Whether to train.
        device: Where it runs.
        threads: That torch may use on the CPU: a number, or "all"; None leaves torch as it is.
        seconds: How long to repeat it.
        ceilings: What the times are judged by; those that are kept if left out.

    Raises:
        ExpressionError: The target is no such name, or its function fails.
        UnavailableError: There is no such module, file, function or device.
        UnsupportedError: It gives no module, or one that cannot be run with such inputs.
        LayoutError: The batch, the shape or the threads are none that can be.

    >>> found = profile_target("alexnet", batch=1, seconds=0)
    >>> found.parameters, sum(row.macs for row in found.rows)
    (61100840, 714188480)
    """
    import torch

    from tensorlab.bench.host.devices import torch_device
    from tensorlab.bench.threads import equal_threads, thread_count

    place = torch_device(device)
    count = torch.get_num_threads() if threads is None else thread_count(threads)
    module, inputs = module_and_inputs(target, batch=batch, shape=shape)
    moved = _onto(module, place), _inputs_onto(inputs, place)
    with equal_threads(count):
        return _profiled(*moved, train=train, seconds=seconds, ceilings=ceilings, name=target.strip())


def module_and_inputs(target: str, *, batch: int = BATCH, shape: str = "") -> tuple[nn.Module, object]:
    """What a target stands for, and what it is called with: its own inputs, or random numbers.

    Raises:
        ExpressionError: The target is no such name, or its function fails.
        UnavailableError: There is no such module or file.
        UnsupportedError: It gives no module, or both brings inputs and is given a shape.
        LayoutError: The batch or the shape is none that can be.

    >>> module_and_inputs("alexnet", batch=2)[1].shape
    torch.Size([2, 3, 224, 224])
    """
    if type(batch) is not int or batch < 1:
        raise LayoutError(f"a batch is a whole number of 1 or more; got {batch!r}", hint="choose 1 or more")
    module, inputs = _module(target)
    if inputs is not None and shape:
        raise UnsupportedError(f"--input does not go with {target}: it gives inputs of its own", hint="leave it out")
    return module, _random(batch, shape) if inputs is None else inputs


def _module(target: str) -> tuple[nn.Module, object]:
    """What a name stands for, and the inputs that it brings."""
    from torch import nn

    from tensorlab.api.networks import alexnet
    from tensorlab.process.target import load

    if target.strip() == "alexnet":
        return alexnet(), None
    if target.strip().startswith("torchvision"):
        import tensorlab.models.vision  # noqa: F401 - it imports torchvision where that alone cannot be imported
    try:
        function = load(target)[0]
    except ExpressionError as error:
        hint = "alexnet, package.module:function, or path.py:function"
        raise ExpressionError(f"{target!r} names nothing that can be profiled", hint=f"write {hint}") from error
    given = _given(function, target)
    found = given if isinstance(given, tuple) else (given, None)
    if len(found) != 2 or not isinstance(found[0], nn.Module):
        told = f"{target} gives {type(given).__name__}, and no module"
        raise UnsupportedError(told, hint="return a torch.nn.Module, or one and its inputs")
    return found[0], found[1]


def _given(function: Callable[[], Any], target: str) -> Any:  # noqa: ANN401 - what a user's function gives
    """What it gives; what it prints goes to stderr."""
    import sys
    from contextlib import redirect_stdout

    from tensorlab.memory.naming import reason

    try:
        with redirect_stdout(sys.stderr):
            return function()
    except TensorlabError:
        raise
    except (Exception, SystemExit) as error:
        raise ExpressionError(f"{target} raises {type(error).__name__}: {reason(error)}") from error


def _random(batch: int, shape: str) -> object:
    """The same numbers in every run, whatever was drawn before."""
    import torch

    from tensorlab.memory.naming import reason

    words = shape.strip().strip("()[]").replace("x", ",").removesuffix(",").split(",")
    try:
        sizes = tuple(map(int, words)) if shape else EXAMPLE
    except ValueError:
        sizes = ()
    if not sizes or min(sizes) < 1:
        raise LayoutError(f"a shape is sizes of 1 or more; got {shape!r}", hint="of one example: --input 3,224,224")
    try:
        return torch.randn((batch, *sizes), generator=torch.Generator().manual_seed(0))
    except (RuntimeError, MemoryError, OverflowError) as error:
        raise LayoutError(
            f"{batch:,} examples of shape {sizes} cannot be made: {reason(error)}", hint="take a smaller batch"
        ) from error


def _onto(module: nn.Module, place: Any) -> nn.Module:  # noqa: ANN401 - a device of torch's
    return module if place.type == "cpu" else module.to(place)


def _inputs_onto(inputs: object, place: Any) -> object:  # noqa: ANN401 - a device of torch's
    """Tensors on the device; where it is the CPU, all as it came."""
    import torch

    if place.type == "cpu":
        return inputs
    if isinstance(inputs, torch.Tensor):
        return inputs.to(place)
    if isinstance(inputs, (tuple, list)):
        return tuple(_inputs_onto(one, place) for one in inputs)
    return {key: _inputs_onto(one, place) for key, one in inputs.items()} if isinstance(inputs, dict) else inputs


def profile_figure(found: Profile) -> Figure:
    """The picture of a profile, with the record as its ``data``."""
    from tensorlab.diagram.layer_profile import profile_scene
    from tensorlab.render.figure import Figure

    return Figure(found, profile_scene(found))
