from __future__ import annotations

import pytest
import torch

from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.testing.classing import classes_for, classes_of, usual_strides
from tensorlab.testing.record import CLASSES


def layout_of(tensor: torch.Tensor) -> Layout:
    size = tensor.element_size()
    strides = tuple(stride * size for stride in tensor.stride())
    return Layout(tuple(tensor.shape), strides, int(tensor.storage_offset()) * size, size)


IMAGES = torch.zeros(2, 3, 4, 5).to(memory_format=torch.channels_last)
CUBES = torch.zeros(2, 3, 2, 2, 2).to(memory_format=torch.channels_last_3d)


@pytest.mark.parametrize(
    ("tensor", "classes"),
    [
        (torch.zeros(2, 3), {"contiguous"}),
        (torch.zeros(3, 3)[1:], {"contiguous offset"}),
        (torch.zeros(2, 3).t(), {"permuted"}),
        (torch.zeros(3, 3).t()[:, 1:], {"permuted", "offset"}),
        (torch.zeros(3, 3).t()[1:], {"gaps", "offset"}),
        (torch.zeros(6)[::2], {"gaps"}),
        (torch.zeros(3).expand(2, 3), {"stride 0"}),
        (torch.zeros(6)[::2].expand(2, 3), {"stride 0", "gaps"}),
        (torch.zeros(4).unfold(0, 2, 1), {"overlapping"}),
        (torch.zeros(3).expand(2, 3).t()[:1], {"stride 0"}),
        (torch.zeros(4, 3).t()[:, :1], {"contiguous"}),
        (torch.zeros(3, 1).t(), {"contiguous"}),
        (torch.zeros(3, 4)[:1], {"contiguous"}),
        (torch.zeros(6).as_strided((1, 3), (17, 1)), {"contiguous", "odd ones"}),
        (torch.zeros(()), {"contiguous", "0-d"}),
        (torch.zeros(3)[1], {"contiguous offset", "0-d"}),
        (torch.zeros(3, 0)[1:].t(), {"zero-size"}),
        (IMAGES, {"permuted", "channels_last"}),
        (CUBES, {"permuted", "channels_last"}),
        (IMAGES[:, 1:], {"offset", "gaps", "channels_last slice"}),
        (IMAGES[:, :, :2], {"gaps", "channels_last slice"}),
        (CUBES[:, :2], {"gaps", "channels_last slice"}),
    ],
)
def test_classes_follow_from_strides_and_start(tensor: torch.Tensor, classes: set[str]) -> None:
    assert classes_of(layout_of(tensor)) == classes


def test_a_flip_is_of_its_own_class() -> None:
    assert classes_of(Layout((3,), (-4,), 8, 4)) == {"negative stride"}
    assert classes_of(Layout((3,), (-8,), 20, 4)) == {"negative stride", "gaps", "offset"}


def test_classes_of_a_shape_are_in_the_order_of_the_table() -> None:
    found = classes_for((2, 2, 2, 1), dtype("complex64"))
    assert list(found) == [name for name in CLASSES if name in found]
    assert set(CLASSES) - set(found) == {"zero-size", "0-d", "neg", "negative stride"}


def test_no_contiguous_layout_has_an_odd_stride() -> None:
    assert usual_strides((3, 1, 2, 2), 2)[1] == {8, 6, 2}
