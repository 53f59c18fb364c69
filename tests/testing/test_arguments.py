from typing import Any

import pytest

from tensorlab.layout.dtype import DTYPES, dtype
from tensorlab.layout.record import Layout
from tensorlab.testing.arguments import Argument, written
from tensorlab.testing.placing import fill, place
from tensorlab.testing.record import Case, Laid


def laid(name: str = "float32", *, offset: int = 0, count: int = 3, **more: Any) -> Laid:
    size = DTYPES[name].itemsize
    layout = Layout((count,), (size,), offset, size)
    return Laid(layout=layout, dtype=dtype(name), nbytes=offset + count * size, classes=frozenset(), **more)


def source(*arguments: Laid, counted: bool = True, whole: bool = False, together: Any = ()) -> str:
    placed = tuple(place(one, fill(one.layout.shape, one.dtype)) for one in arguments)
    case = Case(arguments=arguments, together=together)
    found = written(case, placed, counted=(counted,) * len(arguments), whole=whole)
    return "" if found is None else found.source


@pytest.mark.parametrize(
    ("name", "torch", "numpy"),
    [
        ("float32", "torch.arange(1., 4.)", "np.arange(1, 4, dtype=np.float32)"),
        ("float64", "torch.arange(1, 4, dtype=torch.float64)", "np.arange(1., 4.)"),
        ("int64", "torch.arange(1, 4)", "np.arange(1, 4)"),
        ("int8", "torch.arange(1, 4, dtype=torch.int8)", "np.arange(1, 4, dtype=np.int8)"),
        ("uint16", "torch.arange(1, 4).to(torch.uint16)", "np.arange(1, 4, dtype=np.uint16)"),
        (
            "complex64",
            "torch.complex(torch.arange(1., 4.), torch.arange(2., 5.))",
            "(np.arange(1., 4.) * (1 + 1j)).astype(np.complex64)",
        ),
        ("bool", "torch.tensor([True, True, False])", "np.array([True, True, False])"),
    ],
)
def test_elements_are_counted_in_every_dtype(name: str, torch: str, numpy: str) -> None:
    assert source(laid(name)) == f"x = {torch}"
    assert source(laid(name, library="numpy")) == f"x = {numpy}"


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        (laid(), "x = torch.tensor([1., 2., 3.])"),
        (laid("bfloat16"), "x = torch.tensor([1., 2., 3.], dtype=torch.bfloat16)"),
        (laid("int16", offset=2), "x = torch.tensor([-11215, 1, 2, 3], dtype=torch.int16)[1:]"),
        (laid("float64", library="numpy"), "x = np.array([1., 2., 3.])"),
        (laid("complex64"), "x = torch.tensor([(1+1.5j), (2+2.5j), (3+3.5j)], dtype=torch.complex64)"),
        (laid("int16", offset=1, count=1, library="numpy", stored=dtype("uint8")), None),
    ],
)
def test_or_written_as_they_were(argument: Laid, expected: str | None) -> None:
    if expected is None:
        assert source(argument, counted=False).startswith("x = np.ndarray((1,), 'int16', np.array(bytearray.fromhex('")
    else:
        assert source(argument, counted=False) == expected


def test_what_is_no_number_has_a_name() -> None:
    for name, word in (("float64", "nan"), ("complex128", "complex(nan, nan)")):
        one = laid(name, count=1, library="numpy")
        there = (place(one, [complex(float("nan"), float("nan")) if name == "complex128" else float("nan")]),)
        found = written(Case(arguments=(one,)), there, counted=(False,), whole=False)
        assert found is not None
        assert found.source.startswith(f"x = np.array([{word}]")


def test_bits_are_set_by_calls() -> None:
    assert source(laid("complex64", conj=True)).endswith("torch.arange(2., 5.)).conj()")
    assert source(laid(neg=True)) == "x = torch._neg_view(torch.arange(1., 4.))"


def test_arguments_of_one_storage_are_views_of_one_base() -> None:
    first, second = laid(), laid(offset=4, count=2)
    assert source(first, second, whole=True, together=((0, 1),)) == (
        "base_x = torch.arange(1., 4.); x = base_x; y = base_x[1:]"
    )


def test_what_would_be_too_long_is_not_written() -> None:
    assert source(laid(count=201), counted=False) == ""
    assert source(laid(count=201)) == "x = torch.arange(1., 202.)"


def test_a_copy_is_short_where_contiguous_makes_one() -> None:
    long = "x.clone(memory_format=torch.contiguous_format)"
    for strides, shape, expected in [
        ((4, 8), (2, 2), "x.contiguous()"),
        ((8, 4), (2, 2), long),
        ((400, 4), (1, 2), long),
        ((4, 12), (0, 3), long),
    ]:
        layout = Layout(shape, strides, itemsize=4)
        laid = Laid(layout=layout, dtype=dtype("float32"), nbytes=800, classes=frozenset())
        assert Argument("x", laid, "base", str, 4).copy == expected
