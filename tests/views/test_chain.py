from __future__ import annotations

import random
from collections import Counter
from math import prod
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from views.oracle import FLAGS, as_array, as_tensor, predicted, seen_numpy, seen_torch, view_of

from tensorlab.errors import UnknownNameError, UnsupportedError
from tensorlab.layout.dtype import DType, dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import canonical_strides
from tensorlab.views.calls import Call
from tensorlab.views.chain import NAMES, follow, lower
from tensorlab.views.record import CopyNeeded, Refused, Reinterpret, Reshape, Rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.views.record import View

RULES: tuple[Rules, ...] = get_args(Rules)
MOST = 4096


def _torch_call(x: torch.Tensor, call: Call) -> torch.Tensor:
    args: Any = call.args
    if call.name == "getitem":
        return x[args[0]]
    if call.name == "slice_axis":
        return x[(*((slice(None),) * args[0]), slice(*_three(args[1:])))]
    result = getattr(x, call.name)(*(getattr(torch, a.name) if isinstance(a, DType) else a for a in args))
    assert isinstance(result, torch.Tensor)
    return result


def _numpy_call(a: np.ndarray[Any, Any], call: Call) -> Any:
    args: Any = call.args
    if call.name == "getitem":
        return a[args[0]]
    if call.name == "slice_axis":
        return a[(*((slice(None),) * args[0]), slice(*_three(args[1:])))]
    if call.name == "view":
        return a.view(*(kind.name for kind in args))
    return getattr(np, call.name)(a, *args)


def _three(bounds: tuple[int | None, ...]) -> list[int | None]:
    return [*bounds, None, None, None][:3]


def _axes(rng: random.Random, ndim: int) -> int:
    return rng.randint(-ndim - 1, ndim) if rng.random() < 0.05 else rng.randrange(-ndim, ndim) if ndim else 0


def _cut(rng: random.Random, n: int, rules: Rules) -> slice:
    def end() -> int | None:
        return rng.choice([None, rng.randint(-n - 1, n + 1)])

    steps = [None, 1, 2, 3] if rules == "torch" and rng.random() < 0.98 else [None, -3, -2, -1, 1, 2]
    return slice(end(), end(), rng.choice(steps))


def _index(rng: random.Random, shape: tuple[int, ...], rules: Rules) -> Call:
    taken = rng.randint(0, len(shape))
    dots = rng.random() < 0.4
    parts: list[object] = []
    for axis in range(taken):
        n = shape[axis - taken if dots else axis]
        number = rng.randint(-n, n - 1) if n else 0
        parts.append(number if rng.random() < 0.3 else _cut(rng, n, rules))
        if rng.random() < 0.1:
            parts.append(None)
    if dots:
        parts.insert(0, ...)
    return Call("getitem", (parts[0] if len(parts) == 1 else tuple(parts),))


