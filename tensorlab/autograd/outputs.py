"""Shapes and dtypes of what operations gave, each different one kept once."""

from __future__ import annotations

from array import array
from itertools import compress
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

from tensorlab.memory.naming import FOREIGN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.autograd.kinds import Kind
    from tensorlab.autograd.record import Meta

_dtype = attrgetter("dtype")
_shape = attrgetter("shape")
_sign = attrgetter("dtype", "shape")
_first, _second = itemgetter(0), itemgetter(1)
Sign = tuple[Any, tuple[Any, ...]]
"""Dtype and shape of one output."""
_UNTOLD = -1
"""In the place of a node's outputs before it is known."""


class Outputs:
    """Of each node of a graph, the outputs of its operation.

    >>> Outputs(0).columns()
    (((),), array('q'))
    """

    def __init__(self, count: int) -> None:
        self._known: dict[tuple[Sign, ...], int] = {(): 0}
        self._single: dict[Sign, int] = {}
        self._of_form: dict[int, int] = {}
        self._metas: list[tuple[Meta, ...]] = [()]
        self._column = [_UNTOLD] * count

    def know(self, form: int, dtype: object, shape: Sequence[int]) -> None:
        """Tensors of this form have this dtype and shape."""
        self._of_form[form] = self._added(((dtype, tuple(shape)),))

    def tell(self, sources: Sequence[int], forms: Sequence[int]) -> None:
        """Tensors that nodes gave, by their forms: a node that gives one need not be asked. Below 0 is no node."""
        if max(sources, default=-1) < 0:
            return
        column, places = self._column, self._of_form
        for source, form in zip(sources, forms, strict=True):
            if source >= 0 and column[source] == _UNTOLD:
                column[source] = places[form]

    def read(self, kind: Kind, numbers: Sequence[int], nodes: Sequence[Any]) -> None:
        """Of some nodes of one kind."""
        if kind.gives_one:
            told = list(map(self._column.__getitem__, numbers))
            if _UNTOLD not in told:
                return
            untold = [place == _UNTOLD for place in told]
            if not all(untold):
                numbers, nodes = list(compress(numbers, untold)), list(compress(nodes, untold))
        places = self._places(kind, nodes)
        put(self._column, numbers, [self._place(kind.metadata(node)) for node in nodes] if places is None else places)

    def columns(self) -> tuple[tuple[tuple[Meta, ...], ...], array[int]]:
        """Different outputs, and of each node the place of its own among them."""
        return tuple(self._metas), array("q", self._column)

    def _places(self, kind: Kind, nodes: Sequence[Any]) -> list[int] | None:
        """Of nodes with one output each; None where one has more, a size has no value yet, or there is no shape."""
        try:
            found = [_sign(one) for (one,) in map(kind.metadata, nodes)]
            dtypes, shapes = list(map(_first, found)), list(map(tuple, map(_second, found)))
            if len(set(shapes)) == 1 == len(set(dtypes)):
                return [self._added(((dtypes[0], shapes[0]),))] * len(found)
            signs = list(zip(dtypes, shapes, strict=True))
            places = list(map(self._single.get, signs))
            if None in places:
                self._single |= {sign: self._added((sign,)) for sign in dict.fromkeys(signs)}
                places = list(map(self._single.get, signs))
            return places  # type: ignore[return-value]  # noqa: TRY300 - none of them is None now; all of it may raise
        except FOREIGN:
            return None

    def _place(self, metadata: Any) -> int:  # noqa: ANN401 - torch's own, private
        signs = tuple((_dtype(meta), _known(_sizes(meta))) for meta in metadata)
        return self._added(signs)

    def _added(self, signs: tuple[Sign, ...]) -> int:
        place = self._known.get(signs)
        if place is None:
            self._known[signs] = place = len(self._metas)
            self._metas.append(tuple((_known(shape), str(dtype).removeprefix("torch.")) for dtype, shape in signs))
        return place


def put(column: list[int], numbers: Sequence[int], values: list[int]) -> None:
    """Write values into a column where the numbers say.

    >>> column = [0, 0, 0]
    >>> put(column, [0, 2], [7, 8]), column
    (None, [7, 0, 8])
    """
    if isinstance(numbers, range):
        column[numbers.start : numbers.stop] = values
        return
    for number, value in zip(numbers, values, strict=True):
        column[number] = value


def _sizes(meta: Any) -> tuple[Any, ...]:  # noqa: ANN401 - torch's own, private
    """The shape; none for a nested tensor that has none."""
    try:
        return tuple(meta.shape)
    except FOREIGN:
        return ()


def _known(shape: tuple[Any, ...]) -> tuple[int, ...]:
    """The shape where every size has a value; else none."""
    return shape if all(type(size) is int for size in shape) else ()
