"""AlexNet as a workload: what it costs by arithmetic, and how torch, NumPy and lists compute it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from tensorlab.bench.backends.precision import ieee_float32
from tensorlab.bench.host.devices import torch_device
from tensorlab.bench.record import Catalogue, Workload
from tensorlab.bench.workloads.dense import dense
from tensorlab.errors import UnsupportedError
from tensorlab.models.layers import ALEXNET as TABLE
from tensorlab.models.layers import CLASSES, costs, image_shape, parameters
from tensorlab.models.list_network import forward as list_forward
from tensorlab.models.list_network import list_weights
from tensorlab.models.ndarray_network import forward
from tensorlab.models.network import seeded_network, torch_dtype
from tensorlab.models.weights import random_weights

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tensorlab.layout.dtype import DType
    from tensorlab.memory.record import Operand
    from tensorlab.models.list_network import Nested

SEED = 0
"""Of the weights of every implementation."""


def image_operand(batch: int, dtype: DType) -> tuple[Operand, ...]:
    """A batch of random images, contiguous: channels, rows, columns.

    >>> from tensorlab.layout.dtype import dtype
    >>> image_operand(8, dtype("float32"))[0].nbytes
    4816896
    """
    return (dense(image_shape(batch), dtype),)


def flops(batch: int) -> int:
    """Floating-point operations of a forward pass, 2 a multiply-add; biases, ReLU and pooling are not counted.

    >>> flops(1)
    1428376960
    """
    return 2 * sum(cost.macs for cost in costs(TABLE, image_shape(batch)))


ALEXNET = Workload(
    name="alexnet",
    group="network",
    unit="images",
    operands=image_operand,
    writes=lambda batch, dtype: batch * CLASSES * dtype.itemsize,
    flops=flops,
    parameters=lambda dtype: parameters(TABLE) * dtype.itemsize,
    tolerance={"float64": 1e-13, "float32": 1e-5, "float16": 1e-2, "bfloat16": 5e-2},
    sizes={"quick": (1, 8), "full": (1, 8, 64)},
)
"""The forward pass. Largest errors measured for 8 images and three seeds, relative to the largest score: float64 7e-15,
float32 9e-7 (NumPy 8e-7), float16 1e-3, bfloat16 8e-3; each tolerance leaves a factor of about 6 to 15."""


def torch_alexnet(device: str, dtype: DType) -> Callable[..., object]:
    """The network of torch modules, in inference mode and full float32 precision.

    Raises:
        UnknownNameError: No device has such a name.
        UnavailableError: The device is not there.
        UnsupportedError: The dtype is not floating-point.
    """
    network = seeded_network(TABLE, SEED, torch_device(device), torch_dtype(dtype.name))

    def run(images: torch.Tensor) -> torch.Tensor:
        with torch.inference_mode(), ieee_float32():
            return network(images)  # type: ignore[no-any-return]  # a module's call is not annotated

    return run


def numpy_alexnet(device: str, dtype: DType) -> Callable[..., object]:
    """The network in NumPy. In float64 it is the reference for all others.

    Raises:
        UnsupportedError: NumPy has no such device or no such floating-point dtype.
    """
    if device != "cpu":
        raise UnsupportedError(f"NumPy computes on the CPU; got device {device!r}")
    if dtype.name not in {"float16", "float32", "float64"}:
        raise UnsupportedError(f"NumPy has no floating-point dtype {dtype.name!r}")
    weights = {key: array.astype(dtype.name) for key, array in random_weights(TABLE, SEED).items()}

    def run(images: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(forward(TABLE, weights, images), dtype=images.dtype)

    return run


def list_alexnet(device: str, dtype: DType) -> Callable[..., object]:
    """The network in nested lists of Python floats, whose weights take 2.4 GB.

    Measured: 11 s an image on Python 3.11, 6 s on 3.12, and 4 s to make the weights.

    Raises:
        UnsupportedError: Lists have no such device, or their floats are of another dtype.
    """
    if device != "cpu":
        raise UnsupportedError(f"Python computes on the CPU; got device {device!r}")
    if dtype.name != "float64":
        raise UnsupportedError(f"Python's floats are float64; got dtype {dtype.name!r}")
    weights = list_weights(TABLE, SEED)

    def run(images: list[Nested]) -> list[Nested]:
        return list_forward(TABLE, weights, images)

    return run


CATALOGUE = Catalogue(
    workloads=(ALEXNET,),
    implementations={
        ("list", "alexnet"): list_alexnet,
        ("numpy", "alexnet"): numpy_alexnet,
        ("torch", "alexnet"): torch_alexnet,
    },
)
