from __future__ import annotations

from random import Random
from typing import Any

import pytest
import torch
from hypothesis import find, given, settings
from hypothesis import strategies as st
from support.drawn import draws, layout_of

from tensorlab.errors import TensorlabError
from tensorlab.layout.record import Layout
from tensorlab.testing import aliased_pairs, arrays, layouts, tensor_tuples, tensors, view_chains
from tensorlab.testing.classing import classes_of
from tensorlab.testing.record import CLASSES

BAD: list[tuple[Any, dict[str, Any]]] = [
    *((f, {"shape": (2, -1)}) for f in (tensors, arrays, layouts, view_chains, aliased_pairs, tensor_tuples)),
    *((f, {"shape": "23"}) for f in (tensors, arrays, layouts, view_chains, aliased_pairs, tensor_tuples)),
    *((f, {"shape": (2.0,)}) for f in (tensors, arrays, layouts)),
    *((f, {"dtype": "float33"}) for f in (tensors, arrays, view_chains, aliased_pairs, tensor_tuples)),
    *((f, {"dtype": 3}) for f in (tensors, arrays, view_chains, aliased_pairs)),
    *((f, {"dtype": []}) for f in (tensors, arrays)),
    *((f, {"classes": "gap"}) for f in (tensors, arrays, layouts, view_chains, tensor_tuples)),
    *((f, {"classes": []}) for f in (tensors, arrays, layouts)),
    *((f, {"classes": 3}) for f in (tensors, arrays, layouts)),
    *((f, {"min_axes": 3, "max_axes": 2}) for f in (tensors, arrays, layouts, view_chains)),
    *((f, {"max_side": -1}) for f in (tensors, arrays, layouts, view_chains)),
    *((f, {"elements": 3}) for f in (tensors, arrays)),
    *((f, {"fill": "random"}) for f in (tensors, arrays)),
    *((f, {"shape": (3,), "classes": "permuted"}) for f in (tensors, arrays, layouts)),
    *((f, {"shape": st.just((3,)), "dtype": "float33"}) for f in (tensors, arrays)),
    *((f, {"dtype": st.just("int8"), "shape": (-1,)}) for f in (tensors, arrays)),
    *((f, {"library": "jax"}) for f in (view_chains, aliased_pairs)),
    *((f, {"shape": (10**12,)}) for f in (tensors, arrays, view_chains, aliased_pairs, tensor_tuples)),
    *((f, {"fill": 3}) for f in (tensors, arrays)),
    (tensors, {"shape": (0, 10**9, 10**9)}),
    (tensors, {"dtype": "float32", "classes": "conj"}),
    (tensors, {"dtype": "int64", "requires_grad": True}),
    (tensors, {"requires_grad": 1}),
    (arrays, {"dtype": torch.bfloat16}),
    (layouts, {"itemsize": 0}),
    (layouts, {"itemsize": "4"}),
    (layouts, {"classes": "conj"}),
    (layouts, {"classes": "negative stride"}),
    (view_chains, {"max_calls": 0}),
    (aliased_pairs, {"sharing": "partly"}),
    (aliased_pairs, {"sharing": []}),
    (aliased_pairs, {"sharing": "transposed", "shape": (2, 3)}),
    (aliased_pairs, {"shape": (0,)}),
    (tensor_tuples, {"count": 0}),
]


@pytest.mark.parametrize(("strategy", "keywords"), BAD)
def test_bad_arguments_are_refused_before_anything_is_drawn(strategy: Any, keywords: dict[str, Any]) -> None:
    with pytest.raises(TensorlabError, match=r"."):
        strategy(**keywords)


@pytest.mark.parametrize("strategy", [tensors, arrays, layouts, view_chains, aliased_pairs, tensor_tuples])
def test_every_argument_has_its_name(strategy: Any) -> None:
    with pytest.raises(TypeError, match="positional"):
        strategy((2, 3))


def test_layouts_are_of_the_classes_that_are_asked_for() -> None:
    for name in CLASSES:
        if name not in {"conj", "neg", "dtype view"}:
            negative = name == "negative stride"
            for layout in draws(layouts(classes=name, negative=negative), 15):
                assert name in classes_of(layout)


def test_layouts_have_the_shape_and_the_itemsize_that_are_asked_for() -> None:
    assert {layout.shape for layout in draws(layouts(shape=(2, 3)), 50)} == {(2, 3)}
    assert {layout.itemsize for layout in draws(layouts(itemsize=3), 50)} == {3}
    assert {layout.itemsize for layout in draws(layouts(itemsize=st.sampled_from([2, 4])), 100)} == {2, 4}


def test_layouts_shrink_to_few_short_axes() -> None:
    found = find(layouts(), lambda layout: "permuted" in classes_of(layout))
    assert found == Layout((2, 2), (4, 8), 0, 4)


