from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import find, settings
from hypothesis import strategies as st
from support.drawn import classes_seen, draws, shares

from tensorlab.testing import CLASSES, tensor_tuples, tensors

if TYPE_CHECKING:
    from collections.abc import Callable

STRIDED: tuple[str, ...] = tuple(name for name in CLASSES if name != "negative stride")


@pytest.mark.parametrize("number", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_over_a_thousand_draws_each_class_is_at_least_2_percent(number: int) -> None:
    drawn = draws(tensors(), number=number)
    assert len(drawn) == 1000
    found = shares(drawn)
    assert {name: round(found.get(name, 0), 1) for name in STRIDED if found.get(name, 0) < 3} == {}
    assert max(x.untyped_storage().nbytes() for x in drawn) < 2**16


def test_classes_come_together_too() -> None:
    drawn = draws(tensors(dtype=[torch.float32, torch.complex64]), 1000)
    pairs = {frozenset(pair) for x in drawn for pair in [(a, b) for a in classes_seen(x) for b in classes_seen(x)]}
    for pair in [
        ("gaps", "stride 0"),
        ("gaps", "offset"),
        ("permuted", "offset"),
        ("neg", "stride 0"),
        ("odd ones", "gaps"),
    ]:
        assert frozenset(pair) in pairs
    assert {x.ndim for x in drawn} == {0, 1, 2, 3, 4, 5}
    assert max(max(x.shape, default=0) for x in drawn) == 33


@pytest.mark.parametrize("name", STRIDED)
def test_a_class_that_is_asked_for_is_drawn_and_shrinks_to_4_elements_or_fewer(name: str) -> None:
    for x in draws(tensors(classes=name), 15):
        assert name in classes_seen(x) or name == "dtype view"
    found = find(tensors(), lambda x: name in classes_seen(x), settings=settings(max_examples=2000, derandomize=True))
    assert found.numel() <= 4


@pytest.mark.parametrize(
    ("condition", "numel"),
    [
        (lambda x: not x.is_contiguous(), 4),
        (lambda x: x.numel() > 1 and 0 in x.stride(), 4),
        (lambda x: x.storage_offset() > 0, 4),
        (lambda x: x.ndim == 3 and x.numel() > 2, 3),
        (lambda x: x.numel() > 5 and not x.is_contiguous(), 9),
    ],
)
def test_shrinking_leaves_little(condition: Callable[[torch.Tensor], bool], numel: int) -> None:
    found = find(tensors(dtype="float32"), condition, settings=settings(max_examples=2000, derandomize=True))
    assert found.numel() <= numel
    assert found.untyped_storage().nbytes() <= 4 * (numel + 4)


def test_what_lies_beside_the_elements_is_poison() -> None:
    seen = 0
    for x in draws(tensors(dtype="float32", classes=["permuted", "gaps", "offset", "contiguous offset"]), 80):
        words = torch.empty(0).set_(x.untyped_storage())
        inside = torch.zeros(len(words), dtype=torch.bool)
        inside.as_strided(x.shape, x.stride(), x.storage_offset()).fill_(True)
        beside = words[~inside]
        assert (beside.isnan() | (beside.abs() == 30_000.5)).all()
        assert not inside[-1]
        assert not words[inside].isnan().any()
        seen += int(not inside[0])
    assert seen > 40


def test_elements_can_be_told_apart() -> None:
    signs = set()
    for x in draws(tensors(dtype="int64", classes=["contiguous", "permuted", "gaps", "channels_last"]), 60):
        assert x.flatten().abs().tolist() == list(range(1, x.numel() + 1))
        signs.add(bool((x < 0).any()))
    assert signs == {False, True}
    assert find(tensors(dtype="int64"), lambda x: x.numel() > 2).tolist() == [1, 2, 3]
    ramps = draws(tensors(dtype="int64", shape=(3,), classes="gaps", fill="ramp"), 5)
    assert {tuple(x.tolist()) for x in ramps} == {(1, 2, 3)}
    signed = draws(tensors(dtype="int64", shape=(3,), classes="gaps", fill="signed"), 5)
    assert {tuple(x.tolist()) for x in signed} == {(1, -2, 3)}


def test_nothing_shares_bytes_unless_it_may() -> None:
    names = [name for name in STRIDED if name not in {"stride 0", "overlapping"}]
    for x in draws(tensors(classes=names), 200):
        assert not classes_seen(x) & {"stride 0", "overlapping"}


def test_shape_and_dtype_may_be_values_or_strategies() -> None:
    assert {x.shape for x in draws(tensors(shape=(2, 3)), 20)} == {(2, 3)}
    assert {x.shape for x in draws(tensors(shape=st.sampled_from([(2,), (3,)])), 20)} == {(2,), (3,)}
    assert {x.dtype for x in draws(tensors(dtype=torch.int32), 20)} == {torch.int32}
    kinds = st.sampled_from([torch.int8, torch.float64])
    assert {x.dtype for x in draws(tensors(dtype=kinds), 20)} == {torch.int8, torch.float64}
    assert {x.dtype for x in draws(tensors(dtype=[torch.int8, "bool"]), 40)} == {torch.int8, torch.bool}
    assert {x.ndim for x in draws(tensors(min_axes=2, max_axes=3), 40)} == {2, 3}
    assert all(2 <= n <= 4 for x in draws(tensors(min_side=2, max_side=4), 40) for n in x.shape)


def test_tensors_of_one_shared_shape_have_layouts_of_their_own() -> None:
    shape = st.shared(st.sampled_from([(2, 3), (4, 2)]), key="shape")
    pairs: list[Any] = draws(
        st.tuples(tensors(shape=shape, dtype="float32"), tensors(shape=shape, dtype="float32")), 100
    )
    assert all(a.shape == b.shape for a, b in pairs)
    assert sum(a.stride() != b.stride() for a, b in pairs) > 50


def test_tuples_have_one_shape_and_dtype() -> None:
    drawn = draws(tensor_tuples(count=3), 100)
    assert all(a.shape == b.shape == c.shape and a.dtype == b.dtype == c.dtype for a, b, c in drawn)
    assert sum(len({x.stride() for x in three}) > 1 for three in drawn) > 30
    assert len({x.untyped_storage().data_ptr() for x in drawn[-1]}) == 3


@pytest.mark.parametrize("number", range(2))
def test_tuples_are_all_alike_or_all_but_one_now_and_then(number: int) -> None:
    drawn = draws(tensor_tuples(count=3), 400, number)
    odd = [[x.is_contiguous() for x in three] for three in drawn]
    for place in range(3):
        assert sum(not row[place] and sum(row) == 2 for row in odd) >= 5
    strided = [three for three in drawn if not any(x.is_contiguous() for x in three)]
    assert sum(len({(x.stride(), x.storage_offset()) for x in three}) == 1 for three in strided) >= 8


def test_a_neg_bit_comes_where_complex_numbers_may_be_or_it_is_asked_for() -> None:
    kinds = st.sampled_from(["float32", "float64"])
    for strategy in (tensors(dtype=torch.float32), tensors(dtype=kinds), tensor_tuples(dtype="float32").map(max_neg)):
        assert not any(x.is_neg() for x in draws(strategy, 150))
    for strategy in (
        tensors(),
        tensors(dtype=["float32", "complex64"]),
        tensors(dtype="float32", classes=["contiguous", "neg"]),
    ):
        assert any(x.is_neg() for x in draws(strategy, 500))


def max_neg(several: tuple[torch.Tensor, ...]) -> torch.Tensor:
    """One with a neg bit, where there is one."""
    return max(several, key=torch.Tensor.is_neg)


def test_gradients_are_tracked_where_they_are_asked_for() -> None:
    drawn = draws(tensors(requires_grad=True), 100)
    assert all(x.requires_grad and x.is_leaf and (x.is_floating_point() or x.is_complex()) for x in drawn)
    assert {x.requires_grad for x in draws(tensors(requires_grad=st.booleans(), dtype="float32"), 50)} == {True, False}