def _regrouped(rng: random.Random, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape of as many elements: neighbours merged, axes split, axes of size 1, one left open."""
    if rng.random() < 0.3:
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
        sizes[rng.randrange(len(sizes))] = rng.choice([*[-1] * 9, 2])
    return tuple(sizes)


def _broadcast(rng: random.Random, shape: tuple[int, ...], rules: Rules) -> tuple[int, ...]:
    grown = tuple(rng.choice([1, 2, 3]) if n == 1 else n for n in shape)
    kept = tuple(-1 if rules == "torch" and rng.random() < 0.2 else n for n in grown)
    return (*[rng.randint(1, 2) for _ in range(rng.randint(0, 1))], *kept)


def _permuted(rng: random.Random, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(rng.sample(range(len(shape)), len(shape)))


def _squeezed(rng: random.Random, shape: tuple[int, ...]) -> tuple[object, ...]:
    ones = [axis for axis, n in enumerate(shape) if n == 1]
    return rng.choice([(), (tuple(ones),), (_axes(rng, len(shape)),), (rng.choice(ones or [0]),)])


def _kind(rng: random.Random) -> DType:
    return dtype(rng.choice(["uint8", "int16", "float32", "int64", "complex64"]))


MAKERS: dict[str, Any] = {
    "broadcast_to": lambda r, s, rules: Call("broadcast_to", (_broadcast(r, s, rules),)),
    "expand": lambda r, s, rules: Call("expand", _broadcast(r, s, rules) or ((),)),
    "expand_dims": lambda r, s, _: Call("expand_dims", (_axes(r, len(s) + 1),)),
    "getitem": _index,
    "permute": lambda r, s, _: Call("permute", (_permuted(r, s),)),
    "reshape": lambda r, s, _: Call("reshape", (_regrouped(r, s),)),
    "slice_axis": lambda r, s, _: Call("slice_axis", (r.randint(0, max(len(s) - 1, 0)), r.randint(-2, 2), None, 2)),
    "squeeze": lambda r, s, _: Call("squeeze", _squeezed(r, s)),
    "swapaxes": lambda r, s, _: Call("swapaxes", (_axes(r, len(s)), _axes(r, len(s)))),
    "t": lambda _r, _s, _: Call("t"),
    "transpose": lambda r, s, rules: Call(
        "transpose", (_axes(r, len(s)), _axes(r, len(s))) if rules == "torch" else r.choice([(), (_permuted(r, s),)])
    ),
    "unsqueeze": lambda r, s, _: Call("unsqueeze", (_axes(r, len(s) + 1),)),
    "view": lambda r, s, rules: Call(
        "view", (_regrouped(r, s) if rules == "torch" and r.random() < 0.5 else _kind(r),)
    ),
}


def _start(rng: random.Random, rules: Rules) -> View:
    shape = tuple(rng.choice([1, 1, 2, 2, 2, 3, 3, 4, 4, 6, 0]) for _ in range(rng.choice([0, 1, 2, 3, 3, 4, 4])))
    flag = rng.choice(["", "", "conj", "neg"]) if rules == "torch" else ""
    itemsize = {"": rng.choice([1, 2, 4, 8]), "conj": 8, "neg": 4}[flag]
    factor = 2 if flag == "neg" else 1
    order = rng.sample(range(len(shape)), len(shape)) if rng.random() < 0.7 else list(range(len(shape)))
    dense = canonical_strides(tuple(shape[axis] for axis in order), itemsize)
    strides = tuple(factor * dense[order.index(axis)] for axis in range(len(shape)))
    return view_of(Layout(shape, strides, factor * itemsize * rng.randint(0, 2), itemsize), flag)


def _check_chain(rng: random.Random, rules: Rules) -> list[tuple[object, ...]]:
    """Calls made one after another by the library, then followed in one go: each step as the library did it."""
    view = _start(rng, rules)
    made: Any = as_tensor(view) if rules == "torch" else as_array(view)
    calls: list[Call] = []
    seen = []
    for _ in range(rng.randint(1, 8)):
        if made is None or prod(made.shape) > MOST or len(made.shape) > 8:
            break
        calls.append(MAKERS[rng.choice(sorted(NAMES[rules]))](rng, tuple(made.shape), rules))
        facts, made = (seen_torch if rules == "torch" else seen_numpy)(made, _act(made, calls[-1], rules))
        seen.append(facts)
    steps = follow(view, calls, rules)
    assert [predicted(outcome) for step in steps for outcome in step.after] == seen, f"{rules}: {calls} of {view}"
    return seen


def _act(made: Any, call: Call, rules: Rules) -> Callable[[], Any]:
    return (lambda: _torch_call(made, call)) if rules == "torch" else (lambda: _numpy_call(made, call))


@pytest.mark.parametrize("rules", RULES)
def test_ten_thousand_random_chains_are_predicted(rules: Rules) -> None:
    rng = random.Random(f"chains of {rules}")
    kinds = Counter(str(facts[0]) for _ in range(10_000) for facts in _check_chain(rng, rules))
    assert kinds["view"] > 20_000
    assert kinds["copy"] > 250
    assert min(kinds["IndexError"], kinds["ValueError"]) > 10


@pytest.mark.slow
@pytest.mark.parametrize("rules", RULES)
def test_two_hundred_thousand_random_chains_are_predicted(rules: Rules) -> None:
    rng = random.Random(f"more chains of {rules}")
    for _ in range(200_000):
        _check_chain(rng, rules)


@pytest.mark.parametrize("rules", RULES)
@given(seed=st.integers(0, 2**64))
def test_any_chain_is_predicted(rules: Rules, seed: int) -> None:
    _check_chain(random.Random(seed), rules)


@pytest.mark.parametrize("rules", RULES)
def test_every_name_takes_part_in_the_random_chains(rules: Rules) -> None:
    assert set(NAMES[rules]) <= set(MAKERS)


def _torch_view(*shape: int) -> View:
    return view_of(Layout(shape, canonical_strides(shape, 4), itemsize=4))


def test_a_chain_goes_on_with_the_copy_and_ends_at_a_refusal() -> None:
    calls = [Call("t"), Call("reshape", (6,)), Call("view", (3, 2)), Call("view", (4,)), Call("t")]
    steps = follow(_torch_view(2, 3), calls, "torch")
    assert [step.name for step in steps] == ["t()", "reshape(6)", "view(3, 2)", "view(4)"]
    copy, view, refused = (step.after[0] for step in steps[1:])
    assert isinstance(copy, CopyNeeded)
    assert copy.nbytes == 24
    assert steps[2].before == copy.result
    assert view == _torch_view(3, 2)
    assert refused == Refused("RuntimeError", "shape (4,) does not hold 6 elements")
    assert steps[3].result is None


@pytest.mark.parametrize(
    ("shape", "call", "rules", "error"),
    [
        ((2, 3, 4), Call("t"), "torch", "RuntimeError"),
        ((), Call("transpose", (0, 1)), "torch", "IndexError"),
        ((), Call("swapaxes", (0, 0)), "numpy", "AxisError"),
        ((2,), Call("expand_dims", ((0, 0),)), "numpy", "ValueError"),
        ((2,), Call("expand_dims", ((0, 9),)), "numpy", "AxisError"),
        ((), Call("squeeze", ((0,),)), "numpy", "AxisError"),
        ((), Call("getitem", (slice(None, None, -1),)), "torch", "ValueError"),
        ((), Call("getitem", (slice(None, None, 0),)), "torch", "ValueError"),
        ((), Call("getitem", (slice(None, None, 0),)), "numpy", "IndexError"),
        ((2,), Call("getitem", ((0, 0),)), "torch", "IndexError"),
    ],
)
def test_what_the_library_refuses_is_refused_with_its_error(
    shape: tuple[int, ...], call: Call, rules: Rules, error: str
) -> None:
    view = _torch_view(*shape)
    outcome = follow(view, [call], rules)[0].after[0]
    assert isinstance(outcome, Refused)
    assert outcome.error == error
    made: Any = as_tensor(view) if rules == "torch" else as_array(view)
    seen, _ = (seen_torch if rules == "torch" else seen_numpy)(made, _act(made, call, rules))
    assert seen == (error,)


def test_numpy_squeezes_a_0d_array_along_a_single_axis() -> None:
    assert follow(_torch_view(), [Call("squeeze", (-1,))], "numpy")[0].after == (_torch_view(),)


def test_a_name_of_the_other_library_is_unknown() -> None:
    with pytest.raises(UnknownNameError, match="no numpy view operation is called 'unsqueeze'"):
        lower(_torch_view(2), Call("unsqueeze", (0,)), "numpy")
    with pytest.raises(UnknownNameError, match=r"(?s)no torch view operation is called 'transpos'.*'transpose'"):
        follow(_torch_view(2), [Call("transpos", (0, 1))], "torch")


@pytest.mark.parametrize(
    ("call", "rules"),
    [
        (Call("view", (2.5,)), "torch"),
        (Call("view", (True,)), "torch"),
        (Call("view"), "torch"),
        (Call("transpose", (0,)), "torch"),
        (Call("t", (0,)), "torch"),
        (Call("unsqueeze", (0, 1)), "torch"),
        (Call("squeeze", (0, 1)), "torch"),
        (Call("squeeze", (None,)), "torch"),
        (Call("slice_axis", (None, 1)), "torch"),
        (Call("slice_axis", (0, "a")), "torch"),
        (Call("getitem", (0, 1)), "torch"),
        (Call("expand_dims", (0, 1)), "numpy"),
        (Call("view", (dtype("int8"), 0)), "torch"),
        (Call("view", (2, 3)), "numpy"),
        (Call("view", ("int8",)), "numpy"),
    ],
    ids=str,
)
def test_arguments_that_a_name_does_not_take_are_told(call: Call, rules: Rules) -> None:
    with pytest.raises(UnsupportedError, match=f"(?s)cannot follow .*hint: {call.name} takes"):
        lower(_torch_view(2, 3), call, rules)


def test_a_view_of_a_dtype_reads_the_same_bytes() -> None:
    for rules in RULES:
        assert lower(_torch_view(2, 3), Call("view", (dtype("int8"),)), rules) == (Reinterpret(dtype("int8")),)
    steps = follow(
        _torch_view(2, 3), [Call("view", (dtype("int16"),)), Call("t"), Call("view", (dtype("int8"),))], "torch"
    )
    apart = "the elements of the last axis must touch to be read as int8: its stride is 12 B, not 2 B"
    assert [str(step) for step in steps] == [
        "view(int16) -> VIEW: shape (2, 6), strides (6, 1) and offset 0 in elements",
        "t() -> VIEW: shape (6, 2), strides (1, 6) and offset 0 in elements",
        f"view(int8) -> RuntimeError: {apart}",
    ]
    assert follow(_torch_view(2, 3), [Call("view")], "numpy")[0].after == (_torch_view(2, 3),)


def test_sizes_come_one_by_one_or_as_a_tuple() -> None:
    for args in ((3, 2), ((3, 2),), ([3, 2],)):
        assert lower(_torch_view(2, 3), Call("reshape", args), "torch") == (Reshape((3, 2)),)


def test_flags_end_with_the_copy() -> None:
    for flag in sorted(FLAGS):
        size = 8 if flag == "conj" else 4
        view = view_of(Layout((2, 3), (size, 2 * size), itemsize=size), flag)
        steps = follow(view, [Call("t"), Call("t"), Call("reshape", (6,))], "torch")
        assert [(v.conj, v.neg) for s in steps if (v := s.result)] == [(view.conj, view.neg)] * 2 + [(False, False)]
