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
from tensorlab.memory.writes.kernels import COMPLETE, COPYING
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


def detached_inside() -> torch.Tensor:
    with torch.inference_mode():
        return torch.zeros(4, 3)[1:].detach()


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
    "inference, detached": lambda: inference(0).detach(),
    "inference, its data": lambda: inference(1).data,
    "view of inference, detached": lambda: inference(0).detach()[1:],
    "view, detached inside": detached_inside,
    "meta": lambda: torch.zeros(4, 3, device="meta"),
    "meta row": lambda: torch.zeros(1, 3, device="meta").expand(4, 3),
    "row": lambda: torch.zeros(1, 3).expand(4, 3),
    "integers": lambda: torch.zeros(4, 3, dtype=torch.int32),
    "complex": lambda: torch.zeros(4, 3, dtype=torch.complex64),
    "conjugate": lambda: torch.zeros(4, 3, dtype=torch.complex64).conj(),
    "negative": lambda: torch.zeros(4, 3, dtype=torch.complex64).conj().imag,
    "half": lambda: torch.zeros(4, 3, dtype=torch.float16),
    "data of a leaf": lambda: grad().data,
    "view of a detached": lambda: grad().detach()[1:],
    "leaf that is a view": lambda: torch.nn.Parameter(torch.zeros(4, 3)[1:]),
    "view of a leaf that is a view": lambda: torch.zeros(4, 3)[1:].requires_grad_()[1:],
    "view that got grad later": lambda: (torch.zeros(4, 3)[1:], grad()[:3])[0].copy_(grad()[1:]),
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


def test_one_of_several_whose_base_was_written_does_not_say_whether_it_is_a_leaf() -> None:
    base = grad() * 2
    first = base.unbind(0)[0]
    base.mul_(2)
    with pytest.raises(RuntimeError, match="has been modified inplace"):
        _ = first.is_leaf
    assert tensorlab.check_inplace(first).raises
    assert raises(lambda: first.add_(1))


def test_an_inference_tensor_that_was_given_other_data_is_still_refused() -> None:
    tensor = inference(0)
    tensor.data = torch.ones(4, 3)
    assert not tensor.is_inference()
    assert tensorlab.check_inplace(tensor).raises
    assert raises(lambda: tensor.add_(1))


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
    words = "a subclass, a quantized or a stride-less tensor has rules of its own"
    assert inplace_refusal(torch.eye(3).to_sparse(), None) == Refusal(raises=None, reason=words)
    with warnings.catch_warnings(action="ignore"):  # torch says once a process that it is deprecated
        quantized = torch.quantize_per_tensor(torch.zeros(3), 1.0, 0, torch.qint8)
    assert inplace_refusal(quantized, describe(quantized).layout).raises is None
    assert copy_refusal(torch.zeros(3), quantized, (None, None)).raises is None


def test_more_axes_than_there_are_to_write_are_refused() -> None:
    dst, src = torch.zeros(3), torch.zeros(1, 3)
    assert tensorlab.check_copy(dst, src).raises
    assert raises(lambda: dst.copy_(src))


DTYPES = sorted({kind for kind in vars(torch).values() if isinstance(kind, torch.dtype)}, key=str)


def of(kind: torch.dtype, n: int) -> torch.Tensor:
    with warnings.catch_warnings(action="ignore"):  # torch says once a process that quantized ones are deprecated
        return torch.empty(n, dtype=kind)


@pytest.mark.parametrize("n", [0, 3])
def test_every_pair_of_dtypes_is_copied_as_predicted(n: int) -> None:
    answers = set()
    for kind, other in product(DTYPES, repeat=2):
        dst, src = of(kind, n), of(other, n)
        found = tensorlab.check_copy(dst, src)
        answers.add(found.raises)
        if found.raises is None:
            assert dst.is_quantized or src.is_quantized
            assert "not known whether torch raises" in str(found)
            continue
        with warnings.catch_warnings(action="ignore"):  # of a complex src the imaginary part is lost
            assert found.raises == raises(lambda: dst.copy_(src)), (kind, other)  # noqa: B023 - it is called at once
    assert answers == ({None, False} if n == 0 else {None, False, True})


@pytest.mark.parametrize("kind", DTYPES, ids=str)
def test_operations_in_place_are_promised_for_dtypes_that_have_them_all(kind: torch.dtype) -> None:
    tensor = of(kind, 3)
    found = tensorlab.check_inplace(tensor)
    actions = [lambda: tensor.add_(1), lambda: tensor.mul_(1), lambda: tensor.fill_(0), lambda: tensor.sub_(tensor)]
    assert found.raises is (None if any(map(raises, actions)) else False)
    assert (found.raises is None) == bool(found.refusal)


@pytest.mark.parametrize("negative", [(False, True), (True, False), (True, True)])
def test_negative_views_are_copied_as_predicted(negative: tuple[bool, bool]) -> None:
    """251 of uint8 and the sign of a half are what torch gets wrong."""
    kinds = [kind for kind in DTYPES if str(kind).removeprefix("torch.") in COPYING]
    wrong = set()
    for kind, other in product(kinds, repeat=2):
        dst, src = torch.zeros(3).to(kind), torch.tensor([0.0, 2.0, 5.0]).to(other)
        dst, src = (x._neg_view() if is_on else x for x, is_on in zip((dst, src), negative, strict=True))
        found = tensorlab.check_copy(dst, src)
        assert found.raises == raises(lambda: dst.copy_(src)), (kind, other)  # noqa: B023 - it is called at once
        if not {str(kind).removeprefix("torch."), str(other).removeprefix("torch.")} <= COMPLETE:
            continue
        expected = torch.zeros(3, dtype=kind).copy_(src.resolve_neg())
        is_right = dst.resolve_neg().tolist() == expected.tolist()
        assert is_right == (found.safety == "SAFE"), (kind, other)
        if not is_right:
            wrong.add(found.reason)
    assert len(wrong) in {2, 10, 12}


def test_bytes_of_another_library_are_told() -> None:
    fixed = b"abc"
    tensor = torch.frombuffer(bytearray(fixed), dtype=torch.uint8)
    words = "torch shares the bytes with another library, and does not know whether their owner allows writes"
    for found in (tensorlab.check_inplace(tensor), tensorlab.check_copy(tensor, torch.zeros(3, dtype=torch.uint8))):
        assert (found.safety, found.raises) == ("SAFE", False)
        assert words in str(found)
        assert found.advice == "write to x.clone() where the owner may not be changed"
    shared: torch.Tensor = torch.zeros(3).share_memory_()  # type: ignore[no-untyped-call]  # as torch has it
    for own in (torch.zeros(3), shared, tensor[:0], torch.zeros(3, device="meta")):
        assert tensorlab.check_inplace(own).reason == ""


class Raising(torch.Tensor):
    """Each of its own attributes raises."""

    @property
    def _refused(self) -> Any:
        raise ZeroDivisionError

    is_quantized = requires_grad = is_leaf = dtype = device = shape = is_neg = is_conj = is_inference = _refused
    stride = dim = untyped_storage = is_contiguous = is_floating_point = is_complex = _base = _version = _refused


def test_what_a_class_makes_of_its_attributes_is_not_asked() -> None:
    plain = torch.zeros(4)
    odd = torch.zeros(4).as_subclass(Raising)
    assert tensorlab.check_inplace(odd).raises is False
    for pair in ((odd, plain), (plain, odd), (odd, odd)):
        found = tensorlab.check_copy(*pair)
        assert (found.safety, found.raises) == ("SAFE", False)
