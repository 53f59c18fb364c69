from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tensorlab.dispatch.array_copies import copied, read_only


def test_copies_lie_as_their_arrays_do_and_stay_together() -> None:
    base = np.arange(24.0).reshape(4, 6)
    views = [base[::-1, ::2], base.T, np.asfortranarray(base)[1:], base[:, 1:3]]
    blocks: dict[int, Any] = {}
    made = [copied(view, blocks, 10**6) for view in views]
    for view, copy in zip(views, made, strict=True):
        assert (view.strides, view.tolist()) == (copy.strides, copy.tolist())
        assert not np.shares_memory(view, copy)
    assert np.shares_memory(made[0], made[1])


def test_what_is_not_copied_as_bytes() -> None:
    boxes = np.array([[1], None], dtype=object)
    assert copied(boxes, {}, 10**6).tolist() == boxes.tolist()
    assert copied(np.float32(3), {}, 10) == 3
    assert copied(np.zeros(100), {}, 10) is None
    fixed = np.zeros(3)
    fixed.flags.writeable = False
    assert not copied(fixed, {}, 10**6).flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        read_only(np.zeros(3))[0] = 1
