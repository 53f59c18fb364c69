from __future__ import annotations

import array
import ast
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from support.probe import loaded, run_python

from tensorlab.errors import ExpressionError
from tensorlab.views.expression import Expression, evaluate, parse, roots_of

ROOTS = {"torch": torch, "np": np, "numpy": np, "array": array}


def _value(text: str) -> Any:
    return evaluate(parse(text), ROOTS)


PLAIN = [
    "1",
    "-2.5",
    "+3",
    "1j",
    "True",
    "None",
    "'a'",
    "b'ab'",
    "...",
    "[1, [2.0, 'x'], ()]",
    "(1, 2)",
    "(1,)",
    "[1, 2, 3][::-1]",
    "[1, 2, 3][1:]",
    "7 // 2 + 7 % 4 - 2 * 3 / 4 ** 2",
    "2 ** 10",
    "2 ** -1",
    "2.0 ** 0.5",
    "[0] * 3 + [1]",
    "3 * (0,)",
    "'ab' * 2",
    "list(range(5))",
    "tuple([1, 2])",
    "range(0, 10, 3)",
    "range(10 ** 12)[5]",
    "float('1e3')",
    "int(2.5)",
    "bool([])",
    "complex(1, 2)",
    "bytes(3)",
    "bytes([1, 2])",
    "bytes('ab', 'utf-8')",
    "bytearray(b'ab')",
    "memoryview(b'abcd').cast('H').tolist()",
    "array.array('d', [1, 2])",
    "  [1,\n  2]  # two",
]


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_expression_has_the_value_that_python_gives_it(text: str) -> None:
    value, expected = _value(text), eval(text.strip(), {"array": array})
    assert value == expected
    assert type(value) is type(expected)


LIBRARY = [
    "torch.arange(6).view(2, 3).t()",
    "torch.arange(24.0).reshape(2, 3, 4).permute(2, 0, 1)[1:, ..., ::2]",
    "torch.zeros(2, 3, dtype=torch.bfloat16).T",
    "torch.ones((2, 1)).expand(2, 5)",
    "torch.full(size=(2, 2), fill_value=7)",
    "torch.tensor([[1, 2], [3, 4]], dtype=torch.float16).mT",
    "torch.arange(6) * 2 + 1",
    "-torch.ones(2, 1) + torch.ones(1, 3)",
    "torch.arange(9).as_strided((2, 2), (4, 1), 1)",
    "torch.as_strided(torch.arange(9), (3,), (4,))",
    "torch.from_numpy(np.arange(4)).unsqueeze(0)",
    "torch.arange(10).unfold(0, 3, 1)",
    "torch.arange(6)[[0, 2]]",
    "torch.arange(6)[None, ..., 1:5:2]",
    "torch.arange(2).to(torch.float64).half().float().double()",
    "torch.zeros(2, dtype=torch.complex64).conj().imag",
    "torch.eye(3).diagonal()",
    "torch.ones(2, 3).to(memory_format=torch.contiguous_format).shape",
    "torch.ones(1, 3).expand(torch.ones(4, 3).shape)",
    "torch.arange(6.0).view(torch.int32)",
    "torch.arange(6).tolist()",
    "np.arange(6).reshape(2, 3)[::-1, ::2]",
    "np.zeros((2, 3), dtype=float)",
    "np.zeros(3, np.int8).astype(complex)",
    "np.arange(3, dtype='>i4')",
    "np.zeros(2, dtype=[('a', 'i1'), ('b', 'f4')])['b']",
    "np.lib.stride_tricks.sliding_window_view(np.arange(6), 3)",
    "np.lib.stride_tricks.as_strided(np.arange(6)[1:], (2, 2), (16, 8))",
    "numpy.broadcast_to(np.float32(1.5), (3, 4))",
    "np.asfortranarray(np.ones((2, 3))).T.strides",
    "np.array([1, 2])[np.newaxis]",
    "np.frombuffer(b'abcd', dtype='u1')",
    "np.ones((2, 3)).T.copy().data",
    "torch.nn.Parameter(torch.ones(2))",
]


