from __future__ import annotations

import numpy as np
import pytest
import torch

from tensorlab.errors import LayoutError, UnknownNameError, UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.testing.record import Case, Laid, Spec
from tensorlab.testing.specs import Constant, Elements, Example, bound, elements, parse, slot, spec_of


def laid(shape: tuple[int, ...], name: str = "float32") -> Laid:
    size = dtype(name).itemsize
    layout = Layout(shape, (size,) * len(shape), itemsize=size)
    return Laid(layout=layout, dtype=dtype(name), nbytes=400, classes=frozenset())


@pytest.mark.parametrize(
    ("text", "shape", "dtypes"),
    [
        ("float32[n, 3]", ("n", 3), ["float32"]),
        ("float32", ("...",), ["float32"]),
        ("float32[...]", ("...",), ["float32"]),
        ("float32[*, c]", ("...", "c"), ["float32"]),
        ("float32[]", (), ["float32"]),
        ("float32 | float64 [n]", ("n",), ["float32", "float64"]),
        ("  int64[_, _]  ", ("_", "_"), ["int64"]),
    ],
)
def test_a_text_says_axes_and_dtypes(text: str, shape: tuple[int | str, ...], dtypes: list[str]) -> None:
    spec = parse(text)
    assert (spec.shape, [kind.name for kind in spec.dtypes]) == (shape, dtypes)


def test_a_text_says_the_range_and_the_library() -> None:
    spec = parse("np int64[k] >= -2 < 9")
    assert (spec.low, spec.high, spec.library) == (-2, 9, "numpy")
    assert parse("int64[k] < n").high == "n"


@pytest.mark.parametrize("text", ["", "float32[n", "float32[n-1]", "float32[n] > 3", "float32[..., ...]"])
def test_a_text_that_is_no_spec_is_refused(text: str) -> None:
    with pytest.raises(LayoutError, match=r"no argument is written|an axis is a number|any axes can stand once"):
        parse(text)


def test_a_dtype_that_there_is_not_is_named() -> None:
    with pytest.raises(UnknownNameError, match="no dtype is called 'float33'"):
        parse("float33[n]")


def test_an_example_keeps_its_elements_and_not_its_layout() -> None:
    given = torch.arange(6.0).view(2, 3).t()
    one = slot(given)
    assert isinstance(one, Example)
    assert one.spec.shape == (3, 2)
    assert one.values.tolist() == given.tolist()
    assert one.values.is_contiguous()
    assert spec_of(one) is one.spec


def test_an_array_is_an_example_of_its_library() -> None:
    one = slot(np.arange(6)[::-2])
    assert isinstance(one, Example)
    assert one.spec.library == "numpy"
    assert one.values.tolist() == [5, 3, 1]


def test_any_other_value_is_passed_as_it_is() -> None:
    assert slot(None) == Constant(None)
    assert slot((1, 2)) == Constant((1, 2))


def test_a_spec_takes_the_classes_that_are_asked_for() -> None:
    one = slot(Spec(shape=("n",), dtypes=(dtype("float32"),)), ["gaps"])
    assert isinstance(one, Spec)
    assert one.classes == ("gaps",)


def test_what_cannot_be_laid_out_is_no_example() -> None:
    with pytest.raises(UnsupportedError, match=r"an example is a strided tensor on the CPU"):
        slot(torch.empty(2, device="meta"))
    with pytest.raises(UnsupportedError, match=r"no argument of dtype object can be laid out"):
        slot(np.array([None]))


@pytest.mark.parametrize(
    ("specs", "shapes", "names"),
    [
        (["float32[n, k]", "float32[k]"], [(2, 3), (3,)], {"n": (2,), "k": (3,)}),
        (["float32[n, k]", "float32[k]"], [(2, 3), (2,)], None),
        (["float32[..., c]", "float32[...]"], [(2, 3, 4), (2, 3)], {"...": (2, 3), "c": (4,)}),
        (["float32[..., c]", "float32[...]"], [(2, 3, 4), (2,)], None),
        (["float32[_, _]"], [(2, 3)], {}),
        (["float32[2]"], [(3,)], None),
        (["float32[n]"], [(2, 3)], None),
        (["float32[n]"], [(2,), (3,)], None),
    ],
)
def test_shapes_bind_names_or_do_not_fit(
    specs: list[str], shapes: list[tuple[int, ...]], names: dict[str, tuple[int, ...]] | None
) -> None:
    assert bound([parse(text) for text in specs], Case(arguments=tuple(map(laid, shapes)))) == names


def test_a_dtype_that_is_not_allowed_does_not_fit() -> None:
    assert bound([parse("float64[n]")], Case(arguments=(laid((2,)),))) is None


def test_an_example_binds_nobody() -> None:
    one = slot(torch.ones(4))
    assert isinstance(one, Example)
    assert bound([one], Case(arguments=(laid((2,)),))) == {}
    assert len(elements(one, (2,), dtype("float32"), Elements(), {})) == 2


def test_values_that_index_need_an_axis() -> None:
    with pytest.raises(LayoutError, match="values below 'n' need an axis of that name"):
        elements(parse("int64[k] < n"), (2,), dtype("int64"), Elements(), {})


def test_elements_of_an_example_vary_with_the_pattern_unless_they_are_whole() -> None:
    fractions, whole = slot(torch.zeros(2)), slot(torch.tensor([5, 9]))
    assert isinstance(fractions, Example)
    assert isinstance(whole, Example)
    assert elements(fractions, (2,), dtype("float32"), Elements("signed"), {}).tolist() == [1, -2]
    assert elements(whole, (2,), dtype("int64"), Elements("signed"), {}).tolist() == [5, 9]


def test_axes_that_stand_twice_are_told_to_stand_once() -> None:
    with pytest.raises(LayoutError, match=r'the axes stand once: "float32\|int8\[n\]"'):
        parse("float32[n]|int8[n]")
