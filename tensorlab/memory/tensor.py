"""torch tensors on any device, read from their metadata alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn.parameter import is_lazy

from tensorlab.errors import UnavailableError, UnsupportedError
from tensorlab.layout.address import fits
from tensorlab.layout.dtype import DTYPES, DType
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import nbytes
from tensorlab.memory.internals import handles_operations, without_overrides
from tensorlab.memory.naming import reason
from tensorlab.memory.record import Doubt, MemoryMap, Storage
from tensorlab.quantity import Quantity

if TYPE_CHECKING:
    from tensorlab.layout.dtype import Kind

_LIARS = {"quint4x2": 2, "quint2x4": 4}
"""Quantized dtypes that pack several values in a byte and yet report one byte each."""

_SHORT = frozenset({torch.int8, torch.int16, torch.int32})


def claims(thing: object) -> bool:
    """Whether this adapter describes the object: by its type, since ``__class__`` may lie."""
    return issubclass(type(thing), torch.Tensor)


def describe(tensor: torch.Tensor) -> MemoryMap:
    """The memory of a tensor. One without strides, or without bytes of its own, says so in a doubt.

    >>> map = describe(torch.arange(24.0).reshape(4, 6)[1:3, ::2].t())
    >>> map.layout
    Layout(shape=(3, 2), strides=(8, 24), offset=24, itemsize=4)
    >>> map.storage.nbytes, describe(torch.empty(10**6, 10**6, device="meta")).storage.address is None
    (96, True)
    """
    with without_overrides():
        if is_lazy(tensor):
            doubt = Doubt("uninitialized", "the tensor has no shape and no storage yet", "run the module once")
            return MemoryMap(
                type=_type_name(tensor), library="torch", shape=None, dtype=element(tensor), doubts=(doubt,)
            )
        layout, doubts = _layout(tensor)
        storage, more = _storage(tensor, layout)
        return MemoryMap(
            type=_type_name(tensor),
            library="torch",
            shape=_shape(tensor),
            dtype=element(tensor),
            layout=layout,
            storage=storage,
            traits=_traits(tensor),
            doubts=(*doubts, *more),
        )


def element(tensor: torch.Tensor) -> DType:
    """The dtype as a record.

    >>> element(torch.empty(0, dtype=torch.bfloat16)).bits
    (1, 8, 7)
    """
    name = str(tensor.dtype).removeprefix("torch.")
    known = DTYPES.get(name)
    if known is not None:
        return known
    kind: Kind = "uint" if name.startswith(("uint", "quint")) else "int" if name.startswith(("int", "qint")) else "void"
    return DType(name, tensor.dtype.itemsize, kind, lanes=_LIARS.get(name, 1))


def from_values(values: object, name: str) -> torch.Tensor:
    """The numbers of a list, nested or flat, as a fresh tensor of that dtype.

    Integers of 64 bits that a narrower dtype does not hold wrap around, as they do in a conversion.

    Raises:
        UnsupportedError: torch has no such dtype, it does not hold the values, or they raise an error of their own.
        UnavailableError: They do not fit the free memory.

    >>> from_values([1.5, 2.5], "bfloat16").element_size()
    2
    """
    kind = getattr(torch, name, None)
    if not isinstance(kind, torch.dtype):
        raise UnsupportedError(f"torch has no dtype {name}")
    try:
        return torch.tensor(values, dtype=torch.int64 if kind in _SHORT else kind).to(kind)
    except MemoryError as error:
        raise UnavailableError(f"a tensor of these values does not fit the free memory: {reason(error)}") from error
    except Exception as error:
        raise UnsupportedError(f"torch makes no {name} tensor of these values: {reason(error)}") from error


def is_same(exact: torch.Tensor, narrow: torch.Tensor) -> bool:
    """Whether a narrower tensor holds the very values of the other; NaN counts as the same.

    >>> is_same(torch.tensor([0.1]), torch.tensor([0.1], dtype=torch.bfloat16))
    False
    """
    return torch.allclose(exact, narrow.to(exact.dtype), rtol=0, atol=0, equal_nan=True)


def _shape(tensor: torch.Tensor) -> tuple[int, ...] | None:
    """None where a size is symbolic and has no value yet, or where the library has none (nested)."""
    try:
        return tuple(int(n) for n in tensor.shape)
    except Exception:  # noqa: BLE001 - a symbolic size raises what its tracer likes
        return None


def _layout(tensor: torch.Tensor) -> tuple[Layout | None, tuple[Doubt, ...]]:
    if tensor.layout != torch.strided or tensor.is_nested:
        kind = "nested" if tensor.is_nested else str(tensor.layout).removeprefix("torch.").strip("_")
        return None, (Doubt("no-strides", f"a {kind} tensor has no strides"),)
    name = str(tensor.dtype).removeprefix("torch.")
    if name in _LIARS:
        text = f"{name} packs {_LIARS[name]} values in a byte; torch reports strides as if it did not"
        return None, (Doubt("packed", text),)
    if handles_operations(tensor) and not _has_bytes(tensor):
        return None, (Doubt("wrapper", "a subclass keeps the elements elsewhere: its own storage is a phantom"),)
    try:
        shape, strides = tuple(map(int, tensor.shape)), tuple(map(int, tensor.stride()))
        size = tensor.element_size()
        layout = Layout(shape, tuple(s * size for s in strides), int(tensor.storage_offset()) * size, size)
    except Exception as error:  # noqa: BLE001 - an odd tensor raises what it likes; the reason is the answer
        return None, (Doubt("no-strides", f"torch does not give strides: {reason(error)}"),)
    return layout, ()


def _has_bytes(tensor: torch.Tensor) -> bool:
    """Whether a storage of its own lies behind a subclass; a wrapper has none, and says so by raising."""
    try:
        return tensor.untyped_storage().data_ptr() != 0
    except Exception:  # noqa: BLE001 - that is the answer
        return False


def _storage(tensor: torch.Tensor, layout: Layout | None) -> tuple[Storage | None, tuple[Doubt, ...]]:
    if layout is None and str(tensor.dtype).removeprefix("torch.") not in _LIARS:
        return None, ()
    try:
        storage = tensor.untyped_storage()
        held = int(storage.nbytes())
        address = storage.data_ptr() if tensor.device.type != "meta" else 0
    except Exception as error:  # noqa: BLE001 - 12 of 51 odd tensors raise here, each in its own way
        return None, (Doubt("no-storage", f"torch does not give a storage: {reason(error)}"),)
    record = Storage(device=str(tensor.device), address=address or None, nbytes=held, owner="torch")
    if layout is None or fits(layout, held):
        return record, ()
    text = f"storage {Quantity(held, 'B')} < {Quantity(nbytes(layout), 'B')} needed: data not readable"
    return record, (Doubt("storage-too-small", text, "resize the storage before anything reads the tensor"),)


def _traits(tensor: torch.Tensor) -> frozenset[str]:
    flags = {
        "conj": tensor.is_conj,
        "neg": tensor.is_neg,
        "requires_grad": lambda: tensor.requires_grad,
        "non-leaf": lambda: not tensor.is_leaf,
        "inference": tensor.is_inference,
    }
    return frozenset(name for name, is_on in flags.items() if is_on())


def _type_name(tensor: torch.Tensor) -> str:
    kind = type(tensor)
    public = {torch.Tensor: "torch.Tensor", torch.nn.Parameter: "torch.nn.Parameter"}
    return public.get(kind, f"{kind.__module__}.{kind.__qualname__}")
