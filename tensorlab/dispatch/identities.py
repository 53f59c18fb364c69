"""Numbers of tensors and storages that are used for one of them only, and what each looked like; none is kept alive."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.dispatch.internals import release, storage_address, weak_storage
from tensorlab.layout.record import Layout
from tensorlab.memory.record import MemoryMap, Storage
from tensorlab.memory.tensor import describe
from tensorlab.memory.tensor_dtype import element_of
from tensorlab.memory.tensor_facts import device_name

if TYPE_CHECKING:
    from collections.abc import Callable

_BASE: Any = torch.Tensor
PLAIN = frozenset({torch.Tensor, torch.nn.Parameter})
_KIND: Callable[[torch.Tensor], torch.layout] = _BASE.layout.__get__
_LEAF = frozenset({"requires_grad"})
_MADE = frozenset({"requires_grad", "non-leaf"})
_NONE: frozenset[str] = frozenset()

Look = tuple[Any, ...]
"""What a tensor was: its number, that of its storage, and either a map or (shape, strides, offset, dtype, device,
whether it requires grad, whether it is a leaf, whether it is a Parameter)."""
Known = list[Any]
"""Of a tensor that lives: a weak reference, its look, and what is known of its values and at which version."""


class Identities:
    """Tensors and storages by number, in the order in which they were met.

    >>> numbers, x = Identities(), torch.zeros(4)
    >>> numbers.known(x)[1][:2], numbers.known(x[2:])[1][:2], numbers.known(x)[1][:2]
    ((0, 0), (1, 0), (0, 0))
    """

    def __init__(self) -> None:
        self._living: dict[int, Known] = {}
        self._storages: dict[int, int] = {}
        self._facts: list[Storage] = []
        self._weak: list[int] = []
        self._count = 0
        weakref.finalize(self, _release_all, self._weak)

    def known(self, tensor: torch.Tensor) -> Known:
        """What is known of a tensor; it gets a number if it has none."""
        found = self._living.get(id(tensor))
        if found is not None and found[0]() is tensor:
            return found
        number = self._count
        self._count += 1
        found = self._living[id(tensor)] = [weakref.ref(tensor), self._look(tensor, number), None, -1]
        return found

    def again(self, tensor: torch.Tensor) -> Known:
        """The same, looked at anew: something may have changed its shape, its storage or its flags."""
        found = self.known(tensor)
        look = self._look(tensor, found[1][0])
        if look != found[1]:
            found[1] = look
        return found

    def number(self, tensor: torch.Tensor) -> int | None:
        """Its number, where it has one."""
        found = self._living.get(id(tensor))
        return found[1][0] if found is not None and found[0]() is tensor else None

    def storage_number(self, storage: torch.UntypedStorage) -> int | None:
        """The number of a storage, where it has one.

        >>> numbers, x = Identities(), torch.zeros(4)
        >>> _ = numbers.known(x)
        >>> numbers.storage_number(x.untyped_storage()), numbers.storage_number(torch.zeros(4).untyped_storage())
        (0, None)
        """
        return self._storages.get(storage._cdata)  # noqa: SLF001 - the key that storages are told by

    def map(self, look: Look, made: bool = False) -> MemoryMap:  # noqa: FBT001, FBT002 - one look has two readings
        """The memory of a tensor as it looked; with ``made``, as the result of an operation that autograd recorded."""
        if len(look) == 3:
            found: MemoryMap = look[2]
            return found
        _, storage, shape, strides, offset, dtype, device, grad, leaf, parameter = look
        kind = element_of(dtype)
        size = kind.itemsize
        traits = _MADE if made and (dtype.is_floating_point or dtype.is_complex) else (_LEAF if grad else _NONE)
        facts = self._facts[storage]
        return MemoryMap(
            type="torch.nn.Parameter" if parameter else "torch.Tensor",
            library="torch",
            shape=tuple(shape),
            dtype=kind,
            layout=Layout(tuple(shape), tuple(s * size for s in strides), offset * size, size),
            storage=facts if facts.device == device_name(device) else None,
            traits=traits if leaf or not traits else _MADE,
        )

    def _look(self, tensor: torch.Tensor, number: int) -> Look:
        try:
            if type(tensor) in PLAIN and _KIND(tensor) is torch.strided:
                return self._plain(tensor, number)
        except RuntimeError:  # a tensor inside a transform has no storage
            pass
        except TypeError:  # a size without a value
            pass
        return number, -1, describe(tensor)

    def _plain(self, tensor: torch.Tensor, number: int) -> Look:
        storage = tensor.untyped_storage()
        key = storage._cdata  # noqa: SLF001 - what tells storages apart
        place = self._storages.get(key)
        if place is None:
            place = self._stored(storage, tensor, key)
        return (
            number,
            place,
            tensor.shape,
            tensor.stride(),
            tensor.storage_offset(),
            tensor.dtype,
            tensor.device,
            tensor.requires_grad,
            tensor.is_leaf,
            type(tensor) is torch.nn.Parameter,
        )

    def _stored(self, storage: torch.UntypedStorage, tensor: torch.Tensor, key: int) -> int:
        weak = weak_storage(storage)
        if weak is not None:
            self._weak.append(weak)
        place = self._storages[key] = len(self._facts)
        address = storage_address(tensor)
        self._facts.append(
            Storage(
                device=device_name(tensor.device),
                address=address,
                nbytes=storage.nbytes(),
                owner="torch",
                key=None if address else key,
            )
        )
        return place


def _release_all(weak: list[int]) -> None:
    for one in weak:
        release(one)
    weak.clear()
