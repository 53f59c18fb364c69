"""Random views, operations on them, and what Python says of them, as plain JSON: the vectors of the page's algebra."""

from __future__ import annotations

import random
from collections import Counter
from functools import cached_property
from importlib.resources import files
from math import prod
from typing import TYPE_CHECKING, Any

from support.layouts import all_indices, byte_uses, reference_address

from tensorlab.diagram.cells import ruler
from tensorlab.diagram.facts import order_words
from tensorlab.errors import TensorlabError
from tensorlab.layout.address import address, extent, fits, formula, in_elements, indices
from tensorlab.layout.dtype import DTYPES, DType
from tensorlab.layout.facts import broadcast_axes, contiguous_orders, coverage, is_dense, order_break
from tensorlab.layout.overlap import self_overlap
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import canonical_strides, nbytes, numel
from tensorlab.page.explorer.assembly import ALGEBRA as FILES
from tensorlab.views.apply import apply
from tensorlab.views.conversion import NO_NEGATIVE
from tensorlab.views.record import (
    Copy,
    CopyNeeded,
    DropAxes,
    Expand,
    InsertAxis,
    Permute,
    Refused,
    Reinterpret,
    Reshape,
    Select,
    Slice,
    View,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.views.record import Outcome, Primitive, Rules

    Json = dict[str, Any]

ALGEBRA = "\n".join(files("tensorlab.page.explorer").joinpath(name).read_text(encoding="utf-8") for name in FILES)
"""The program itself: its files one after another, as the page has them."""
ORDERS = ("C", "F", "channels_last", "channels_last_3d")
KINDS: tuple[DType, ...] = (*DTYPES.values(), DType("V3", 3, "void"), DType("V0", 0, "void"), DType("O", 8, "object"))
MOST = 400
"""Elements of a view that a chain goes on with."""

WORDS: dict[type[Primitive], str] = {
    Permute: "permute",
    Slice: "slice",
    Select: "select",
    Expand: "expand",
    Reshape: "reshape",
    InsertAxis: "insert_axis",
    DropAxes: "drop_axes",
    Reinterpret: "reinterpret",
    Copy: "copy",
}
"""What the page calls each primitive."""


class Case:
    """A chain of operations on a view, with what is asked of its last view."""

    def __init__(self, rng: random.Random) -> None:
        self.rules: Rules = rng.choice(["torch", "numpy"])
        self.view = self.last = start(rng, self.rules)
        self.ops: list[Primitive] = []
        self.outcomes: list[Json] = []
        for _ in range(rng.randint(1, 4)):
            self.ops.append(operation(rng, self.last.layout, self.rules))
            told, made = tried(self.last, self.ops[-1], self.rules)
            self.outcomes.append(told)
            if numel(made.layout.shape) > MOST:
                break
            self.last = made
        self.probe = probe(rng, self.last.layout)

    def given(self) -> Json:
        """What the page is given."""
        ops = [as_op(op) for op in self.ops]
        return {"rules": self.rules, "view": as_view(self.view), "ops": ops, "last": as_layout(self.last.layout)} | {
            "probe": self.probe
        }

    @cached_property
    def expected(self) -> Json:
        """What it must answer."""
        return {"outcomes": self.outcomes, "facts": facts(self.last.layout, self.probe)}


def cases(seed: int, count: int) -> Iterator[Case]:
    """So many cases, the same for a seed."""
    rng = random.Random(seed)
    for _ in range(count):
        yield Case(rng)


def start(rng: random.Random, rules: Rules) -> View:
    """A view: dense ones permuted and sliced for the most, strides without order for the rest."""
    kind = rng.choice(KINDS if rules == "numpy" else KINDS[:-3])
    shape = tuple(rng.choice((0, 1, 1, 2, 2, 3, 3, 4, 6)) for _ in range(rng.choice((0, 1, 1, 2, 2, 2, 3, 3, 4))))
    size = kind.itemsize
    order = rng.sample(range(len(shape)), len(shape)) if rng.random() < 0.5 else list(range(len(shape)))
    dense = canonical_strides(tuple(shape[axis] for axis in order), size)
    strides = [dense[order.index(axis)] * rng.choice((1, 1, 1, 2)) for axis in range(len(shape))]
    for axis in range(len(shape)):
        if rng.random() < 0.25:
            strides[axis] = odd_stride(rng, strides[axis], size, rules)
    low = sum(min(0, (n - 1) * s) for n, s in zip(shape, strides, strict=True) if n)
    unit = size if rules == "torch" or rng.random() < 0.7 else 1
    offset = max(unit * rng.randint(0, 3) - (low if rng.random() < 0.9 else 0), 0)
    conj = kind.kind == "complex" and rules == "torch" and rng.random() < 0.5
    neg = rules == "torch" and rng.random() < 0.05 and kind.name not in NO_NEGATIVE  # no copy
    return View(Layout(shape, tuple(strides), offset, size), kind, conj, neg)


def odd_stride(rng: random.Random, stride: int, size: int, rules: Rules) -> int:
    """Zero, or one that an as_strided could have made; negative or of half elements where NumPy is followed."""
    whole = (0, size, 2 * size, 3 * size, 7 * size, 2 * stride)
    return rng.choice(whole if rules == "torch" else (*whole, -stride, -size, rng.randint(-9, 9), stride + 1))


def operation(rng: random.Random, layout: Layout, rules: Rules) -> Primitive:
    """Any primitive; most can be done, some cannot."""
    [kind] = rng.choices(list(MAKERS), [weight(kind) for kind in MAKERS])
    return MAKERS[kind](rng, layout, rules)


def _axis(rng: random.Random, ndim: int) -> int:
    return rng.randint(-ndim - 2, ndim + 1) if rng.random() < 0.1 or not ndim else rng.randrange(-ndim, ndim)


def _permute(rng: random.Random, layout: Layout, _rules: Rules) -> Permute:
    ndim = len(layout.shape)
    axes = [axis - ndim * rng.choice((0, 0, 1)) for axis in rng.sample(range(ndim), ndim)]
    if rng.random() < 0.1:
        axes = [rng.randint(-3, 3) for _ in range(rng.randint(0, 4))]
    return Permute(tuple(axes))


def _slice(rng: random.Random, layout: Layout, rules: Rules) -> Slice:
    axis = _axis(rng, len(layout.shape))
    far = rng.choice((3, 3, 7, 2**40))
    ends = [rng.choice((None, None, rng.randint(-far, far))) for _ in range(2)]
    steps = (None, 1, 2, 3, 5) if rules == "torch" and rng.random() < 0.9 else (None, 1, 2, -1, -1, -2, 0, 7, -1000)
    return Slice(axis, ends[0], ends[1], rng.choice(steps))


def _select(rng: random.Random, layout: Layout, _rules: Rules) -> Select:
    return Select(_axis(rng, len(layout.shape)), rng.choice((0, 0, -1, 1, 2, rng.randint(-9, 9))))


def _expand(rng: random.Random, layout: Layout, _rules: Rules) -> Expand:
    kept = [rng.choice((n, n, -1)) if n != 1 else rng.choice((1, 1, 2, 5, 0, -1)) for n in layout.shape]
    new = [rng.choice((1, 1, 2, 3, 0)) for _ in range(rng.choice((0, 0, 1, 2)))]
    if rng.random() < 0.15:
        return Expand(tuple(rng.randint(-2, 4) for _ in range(rng.randint(0, 4))))
    return Expand((*new, *kept))


def _reshape(rng: random.Random, layout: Layout, _rules: Rules) -> Reshape:
    """Axes merged and split; those of a view out of order merged all, which copies and says why."""
    sizes = list(layout.shape)
    if order_break(layout) is not None and rng.random() < 0.7:
        return Reshape((prod(sizes),), rng.choice(("view", "reshape", "reshape")))
    for _ in range(rng.randint(0, 4)):
        at = rng.randint(0, len(sizes))
        if rng.random() < 0.5 and at + 1 < len(sizes):
            sizes[at : at + 2] = [sizes[at] * sizes[at + 1]]
        elif at < len(sizes) and sizes[at] > 1:
            part = rng.choice([d for d in range(1, min(sizes[at], 60) + 1) if sizes[at] % d == 0])
            sizes[at : at + 1] = [part, sizes[at] // part]
        else:
            sizes.insert(at, 1)
    if sizes and rng.random() < 0.25:
        sizes[rng.randrange(len(sizes))] = rng.choice((-1, -1, -1, -2, 0, 2))
    if rng.random() < 0.1:
        sizes = [rng.randint(-1, 6) for _ in range(rng.randint(0, 3))]
    return Reshape(tuple(sizes), rng.choice(("view", "reshape")))


def _insert(rng: random.Random, layout: Layout, _rules: Rules) -> InsertAxis:
    return InsertAxis(_axis(rng, len(layout.shape) + 1))


def _drop(rng: random.Random, layout: Layout, _rules: Rules) -> DropAxes:
    ndim = len(layout.shape)
    ones = [axis for axis, n in enumerate(layout.shape) if n == 1]
    return DropAxes(rng.choice((None, tuple(ones), tuple(ones[:1]), tuple(_axis(rng, ndim) for _ in range(2)))))


def _reinterpret(rng: random.Random, _layout: Layout, rules: Rules) -> Reinterpret:
    return Reinterpret(rng.choice(KINDS if rules == "numpy" else KINDS[:-3]))


def weight(kind: type[Primitive]) -> int:
    """How often a primitive is taken: a reshape has most to say."""
    return 2 if kind is Reshape else 1


MAKERS: dict[type[Primitive], Callable[[random.Random, Layout, Rules], Primitive]] = {
    Permute: _permute,
    Slice: _slice,
    Select: _select,
    Expand: _expand,
    Reshape: _reshape,
    InsertAxis: _insert,
    DropAxes: _drop,
    Reinterpret: _reinterpret,
    Copy: lambda _rng, _layout, _rules: Copy(),
}


def probe(rng: random.Random, layout: Layout) -> Json:
    """What the facts are asked about: a byte, an index, the bytes of a storage."""
    touched = extent(layout)
    index = [rng.randint(-n - (rng.random() < 0.05), max(n - 1, 0)) for n in layout.shape]
    return {
        "byte": rng.randint(touched.start - 2, max(touched.stop, touched.start) + 2),
        "index": index[1:] if rng.random() < 0.05 else index,
        "nbytes": max(touched.stop + rng.choice((0, 0, 0, 1, 5, -1)), 0),
    }


def tried(view: View, op: Primitive, rules: Rules) -> tuple[Json, View]:
    """What Python says of an operation, and the view that a chain goes on with: the same where it is refused."""
    try:
        outcome = apply(view, op, rules)
    except TensorlabError as error:
        return refusal(error), view
    if isinstance(outcome, Refused):
        return as_outcome(outcome), view
    return as_outcome(outcome), outcome.result if isinstance(outcome, CopyNeeded) else outcome


def refusal(error: TensorlabError) -> Json:
    """An exception as the page tells it."""
    return as_outcome(Refused(type(error).__name__, error.message))


def answered(ask: Callable[[], object]) -> object:
    """An answer, or the exception that came instead."""
    try:
        return ask()
    except TensorlabError as error:
        return refusal(error)


def as_layout(layout: Layout) -> Json:
    """Of JSON's own types."""
    shape, strides = list(layout.shape), list(layout.strides)
    return {"shape": shape, "strides": strides, "offset": layout.offset, "itemsize": layout.itemsize}


def as_dtype(kind: DType) -> Json:
    """What the page is told of a dtype."""
    return {"name": kind.name, "itemsize": kind.itemsize, "kind": kind.kind}


def as_view(view: View) -> Json:
    """A view as the page has it."""
    return {"layout": as_layout(view.layout), "dtype": as_dtype(view.dtype), "conj": view.conj, "neg": view.neg}


def as_outcome(outcome: Outcome) -> Json:
    """An outcome as the page tells it."""
    text = str(outcome)
    if isinstance(outcome, Refused):
        return {"kind": "refused", "error": outcome.error, "message": outcome.message, "text": text}
    if isinstance(outcome, View):
        return {"kind": "view", "view": as_view(outcome), "text": text}
    numbers = {name: getattr(outcome, name) for name in ("cause", "stride", "needed", "count")}
    axes = None if outcome.axes is None else list(outcome.axes)
    return {"kind": "copy", "result": as_view(outcome.result), "axes": axes, "text": text} | numbers


def as_op(op: Primitive) -> Json:
    """An operation as the page has it."""
    fields = {name: getattr(op, name) for name in op.__slots__ if name != "order"}  # the page counts in C order alone
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}
    if isinstance(op, Reinterpret):
        plain["dtype"] = as_dtype(op.dtype)
    return {"op": WORDS[type(op)]} | plain


def facts(layout: Layout, asked: Json) -> Json:
    """What Python says of a layout."""
    touched, whole = extent(layout), in_elements(layout)
    breaks = {order: answered(lambda order=order: _broken(layout, order)) for order in ORDERS}  # type: ignore[misc]  # a default binds it
    return {
        "numel": numel(layout.shape),
        "nbytes": nbytes(layout),
        "inElements": None if whole is None else {"offset": whole[0], "strides": list(whole[1])},
        "extent": {"start": touched.start, "stop": touched.stop},
        "fits": fits(layout, asked["nbytes"]),
        "elements": answered(lambda: formula(layout)),
        "bytes": formula(layout, "bytes"),
        "breaks": breaks,
        "orders": list(contiguous_orders(layout)),
        "words": order_words(layout),
        "dense": is_dense(layout),
        "broadcast": list(broadcast_axes(layout)),
        "coverage": coverage(layout),
        "overlaps": self_overlap(layout).answer.value,
        "address": answered(lambda: address(layout, tuple(asked["index"]))),
        "addresses": [reference_address(layout, index) for index in all_indices(layout)],
        "indices": [list(index) for index in indices(layout, asked["byte"])],
        "usage": usage(layout, asked["nbytes"]),
    }


def _broken(layout: Layout, order: Any) -> Json | None:
    found = order_break(layout, order)
    return None if found is None else found._asdict()


def usage(layout: Layout, size: int) -> Json:
    """How many elements cover each cell, by walking all of them."""
    unit = ruler(layout, size)
    uses = byte_uses(layout) if prod(layout.shape) else Counter[int]()
    counts = [uses[cell * unit.bytes] for cell in range(unit.cells)]
    return {"unit": unit.unit, "bytes": unit.bytes, "cells": unit.cells, "rest": unit.rest, "counts": counts}


def is_witness(layout: Layout, witness: list[list[int]], byte: int) -> bool:
    """Whether two different indices inside the shape both cover that byte."""
    inside = all(0 <= i < n for index in witness for i, n in zip(index, layout.shape, strict=True))
    starts = [reference_address(layout, tuple(index)) for index in witness]
    return inside and witness[0] != witness[1] and all(start <= byte < start + layout.itemsize for start in starts)


def wild(rng: random.Random) -> tuple[Json, Json]:
    """A view with numbers of any size and an operation on it, and what Python makes of it, which counts without end."""
    rules: Rules = rng.choice(["torch", "numpy"])
    kind = rng.choice(KINDS[:-3])
    shape = tuple(rng.choice((1, 2, 3, 10**6, 2**31, 0, 7)) for _ in range(rng.randint(0, 4)))
    strides = tuple(rng.choice((0, kind.itemsize, 2**20, 2**40 * kind.itemsize, 2**52, -8)) for _ in shape)
    offset = rng.choice((0, 0, kind.itemsize, 2**51, 2**60))
    view = View(Layout(shape, strides, offset, kind.itemsize), kind)
    op = operation(rng, view.layout, rules) if numel(shape) <= MOST or rng.random() < 0.5 else Copy()
    told, _ = tried(view, op, rules)
    return {"rules": rules, "view": as_view(view), "op": as_op(op), "byte": rng.choice((0, 4096, 2**45))}, told


ODD: tuple[Any, ...] = (
    None, "word", "__proto__", 1.5, -1, 2**70, [], [1.5], [None], {}, {"op": "constructor"}, [[]], True,
)  # fmt: skip


def mangled_part(rng: random.Random, given: Json) -> Json:
    """The same with one thing that cannot be read: a word, nothing, half a number, a name that every object has."""
    key = rng.choice(list(given))
    inner = given[key]
    if isinstance(inner, dict) and rng.random() < 0.8:
        return given | {key: mangled_part(rng, inner)}
    return given | {key: rng.choice(ODD)}
