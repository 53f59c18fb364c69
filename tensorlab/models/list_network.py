"""The forward pass in nested lists and Python's own floats: what a network costs without a library."""

from __future__ import annotations

from itertools import chain
from math import isnan
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from tensorlab.bench.backends.pylist import dot, rectify
from tensorlab.errors import RaggedError
from tensorlab.models.layers import output_shape, parameter_shapes, regions
from tensorlab.models.record import AveragePool, Convolution, Flatten, Linear, MaxPool, Relu
from tensorlab.models.weights import random_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tensorlab.bench.backends.pylist import Matrix, Vector
    from tensorlab.models.record import Layer

Image: TypeAlias = "list[Matrix]"
"""Channels of rows of numbers."""
Nested: TypeAlias = list[Any]
"""What goes from layer to layer: an image until it is flattened, then a vector."""


class Affine(NamedTuple):
    """What a convolution or a linear layer has learned."""

    rows: Matrix
    """The weights that make each output; a convolution's in the order in which a patch is gathered."""
    biases: Vector


def list_weights(table: tuple[Layer, ...], seed: int = 0) -> dict[str, Affine]:
    """The seeded weights under the names of their layers, every number a Python float.

    A float32 of 4 bytes becomes a pointer of 8 to an object of 24, for which CPython sets 32 aside: the 61,100,840
    numbers of AlexNet take 2.4 GB.

    Raises:
        LayoutError: The seed is no whole number from 0 to 2**64 - 1.

    >>> from tensorlab.models.record import Linear
    >>> list_weights((Linear("last", 2, 1),))["last"].biases
    [0.0022272944916039705]
    """
    arrays = random_weights(table, seed)
    found = {}
    for layer in table:
        if parameter_shapes(layer):
            weight, bias = arrays.pop(f"{layer.name}.weight"), arrays.pop(f"{layer.name}.bias")
            found[layer.name] = Affine(weight.reshape(len(weight), -1).tolist(), bias.tolist())
    return found


def forward(table: tuple[Layer, ...], weights: Mapping[str, Affine], images: list[Nested]) -> list[Nested]:
    """Scores of each image.

    Limit: what stands in a row is taken to be numbers, unseen.

    Raises:
        LayoutError: A layer cannot take what the one before it makes.
        RaggedError: An image has rows of unequal length.

    >>> from tensorlab.models.record import Convolution, Linear
    >>> table = (Convolution("c", 1, 1, kernel=2), Flatten("f"), Linear("l", 2, 1))
    >>> weights = {"c": Affine([[1.0, 2.0, 3.0, 4.0]], [0.5]), "l": Affine([[1.0, -1.0]], [0.0])}
    >>> forward(table, weights, [[[[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]]])
    [[-3.0]]
    """
    return [_forward_one(table, weights, image) for image in images]


def _forward_one(table: tuple[Layer, ...], weights: Mapping[str, Affine], values: Nested) -> Nested:
    for layer in table:
        values = apply_layer(layer, weights, values)
    return values


def apply_layer(layer: Layer, weights: Mapping[str, Affine], values: Nested) -> Nested:
    """What one layer makes of one image. Dropout passes it on; so does flatten, as one list.

    Raises:
        LayoutError: The layer cannot take that image.
        RaggedError: It has rows of unequal length.

    >>> apply_layer(MaxPool("p", kernel=2, stride=1), {}, [[[1.0, 2.0, 0.0], [5.0, 0.0, 3.0]]])
    [[[5.0, 3.0]]]
    """
    shape = output_shape(layer, (1, *_lengths(values)))[1:]
    if isinstance(layer, Convolution):
        return _convolve(layer, weights[layer.name], values, shape)
    if isinstance(layer, Linear):
        return [dot(row, values) + bias for row, bias in zip(*weights[layer.name], strict=True)]
    if isinstance(layer, Relu):
        return _relu(values)
    if isinstance(layer, MaxPool):
        return [_max_pool(layer, plane, shape) for plane in values]
    if isinstance(layer, AveragePool):
        return [_average_pool(layer.size, plane) for plane in values]
    return _flatten(values) if isinstance(layer, Flatten) else values


def _lengths(values: Nested) -> tuple[int, ...]:
    """The length of every level."""
    if not values or not isinstance(values[0], list):
        return (len(values),)
    found = {_lengths(value) if isinstance(value, list) else () for value in values}
    if len(found) > 1:
        shapes = " and ".join(str(lengths) for lengths in sorted(found))
        raise RaggedError(f"an image has rows of one length and channels of one shape; got {shapes} side by side")
    return (len(values), *found.pop())


def _convolve(layer: Convolution, learned: Affine, image: Image, shape: tuple[int, ...]) -> Image:
    """One row of the output after the other: its patches stay in the caches while every channel's weights meet them."""
    _, rows, columns = shape
    padded, step = _pad(image, layer.padding), layer.stride
    bands = ([plane[i : i + layer.kernel] for plane in padded] for i in range(0, rows * step, step))
    made = [_convolve_band(layer, learned, band, columns) for band in bands]
    return [list(plane) for plane in zip(*made, strict=True)]


def _convolve_band(layer: Convolution, learned: Affine, band: Image, columns: int) -> Matrix:
    """One row of every output channel, from as many input rows as the kernel has. A patch is gathered once."""
    size, step = layer.kernel, layer.stride
    patches = [
        [x for plane in band for row in plane for x in row[j : j + size]] for j in range(0, columns * step, step)
    ]
    return [[dot(patch, row) + bias for patch in patches] for row, bias in zip(*learned, strict=True)]


def _pad(image: Image, count: int) -> Image:
    """Zeros on every side of every channel."""
    if not count:
        return image
    side, edge = [0.0] * count, [[0.0] * (len(image[0][0]) + 2 * count)] * count
    return [[*edge, *([*side, *row, *side] for row in plane), *edge] for plane in image]


def _relu(values: Nested) -> Nested:
    return [_relu(value) for value in values] if isinstance(values[0], list) else rectify(values)


def _max_pool(layer: MaxPool, plane: Matrix, shape: tuple[int, ...]) -> Matrix:
    """The largest of each column of a band of rows, then the largest of each run of those."""
    (_, rows, columns), size, step = shape, layer.kernel, layer.stride
    largest: Callable[[Iterable[float]], float] = (
        _largest_or_nan if any(map(isnan, chain.from_iterable(plane))) else max
    )
    bands = (list(map(largest, zip(*plane[i : i + size], strict=True))) for i in range(0, rows * step, step))
    return [[largest(band[j : j + size]) for j in range(0, columns * step, step)] for band in bands]


def _largest_or_nan(values: Iterable[float]) -> float:
    """NaN where one is among them, as in torch and NumPy; ``max`` alone would keep it only where it comes first."""
    found = tuple(values)
    return next(filter(isnan, found), max(found))


def _average_pool(size: int, plane: Matrix) -> Matrix:
    rows, columns = regions(len(plane), size), regions(len(plane[0]), size)
    return [[_mean([x for line in plane[row] for x in line[column]]) for column in columns] for row in rows]


def _mean(values: Vector) -> float:
    return sum(values) / len(values)


def _flatten(values: Nested) -> Nested:
    while isinstance(values[0], list):
        values = list(chain.from_iterable(values))
    return values
