"""A patch is what ``overlap`` asks of a layout."""

from __future__ import annotations

from tensorlab.layout.overlap import overlap, self_overlap
from tensorlab.layout.record import Answer, Layout
from tensorlab.memory.sharing.patch import Patch


def test_a_patch_stands_for_its_layout() -> None:
    layout = Layout((8, 3), (4, 4), 16, 4)
    patch = Patch(layout.shape, layout.strides, layout.offset, layout.itemsize, "cpu", 4096)
    assert self_overlap(patch) == self_overlap(layout)
    assert overlap(patch, layout) == overlap(layout, layout)
    assert overlap(patch, patch).answer is Answer.YES
