from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from support.layouts import all_indices, layouts
from support.probe import ROOT

from tensorlab.errors import UnavailableError, UnsupportedError
from tensorlab.layout.address import address, extent, fits
from tensorlab.layout.dtype import DTYPES
from tensorlab.memory.tensor import claims, describe, from_values, is_same
from tensorlab.memory.tensor_dtype import element

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.errors import TensorlabError
    from tensorlab.layout.record import Layout
    from tensorlab.memory.record import MemoryMap

EVERY = sorted({getattr(torch, n) for n in dir(torch) if isinstance(getattr(torch, n), torch.dtype)}, key=str)
PLAIN = [kind for kind in EVERY if not str(kind).startswith("torch.q")]


def check(tensor: torch.Tensor) -> Layout:
    """What torch says of the tensor is what the map says: shape, strides, itemsize, the pointer of every element."""
    memory = describe(tensor)
    layout, storage = memory.layout, memory.storage
    size = tensor.element_size()
    assert layout is not None
    assert storage is not None
    assert (memory.shape, layout.shape) == (tensor.shape, tensor.shape)
    assert layout.strides == tuple(size * stride for stride in tensor.stride())
    assert (layout.offset, layout.itemsize) == (size * tensor.storage_offset(), size)
    assert (storage.nbytes, storage.device) == (tensor.untyped_storage().nbytes(), str(tensor.device))
    assert fits(layout, storage.nbytes or 0)
    for index in islice(all_indices(layout), 100):
        assert storage.address is not None
        assert storage.address + address(layout, index) == tensor[index].data_ptr()
    return layout


def doubts(memory: MemoryMap) -> list[str]:
    return [doubt.code for doubt in memory.doubts]


@pytest.mark.parametrize("kind", PLAIN, ids=str)
def test_every_dtype_and_a_view_of_it(kind: torch.dtype) -> None:
    tensor = torch.zeros(12 * kind.itemsize, dtype=torch.uint8).view(kind).view(3, 4)
    found = element(tensor)
    assert (found.name, found.itemsize) == (str(kind).removeprefix("torch."), kind.itemsize)
    assert found == DTYPES.get(found.name, found)
    if found.name in DTYPES:
        assert (found.kind in {"float", "complex"}) == (kind.is_floating_point or kind.is_complex)
    for view in (tensor, tensor[1:, ::2], tensor.t(), tensor.unfold(1, 2, 1), tensor[:0]):
        check(view)


