from __future__ import annotations

import pytest

import tensorlab
from tensorlab.api.layouts import from_numbers
from tensorlab.errors import LayoutError, UnknownNameError
from tensorlab.layout.record import Layout
from tensorlab.layout.reports.record import LayoutReport


def test_strides_left_out_are_those_of_c_order() -> None:
    found = from_numbers((2, 3), dtype="int16").data
    assert isinstance(found, LayoutReport)
    assert found.layout == Layout((2, 3), (6, 2), 0, 2)
    assert found.nbytes == 12


def test_a_layout_and_its_report_can_be_shown() -> None:
    layout = Layout((3, 5), (280, 28), 92, 4)
    out = tensorlab.show(layout).text().splitlines()
    assert "touches 23..191 of 0..191" in out
    found = from_numbers((3, 5), (70, 7), offset=23).data
    assert "touches 23..191 of 0..191" in tensorlab.show(found).text().splitlines()


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        (((2, 3), (1,)), {}, "got 1 stride for 2 sizes"),
        (((2,),), {"storage": -1}, "a storage cannot be negative; got -1 elements"),
        (((2,),), {"offset": -1}, "an offset cannot be negative; got -1 elements"),
        (((-2,),), {}, "a size cannot be negative"),
        (((2,), (-1,)), {}, "the lowest address reached is -1"),
    ],
)
def test_numbers_that_make_no_layout(
    arguments: tuple[tuple[int, ...], ...], options: dict[str, int], words: str
) -> None:
    with pytest.raises(LayoutError, match=words):
        from_numbers(*arguments, **options)  # type: ignore[arg-type]  # that is tested


def test_an_unknown_dtype() -> None:
    with pytest.raises(UnknownNameError, match="no dtype is called 'flaot32'"):
        from_numbers((2,), dtype="flaot32")
