"""A network of torch modules built from a table of layers."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import torch
from torch import nn

from tensorlab.errors import UnsupportedError, unknown_name
from tensorlab.layout.dtype import DTYPES
from tensorlab.models.record import AveragePool, Convolution, Flatten, Linear, MaxPool, Relu
from tensorlab.models.weights import random_weights

if TYPE_CHECKING:
    from tensorlab.models.record import Dropout, Layer

FLOATS = {
    "float32": torch.float32,
    "float64": torch.float64,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}
"""The dtypes that torch computes a network in."""


class Network(nn.Module):
    """The layers in order; a name like "features.0" puts its layer into a Sequential called "features".

    >>> from tensorlab.models.layers import ALEXNET
    >>> with torch.device("meta"):
    ...     network = Network(ALEXNET)
    >>> [name for name, _ in network.named_children()]
    ['features', 'avgpool', 'flatten', 'classifier']
    """

    def __init__(self, table: tuple[Layer, ...]) -> None:
        super().__init__()
        for stage, group in groupby(table, key=lambda layer: layer.name.partition(".")[0]):
            layers = list(group)
            alone = layers[0].name == stage
            self.add_module(stage, module(layers[0]) if alone else nn.Sequential(*map(module, layers)))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Scores of each image, before softmax."""
        for stage in self.children():
            images = stage(images)
        return images


def module(layer: Layer) -> nn.Module:
    """The torch module that computes a layer.

    >>> from tensorlab.models.layers import ALEXNET
    >>> module(ALEXNET[2])
    MaxPool2d(kernel_size=3, stride=2, padding=0, dilation=1, ceil_mode=False)
    """
    if isinstance(layer, Convolution):
        return nn.Conv2d(layer.inputs, layer.outputs, layer.kernel, stride=layer.stride, padding=layer.padding)
    if isinstance(layer, Linear):
        return nn.Linear(layer.inputs, layer.outputs)
    if isinstance(layer, MaxPool):
        return nn.MaxPool2d(layer.kernel, stride=layer.stride)
    return _without_parameters(layer)


def _without_parameters(layer: Relu | AveragePool | Flatten | Dropout) -> nn.Module:
    if isinstance(layer, Relu):
        return nn.ReLU(inplace=True)
    if isinstance(layer, AveragePool):
        return nn.AdaptiveAvgPool2d((layer.size, layer.size))
    if isinstance(layer, Flatten):
        return nn.Flatten(1)
    return nn.Dropout(layer.probability)


def torch_dtype(name: str) -> torch.dtype:
    """The floating-point dtype of that name.

    Raises:
        UnknownNameError: No dtype has such a name.
        UnsupportedError: It is a dtype, but no network is computed in it.

    >>> torch_dtype("bfloat16")
    torch.bfloat16
    """
    if name not in DTYPES:
        raise unknown_name("dtype", name, FLOATS)
    if name not in FLOATS:
        raise UnsupportedError(f"a network is computed in {', '.join(FLOATS)}; got dtype {name!r}")
    return FLOATS[name]


def seeded_network(
    table: tuple[Layer, ...], seed: int, device: torch.device | str = "cpu", dtype: torch.dtype = torch.float32
) -> Network:
    """The network with seeded random weights, in evaluation mode: dropout passes its input on.

    The modules are laid out on the meta device first, so that no second set of weights is made and thrown away.

    >>> from tensorlab.models.layers import ALEXNET
    >>> seeded_network(ALEXNET[:3], seed=0)(torch.zeros(2, 3, 31, 31)).shape
    torch.Size([2, 64, 3, 3])
    """
    with torch.device("meta"):
        network = Network(table)
    arrays = random_weights(table, seed)
    state = {key: torch.from_numpy(array).to(device, dtype) for key, array in arrays.items()}
    network.load_state_dict(state, assign=True)
    return network.eval()


def steps(table: tuple[Layer, ...], network: nn.Module) -> tuple[tuple[Layer, nn.Module], ...]:
    """Each layer with the module that computes it, in order.

    >>> from tensorlab.models.layers import ALEXNET
    >>> layer, found = steps(ALEXNET[:3], seeded_network(ALEXNET[:3], seed=0))[1]
    >>> layer.name, found
    ('features.1', ReLU(inplace=True))
    """
    return tuple((layer, network.get_submodule(layer.name)) for layer in table)
