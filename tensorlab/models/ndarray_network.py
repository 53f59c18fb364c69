"""The forward pass in NumPy: the benchmark's NumPy network and, in float64, the reference for all others."""

from __future__ import annotations

from functools import reduce
from itertools import product
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tensorlab.models.layers import output_shape, regions
from tensorlab.models.record import AveragePool, Convolution, Linear, MaxPool, Relu

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tensorlab.models.record import Layer

Array: TypeAlias = NDArray[np.floating[Any]]


def forward(table: tuple[Layer, ...], weights: Mapping[str, Array], images: Array) -> Array:
    """Scores of each image, in the dtype of images and weights, which is the caller's to make equal.

    Raises:
        LayoutError: A layer cannot take what the one before it makes.

    >>> from tensorlab.models.layers import ALEXNET
    >>> from tensorlab.models.weights import random_weights
    >>> forward(ALEXNET[:3], random_weights(ALEXNET[:3]), np.zeros((2, 3, 31, 31), np.float32)).shape
    (2, 64, 3, 3)
    """
    values = images
    for layer in table:
        values = apply_layer(layer, weights, values)
    return values


def apply_layer(layer: Layer, weights: Mapping[str, Array], values: Array) -> Array:
    """What one layer makes of its input. Dropout passes it on; so does flatten, in another shape."""
    shape = output_shape(layer, values.shape)
    if isinstance(layer, Convolution):
        return _convolve(layer, weights[f"{layer.name}.weight"], weights[f"{layer.name}.bias"], values)
    if isinstance(layer, Linear):
        return np.asarray(values @ weights[f"{layer.name}.weight"].T + weights[f"{layer.name}.bias"])
    if isinstance(layer, Relu):
        return np.maximum(values, 0)
    if isinstance(layer, MaxPool):
        return _max_pool(layer, values, shape)
    if isinstance(layer, AveragePool):
        return _average_pool(layer.size, values)
    return values.reshape(shape)


def _convolve(layer: Convolution, weight: Array, bias: Array, values: Array) -> Array:
    """A matrix product an image: filters as rows, windows as columns. One image's windows stay near the caches."""
    batch, channels, rows, columns = output_shape(layer, values.shape)
    pad, step = layer.padding, layer.stride
    padded = np.pad(values, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = sliding_window_view(padded, (layer.kernel, layer.kernel), axis=(2, 3))[:, :, ::step, ::step]
    filters = weight.reshape(channels, -1)
    result = np.empty((batch, channels, rows * columns), np.result_type(weight, values))
    for image, out in zip(windows.transpose(0, 1, 4, 5, 2, 3), result, strict=True):
        np.matmul(filters, image.reshape(filters.shape[1], rows * columns), out=out)
    result += bias[:, None]
    return result.reshape(batch, channels, rows, columns)


def _max_pool(layer: MaxPool, values: Array, shape: tuple[int, ...]) -> Array:
    """The largest of as many shifted, strided views as a window has places."""
    step, (rows, columns) = layer.stride, shape[2:]
    shifted = (
        values[:, :, i : i + (rows - 1) * step + 1 : step, j : j + (columns - 1) * step + 1 : step]
        for i, j in product(range(layer.kernel), repeat=2)
    )
    return reduce(np.maximum, shifted)


def _average_pool(size: int, values: Array) -> Array:
    result = np.empty((*values.shape[:2], size, size), values.dtype)
    rows, columns = (regions(n, size) for n in values.shape[2:])
    for (i, row), (j, column) in product(enumerate(rows), enumerate(columns)):
        result[:, :, i, j] = values[:, :, row, column].mean(axis=(2, 3))
    return result
