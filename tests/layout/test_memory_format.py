from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import given
from support.layouts import as_torch, layouts, small_layouts
from torch._prims_common import suggest_memory_format

from tensorlab.layout.memory_format import contiguity, kept_strides, suggested_format
from tensorlab.layout.record import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = {
    torch.contiguous_format: "contiguous",
    torch.channels_last: "channels_last",
    torch.channels_last_3d: "channels_last_3d",
}


def strided(shape: tuple[int, ...], strides: tuple[int, ...]) -> torch.Tensor:
    """On no device, so that no shape costs memory."""
    return torch.empty_strided(shape, strides, device="meta")


def odd_cases() -> Iterator[Layout]:
    """Four and five axes: each permutation of the dense strides, each with one stride that is not dense."""
    for shape in [*product((0, 1, 2, 3), repeat=4), *product((1, 2), repeat=5)]:
        steps = (1, 2, 3, 4, 6, 9, 12, 18, 36)[:: 1 if len(shape) == 4 else 3]
        fresh = torch.empty(shape, device="meta").stride()
        last = (1, max(shape[1], 1)) * 3
        for strides in (fresh, last[: len(shape)], (*fresh[:1], 1, *fresh[2:]), fresh[::-1], (0, *fresh[1:])):
            yield Layout(shape, tuple(strides))
        for strides in product(steps[::4], repeat=len(shape)):
            yield Layout(shape, strides)


def check_against_torch(layout: Layout) -> None:
    tensor = torch.empty_strided(layout.shape, layout.strides, dtype=torch.uint8)
    found = contiguity(layout, "torch.Tensor")
    assert found.suggested == suggested_format(layout) == NAMES[suggest_memory_format(tensor)], layout
    for kind, name in NAMES.items():
        fits = (kind != torch.channels_last or tensor.ndim == 4) and (
            kind != torch.channels_last_3d or tensor.ndim == 5
        )
        assert (name in found.formats) == (fits and tensor.is_contiguous(memory_format=kind)), (layout, name)
    assert found.kept == kept_strides(layout) == tensor.clone().stride() == torch.empty_like(tensor).stride(), layout
    assert (found.copied == 0) == (tensor.is_contiguous() or tensor.numel() == 0)


def test_every_small_layout_is_in_the_formats_that_torch_says() -> None:
    for ndim in range(4):
        for layout in small_layouts(ndim, (0, 1, 2, 3), (0, 1, 2, 3, 6)):
            check_against_torch(layout)


def test_four_and_five_axes_are_in_the_formats_that_torch_says() -> None:
    cases = list(odd_cases())
    assert len(cases) > 5_000
    for layout in cases:
        check_against_torch(layout)


@given(layouts(max_axes=5, aligned=True))
def test_any_layout_is_in_the_formats_that_torch_says(layout: Layout) -> None:
    tensor = as_torch(layout)
    found = contiguity(layout, "torch.Tensor")
    assert found.suggested == NAMES[suggest_memory_format(tensor)]
    assert ("contiguous" in found.formats) == tensor.is_contiguous()
    assert found.kept == tuple(s * layout.itemsize for s in tensor.clone().stride())


@pytest.mark.parametrize(
    ("shape", "strides"),
    [
        ((2, 3, 4, 5), (60, 1, 15, 3)),
        ((2, 3, 4, 5), (60, 20, 5, 1)),
        ((2, 1, 3, 3), (9, 9, 3, 1)),
        ((2, 1, 3, 3), (9, 1, 3, 1)),
        ((2, 3, 1, 1), (3, 1, 1, 1)),
        ((2, 3, 1, 1), (3, 1, 3, 3)),
        ((2, 3, 4, 5), (120, 1, 30, 6)),
        ((1, 3, 4, 5), (0, 1, 15, 3)),
    ],
)
def test_an_operation_answers_in_the_suggested_format(shape: tuple[int, ...], strides: tuple[int, ...]) -> None:
    """The C++ rule, seen from outside: interpolation gives its result the format that its input suggests."""
    enlarged = torch.nn.functional.interpolate(strided(shape, strides), scale_factor=2)
    expected = suggested_format(Layout(shape, strides))
    kind = {name: kind for kind, name in NAMES.items()}[expected]
    assert enlarged.is_contiguous(memory_format=kind)


def test_a_break_is_the_first_stride_that_the_format_does_not_have() -> None:
    found = contiguity(Layout((2, 3, 4, 5), (240, 4, 60, 12), itemsize=4), "torch.Tensor")
    assert found.formats == ("channels_last",)
    assert [(broken.format, broken.axis, broken.stride, broken.needed) for broken in found.breaks] == [
        ("contiguous", 3, 12, 4),
        ("F order", 0, 240, 4),
    ]


def test_free_strides_are_those_of_size_one_that_are_not_canonical() -> None:
    found = contiguity(Layout((2, 1, 1), (4, 99, 4), itemsize=4), "torch.Tensor")
    assert [(free.axis, free.stride, free.canonical) for free in found.free] == [(1, 99, 4)]
    assert contiguity(Layout((0, 1), (4, 99), itemsize=4), "torch.Tensor").free == ()


AMBIGUOUS = "; ambiguous: contiguous and channels_last_3d"


def words(tensor: torch.Tensor) -> str:
    size = tensor.element_size()
    layout = Layout(tuple(tensor.shape), tuple(s * size for s in tensor.stride()), itemsize=size)
    return str(contiguity(layout, "torch.Tensor"))


@pytest.mark.parametrize(
    ("tensor", "expected"),
    [
        (torch.empty(2, 3), "contiguous"),
        (torch.empty(2, 3).t(), "F order; stride[1]=3 breaks contiguous (needs 1)"),
        (torch.empty(4, 6)[:, ::2], "not contiguous; stride[1]=2 breaks contiguous (needs 1)"),
        (torch.empty(2, 1, 3, 3), "ambiguous: contiguous and channels_last"),
        (
            torch.empty(2, 3, 4, 5).to(memory_format=torch.channels_last),
            "channels_last; stride[3]=3 breaks contiguous (needs 1)",
        ),
        (
            torch.empty(1, 2, 3, 4, 5).transpose(0, 1).contiguous(),
            "contiguous; stride[1]=120 is free because size is 1 (canonical 60)" + AMBIGUOUS,
        ),
    ],
)
def test_sentences(tensor: Any, expected: str) -> None:
    assert words(tensor) == expected


def test_strides_of_no_whole_elements_are_told_in_bytes() -> None:
    found = contiguity(Layout((2, 3), (16, 5), itemsize=4), "numpy.ndarray")
    assert str(found) == "not contiguous; stride[1]=5 B breaks contiguous (needs 4 B)"
