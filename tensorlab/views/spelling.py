"""Names that torch and NumPy spell alike, lowered to primitives."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from tensorlab.views.arguments import Given, spread, unsupported
from tensorlab.views.record import Copy, Expand, InsertAxis, Permute, Reshape, Slice
from tensorlab.views.subscript import lower_subscript

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.views.arguments import Pieces
    from tensorlab.views.calls import Call
    from tensorlab.views.record import Primitive, Refused, Rules, View

Lowered: TypeAlias = "tuple[Primitive, ...] | Pieces | Refused"
"""Primitives in a row; one for each view of a tuple; or what the library raises before it begins."""

Lowering: TypeAlias = "Callable[[View, Call, Rules], Lowered]"
"""A row of a table: what a name stands for, given a view and the arguments."""


def same(_view: View, call: Call, _rules: Rules) -> Lowered:
    """The view as it is: ``detach()``, ``alias()``.

    >>> from tensorlab.views.calls import Call
    >>> same(None, Call("detach"), "torch")
    ()
    """
    Given(call)
    return ()


def copied(_view: View, call: Call, _rules: Rules) -> Lowered:
    """A fresh block in C order, without arguments: NumPy's ``flatten()``.

    >>> from tensorlab.views.calls import Call
    >>> copied(None, Call("copy"), "numpy")
    (Copy(),)
    """
    Given(call)
    return (Copy(),)


def subscripted(view: View, call: Call, rules: Rules) -> Lowered:
    """Square brackets.

    >>> from tensorlab.views.calls import Call
    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.views.record import View
    >>> subscripted(View(Layout((2,), (1,)), dtype("int8")), Call("getitem", (0,)), "torch")
    (Select(axis=0, index=0),)
    """
    if len(call.args) != 1 or call.keywords:
        raise unsupported(call, "one index, a tuple for several axes")
    Given(call, "index")
    return lower_subscript(call.args[0], view, rules)


def one_axis_sliced(_view: View, call: Call, _rules: Rules) -> Lowered:
    """An axis, then start, stop and step: a name of ours, all other axes left as they are.

    >>> from tensorlab.views.calls import Call
    >>> one_axis_sliced(None, Call("slice_axis", (1, None, 5)), "torch")
    (Slice(axis=1, start=None, stop=5, step=None),)
    """
    given = Given(call, "axis start stop step")
    return (Slice(given.integer("axis"), given.optional("start"), given.optional("stop"), given.optional("step")),)


def expanded(_view: View, call: Call, rules: Rules) -> Lowered:
    """``broadcast_to`` and ``expand``.

    >>> from tensorlab.views.calls import Call
    >>> expanded(None, Call("expand", (2, -1)), "torch")
    (Expand(shape=(2, -1)),)
    """
    if call.name == "expand":
        given = spread(call, "size", "implicit")
        given.truth("implicit")
        return (Expand(given.sizes("size")),)
    given = Given(call, "size" if rules == "torch" else "shape", "" if rules == "torch" else "subok")
    given.truth("subok")
    name = "size" if rules == "torch" else "shape"
    return (Expand(given.sequence(name) if rules == "torch" else given.sizes(name)),)


def reshaped(_view: View, call: Call, _rules: Rules) -> Lowered:
    """Torch's ``reshape``: sizes one by one or as a tuple: ``reshape`` of torch.

    >>> from tensorlab.views.calls import Call
    >>> reshaped(None, Call("reshape", (2, -1)), "torch")
    (Reshape(shape=(2, -1), mode='reshape', order='C'),)
    """
    return (Reshape(spread(call, "shape").sizes("shape")),)


def reversed_axes(view: View, call: Call, _rules: Rules) -> Lowered:
    """``x.T``: the axes in reverse.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.views.calls import Call
    >>> from tensorlab.views.record import View
    >>> reversed_axes(View(Layout((2, 3), (3, 1)), dtype("int8")), Call("T"), "numpy")
    (Permute(axes=(1, 0)),)
    """
    Given(call)
    return (Permute(tuple(reversed(range(len(view.layout.shape))))),)


def moved(view: View, source: tuple[int, ...], destination: tuple[int, ...]) -> Permute:
    """Axes at other places, the rest in their order around them; both counted from the front, each once.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.views.record import View
    >>> moved(View(Layout((2, 3, 4), (12, 4, 1)), dtype("int8")), (0,), (2,))
    Permute(axes=(1, 2, 0))
    """
    order = [axis for axis in range(len(view.layout.shape)) if axis not in source]
    for to, axis in sorted(zip(destination, source, strict=True)):
        order.insert(to, axis)
    return Permute(tuple(order))


def swapped(view: View, first: int, second: int) -> Permute:
    """Two axes in each other's place, both counted from the front; 0-d stays as it is.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.views.record import View
    >>> swapped(View(Layout((2, 3), (3, 1)), dtype("int8")), 0, 1)
    Permute(axes=(1, 0))
    """
    order = list(range(len(view.layout.shape)))
    if order:
        order[first], order[second] = second, first
    return Permute(tuple(order))


def at_least(count: int) -> Lowering:
    """``atleast_1d`` to ``atleast_3d``: axes of size 1 are added until there are so many.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.views.calls import Call
    >>> from tensorlab.views.record import View
    >>> at_least(3)(View(Layout((4,), (1,)), dtype("int8")), Call("atleast_3d"), "numpy")
    (InsertAxis(axis=0), InsertAxis(axis=2))
    """

    def lowering(view: View, call: Call, _rules: Rules) -> Lowered:
        Given(call)
        ndim = len(view.layout.shape)
        if ndim >= count:
            return ()
        if ndim == 0:
            return (Reshape((1,) * count),)
        front = (InsertAxis(0),) if ndim == 1 else ()
        return (*front, InsertAxis(2)) if count == 3 else front

    return lowering
