"""What torch says of one tensor, asked past whatever its class overrides. No operation runs, no size gets a value."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter

from tensorlab.errors import LayoutError
from tensorlab.layout.address import extent, fits
from tensorlab.layout.record import Layout
from tensorlab.memory.internals import (
    attribute,
    component_names,
    handles_operations,
    is_copy_on_write,
    is_fake,
    is_zero_tensor,
    shared_address,
    storage_key,
)
from tensorlab.memory.naming import reason, type_name
from tensorlab.memory.record import Doubt, Storage
from tensorlab.memory.tensor_dtype import LANES, tensor_dtype
from tensorlab.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Callable

_BASE: Any = torch.Tensor
"""Its methods and properties, which no subclass can override; typed loosely, as descriptors are."""
_SHAPE: Callable[[torch.Tensor], Any] = _BASE.shape.__get__
_STRIDES: Callable[[torch.Tensor], Any] = _BASE.stride
_OFFSET: Callable[[torch.Tensor], Any] = _BASE.storage_offset
_ITEMSIZE: Callable[[torch.Tensor], int] = _BASE.element_size
_DEVICE: Callable[[torch.Tensor], torch.device] = _BASE.device.__get__
_KIND: Callable[[torch.Tensor], torch.layout] = _BASE.layout.__get__
_IS_NESTED: Callable[[torch.Tensor], bool] = _BASE.is_nested.__get__
_IS_LEAF: Callable[[torch.Tensor], bool] = _BASE.is_leaf.__get__
_CUDA_STARTED: Any = torch.cuda.is_initialized
_IS_PINNED: Any = _BASE.is_pinned
_FLAGS: tuple[tuple[str, Callable[[torch.Tensor], bool]], ...] = (
    ("conj", _BASE.is_conj),
    ("neg", _BASE.is_neg),
    ("requires_grad", _BASE.requires_grad.__get__),
    ("inference", _BASE.is_inference),
)
_NONE: frozenset[str] = frozenset()
_PLAIN = frozenset({torch.Tensor, torch.nn.Parameter})


class Place(NamedTuple):
    """Where the elements of a tensor lie."""

    layout: Layout | None
    storage: Storage | None
    doubts: tuple[Doubt, ...] = ()
    traits: frozenset[str] = frozenset()


def family(tensor: torch.Tensor) -> str:
    """What has to be asked of the tensor: "strided" for the most, asked for in the cheapest order.

    >>> family(torch.zeros(3)), family(torch.eye(3).to_sparse())
    ('strided', 'sparse_coo')
    """
    kind = type(tensor)
    plain = kind in _PLAIN
    if not plain and issubclass(kind, (UninitializedParameter, UninitializedBuffer)):
        return "lazy"
    try:
        layout = _KIND(tensor)
        if layout is not torch.strided:
            return str(layout).removeprefix("torch.").strip("_")
        if _IS_NESTED(tensor):
            return "nested"
    except Exception:  # noqa: BLE001 - a wrapper may answer by code of its own, and raise what it likes
        return "wrapper"
    if not plain and handles_operations(tensor) and (is_fake(tensor) or not _has_storage(tensor)):
        return "fake" if is_fake(tensor) else "wrapper"
    return "packed" if tensor_dtype(tensor) in LANES else "strided"


def _has_storage(tensor: torch.Tensor) -> bool:
    """Whether a storage of its own lies behind a subclass.

    A wrapper's is a phantom, and says so by raising; but not where it has no bytes: then the class has to tell.
    """
    try:
        has_bytes = is_copy_on_write(tensor) or tensor_storage(tensor).data_ptr() != 0
    except Exception:  # noqa: BLE001 - that is the answer
        return False
    return has_bytes or not (component_names(tensor) is not None or hasattr(type(tensor), "__tensor_flatten__"))


def tensor_storage(tensor: torch.Tensor) -> torch.UntypedStorage:
    """The storage that torch gives; an odd tensor raises.

    >>> tensor_storage(torch.zeros(10)[:3]).nbytes()
    40
    """
    storage: torch.UntypedStorage = _BASE.untyped_storage(tensor)
    return storage


def tensor_shape(tensor: torch.Tensor) -> tuple[int | str, ...] | None:
    """The sizes, a symbolic one as its name; None where torch has none (nested).

    >>> tensor_shape(torch.zeros(2, 3))
    (2, 3)
    """
    try:
        return tuple(n if type(n) is int else _symbol(n) for n in _SHAPE(tensor))
    except Exception:  # noqa: BLE001 - a wrapper may answer by code of its own, and raise what it likes
        return None


def _symbol(size: object) -> int | str:
    """Its name: asking for its value would bind whoever traces to that value."""
    name = str(size)
    return int(name) if name.isdecimal() else name


def strided_place(tensor: torch.Tensor) -> Place:
    """Strides, offset and storage of a strided tensor. One without bytes keeps its strides and says so in a doubt.

    >>> strided_place(torch.zeros(10)[2:5]).layout
    Layout(shape=(3,), strides=(4,), offset=8, itemsize=4)
    """
    layout, doubts = _layout(tensor)
    try:
        record = storage_record(tensor)
    except Exception as error:  # noqa: BLE001 - 12 of 51 odd tensors raise here, each in its own way
        return Place(layout, None, (*doubts, _no_storage(tensor, error)))
    if layout is not None and not fits(layout, record.nbytes or 0):
        doubts = (*doubts, *too_small(layout, record))
    if record.device != "cpu":
        return Place(layout, record, doubts)
    traits = _storage_traits(tensor)
    return Place(layout, record, (*doubts, *_cut(tensor, record)) if "shared" in traits else doubts, traits)


def storage_record(tensor: torch.Tensor) -> Storage:
    """The storage that torch gives, of which the elements need not be all; an odd tensor raises.

    >>> storage_record(torch.zeros(10)[:3]).nbytes
    40
    """
    storage = tensor_storage(tensor)
    held = storage.nbytes()
    device = device_name(_DEVICE(tensor))
    address = 0 if device == "meta" else shared_address(tensor) if is_copy_on_write(tensor) else storage.data_ptr()
    return Storage(
        device=device,
        address=address or None,
        nbytes=held if type(held) is int else None,
        owner="torch",
        key=None if address else storage_key(storage),
    )


def fake_place(tensor: torch.Tensor) -> Place:
    """Strides and storage of a fake tensor: numbers without bytes, as on the meta device.

    >>> from torch._subclasses.fake_tensor import FakeTensorMode
    >>> with FakeTensorMode():
    ...     place = fake_place(torch.zeros(3))
    >>> place.storage.device, place.storage.nbytes
    ('meta', 12)
    """
    layout, doubts = _layout(tensor)
    device = attribute(tensor, "fake_device") or _DEVICE(tensor)
    doubt = Doubt("fake", f"a fake tensor stands for one on {device}: there are no bytes behind it")
    try:
        storage = tensor_storage(tensor)
        held, key = storage.nbytes(), storage_key(storage)
    except Exception as error:  # noqa: BLE001 - as for any odd tensor
        return Place(layout, None, (*doubts, doubt, _no_storage(tensor, error)), frozenset({"fake"}))
    record = Storage(device="meta", address=None, nbytes=held if type(held) is int else None, owner="torch", key=key)
    return Place(layout, record, (*doubts, doubt), frozenset({"fake"}))


def _layout(tensor: torch.Tensor) -> tuple[Layout | None, tuple[Doubt, ...]]:
    try:
        size = _ITEMSIZE(tensor)
        strides = tuple([stride * size for stride in _STRIDES(tensor)])
        return Layout(tuple(_SHAPE(tensor)), strides, _OFFSET(tensor) * size, size), ()
    except LayoutError:
        return None, (Doubt("symbolic", "some sizes or strides have no value yet"),)
    except Exception as error:  # noqa: BLE001 - an odd tensor raises what it likes; the reason is the answer
        return None, (Doubt("no-strides", f"torch does not give strides: {reason(error)}"),)


def _no_storage(tensor: torch.Tensor, error: Exception) -> Doubt:
    if is_zero_tensor(tensor):
        return Doubt("computed", "a zero tensor is all zeros: they are kept nowhere")
    return Doubt("no-storage", f"torch does not give a storage: {reason(error)}")


def too_small(layout: Layout, storage: Storage) -> tuple[Doubt, ...]:
    """The doubt of a layout that reaches outside its storage; none where it fits or the extent is not known.

    >>> too_small(Layout((9,), (4,), itemsize=4), Storage(device="cpu", address=None, nbytes=0, owner="torch"))[0].text
    'storage 0 B < 36 B needed: data not readable'
    """
    held = storage.nbytes
    if held is None or fits(layout, held):
        return ()
    text = f"storage {Quantity(held, 'B')} < {Quantity(extent(layout).stop, 'B')} needed: data not readable"
    return (Doubt("storage-too-small", text, "resize the storage before anything reads the tensor"),)


def _storage_traits(tensor: torch.Tensor) -> frozenset[str]:
    """Who else sees or copies bytes in host memory: other processes, a device, a lazy clone. Never starts a device."""
    storage = tensor_storage(tensor)
    try:
        if not storage.is_shared() and not is_copy_on_write(tensor) and not _CUDA_STARTED():
            return _NONE
        flags = {
            "shared": storage.is_shared(),
            "pinned": _CUDA_STARTED() and _IS_PINNED(tensor),
            "copy-on-write": is_copy_on_write(tensor),
        }
    except Exception:  # noqa: BLE001 - a storage of another kind has no answer
        return _NONE
    return frozenset(name for name, is_on in flags.items() if is_on)


def _cut(tensor: torch.Tensor, record: Storage) -> tuple[Doubt, ...]:
    """A doubt where the bytes are those of a file that is shorter now than what was mapped of it."""
    name = tensor_storage(tensor).filename
    if not name or record.nbytes is None:
        return ()
    try:
        backed = Path(name).stat().st_size
    except OSError:
        return ()
    if backed >= record.nbytes:
        return ()
    text = f"the file holds {Quantity(backed, 'B')} of the {Quantity(record.nbytes, 'B')} that are mapped"
    return (Doubt("file-too-short", text, "write the file again before anything reads the tensor"),)


def tensor_traits(tensor: torch.Tensor) -> frozenset[str]:
    """What its bits mean, and what autograd does with it.

    >>> sorted(tensor_traits(torch.ones(2, dtype=torch.complex64).conj())), sorted(tensor_traits(torch.ones(2)))
    (['conj'], [])
    """
    try:
        found = [name for name, ask in _FLAGS if ask(tensor)]
        return frozenset(found if _IS_LEAF(tensor) else [*found, "non-leaf"])
    except Exception:  # noqa: BLE001 - an odd tensor refuses one of the questions: ask them one by one
        return frozenset(name for name, ask in (*_FLAGS, ("non-leaf", _is_no_leaf)) if _answers(ask, tensor))


def _is_no_leaf(tensor: torch.Tensor) -> bool:
    return not _IS_LEAF(tensor)


def _answers(ask: Callable[[torch.Tensor], bool], tensor: torch.Tensor) -> bool:
    try:
        return bool(ask(tensor))
    except Exception:  # noqa: BLE001 - no answer is no trait
        return False


@cache
def device_name(device: object) -> str:
    """A device as torch writes it; made once, since describing a tensor asks for it every time.

    >>> device_name(torch.device("cuda", 1))
    'cuda:1'
    """
    return str(device)


def tensor_type(tensor: torch.Tensor) -> str:
    """The type by the name that users write, which of a parameter is not where it is defined.

    >>> tensor_type(torch.nn.Parameter(torch.zeros(1))), tensor_type(torch.zeros(1))
    ('torch.nn.Parameter', 'torch.Tensor')
    """
    return "torch.nn.Parameter" if type(tensor) is torch.nn.Parameter else type_name(tensor)
