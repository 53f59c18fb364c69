"""Networks: built, and timed layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.diagram.models import layers_scene
from tensorlab.models.layers import ALEXNET
from tensorlab.render.figure import Figure

if TYPE_CHECKING:
    import torch
    from torch import nn


def alexnet(*, seed: int = 0, device: str | torch.device = "cpu", dtype: str = "float32") -> nn.Module:
    """AlexNet with seeded random weights, in evaluation mode.

    Keys and shapes of its state dict are those of torchvision's ``alexnet``, so either loads the other's. The same seed
    gives the same bits on every machine and device. The weights know nothing: what it classifies is chance.

    Args:
        seed: Of the weights.
        device: Where they lie: "cpu", "cuda:1", or a ``torch.device``.
        dtype: Of the weights: "float32", "float64", "bfloat16" or "float16".

    Raises:
        UnknownNameError: No device or dtype has such a name.
        UnavailableError: The device is not there.
        UnsupportedError: No network is computed in that dtype.
        LayoutError: The seed is no whole number from 0 to 2**64 - 1.

    >>> import torch, tensorlab
    >>> network = tensorlab.alexnet(seed=0)
    >>> sum(parameter.numel() for parameter in network.parameters())
    61100840
    >>> network(torch.zeros(2, 3, 224, 224)).shape
    torch.Size([2, 1000])
    """
    from tensorlab.bench.host.devices import torch_device
    from tensorlab.models.network import seeded_network, torch_dtype

    return seeded_network(ALEXNET, seed, torch_device(device), torch_dtype(dtype))


def time_alexnet(
    *, batch: int = 8, device: str | torch.device = "cpu", threads: int | str | None = None, seed: int = 0
) -> Figure:
    """AlexNet's forward pass, layer by layer: shapes, parameters, arithmetic, bytes and seconds.

    Args:
        batch: Images in a pass.
        device: Where it runs.
        threads: That torch may use on the CPU: a number, or "all"; None leaves torch as it is.
        seed: Of the weights and of the images.

    Returns:
        A ``Figure`` of a ``LayerTimes``.

    Raises:
        LayoutError: The batch, the threads or the seed is not a number that can be; a batch beyond memory is none.
        UnknownNameError: No device has such a name.
        UnavailableError: The device is not there.
    """
    from tensorlab.models.layer_times import measure_layers

    times = measure_layers(batch, device=device, threads=threads, seed=seed)
    return Figure(times, layers_scene(times))
