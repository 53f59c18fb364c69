from __future__ import annotations

import dataclasses
import random
from collections import Counter
from itertools import chain, permutations, product
from math import prod
from typing import TYPE_CHECKING, Any, Literal, get_args

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from support.layouts import layouts
from views.oracle import (
    FLAGS,
    as_array,
    as_tensor,
    check,
    numpy_primitive,
    predicted,
    seen_numpy,
    seen_torch,
    small_views,
    view_of,
)

from tensorlab.errors import LayoutError
from tensorlab.layout.dtype import DTYPES, dtype
from tensorlab.layout.record import Layout
from tensorlab.views import primitives
from tensorlab.views.apply import apply
from tensorlab.views.record import (
    PRIMITIVES,
    AsStrided,
    Convert,
    Copy,
    CopyNeeded,
    Diagonal,
    DropAxes,
    Expand,
    Flip,
    InsertAxis,
    Part,
    Permute,
    Refused,
    Reinterpret,
    Reshape,
    Rules,
    Select,
    Slice,
    Unfold,
    View,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tensorlab.views.record import Primitive

RULES: tuple[Rules, ...] = get_args(Rules)
NO_INTEGER: Any = 1.5


def _permutes(view: View) -> Iterator[Permute]:
    ndim = len(view.layout.shape)
    for axes in permutations(range(ndim)):
        yield Permute(axes)
        yield Permute(tuple(a - ndim if a % 2 else a for a in axes))
    for wrong in ((0,) * ndim, (ndim,) * ndim, (*range(ndim), 0), (0, 0, 9), (0, 9), (9, 9)):
        yield Permute(wrong)


def _slices(view: View) -> Iterator[Slice]:
    ends = (None, *range(-4, 5)) if len(view.layout.shape) == 1 else (None, 0, 1, -1, 9)
    steps = (None, -4, -2, -1, 0, 1, 2, 3, 4, 9) if len(view.layout.shape) == 1 else (None, -1, 2)
    for axis in range(len(view.layout.shape) + 1):
        for start, stop, step in product(ends, ends, steps):
            yield Slice(axis, start, stop, step)


def _selects(view: View) -> Iterator[Select]:
    for axis, index in product(range(len(view.layout.shape)), range(-5, 5)):
        yield Select(axis, index)


def _expands(view: View) -> Iterator[Expand]:
    ndim = len(view.layout.shape)
    for count in (max(ndim - 1, 0), ndim, ndim + 1, ndim + 2):
        for shape in product((-2, -1, 0, 1, 2, 3) if ndim < 2 else (-1, 1, 2, 3), repeat=count):
            yield Expand(shape)


def _shapes_of(count: int, most: int) -> Iterator[tuple[int, ...]]:
    """Every shape of that many elements with at most so many axes."""
    sides = [n for n in range(count + 1) if n and count % n == 0] if count else [0, 1, 3]
    for ndim in range(most + 1):
        yield from (shape for shape in product(sides, repeat=ndim) if prod(shape) == count)


def _reshapes(view: View) -> Iterator[Reshape]:
    shapes = list(_shapes_of(prod(view.layout.shape), 3 if len(view.layout.shape) < 4 else 2))
    opened = [(*shape[:axis], -1, *shape[axis + 1 :]) for shape in shapes for axis in range(len(shape))]
    wrong = [(5,), (-1, 5), (0, -1), (-1, -1), (-2, 3), (-1, -3), (2, -5)]
    for shape in chain(shapes, opened, wrong):
        yield Reshape(shape)
    for shape in chain(shapes, wrong):
        yield Reshape(shape, "view")
    yield Reshape((1, *view.layout.shape, 1, 1))


def _reshapes_once(view: View) -> Iterator[Reshape]:
    """Of three axes each shape once, as view or reshape, its open size at one place; the slow test has them all."""
    if len(view.layout.shape) < 3:
        yield from _reshapes(view)
        return
    for at, shape in enumerate(_shapes_of(prod(view.layout.shape), 3)):
        yield Reshape(shape, "view" if at % 2 else "reshape")
        if shape and at % 3 == 0:
            open_at = at // 3 % len(shape)
            yield Reshape((*shape[:open_at], -1, *shape[open_at + 1 :]))


def _inserts(view: View) -> Iterator[InsertAxis]:
    ndim = len(view.layout.shape)
    yield from map(InsertAxis, range(-ndim - 1, ndim + 1))


def _drops(view: View) -> Iterator[DropAxes]:
    ndim = len(view.layout.shape)
    yield DropAxes()
    for count in range(3):
        yield from map(DropAxes, product(range(-ndim - 1, ndim + 2), repeat=count))


NAMES = ("uint8", "int16", "int32", "float32", "int64", "complex64", "complex128")
"""Of every itemsize; two of 4 bytes, and two of 8."""


def _reinterprets(_view: View) -> Iterator[Reinterpret]:
    yield from (Reinterpret(dtype(name)) for name in NAMES)


def _copies(_view: View) -> Iterator[Copy]:
    yield Copy()


def _diagonals(view: View) -> Iterator[Diagonal]:
    ndim = len(view.layout.shape)
    for first, second, shift in product(range(-ndim - 1, ndim + 1), range(-ndim - 1, ndim + 1), range(-4, 5)):
        yield Diagonal(first, second, shift)


def _unfolds(view: View) -> Iterator[Unfold]:
    ndim = len(view.layout.shape)
    for axis, size, step in product(range(-ndim - 1, ndim + 1), range(5), range(4)):
        yield Unfold(axis, size, step)


def _strided(view: View) -> Iterator[AsStrided]:
    """Inside what the view touches: its own axes, each whole, cut to one or to none, or with stride 0."""
    layout = view.layout
    for chosen in permutations(range(len(layout.shape))):
        shape = tuple(layout.shape[axis] for axis in chosen)
        strides = tuple(layout.strides[axis] for axis in chosen)
        yield AsStrided(shape, strides)
        yield AsStrided(shape, (0,) * len(shape))
        yield AsStrided((1, *shape), (layout.itemsize, *strides))
        yield AsStrided((*shape, 0), (*strides, 2 * layout.itemsize))
        yield AsStrided(shape, (*strides, layout.itemsize))


PARTS: tuple[Part, ...] = tuple(Part(part) for part in ("real", "imag", "pairs", "join"))
NUMPY_PARTS = PARTS[:2]


def _parts(_view: View) -> Iterator[Part]:
    yield from PARTS


def _flips(_view: View) -> Iterator[Flip]:
    yield from (Flip("conj"), Flip("neg"))


def _converts(_view: View) -> Iterator[Convert]:
    yield from (Convert("C"), Convert("K"), Convert("C", cause="always"), Convert("K", cause="always"))
    yield from (Convert("K", dtype(name)) for name in ("int32", "float64", "uint8"))


def _fits(op: Primitive, rules: Rules) -> bool:
    """Whether the library has such a word; the page of the primitive says which it has not."""
    return rules == "torch" or not (isinstance(op, Flip) or (isinstance(op, Part) and op not in NUMPY_PARTS))


EXHAUSTIVE: dict[type[Primitive], tuple[Callable[[View], Iterable[Primitive]], tuple[int, ...]]] = {
    Permute: (_permutes, (0, 1, 2, 3)),
    Slice: (_slices, (0, 1, 2)),
    Select: (_selects, (0, 1, 2)),
    Expand: (_expands, (0, 1, 2)),
    Reshape: (_reshapes_once, (0, 1, 2, 3)),
    InsertAxis: (_inserts, (0, 1, 2, 3)),
    DropAxes: (_drops, (0, 1, 2)),
    Reinterpret: (_reinterprets, (0, 1, 2, 3)),
    Copy: (_copies, (0, 1, 2, 3)),
    Diagonal: (_diagonals, (0, 1, 2)),
    Unfold: (_unfolds, (0, 1, 2)),
    AsStrided: (_strided, (0, 1, 2)),
    Part: (_parts, (0, 1, 2)),
    Flip: (_flips, (0, 1, 2)),
    Convert: (_converts, (0, 1, 2, 3)),
}
"""Every operation worth trying on a view, and on how many axes."""


@st.composite
def _broadcasts(draw: st.DrawFn, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape that this one expands to. Shrinks to itself."""
    new = draw(st.lists(st.integers(0, 3), max_size=2))
    return (*new, *(draw(st.sampled_from([n, -1]) if n != 1 else st.integers(-1, 5)) for n in shape))


@st.composite
def _regrouped(draw: st.DrawFn, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape of as many elements: axes split, merged, of size 1, one left open. Shrinks to one axis."""
    left = prod(shape)
    sizes: list[int] = []
    for _ in range(draw(st.integers(0, 4))):
        sizes.append(draw(st.sampled_from([n for n in range(1, left + 1) if left % n == 0] or [0])))
        left = left // sizes[-1] if sizes[-1] else 0
    sizes.append(left)
    if draw(st.booleans()):
        sizes[draw(st.integers(0, len(sizes) - 1))] = -1
    return tuple(sizes)


AXES = st.integers(-5, 5)
ENDS = st.none() | st.integers(-6, 6) | st.integers(-(2**40), 2**40)
SIZES = st.lists(st.integers(-2, 6), max_size=6).map(tuple)
GIVEN: dict[type[Primitive], Callable[[View], st.SearchStrategy[Any]]] = {
    Permute: lambda v: st.builds(
        Permute, st.permutations(range(len(v.layout.shape))).map(tuple) | st.lists(AXES, max_size=5).map(tuple)
    ),
    Slice: lambda v: st.builds(Slice, st.integers(0, len(v.layout.shape)), ENDS, ENDS, st.none() | st.integers(-6, 6)),
    Select: lambda v: st.builds(
        Select, st.integers(0, max(len(v.layout.shape) - 1, 0)) if v.layout.shape else st.just(0), st.integers(-6, 6)
    ),
    Expand: lambda v: st.builds(Expand, _broadcasts(v.layout.shape) | SIZES),
    Reshape: lambda v: st.builds(Reshape, _regrouped(v.layout.shape) | SIZES, st.sampled_from(["view", "reshape"])),
    InsertAxis: lambda v: st.builds(InsertAxis, st.integers(-len(v.layout.shape) - 1, len(v.layout.shape))),
    DropAxes: lambda _: st.builds(DropAxes, st.none() | st.lists(AXES, max_size=3).map(tuple)),
    Reinterpret: lambda _: st.sampled_from(NAMES).map(dtype).map(Reinterpret),
    Copy: lambda _: st.just(Copy()),
    Diagonal: lambda _: st.builds(Diagonal, AXES, AXES, AXES),
    Unfold: lambda _: st.builds(Unfold, AXES, st.integers(0, 6), st.integers(0, 4)),
    AsStrided: lambda v: st.sampled_from([*_strided(v)][:200]),
    Part: lambda _: st.sampled_from(PARTS),
    Flip: lambda _: st.sampled_from([Flip("conj"), Flip("neg")]),
    Convert: lambda v: st.sampled_from(list(_converts(v))),
}
"""Any operation on any view. Each shrinks to few and small numbers."""


def _check_one(view: View, op: Primitive, rules: Rules, made: Any) -> None:
    """An empty diagonal of NumPy's may begin before the memory of its array, where no layout can."""
    try:
        outcome = apply(view, op, rules)
    except LayoutError:
        assert isinstance(op, Diagonal)
        seen, _ = seen_numpy(made, lambda: numpy_primitive(made, op))
        assert isinstance(seen[3], int)
        assert seen[3] < 0
    else:
        check(view, op, outcome, rules, made)


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("kind", EXHAUSTIVE, ids=lambda kind: kind.__name__)
def test_every_small_case_is_predicted(kind: type[Primitive], rules: Rules) -> None:
    operations, ndims = EXHAUSTIVE[kind]
    for view, made in small_views(ndims, range(4), rules):
        for op in operations(view):
            if _fits(op, rules):
                _check_one(view, op, rules, made)


@pytest.mark.slow
@pytest.mark.parametrize("rules", RULES)
def test_every_reshape_of_three_and_four_axes_is_predicted(rules: Rules) -> None:
    count = 0
    for view, made in chain(small_views((3,), range(4), rules), small_views((4,), (1, 2, 3), rules)):
        for op in _reshapes(view):
            check(view, op, apply(view, op, rules), rules, made)
            count += 1
    assert count > 500_000


SIZES_OF_RESHAPE = (0, 1, 1, 2, 2, 3, 4, 6, 8, 12)


def _random_reshape(rng: random.Random, rules: Rules) -> tuple[View, Reshape]:
    """Up to 6 axes in any order, with gaps and odd strides on size 1, under a shape of as many elements."""
    shape = tuple(rng.choice(SIZES_OF_RESHAPE) for _ in range(rng.randint(0, 6)))
    while prod(shape) > 4096:
        shape = shape[1:]
    order = rng.sample(range(len(shape)), len(shape)) if rng.random() < 0.5 else list(range(len(shape)))
    strides, step = [0] * len(shape), 4
    for axis in reversed(order):
        strides[axis] = rng.choice((step, step, step, step, 0)) if shape[axis] != 1 else 4 * rng.randint(0, 9)
        step *= max(shape[axis], 1) * rng.choice((1, 1, 1, 1, 2))
    if rules == "numpy":
        strides = [stride * rng.choice((1, 1, 1, 1, 1, 1, -1)) for stride in strides]
    low = sum(min(0, (n - 1) * s) for n, s in zip(shape, strides, strict=True) if n)
    sizes = [*shape] if rng.random() < 0.75 else [prod(shape)]
    for _ in range(rng.randint(0, 4)):
        at = rng.randint(0, len(sizes))
        if rng.random() < 0.5 and at + 1 < len(sizes):
            sizes[at : at + 2] = [sizes[at] * sizes[at + 1]]
        elif at < len(sizes) and sizes[at] > 1:
            part = rng.choice([d for d in range(1, sizes[at] + 1) if sizes[at] % d == 0])
            sizes[at : at + 1] = [part, sizes[at] // part]
        else:
            sizes.insert(at, 1)
    if sizes and rng.random() < 0.1:
        sizes[rng.randrange(len(sizes))] = rng.choice((-1, -1, -1, 2))
    fortran = rules == "numpy" and rng.random() < 0.3
    mode: Literal["view", "reshape"] = rng.choice(("view", "reshape"))
    return view_of(Layout(shape, tuple(strides), 4 - low, 4)), Reshape(tuple(sizes), mode, "F" if fortran else "C")


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(10))
@pytest.mark.parametrize("rules", RULES)
def test_a_million_reshapes_are_predicted(rules: Rules, chunk: int) -> None:
    rng = random.Random(f"reshapes of {rules}, {chunk}")
    kinds: Counter[str] = Counter()
    for _ in range(50_000):
        view, op = _random_reshape(rng, rules)
        outcome = apply(view, op, rules)
        check(view, op, outcome, rules, as_tensor(view) if rules == "torch" else as_array(view))
        kinds[type(outcome).__name__] += 1
    assert min(kinds["View"], kinds["CopyNeeded"], kinds["Refused"]) > 3000, kinds


@pytest.mark.parametrize("rules", RULES)
def test_some_reshapes_of_many_axes_are_predicted(rules: Rules) -> None:
    rng = random.Random(f"some reshapes of {rules}")
    for _ in range(3_000):
        view, op = _random_reshape(rng, rules)
        check(view, op, apply(view, op, rules), rules, as_tensor(view) if rules == "torch" else as_array(view))


WORDS = [(kind, rules) for kind in GIVEN for rules in RULES if (kind, rules) != (Flip, "numpy")]


@pytest.mark.parametrize(("kind", "rules"), WORDS, ids=lambda word: getattr(word, "__name__", word))
@given(data=st.data())
def test_any_case_is_predicted(kind: type[Primitive], rules: Rules, data: st.DataObject) -> None:
    layout = data.draw(layouts(aligned=rules == "torch"), "layout")
    view = view_of(layout)
    op = data.draw(GIVEN[kind](view), "operation")
    assume(_fits(op, rules))
    _check_one(view, op, rules, as_tensor(view) if rules == "torch" else as_array(view))


@pytest.mark.filterwarnings("ignore:Casting complex values")
@pytest.mark.parametrize("kind", GIVEN, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_conj_and_neg_bits_are_carried_and_a_copy_applies_them(kind: type[Primitive], data: st.DataObject) -> None:
    flag = data.draw(st.sampled_from(sorted(FLAGS)), "flag")
    size = 8 if flag == "conj" else 4
    shape = data.draw(st.lists(st.integers(0, 3), max_size=4), "shape")
    strides = tuple(size * data.draw(st.integers(0, 9)) for _ in shape)
    view = view_of(Layout(tuple(shape), strides, size, size), flag)
    op = data.draw(GIVEN[kind](view), "operation")
    check(view, op, apply(view, op, "torch"), "torch", as_tensor(view))


def test_each_primitive_has_an_exhaustive_and_a_given_test() -> None:
    defined = {
        value
        for value in vars(primitives).values()
        if dataclasses.is_dataclass(value) and isinstance(value, type) and value.__module__ == primitives.__name__
    }
    assert set(PRIMITIVES) == defined
    assert set(EXHAUSTIVE) == set(PRIMITIVES)
    assert set(GIVEN) == set(PRIMITIVES)


def test_the_device_is_carried() -> None:
    view = View(Layout((2, 3), (4, 8), itemsize=4), view_of(Layout((), (), itemsize=4)).dtype, device="cuda:0")
    same, copy = apply(view, Permute((1, 0)), "torch"), apply(view, Reshape((6,)), "torch")
    assert isinstance(same, View)
    assert same.device == "cuda:0"
    assert isinstance(copy, CopyNeeded)
    assert copy.result.device == "cuda:0"


def test_the_pair_that_cannot_merge_is_named() -> None:
    view = view_of(Layout((6, 1, 4), (4, 999, 24), itemsize=4))
    outcome = apply(view, Reshape((24,)), "numpy")
    assert str(outcome) == "COPY: axes 0 and 2 cannot merge: stride[0]=1, needs 4*6=24 elements"
    refused = apply(view, Reshape((24,), "view"), "torch")
    assert refused == Refused("RuntimeError", f"no view has shape (24,); {str(outcome).removeprefix('COPY: ')}")


def test_an_unaligned_field_is_told_in_bytes() -> None:
    view = view_of(Layout((2, 3), (5, 10), itemsize=4))
    outcome = apply(view, Reshape((6,)), "numpy")
    assert str(outcome) == "COPY: axes 0 and 1 cannot merge: stride[0]=5, needs 3*10=30 bytes"


@pytest.mark.filterwarnings("ignore:ComplexHalf support")
@pytest.mark.parametrize("name", sorted(DTYPES))
def test_a_negative_is_copied_where_torch_computes_it(name: str) -> None:
    number = getattr(torch, name)
    size = DTYPES[name].itemsize
    made = torch.zeros(2, 2, dtype=torch.uint8).repeat(1, size).view(number)._neg_view()
    view = View(Layout((2, 2), (2 * size, size), itemsize=size), DTYPES[name], neg=True)
    outcome = apply(view, Copy(), "torch")
    assert predicted(outcome) == seen_torch(made, made.clone)[0]
    empty = View(Layout((0, 2), (2 * size, size), itemsize=size), DTYPES[name], neg=True)
    assert isinstance(apply(empty, Copy(), "torch"), CopyNeeded)


def test_a_negative_size_beside_an_empty_axis_is_refused_where_torch_is_not_careful() -> None:
    outcome = apply(view_of(Layout((1,), (4,), itemsize=4)), Expand((0, 1, -2)), "torch")
    assert isinstance(outcome, Refused)
    assert tuple(torch.ones(1).broadcast_to((0, 1, -2)).shape) == (0, 1, -2)


def test_a_view_that_could_not_exist_is_refused() -> None:
    view = view_of(Layout((3,), (-4,), itemsize=4))
    with pytest.raises(LayoutError, match="offset and itemsize cannot be negative"):
        apply(view, Select(0, 2), "numpy")
