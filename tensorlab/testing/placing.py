"""Layouts become memory: tensors and arrays that lie as a record says, every byte beside their elements poisoned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tensorlab.errors import UnsupportedError
from tensorlab.memory.build import numpy_dtype
from tensorlab.memory.build_tensor import torch_dtype
from tensorlab.testing.filling import fill, poison_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tensorlab.layout.record import Layout
    from tensorlab.testing.filling import Poison
    from tensorlab.testing.record import Laid

__all__ = ["Placed", "Recipe", "fill", "place", "recipe", "recipes_together"]


class Placed:
    """An argument in memory, with its whole storage and how that looked before the call."""

    __slots__ = ("buffer", "recipe", "thing")

    def __init__(self, thing: Any, buffer: NDArray[np.uint8], recipe: Recipe) -> None:  # noqa: ANN401 - tensor or array
        self.thing = thing
        """The tensor or the array."""
        self.buffer = buffer
        """The storage, and poison before and behind it, so that code that leaves it harms nobody and is seen."""
        self.recipe = recipe

    @property
    def storage(self) -> Any:  # noqa: ANN401 - a tensor or an array
        """Every byte of its storage, gaps and both ends included, as uint8 of the same library."""
        return self.now() if self.recipe.laid.library == "numpy" else torch.from_numpy(self.now())

    @property
    def untouched(self) -> NDArray[np.uint8]:
        """The bytes as they were built."""
        return self.recipe.untouched

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Which bytes belong to elements."""
        return self.recipe.inside

    def now(self) -> NDArray[np.uint8]:
        """The bytes as they are."""
        return self.buffer[self.recipe.margin : self.recipe.margin + self.recipe.laid.nbytes]

    def intact(self) -> bool:
        """Whether no byte changed, within the storage or around it."""
        return self.buffer.tobytes() == self.recipe.image

    def written(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Bytes that changed: those of elements, and all others; counted from the storage's first byte."""
        changed = np.flatnonzero(self.buffer != np.frombuffer(self.recipe.image, np.uint8)) - self.recipe.margin
        within = (changed >= 0) & (changed < self.recipe.laid.nbytes)
        owned = np.zeros(len(changed), np.bool_)
        owned[within] = self.inside[changed[within]]
        return changed[owned], changed[~owned]


class Recipe:
    """A layout and its bytes, made once: each ``fresh`` is an argument of its own that nothing was done to."""

    __slots__ = (
        "_begin", "_count", "_kind", "_stored", "_strides", "_whole", "image", "inside", "laid", "margin", "shared",
    )  # fmt: skip

    def __init__(self, laid: Laid, whole: NDArray[np.uint8], margin: int, inside: NDArray[np.bool_]) -> None:
        self.laid = laid
        self.inside = inside
        self.shared: NDArray[np.bool_] | None = None
        """Where other arguments lie in the same storage: the bytes of this one's elements."""
        self.margin = margin
        """Bytes of poison on either side of the storage."""
        self.image = whole.tobytes()
        """The storage with its margins."""
        self._whole = whole
        self._kind, self._stored = _kinds(laid)
        self._count = laid.nbytes // (laid.stored or laid.dtype).itemsize
        layout, size = laid.layout, laid.dtype.itemsize
        self._strides, self._begin = layout.strides, layout.offset
        if laid.library == "torch":
            if any(stride < 0 or stride % size for stride in (*layout.strides, layout.offset)):
                raise UnsupportedError(
                    f"torch counts strides and offset in whole elements, none negative; got {layout}",
                    hint="lay it out for NumPy",
                )
            self._strides, self._begin = tuple(stride // size for stride in layout.strides), layout.offset // size

    @property
    def untouched(self) -> NDArray[np.uint8]:
        """The bytes of the storage."""
        return self._whole[self.margin : self.margin + self.laid.nbytes]

    def fresh(self) -> Placed:
        """The argument, in a storage of its own."""
        buffer = self.copied()
        return Placed(self.over(buffer), buffer, self)

    def copied(self) -> NDArray[np.uint8]:
        """The bytes of a storage of its own, with the margins."""
        return self._whole.copy()

    def over(self, buffer: NDArray[np.uint8]) -> Any:  # noqa: ANN401 - a tensor or an array
        """The argument with this layout over the bytes of another's buffer."""
        laid = self.laid
        if laid.library == "numpy":
            if not self._count:
                return np.ndarray(laid.layout.shape, self._kind, strides=self._strides)
            # a memoryview between them: NumPy keeps the storage as base, not the buffer with its margins
            whole = self._count * self._stored.itemsize == laid.nbytes
            kind, count = (self._stored, self._count) if whole else (np.dtype(np.uint8), laid.nbytes)
            owner = np.frombuffer(buffer.data, kind, count, self.margin)
            return np.ndarray(laid.layout.shape, self._kind, owner, self._begin, self._strides)
        if not self._count:
            return torch.empty(0, dtype=self._kind).as_strided(laid.layout.shape, self._strides)
        typed = torch.frombuffer(buffer, dtype=self._stored, count=self._count, offset=self.margin)
        if laid.neg:
            typed = _negated(typed, self._kind)
        elif laid.stored is not None:
            size = laid.dtype.itemsize
            stored = laid.stored.itemsize
            typed = typed[: laid.nbytes // size * size // stored].view(self._kind)
        thing = typed.as_strided(laid.layout.shape, self._strides, self._begin)
        return thing.conj() if laid.conj else thing


def _kinds(laid: Laid) -> tuple[Any, Any]:
    """The library's words for the dtype, and for that of the storage."""
    find: Any = numpy_dtype if laid.library == "numpy" else torch_dtype
    return find(laid.dtype), find(laid.stored or laid.dtype)


def place(laid: Laid, values: Any, *, poison: Poison = "nan") -> Placed:  # noqa: ANN401 - an array or a tensor
    """The argument in memory of its own, with these elements.

    Where several indices share bytes, the last of them in C order is what was written: what the argument then holds
    is what can be read from it. A conj or neg bit changes what is stored, not the elements that are read.

    Args:
        laid: How it lies.
        values: An array or a tensor of its shape; converted to its dtype.
        poison: What stands in the bytes of no element.

    Raises:
        UnsupportedError: Its library has no such dtype, strides, offset or bit.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.testing.record import Laid
    >>> flat = Layout((2, 2), (4, 8), offset=4, itemsize=4)
    >>> kind = dtype("float32")
    >>> placed = place(Laid(layout=flat, dtype=kind, nbytes=24, classes=frozenset()), fill((2, 2), kind))
    >>> placed.thing.tolist(), placed.storage.view(placed.thing.dtype).tolist()
    ([[1.0, 2.0], [3.0, 4.0]], [-30000.5, 1.0, 3.0, 2.0, 4.0, 30000.5])
    """
    return recipe(laid, values, poison=poison).fresh()


def recipe(laid: Laid, values: Any, *, poison: Poison = "nan") -> Recipe:  # noqa: ANN401 - an array or a tensor
    """What ``place`` needs, so that the same argument can be placed many times.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.testing.record import Laid
    >>> kind = dtype("int16")
    >>> made = recipe(Laid(layout=Layout((2,), (4,), itemsize=2), dtype=kind, nbytes=8, classes=frozenset()), [7, 8])
    >>> made.fresh().thing.tolist(), made.inside.tolist()
    ([7, 8], [True, True, False, False, True, True, False, False])
    """
    stored = _raw(laid, values)
    margin = _margin(stored)
    whole = _poisoned(laid, poison, margin)
    inside = np.zeros(laid.nbytes, np.bool_)
    _write(laid, stored, whole[margin : margin + laid.nbytes], inside)
    return Recipe(laid, whole, margin, inside)


def recipes_together(
    arguments: Sequence[Laid], values: Sequence[Any], together: tuple[tuple[int, ...], ...], *, poison: Poison = "nan"
) -> tuple[Recipe, ...]:
    """One recipe an argument, those of each group over the bytes of one storage.

    Where two write the same byte, the first argument of the group has its way; what the others hold is what they read.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.testing.record import Laid
    >>> kind = dtype("int16")
    >>> one = Laid(layout=Layout((2,), (2,), itemsize=2), dtype=kind, nbytes=6, classes=frozenset())
    >>> two = Laid(layout=Layout((2,), (2,), offset=2, itemsize=2), dtype=kind, nbytes=6, classes=frozenset())
    >>> made = recipes_together([one, two], [[1, 2], [3, 4]], ((0, 1),))
    >>> [part.over(made[0].copied()).tolist() for part in made]
    [[1, 2], [2, 4]]
    """
    found: dict[int, Recipe] = {}
    for group in together:
        rows = {position: _raw(arguments[position], values[position]) for position in group}
        margin = max(_margin(stored) for stored in rows.values())
        nbytes = max(arguments[position].nbytes for position in group)
        owner = max((arguments[position] for position in group), key=lambda laid: laid.nbytes)
        whole, inside = _poisoned(owner, poison, margin), np.zeros(nbytes, np.bool_)
        own: dict[int, NDArray[np.bool_]] = {}
        for position in reversed(group):
            own[position] = np.zeros(nbytes, np.bool_)
            _write(arguments[position], rows[position], whole[margin : margin + nbytes], own[position])
            inside |= own[position]
        for position in group:
            found[position] = Recipe(arguments[position], whole, margin, inside)
            found[position].shared = own[position]
    return tuple(
        found.get(position) or recipe(laid, values[position], poison=poison) for position, laid in enumerate(arguments)
    )


def _margin(stored: NDArray[np.uint8]) -> int:
    """As many bytes as the elements have, and some: code that takes a start for the first of them stays within."""
    return -(-stored.size // 64) * 64 + 64


def _write(laid: Laid, stored: NDArray[np.uint8], storage: NDArray[np.uint8], inside: NDArray[np.bool_]) -> None:
    if stored.size:
        places = _addresses(laid.layout)[:, None] + np.arange(laid.dtype.itemsize)
        storage[places] = stored
        inside[places] = True


def _raw(laid: Laid, values: Any) -> NDArray[np.uint8]:  # noqa: ANN401 - an array or a tensor
    """The bytes of each element as they are stored: one row an element, in C order."""
    if laid.library == "numpy":
        array = np.ascontiguousarray(np.asarray(values).astype(numpy_dtype(laid.dtype), copy=False))
        return array.reshape(-1).view(np.uint8).reshape(-1, laid.dtype.itemsize)
    given = values.detach() if isinstance(values, torch.Tensor) else torch.from_numpy(np.array(values, order="C"))
    tensor = given.resolve_conj().resolve_neg().to(torch_dtype(laid.dtype))
    tensor = tensor.conj_physical() if laid.conj else -tensor if laid.neg else tensor
    flat = tensor.clone(memory_format=torch.contiguous_format).reshape(-1)
    return flat.view(torch.uint8).reshape(-1, laid.dtype.itemsize).numpy()


def _addresses(layout: Layout) -> NDArray[np.int64]:
    """The first byte of each element, in C order."""
    found = np.array([layout.offset], np.int64)
    for n, stride in zip(layout.shape, layout.strides, strict=True):
        found = (found[:, None] + np.arange(n, dtype=np.int64) * stride).reshape(-1)
    return found


def _repeated(word: bytes, phase: int, count: int) -> NDArray[np.uint8]:
    """The bytes over and over, so that one word begins at ``phase``."""
    turned = word[len(word) - phase :] + word[: len(word) - phase]
    return np.frombuffer(bytearray(turned * (count // len(word) + 1)), np.uint8)[:count]


def _poisoned(laid: Laid, poison: Poison, margin: int) -> NDArray[np.uint8]:
    """A storage between margins that holds poison alone, in step with the elements."""
    word = poison_bytes(laid.dtype, poison)
    return _repeated(word, (laid.layout.offset + margin) % len(word), laid.nbytes + 2 * margin)


def _negated(typed: Any, kind: Any) -> Any:  # noqa: ANN401 - a tensor and torch's dtype
    """An empty tensor with a neg bit over the same storage, to be restrided."""
    pair = {torch.float32: torch.complex64, torch.float64: torch.complex128}.get(kind)
    if pair is None:
        raise UnsupportedError(f"torch gives no view with a neg bit of {kind}", hint="use float32 or float64")
    empty = torch.empty(0, dtype=pair).set_(typed.untyped_storage(), 0, (0,), (1,))
    return empty.conj().imag
