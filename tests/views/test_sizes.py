from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.views.sizes import elements, leaves, product_of, requested, shape_of, span, whole


def test_leaves_counts_shared_lists_as_often_as_they_are_reached() -> None:
    inner = [[0] * 10] * 10
    assert leaves([inner] * 10) == 1000
    assert leaves([[], [range(3), torch.zeros(4)]]) == 7
    assert leaves(range(0, -10, -3)) == len(range(0, -10, -3))
    assert leaves(range(10**30)) == 10**30


@pytest.mark.parametrize(
    ("path", "args", "kwargs"),
    [
        ("zeros", (2, 3), {}),
        ("ones", ((2, 3),), {}),
        ("empty", (), {"size": (2, 3)}),
        ("rand", (0, 3), {}),
        ("full", ((2, 3), 9), {}),
        ("full", (), {"size": (2, 3), "fill_value": 9}),
        ("randint", (9, (2, 3)), {}),
        ("randint", (0, 9, (2, 3)), {}),
        ("randint", (0, 9), {"size": (2, 3)}),
        ("randperm", (5,), {}),
        ("eye", (3,), {}),
        ("eye", (3, 2), {}),
        ("eye", (3,), {"m": 2}),
        ("linspace", (0, 1, 7), {}),
        ("linspace", (0, 1), {"steps": 7}),
        ("empty_strided", ((2, 3), (3, 1)), {}),
    ],
)
def test_what_is_requested_is_what_torch_makes(path: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    assert requested(path, args, kwargs) == getattr(torch, path)(*args, **kwargs).numel()


@given(
    start=st.integers(-80, 80).map(lambda n: n / 4),
    stop=st.integers(-80, 80).map(lambda n: n / 4),
    step=st.sampled_from([-2, -0.5, 0.25, 1, 3]),
)
def test_a_range_requests_what_numpy_makes(start: float, stop: float, step: float) -> None:
    assert requested("arange", (start, stop, step), {}) == np.arange(start, stop, step).size
    assert requested("arange", (stop,), {}) == np.arange(stop).size
    assert requested("arange", (start, stop), {}) == np.arange(start, stop).size


def test_whole_numbers_of_every_library() -> None:
    assert [whole(n) for n in (5, np.int8(5), torch.tensor(5))] == [5, 5, 5]
    values = (5.0, "5", torch.zeros(2), torch.zeros((), dtype=torch.int64, device="meta"))
    assert [whole(n) for n in values] == [None] * 4
    assert product_of((2, torch.Size((3, 4)), "f8", None)) == 24


def test_shapes_and_elements() -> None:
    assert [shape_of(v) for v in (torch.zeros(2, 3), np.zeros(4), np.float32(1), "a", 5)] == [
        (2, 3),
        (4,),
        (),
        None,
        None,
    ]
    assert [elements(v) for v in (torch.zeros(2, 3), np.zeros(4), [1, 2], torch.zeros(9, device="meta"))] == [
        6,
        4,
        0,
        0,
    ]


def test_the_span_of_a_dtype_is_at_least_its_bytes() -> None:
    for kind in ("S100", "f8", "(3,4)i4", [("a", "f4", (5,)), ("b", "S9")]):
        assert span(kind) >= np.dtype(kind).itemsize
    for made in (np.dtype("S100"), np.dtype([("a", "S1000"), ("b", "i4")])):
        assert span(made) >= made.itemsize
    assert [span(word) for word in ("float64", torch.float32, "12345678901", "cpu", np.zeros((5, 5)), 3)] == [1] * 6
