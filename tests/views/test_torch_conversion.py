from __future__ import annotations

from typing import Any

import pytest
import torch

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.views.calls import Call
from tensorlab.views.chain import step
from tensorlab.views.record import CopyNeeded, Refused, View
from tensorlab.views.torch_conversion import CONVERSIONS, as_other, to_dtype

VIEW = View(Layout((2, 3), (4, 8), itemsize=4), dtype("float32"))


def _outcome(view: View, call: Call) -> Any:
    return step(view, call, "torch").after[0]


@pytest.mark.parametrize(
    ("call", "cause", "device"),
    [
        (Call("cuda"), "device", "cuda"),
        (Call("cuda", (1,)), "device", "cuda:1"),
        (Call("cuda", (), (("device", "cuda:0"),)), "device", "cuda:0"),
        (Call("to", ("cuda:0", dtype("float64"))), "dtype", "cuda:0"),
        (Call("to", ("meta",)), "device", "meta"),
        (Call("cpu"), None, "cpu"),
        (Call("to", ("cpu",)), None, "cpu"),
    ],
    ids=str,
)
def test_a_device_is_another_block(call: Call, cause: str | None, device: str) -> None:
    outcome = _outcome(VIEW, call)
    if cause is None:
        assert outcome == VIEW
        return
    assert isinstance(outcome, CopyNeeded)
    assert (outcome.cause, outcome.result.device) == (cause, device)
    assert outcome.result.layout.strides == tuple(s * outcome.result.dtype.itemsize // 4 for s in (4, 8))


def test_what_lies_on_a_gpu_stays_there() -> None:
    view = View(VIEW.layout, VIEW.dtype, device="cuda:0")
    assert _outcome(view, Call("cuda")) == _outcome(view, Call("to", ("cuda:0",))) == view
    assert _outcome(view, Call("cpu")).result == View(VIEW.layout, VIEW.dtype)


def test_pinned_memory_is_another_block_with_the_same_strides() -> None:
    outcome = _outcome(VIEW, Call("pin_memory"))
    assert isinstance(outcome, CopyNeeded)
    assert outcome.result.layout.strides == VIEW.layout.strides
    elsewhere = View(VIEW.layout, VIEW.dtype, device="cuda:0")
    assert isinstance(_outcome(elsewhere, Call("pin_memory")), Refused)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no NVIDIA GPU")
def test_a_gpu_does_as_is_said() -> None:
    x = torch.arange(24.0).reshape(2, 3, 4).transpose(0, 1)[1:]
    layout = Layout(tuple(x.shape), tuple(4 * s for s in x.stride()), 4 * int(x.storage_offset()), 4)
    for name in ("cuda", "pin_memory"):
        said = _outcome(View(layout, VIEW.dtype), Call(name)).result.layout
        made = getattr(x, name)()
        assert (said.shape, said.strides) == (tuple(made.shape), tuple(4 * s for s in made.stride()))
        assert made.untyped_storage().data_ptr() != x.untyped_storage().data_ptr()


@pytest.mark.parametrize(
    "call",
    [
        Call("to", ("cuda",)),
        Call("to"),
        Call("contiguous", (), (("memory_format", "F"),)),
        Call("to", (5,)),
        Call("cuda", ("cpu",)),
        Call("to", ("cpu",), (("layout", "sparse"),)),
    ],
    ids=str,
)
def test_forms_that_are_not_modelled_are_told(call: Call) -> None:
    view = View(VIEW.layout, VIEW.dtype, device="cuda:3")
    if call == Call("to"):
        assert _outcome(view, call) == view
        return
    with pytest.raises(UnsupportedError, match=f"hint: {call.name} takes"):
        _outcome(view, call)


def test_bits_are_resolved_by_a_copy_that_says_so() -> None:
    view = View(Layout((2,), (8,), itemsize=8), dtype("complex64"), conj=True)
    assert str(_outcome(view, Call("resolve_conj"))) == "COPY: a conj or neg bit has to be applied to the elements"
    assert _outcome(view, Call("resolve_neg")) == view
    assert _outcome(view, Call("contiguous")) == view
    assert to_dtype(view.dtype)(view, Call("x"), "torch") == as_other(view, Call("type_as", (view,)), "torch") == ()


def test_a_bool_has_no_plus_and_a_negative_one_no_copy() -> None:
    view = View(Layout((2,), (1,)), dtype("bool"))
    assert isinstance(_outcome(view, Call("positive")), Refused)
    negative = _outcome(view, Call("_neg_view"))
    assert _outcome(negative, Call("clone")).error == "NotImplementedError"
    with pytest.raises(NotImplementedError, match="neg_cpu"):
        torch.ones(2, dtype=torch.bool)._neg_view().clone()
    assert {"H", "T"} & set(CONVERSIONS) == set()


@pytest.mark.parametrize(("shape", "strides"), [((2, 3), (3, 1)), ((3, 2), (1, 3)), ((3, 0), (1, 3)), ((3,), (2,))])
def test_contiguous_keeps_an_order_only_where_it_is_that_already(
    shape: tuple[int, ...], strides: tuple[int, ...]
) -> None:
    view = View(Layout(shape, tuple(4 * s for s in strides), itemsize=4), dtype("float32"))
    outcome = _outcome(view, Call("contiguous", (), (("memory_format", "preserve_format"),)))
    x = torch.zeros(6).as_strided(shape, strides)
    if x.is_contiguous():
        assert x.contiguous(memory_format=torch.preserve_format) is x
        assert outcome == view
    else:
        assert outcome.error == "RuntimeError"
        with pytest.raises(RuntimeError, match="preserve memory format is unsupported"):
            x.contiguous(memory_format=torch.preserve_format)


@pytest.mark.parametrize("shape", [(3, 2), (0, 2)], ids=str)
@pytest.mark.parametrize(("name", "words"), [("to", {"copy": True}), ("bool", {}), ("clone", {}), ("contiguous", {})])
def test_which_of_two_refusals_comes_first(shape: tuple[int, ...], name: str, words: dict[str, Any]) -> None:
    view = View(Layout(shape, (2, 1)), dtype("bool"), neg=True)
    args = (view.dtype,) if name == "to" else ()
    outcome = _outcome(view, Call(name, args, (*words.items(), ("memory_format", "channels_last"))))
    x = torch.zeros(shape, dtype=torch.bool)._neg_view()
    given = (torch.bool,) if name == "to" else ()
    with pytest.raises((NotImplementedError, RuntimeError), match=r"neg_cpu|rank 4|4 dim|4-d") as raised:
        getattr(x, name)(*given, **words, memory_format=torch.channels_last)
    assert outcome.error == raised.type.__name__
