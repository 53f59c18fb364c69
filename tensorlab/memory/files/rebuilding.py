"""From the calls that a pickle of torch makes to the tensors that they would give; none is made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tensorlab.errors import StoreError
from tensorlab.layout.address import fits
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import nbytes
from tensorlab.memory.files.dtypes import PACKED, of_storage, of_torch
from tensorlab.memory.files.nodes import Node, items
from tensorlab.memory.record import Doubt, MemoryMap
from tensorlab.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tensorlab.layout.dtype import DType
    from tensorlab.memory.files.nodes import Value
    from tensorlab.memory.record import Storage

MOST_AXES = 64
_MOST_WRAPPED = 8
"""Calls around one tensor that are followed: a parameter, a subclass."""
_UTILS = "torch._utils._rebuild_"
STRIDED = frozenset(f"{_UTILS}{name}" for name in ("tensor", "tensor_v2", "tensor_v3", "qtensor"))
"""Those whose first arguments are a storage, an offset, a shape and strides."""
_FROM_TYPE = "torch._tensor._rebuild_from_type_v2"
_SPARSE_PARTS = {
    "sparse_coo": ("indices", "values"),
    "sparse_csr": ("crow_indices", "col_indices", "values"),
    "sparse_bsr": ("crow_indices", "col_indices", "values"),
    "sparse_csc": ("ccol_indices", "row_indices", "values"),
    "sparse_bsc": ("ccol_indices", "row_indices", "values"),
}
_NESTED_PARTS = ("values", "sizes", "strides", "offsets")


@dataclass(frozen=True, slots=True)
class Rebuilder:
    """Where the storages of an archive lie."""

    records: Mapping[str, Storage]
    """By the key that a pickle refers to them with."""
    order: str
    """"little" or "big"."""

    def beside(self, node: Node) -> Sequence[Value] | None:
        """What a tensor carries beside its elements; None for a node that is no tensor and no storage.

        One around something that no call here makes, as a nested tensor of the jagged layout, counts as none: what
        lies in it is told in its place.
        """
        if node.kind == "persistent":
            return ()
        if not _is_made(node):
            return None
        arguments = items(node.arguments)
        state = arguments[3:4] if node.is_call(_FROM_TYPE, f"{_UTILS}parameter_with_state") else ()
        return [*state, node.state]

    def tensor(self, node: Node) -> MemoryMap:
        """The tensor that a call would give, or the storage.

        Raises:
            StoreError: Its arguments make no tensor, or refer to a record that is not there.
        """
        return self._tensor(node, _MOST_WRAPPED)

    def _tensor(self, value: Value, most: int) -> MemoryMap:
        if isinstance(value, Node) and value.kind == "persistent":
            return self._whole(value)
        make = _MADE.get(value.name) if isinstance(value, Node) and value.kind == "call" else None
        if make is None or most == 0:
            raise StoreError("its pickle has something else where a tensor is needed")
        assert isinstance(value, Node), "only a node has a name"
        return make(self, value, most - 1)

    def storage(self, value: Value) -> tuple[Storage, DType]:
        """The record that a pickle refers to, and the dtype that it counts its elements in.

        Raises:
            StoreError: It is not there, or is too short.
        """
        said = items(value.arguments) if isinstance(value, Node) and value.kind == "persistent" else ()
        if len(said) < 5 or said[0] != "storage" or not isinstance(said[1], Node) or not isinstance(said[2], str):
            raise StoreError("its pickle has something else where a storage is needed")
        kind, count = of_storage(said[1].name, order=self.order), said[4]
        record = self.records.get(said[2])
        if kind is None:
            raise StoreError(f"its pickle has a storage of {said[1].name[:80]!r}, which is not known")
        if record is None:
            raise StoreError(f"its pickle refers to the storage {said[2][:80]!r}, of which there is no record")
        if type(count) is not int or not 0 <= count * kind.itemsize <= (record.nbytes or 0):
            raise StoreError(f"the record of its storage {said[2][:80]!r} is not as long as its pickle says")
        return record, kind

    def _whole(self, node: Node) -> MemoryMap:
        storage, kind = self.storage(node)
        count = (storage.nbytes or 0) // kind.itemsize
        layout = Layout((count,), (kind.itemsize,), itemsize=kind.itemsize)
        return MemoryMap(
            type="torch.TypedStorage", library="file", shape=(count,), dtype=kind, layout=layout, storage=storage
        )

    def strided(self, node: Node, _: int) -> MemoryMap:
        """One of a storage, an offset, a shape and strides."""
        arguments = items(node.arguments)
        if len(arguments) < 4:
            raise StoreError("its pickle rebuilds a tensor from too few arguments")
        storage, kind = self.storage(arguments[0])
        offset, shape, strides = _number(arguments[1]), numbers(arguments[2]), numbers(arguments[3])
        if node.name.endswith("_v3"):
            kind = _named_dtype(arguments[6] if len(arguments) > 6 else None, self.order)
        if len(shape) != len(strides):
            raise StoreError(f"its pickle gives {len(strides)} strides for the {len(shape)} axes of {shape}")
        memory = MemoryMap(
            type="torch.Tensor", library="file", shape=shape, dtype=kind, storage=storage, traits=_traits(arguments)
        )
        if kind.name in PACKED:
            text = f"{kind.name} packs {PACKED[kind.name]} values in a byte; torch counts each as one"
            return replace(memory, doubts=(Doubt("packed", text),))
        size = kind.itemsize
        layout = Layout(shape, tuple(size * stride for stride in strides), offset * size, size)
        memory = replace(memory, layout=layout, doubts=outside(layout, storage))
        return replace(memory, parts=self._scales(arguments)) if node.name.endswith("qtensor") else memory

    def _scales(self, arguments: Sequence[Value]) -> tuple[tuple[str, MemoryMap], ...]:
        """Of a tensor quantized per channel, its scales and zero points."""
        said = items(arguments[4]) if len(arguments) > 4 else ()
        pairs = zip(("scales", "zero_points"), said[1:3], strict=False)
        return tuple((name, self.tensor(part)) for name, part in pairs if isinstance(part, Node))

    def parameter(self, node: Node, most: int) -> MemoryMap:
        """A tensor, as a parameter."""
        arguments = items(node.arguments)
        memory = self._tensor(arguments[0] if arguments else None, most)
        more = {"requires_grad"} if len(arguments) > 1 and arguments[1] is True else set[str]()
        return replace(memory, type="torch.nn.Parameter", traits=memory.traits | more)

    def typed(self, node: Node, most: int) -> MemoryMap:
        """A tensor of a subclass, or with attributes."""
        arguments = items(node.arguments)
        if len(arguments) < 3 or not isinstance(arguments[0], Node) or not isinstance(arguments[1], Node):
            raise StoreError("its pickle rebuilds a tensor of a subclass from something else")
        memory = self._tensor(Node("call", arguments[0].name, arguments[2]), most)
        return replace(memory, type=arguments[1].name)

    def sparse(self, node: Node, most: int) -> MemoryMap:
        """One whose indices and values are tensors."""
        arguments = items(node.arguments)
        named = items(arguments[0].arguments) if arguments and isinstance(arguments[0], Node) else ()
        kind = str(named[0]).removeprefix("torch.") if named else ""
        data = items(arguments[1]) if len(arguments) > 1 else ()
        names = _SPARSE_PARTS.get(kind, ())
        if not names or len(data) <= len(names):
            raise StoreError("its pickle rebuilds a sparse tensor from something else")
        parts = tuple((name, self._tensor(part, most)) for name, part in zip(names, data, strict=False))
        doubt = Doubt("no-strides", f"a {kind} tensor has no strides")
        return MemoryMap(
            type="torch.Tensor",
            library="file",
            shape=numbers(data[len(names)]),
            dtype=parts[-1][1].dtype,
            parts=parts,
            doubts=(doubt,),
        )

    def nested(self, node: Node, most: int) -> MemoryMap:
        """One of tensors of different sizes in one buffer."""
        data = items(node.arguments)
        if len(data) != len(_NESTED_PARTS):
            raise StoreError("its pickle rebuilds a nested tensor from something else")
        parts = tuple((name, self._tensor(part, most)) for name, part in zip(_NESTED_PARTS, data, strict=True))
        doubt = Doubt("no-strides", "a nested tensor has no strides")
        return MemoryMap(
            type="torch.Tensor", library="file", shape=None, dtype=parts[0][1].dtype, parts=parts, doubts=(doubt,)
        )

    def moved(self, node: Node, most: int) -> MemoryMap:
        """One that goes to another device; its bytes are known only where it comes of a tensor."""
        arguments = items(node.arguments)
        if arguments and isinstance(arguments[0], Node) and arguments[0].name in _MADE:
            return self._tensor(arguments[0], most)
        return _bodiless(None, None, "its elements are a pickled NumPy array, which is not read")

    def meta(self, node: Node, _: int) -> MemoryMap:
        """One without elements."""
        arguments = items(node.arguments)
        if len(arguments) < 2:
            raise StoreError("its pickle rebuilds a tensor from too few arguments")
        kind = _named_dtype(arguments[0], self.order)
        return _bodiless(numbers(arguments[1]), kind, "a tensor on meta has no elements")

    def wrapper(self, node: Node, _: int) -> MemoryMap:
        """One whose elements are elsewhere."""
        arguments = items(node.arguments)
        if len(arguments) < 3 or not isinstance(arguments[0], Node):
            raise StoreError("its pickle rebuilds a tensor of a subclass from something else")
        kind = _named_dtype(arguments[1], self.order)
        memory = _bodiless(numbers(arguments[2]), kind, "a subclass keeps the elements elsewhere")
        return replace(memory, type=arguments[0].name)


_MADE: dict[str, Callable[[Rebuilder, Node, int], MemoryMap]] = {
    **dict.fromkeys(STRIDED, Rebuilder.strided),
    f"{_UTILS}parameter": Rebuilder.parameter,
    f"{_UTILS}parameter_with_state": Rebuilder.parameter,
    _FROM_TYPE: Rebuilder.typed,
    f"{_UTILS}sparse_tensor": Rebuilder.sparse,
    f"{_UTILS}nested_tensor": Rebuilder.nested,
    f"{_UTILS}device_tensor_from_cpu_tensor": Rebuilder.moved,
    f"{_UTILS}device_tensor_from_numpy": Rebuilder.moved,
    f"{_UTILS}meta_tensor_no_storage": Rebuilder.meta,
    f"{_UTILS}wrapper_subclass": Rebuilder.wrapper,
}
"""What makes a tensor, by its name in a pickle."""
_WRAPPING = frozenset({_FROM_TYPE, f"{_UTILS}parameter", f"{_UTILS}parameter_with_state"})
"""Those whose first argument is the tensor, or the function that makes it."""


def _is_made(node: Node) -> bool:
    """Whether it makes a tensor, and so does all that it wraps; what wraps no call at all is left to the errors."""
    value: Value = node
    for _ in range(_MOST_WRAPPED + 1):
        if not isinstance(value, Node) or value.kind not in {"call", "global"}:
            return value is not node
        if value.name not in _WRAPPING:
            return value.name in _MADE
        inner = items(value.arguments)
        value = inner[0] if inner else None
    return True


def outside(layout: Layout, storage: Storage) -> tuple[Doubt, ...]:
    """The doubt of a layout that reaches outside its record.

    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.memory.record import Storage
    >>> record = Storage(device="file", address=64, nbytes=8, owner="x/data/0")
    >>> [doubt.text for doubt in outside(Layout((3,), (4,), itemsize=4), record)]
    ['record 8 B < 12 B needed: data not readable']
    """
    held = storage.nbytes or 0
    if fits(layout, held):
        return ()
    text = f"record {Quantity(held, 'B')} < {Quantity(nbytes(layout), 'B')} needed: data not readable"
    return (Doubt("storage-too-small", text, "the file is damaged, or made to mislead"),)


def numbers(value: Value) -> tuple[int, ...]:
    """A shape or strides.

    Raises:
        StoreError: It is none.

    >>> size = Node("tuple")
    >>> size.add([2, 3])
    >>> numbers(size), numbers(Node("call", "torch.Size", size))
    ((2, 3), (2, 3))
    """
    if isinstance(value, Node) and value.is_call("torch.Size", "torch.torch.Size"):
        inner = items(value.arguments)
        value = inner[0] if len(inner) == 1 and isinstance(inner[0], Node) else value.arguments
    found = items(value) or items(value, kind="list")
    if not isinstance(value, Node) or value.kind not in {"tuple", "list"} or len(found) > MOST_AXES:
        raise StoreError("its pickle has something else where a shape is needed")
    return tuple(map(_number, found))


def _number(value: Value) -> int:
    if type(value) is not int or not 0 <= value < 2**62:
        raise StoreError("its pickle has something else where a size, a stride or an offset is needed")
    return value


def _named_dtype(value: Value, order: str) -> DType:
    name = value.name if isinstance(value, Node) and value.kind == "global" else ""
    kind = of_torch(name.removeprefix("torch."), order=order)
    if kind is None:
        raise StoreError(f"its pickle has a tensor of the dtype {name[:80]!r}, which is not known")
    return kind


def _traits(arguments: Sequence[Value]) -> frozenset[str]:
    """The bits that mean conjugate and negative, and whether it requires a gradient."""
    found = {"requires_grad"} if len(arguments) > 4 and arguments[4] is True else set()
    for extra in arguments[6:]:
        pairs = extra.pairs if isinstance(extra, Node) and extra.kind == "dict" else ()
        found |= {key for key, on in zip(pairs[::2], pairs[1::2], strict=True) if key in ("conj", "neg") and on is True}
    return frozenset(found)


def _bodiless(shape: tuple[int, ...] | None, kind: DType | None, why: str) -> MemoryMap:
    return MemoryMap(type="torch.Tensor", library="file", shape=shape, dtype=kind, doubts=(Doubt("no-storage", why),))
