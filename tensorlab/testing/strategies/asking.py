"""From what a caller writes to what is drawn: shapes, dtypes and classes, looked at before anything is drawn."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from tensorlab.errors import LayoutError, UnsupportedError, unknown_name
from tensorlab.layout.dtype import DTYPES, DType, dtype
from tensorlab.testing.record import CLASSES
from tensorlab.testing.strategies.choosing import possible
from tensorlab.testing.strategies.record import Wish

if TYPE_CHECKING:
    from tensorlab.testing.record import LayoutClass
    from tensorlab.testing.strategies.record import Bounds, Library

_COMMON = ("float32", "float32", "float64", "int64", "complex64", "int32", "float16", "uint8", "bool", "complex128")
DEFAULTS: dict[Library, tuple[DType, ...]] = {
    "torch": tuple(map(dtype, (*_COMMON, "bfloat16", "int16", "int8"))),
    "numpy": tuple(map(dtype, (*_COMMON, "int16", "int8", "uint16"))),
}
"""What is drawn where no dtype is asked for."""
_MOST = 2**24
"""Elements that are built for a test."""
_KINDS = frozenset({"bool", "int", "uint", "float", "complex"})


def make_wish(shape: object, kinds: object, classes: object, bounds: Bounds, library: Library = "torch") -> Wish:
    """What may be drawn. ``shape`` and ``kinds`` are values here, or None; a strategy was drawn from before.

    Raises:
        LayoutError: No tensor can be so: a size is negative, or no class fits shape and dtype.
        UnknownNameError: There is no such class, or no such dtype.
        UnsupportedError: Something is of another type than it should be.

    >>> from tensorlab.testing.strategies.record import Bounds
    >>> make_wish((2, 3), "float32", "permuted", Bounds()).classes
    ('permuted',)
    >>> make_wish((3,), "float32", "permuted", Bounds())
    Traceback (most recent call last):
    tensorlab.errors.LayoutError: shape (3,) and dtype float32 cannot be permuted
    hint: leave shape or dtype free, or name other classes
    """
    wish = Wish(as_dtypes(kinds, library), as_classes(classes), library, as_shape(shape), bounds)
    if not possible(wish):
        room = f"shapes within {bounds}" if wish.shape is None else f"shape {wish.shape}"
        names = " or ".join(dict.fromkeys(kind.name for kind in wish.dtypes))
        raise LayoutError(
            f"{room} and dtype {names} cannot be {' or '.join(wish.classes)}",
            hint="leave shape or dtype free, or name other classes",
        )
    return wish


def as_shape(shape: object) -> tuple[int, ...] | None:
    """A shape from a tuple, a list or one integer.

    >>> as_shape([2, 3]), as_shape(4), as_shape(None)
    ((2, 3), (4,), None)
    """
    if shape is None:
        return None
    sizes: Any = (shape,) if type(shape) is int else shape
    if not isinstance(sizes, (tuple, list)) or any(type(n) is not int for n in sizes):
        raise UnsupportedError(
            f"a shape is a tuple of integers; got {shape!r}", hint="a strategy of such tuples does as well"
        )
    if any(n < 0 for n in sizes):
        raise LayoutError(f"a size cannot be negative; got shape {tuple(sizes)}")
    return tuple(sizes)


def check_room(shape: object) -> None:
    """Refuses a shape that no test has the memory for; strategies and None are looked at when they are drawn.

    Raises:
        LayoutError: The shape has more elements than a test builds.

    >>> check_room((2, 3))
    >>> check_room((10**12,))
    Traceback (most recent call last):
    tensorlab.errors.LayoutError: shape (1000000000000,) is too large to be built: 1,000,000,000,000 elements
    hint: a test has at most 16,777,216; layouts() draws numbers alone, of any size
    """
    sizes = as_shape(shape if isinstance(shape, (int, tuple, list)) else None) or ()
    count = prod(max(n, 1) for n in sizes)
    if count > _MOST:
        raise LayoutError(
            f"shape {sizes} is too large to be built: {count:,} elements",
            hint=f"a test has at most {_MOST:,}; layouts() draws numbers alone, of any size",
        )


def as_classes(classes: object) -> tuple[LayoutClass, ...]:
    """Classes of layouts from a name, several names, or None for all.

    >>> as_classes("gaps"), len(as_classes(None))
    (('gaps',), 16)
    """
    if classes is None:
        return CLASSES
    names: Any = (classes,) if isinstance(classes, str) else classes
    if not isinstance(names, (tuple, list, set, frozenset)) or not names:
        raise UnsupportedError(f"classes are names of layouts, at least one; got {classes!r}")
    for name in names:
        if name not in CLASSES:
            raise unknown_name("class of layouts", str(name), CLASSES)
    return tuple(name for name in CLASSES if name in names)


def as_dtypes(kinds: object, library: Library) -> tuple[DType, ...]:
    """Dtypes from one or several: names, torch's or NumPy's dtypes, or ours; the usual ones for None.

    >>> [kind.name for kind in as_dtypes(["float32", dtype("int8")], "torch")]
    ['float32', 'int8']
    """
    if kinds is None:
        return DEFAULTS[library]
    several: Any = kinds if isinstance(kinds, (tuple, list)) else (kinds,)
    if not several:
        raise UnsupportedError("dtype is a list without any; give at least one")
    return tuple(as_dtype(kind, library) for kind in several)


def as_dtype(kind: object, library: Library) -> DType:
    """A dtype from its name, from the library's own, or from ours.

    >>> as_dtype("float32", "torch").itemsize
    4
    """
    found = kind if isinstance(kind, DType) else dtype(kind if isinstance(kind, str) else _name_of(kind))
    if found.kind not in _KINDS or (library == "numpy" and not _numpy_has(found)):
        raise UnsupportedError(f"{library} has no arrays of {found.name}", hint="torch has it: draw tensors")
    return found


def _name_of(kind: object) -> str:
    """Torch writes "torch.float32"; NumPy's dtypes and scalar types have a name."""
    text = str(kind)
    if text.startswith("torch.") and text.removeprefix("torch.") in DTYPES:
        return text.removeprefix("torch.")
    name = getattr(kind, "name", None) or getattr(kind, "__name__", None)
    if isinstance(name, str) and name in DTYPES and kind is not bool:
        return name
    raise UnsupportedError(f"a dtype is asked for; got {kind!r}", hint='as in dtype="float32" or dtype=torch.float32')


def _numpy_has(kind: DType) -> bool:
    return kind.lanes == 1 and not kind.name.startswith(("bfloat", "float8", "complex32"))
