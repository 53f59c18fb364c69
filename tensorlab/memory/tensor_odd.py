"""Tensors that are no strided run of bytes: where each family of them lies, and what it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tensorlab.layout.record import Layout
from tensorlab.memory.internals import distribution, handles_operations, is_fake, transformed
from tensorlab.memory.nested import nested_layouts
from tensorlab.memory.quantized import packed_bytes, quantizer_parts
from tensorlab.memory.record import Doubt, MemoryMap
from tensorlab.memory.tensor_dtype import LANES, element, tensor_dtype
from tensorlab.memory.tensor_facts import Place, fake_place, storage_record, strided_place, too_small
from tensorlab.memory.tensor_parts import Parts, hidden, sparse_parts, wrapped_parts

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from tensorlab.layout.dtype import DType
    from tensorlab.memory.record import Storage


class Odd(NamedTuple):
    """What is known of an odd tensor: where it lies, tensors it is made of, and components that are no tensors."""

    place: Place
    parts: Parts = Parts()
    maps: tuple[tuple[str, MemoryMap], ...] = ()


def odd_facts(tensor: torch.Tensor, kind: str) -> Odd:
    """What is known of a tensor of that family, which is none of plain strided ones.

    >>> import torch
    >>> odd_facts(torch.nn.UninitializedParameter(), "lazy").place.doubts[0].code
    'uninitialized'
    """
    return _FAMILIES.get(kind, _without_strides)(tensor, kind)


def _lazy(_tensor: torch.Tensor, _kind: str) -> Odd:
    doubt = Doubt("uninitialized", "the tensor has no shape and no storage yet", "run the module once")
    return Odd(Place(None, None, (doubt,)))


def _without_strides(tensor: torch.Tensor, kind: str) -> Odd:
    place = Place(None, None, (Doubt("no-strides", f"a {kind} tensor has no strides"),))
    if kind.startswith("sparse"):
        if is_fake(tensor):
            return Odd(place._replace(traits=frozenset({"fake"})), sparse_parts(tensor, kind))
        wraps = handles_operations(tensor) or transformed(tensor) is not None
        return Odd(place, wrapped_parts(tensor) if wraps else sparse_parts(tensor, kind))
    return Odd(place, wrapped_parts(tensor) if kind == "jagged" else Parts())


def _nested(tensor: torch.Tensor, kind: str) -> Odd:
    odd = _without_strides(tensor, kind)
    try:
        found = nested_layouts(tensor)
        storage = storage_record(tensor)
    except Exception as error:  # noqa: BLE001 - a wrapper of a nested tensor raises what it likes
        return odd._replace(parts=Parts(doubts=(hidden(error),)))
    dtype = element(tensor)
    whole = Layout(((storage.nbytes or 0) // dtype.itemsize,), (dtype.itemsize,), 0, dtype.itemsize)
    maps = [("buffer", _piece(whole, storage, dtype))]
    maps += [(f"[{n}]", _piece(layout, storage, dtype)) for n, layout in enumerate(found.layouts)]
    more = found.total - len(found.layouts)
    doubts = (Doubt("more-parts", f"{more} of its {found.total} tensors are not described"),) if more else ()
    return odd._replace(parts=Parts((), doubts, frozenset({f"tensors={found.total}"})), maps=tuple(maps))


def _piece(layout: Layout, storage: Storage, dtype: DType) -> MemoryMap:
    return MemoryMap(
        type="torch.Tensor",
        library="torch",
        shape=layout.shape,
        dtype=dtype,
        layout=layout,
        storage=storage,
        doubts=too_small(layout, storage),
    )


def _packed(tensor: torch.Tensor, _kind: str) -> Odd:
    lanes, name = LANES[tensor_dtype(tensor)], element(tensor).name
    text = f"{name} packs {lanes} values in a byte; torch reports strides as if it did not"
    found = strided_place(tensor)
    kept = tuple(doubt for doubt in found.doubts if doubt.code != "storage-too-small")
    place = Place(None, found.storage, (Doubt("packed", text), *kept), found.traits)
    raw = None if found.storage is None else packed_bytes(found.storage)
    return Odd(place, quantizer_parts(tensor), () if raw is None else (("packed", raw),))


def _quantized(tensor: torch.Tensor, _kind: str) -> Odd:
    return Odd(strided_place(tensor), quantizer_parts(tensor))


def _fake(tensor: torch.Tensor, _kind: str) -> Odd:
    return Odd(fake_place(tensor))


def _wrapper(tensor: torch.Tensor, _kind: str) -> Odd:
    text = "a wrapper keeps the elements elsewhere: its own storage is a phantom"
    if distribution(tensor) is not None:
        text = "the elements are spread over the ranks of a mesh: this process holds the local piece alone"
    return Odd(Place(None, None, (Doubt("wrapper", text),)), wrapped_parts(tensor))


def _hollow(tensor: torch.Tensor, kind: str) -> Odd:
    """Strided, of a plain type, and yet torch gives no storage."""
    return _wrapper(tensor, kind) if transformed(tensor) is not None else Odd(strided_place(tensor))


_FAMILIES: dict[str, Callable[[torch.Tensor, str], Odd]] = {
    "lazy": _lazy,
    "nested": _nested,
    "packed": _packed,
    "strided": _quantized,
    "fake": _fake,
    "wrapper": _wrapper,
    "hollow": _hollow,
}
"""By the family of a tensor; the others (sparse, jagged, mkldnn) have no strides."""
SHAPELESS = frozenset({"lazy", "nested"})
"""Families of tensors without sizes."""
