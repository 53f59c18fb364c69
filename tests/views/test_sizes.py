from __future__ import annotations

import array
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.views.sizes import (
    BEYOND,
    elements,
    leaves,
    number,
    product_of,
    repeated,
    requested,
    shape_of,
    span,
    whole,
    widest,
)


def test_leaves_counts_shared_lists_as_often_as_they_are_reached() -> None:
    inner = [[0] * 10] * 10
    assert leaves([inner] * 10) == 1000
    assert leaves([[], [range(3), torch.zeros(4)]]) == 8
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
        ("empty_strided", ((2, 3),), {"stride": (3, 1)}),
        ("empty_strided", (), {"size": (2, 3), "stride": (3, 1)}),
        ("randperm", (), {"n": 5}),
        ("eye", (), {"n": 3, "m": 4}),
        ("arange", (), {"end": 7}),
        ("arange", (2,), {"end": 7}),
        ("arange", (torch.tensor(7),), {}),
        ("arange", (), {"start": 2, "end": 7, "step": 2}),
        ("zeros", (np.int64(3), torch.tensor(4)), {}),
    ],
)
def test_what_is_requested_is_what_torch_makes(path: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    assert requested(path, args, kwargs) == getattr(torch, path)(*args, **kwargs).numel()


@pytest.mark.parametrize(
    ("path", "args", "kwargs"),
    [
        ("zeros", (np.array([3, 4]),), {}),
        ("zeros", (range(3, 5),), {}),
        ("zeros", (b"ab",), {}),
        ("zeros", (memoryview(b"ab"),), {}),
        ("ones", (array.array("i", [3, 4]),), {}),
        ("zeros_like", ([1],), {"shape": (3, 4)}),
        ("empty_like", ([1], "f8", "C", True, (3, 4)), {}),
        ("full_like", ([1], 1, "f8", "C", True, 7), {}),
        ("arange", (7,), {"step": 2}),
        ("arange", (7, None), {}),
        ("arange", (0,), {"stop": -9, "step": -2}),
        ("arange", (np.int64(7),), {}),
        ("linspace", (0, 1), {}),
        ("linspace", ([0, 1], 9, np.int64(4)), {}),
        ("linspace", (), {"start": np.zeros((2, 3)), "stop": 9, "num": 4}),
        ("eye", (np.array(3),), {"M": 4}),
        ("identity", (), {"n": 3}),
    ],
)
def test_what_is_requested_is_what_numpy_makes(path: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    assert requested(path, args, kwargs) == getattr(np, path)(*args, **kwargs).size


def test_numbers_that_no_range_has() -> None:
    assert requested("arange", (0, 10**400, 0.5), {}) == BEYOND
    assert requested("arange", (0, float("inf")), {}) == BEYOND
    assert [requested("arange", (0, float("nan")), {}), requested("arange", (0, 9, 0), {})] == [0, 0]
    assert requested("arange", (30 + 2j,), {}) >= 2
    assert [number(value) for value in (np.datetime64("2000"), np.array("x"), np.zeros(2), "1")] == [None] * 4


def test_a_product_stops_beyond_any_limit() -> None:
    assert product_of([2**4000] * 900) == BEYOND
    assert product_of([2**4000] * 900 + [0]) == 0


def test_numpy_repeats_along_one_axis_and_torch_along_all() -> None:
    assert np.ones(1).repeat([7]).size == repeated(np.ones(1), ([7],), {})
    assert np.ones(2).repeat([0, 7]).size <= 2 * repeated(np.ones(2), ([0, 7],), {})
    assert torch.ones(1).repeat(2, 3).numel() == repeated(torch.ones(1), (2, 3), {})
    assert torch.ones(1).repeat(repeats=(2, 3)).numel() == repeated(torch.ones(1), (), {"repeats": (2, 3)})


@pytest.mark.parametrize("words", [["a", "abc"], [["ab"], [b"abcd"]], "abc", b"ab"])
def test_the_widest_word_is_at_least_what_numpy_gives_an_item(words: Any) -> None:
    assert widest(words) >= np.array(words).itemsize


def test_a_wide_element_counts_as_several() -> None:
    assert [elements(np.zeros(3, kind)) for kind in ("f8", "c16", "S17", "S160")] == [3, 3, 6, 30]


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
    for many in ("f8," * 20 + "S9", [(f"a{n}", "f8") for n in range(99)], ("f4", (3, 4)), np.dtype("(3,4)f4")):
        assert np.dtype(many).itemsize <= 8 * span(many) <= 16 * np.dtype(many).itemsize * 8
    assert span([("a" * 5000, "f4", (1000, 1000))]) >= 4_000_000
    assert span("f4," * 50_000 + "(1000,1000)f4") == BEYOND
    assert [span(word) for word in ("float64", "12345678901", "cpu", np.zeros((5, 5)), 3, (3, 4))] == [1] * 6
