"""What is predicted of buffers is held against them."""

from __future__ import annotations

from array import array
from itertools import product
from typing import Any

import numpy as np
import torch

import tensorlab
from tensorlab.errors import LayoutError
from tensorlab.memory.writes.buffer_rules import array_refusal, buffer_refusal, unreadable


def raises(dst: Any, src: Any) -> bool:
    try:
        dst[:] = src
    except (TypeError, ValueError, NotImplementedError):
        return True
    return False


def test_memoryviews_take_the_same_format_and_shape() -> None:
    targets = [np.zeros(4, code) for code in "bBhlqfd?"] + [np.zeros(4, ">i4"), np.zeros((4, 4))]
    sources = [
        *targets,
        bytes(4),
        bytearray(4),
        memoryview(bytes(4)).cast("c"),
        array("B", [0] * 4),
        array("d", [0] * 4),
    ]
    sources += [np.zeros(1), np.zeros(1, "B"), torch.zeros(4)]
    answers = set()
    for target, src in product(targets, sources):
        dst = memoryview(target)
        try:
            found = tensorlab.check_copy(dst, src)
        except LayoutError:
            continue
        answers.add(found.raises)
        assert (found.raises is None) <= (dst.format == ">i")
        if found.raises is not None:
            assert found.raises == raises(dst, src), (dst.format, src)
    assert answers == {False, True, None}


def test_other_buffers_take_their_like() -> None:
    assert tensorlab.check_copy(bytearray(4), bytes(4)).raises is False
    assert tensorlab.check_copy(array("d", [0.0]), array("d", [1.0])).raises is False
    assert tensorlab.check_copy(array("d", [0.0]), array("f", [1.0])).raises is None
    assert tensorlab.check_copy(array("d", [0.0]), memoryview(array("d", [1.0]))).raises is None


def test_what_is_read_only_or_not_read_is_refused() -> None:
    fixed, free = tensorlab.describe(b"abc"), tensorlab.describe(bytearray(3))
    assert array_refusal(fixed).reason == "it is read-only"
    found = buffer_refusal((b"abc", bytearray(3)), (fixed, free))
    assert found.raises
    grad = tensorlab.describe(torch.zeros(3, requires_grad=True))
    refused = unreadable(free, grad)
    assert refused is not None
    assert refused.reason == "a tensor with requires_grad is not read as an array"