@given(layouts(aligned=True))
def test_any_strides(layout: Layout) -> None:
    kind = {1: torch.uint8, 2: torch.int16, 4: torch.float32, 8: torch.complex64}[layout.itemsize]
    store = torch.zeros(max(extent(layout).stop, layout.offset) // layout.itemsize, dtype=kind)
    strides = [stride // layout.itemsize for stride in layout.strides]
    assert check(store.as_strided(layout.shape, strides, layout.offset // layout.itemsize)) == layout


STEPS: dict[str, Callable[[torch.Tensor, st.DataObject], torch.Tensor]] = {
    "slice": lambda x, d: x[tuple(slice(d.draw(st.integers(0, 2)), None, d.draw(st.integers(1, 3))) for _ in x.shape)],
    "permute": lambda x, d: x.permute(d.draw(st.permutations(range(x.ndim)))),
    "expand": lambda x, d: x.expand(d.draw(st.integers(0, 3)), *x.shape),
    "unsqueeze": lambda x, d: x.unsqueeze(d.draw(st.integers(0, x.ndim))),
    "squeeze": lambda x, _: x.squeeze(),
    "flatten": lambda x, _: x.flatten(),
    "select": lambda x, _: x.select(0, x.shape[0] - 1) if x.ndim and x.shape[0] else x,
    "diagonal": lambda x, d: x.diagonal(d.draw(st.integers(-2, 2))) if x.ndim > 1 else x,
    "unfold": lambda x, _: x.unfold(-1, 2, 1) if x.ndim and x.shape[-1] > 1 else x,
    "bytes": lambda x, _: x.view(torch.int16) if x.ndim and x.stride(-1) == 1 and x.element_size() == 4 else x,
    "complex": lambda x, _: torch.view_as_complex(torch.stack([x, x], -1)) if x.dtype == torch.float32 else x,
}


@given(st.data())
def test_any_chain_of_views(data: st.DataObject) -> None:
    shape = data.draw(st.lists(st.integers(0, 4), max_size=4), "shape")
    tensor = torch.zeros(shape)
    for name in data.draw(st.lists(st.sampled_from(sorted(STEPS)), max_size=5), "steps"):
        if tensor.ndim < 7:
            tensor = STEPS[name](tensor, data)
    check(tensor)


def test_formats_and_traits() -> None:
    z = torch.zeros(3, 2, dtype=torch.complex64)
    grad = torch.zeros(3, requires_grad=True)
    with torch.inference_mode():
        inference = torch.zeros(3)
    rows: list[tuple[torch.Tensor, str, set[str]]] = [
        (torch.zeros(2, 3, 4, 5).to(memory_format=torch.channels_last), "torch.Tensor", set()),
        (torch.zeros(1, 2, 3, 4, 5).transpose(0, 1).contiguous(), "torch.Tensor", set()),
        (z.conj()[1:], "torch.Tensor", {"conj"}),
        (z.conj().imag, "torch.Tensor", {"neg"}),
        (z.real[:, 1], "torch.Tensor", set()),
        (torch.tensor(3.0), "torch.Tensor", set()),
        (grad, "torch.Tensor", {"requires_grad"}),
        (grad[1:], "torch.Tensor", {"requires_grad", "non-leaf"}),
        (torch.nn.Parameter(torch.zeros(3)), "torch.nn.Parameter", {"requires_grad"}),
        (torch.nn.Buffer(torch.zeros(3)), "torch.Tensor", set()),
        (inference, "torch.Tensor", {"inference"}),
        (torch.from_numpy(np.arange(6.0)[2:]), "torch.Tensor", set()),
        (torch.frombuffer(bytearray(16), dtype=torch.float32, offset=4), "torch.Tensor", set()),
    ]
    for tensor, name, traits in rows:
        check(tensor.detach() if "requires_grad" in traits else tensor)
        memory = describe(tensor)
        assert (memory.type, set(memory.traits), memory.doubts) == (name, traits, ())


def test_a_million_million_elements_on_meta_cost_none() -> None:
    for tensor in (
        torch.empty(10**6, 10**6, device="meta").t()[3:],
        torch.empty(2**62, dtype=torch.int8, device="meta"),
        torch.zeros(()).expand(10**6, 10**6),
    ):
        memory = describe(tensor)
        assert memory.shape == tuple(tensor.shape)
        assert memory.layout is not None
        assert memory.storage is not None
        assert memory.storage.nbytes == tensor.untyped_storage().nbytes()
        assert memory.readable == (tensor.device.type == "cpu")
        assert memory.doubts == ()


@pytest.mark.parametrize("name", ["tensor", "tensor_dtype", "tensor_facts", "tensor_odd", "tensor_parts", "quantized"])
def test_the_adapter_reads_no_element(name: str) -> None:
    source = (ROOT / f"tensorlab/memory/{name}.py").read_text(encoding="utf-8")
    body = source.partition("def from_values")[0]
    assert not re.findall(r"[.](item|tolist|cpu|numpy|to)[(]", body)


class Raising(torch.Tensor):
    """Refuses every function and every operation."""

    @classmethod
    def __torch_function__(cls, *_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    @classmethod
    def __torch_dispatch__(cls, *_: Any, **__: Any) -> Any:
        raise ZeroDivisionError


class Wrapper(Raising):
    """Has no bytes of its own."""


def wrapped(held: torch.Tensor, kind: type = Wrapper) -> torch.Tensor:
    make: Any = torch.Tensor._make_wrapper_subclass
    made: torch.Tensor = make(kind, held.shape, strides=held.stride(), dtype=held.dtype)
    return made


def test_a_subclass_that_refuses_everything_is_described_from_its_bytes() -> None:
    plain = torch.arange(6.0).view(2, 3).t()
    tensor = torch.Tensor._make_subclass(Raising, plain)
    memory, expected = describe(tensor), describe(plain)
    assert (memory.layout, memory.storage, memory.dtype) == (expected.layout, expected.storage, expected.dtype)
    assert (memory.type, memory.doubts) == (f"{__name__}.Raising", ())


def test_a_wrapper_has_a_shape_and_a_dtype_and_no_bytes() -> None:
    memory = describe(wrapped(torch.zeros(3, 4)))
    assert (memory.shape, memory.layout, memory.storage) == ((3, 4), None, None)
    assert doubts(memory) == ["wrapper"]


def test_a_mode_sees_nothing_of_it() -> None:
    seen = []

    class Watch(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            seen.append(func)
            return func(*args, **(kwargs or {}))

    tensor = torch.zeros(3, 4)
    with Watch():
        check_one = describe(tensor)
        assert seen == []
        assert check_one == describe(tensor)


def test_uninitialized_parameters_have_no_shape() -> None:
    for tensor in (torch.nn.UninitializedParameter(), torch.nn.parameter.UninitializedBuffer()):
        memory = describe(tensor)
        assert (memory.shape, memory.layout, memory.storage) == (None, None, None)
        assert doubts(memory) == ["uninitialized"]


class Itself(Raising):
    """Holds itself, and another beside."""

    def __tensor_flatten__(self) -> tuple[list[str], None]:
        return ["me", "other"], None


class Endless(Raising):
    """Makes wrappers of wrappers as long as it is asked."""

    def __tensor_flatten__(self) -> tuple[list[str], None]:
        return [f"x{n}" for n in range(1000)], None

    def __getattr__(self, name: str) -> torch.Tensor:
        return wrapped(torch.zeros(2), Endless)


class Broken(Raising):
    """Does not keep its word."""

    def __tensor_flatten__(self) -> tuple[list[str], None]:
        raise KeyError


def parts_in_all(memory: MemoryMap) -> int:
    return len(memory.parts) + sum(parts_in_all(part) for _, part in memory.parts)


def test_a_wrapper_that_contains_itself_is_followed_once() -> None:
    made: Any = wrapped(torch.zeros(2), Itself)
    made.me, made.other = made, torch.zeros(3)
    memory = describe(made)
    assert [(name, part.shape) for name, part in memory.parts] == [("other", (3,))]
    assert doubts(memory) == ["wrapper", "cyclic"]


def test_wrappers_without_end_are_followed_so_far() -> None:
    memory = describe(wrapped(torch.zeros(2), Endless))
    assert doubts(memory) == ["wrapper", "more-parts", "too-deep"]
    assert parts_in_all(memory) == 64


def test_a_wrapper_that_does_not_tell_is_doubted() -> None:
    memory = describe(wrapped(torch.zeros(2), Broken))
    assert (memory.parts, doubts(memory)) == ((), ["wrapper", "hidden"])
    assert memory.doubts[1].text == "a component is not given: KeyError: KeyError"


def test_a_class_that_raises_whatever_is_asked_is_described_from_its_bytes() -> None:
    class Hostile(torch.Tensor):
        @classmethod
        def __torch_function__(cls, *_: Any, **__: Any) -> Any:
            raise ZeroDivisionError

        def __getattribute__(self, name: str) -> Any:
            raise ZeroDivisionError

    plain = torch.arange(6.0).view(2, 3).t()
    memory, expected = describe(plain.as_subclass(Hostile)), describe(plain)
    assert (memory.shape, memory.layout, memory.storage, memory.dtype, memory.doubts) == (
        expected.shape,
        expected.layout,
        expected.storage,
        expected.dtype,
        (),
    )


def test_only_tensors_are_claimed() -> None:
    class Liar:
        __class__ = torch.Tensor  # type: ignore[assignment]  # a lie, as mocks tell it

    assert claims(torch.zeros(1))
    assert claims(torch.nn.Parameter(torch.zeros(1)))
    assert not any(map(claims, (Liar(), torch.Size((1,)), torch.zeros(1).untyped_storage(), 1.0, torch.Tensor)))


@pytest.mark.parametrize("name", ["float64", "float32", "bfloat16", "float16", "int64", "complex64"])
def test_values_become_a_tensor_of_that_dtype(name: str) -> None:
    made = from_values([[1, 2], [3, 4]], name)
    assert (str(made.dtype), made.shape) == (f"torch.{name}", (2, 2))
    assert is_same(torch.tensor([[1, 2], [3, 4]]).to(made.dtype), made)


def test_what_is_too_narrow_is_told() -> None:
    assert not is_same(torch.tensor([0.1]), from_values([0.1], "bfloat16"))
    assert not is_same(torch.tensor([2**40]), from_values([2**40], "int32"))
    assert not is_same(torch.tensor([1e300], dtype=torch.float64), from_values([1e300], "float32"))
    exact = torch.tensor([float("nan"), float("inf"), 0.5], dtype=torch.float64)
    assert is_same(exact, exact.to(torch.bfloat16))


@pytest.mark.parametrize(
    ("values", "name", "words"),
    [
        ([1.0], "float128", "torch has no dtype float128"),
        ([1.0], "zeros", "torch has no dtype zeros"),
        ([2**70], "int64", "torch makes no int64 tensor"),
        (["a"], "float32", "torch makes no float32 tensor"),
        ([[1], [2, 3]], "float32", "torch makes no float32 tensor"),
    ],
)
def test_what_torch_cannot_make_is_one_sentence(values: object, name: str, words: str) -> None:
    with pytest.raises(UnsupportedError, match=words):
        from_values(values, name)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU that torch can use")
def test_a_tensor_on_a_gpu_is_described_without_a_copy() -> None:
    tensor = torch.zeros(4, 6, device="cuda")[1:, ::2].t()
    check(tensor)
    assert describe(tensor).storage.device == "cuda:0"  # type: ignore[union-attr]  # a strided one has a storage


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (ZeroDivisionError("no"), UnsupportedError, "torch makes no float32 tensor of these values: no"),
        (MemoryError("so many bytes"), UnavailableError, "does not fit the free memory: so many bytes"),
    ],
)
def test_values_that_raise_are_one_sentence(error: Exception, kind: type[TensorlabError], words: str) -> None:
    class Number:
        def __float__(self) -> float:
            raise error

    with pytest.raises(kind, match=words):
        from_values([Number()], "float32")
