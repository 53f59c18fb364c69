"""Random calls of every name of the tables, on a view of a given kind: most can be done, some cannot."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from tensorlab.layout.dtype import dtype
from tensorlab.layout.facts import is_contiguous
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import canonical_strides
from tensorlab.views.calls import Call
from tensorlab.views.record import View

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from tensorlab.layout.dtype import DType
    from tensorlab.views.record import Rules

    Maker = Callable[[random.Random, View], Call]

KINDS = tuple(map(dtype, ("uint8", "int16", "float32", "float64", "int64", "complex64")))
"""Of every itemsize; those that a view is read as, and those that it is converted to."""
SECTIONED = frozenset({"tensor_split", "dsplit", "hsplit", "vsplit"})
FORMATS = ("contiguous_format", "channels_last", "channels_last_3d", "preserve_format")


def axis_of(rng: random.Random, ndim: int) -> int:
    """An axis from either end, now and then one that is not there."""
    return rng.randint(-ndim - 1, ndim) if rng.random() < 0.04 or not ndim else rng.randrange(-ndim, ndim)


def named(rng: random.Random, name: str, **values: object) -> Call:
    """Some leading arguments by position and the others by name, those at their end perhaps left to be None."""
    items = list(values.items())
    cut = rng.choice((0, len(items), len(items), rng.randint(0, len(items))))
    return Call(name, tuple(value for _, value in items[:cut]), tuple(items[cut:]))


def cut_of(rng: random.Random, n: int, rules: Rules) -> slice:
    """A slice of an axis of that size."""
    ends = [rng.choice((None, None, rng.randint(-n - 1, n + 1))) for _ in range(2)]
    steps = (None, 1, 2, 3) if rules == "torch" and rng.random() < 0.99 else (None, -3, -2, -1, 1, 2)
    return slice(ends[0], ends[1], rng.choice(steps))


def indexed(rng: random.Random, view: View, rules: Rules) -> Call:
    """Integers, slices, None and an Ellipsis."""
    shape = view.layout.shape
    taken = rng.randint(0, len(shape))
    dots = rng.random() < 0.4
    parts: list[object] = []
    for axis in range(taken):
        n = shape[axis - taken if dots else axis]
        number = rng.randint(-n, n - 1) if n else 0
        parts.append(number if rng.random() < 0.25 else cut_of(rng, n, rules))
        if rng.random() < 0.1:
            parts.append(None)
    if dots:
        parts.insert(0, ...)
    return Call("getitem", (parts[0] if len(parts) == 1 else tuple(parts),))


def regrouped(rng: random.Random, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape of as many elements: neighbours merged, axes split, axes of size 1, one left open."""
    if rng.random() < 0.25:
        return rng.choice([(-1,), (prod(shape),), (1, prod(shape))])
    sizes = list(shape)
    for _ in range(rng.randint(1, 3)):
        at = rng.randint(0, len(sizes))
        if rng.random() < 0.4 and at + 1 < len(sizes):
            sizes[at : at + 2] = [sizes[at] * sizes[at + 1]]
        elif at < len(sizes) and sizes[at] > 1:
            part = rng.choice([d for d in range(1, sizes[at] + 1) if sizes[at] % d == 0])
            sizes[at : at + 1] = [part, sizes[at] // part]
        else:
            sizes.insert(at, 1)
    if sizes and rng.random() < 0.3:
        sizes[rng.randrange(len(sizes))] = rng.choice([*[-1] * 12, 2])
    return tuple(sizes)


def broadcast(rng: random.Random, shape: tuple[int, ...], rules: Rules) -> tuple[int, ...]:
    """A shape that this one expands to."""
    grown = tuple(rng.choice([1, 2, 3]) if n == 1 else n for n in shape)
    kept = tuple(-1 if rules == "torch" and rng.random() < 0.2 else n for n in grown)
    return (*[rng.randint(1, 2) for _ in range(rng.randint(0, 1))], *kept)


def _permuted(rng: random.Random, ndim: int) -> tuple[int, ...]:
    return tuple(rng.sample(range(ndim), ndim))


def _squeezed(rng: random.Random, shape: tuple[int, ...]) -> tuple[object, ...]:
    ones = [axis for axis, n in enumerate(shape) if n == 1]
    return rng.choice([(), (tuple(ones),), (axis_of(rng, len(shape)),), (rng.choice(ones or [0]),)])


def _moved(rng: random.Random, view: View, name: str) -> Call:
    ndim = len(view.layout.shape)
    if rng.random() < 0.5:
        return named(rng, name, source=axis_of(rng, ndim), destination=axis_of(rng, ndim))
    count = rng.randint(0, ndim)
    source, destination = _permuted(rng, ndim)[:count], [axis_of(rng, ndim) for _ in range(count)]
    return named(rng, name, source=source, destination=rng.choice([_permuted(rng, ndim)[:count], tuple(destination)]))


def _size(view: View, axis: int) -> int:
    shape = view.layout.shape
    return shape[axis] if -len(shape) <= axis < len(shape) else 1


def _diagonal(rng: random.Random, view: View, name: str, words: tuple[str, str]) -> Call:
    ndim = len(view.layout.shape)
    shift, pair = rng.randint(-3, 3), rng.sample(range(ndim), 2) if ndim > 1 else [0, 1]
    if rng.random() < 0.1:
        pair = [axis_of(rng, ndim), axis_of(rng, ndim)]
    values: dict[str, object] = {"offset": shift, words[0]: pair[0], words[1]: pair[1] - rng.choice((0, ndim))}
    if name == "linalg_diagonal":
        return Call(name, (), tuple(values.items()))
    return named(rng, name, **dict(list(values.items())[: rng.choice((0, 1, 3, 3))]))


def _unfold(rng: random.Random, view: View) -> Call:
    axis = axis_of(rng, len(view.layout.shape))
    n = _size(view, axis)
    return named(rng, "unfold", dimension=axis, size=rng.randint(0, n + (rng.random() < 0.1)), step=rng.randint(1, 3))


def _windows(rng: random.Random, view: View) -> Call:
    shape = view.layout.shape
    if rng.random() < 0.5:
        return Call("sliding_window_view", (tuple(rng.randint(min(n, 1), max(n, 1)) for n in shape),))
    axis = axis_of(rng, len(shape))
    return named(
        rng,
        "sliding_window_view",
        window_shape=rng.choice((1, (2,), rng.randint(0, _size(view, axis)))),
        axis=rng.choice((axis, (axis,))),
    )


def _as_strided(rng: random.Random, view: View, name: str, rules: Rules) -> Call:
    """Inside what the view reaches already, or a permutation of the view."""
    layout = view.layout
    unit = layout.itemsize if rules == "torch" else 1
    order = _permuted(rng, len(layout.shape))
    shape, strides = list(layout.shape), [stride // unit for stride in layout.strides]
    for axis in range(len(shape)):
        if rng.random() < 0.3 and shape[axis]:
            shape[axis] = rng.randint(0, shape[axis])
        if rng.random() < 0.2:
            strides[axis] = 0
    values: dict[str, object] = {
        "size" if rules == "torch" else "shape": tuple(shape[axis] for axis in order),
        "stride" if rules == "torch" else "strides": tuple(strides[axis] for axis in order),
    }
    if rules == "numpy" and rng.random() < 0.3:
        return _without_strides(rng, view)
    if name == "as_strided" and rules == "torch" and rng.random() < 0.5:
        values["storage_offset"] = rng.choice((None, layout.offset // unit, layout.offset // unit))
    return named(rng, name, **values)


def _without_strides(rng: random.Random, view: View) -> Call:
    """NumPy counts new strides for a contiguous array, and takes those that there are for any other.

    Never past the end of the elements.
    """
    shape = view.layout.shape
    count = prod(shape)
    sizes: list[tuple[int, ...]] = [(0,), (-1,), shape, tuple(min(n, 2) for n in shape)]
    sizes += [(), (1, 1)] if count else [(3, 0)]
    if is_contiguous(view.layout):
        sizes += [(count,), (count, 1), (1, count), shape[::-1]]
    return rng.choice([Call("as_strided"), *(Call("as_strided", (chosen,)) for chosen in sizes)])


def _narrow(rng: random.Random, view: View) -> Call:
    axis = axis_of(rng, len(view.layout.shape))
    n = _size(view, axis)
    start = rng.randint(-n - (rng.random() < 0.1), n)
    left = n - (start + n if start < 0 else start)
    return named(rng, "narrow", dim=axis, start=start, length=rng.randint(0, max(left, 0) + (rng.random() < 0.05)))


def _unflatten(rng: random.Random, view: View) -> Call:
    axis = axis_of(rng, len(view.layout.shape))
    return named(rng, "unflatten", dim=axis, sizes=regrouped(rng, (_size(view, axis),)))


def _flatten(rng: random.Random, view: View) -> Call:
    ndim = len(view.layout.shape)
    ends = sorted((axis_of(rng, ndim) % max(ndim, 1), axis_of(rng, ndim) % max(ndim, 1)))
    if rng.random() < 0.1:
        ends = [axis_of(rng, ndim), axis_of(rng, ndim)]
    return named(rng, "flatten", **dict(zip(("start_dim", "end_dim"), ends[: rng.choice((0, 1, 2, 2))], strict=False)))


def _slice(rng: random.Random, view: View) -> Call:
    axis = axis_of(rng, len(view.layout.shape))
    part = cut_of(rng, _size(view, axis), "torch")
    return Call("slice", (axis, part.start, part.stop, 1 if part.step is None else part.step)[: rng.randint(0, 4)])


def other_of(shape: tuple[int, ...], kind: DType) -> View:
    """Another tensor."""
    return View(Layout(shape, canonical_strides(shape, kind.itemsize), 0, kind.itemsize), kind)


def _sections(rng: random.Random, n: int) -> int | tuple[int, ...]:
    whole = [d for d in range(1, n + 1) if n % d == 0] or [1, 2]
    picked: tuple[Any, ...] = (
        rng.choice(whole),
        rng.randint(0 if rng.random() < 0.1 else 1, 5),
        tuple(rng.randint(-n - 1, n + 1) for _ in range(rng.randint(0, 3))),
    )
    chosen: int | tuple[int, ...] = rng.choice(picked)
    return chosen


def _sizes(rng: random.Random, n: int) -> tuple[int, ...]:
    ends = sorted(rng.randint(0, n) for _ in range(rng.randint(0, 3)))
    sizes = tuple(b - a for a, b in zip([0, *ends], [*ends, n], strict=True))
    return (*sizes, 1) if rng.random() < 0.05 else sizes


def _split(rng: random.Random, view: View, name: str) -> Call:
    axis = axis_of(rng, len(view.layout.shape))
    n = _size(view, axis)
    first: dict[str, tuple[str, object]] = {
        "split": ("split_size", rng.choice([rng.randint(-1 if rng.random() < 0.2 else 0, n + 1), _sizes(rng, n)])),
        "split_with_sizes": ("split_sizes", _sizes(rng, n)),
        "chunk": ("chunks", rng.randint(0 if rng.random() < 0.1 else 1, 5)),
        "tensor_split": ("indices_or_sections", _sections(rng, n)),
    }
    word, value = first.get(name, first["tensor_split"])
    if rng.random() < 0.2:
        return Call(name, (), ((_word_of(rng, name, word), value), ("dim", axis)))
    return Call(name, (value,), (("dim", axis),)) if axis or rng.random() < 0.5 else Call(name, (value,))


def _word_of(rng: random.Random, name: str, word: str) -> str:
    """torch has two functions that cut at indices or into sections, each with a word of its own."""
    return word if name not in SECTIONED else rng.choice(("indices", "sections", word))


def _numpy_split(rng: random.Random, view: View, name: str) -> Call:
    axis = axis_of(rng, len(view.layout.shape))
    return Call(name, (_sections(rng, _size(view, axis)),), (("axis", axis),))


def _split_along(rng: random.Random, view: View, name: str) -> Call:
    shape = view.layout.shape
    axis = {"hsplit": min(1, len(shape) - 1), "vsplit": 0, "dsplit": 2}[name]
    value = _sections(rng, shape[axis] if 0 <= axis < len(shape) else 2)
    return Call(name, (value,))


def _torch_split_along(rng: random.Random, view: View, name: str) -> Call:
    call = _split_along(rng, view, name)
    word = _word_of(rng, name, "indices_or_sections")
    return call if rng.random() < 0.8 else Call(name, (), ((word, call.args[0]),))


def _to(rng: random.Random, view: View) -> Call:
    words: list[tuple[str, object]] = []
    if rng.random() < 0.3:
        words.append(("copy", rng.random() < 0.5))
    if rng.random() < 0.3:
        words.append(("memory_format", rng.choice(FORMATS)))
    kind = rng.choice((view.dtype, rng.choice(KINDS)))
    first = rng.choice([("cpu",), (kind,), ("cpu", kind), (other_of((1,), kind),), (None,)])
    return Call("to", first, tuple(words))


def _formatted(rng: random.Random, _view: View, name: str, formats: tuple[str, ...] = FORMATS) -> Call:
    return Call(name, (), (("memory_format", rng.choice(formats)),) if rng.random() < 0.5 else ())


def _sized(rng: random.Random, name: str, sizes: tuple[int, ...], word: str) -> Call:
    """One by one, as a tuple or a list, or by name."""
    ways: list[Call] = [Call(name, (sizes,)), Call(name, (list(sizes),)), Call(name, (), ((word, sizes),))]
    if sizes:
        ways += [Call(name, sizes)] * 3
    return rng.choice(ways)


def _numpy_reshape(rng: random.Random, view: View) -> Call:
    shape = regrouped(rng, view.layout.shape)
    words: list[tuple[str, object]] = []
    if rng.random() < 0.6:
        words.append(("order", rng.choice("CFAF")))
    if rng.random() < 0.3:
        words.append(("copy", rng.choice((None, True, False))))
    return Call("reshape", (shape,) if rng.random() < 0.5 or not shape else shape, tuple(words))


def _ordered(rng: random.Random, _view: View, name: str) -> Call:
    return rng.choice([Call(name), Call(name, (rng.choice("CFAK"),)), Call(name, (), (("order", rng.choice("CFAK")),))])


def _astype(rng: random.Random, view: View) -> Call:
    words: list[tuple[str, object]] = []
    if rng.random() < 0.6:
        words.append(("order", rng.choice("CFAK")))
    if rng.random() < 0.6:
        words.append(("copy", rng.random() < 0.4))
    return Call("astype", (rng.choice((view.dtype, rng.choice(KINDS))),), tuple(words))


def _asarray(rng: random.Random, view: View) -> Call:
    words: list[tuple[str, object]] = []
    if rng.random() < 0.4:
        words.append(("dtype", rng.choice((view.dtype, rng.choice(KINDS)))))
    if rng.random() < 0.6:
        words.append(("order", rng.choice("CFAK")))
    if rng.random() < 0.5:
        words.append(("copy", rng.choice((None, True, False))))
    return Call("asarray", (), tuple(words))


def _rot90(rng: random.Random, view: View) -> Call:
    ndim = len(view.layout.shape)
    axes = tuple(rng.sample(range(-ndim, ndim), 2)) if ndim else (0, 1)
    return named(rng, "rot90", **dict([("k", rng.randint(-1, 5)), ("axes", axes)][: rng.choice((0, 1, 2, 2))]))


def _flip(rng: random.Random, view: View) -> Call:
    ndim = len(view.layout.shape)
    return Call("flip", rng.choice([(), (axis_of(rng, ndim),), (_permuted(rng, ndim)[: rng.randint(0, ndim)],)]))


def _with(make: Callable[[random.Random, View, str], Call], name: str) -> Maker:
    return lambda rng, view: make(rng, view, name)


def _bare(name: str) -> Maker:
    return lambda _rng, _view: Call(name)


def _pair(name: str, words: str) -> Maker:
    first, second = words.split()

    def maker(rng: random.Random, view: View) -> Call:
        ndim = len(view.layout.shape)
        return named(rng, name, **{first: axis_of(rng, ndim), second: axis_of(rng, ndim)})

    return maker


def _sliced(rng: random.Random, view: View) -> Call:
    return Call("slice_axis", (rng.randint(0, max(len(view.layout.shape) - 1, 0)), rng.randint(-2, 2), None, 2))


def _unstack(rng: random.Random, view: View) -> Call:
    """Of one axis NumPy gives scalars, which is not modelled: the array as it is."""
    ndim = len(view.layout.shape)
    return Call("view") if ndim == 1 else Call("unstack", (), (("axis", axis_of(rng, ndim)),))


def _select(rng: random.Random, view: View) -> Call:
    axis = axis_of(rng, len(view.layout.shape))
    n = _size(view, axis)
    return named(rng, "select", dim=axis, index=rng.randint(-n - (rng.random() < 0.05), max(n - 1, 0)))


TORCH: dict[str, Maker] = {
    **{
        name: _bare(name)
        for name in [
            "T",
            "H",
            "mH",
            "mT",
            "_neg_view",
            "adjoint",
            "alias",
            "conj",
            "cuda",
            "detach",
            "imag",
            "matrix_H",
            "numpy_T",
            "pin_memory",
            "positive",
            "ravel",
            "real",
            "resolve_conj",
            "resolve_neg",
            "t",
            "view_as_complex",
            "view_as_real",
            "_conj",
        ]
    },
    **{name: _with(_split, name) for name in ("chunk", "split", "split_with_sizes", "tensor_split")},
    **{name: _with(_torch_split_along, name) for name in ("dsplit", "hsplit", "vsplit")},
    **{name: _with(_moved, name) for name in ("moveaxis", "movedim")},
    "_reshape_alias": lambda r, v: _as_strided(r, v, "_reshape_alias", "torch"),
    "as_strided": lambda r, v: _as_strided(r, v, "as_strided", "torch"),
    "broadcast_to": lambda r, v: named(r, "broadcast_to", size=broadcast(r, v.layout.shape, "torch")),
    "clone": lambda r, v: _formatted(r, v, "clone"),
    "contiguous": lambda r, v: _formatted(r, v, "contiguous"),
    "cpu": lambda r, v: _formatted(r, v, "cpu"),
    "diagonal": lambda r, v: _diagonal(r, v, "diagonal", ("dim1", "dim2")),
    "expand": lambda r, v: _sized(r, "expand", broadcast(r, v.layout.shape, "torch"), "size"),
    "expand_as": lambda r, v: Call(
        "expand_as", (other_of(tuple(max(n, 0) for n in broadcast(r, v.layout.shape, "numpy")), KINDS[0]),)
    ),
    "flatten": _flatten,
    "getitem": lambda r, v: indexed(r, v, "torch"),
    "linalg_diagonal": lambda r, v: _diagonal(r, v, "linalg_diagonal", ("dim1", "dim2")),
    "narrow": _narrow,
    "permute": lambda r, v: _sized(r, "permute", _permuted(r, len(v.layout.shape)), "dims"),
    "reshape": lambda r, v: _sized(r, "reshape", regrouped(r, v.layout.shape), "shape"),
    "reshape_as": lambda r, v: Call(
        "reshape_as", (other_of(tuple(max(n, 1) for n in regrouped(r, v.layout.shape)), KINDS[0]),)
    ),
    "select": _select,
    "slice": _slice,
    "slice_axis": _sliced,
    "squeeze": lambda r, v: Call("squeeze", _squeezed(r, v.layout.shape)),
    "swapaxes": _pair("swapaxes", "axis0 axis1"),
    "swapdims": _pair("swapdims", "dim0 dim1"),
    "to": _to,
    "transpose": _pair("transpose", "dim0 dim1"),
    "unbind": lambda r, v: Call("unbind", r.choice([(), (axis_of(r, len(v.layout.shape)),)])),
    "unflatten": _unflatten,
    "unfold": _unfold,
    "unsqueeze": lambda r, v: named(r, "unsqueeze", dim=axis_of(r, len(v.layout.shape) + 1)),
    "view": lambda r, v: (
        _sized(r, "view", regrouped(r, v.layout.shape), "size")
        if r.random() < 0.6
        else Call("view", (r.choice(KINDS),))
    ),
    "view_as": lambda r, v: Call(
        "view_as", (other_of(tuple(max(n, 1) for n in regrouped(r, v.layout.shape)), KINDS[0]),)
    ),
}
CONVERSIONS = [
    "bool",
    "byte",
    "char",
    "double",
    "float",
    "half",
    "int",
    "long",
    "short",
    "cfloat",
    "cdouble",
    "bfloat16",
]
DROPOUTS = ["alpha_dropout", "dropout", "feature_alpha_dropout", "feature_dropout"]


def _dropout(rng: random.Random, _view: View, name: str) -> Call:
    return Call(name, rng.choice([(0.5, False), (0.0, True), (0, False)]))


def _unsafe(rng: random.Random, view: View, name: str) -> Call:
    """No view operations: bits are applied first, which is not modelled."""
    call = _split(rng, view, name)
    return call if view.conj or view.neg else Call(f"unsafe_{name}", call.args, call.keywords)


def _as_tensor(rng: random.Random, view: View, name: str) -> Call:
    kind = ("dtype", rng.choice((view.dtype, rng.choice(KINDS))))
    copy = (("copy", rng.choice((None, True, False))),) if name == "asarray" and rng.random() < 0.5 else ()
    return Call(name, (), (*((kind,) if rng.random() < 0.6 else ()), *copy))


TORCH |= {
    **{name: _with(_formatted, name) for name in CONVERSIONS},
    **{name: _with(_dropout, name) for name in DROPOUTS},
    **{name: _bare(name) for name in ["Identity", "atleast_1d", "atleast_2d", "atleast_3d", "data", "to_dense"]},
    **{name: _with(_as_tensor, name) for name in ("as_tensor", "asarray")},
    **{f"unsafe_{name}": _with(_unsafe, name) for name in ("chunk", "split", "split_with_sizes")},
    "_unsafe_view": lambda r, v: Call("_unsafe_view", (regrouped(r, v.layout.shape),)),
    "cartesian_prod": lambda r, v: Call("cartesian_prod") if len(v.layout.shape) < 2 else indexed(r, v, "torch"),
    "conj_physical": lambda _r, v: Call("real") if v.dtype.kind == "complex" else Call("conj_physical"),
    "sum_to_size": lambda r, v: _sized(r, "sum_to_size" if v.layout.shape else "expand", v.layout.shape, "size"),
    "type": lambda r, v: Call("type", (r.choice((v.dtype, r.choice(KINDS))),)),
    "type_as": lambda r, v: Call("type_as", (other_of((2,), r.choice((v.dtype, r.choice(KINDS)))),)),
}
for _name in ("dropout1d", "dropout2d", "dropout3d"):
    TORCH[_name] = _with(_dropout, _name)
NUMPY: dict[str, Maker] = {
    **{
        name: _bare(name)
        for name in [
            "T",
            "mT",
            "matrix_transpose",
            "atleast_1d",
            "atleast_2d",
            "atleast_3d",
            "fliplr",
            "flipud",
            "imag",
            "real",
        ]
    },
    **{name: _with(_numpy_split, name) for name in ("array_split", "split")},
    **{name: _with(_split_along, name) for name in ("dsplit", "hsplit", "vsplit")},
    **{name: _with(_ordered, name) for name in ("copy", "flatten", "ravel")},
    "as_strided": lambda r, v: _as_strided(r, v, "as_strided", "numpy"),
    "asarray": _asarray,
    "ascontiguousarray": lambda r, _v: Call("ascontiguousarray", r.choice([(), (r.choice(KINDS),)])),
    "asfortranarray": lambda r, _v: Call("asfortranarray", r.choice([(), (r.choice(KINDS),)])),
    "astype": _astype,
    "broadcast_to": lambda r, v: named(r, "broadcast_to", shape=broadcast(r, v.layout.shape, "numpy")),
    "diagonal": lambda r, v: _diagonal(r, v, "diagonal", ("axis1", "axis2")),
    "expand_dims": lambda r, v: named(
        r, "expand_dims", axis=r.choice([axis_of(r, len(v.layout.shape) + 1), (0, -1), (1, 1)])
    ),
    "flip": _flip,
    "getitem": lambda r, v: indexed(r, v, "numpy"),
    "moveaxis": lambda r, v: _moved(r, v, "moveaxis"),
    "permute_dims": lambda r, v: Call("permute_dims", r.choice([(), (_permuted(r, len(v.layout.shape)),)])),
    "reshape": _numpy_reshape,
    "rot90": _rot90,
    "sliding_window_view": _windows,
    "slice_axis": _sliced,
    "squeeze": lambda r, v: Call("squeeze", _squeezed(r, v.layout.shape)),
    "swapaxes": lambda r, v: Call("swapaxes", (axis_of(r, len(v.layout.shape)), axis_of(r, len(v.layout.shape)))),
    "transpose": lambda r, v: Call("transpose", r.choice([(), (None,), (_permuted(r, len(v.layout.shape)),)])),
    "unstack": _unstack,
    "view": lambda r, _v: Call("view", r.choice([(), (r.choice(KINDS),)])),
}
MAKERS: dict[Rules, dict[str, Maker]] = {"torch": TORCH, "numpy": NUMPY}
"""How a call of each name is drawn."""
