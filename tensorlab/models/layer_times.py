"""A forward pass timed layer by layer, where each layer finds the caches as the one before it left them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING

import torch

from tensorlab.bench.backends.precision import ieee_float32
from tensorlab.bench.backends.tensor import free, synchronize
from tensorlab.bench.clock import Clock
from tensorlab.bench.doubts import oversubscription
from tensorlab.bench.host.devices import torch_device
from tensorlab.bench.host.fingerprint import fingerprint, usable_processors
from tensorlab.bench.host.interruptions import crowding, involuntary_switches
from tensorlab.bench.threads import equal_threads, thread_count
from tensorlab.errors import LayoutError
from tensorlab.models.layers import ALEXNET, IMAGE, costs, image_shape, parameters, successive_shapes
from tensorlab.models.network import seeded_network, steps
from tensorlab.models.record import LayerTime, LayerTimes
from tensorlab.quantity import prefixed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import nn

_ITEMSIZE = 4


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to measure."""

    seconds: float = 2.0
    """Rounds are repeated for at least this long."""
    fewest: int = 7
    """Rounds at least."""
    most: int = 200
    """Rounds at most."""
    warmups: int = 2
    """Rounds before, that are not counted."""


def measure_layers(
    batch: int = 8,
    *,
    device: str | torch.device = "cpu",
    threads: int | str | None = None,
    seed: int = 0,
    pace: Pace | None = None,
) -> LayerTimes:
    """AlexNet's forward pass with seeded random weights: each layer's seconds, and the whole pass's in between.

    Every layer is timed inside a whole pass, not repeated by itself, so that its input and its weights are as near or
    far as they are in real use. An accelerator is waited for after each layer: there, small layers include what it
    costs to start them and to wait.

    Args:
        batch: Images in a pass.
        device: Where it runs.
        threads: That torch may use on the CPU: a number, or "all"; None leaves torch as it is.
        seed: Of the weights and of the images.
        pace: How long to measure.

    Raises:
        LayoutError: The batch, the threads or the seed is not a number that can be; a batch beyond memory is none.
        UnknownNameError: No device has such a name.
        UnavailableError: The device is not there.
    """
    shape = image_shape(batch)
    place = torch_device(device)
    count = torch.get_num_threads() if threads is None else thread_count(threads)
    _require_memory(shape, str(place))
    with _one_sentence(batch, str(place)), equal_threads(count), torch.inference_mode(), ieee_float32():
        network = seeded_network(ALEXNET, seed, place)
        images = torch.rand(shape, generator=torch.Generator().manual_seed(seed)).mul_(2).sub_(1).to(place)
        modules = tuple(found for _, found in steps(ALEXNET, network))
        before = involuntary_switches()
        walls, whole = time_rounds(modules, network, images, clock_of(str(place)), pace or Pace())
        after = involuntary_switches()
    switches = None if before is None or after is None else after - before
    return LayerTimes(
        network="alexnet",
        seed=seed,
        batch=batch,
        image=IMAGE,
        device=str(place),
        dtype="float32",
        threads=count,
        host=fingerprint(),
        layers=tuple(map(LayerTime, costs(ALEXNET, shape, _ITEMSIZE), walls)),
        whole=whole,
        doubts=(*oversubscription(count, usable_processors()), *crowding(switches, _seconds(walls, whole), count)),
    )


def _seconds(walls: tuple[tuple[float, ...], ...], whole: tuple[float, ...]) -> float:
    return sum(map(sum, walls)) + sum(whole)


def clock_of(device: str) -> Callable[[], float]:
    """Seconds, read when all that was given to the device is done.

    >>> now = clock_of("cpu")
    >>> now() <= now()
    True
    """
    return Clock(synchronize=partial(synchronize, device)).read


def time_rounds(
    modules: tuple[nn.Module, ...], network: nn.Module, images: torch.Tensor, clock: Callable[[], float], pace: Pace
) -> tuple[tuple[tuple[float, ...], ...], tuple[float, ...]]:
    """Seconds of each module in each round, and of the whole network, once a round.

    Args:
        modules: In the order in which the network runs them.
        network: Of all modules.
        images: What comes in; it is not changed.
        clock: Seconds.
        pace: How many rounds.
    """
    layered: list[list[float]] = []
    whole: list[float] = []
    for _ in range(pace.warmups):
        one_round(modules, images, clock)
    start = clock()
    while len(whole) < pace.fewest or (len(whole) < pace.most and clock() - start < pace.seconds):
        layered.append(one_round(modules, images, clock))
        whole += one_round((network,), images, clock)
    return tuple(zip(*layered, strict=True)), tuple(whole)


def one_round(modules: tuple[nn.Module, ...], values: torch.Tensor, clock: Callable[[], float]) -> list[float]:
    """Seconds of each module, each taking what the one before it made."""
    marks = [clock()]
    for module in modules:
        values = module(values)
        marks.append(clock())
    return [after - before for before, after in pairwise(marks)]


def needed_bytes(shape: tuple[int, ...]) -> int:
    """Bytes at least: parameters, images, and the largest input and output that are alive together.

    >>> needed_bytes((1, 3, 224, 224)) - 4 * 61_100_840
    2150912
    """
    alive = max(prod(before) + prod(after) for before, after in pairwise(successive_shapes(ALEXNET, shape)))
    return _ITEMSIZE * (parameters(ALEXNET) + prod(shape) + alive)


def _require_memory(shape: tuple[int, ...], device: str) -> None:
    """Refuse what cannot fit, before the kernel ends the process for trying."""
    available, needed = free(device), needed_bytes(shape)
    if available is not None and available < needed:
        told = f"at least {prefixed(needed, 'B')}; {device} has {prefixed(available, 'B')} free"
        raise LayoutError(f"a batch of {shape[0]:,} needs {told}", hint="take a smaller batch")


@contextmanager
def _one_sentence(batch: int, device: str) -> Iterator[None]:
    """Turn an allocator's refusal into what came and what to do; any other error passes."""
    try:
        yield
    except RuntimeError as error:
        if not isinstance(error, torch.OutOfMemoryError) and "allocate" not in str(error):
            raise
        raise LayoutError(
            f"a batch of {batch:,} does not fit into the memory of {device}", hint="take a smaller batch"
        ) from error
