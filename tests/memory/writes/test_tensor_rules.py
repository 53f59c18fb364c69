"""What is predicted of torch is held against torch: the same write, really made, on a storage of its own."""

from __future__ import annotations

import random
import warnings
from contextlib import nullcontext
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
import torch
from support.layouts import all_indices

import tensorlab
from tensorlab.memory.record import MemoryMap
from tensorlab.memory.tensor import describe
from tensorlab.memory.writes.record import Refusal
from tensorlab.memory.writes.tensor_rules import copy_refusal, inplace_refusal

if TYPE_CHECKING:
    from collections.abc import Callable

BYTES = 1024


def raises(action: Callable[[], object]) -> bool:
    try:
        action()
    except (RuntimeError, NotImplementedError):
        return True
    return False


def store() -> torch.Tensor:
    """A storage whose elements all differ."""
    return torch.arange(BYTES // 8, dtype=torch.int64)


def drawn_shape(draw: random.Random) -> tuple[int, ...]:
    return tuple(draw.choice([0, 1, 1, 2, 2, 3, 3, 4]) for _ in range(draw.randint(0, 3)))


def drawn_view(draw: random.Random, base: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    """Any strides that stay inside; often dense ones, in any order of the axes, so that ranges are compared."""
    if draw.random() < 0.4:
        strides = torch.empty(shape).stride()
        order = draw.sample(range(len(shape)), len(shape))
        turned = torch.empty([shape[axis] for axis in order]).stride()
        if draw.random() < 0.5:
            strides = tuple(turned[order.index(axis)] for axis in range(len(shape)))
    else:
        strides = tuple(draw.choice([0, 1, 1, 2, 3, 4, 5, 8]) for _ in shape)
    reach = sum((n - 1) * s for n, s in zip(shape, strides, strict=True) if n)
    return base.as_strided(shape, strides, draw.randint(0, max(0, min(6, base.numel() - 1 - reach))))


def element_bytes(tensor: torch.Tensor, index: tuple[int, ...]) -> range:
    size = tensor.element_size()
    start = size * (tensor.storage_offset() + sum(i * s for i, s in zip(index, tensor.stride(), strict=True)))
    return range(start, start + size)


def meet(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop


def is_same(dst: torch.Tensor, src: torch.Tensor) -> bool:
    indices = all_indices(describe(dst).layout)  # type: ignore[arg-type]  # strided ones have a layout
    return dst.dtype == src.dtype and all(element_bytes(dst, i) == element_bytes(src, i) for i in indices)


def is_unsafe(dst: torch.Tensor, src: torch.Tensor | None = None) -> bool:
    """By all pairs of indices; what is copied to itself stays what it is."""
    if src is not None and is_same(dst, src.expand(dst.shape)):
        return False
    indices = list(all_indices(describe(dst).layout))  # type: ignore[arg-type]  # strided ones have a layout
    written = [element_bytes(dst, index) for index in indices]
    read = written if src is None else [element_bytes(src.expand(dst.shape), index) for index in indices]
    pairs = [(i, j) for i in range(len(indices)) for j in range(len(indices)) if i != j]
    return any(meet(written[i], written[j]) or meet(written[i], read[j]) for i, j in pairs)


def raw(tensor: torch.Tensor) -> torch.Tensor:
    """Its bytes, so that NaN is equal to itself."""
    return tensor.clone(memory_format=torch.contiguous_format).flatten().view(torch.uint8)


def check_inplace_against_torch(view: torch.Tensor) -> str:
    found = tensorlab.check_inplace(view)
    assert found.safety == ("UNSAFE" if is_unsafe(view) else "SAFE"), (view.shape, view.stride())
    starts = {element_bytes(view, index).start for index in all_indices(describe(view).layout)}  # type: ignore[arg-type]  # as above
    assert (found.elements, found.addresses) == (view.numel(), len(starts))
    expected = view.clone() + 1
    assert found.raises == raises(lambda: view.add_(1)), (view.shape, view.stride())
    if found.safety == "SAFE" and not found.raises:
        assert torch.equal(view, expected)
    return f"{found.safety} {found.raises}"


def check_copy_against_torch(dst: torch.Tensor, src: torch.Tensor) -> str:
    found = tensorlab.check_copy(dst, src)
    case = (dst.dtype, dst.shape, dst.stride(), dst.storage_offset(), src.dtype, src.stride(), src.storage_offset())
    assert found.safety == ("UNSAFE" if is_unsafe(dst, src) else "SAFE"), case
    expected = torch.empty(dst.shape, dtype=dst.dtype).copy_(src.clone())
    assert found.raises == raises(lambda: dst.copy_(src)), case
    if found.safety == "SAFE" and not found.raises:
        assert torch.equal(raw(dst), raw(expected)), case
    return f"{found.safety} {found.raises}"


def test_in_place_writes_are_refused_exactly_where_that_is_predicted() -> None:
    draw = random.Random(1)
    seen = [check_inplace_against_torch(drawn_view(draw, store(), drawn_shape(draw))) for _ in range(2_500)]
    assert set(seen) == {"SAFE False", "UNSAFE False", "UNSAFE True"}


def test_copies_within_a_storage_are_refused_exactly_where_that_is_predicted() -> None:
    draw = random.Random(2)
    seen = []
    for _ in range(3_000):
        base, shape = store(), drawn_shape(draw)
        read = tuple(1 if draw.random() < 0.1 else n for n in shape)
        seen.append(check_copy_against_torch(drawn_view(draw, base, shape), drawn_view(draw, base, read)))
    assert set(seen) == {"SAFE False", "SAFE True", "UNSAFE False", "UNSAFE True"}


@pytest.mark.parametrize(
    "kinds",
    [("int32", "int64"), ("int64", "int32"), ("int16", "int16"), ("float16", "float32"), ("float32", "float16")],
)
def test_copies_between_dtypes_are_refused_exactly_where_that_is_predicted(kinds: tuple[str, str]) -> None:
    draw = random.Random(3)
    written, read = (getattr(torch, name) for name in kinds)
    for _ in range(800):
        base, shape = torch.arange(BYTES // 2, dtype=torch.int16), drawn_shape(draw)
        other = tuple(1 if draw.random() < 0.1 else n for n in shape)
        check_copy_against_torch(drawn_view(draw, base.view(written), shape), drawn_view(draw, base.view(read), other))


def test_every_shift_of_a_row_onto_itself() -> None:
    for n, shift, step in product(range(1, 5), range(6), (1, 2)):
        base = store()
        check_copy_against_torch(base[shift : shift + n * step : step], base[: n * step : step])


def grad(**options: Any) -> torch.Tensor:
    return torch.zeros(4, 3, requires_grad=True, **options)


def views_without_grad(weight: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return weight[1:]


def inference(start: int) -> torch.Tensor:
    with torch.inference_mode():
        return torch.zeros(4, 3)[start:]


STATES: dict[str, Callable[[], torch.Tensor]] = {
    "plain": lambda: torch.zeros(4, 3),
    "leaf": grad,
    "parameter": lambda: torch.nn.Parameter(torch.zeros(4, 3)),
    "view of a leaf": lambda: grad()[1:],
    "not a leaf": lambda: grad() * 2,
    "view of no leaf": lambda: (grad() * 2)[1:],
    "one of several": lambda: torch.chunk(grad() * 2, 2)[0],
    "one of several rows": lambda: torch.chunk(torch.zeros(4, 3), 2)[0],
    "view made without grad": lambda: views_without_grad(grad()),
    "detached": lambda: grad().detach(),
    "detached view": lambda: grad().detach()[1:],
    "inference": lambda: inference(0),
    "inference view": lambda: inference(1),
    "meta": lambda: torch.zeros(4, 3, device="meta"),
    "meta row": lambda: torch.zeros(1, 3, device="meta").expand(4, 3),
    "row": lambda: torch.zeros(1, 3).expand(4, 3),
    "integers": lambda: torch.zeros(4, 3, dtype=torch.int32),
    "complex": lambda: torch.zeros(4, 3, dtype=torch.complex64),
    "conjugate": lambda: torch.zeros(4, 3, dtype=torch.complex64).conj(),
    "negative": lambda: torch.zeros(4, 3, dtype=torch.complex64).conj().imag,
    "zeros kept nowhere": lambda: torch._efficientzerotensor(4, 3),
    "no elements": lambda: torch.zeros(0, 1).expand(0, 5),
}
MODES: dict[str, Callable[[], Any]] = {
    "grad": nullcontext,
    "no grad": torch.no_grad,
    "inference": torch.inference_mode,
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("state", STATES)
def test_in_place_writes_to_any_state(state: str, mode: str) -> None:
    tensor = STATES[state]()
    with MODES[mode]():
        predicted = inplace_refusal(tensor, describe(tensor).layout)
        assert predicted.raises == raises(lambda: tensor.add_(1)), predicted


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("source", STATES)
@pytest.mark.parametrize("state", [name for name in STATES if name != "no elements"])
def test_copies_between_any_states(state: str, source: str, mode: str) -> None:
    dst, src = STATES[state](), STATES[source]()
    src = src[: len(dst)] if source != "no elements" else src
    if dst.shape != src.shape:
        src = src[:1] if len(src) else torch.zeros(1, 3)
    if src.is_complex() and not dst.is_complex():
        return  # torch warns that the imaginary part is lost
    with MODES[mode]():
        predicted = copy_refusal(dst, src, (describe(dst).layout, describe(src).layout))
        assert predicted.raises == raises(lambda: dst.copy_(src)), predicted


def test_a_tensor_is_copied_to_itself_without_a_look() -> None:
    row = torch.zeros(1).expand(3)
    for view in (row, row[:], row.view(3, 1)[:, 0]):
        found = tensorlab.check_copy(row, view)
        assert (found.safety, found.raises) == ("SAFE", False)
        row.copy_(view)
    found = tensorlab.check_copy(row, row.view(torch.int32))
    assert (found.safety, found.raises) == ("UNSAFE", True)


def test_meta_storages_are_told_apart_though_they_have_no_address() -> None:
    one, other = (torch.zeros(9, device="meta") for _ in range(2))
    found = tensorlab.check_copy(one[1:], other[:-1])
    assert (found.safety, found.reason) == ("SAFE", "dst and src have storages of their own")
    found = tensorlab.check_copy(one[1:], one[:-1])
    assert (found.safety, found.meeting) == ("UNSAFE", "dst[0] and src[1] are the same")


def test_storages_of_their_own_are_not_compared() -> None:
    array = tensorlab.describe(torch.zeros(3))
    assert isinstance(array, MemoryMap)
    whole = torch.zeros(9).numpy()
    one, other = torch.from_numpy(whole), torch.from_numpy(whole)
    found = tensorlab.check_copy(one[1:], other[:-1])
    assert (found.safety, found.raises) == ("UNSAFE", False)
    one[1:].copy_(other[:-1])


def test_what_follows_other_rules_is_not_told() -> None:
    assert inplace_refusal(torch.eye(3).to_sparse(), None) == Refusal(raises=None)
    with warnings.catch_warnings(action="ignore"):  # torch says once a process that it is deprecated
        quantized = torch.quantize_per_tensor(torch.zeros(3), 1.0, 0, torch.qint8)
    assert inplace_refusal(quantized, describe(quantized).layout).raises is None
    assert copy_refusal(torch.zeros(3), quantized, (None, None)).raises is None


def test_more_axes_than_there_are_to_write_are_refused() -> None:
    dst, src = torch.zeros(3), torch.zeros(1, 3)
    assert tensorlab.check_copy(dst, src).raises
    assert raises(lambda: dst.copy_(src))