@pytest.mark.parametrize("text", LIBRARY)
def test_a_library_expression_has_the_value_that_python_gives_it(text: str) -> None:
    value, expected = _value(text), eval(text, dict(ROOTS))
    assert type(value) is type(expected)
    if isinstance(value, torch.Tensor):
        assert (value.dtype, value.shape, value.stride()) == (expected.dtype, expected.shape, expected.stride())
        assert torch.equal(value, expected)
    elif isinstance(value, np.ndarray):
        assert (value.dtype, value.shape, value.strides) == (expected.dtype, expected.shape, expected.strides)
        np.testing.assert_array_equal(value, expected)
    else:
        assert value == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no expression"),
        ("1 +", "is no expression"),
        ("x = 1", "is no expression"),
        ("import os", "is no expression"),
        ("1; 2", "is no expression"),
        ("\0", "could not be read|is no expression"),
        ("'\ud800'", "could not be read|is no expression"),
        ("1" * 5000, "is no expression|could not be read"),
        ("1 + " * 6000 + "1", "at most 10,000 characters; got 24,001"),
        ("(" * 500 + ")" * 500, "is no expression|could not be read"),
        ("-" * 5000 + "1", "nests at most 150 deep|could not be read|is no expression"),
        ("torch.arange(3)" + ".t()" * 200, "nests at most 150 deep"),
    ],
    ids=range(12),
)
def test_a_text_that_is_no_expression_is_told(text: str, said: str) -> None:
    with pytest.raises(ExpressionError, match=said):
        parse(text)


def test_a_long_chain_is_read_and_evaluated() -> None:
    assert _value("torch.arange(3)" + ".t()" * 70).shape == (3,)
    assert _value("[" * 140 + "]" * 140)[0] != []


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("torch.arange(6).view(4)[0]", r"in torch\.arange\(6\)\.view\(4\): RuntimeError: shape '\[4\]' is invalid"),
        ("[1, 2][5]", r"in \[1, 2\]\[5\]: IndexError: list index out of range"),
        ("[1 / 0]", "in 1 / 0: ZeroDivisionError: division by zero"),
        ("[1] + (2,)", r"in \[1\] \+ \(2,\): TypeError: can only concatenate list"),
        ("[1].T", r"in \[1\]\.T: AttributeError: 'list' object has no attribute 'T'"),
        ("torch.zeros(2).numpy().contiguous()", r"AttributeError: 'numpy\.ndarray' object has no attribute"),
        ("'a' % 1", "in 'a' % 1: str % int is no operation here"),
        ("torch.zeros(2).size", r"in torch\.zeros\(2\)\.size: \.size is a method here"),
        ("range(1, 2, 0)", r"in range\(1, 2, 0\): ValueError"),
        ("torch.arange(0, 1, 0)", "RuntimeError: step must be nonzero"),
        ("torch.ones(2, 3) + torch.ones(2)", "RuntimeError: The size of tensor a"),
    ],
)
def test_a_failure_names_the_piece_and_what_the_library_said(text: str, piece: str) -> None:
    with pytest.raises(ExpressionError, match=piece):
        _value(text)


def test_a_long_piece_is_shortened() -> None:
    with pytest.raises(ExpressionError, match=r"in \[0, 0, .* \.\.\. .*\]\[999\]: IndexError"):
        _value(f"[{', '.join('0' * 90)}][999]")


def test_a_library_that_is_not_given_is_told() -> None:
    with pytest.raises(ExpressionError, match=r"in np\.arange\(3\): np is needed and not given"):
        evaluate(parse("np.arange(3)"), {"torch": torch})


def test_roots_are_the_libraries_that_are_named() -> None:
    assert roots_of(parse("numpy.zeros(np.ones(2).shape, dtype=float)")) == {"np", "numpy"}
    assert roots_of(parse("torch.from_numpy(np.asarray(array.array('d')))")) == {"array", "np", "torch"}
    assert roots_of(parse("['torch', 1]")) == frozenset()


