from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from tensorlab.bench.slowness.arguments import (
    BATCH,
    batched,
    channels_last,
    cloned,
    contiguous,
    is_batch_of,
    is_contiguous,
    prepared,
    smallest,
)

if TYPE_CHECKING:
    from tensorlab.bench.slowness.rewrites import Way


def ways(found: list[Way]) -> list[str]:
    return [way.what for way in found]


def test_turned_arguments_are_made_contiguous_once_and_stay_as_they_are() -> None:
    given = torch.arange(6.0).reshape(2, 3).t()
    (way,) = prepared(torch.neg, (given,), {})
    assert way.what == ".contiguous() once"
    result = way.make()()
    assert isinstance(result, torch.Tensor)
    assert (result.is_contiguous(), result.equal(-given), given.stride()) == (True, True, (1, 3))


def test_nothing_to_prepare_for_arrays_in_order() -> None:
    assert prepared(torch.neg, (torch.ones(2, 3), 1), {"a": "b"}) == []


def test_a_ufunc_fills_an_array_that_is_there() -> None:
    one = np.arange(3.0)
    (way,) = prepared(np.add, (one, one), {})
    call = way.make()
    assert way.what == "out="
    assert (call() is call(), call().tolist(), one.tolist()) == (True, [0, 2, 4], [0, 1, 2])
    assert prepared(np.add, (one, one), {"out": np.empty(3)}) == []
    assert prepared(np.divmod, (one, one), {}) == []


def test_images_and_their_module_in_channels_last() -> None:
    layer, image = torch.nn.Conv2d(3, 4, 3), torch.ones(1, 3, 5, 5)
    (way,) = prepared(layer, (image,), {})
    result = way.make()()
    assert way.what == "channels_last"
    assert isinstance(result, torch.Tensor)
    assert result.is_contiguous(memory_format=torch.channels_last)
    assert layer.weight.is_contiguous()
    assert ways(prepared(torch.nn.Identity(), (image,), {})) == []
    assert ways(prepared(layer, (image.contiguous(memory_format=torch.channels_last),), {})) == [".contiguous() once"]


def test_several_calls_in_one() -> None:
    one, two = torch.ones(2, 3), np.zeros((1, 2))
    both, first = batched((one, two, 5))
    assert [np.shape(given) for given in both] == [(2 * BATCH, 3), (BATCH, 2), ()]
    assert [np.shape(given) for given in first] == [(2 * BATCH, 3), (1, 2), ()]
    assert len(batched((one,))) == 1
    assert batched((5, torch.tensor(1.0), torch.ones(0))) == []
    assert batched((torch.ones(1, requires_grad=True),))[0][0].requires_grad


def test_other_rows_after_the_first_ones() -> None:
    ((tensor, array),) = batched((torch.tensor([[1, 2], [3, 4]]), np.arange(1)), mixed=True)[:1]
    assert tensor.tolist() == [[1, 2], [3, 4], *[[2, 1]] * (2 * BATCH - 2)]
    assert array.tolist() == [0] * BATCH


def test_rows_several_times_over() -> None:
    assert is_batch_of(torch.ones(2 * BATCH), torch.ones(2))
    assert not is_batch_of(torch.ones(BATCH), torch.ones(2))
    assert not is_batch_of(torch.ones(0), torch.ones(0))
    assert not is_batch_of(torch.tensor(1.0), torch.tensor(1.0))
    assert not is_batch_of(None, None)


def test_copies_keep_strides_and_change_nothing() -> None:
    turned = torch.ones(2, 3).t()
    copy = cloned(turned)
    assert isinstance(copy, torch.Tensor)
    assert (copy.stride(), copy.data_ptr() == turned.data_ptr()) == ((1, 3), False)
    array = np.ones(2)
    assert cloned(array) is not array
    words = ["a"]
    assert cloned(words) is words


def test_what_is_in_order() -> None:
    assert [is_contiguous(one) for one in (torch.ones(2, 3).t(), np.ones((2, 3)).T)] == [False, False]
    assert all(map(is_contiguous, (torch.eye(2).to_sparse(), torch.ones(2), np.ones(2), 5)))
    plain = torch.ones(2)
    assert contiguous(plain) is plain
    assert is_contiguous(contiguous(np.ones((2, 3)).T))
    asks = contiguous(torch.ones(2, 3).t().requires_grad_())
    assert isinstance(asks, torch.Tensor)
    assert (asks.requires_grad, asks.is_leaf) == (True, True)


def test_what_is_no_image_stays() -> None:
    plain = torch.ones(2, 3)
    assert channels_last(plain) is plain
    assert channels_last(5) == 5


def test_one_element_along_each_axis_in_memory_of_its_own() -> None:
    given = torch.ones(2, 3, requires_grad=True)
    found = smallest(given)
    assert isinstance(found, torch.Tensor)
    assert (found.shape, found.requires_grad, found.untyped_storage().nbytes()) == ((1, 1), True, 4)
    array = smallest(np.ones((2, 0)))
    assert isinstance(array, np.ndarray)
    assert (array.shape, array.base) == ((1, 0), None)
    assert smallest("a") == "a"
