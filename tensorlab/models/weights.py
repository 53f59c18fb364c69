"""Random weights that are the same everywhere: same seed, same bits, on every machine, device and library version."""

from __future__ import annotations

from math import prod, sqrt
from typing import TYPE_CHECKING

import numpy as np

from tensorlab.bench.words import brief
from tensorlab.errors import LayoutError
from tensorlab.models.layers import parameter_shapes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tensorlab.models.record import Layer

SEEDS = 2**64
"""As many seeds as torch's generators, which make the images, tell apart."""

_STEPS = np.float32(2.0**-23)
_BIAS = np.float32(0.1)


def random_weights(table: tuple[Layer, ...], seed: int = 0) -> dict[str, NDArray[np.float32]]:
    """A float32 array for each key of the network's state dict.

    Weights are uniform with variance 2 / inputs (He 2015), so that values neither grow nor fade from layer to layer;
    biases are uniform in [-0.1, 0.1). They are made from the raw integers of NumPy's PCG64, which NumPy promises not to
    change, and from exact float32 arithmetic: torch's own generators give other numbers on other devices.

    They know nothing: a network with them classifies at random.

    Raises:
        LayoutError: The seed is no whole number from 0 to 2**64 - 1.

    >>> from tensorlab.models.layers import ALEXNET
    >>> random_weights(ALEXNET[:1], seed=0)["features.0.bias"][:2]
    array([-0.05125601, -0.07381153], dtype=float32)
    """
    if type(seed) is not int or not 0 <= seed < SEEDS:
        raise LayoutError(f"a seed is a whole number from 0 to 2**64 - 1; got {brief(seed)}", hint="for one: 0")
    source = np.random.PCG64(seed)
    arrays = {}
    for layer in table:
        for key, shape in parameter_shapes(layer):
            bound = _BIAS if len(shape) == 1 else np.float32(sqrt(6 / prod(shape[1:])))
            arrays[key] = (_uniform(source, prod(shape)) * bound).reshape(shape)
    return arrays


def _uniform(source: np.random.PCG64, count: int) -> NDArray[np.float32]:
    """Multiples of 2**-23 in [-1, 1): two from each 64-bit integer, the low half first on every machine."""
    raw = np.asarray(source.random_raw(-(-count // 2)), dtype="<u8").view("<u4")[:count]
    steps = (raw >> np.uint32(8)).astype(np.int32) - np.int32(2**23)
    return steps.astype(np.float32) * _STEPS
