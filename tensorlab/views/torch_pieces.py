"""torch's names that return a tuple of views: one primitive for each."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from tensorlab.views.arguments import MOST_PIECES, Given, pieces, unsupported
from tensorlab.views.axes import existing, normal
from tensorlab.views.record import Refused, Select, Slice

if TYPE_CHECKING:
    from tensorlab.views.arguments import Pieces
    from tensorlab.views.calls import Call
    from tensorlab.views.record import Rules, View
    from tensorlab.views.spelling import Lowered, Lowering

_FEWEST = {"hsplit": 1, "vsplit": 2, "dsplit": 3}
"""Axes that a tensor must have."""


def _chunk(view: View, call: Call, _rules: Rules) -> Lowered:
    given = Given(call, "chunks dim")
    chunks, asked = given.integer("chunks"), given.integer("dim", 0)
    axis = _split_axis(view, asked)
    if not view.layout.shape or chunks < 1:
        return Refused("RuntimeError", f"chunks of a view without axes, or {chunks} of them, cannot be had")
    if isinstance(axis, Refused):
        return axis
    size = view.layout.shape[axis]
    if size == 0:
        return _by_sizes(call, axis, [0] * min(chunks, MOST_PIECES + 1))
    return _by_size(call, axis, size, -(-size // chunks))


def _split(view: View, call: Call, rules: Rules) -> Lowered:
    given = Given(call, _named(call, "split_size_or_sections split_size dim"))
    name = next((name for name in ("split_size_or_sections", "split_size") if given.has(name)), "split_size")
    if isinstance(given.value(name), tuple | list):
        return _sized(view, call, given.sequence(name), given.integer("dim", 0))
    step, asked = given.integer(name), given.integer("dim", 0)
    del rules
    if not view.layout.shape:
        return Refused("RuntimeError", "a view without axes cannot be split")
    if step < 0:
        return Refused("RuntimeError", f"a piece has 0 elements or more; got {step}")
    axis = _split_axis(view, asked)
    if isinstance(axis, Refused):
        return axis
    size = view.layout.shape[axis]
    if step == 0 and size:
        return Refused("RuntimeError", f"pieces of {step} elements cannot make an axis of {size}")
    return _by_size(call, axis, size, step)


def _named(call: Call, names: str) -> str:
    """The first parameter has two names; the second is not one that is given by position."""
    first, second, *rest = names.split()
    other = second if any(name == second for name, _ in call.keywords) else first
    return " ".join([other, *rest])


def _split_with_sizes(view: View, call: Call, _rules: Rules) -> Lowered:
    given = Given(call, "split_sizes dim")
    return _sized(view, call, given.sequence("split_sizes"), given.integer("dim", 0))


def _sized(view: View, call: Call, sizes: tuple[int, ...], asked: int) -> Lowered:
    if not view.layout.shape:
        return Refused("RuntimeError", "a view without axes cannot be split")
    axis = _split_axis(view, asked)
    if isinstance(axis, Refused):
        return axis
    if min(sizes, default=0) < 0 or sum(sizes) != view.layout.shape[axis]:
        return Refused("RuntimeError", f"sizes {sizes} do not add up to axis {axis} of {view.layout.shape[axis]}")
    return _by_sizes(call, axis, list(sizes))


def _tensor_split(view: View, call: Call, _rules: Rules) -> Lowered:
    given = Given(call, _either(call, "indices_or_sections", "indices", "sections") + " dim")
    name = next(name for name in ("indices", "sections", "indices_or_sections") if given.has(name) or "or" in name)
    wrong = _misnamed(call)
    if wrong is not None:
        return wrong
    if not view.layout.shape:
        given.sizes(name)
        return Refused("RuntimeError", "a view without axes cannot be split")
    axis = _split_axis(view, given.integer("dim", 0))
    if isinstance(axis, Refused):
        given.sizes(name)
        return axis
    return _cut(call, view.layout.shape[axis], axis, given.value(name))


def _either(call: Call, usual: str, *others: str) -> str:
    named = {name for name, _ in call.keywords}
    return next((name for name in others if name in named), usual)


_FORMS: dict[str, tuple[type, ...]] = {"indices": (tuple, list), "sections": (int,), "indices_or_sections": ()}
"""What torch takes under each name; by position, either."""


def _misnamed(call: Call) -> Refused | None:
    """Two functions of torch have one name: one takes ``sections``, an integer, the other ``indices``, a tuple."""
    for word, value in call.keywords:
        if word in _FORMS and type(value) in (int, tuple, list) and not isinstance(value, _FORMS[word]):
            return Refused("TypeError", f"{call.name} takes sections=, an integer, or indices=, a tuple; got {word}=")
    return None


def _cut(call: Call, size: int, axis: int, where: object) -> Lowered:
    """Into so many nearly equal parts, or at those indices."""
    if type(where) is int:
        if where < 1:
            return Refused("RuntimeError", f"an axis is split into 1 part or more; got {where}")
        small, larger = divmod(size, where)
        listed = min(where, MOST_PIECES + 1)
        return _by_sizes(call, axis, [small + (part < larger) for part in range(listed)])
    if not isinstance(where, tuple | list) or any(type(n) is not int for n in where):
        raise unsupported(call, "a number of parts, or a tuple of indices")
    ends = [0, *where, size]
    return pieces(call, [Slice(axis, start, end) for start, end in pairwise(ends)])


def _split_along(view: View, call: Call, _rules: Rules) -> Lowered:
    """``hsplit``, ``vsplit`` and ``dsplit``: the axis goes with the name, and equal parts must be whole."""
    name = _either(call, "indices_or_sections", "indices", "sections")
    where = Given(call, name).value(name)
    ndim = len(view.layout.shape)
    if type(where) is not int and not isinstance(where, tuple | list):
        raise unsupported(call, "a number of parts, or a tuple of indices")
    wrong = _misnamed(call)
    if wrong is not None:
        return wrong
    if ndim < _FEWEST[call.name]:
        return Refused("RuntimeError", f"{call.name} needs {_FEWEST[call.name]} axes or more; the view has {ndim}")
    axis = min(_FEWEST[call.name] - 1, ndim - 1) if call.name != "hsplit" else min(1, ndim - 1)
    axis = 0 if call.name == "vsplit" else axis
    size = view.layout.shape[axis]
    if type(where) is int and (where == 0 or size % where):
        return Refused("RuntimeError", f"axis {axis} of {size} does not make {where} equal parts")
    return _cut(call, size, axis, where)


def _unbind(view: View, call: Call, rules: Rules) -> Lowered:
    axis = normal(Given(call, "dim").integer("dim", 0), len(view.layout.shape), rules)
    if isinstance(axis, Refused):
        return axis
    if not view.layout.shape:
        return Refused("IndexError", "a view without axes has none to unbind")
    count = min(view.layout.shape[axis], MOST_PIECES + 1)
    return pieces(call, [Select(axis, index) for index in range(count)])


def _split_axis(view: View, asked: int) -> int | Refused:
    return existing(asked, len(view.layout.shape))


def _by_size(call: Call, axis: int, size: int, step: int) -> Pieces:
    count = max(-(-size // step), 1) if step else 1
    if count > MOST_PIECES:
        return _by_sizes(call, axis, [0] * (MOST_PIECES + 1))
    return _by_sizes(call, axis, [min(step, size - part * step) for part in range(count)])


def _by_sizes(call: Call, axis: int, sizes: list[int]) -> Pieces:
    each, start = [], 0
    for size in sizes:
        each.append(Slice(axis, start, start + size))
        start += size
    return pieces(call, list(each))


PIECES: dict[str, Lowering] = {
    "chunk": _chunk,
    "dsplit": _split_along,
    "hsplit": _split_along,
    "split": _split,
    "split_with_sizes": _split_with_sizes,
    "tensor_split": _tensor_split,
    "unbind": _unbind,
    "vsplit": _split_along,
}
"""Names that return a tuple."""
