"""Which shapes and dtypes a test goes through: small and unlike first, then equal sizes, ones, zeros and long axes."""

from __future__ import annotations

from functools import cache
from itertools import chain
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.errors import UnsupportedError
from tensorlab.testing.specs import ANY, LIKE_RESULT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tensorlab.layout.dtype import DType
    from tensorlab.testing.record import Spec

Shape = tuple[int, ...]
_MOST = 2048
"""Elements of an argument, where its axes may be shorter."""
_LARGEST = 1 << 20
"""Elements of an argument whose sizes are given."""
_LONG = (8, 17, 33)
"""Past one, two and four registers of 8 numbers."""
_ALONE: tuple[Shape, ...] = (
    (2, 3), (2, 3, 4), (5,), (3, 3), (2, 3, 4, 5), (1, 3), (2, 1, 3), (), (2, 2), (0, 3), (17,), (3, 1),
    (2, 3, 1, 2, 2), (4, 2), (1,), (2, 2, 2), (2, 2, 3, 3), (3, 17), (1, 1), (2, 0), (33,), (8, 3), (2, 4, 1, 3),
    (3, 2, 2), (1, 4, 1), (2,), (4, 4), (0,), (1, 2, 3, 2), (2, 33), (3, 0, 2), (2, 2, 2, 2, 3), (1, 2, 1),
    (3, 8, 2), (8, 8),
)  # fmt: skip
"""What ``...`` stands for where nothing else is said of the shape."""
_AHEAD: tuple[Shape, ...] = ((2,), (), (2, 3), (3,), (1,), (2, 2), (4, 1), (0,), (5,), (1, 3))
"""What ``...`` stands for beside other axes."""


class Frame(NamedTuple):
    """What each argument of a call is, but for how it lies."""

    shapes: tuple[Shape, ...]
    kinds: tuple[DType, ...]


@cache
def frames(specs: tuple[Spec, ...]) -> tuple[Frame, ...]:
    """The shapes and dtypes to test, in their order; each once. Small ones, where not all are given as large.

    Raises:
        UnsupportedError: The sizes that are given are too large to lie in many layouts.

    >>> from tensorlab.testing.specs import parse
    >>> [frame.shapes for frame in frames((parse("float32[n, k]"), parse("float32[k]")))][:3]
    [((2, 3), (3,)), ((3, 2), (2,)), ((2, 2), (2,))]
    """
    found = _frames(specs, _MOST) or _frames(specs, _LARGEST)
    fixed = [tuple(n for n in spec.shape if isinstance(n, int)) for spec in specs]
    if not found and any(prod(sizes) > _LARGEST for sizes in fixed):
        raise UnsupportedError(
            f"an argument has at most {_LARGEST:,} elements; got sizes {max(fixed, key=prod)}",
            hint="a name instead of a size lets it be small",
        )
    return found


def _frames(specs: tuple[Spec, ...], most: int) -> tuple[Frame, ...]:
    """Those none of whose arguments has more elements."""
    rows = list(_sizes(specs))
    count = max(len(spec.dtypes) for spec in specs) if specs else 1
    found: dict[Frame, None] = {}
    for turn in range(count):
        for number, (sizes, lead) in enumerate(rows):
            shapes = tuple(_shape(spec, position, sizes, lead) for position, spec in enumerate(specs))
            kinds = tuple(spec.dtypes[(number + turn) % len(spec.dtypes)] for spec in specs)
            if all(prod(shape) <= most for shape in shapes) and _in_range(specs, shapes, sizes):
                found[Frame(shapes, kinds)] = None
    return tuple(found)


def _shape(spec: Spec, position: int, sizes: dict[str, int], lead: Shape) -> Shape:
    found: list[int] = []
    for axis, word in enumerate(spec.shape):
        if word == ANY:
            found += lead
        else:
            found.append(word if isinstance(word, int) else sizes[_name(word, position, axis)])
    return tuple(found)


def _name(word: str, position: int, axis: int) -> str:
    """The name of an axis; each that may have any size has its own."""
    return f"_{position}.{axis}" if word == "_" else word


def _in_range(specs: tuple[Spec, ...], shapes: Sequence[Shape], sizes: dict[str, int]) -> bool:
    """Whether there are values for every element."""
    for spec, shape in zip(specs, shapes, strict=True):
        high = sizes.get(spec.high, 1) if isinstance(spec.high, str) else spec.high
        low = spec.low if isinstance(spec.low, int) else 0
        if prod(shape) and high is not None and high <= low:
            return False
    return True


def _sizes(specs: tuple[Spec, ...]) -> Iterator[tuple[dict[str, int], Shape]]:
    """Sizes of the names, and what ``...`` stands for."""
    names = list(
        dict.fromkeys(
            _name(word, position, axis)
            for position, spec in enumerate(specs)
            for axis, word in enumerate(spec.shape)
            if isinstance(word, str) and word not in {ANY, LIKE_RESULT}
        )
    )
    anywhere = any(ANY in spec.shape for spec in specs)
    if not names:
        bare = all(spec.shape == (ANY,) for spec in specs if ANY in spec.shape)
        yield from (({}, lead) for lead in ((_ALONE if bare else _AHEAD) if anywhere else ((),)))
        return
    rows = [dict(zip(names, row, strict=True)) for row in _rows(len(names))]
    if not anywhere:
        yield from ((row, ()) for row in rows)
        return
    for number in range(max(len(rows), len(_AHEAD)) * 2):
        yield rows[number % len(rows)], _AHEAD[(number + number // len(_AHEAD)) % len(_AHEAD)]


def _rows(count: int) -> Iterator[Shape]:
    """Sizes of so many axes: all different, all equal, one of them 1, 0 or long."""
    usual = tuple((2, 3, 4, 5)[number % 4] for number in range(count))
    other = tuple((3, 2, 5, 4)[number % 4] for number in range(count))
    firsts = chain((usual, other, (2,) * count), (_but(usual, axis, 1) for axis in range(count)))
    longs = (_but((3, 2) * count, axis, _LONG[axis % 3])[:count] for axis in range(count))
    zeros = (_but(usual, axis, 0) for axis in range(count))
    lasts = ((3,) * count, tuple(reversed(other)), (1,) * count)
    more = (_but((2, 3) * count, axis, _LONG[(axis + turn) % 3])[:count] for turn in (1, 2) for axis in range(count))
    seen: set[Shape] = set()
    for row in chain(firsts, longs, lasts, zeros, more, [(4,) * count, (5, 4) * count, (8,) * count, (0,) * count]):
        if row[:count] not in seen:
            seen.add(row[:count])
            yield row[:count]


def _but(row: Shape, axis: int, size: int) -> Shape:
    return (*row[:axis], size, *row[axis + 1 :])
