"""The stride explorer: one page, from numbers or from what an object's memory is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.errors import LayoutError, UnsupportedError
from tensorlab.layout.address import extent
from tensorlab.layout.dtype import DTYPES
from tensorlab.layout.dtype import dtype as named_dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import canonical_strides
from tensorlab.memory.record import MemoryMap, Operand
from tensorlab.memory.registry import describe
from tensorlab.page.explorer.assembly import explorer
from tensorlab.quantity import counted

if TYPE_CHECKING:
    from tensorlab.layout.dtype import DType
    from tensorlab.views.record import Rules


def explorer_page(
    layout: Layout, dtype: str = "float32", *, nbytes: int | None = None, rules: Rules = "torch", name: str = ""
) -> str:
    """The text of a page that explores a layout: one HTML file that asks for nothing outside itself.

    Args:
        layout: Where the elements lie at the start.
        dtype: What an element is; as large as the layout's itemsize.
        nbytes: Of the storage; up to the last byte that is touched where None.
        rules: Whose rules the page follows at first: "torch" or "numpy".
        name: For the page's title.

    Raises:
        LayoutError: It is too large to be drawn, reaches outside its storage, or is none that torch can hold.
        UnknownNameError: There is no such dtype.
        UnsupportedError: NumPy has no such dtype.

    >>> page = explorer_page(Layout((4, 6), (24, 4), itemsize=4))
    >>> page.splitlines()[0], "<title>Stride explorer: (4, 6) of float32</title>" in page
    ('<!doctype html>', True)
    """
    touched = max(extent(layout).stop, 0)
    return explorer(Operand(layout, named_dtype(dtype), touched if nbytes is None else nbytes), rules, name=name)


def start_of_numbers(
    shape: tuple[int, ...],
    strides: tuple[int, ...] | None = None,
    *,
    offset: int = 0,
    storage: int | None = None,
    dtype: str = "float32",
) -> tuple[Operand, Rules]:
    """A start from numbers in elements, and the rules that allow it: NumPy's where a stride is negative, else torch's.

    Args:
        shape: Elements along each axis.
        strides: In elements; those of C order where None.
        offset: In elements.
        storage: Elements that the whole storage holds; up to the last that is touched where None.
        dtype: Name of an element's type.

    Raises:
        LayoutError: The numbers make no layout, or it reaches outside the storage.
        UnknownNameError: There is no such dtype.

    >>> start, rules = start_of_numbers((4, 6))
    >>> start.layout.strides, start.nbytes, rules
    ((24, 4), 96, 'torch')
    """
    kind = named_dtype(dtype)
    size = kind.itemsize
    if strides is not None and len(strides) != len(shape):
        got = f"{counted(len(strides), 'stride')} for {counted(len(shape), 'size')}"
        raise LayoutError(f"got {got}", hint="give one stride a size, in elements")
    if offset < 0 or (storage is not None and storage < 0):
        got = f"offset {offset}, storage {storage}"
        raise LayoutError(f"offset and storage cannot be negative; got {got}", hint="count from the storage's first")
    steps = canonical_strides(shape, 1) if strides is None else strides
    layout = Layout(shape, tuple(step * size for step in steps), offset * size, size)
    nbytes = max(extent(layout).stop, 0) if storage is None else storage * size
    return Operand(layout, kind, nbytes), _rules_of(layout, "torch")


def start_of_object(thing: object) -> tuple[Operand, Rules]:
    """A start from an object's memory, and its library's rules.

    Raises:
        UnsupportedError: It has no strides, its storage is not known, or its elements are none that the page draws:
            bytes in the other order, values conjugated or negated when they are read, text.

    >>> import numpy as np
    >>> start, rules = start_of_object(np.arange(6, dtype="int16")[::-1])
    >>> start.layout, start.nbytes, rules
    (Layout(shape=(6,), strides=(-2,), offset=10, itemsize=2), 12, 'numpy')
    """
    memory = thing if isinstance(thing, MemoryMap) else describe(thing)
    layout, kind, storage = memory.layout, memory.dtype, memory.storage
    if memory.library == "python" or layout is None or kind is None:
        raise UnsupportedError(
            f"{memory.type} has no strides to explore", hint="make an array of it: np.asarray(...), torch.tensor(...)"
        )
    if storage is None or storage.nbytes is None:
        raise UnsupportedError(
            f"the storage of {memory.type} is not known", hint="take a copy of it: .clone(), .copy()"
        )
    _require_plain(memory, kind)
    return Operand(layout, kind, storage.nbytes), _rules_of(layout, "torch" if memory.library == "torch" else "numpy")


def _require_plain(memory: MemoryMap, kind: DType) -> None:
    """Refuses what the page would show as other elements than there are."""
    if kind.name not in DTYPES:
        raise UnsupportedError(
            f"the explorer draws no elements of {kind.name!r}", hint="read its bytes: .view('uint8')"
        )
    if kind.swapped:
        raise UnsupportedError(
            f"the bytes of these {kind.name} are in the other order, which the explorer does not draw",
            hint="take a copy in this machine's order: .astype(np.int32), say",
        )
    for bit, done in (("conj", ".resolve_conj()"), ("neg", ".resolve_neg()")):
        if bit in memory.traits:
            raise UnsupportedError(
                f"{memory.type} has its {bit} bit set, which the explorer does not draw", hint=f"resolve it: {done}"
            )


def _rules_of(layout: Layout, wanted: Rules) -> Rules:
    return "numpy" if any(stride < 0 for stride in layout.strides) else wanted
