"""The tables against torch itself are in test_tensor_rules.py: here is how they are read."""

from __future__ import annotations

import pytest

from tensorlab.memory.writes.kernels import COMPLETE, COPYING, OPAQUE, array_kernel, copy_kernel, inplace_kernel


def test_the_tables_are_apart() -> None:
    assert (len(COMPLETE), len(COPYING), len(OPAQUE)) == (12, 21, 6)
    assert COMPLETE < COPYING
    assert not COPYING & OPAQUE


@pytest.mark.parametrize(
    ("dst", "src", "negates", "raises"),
    [
        ("float32", "bool", False, False),
        ("bits8", "bits8", False, False),
        ("bits8", "bits16", False, True),
        ("uint4", "uint4", False, True),
        ("int8", "bool", True, False),
        ("bool", "int8", True, True),
    ],
)
def test_copies(dst: str, src: str, negates: bool, raises: bool) -> None:  # noqa: FBT001 - a row of the table
    found = copy_kernel(dst, src, negates=negates)
    assert (found.raises, bool(found.reason), bool(found.cure)) == (raises, raises, raises)


def test_a_dtype_with_some_operations_is_not_told() -> None:
    assert inplace_kernel("uint8").raises is False
    assert inplace_kernel("uint16").reason == "for uint16 torch has some operations in place, and not others"


def test_arrays_that_torch_does_not_take_are_not_told() -> None:
    assert array_kernel("float32", "float64").raises is False
    assert (
        array_kernel("float32", "float64", backwards=True).reason == "torch.from_numpy does not take a negative stride"
    )
    assert array_kernel("float32", None).reason == "torch.from_numpy does not take elements whose dtype is not known"
    assert array_kernel("uint4", "uint8").raises
