from __future__ import annotations

from typing import Any

import pytest

from tensorlab.api.bits import number_bits
from tensorlab.api.objects import show
from tensorlab.errors import ExpressionError, OutOfBoundsError, UnknownNameError, UnsupportedError
from tensorlab.layout.bits.record import Bits


def names(figure: Any) -> list[str]:
    return [part.pattern.dtype for part in figure.data.stored]


def test_dtypes_come_in_a_sequence_or_with_commas() -> None:
    assert names(number_bits("0.1", dtypes="float32, bfloat16")) == ["float32", "bfloat16"]
    assert names(number_bits("0.1", dtypes=("float16", "float16"))) == ["float16"]
    assert names(number_bits("0.1")) == ["float64", "float32", "float16", "bfloat16"]
    assert names(number_bits("1j", dtypes="complex64")) == ["complex64", "complex64"]


@pytest.mark.parametrize(
    ("number", "text"), [(0.1, "0.1"), (2**70, str(2**70)), (-0.0, "-0.0"), (True, "1"), (1 - 2j, "1-2j"), (" 7 ", "7")]
)
def test_a_python_number_is_its_literal(number: Any, text: str) -> None:
    found = number_bits(number, dtypes="complex128")
    assert isinstance(found.data, Bits)
    assert found.data.text == text


def test_a_record_is_drawn_by_show() -> None:
    figure = number_bits("0.1", dtypes="float32")
    assert repr(show(figure.data)) == repr(figure)


@pytest.mark.parametrize(
    ("number", "dtypes", "kind", "words"),
    [
        ("one", "float32", ExpressionError, "a number is needed; got 'one'"),
        (None, "float32", UnsupportedError, "a number or its literal is needed; got NoneType"),
        ("1", "float33", UnknownNameError, "no dtype is called 'float33'"),
        ("1", "", UnknownNameError, "no dtype is called ''"),
        ("1", (), UnsupportedError, "bits of a number need a dtype; got none"),
        ("1", 3, UnsupportedError, "names of dtypes are needed; got 3"),
        ("1", [3], UnknownNameError, "no dtype is called 3"),
        ("300", "int8", OutOfBoundsError, "int8 holds -128 to 127; got 300"),
    ],
)
def test_a_bad_call_is_one_sentence(number: Any, dtypes: Any, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        number_bits(number, dtypes=dtypes)
