"""What is predicted of NumPy is held against NumPy: every pair of dtypes is really copied."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
import torch

import tensorlab
from tensorlab.memory.writes.array_rules import array_copy_refusal, leaves_masked

WORDS = ("S3", "U3", "V3", "M8[s]", "m8[s]", "M8", "m8", ">i4", ">f8")
DTYPES = [np.dtypes.StringDType(), *(np.dtype(code) for code in (*"?bBhHiIlLqQefdgFDGO", *WORDS))]
DTYPES += [np.dtype([("a", "i4")]), np.dtype([("a", "f8"), ("b", "i2")])]


def raises(dst: Any, src: Any) -> bool:
    try:
        np.copyto(dst, src)
    except (TypeError, ValueError, RuntimeError):
        return True
    return False


def test_every_pair_of_dtypes_is_cast_as_predicted() -> None:
    answers = set()
    for target, kind in product(DTYPES, repeat=2):
        dst, src = np.zeros(3, target), np.zeros(3, kind)
        found = tensorlab.check_copy(dst, src)
        answers.add(found.raises)
        assert (found.raises is None) <= ("T" in {target.char, kind.char})
        if found.raises is not None:
            assert found.raises == raises(dst, src), (target, kind)
    assert answers == {False, True, None}


@pytest.mark.parametrize("kind", ["float32", "float64", "int32", "bool", "bfloat16"])
def test_a_tensor_is_cast_as_the_array_that_it_is(kind: str) -> None:
    src = torch.zeros(3, dtype=getattr(torch, kind))
    for code in ("i4", "f4", "?"):
        dst = np.zeros(3, code)
        found = tensorlab.check_copy(dst, src).raises
        assert found is None if kind == "bfloat16" else found == raises(dst, src)


class Own(np.ndarray[Any, Any]):
    def __array_function__(self, *_: Any) -> Any:
        raise ZeroDivisionError


def test_what_has_rules_of_its_own_is_not_told() -> None:
    own = np.zeros(3).view(Own)
    for things in ((own, np.zeros(3)), (np.zeros(3), own), (np.zeros((), "S3"), b"abc")):
        memories = tensorlab.describe(things[0]), tensorlab.describe(things[1])
        found = array_copy_refusal(things, memories)
        assert (found.raises, bool(found.reason)) == (None, True)


def test_a_hard_mask_keeps_what_is_masked() -> None:
    dst = np.ma.array([1, 2, 3], mask=[False, True, False])
    assert leaves_masked(dst) == leaves_masked(np.zeros(3)) == ""
    assert tensorlab.check_copy(dst, np.zeros(3, int)).safety == "SAFE"
    dst.harden_mask()
    found = tensorlab.check_copy(dst, np.array([7, 8, 9]))
    assert found.safety == "UNKNOWN"
    assert found.reason == leaves_masked(dst) != ""
    dst[...] = np.array([7, 8, 9])
    assert dst.data.tolist() == [7, 2, 9]


def test_a_source_without_axes_inside_dst_is_not_safe() -> None:
    store = np.zeros(900, "u1")
    dst = np.ndarray((5, 2), "i4", store.data, 0, (100, 9))
    src = np.ndarray((), "i4", store.data, 8)
    src[...] = 3
    found = tensorlab.check_copy(dst, src)
    assert (found.safety, found.raises, found.advice) == ("UNSAFE", False, "copy from src.copy()")
    np.copyto(dst, src)
    assert dst.tolist() != [[3, 3]] * 5
