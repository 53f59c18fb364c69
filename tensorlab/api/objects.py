"""Objects in memory: what they are, as facts and as pictures, alone and beside one another."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, get_args

from tensorlab.api.drawing import shown_map, shown_object
from tensorlab.api.records import draw
from tensorlab.api.together import together
from tensorlab.bench.budget import free_memory
from tensorlab.bench.forkcost import fork_costs
from tensorlab.bench.words import brief
from tensorlab.diagram.comparison import comparison_scene
from tensorlab.diagram.filling import Content
from tensorlab.diagram.memory import memory_scene
from tensorlab.errors import TensorlabError, UnavailableError, UnsupportedError, unknown_name
from tensorlab.layout.shapes import numel
from tensorlab.memory.comparison import NARROW, collect, flat_array, keeps_integers, pointers, require_rectangle
from tensorlab.memory.naming import reason, short_name
from tensorlab.memory.pylist import claims, rectangle
from tensorlab.memory.record import MemoryMap
from tensorlab.memory.registry import describe
from tensorlab.render.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.memory.record import Comparison, ForkCost

PythonType = Literal["float", "int", "bool", "complex"]
_BYTES_A_VALUE = 250
"""That are taken by one value of a list that is made: its box, its copies, and its place in the table of boxes."""
_BYTES_CONVERTED = 100
"""Of these, by the copies; rows that are pointed at many times are copied as often, though they are there once."""
_LEAST_INTEGER = 257
"""The first that the interpreter does not share."""


def show(*things: object, cells: Content = "index") -> Figure:
    """A picture of an object's memory: facts, address formula, storage strip, logical grid; or of several together.

    Several objects are named A, B, C, ... Storages that hold common bytes are drawn once, with a row for each view,
    across libraries and dtypes; a sentence tells who shares with whom.

    Args:
        *things: A list, tuple, range, array.array, bytes, memoryview, NumPy array or torch tensor, or anything else
            that speaks DLPack or an array interface; or a record that tensorlab returned: a ``MemoryMap``, a
            ``Comparison``, a benchmark's ``Session``, a ``Checkup``.
        cells: What stands in the boxes: the position of each element in the storage ("index"), its byte address in it
            ("address"), or the element ("value"; only the few that are drawn are read).

    Returns:
        A ``Figure``: its ``repr`` is text, a notebook draws it, ``data`` is the ``MemoryMap``, or a tuple of what each
        of several would give alone.

    Raises:
        UnsupportedError: An object has no elements in memory, or there is none.
        UnknownNameError: ``cells`` is none of the three.

    >>> import torch, tensorlab
    >>> tensorlab.show(torch.arange(6).reshape(2, 3).t())  # doctest: +ELLIPSIS
    torch.Tensor int64 (3, 2)
    type     torch.Tensor
    dtype    int64, 8 B an element, C int64_t
    shape    (3, 2): 6 elements, 48 B
    strides  (1, 3) elements = (8, 24) B
    offset   0 elements = 0 B
    order    contiguous in F (column-major)
    storage  48 B on cpu, owned by torch; 48 B of them used (100 %)
    align    address ... B, strides (8, 8) B, widest vector load 16 B
    warp     touches 1 sector of 32 B along j (2 lanes), 1 along i (3 lanes)
    <BLANKLINE>
    address(i,j) = 0 + 1*i + 3*j   (elements)
    <BLANKLINE>
    storage, 6 cells of 8 B, numbered in elements
    [0][1][2][3][4][5]
    [n] used
    <BLANKLINE>
    element at each index, by its position in the storage (elements)
       0  1
    0 [0][3]
    1 [1][4]
    2 [2][5]
    """
    if cells not in get_args(Content):
        raise unknown_name("content of a cell", cells, get_args(Content))
    if not things:
        raise UnsupportedError("there is nothing to show", hint="give an object: show([1, 2]), or several")
    if len(things) > 1:
        return together(things, cells)
    (thing,) = things
    if type(thing) is MemoryMap:  # isinstance would ask ``__class__``, which may be code of the object's own
        return Figure(thing, memory_scene(shown_map(thing, cells)))
    drawn = draw(thing)
    if drawn is not None:
        return drawn
    memory = describe(thing)
    return Figure(memory, memory_scene(shown_object(thing, memory, cells)))


def compare(
    *things: object,
    n: int | None = None,
    type: PythonType | None = None,  # noqa: A002 - the user's word
    fork: bool = False,
) -> Figure:
    """The same values side by side as list, array.array, NumPy array and torch tensor, or the containers given.

    Args:
        *things: One list of numbers, nested or flat, which is then converted; or several containers as they are;
            or none, and ``n``.
        n: How many values to make, where no container is given.
        type: Python type of the values made, "float" where None. Integers start at 257: the interpreter shares smaller
            ones with everybody, so that their boxes would not be the list's own.
        fork: Whether to measure, in a process of its own, what a forked reader of such containers copies. Given ones
            are not forked: others are made of as many values of the same dtype.

    Returns:
        A ``Figure`` of a ``Comparison``: bytes in all and an element, C type, where the first elements live, and a
        boxed float byte by byte.

    Raises:
        RaggedError: Nested lists form no rectangle.
        UnavailableError: So many values do not fit the free memory.
        UnsupportedError: Elements are no numbers, there is nothing to compare, or ``n`` or ``type`` comes with
            containers.

    >>> import tensorlab
    >>> figure = tensorlab.compare(n=1000)
    >>> [(sample.label, sample.nbytes) for sample in figure.data.samples][:2]
    [('list', 32000), ("array.array('d')", 8000)]
    """
    if not isinstance(fork, bool):
        raise UnsupportedError(f"fork is True or False; got {brief(fork)}")
    if not things:
        return _figure(_converted(_values(n, "float" if type is None else type)), fork=fork)
    _refuse_beside_containers(n=n, type=type)
    with _foreign_errors():
        comparison = _converted(things[0]) if len(things) == 1 and claims(things[0]) else collect(things)
    return _figure(comparison, fork=fork)


@contextmanager
def _foreign_errors() -> Iterator[None]:
    """Containers and numbers may be of the user's own classes, whose code raises what it likes."""
    try:
        yield
    except TensorlabError:
        raise
    except MemoryError as error:
        raise UnavailableError("comparing these values takes more than the free memory") from error
    except Exception as error:
        words = f"{short_name(error)}: {reason(error)}"
        raise UnsupportedError(f"the values do not tell what they are: {words}") from error


