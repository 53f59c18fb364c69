"""AlexNet as a table, and what follows from a table by arithmetic. Imports neither torch nor NumPy."""

from __future__ import annotations

from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING

from tensorlab.bench.words import LARGEST, brief
from tensorlab.errors import LayoutError
from tensorlab.models.record import AveragePool, Convolution, Cost, Dropout, Flatten, Linear, MaxPool, Relu

if TYPE_CHECKING:
    from tensorlab.models.record import Layer

CHANNELS = 3
"""Of a colour image."""
IMAGE = 224
"""Rows and columns of an image as AlexNet was trained on."""
CLASSES = 1000
"""Of ImageNet."""

ALEXNET: tuple[Layer, ...] = (
    Convolution("features.0", 3, 64, kernel=11, stride=4, padding=2),
    Relu("features.1"),
    MaxPool("features.2", kernel=3, stride=2),
    Convolution("features.3", 64, 192, kernel=5, padding=2),
    Relu("features.4"),
    MaxPool("features.5", kernel=3, stride=2),
    Convolution("features.6", 192, 384, kernel=3, padding=1),
    Relu("features.7"),
    Convolution("features.8", 384, 256, kernel=3, padding=1),
    Relu("features.9"),
    Convolution("features.10", 256, 256, kernel=3, padding=1),
    Relu("features.11"),
    MaxPool("features.12", kernel=3, stride=2),
    AveragePool("avgpool", size=6),
    Flatten("flatten"),
    Dropout("classifier.0", probability=0.5),
    Linear("classifier.1", 256 * 6 * 6, 4096),
    Relu("classifier.2"),
    Dropout("classifier.3", probability=0.5),
    Linear("classifier.4", 4096, 4096),
    Relu("classifier.5"),
    Linear("classifier.6", 4096, CLASSES),
)
"""AlexNet as torchvision builds it: one column of the two ("One weird trick", Krizhevsky 2014), five convolutions and
three linear layers."""

KINDS: dict[type[Layer], str] = {
    Convolution: "conv",
    Relu: "relu",
    MaxPool: "maxpool",
    AveragePool: "avgpool",
    Flatten: "flatten",
    Dropout: "dropout",
    Linear: "linear",
}
"""The short word for each layer."""


def image_shape(batch: int, image: int = IMAGE) -> tuple[int, int, int, int]:
    """The shape of a batch of colour images.

    Raises:
        LayoutError: There is no image, or it has no rows; or there are more than 10**18 of either.

    >>> image_shape(8)
    (8, 3, 224, 224)
    """
    for word, number in (("a batch", batch), ("an image's side", image)):
        if type(number) is not int or number < 1:
            raise LayoutError(f"{word} is a whole number of 1 or more; got {brief(number)}", hint="choose 1 or more")
        if number > LARGEST:
            raise LayoutError(f"{word} is 10**18 at most; got {brief(number)}", hint="choose fewer")
    return (batch, CHANNELS, image, image)


