from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from views.chains import DEVICES, check_chain, seen
from views.makers import MAKERS
from views.oracle import FLAGS, as_array, as_tensor, view_of

import tensorlab.views.apply
from tensorlab.errors import TensorlabError, UnknownNameError, UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import canonical_strides
from tensorlab.views.calls import Call
from tensorlab.views.chain import NAMES, follow, lower, step
from tensorlab.views.record import CopyNeeded, Refused, Reinterpret, Reshape, Rules, Slice, View

if TYPE_CHECKING:
    from tensorlab.views.record import Outcome

RULES: tuple[Rules, ...] = get_args(Rules)


CHUNKS = 5
CHAINS = 50_000 // (len(RULES) * CHUNKS)
"""Of one library in one test: 50,000 of both in all."""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("rules", RULES)
def test_fifty_thousand_random_chains_are_predicted(rules: Rules, chunk: int) -> None:
    rng = random.Random(f"chains of {rules}, {chunk}")
    seen = Counter(told for _ in range(CHAINS) for told in check_chain(rng, rules))
    kinds: Counter[str] = Counter()
    for (_, kind), count in seen.items():
        kinds[kind] += count
    assert kinds["view"] > 10_000
    assert kinds["copy"] > 1_000
    assert min(kinds["IndexError"], kinds["ValueError"] if rules == "numpy" else kinds["RuntimeError"]) > 20
    devices = set() if torch.cuda.is_available() else DEVICES
    assert {name for name, _ in seen} == set(NAMES[rules]) - devices, "every name takes part"


@pytest.mark.slow
@pytest.mark.timeout(900)  # two minutes on a machine that does nothing else
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("rules", RULES)
def test_half_a_million_random_chains_are_predicted(rules: Rules) -> None:
    rng = random.Random(f"more chains of {rules}")
    for _ in range(250_000):
        check_chain(rng, rules)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("rules", RULES)
@given(seed=st.integers(0, 2**64))
def test_any_chain_is_predicted(rules: Rules, seed: int) -> None:
    check_chain(random.Random(seed), rules)


def test_a_wrong_prediction_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def off_by_one(view: View, op: Slice, rules: Rules) -> Outcome:
        outcome = right(view, op, rules)
        if not isinstance(outcome, View) or 0 in outcome.layout.shape:
            return outcome
        layout = outcome.layout
        return replace(outcome, layout=replace(layout, offset=layout.offset + layout.itemsize))

    table = tensorlab.views.apply._TABLE
    right = table[Slice]
    monkeypatch.setitem(table, Slice, off_by_one)
    rng = random.Random(0)
    with pytest.raises(AssertionError, match="said"):
        _check_some(rng, 200)


def _check_some(rng: random.Random, count: int) -> None:
    for _ in range(count):
        check_chain(rng, "numpy")


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
    assert seen(made, call, rules) == ([(error,)], [])


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


def test_a_chain_picks_pieces_of_a_tuple() -> None:
    view = _torch_view(4, 6)
    steps = follow(
        view,
        [
            Call("split", (4,), (("dim", 1),)),
            Call("getitem", (slice(1, None),)),
            Call("getitem", (-1,)),
            Call("T"),
        ],
        "torch",
    )
    assert [step.several for step in steps] == [True, True, False, False]
    assert [len(step.after) for step in steps] == [2, 1, 1, 1]
    assert str(steps[-1]) == "T -> VIEW: shape (2, 4), strides (1, 6) and offset 4 in elements"
    assert steps[2].before == steps[2].result == steps[0].after[1]


def test_pieces_that_are_not_there_are_refused() -> None:
    chunks = Call("chunk", (2,))
    beyond = follow(_torch_view(4), [chunks, Call("getitem", (2,)), Call("t")], "torch")
    assert beyond[-1].after == (Refused("IndexError", "there is no [2] of 2 views"),)
    none = follow(_torch_view(0), [Call("unbind"), Call("getitem", (0,))], "torch")
    assert none[0].after == ()
    assert str(none[1]) == "[0] -> IndexError: there is no [0] of 0 views"
    zero = follow(_torch_view(4), [chunks, Call("getitem", (slice(None, None, 0),))], "torch")
    assert str(zero[1].after[0]) == "ValueError: the step of a slice cannot be zero"
    with pytest.raises(UnsupportedError, match=r"cannot follow t\(\) of a tuple of 2 views"):
        follow(_torch_view(4), [chunks, Call("t")], "torch")


def test_what_is_not_countable_is_not_followed() -> None:
    wide = _torch_view(2**60)
    with pytest.raises(UnsupportedError, match="64 bits"):
        step(wide, Call("expand", (8, 2**60)), "torch")
    with pytest.raises(UnsupportedError, match="64 bits"):
        step(_torch_view(2), Call("view", (2**63,)), "torch")
    with pytest.raises(UnsupportedError, match="64 axes"):
        step(_torch_view(2), Call("expand_dims", (tuple(range(64)),)), "numpy")
    with pytest.raises(UnsupportedError, match="at most 65,536 views are listed"):
        step(wide, Call("unbind"), "torch")