def told(thing: Any) -> tuple[Any, ...]:
    """What a tensor, an array or several are, down to where each starts in its storage."""
    if isinstance(thing, tuple):
        return tuple(map(told, thing))
    layout = layout_of(thing)
    return layout.shape, layout.offset, str(thing.dtype).removeprefix("torch."), thing.tolist()


ONE = ((), 0, "float32", 1.0)


@pytest.mark.parametrize("number", range(2))
@pytest.mark.parametrize(
    ("strategy", "simplest"),
    [
        (tensors(), ONE),
        (tensors(dtype="float32"), ONE),
        (st.from_type(torch.Tensor), ONE),
        (arrays(), ONE),
        (arrays(dtype="int8"), ((), 0, "int8", 1)),
        (tensor_tuples(), (ONE, ONE)),
        (view_chains().map(lambda chain: (chain.base, chain.result)), (ONE, ((1,), 0, "float32", [1.0]))),
        (aliased_pairs().map(lambda pair: (pair.first, pair.second)), (((1,), 8, "float32", [1.0]),) * 2),
    ],
)
def test_the_simplest_example_is_the_one_that_is_told(
    strategy: st.SearchStrategy[Any], simplest: Any, number: int
) -> None:
    found = find(strategy, lambda _: True, settings=settings(database=None, max_examples=300), random=Random(number))
    assert told(found) == simplest


@pytest.mark.parametrize("number", range(4))
def test_the_simplest_layout_has_no_axes_and_no_offset(number: int) -> None:
    found = find(layouts(), lambda _: True, settings=settings(database=None, max_examples=300), random=Random(number))
    assert found == Layout((), (), itemsize=4)


def test_shapes_that_a_strategy_gives_and_no_class_fits_are_no_examples() -> None:
    shapes = st.sampled_from([(), (2, 2)])
    assert {layout.shape for layout in draws(layouts(shape=shapes, classes="permuted"), 20)} == {(2, 2)}


@settings(max_examples=30, database=None, deadline=None)
@given(tensors(elements=st.integers(7, 9), dtype="int64", max_side=3), arrays(elements=st.booleans(), dtype="bool"))
def test_elements_can_be_drawn(tensor: torch.Tensor, array: Any) -> None:
    assert set(tensor.flatten().tolist()) <= {7, 8, 9}
    assert array.dtype == bool


def test_elements_that_the_dtype_cannot_hold_are_told() -> None:
    with pytest.raises(TensorlabError, match="elements cannot be float32"):
        find(tensors(elements=st.just("x"), dtype="float32", shape=(2,)), lambda _: True)


@pytest.mark.parametrize(
    ("kind", "elements"),
    [
        ("uint8", st.integers(300, 400)),
        ("int8", st.just(-129)),
        ("uint8", st.just(-1)),
        ("int32", st.just(2.5)),
        ("bool", st.just(2)),
        ("float16", st.just(70_000)),
        ("float32", st.just(1e39)),
    ],
)
def test_elements_out_of_the_range_of_the_dtype_are_told(kind: str, elements: Any) -> None:
    for strategy in (tensors, arrays):
        with pytest.raises(TensorlabError, match=rf"elements cannot be {kind}: .* is out of its range"):
            find(strategy(elements=elements, dtype=kind, shape=(2,)), lambda _: True)


def test_elements_at_the_end_of_the_range_are_drawn() -> None:
    for kind, value in [("uint8", 255), ("int8", -128), ("float16", 65504.0), ("float64", 1e308), ("float32", 3e38)]:
        found = find(tensors(elements=st.just(value), dtype=kind, shape=(1,)), lambda _: True)
        assert found.item() == pytest.approx(value)
    assert find(tensors(elements=st.just(float("inf")), dtype="float32", shape=()), lambda _: True).isinf()


def test_numbers_alone_may_be_of_any_size() -> None:
    assert {layout.shape for layout in draws(layouts(shape=(10**12,)), 5)} == {(10**12,)}


def test_a_large_shape_that_a_strategy_gives_is_refused() -> None:
    with pytest.raises(TensorlabError, match="too large to be built"):
        find(tensors(shape=st.just((10**12,)), dtype="float32"), lambda _: True)


def test_a_failing_example_tells_its_strides(capsys: pytest.CaptureFixture[str]) -> None:
    @settings(max_examples=100, database=None, deadline=None)
    @given(tensors(dtype="float32"))
    def fails(x: torch.Tensor) -> None:
        assert x.is_contiguous()

    with pytest.raises(AssertionError, match="is_contiguous") as caught:
        fails()
    told = "\n".join(getattr(caught.value, "__notes__", [])) + capsys.readouterr().out
    assert "a tensor: shape (" in told
    assert "strides (" in told
