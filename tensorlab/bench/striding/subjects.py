"""What is measured: strides, and the patterns that people meet; each with what it fetches."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from tensorlab.bench.predict import traffic
from tensorlab.bench.striding.ground import LIBRARIES, address, gathering, in_turn, kernel, layout
from tensorlab.bench.striding.record import Traffic
from tensorlab.layout.touched import LINE, PAGE, touched_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.bench.striding.ground import Array, Ground
    from tensorlab.bench.striding.record import Operation

STRIDES = tuple(2**power for power in range(13))
"""In elements: 1 to 4096."""
OPERATIONS: tuple[Operation, ...] = ("sum", "copy")
IMAGES = (4, 64, 56, 56)
"""A batch between two convolutions, channels first."""
PICKED = 2**16
"""Elements that are gathered."""


class Subject(NamedTuple):
    """One thing to measure."""

    pattern: str
    stride: int | None
    library: str
    operation: Operation
    call: Callable[[], object]
    elements: int
    nbytes: int
    lines: int | None
    pages: int | None
    passes: tuple[Traffic, ...]
    dense: bool
    calls: int = 1

    @property
    def name(self) -> str:
        """Tells it from all others."""
        return f"{self.library} {self.operation} {self.pattern}"


class View(NamedTuple):
    """A pattern: what is read, where a copy goes to, and what that fetches."""

    pattern: str
    source: Array
    target: Array
    stride: int | None = None
    passes: tuple[Traffic | None, ...] | None = None
    """Where it is more than going over the layout once."""
    dense: bool | None = None
    operations: tuple[Operation, ...] = OPERATIONS


def every_subject(ground: Ground) -> Iterator[Subject]:
    """All that is measured, strides first.

    >>> from tensorlab.bench.striding.ground import laid
    >>> [one.pattern for one in every_subject(laid(2**23)) if one.name.startswith("numpy copy")][-6:]
    ['column', 'transposed', 'expanded', 'channels_last', 'unaligned', 'gather']
    """
    views = [*_strides(ground), *_patterns(ground)]
    for library in LIBRARIES:
        for operation in OPERATIONS:
            for view in views:
                if operation in view.operations:
                    yield _subject(view, library, operation)
            if operation == "copy":
                yield _gathered(ground, library)


def _strides(ground: Ground) -> Iterator[View]:
    for stride in STRIDES:
        source = ground.source[::stride]
        yield View(f"stride {stride}", source, ground.target[: source.size], stride)


def _patterns(ground: Ground) -> Iterator[View]:
    side = 2 ** ((ground.source.size.bit_length() - 1) // 2 - 1)
    matrix, other = (block[: side * side].reshape(side, side) for block in ground[:2])
    columns = traffic(layout(matrix[:, 0]), address(matrix), times=side)
    yield View("row", matrix, other[0], passes=(traffic(layout(matrix[0]), times=side, again=matrix.nbytes),))
    yield View("column", matrix.T, other[0], passes=(columns,), dense=False)
    yield View("transposed", matrix.T, other, passes=(columns,), dense=False, operations=("copy",))
    yield View("transposed", matrix.T, other, operations=("sum",), dense=True)
    one = as_strided(ground.source, (side * side,), (0,))
    yield View("expanded", one, other.reshape(-1), dense=False, operations=("sum",))
    yield View("expanded", one, other.reshape(-1), dense=True, operations=("copy",))
    images, last = (block[: np.prod(IMAGES)] for block in ground[:2])
    yield View("channels_last", images.reshape(IMAGES), _channels_last(last), dense=False, operations=("copy",))
    yield View("channels_last", _channels_last(images), last, dense=True, operations=("sum",))
    yield View("unaligned", ground.askew, ground.target[: ground.askew.size])


def _channels_last(block: Array) -> Array:
    batch, channels, rows, columns = IMAGES
    return block.reshape(batch, rows, columns, channels).transpose(0, 3, 1, 2)


def _subject(view: View, library: str, operation: Operation) -> Subject:
    source, target, calls = view.source, view.target, 1
    if view.pattern in {"row", "column"}:
        call = in_turn([kernel(library, operation, line, target) for line in source])
        calls = len(source)
    else:
        call = kernel(library, operation, source, target)
    laid = [source, target] if operation == "copy" else [source]
    known = view.passes if view.passes is not None else (traffic(layout(source), address(source)),)
    written = traffic(layout(target), address(target), write=True, times=calls) if operation == "copy" else None
    lines, pages = (_distinct(laid, size) for size in (LINE, PAGE))
    return Subject(
        pattern=view.pattern,
        stride=view.stride,
        library=library,
        operation=operation,
        call=call,
        elements=source.size,
        nbytes=source.size * source.itemsize * len(laid),
        lines=lines,
        pages=pages,
        passes=tuple(one for one in (*known, written) if one is not None),
        dense=source.flags.c_contiguous if view.dense is None else view.dense,
        calls=calls,
    )


def _distinct(arrays: list[Array], size: int) -> int | None:
    """Of all arrays, which lie apart."""
    counts = [touched_blocks(layout(array), size, address(array)).count for array in arrays]
    return None if None in counts else sum(count for count in counts if count is not None)


def _gathered(ground: Ground, library: str) -> Subject:
    """Elements at places that are drawn; there is no layout, so lines are counted by the places."""
    count = min(PICKED, ground.source.size // 4)
    index = np.random.default_rng(7).choice(ground.source.size, count, replace=False)
    target = ground.target[:count]
    places = index * ground.source.itemsize + address(ground.source)
    lines, pages = (len(np.unique(places // size)) for size in (LINE, PAGE))
    reads = Traffic(lines=lines, entries=count, pages=pages, footprint=lines * LINE)
    others = traffic(layout(index), address(index)), traffic(layout(target), address(target), write=True)
    beside = [one for one in others if one is not None]
    return Subject(
        pattern="gather",
        stride=None,
        library=library,
        operation="copy",
        call=gathering(library, ground.source, index, target),
        elements=count,
        nbytes=index.nbytes + 2 * target.nbytes,
        lines=lines + sum(one.lines for one in beside),
        pages=pages + sum(one.pages for one in beside),
        passes=(reads, *beside),
        dense=False,
    )
