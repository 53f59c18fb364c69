"""Versions, and writes that torch leaves to be counted."""

from __future__ import annotations

import weakref
from typing import Any

import torch

from tensorlab.dispatch.versions import WRITTEN, counted, version_of


def known(tensor: torch.Tensor) -> list[Any]:
    return [weakref.ref(tensor), (), None, WRITTEN]


def test_inference_tensors_have_no_version() -> None:
    with torch.inference_mode():
        assert version_of(torch.ones(2)) is None


def test_what_was_written_is_known_at_its_new_version() -> None:
    x, y = torch.ones(2), torch.ones(2)
    given = [known(x), known(y)]
    x.add_(y)
    assert counted((0, 0), given, []) == (1, 0)
    assert [one[3] for one in given] == [1, 0]
    assert counted((1, 0), given, []) is None


def test_a_list_that_was_written_is_counted_once() -> None:
    x = torch.ones(2)
    given = [known(x)]
    assert counted((0,), given, given) == (1,)
    assert counted((0,), given, given) == (1,)
    assert x._version == 1


def test_what_is_gone_keeps_its_version() -> None:
    gone = known(torch.ones(2))
    assert counted((3,), [gone], []) is None
