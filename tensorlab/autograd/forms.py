"""Forms of saved tensors: layouts, dtypes and what autograd does with them, each different one described once."""

from __future__ import annotations

from array import array
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.autograd.internals import likeness
from tensorlab.autograd.numbers import NARROW
from tensorlab.memory.tensor import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tensorlab.autograd.outputs import Outputs
    from tensorlab.memory.record import MemoryMap

ODD = -1
"""In the place of a form: tensors of this form are described one by one."""
_MANY = 16
"""From so many tensors on, comparing all with the first costs less than asking each."""
_PLAIN = frozenset({torch.Tensor, torch.nn.Parameter})
_OF_STORAGES = frozenset({"shared", "pinned", "copy-on-write"})
"""Traits that tell of the storage, which slots of one form need not share."""

_needs = attrgetter("requires_grad")
_offset = torch.Tensor.storage_offset
_FORM = (attrgetter("shape"), torch.Tensor.stride, _offset, attrgetter("dtype"), type, _needs)
"""What tells forms apart, beside whether autograd made a tensor, and lazy signs."""


class Forms:
    """The forms of one graph's saved tensors, numbered as they are met.

    >>> from tensorlab.autograd.outputs import Outputs
    >>> forms = Forms(Outputs(0))
    >>> list(forms.places([torch.ones(2), torch.ones(3), torch.zeros(2)], [None] * 3))
    [0, 1, 0]
    """

    def __init__(self, outputs: Outputs) -> None:
        self._outputs = outputs
        self._known: dict[Any, int] = {}
        self._alike: dict[tuple[int, int], Callable[..., bool]] = {}
        self.layouts: list[MemoryMap] = []
        """By their numbers, without storages."""
        self.scalars: set[int] = set()
        """Forms that a tensor of a Python number may have."""
        self.apart: set[int] = set()
        """Forms of tensors that no node made, and that need no gradient."""

    def places(self, tensors: Sequence[torch.Tensor], makers: Sequence[object]) -> Sequence[int]:
        """The forms of tensors, with the nodes that made them; an odd one raises what it likes."""
        if len(tensors) < _MANY or not _may_be_one(tensors, makers):
            return self._places(tensors, makers)
        first = self._places(tensors[:1], makers)
        key = first[0], len(tensors)
        if key[0] == ODD:
            return first * len(tensors)
        if key not in self._alike:
            self._alike[key] = likeness(tensors[0], len(tensors))
        return array("q", first) * len(tensors) if self._alike[key](*tensors) else self._places(tensors, makers)

    def _places(self, tensors: Sequence[torch.Tensor], makers: Sequence[object]) -> list[int]:
        signs = list(zip(*(map(ask, tensors) for ask in _FORM), map(bool, makers), strict=False))
        found = list(map(self._known.get, signs))
        if None not in set(found):
            return found  # type: ignore[return-value]  # as was just looked at
        for sign in dict.fromkeys(signs):  # in an order that is the same in every process
            if sign not in self._known:
                self._known[sign] = self._described(tensors[signs.index(sign)], apart=sign[-2:] == (False, False))
        return list(map(self._known.__getitem__, signs))

    def _described(self, tensor: torch.Tensor, *, apart: bool) -> int:
        """The place of a new form; ``ODD`` for one of which each tensor is described."""
        memory = describe(tensor)
        usual = type(tensor) in _PLAIN and memory.storage and memory.layout
        if not usual or memory.parts or memory.doubts or _may_be_lazy(tensor):
            return ODD
        place = len(self.layouts)
        self._outputs.know(place, tensor.dtype, tensor.shape)
        self.layouts.append(replace(memory, storage=None, traits=memory.traits - _OF_STORAGES))
        if not tensor.shape and tensor.dtype in NARROW:
            self.scalars.add(place)
        if apart:
            self.apart.add(place)
        return place


def _may_be_one(tensors: Sequence[torch.Tensor], makers: Sequence[object]) -> bool:
    """Whether all have one form if they are alike."""
    made = makers[0] is not None
    if not (all(makers) if made else not any(makers)):
        return False
    same = made or len(set(map(_needs, tensors))) == 1
    return same and type(tensors[0]) in _PLAIN and len(set(map(_offset, tensors))) == 1


def _may_be_lazy(tensor: torch.Tensor) -> bool:
    """Whether a tensor of this form may be a lazy conjugate, or the imaginary part of one: its sign is then lazy too.

    Complex numbers lie in pairs, so every other element is an imaginary part.
    """
    return tensor.dtype.is_complex or (tensor.storage_offset() % 2 == 1 and not any(n % 2 for n in tensor.stride()))
