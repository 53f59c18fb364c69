from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.errors import UnsupportedError
from tensorlab.layout.address import extent
from tensorlab.layout.dtype import DTYPES, DType, dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import canonical_strides, numel
from tensorlab.memory.build import build_array
from tensorlab.memory.build_tensor import build_tensor, torch_dtype
from tensorlab.memory.record import Operand

TORCH_HAS = [name for name in DTYPES if name not in {"complex32", "float4_e2m1fn_x2"}]


@st.composite
def operands(draw: st.DrawFn, names: list[str]) -> Operand:
    """Operands that torch can hold: whole strides, none negative. Shrinks to 0-d."""
    kind = dtype(draw(st.sampled_from(names)))
    shape = tuple(draw(st.lists(st.integers(0, 4), max_size=3)))
    strides = tuple(kind.itemsize * draw(st.integers(0, 9)) for _ in shape)
    layout = Layout(shape, strides, kind.itemsize * draw(st.integers(0, 3)), kind.itemsize)
    nbytes = extent(layout).stop + draw(st.integers(0, 5))
    return Operand(layout, kind, nbytes, draw(st.sampled_from(["index", "random", "zeros"])))


def layout_of(tensor: torch.Tensor) -> tuple[Layout, int]:
    size = tensor.element_size()
    strides = tuple(size * stride for stride in tensor.stride())
    layout = Layout(tuple(tensor.shape), strides, size * int(tensor.storage_offset()), size)
    return layout, tensor.untyped_storage().nbytes()


@given(operands(TORCH_HAS))
def test_describing_the_built_tensor_gives_back_the_layout(operand: Operand) -> None:
    built = build_tensor(operand)
    assert built.dtype == getattr(torch, operand.dtype.name)
    assert layout_of(built) == (operand.layout, operand.nbytes)


@given(operands(["float64", "float32", "float16", "int16", "uint8", "bool", "complex64"]))
def test_array_and_tensor_of_one_operand_hold_the_same_values(operand: Operand) -> None:
    if numel(operand.layout.shape):
        assert build_tensor(operand, seed=3).tolist() == build_array(operand, seed=3).tolist()


@pytest.mark.parametrize("name", ["bfloat16", "float8_e4m3fn", "float8_e5m2"])
def test_a_dtype_that_only_torch_has_is_rounded_by_torch(name: str) -> None:
    kind = dtype(name)
    size = kind.itemsize
    built = build_tensor(Operand(Layout((4, 5), canonical_strides((4, 5), size), itemsize=size), kind, 20 * size))
    assert torch.equal(built.double(), torch.arange(20.0).reshape(4, 5).to(built.dtype).double())


def test_a_meta_tensor_of_a_trillion_elements_is_built_without_a_byte() -> None:
    operand = Operand(Layout((10**12,), (4,), itemsize=4), dtype("float32"), 4 * 10**12)
    built = build_tensor(operand, "meta")
    assert layout_of(built) == (operand.layout, operand.nbytes)


@pytest.mark.parametrize(
    ("layout", "kind", "word"),
    [
        (Layout((3,), (-4,), 8, 4), dtype("float32"), "torch takes no negative strides"),
        (Layout((3,), (5,), 0, 4), dtype("float32"), "torch counts strides and offset in elements of 4 bytes"),
        (Layout((3,), (4,), 2, 4), dtype("float32"), "got strides \\(4,\\) and offset 2 bytes"),
        (Layout((3,), (4,), 0, 4), DType("float32", 4, "float", swapped=True), "in the other byte order"),
        (Layout((3,), (4,), 0, 4), DType("str", 4, "text"), "torch has no dtype str"),
        (Layout((3,), (1,), 0, 1), dtype("float4_e2m1fn_x2"), "torch converts nothing to float4_e2m1fn_x2"),
    ],
)
def test_what_torch_cannot_hold_is_one_sentence(layout: Layout, kind: DType, word: str) -> None:
    with pytest.raises(UnsupportedError, match=word):
        build_tensor(Operand(layout, kind, 20))


def test_packed_numbers_can_be_zero() -> None:
    operand = Operand(Layout((3,), (1,), 0, 1), dtype("float4_e2m1fn_x2"), 3, "zeros")
    assert build_tensor(operand).dtype == torch_dtype(operand.dtype)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no NVIDIA GPU")
def test_a_tensor_is_built_on_a_gpu() -> None:
    operand = Operand(Layout((2, 3), (4, 8), 4, 4), dtype("float32"), 30)
    built = build_tensor(operand, "cuda")
    assert built.is_cuda
    assert layout_of(built) == (operand.layout, operand.nbytes)
    assert built.tolist() == build_array(operand).tolist()