def output_shape(layer: Layer, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that a layer makes of one that comes in, the batch first.

    Raises:
        LayoutError: The layer cannot take that shape.

    >>> output_shape(ALEXNET[0], (8, 3, 224, 224)), output_shape(ALEXNET[-1], (8, 4096))
    ((8, 64, 55, 55), (8, 1000))
    """
    if isinstance(layer, Convolution):
        _require_axis(layer.name, shape, 4, layer.inputs)
        return (shape[0], layer.outputs, *_windows(layer.name, shape, layer.kernel, layer.stride, layer.padding))
    if isinstance(layer, MaxPool):
        return (*shape[:2], *_windows(layer.name, shape, layer.kernel, layer.stride, 0))
    if isinstance(layer, AveragePool):
        return (*shape[:2], layer.size, layer.size)
    if isinstance(layer, Flatten):
        return (shape[0], prod(shape[1:]))
    if isinstance(layer, Linear):
        _require_axis(layer.name, shape, 2, layer.inputs)
        return (shape[0], layer.outputs)
    return shape


def _require_axis(name: str, shape: tuple[int, ...], ndim: int, size: int) -> None:
    if len(shape) != ndim or shape[1] != size:
        raise LayoutError(f"{name} takes {ndim} axes with {size} along axis 1; got shape {shape}")


def _windows(name: str, shape: tuple[int, ...], kernel: int, stride: int, padding: int) -> tuple[int, int]:
    rows, columns = ((n + 2 * padding - kernel) // stride + 1 for n in shape[2:])
    if rows < 1 or columns < 1:
        raise LayoutError(
            f"{name} needs {kernel} rows and columns; got {shape[2]} x {shape[3]}", hint="use larger images"
        )
    return rows, columns


def regions(length: int, count: int) -> list[slice]:
    """What an average pool takes along an axis of m: region i of n is floor(i*m/n) to ceil((i+1)*m/n), as in torch.

    >>> regions(7, 3)
    [slice(0, 3, None), slice(2, 5, None), slice(4, 7, None)]
    """
    return [slice(i * length // count, -(-(i + 1) * length // count)) for i in range(count)]


def successive_shapes(table: tuple[Layer, ...], shape: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """What comes in, then what each layer makes of it.

    Raises:
        LayoutError: A layer cannot take what the one before it makes.

    >>> successive_shapes(ALEXNET, image_shape(1))[13:16]
    ((1, 256, 6, 6), (1, 256, 6, 6), (1, 9216))
    """
    found = [shape]
    for layer in table:
        found.append(output_shape(layer, found[-1]))
    return tuple(found)


def parameter_shapes(layer: Layer) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Key in the state dict and shape of each parameter.

    >>> parameter_shapes(ALEXNET[0])
    (('features.0.weight', (64, 3, 11, 11)), ('features.0.bias', (64,)))
    """
    if isinstance(layer, Convolution):
        weight: tuple[int, ...] = (layer.outputs, layer.inputs, layer.kernel, layer.kernel)
    elif isinstance(layer, Linear):
        weight = (layer.outputs, layer.inputs)
    else:
        return ()
    return ((f"{layer.name}.weight", weight), (f"{layer.name}.bias", (layer.outputs,)))


def parameters(table: tuple[Layer, ...]) -> int:
    """Numbers in all weights and biases.

    >>> parameters(ALEXNET)
    61100840
    """
    return sum(prod(shape) for layer in table for _, shape in parameter_shapes(layer))


def macs(layer: Layer, output: tuple[int, ...]) -> int:
    """Multiply-adds of a layer that makes that shape: each output is a sum over the inputs that it sees.

    >>> macs(ALEXNET[0], (1, 64, 55, 55)), macs(ALEXNET[-1], (1, 1000)), macs(ALEXNET[1], (1, 64, 55, 55))
    (70276800, 4096000, 0)
    """
    if isinstance(layer, Convolution):
        return prod(output) * layer.inputs * layer.kernel**2
    if isinstance(layer, Linear):
        return prod(output) * layer.inputs
    return 0


def costs(table: tuple[Layer, ...], shape: tuple[int, ...], itemsize: int = 4) -> tuple[Cost, ...]:
    """What each layer does to a batch of that shape, while classifying (dropout passes its input on).

    Raises:
        LayoutError: A layer cannot take what the one before it makes.

    >>> sum(cost.macs for cost in costs(ALEXNET, image_shape(1)))
    714188480
    >>> costs(ALEXNET, image_shape(8))[-1].nbytes == 4 * (8 * 4096 + 4096 * 1000 + 1000 + 8 * 1000)
    True
    """
    steps = zip(table, pairwise(successive_shapes(table, shape)), strict=True)
    return tuple(_cost(layer, before, after, itemsize) for layer, (before, after) in steps)


def _cost(layer: Layer, before: tuple[int, ...], after: tuple[int, ...], itemsize: int) -> Cost:
    count = parameters((layer,))
    idle = isinstance(layer, (Flatten, Dropout))
    return Cost(
        name=layer.name,
        kind=KINDS[type(layer)],
        output=after,
        parameters=count,
        macs=macs(layer, after),
        nbytes=0 if idle else itemsize * (prod(before) + prod(after) + count),
    )
