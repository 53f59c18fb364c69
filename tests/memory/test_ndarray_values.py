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
        *(np.True_, np.void(b"abc"), np.zeros(1, "i1,f4")[0]),
    ],
    ids=lambda scalar: type(scalar).__name__,
)
def test_a_scalar_has_a_dtype_and_no_storage(scalar: np.generic) -> None:
    memory = describe(scalar)
    assert (memory.shape, memory.layout, memory.storage) == ((), None, None)
    assert memory.dtype == element(scalar.dtype)
    assert [doubt.code for doubt in memory.doubts] == ["boxed"]


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