def _figure(comparison: Comparison, *, fork: bool) -> Figure:
    if fork:
        comparison = replace(comparison, forks=_forks(comparison))
    return Figure(comparison, comparison_scene(comparison))


def _forks(comparison: Comparison) -> tuple[ForkCost, ...]:
    """Of containers made alike: as many values as the largest has, in boxes of the type that is most frequent."""
    count = max(numel(sample.memory.sizes or ()) for sample in comparison.samples)
    _require_memory(count, count * _BYTES_A_VALUE, "use n={} or less")
    boxed = [name for sample in comparison.samples if sample.memory.boxes for name, *_ in sample.memory.boxes.types]
    kind = next((name for name in boxed if name in get_args(PythonType)), "float")
    labels = dict.fromkeys(sample.label for sample in comparison.samples)
    return fork_costs([*labels], count, kind)


def _refuse_beside_containers(**given: object) -> None:
    extra = " and ".join(f"{name}={value!r}" for name, value in given.items() if value is not None)
    if extra:
        raise UnsupportedError(
            f"got containers and {extra}, which is for values made where no container is given",
            hint="give containers, or n and type",
        )


def _values(n: int | None, kind: PythonType) -> list[object]:
    makers: dict[str, Callable[[int], object]] = {
        "float": float,
        "int": lambda i: _LEAST_INTEGER + i,
        "bool": lambda i: i % 2 == 1,
        "complex": lambda i: complex(i, -i),
    }
    if kind not in makers:
        raise unknown_name("type of values", kind, makers)
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise UnsupportedError(
            f"nothing to compare: got no container and n={n!r}", hint="give a list, several containers, or n=1000000"
        )
    _require_memory(n, n * _BYTES_A_VALUE, "use n={} or less")
    return [makers[kind](i) for i in range(n)]


def _require_memory(values: int, needed: int, hint: str) -> None:
    """Before any is made: ``needed`` bytes must be free for that many; ``{}`` in the hint is how many would do."""
    available = free_memory()
    if available is not None and needed > available:
        raise UnavailableError(
            f"comparing {values:,} values takes about {needed:,} B; {available:,} B are available",
            hint=hint.format(values * available // needed // 2),
        )


def _converted(values: list[object] | tuple[object, ...]) -> Comparison:
    require_rectangle(values)
    count = numel(rectangle(values)[0])
    boxed = pointers(values) * (_BYTES_A_VALUE - _BYTES_CONVERTED)
    _require_memory(count, count * _BYTES_CONVERTED + boxed, "give {:,} values or fewer")
    from tensorlab.memory import ndarray, tensor

    numbers = ndarray.from_values(values)
    name = numbers.dtype.name
    things: list[object] = [values]
    notes: list[str] = []
    flat = flat_array(numbers.tolist(), name) if numbers.ndim == 1 else None
    if numbers.ndim > 1:
        notes.append("array.array is flat: it cannot hold rows")
    elif flat is None:
        notes.append(f"array.array has no code for {name}")
    else:
        things.append(flat)
    exact = tensor.from_values(values, name)
    things += [numbers, exact]
    narrow = [tensor.from_values(values, other) for other in NARROW.get(name, ())]
    rounded = {len(things) + n for n, other in enumerate(narrow) if not tensor.is_same(exact, other)}
    if numbers.dtype.kind in "fc" and not keeps_integers(values, numbers.ravel().tolist()):
        notes.append(f"NumPy gives these values {name}, which rounds some of the integers")
        rounded |= {*range(1, len(things) + len(narrow))}
    return collect([*things, *narrow], frozenset(rounded), tuple(notes))
