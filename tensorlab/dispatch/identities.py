"""Numbers of tensors and storages that are used for one of them only, and what each looked like; none is kept alive."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.dispatch.internals import WEAK as _WEAK
from tensorlab.dispatch.internals import release, storage_address
from tensorlab.dispatch.values import INEXACT, way
from tensorlab.layout.record import Layout
from tensorlab.memory.record import MemoryMap, Storage
from tensorlab.memory.tensor import describe
from tensorlab.memory.tensor_dtype import element_of
from tensorlab.memory.tensor_facts import device_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.dispatch.values import Way

_BASE: Any = torch.Tensor
PLAIN = frozenset({torch.Tensor, torch.nn.Parameter})
_STORAGE: Callable[[torch.Tensor], torch.UntypedStorage] = _BASE.untyped_storage
_TENSOR = torch.Tensor
_REFERENCE = weakref.ref
_LEAF = frozenset({"requires_grad"})
_MADE = frozenset({"requires_grad", "non-leaf"})
_NONE: frozenset[str] = frozenset()

Look = tuple[int, int, int, bool, bool, bool]
"""What a tensor was: its number, that of its storage (-1: it has none of its own), the place of its layout, whether it
requires grad, whether it is a leaf, whether it is a Parameter."""
Meta = tuple[torch.Size, tuple[int, ...], int | torch.SymInt, torch.dtype, torch.device]
"""Shape, strides, offset, dtype and device."""
Known = list[Any]
"""Of a tensor that lives: a weak reference, its look, and what is known of its values and at which version."""


class Identities:
    """Tensors and storages by number, in the order in which they were met.

    >>> numbers, x = Identities(), torch.zeros(4)
    >>> numbers.known(x)[1][:2], numbers.known(x[2:])[1][:2], numbers.known(x)[1][:2]
    ((0, 0), (1, 0), (0, 0))
    """

    def __init__(self) -> None:
        self.by_id: dict[int, Known] = {}
        """What is known, by ``id``: of a tensor only where the reference leads to it."""
        self._storages: dict[int, int] = {}
        self._facts: list[tuple[int | None, int, int, int]] = []
        self._weak: list[int] = []
        self.metas: list[Any] = []
        """Of each layout, a ``Meta``, or the memory map of a tensor that has no storage of its own."""
        self._places: dict[Meta, int] = {}
        self.ways: list[Way | None] = []
        """Of each layout, how its values are looked at."""
        self._count = 0
        self._sweep = 1000
        weakref.finalize(self, _release_all, self._weak)

    def known(self, tensor: torch.Tensor) -> Known:
        """What is known of a tensor; it gets a number if it has none."""
        found = self.by_id.get(id(tensor))
        if found is not None and found[0]() is tensor:
            return found
        return self.new(tensor)

    def again(self, tensor: torch.Tensor) -> Known:
        """The same, looked at anew: something may have changed its shape, its storage or its flags."""
        found = self.by_id.get(id(tensor))
        if found is None or found[0]() is not tensor:
            return self.new(tensor)
        look = self._look(tensor, found[1][0])
        if look != found[1]:
            found[1] = look
        return found

    def new(self, tensor: torch.Tensor) -> Known:
        """Give a tensor a number."""
        number = self._count
        self._count = number + 1
        if number >= self._sweep:
            self._forget()
        found = self.by_id[id(tensor)] = [_REFERENCE(tensor), self._look(tensor, number), None, -1]
        return found

    def _forget(self) -> None:
        """Drop what is known of tensors that are gone; their numbers stay taken."""
        for key in [key for key, known in self.by_id.items() if known[0]() is None]:
            del self.by_id[key]
        self._sweep = self._count + max(1000, len(self.by_id))

    def number(self, tensor: torch.Tensor) -> int | None:
        """Its number, where it has one."""
        found = self.by_id.get(id(tensor))
        return found[1][0] if found is not None and found[0]() is tensor else None

    def living(self) -> list[tuple[int, torch.Tensor]]:
        """The tensors that live, by their numbers.

        >>> numbers, x = Identities(), torch.zeros(4)
        >>> _ = numbers.known(torch.zeros(2)), numbers.known(x)
        >>> [number for number, _ in numbers.living()]
        [1]
        """
        found = ((known[1][0], known[0]()) for known in list(self.by_id.values()))
        return sorted(((number, tensor) for number, tensor in found if tensor is not None), key=lambda one: one[0])

    def storage_number(self, storage: torch.UntypedStorage) -> int | None:
        """The number of a storage, where it has one.

        >>> numbers, x = Identities(), torch.zeros(4)
        >>> _ = numbers.known(x)
        >>> numbers.storage_number(x.untyped_storage()), numbers.storage_number(torch.zeros(4).untyped_storage())
        (0, None)
        """
        return self._storages.get(storage._cdata)  # noqa: SLF001 - the key that storages are told by

    def map(self, look: Look, *, made: bool = False) -> MemoryMap:
        """The memory of a tensor as it looked; with ``made``, as what autograd recorded the making of."""
        _, storage, place, grad, leaf, parameter = look
        meta = self.metas[place]
        if isinstance(meta, MemoryMap):
            return meta
        shape, strides, offset, dtype, _ = meta
        kind = element_of(dtype)
        size = kind.itemsize
        made = made and dtype in INEXACT
        return MemoryMap(
            type="torch.nn.Parameter" if parameter else "torch.Tensor",
            library="torch",
            shape=tuple(shape),
            dtype=kind,
            layout=Layout(tuple(shape), tuple(s * size for s in strides), int(offset) * size, size),
            storage=self.storage(storage),
            traits=_MADE if made or (grad and not leaf) else _LEAF if grad else _NONE,
        )

    def storage(self, number: int) -> Storage:
        """A storage by its number, as it was when it was met."""
        address, nbytes, key, place = self._facts[number]
        device = self.metas[place][4]  # a storage of its own is met with a layout
        return Storage(
            device=device_name(device), address=address, nbytes=nbytes, owner="torch", key=None if address else key
        )

    def _look(self, tensor: torch.Tensor, number: int) -> Look:
        kind = type(tensor)
        try:
            if kind is _TENSOR or kind in PLAIN:
                storage = _STORAGE(tensor)
                key = storage._cdata  # noqa: SLF001 - what tells storages apart
                meta = tensor.shape, tensor.stride(), tensor.storage_offset(), tensor.dtype, tensor.device
                place = self._places.get(meta)
                if place is None:
                    place = self._place(meta)
                held = self._storages.get(key)
                if held is None:
                    self._weak.append(_WEAK(storage))
                    held = self._storages[key] = len(self._facts)
                    self._facts.append((storage_address(tensor), storage.nbytes(), key, place))
                grad = tensor.requires_grad
                return number, held, place, grad, not grad or tensor.is_leaf, kind is not _TENSOR
        except (RuntimeError, TypeError):  # a tensor inside a transform has no storage; a size has no value yet
            pass
        self.metas.append(describe(tensor))
        self.ways.append(None)
        return number, -1, len(self.metas) - 1, False, True, False

    def _place(self, meta: Meta) -> int:
        self.metas.append(meta)
        self.ways.append(way(*meta))
        place = self._places[meta] = len(self.metas) - 1
        return place


def _release_all(weak: list[int]) -> None:
    for one in weak:
        release(one)
    weak.clear()
