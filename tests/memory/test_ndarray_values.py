"""NumPy's scalars, and arrays made of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from tensorlab.errors import UnavailableError, UnsupportedError
from tensorlab.memory.ndarray import claims, describe, element, from_values


@pytest.mark.parametrize(
    "scalar",
    [
        *(np.float64(1), np.int8(1), np.str_("abc"), np.bytes_(b"xx"), np.datetime64("2020"), np.longdouble(1)),
        *(np.True_, np.void(b"abc")),
    ],
    ids=lambda scalar: type(scalar).__name__,
)
def test_a_scalar_has_a_dtype_and_no_storage(scalar: np.generic) -> None:
    memory = describe(scalar)
    assert (memory.shape, memory.layout, memory.storage) == ((), None, None)
    assert memory.dtype == element(scalar.dtype)
    assert [doubt.code for doubt in memory.doubts] == ["boxed"]


def test_a_row_of_a_structured_array_is_a_view_of_it() -> None:
    rows = np.zeros(3, "i1,f4")
    memory = describe(rows[2])
    assert (memory.type, memory.shape, memory.doubts) == ("numpy.void", (), ())
    assert memory.layout is not None
    assert (memory.layout.offset, memory.storage) == (10, describe(rows).storage)


def test_a_masked_array_tells_what_masks_it() -> None:
    masked = np.ma.masked_array(
        np.arange(6.0).reshape(2, 3), [[False, True, False], [False, False, True]], fill_value=9
    )[:, ::2]
    memory = describe(masked)
    parts = dict(memory.parts)
    assert [*parts] == ["data", "mask", "fill_value"]
    assert (parts["data"].type, parts["data"].layout, parts["data"].storage) == (
        *("numpy.ndarray", memory.layout),
        memory.storage,
    )
    mask = parts["mask"].layout
    assert mask is not None
    assert (mask.shape, mask.strides, mask.itemsize) == ((2, 2), (3, 2), 1)
    assert parts["fill_value"].shape == ()


def test_what_a_masked_array_does_not_have_yet_is_not_made() -> None:
    masked = np.ma.masked_array(np.arange(3))
    assert [name for name, _ in describe(masked).parts] == ["data"]
    assert vars(masked)["_fill_value"] is None
    assert describe(np.arange(3).view(np.matrix)).parts == ()


def test_only_what_is_of_numpy_is_claimed() -> None:
    class Liar:
        __class__ = np.ndarray  # type: ignore[assignment]  # a lie, as mocks tell it

    assert claims(np.zeros(1))
    assert claims(np.float32(1))
    assert not any(map(claims, (Liar(), 1.0, [1], torch.zeros(1), np.ndarray)))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1, "a"], "got elements of type str"),
        ([1, None], "got elements of type NoneType"),
        ([2**70], "integers of at most 64 bits are needed"),
        ([[1], [2, 3]], "NumPy makes no array"),
        ([np.timedelta64(3, "s")], "got elements of type timedelta64"),
        ([np.datetime64("2020")], "got elements of type datetime64"),
        ([b"a"], "got elements of type bytes"),
    ],
)
def test_values_that_are_no_numbers_are_one_sentence(values: object, words: str) -> None:
    with pytest.raises(UnsupportedError, match=words):
        from_values(values)


@pytest.mark.parametrize("values", [[1, 2], [1.5, 2], [1j], [True], [[1.0], [2.0]], [2**63], [np.float32(1)], (1,)])
def test_numbers_become_the_array_that_numpy_makes(values: object) -> None:
    made, expected = from_values(values), np.array(values)
    assert made.dtype == expected.dtype
    assert np.array_equal(made, expected)


class Raises(float):
    """A number of the user's, with an error of the user's."""

    error: BaseException

    def __float__(self) -> float:
        raise self.error

    def __array__(self, dtype: object = None, copy: object = None) -> Any:
        raise self.error


def raises(error: BaseException) -> Raises:
    made = Raises(3)
    made.error = error
    return made


@pytest.mark.parametrize("error", [ZeroDivisionError("no"), KeyError("no"), RecursionError("no")])
def test_a_number_that_raises_is_one_sentence(error: Exception) -> None:
    with pytest.raises(UnsupportedError, match=r"NumPy makes no array of these values: '?no"):
        from_values([raises(error)])


def test_values_that_do_not_fit_are_one_sentence() -> None:
    with pytest.raises(UnavailableError, match="does not fit the free memory: so many bytes"):
        from_values([raises(MemoryError("so many bytes"))])
