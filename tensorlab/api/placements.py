"""Layers of one module on several devices of this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.errors import ExpressionError, LayoutError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import nn

    from tensorlab.models.placement.record import Placed
    from tensorlab.render.figure import Figure

_FEWEST, _MOST = 5, 200


def place_layers(
    module: nn.Module, inputs: object, places: Mapping[str, str], *, home: str = "cpu", seconds: float = 1.0
) -> Placed:
    """A forward pass with layers on devices of their own: what each takes, and what handing over between them costs.

    A copy runs, in evaluation mode and without gradients. What comes into a part is brought to its device; the result
    is brought home.

    Args:
        module: Any ``torch.nn.Module``.
        inputs: A tensor, a tuple of arguments, or a dict of arguments by name.
        places: Names of layers, as ``named_modules`` has them, to devices: ``{"classifier": "cuda:1"}``. All inside
            goes along; the rest lies at home.
        home: Where inputs come from, the rest lies, and the result goes.
        seconds: How long to repeat it, 5 times at least.

    Returns:
        A record: ``steps`` are parts and hand-overs in order, with bytes and seconds; ``tensorlab.show`` draws it.

    Raises:
        UnknownNameError: No layer, or no device, has such a name.
        UnavailableError: A device is not there.
        UnsupportedError: The module cannot be copied, or raises something so placed.
        LayoutError: The seconds are no number that can be.

    >>> import torch, tensorlab
    >>> from tensorlab.api.placements import place_layers
    >>> net = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU())
    >>> print(place_layers(net, torch.ones(2, 4), {"0": "cpu"}, seconds=0))
    Sequential: nothing is handed over, all parts lie on cpu
    """
    from math import isfinite

    from tensorlab.bench.host.devices import torch_device
    from tensorlab.models.layer_times import Pace
    from tensorlab.models.placement.running import run_placed

    given: object = seconds
    if not isinstance(given, (int, float)) or not (isfinite(given) and given >= 0):
        raise LayoutError(f"seconds are a number, 0 or more; got {seconds!r}", hint="for a quick look: 0")
    there = {name: torch_device(device) for name, device in places.items()}
    pace = Pace(seconds=float(seconds), fewest=_FEWEST, most=_MOST, warmups=1)
    return run_placed(module, inputs, there, torch_device(home), pace)


def placed_target(  # noqa: PLR0913 - the options of the command
    target: str,
    words: str,
    *,
    batch: int = 8,
    shape: str = "",
    home: str = "cpu",
    threads: int | str | None = None,
    seconds: float = 1.0,
) -> Figure:
    """The same of what a name stands for, as ``profile_target`` takes it.

    Args:
        target: ``alexnet``, ``package.module:function`` or ``path.py:function``.
        words: Layers and their devices: "features=cuda:0,classifier=cpu".
        batch: Examples in a pass.
        shape: Of one example.
        home: Device of the rest.
        threads: That torch may use on the CPU; None leaves torch as it is.
        seconds: How long to repeat it.

    >>> from tensorlab.api.placements import placed_target
    >>> placed_target("alexnet", "features=cpu", batch=1, seconds=0).data.handovers
    ()
    """
    from dataclasses import replace

    import torch

    from tensorlab.api.layer_profiles import module_and_inputs
    from tensorlab.bench.threads import equal_threads, thread_count

    places = places_of(words)
    count = torch.get_num_threads() if threads is None else thread_count(threads)
    module, inputs = module_and_inputs(target, batch=batch, shape=shape)
    with equal_threads(count):
        placed = place_layers(module, inputs, places, home=home, seconds=seconds)
    return placed_figure(replace(placed, module=target.strip()))


def places_of(words: str) -> dict[str, str]:
    """Names of layers and their devices: "features=cuda:0,classifier=cuda:1".

    Raises:
        ExpressionError: It is written otherwise, or names a layer twice.

    >>> places_of("features=cuda:0, classifier=cpu")
    {'features': 'cuda:0', 'classifier': 'cpu'}
    """
    found: dict[str, str] = {}
    for word in filter(None, map(str.strip, words.split(","))):
        name, sign, device = (one.strip() for one in word.partition("="))
        if not (name and sign and device) or name in found:
            raise ExpressionError(
                f"a place is LAYER=DEVICE, each layer once; got {word!r}", hint="--place features=cuda:0,classifier=cpu"
            )
        found[name] = device
    return found


def placed_figure(placed: Placed) -> Figure:
    """The picture of a placed pass, with the record as its ``data``."""
    from tensorlab.diagram.placement import placed_scene
    from tensorlab.render.figure import Figure

    return Figure(placed, placed_scene(placed))