ODD: tuple[Any, ...] = (
    None, True, 1.5, "x", "cpu", "C", b"", -1, 0, 1, 2, 9, -9, 2**40, 2**70, 10**5000, (), [],
    ((10**5000,),), (0,), (1, 0), [2, 3], ((),),
    (1.5,), (None, 1), {}, {1}, object(), slice(None), slice("a"), slice(2**70), ..., dtype("int8"), dtype("complex64"),
    view_of(Layout((2, 3), (12, 4), itemsize=4)), float("nan"), range(3), lambda: 0, int, type,
)  # fmt: skip


def _mangled(rng: random.Random, call: Call) -> Call:
    """One argument more, less or another."""
    args, words = list(call.args), dict(call.keywords)
    if args and rng.random() < 0.6:
        args[rng.randrange(len(args))] = rng.choice(ODD)
    elif words and rng.random() < 0.6:
        words[rng.choice(list(words))] = rng.choice(ODD)
    elif rng.random() < 0.5:
        args.append(rng.choice(ODD))
    else:
        words[rng.choice(("dim", "axis", "order", "copy", "dtype", "memory_format", "x"))] = rng.choice(ODD)
    return Call(call.name, tuple(args), tuple(words.items()))


@pytest.mark.parametrize("rules", RULES)
def test_any_arguments_are_followed_or_refused_by_an_error_of_ours(rules: Rules) -> None:
    rng = random.Random(f"odd arguments of {rules}")
    names = sorted(NAMES[rules])
    kinds: Counter[str] = Counter()
    for _ in range(8_000):
        shape = tuple(rng.choice((0, 1, 2, 3)) for _ in range(rng.randint(0, 4)))
        view = rng.choice([_torch_view(*shape), view_of(Layout(shape, (8,) * len(shape), 8, 8), "conj")])
        call = MAKERS[rules][rng.choice(names)](rng, view)
        after = rng.choice([[], [Call("getitem", (rng.choice(ODD),))]])
        try:
            made = follow(view, [_mangled(rng, call) if rng.random() < 0.8 else call, *after], rules)
        except TensorlabError as error:
            kinds[type(error).__name__] += 1
        else:
            kinds[type(made[0].after[0]).__name__ if made[0].after else "none"] += 1
    assert min(kinds["View"], kinds["Refused"], kinds["UnsupportedError"]) > 300, kinds


@pytest.mark.parametrize(
    ("view", "calls", "rules"),
    [
        (None, [Call("t")], "torch"),
        (view_of(Layout((2,), (4,), itemsize=4)), ["t"], "torch"),
        (view_of(Layout((2,), (4,), itemsize=4)), 5, "torch"),
        (view_of(Layout((2,), (4,), itemsize=4)), [Call("t")], "jax"),
        (view_of(Layout((2,), (4,), itemsize=4)), [Call("t")], []),
    ],
)
def test_what_is_no_chain_is_told(view: Any, calls: Any, rules: Any) -> None:
    with pytest.raises(TensorlabError, match=r"a call is made on a view|a chain is some calls|no set of rules"):
        follow(view, calls, rules)


def _float64(layout: Layout) -> View:
    return View(layout, dtype("float64"))


@pytest.mark.parametrize(
    ("layout", "call"),
    [
        (Layout((1, 1), (8, -16), itemsize=8), Call("diagonal", (1,))),
        (Layout((2, 0), (-8, 8), itemsize=8), Call("flip", (0,))),
        (Layout((2, 0), (-8, 8), itemsize=8), Call("flipud")),
        (Layout((2, 0), (-8, 8), itemsize=8), Call("getitem", (slice(1, None),))),
    ],
    ids=str,
)
def test_an_empty_view_that_begins_before_its_memory_is_told(layout: Layout, call: Call) -> None:
    view = _float64(layout)
    made = as_array(view)
    began = seen(made, call, "numpy")[0][0][3]
    assert began < 0
    with pytest.raises(UnsupportedError, match="begins before the first byte of its storage"):
        step(view, call, "numpy")


@pytest.mark.parametrize("rules", RULES)
def test_ravel_names_the_pair_that_reshape_names(rules: Rules) -> None:
    view = view_of(Layout((3, 2), (4, 12), itemsize=4))
    told = "COPY: axes 0 and 1 cannot merge: stride[0]=1, needs 2*3=6 elements"
    for call in (Call("ravel"), Call("reshape", (-1,))):
        assert str(step(view, call, rules).after[0]) == told
    gaps = step(view_of(Layout((3,), (8,), itemsize=4)), Call("ravel"), rules)
    assert str(gaps.after[0]) == "COPY: the elements are asked for in another order"