def test_reading_and_evaluating_load_no_library() -> None:
    say = "from tensorlab.views.expression import evaluate, parse; from tensorlab.views import chain; "
    libraries = frozenset({"torch", "numpy", "array"})
    assert loaded(say + "evaluate(parse('[1] * 3'), {})", libraries) == frozenset()
    assert loaded(say + "import array", libraries) == {"array"}


def test_equal_texts_are_equal_expressions() -> None:
    assert parse(" 1 + 1 ") == parse("1 + 1")
    assert isinstance(parse("1"), Expression)


WARNED = [
    "np.frombuffer(b'abcd', 'u1').T",
    "torch.frombuffer(b'abcd', dtype=torch.uint8)",
    "torch.from_numpy(np.frombuffer(b'abcd', 'u1'))",
    "torch.arange(3).T",
    "torch.zeros(2, 2, 2).T",
    "np.array([1j]).astype('f8')",
    "torch.zeros(2, dtype=torch.complex64).to(torch.float32)",
    "torch.zeros(2, dtype=torch.complex32)",
    "np.ones(1) / 0",
    "np.array([300]).astype('f2') * 300",
    "'\\\\d'",
    "[0x1in]",
]


def test_nothing_is_printed_and_no_warning_is_raised() -> None:
    code = """
import sys, warnings
import numpy as np, torch
from tensorlab.errors import ExpressionError
from tensorlab.views.expression import evaluate, parse
for action in ("error", "always"):
    warnings.simplefilter(action)
    for text in sys.argv[1:]:
        try:
            evaluate(parse(text), {"np": np, "torch": torch})
        except ExpressionError as error:
            assert "arning" not in str(error), error
"""
    ran = run_python(code, *WARNED)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0x" + "f" * 9000, "a whole number of more than 4,096 bits is too large"),
        ("{0x" + "f" * 9000 + "}", "a whole number of more than 4,096 bits is too large"),
        ("1" * 4301, "is no expression"),
        ("int('1' * 4301)", "ValueError: Exceeds the limit"),
        ("int(1e400)", "OverflowError: cannot convert float infinity to integer"),
        ("torch.arange(1e400)", "10\\*\\*30 or more elements is too large"),
        ("torch.arange(10 ** 1000)", "10\\*\\*30 or more elements is too large"),
        ("10 ** 1000 + 1.5", "OverflowError"),
        ("[1][10 ** 1000]", "IndexError: cannot fit 'int' into an index-sized integer"),
        ("float('a' * 10 ** 6)", r"could not convert string to float: 'a+ \.\.\. a+'"),
    ],
    ids=range(10),
)
def test_numbers_without_end_are_told(text: str, said: str) -> None:
    with pytest.raises(ExpressionError, match=said) as raised:
        _value(text)
    assert len(str(raised.value)) < 6000


@given(st.text(max_size=40) | st.text("torchnp.aray()[]:,'1-*_ =", max_size=40))
@example("torch.arange(")
def test_any_text_is_read_or_refused_with_one_error(text: str) -> None:
    try:
        expression = parse(text)
    except ExpressionError:
        return
    assert isinstance(ast.parse(expression.text, mode="eval").body, ast.expr)


LITERALS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple),
    max_leaves=12,
)


@given(LITERALS)
def test_the_text_of_any_literal_gives_it_back(value: object) -> None:
    assert evaluate(parse(repr(value)), {}) == value


def test_given_names_stand_for_values() -> None:
    expression = parse("B[1:] + A", names={"A", "B"})
    assert evaluate(expression, {"A": [9], "B": [1, 2]}) == [2, 9]
    assert roots_of(expression) == frozenset()
    for text in ("C[0]", "A()", "A.append(1)", "b"):
        with pytest.raises(ExpressionError, match="is not part of the language"):
            parse(text, names={"A", "B"})
    with pytest.raises(ExpressionError, match=r"in A\[3\]: IndexError"):
        evaluate(parse("A[3]", names={"A"}), {"A": [1]})
    with pytest.raises(ExpressionError, match="A is not part of the language"):
        parse("A")
