"""What is converted: fresh scratch objects of every kind, and of every kind that is known to go wrong."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Callable

VALUES = [1.5, 2.5, 3.5, 4.5]


class Capsule:
    """An object that speaks DLPack and nothing else."""

    def __init__(self) -> None:
        self.held = np.array(VALUES)

    def __dlpack__(self, **options: Any) -> object:  # noqa: ANN401 - as the protocol has it
        """The capsule of the array within."""
        return self.held.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        """Where it lies: the CPU."""
        return (1, 0)

    def tolist(self) -> list[float]:
        """The elements."""
        found: list[float] = self.held.tolist()
        return found


class Source(NamedTuple):
    """Something to convert."""

    make: Callable[[], Any]
    calls: str
    """Names of the functions that it is given to."""
    readable: bool = True
    """Whether its elements may be read, which would end the process where its storage is empty."""
    stands_for: tuple[float, ...] = ()
    """What its bytes are read as, where it is nothing but bytes."""


def _read_only() -> np.ndarray[Any, Any]:
    made = np.array(VALUES)
    made.flags.writeable = False
    return made


def _emptied() -> torch.Tensor:
    made = torch.tensor(VALUES)
    made.untyped_storage().resize_(0)
    return made


_ANY = "list array np.asarray np.array torch.tensor torch.as_tensor torch.asarray"
_BUFFER = f"memoryview np.frombuffer {_ANY} torch.frombuffer"
_ARRAY = f"tolist memoryview {_ANY} np.from_dlpack torch.from_numpy torch.from_dlpack"
_TENSOR = f"tolist numpy memoryview {_ANY} np.from_dlpack torch.from_dlpack"
_TO_TENSOR = "torch.from_numpy torch.from_dlpack torch.tensor torch.as_tensor torch.asarray"
_TO_NUMPY = "numpy np.asarray np.array np.from_dlpack"
_OF_BUFFER = "np.asarray np.frombuffer torch.asarray torch.frombuffer"

SOURCES: dict[str, Source] = {
    "list of float": Source(lambda: list(VALUES), f"{_ANY} memoryview"),
    "list of int": Source(lambda: [1, 2, 3, 4], _ANY),
    "array.array('d')": Source(lambda: array("d", VALUES), f"tolist {_BUFFER}"),
    "memoryview": Source(lambda: memoryview(array("d", VALUES)), f"tolist {_BUFFER}"),
    "ndarray": Source(lambda: np.array(VALUES), f"{_ARRAY} np.frombuffer torch.frombuffer"),
    "tensor": Source(lambda: torch.tensor(VALUES), _TENSOR),
    "DLPack object": Source(Capsule, f"memoryview {_ANY} np.from_dlpack torch.from_dlpack"),
    "bytes": Source(lambda: np.array(VALUES).tobytes(), "np.frombuffer torch.frombuffer", stands_for=tuple(VALUES)),
    "ndarray, negative stride": Source(lambda: np.array(VALUES)[::-1], f"{_TO_TENSOR} np.from_dlpack memoryview"),
    "ndarray, every second": Source(
        lambda: np.repeat(VALUES, 2)[::2], f"{_TO_TENSOR} memoryview np.asarray np.frombuffer torch.frombuffer"
    ),
    "ndarray, read-only": Source(_read_only, f"{_TO_TENSOR} np.from_dlpack memoryview torch.frombuffer"),
    "memoryview, read-only": Source(lambda: memoryview(array("d", VALUES)).toreadonly(), _OF_BUFFER),
    "ndarray, big-endian": Source(lambda: np.array(VALUES, ">f8"), f"{_TO_TENSOR} memoryview torch.frombuffer"),
    "ndarray, zero-size": Source(lambda: np.zeros(0), f"{_TO_TENSOR} np.frombuffer torch.frombuffer"),
    "ndarray, 0-d": Source(lambda: np.array(1.5), _TO_TENSOR),
    "ndarray, objects": Source(lambda: np.array([1, 2], object), _TO_TENSOR),
    "tensor, every second": Source(lambda: torch.tensor(VALUES).repeat_interleave(2)[::2], _TO_NUMPY),
    "tensor, requires_grad": Source(lambda: torch.tensor(VALUES, requires_grad=True), f"{_TO_NUMPY} torch.from_dlpack"),
    "tensor, conj view": Source(lambda: torch.tensor(VALUES).to(torch.complex64).mul(1j).conj(), _TO_NUMPY),
    "tensor, neg view": Source(lambda: torch.tensor(VALUES).to(torch.complex64).mul(1j).conj().imag, _TO_NUMPY),
    "tensor, bfloat16": Source(lambda: torch.tensor(VALUES, dtype=torch.bfloat16), f"{_TO_NUMPY} list"),
    "tensor, 0-d": Source(lambda: torch.tensor(1.5), _TO_NUMPY),
    "tensor, storage resized to 0": Source(_emptied, f"{_TO_NUMPY} list torch.asarray", readable=False),
}
"""Name -> what it is, in the order of the table."""
